"""What the tests of the engine say to it, and read from its replies."""

from collections.abc import Callable
from typing import TypeAlias

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import member, text
from reelmock.mockserver.engine import Engine

# The fixtures of conftest.py: one makes an engine, the others make requests.
NewEngine: TypeAlias = Callable[..., Engine]
Make: TypeAlias = Callable[..., Request]

PATH = "/v2/video/generations"
NO_KEY = (
    "This request requires a valid API key. You can create a new API key on the Billing page: "
    "https://aimlapi.com/app/keys"
)


def made(engine: Engine, request: Request) -> str:
    """The id of the generation that `request` makes."""
    return text(engine.handle(request).response.json(), "id")


def statuses(engine: Engine, poll: Request, count: int) -> list[str]:
    """The status words of so many polls."""
    return [text(engine.handle(poll).response.json(), "status") for _ in range(count)]


def message(response: Response) -> str:
    """The message of a refusal."""
    return text(member(response.json(), "error"), "message")
