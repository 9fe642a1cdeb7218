"""A `ReelMock` without a door: tests hand it the requests themselves."""

from collections.abc import Callable
from typing import Any

import pytest

from reelmock.contracts.exchange import Request, Response
from reelmock.pytest_plugin.options import Options
from reelmock.pytest_plugin.reelmock_api import ReelMock

API = "https://api.aimlapi.com/v2/video/generations"
PAYLOAD = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat.",
    "image_url": "https://example.com/boat.jpg",
}


class Client:
    """What a client does with a `ReelMock`, one request at a time."""

    def __init__(self, api: ReelMock, key: str = "sk-test") -> None:
        self.api = api
        self.headers = {"Authorization": f"Bearer {key}"}

    def ask(self, method: str, url: str, headers: dict[str, str] | None = None, json: Any = None) -> Response:
        """Send a request."""
        request = Request.build(method, url, headers=self.headers if headers is None else headers, json=json)
        return self.api.handle(request).response

    def create(self, **changes: Any) -> str:
        """The id of a new generation."""
        return str(self.ask("POST", API, json=PAYLOAD | changes).json()["id"])  # type: ignore[index,call-overload]

    def poll(self, generation: str) -> Any:
        """The body of a poll."""
        return self.ask("GET", f"{API}?generation_id={generation}").json()


@pytest.fixture
def client() -> Callable[..., Client]:
    """Makes a client of a fake with these options."""

    def make(**options: Any) -> Client:
        return Client(ReelMock(Options.of(**options)))

    return make
