"""What the doors' tests share: mocks to put behind a door, a host that is none of theirs, and a cassette."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_progression
from reelmock.mockserver.reply import Reply
from reelmock.mockserver.settings import Settings
from reelmock.pytest_plugin.stack import Stack

API = "https://api.aimlapi.com/v2/video/generations"
HOSTS = frozenset({"api.aimlapi.com", "cdn.aimlapi.com"})
KEY = {"Authorization": "Bearer sk-test"}
PAYLOAD = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat.",
    "image_url": "https://example.com/boat.jpg",
}

# Status → the method, URL, headers and payload of a request that is refused with it.
REFUSED: Mapping[int, tuple[str, str, Mapping[str, str], Mapping[str, Any] | None]] = {
    400: ("POST", API, KEY, PAYLOAD | {"prompt": 1}),
    401: ("POST", API, {}, PAYLOAD),
    404: ("GET", "https://api.aimlapi.com/v2/nothing", KEY, None),
}


class Fake:
    """An active mock: an engine, or `replies` one after the other, the last for ever. `seen` are its requests.

    `waits` are the seconds for which clients have waited.
    """

    def __init__(self, *replies: Response | Reply) -> None:
        self.seen: list[Request] = []
        self.waits: list[float] = []
        self._replies = list(replies)
        settings = Settings(progression=parse_progression("polls:1,1"), public_url="https://cdn.aimlapi.com")
        self._engine = Engine(load_contract(), VirtualClock(), settings)

    def answers(self, host: str) -> bool:
        """Whether requests to this host are answered here."""
        return host in HOSTS

    def blocks(self, host: str) -> bool:
        """See `Answering`."""
        return host in HOSTS

    def handle(self, request: Request) -> Reply:
        """The reply to a request."""
        self.seen.append(request)
        if not self._replies:
            return self._engine.handle(request)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        return reply if isinstance(reply, Reply) else Reply(reply)

    @property
    def skips(self) -> bool:
        """See `Answering`."""
        return False

    def waited(self, seconds: float) -> None:
        """Be told that a client has waited."""
        self.waits.append(seconds)


Installed: TypeAlias = Callable[..., AbstractContextManager[Fake]]


@pytest.fixture
def stack() -> Stack:
    """A stack of the test's own."""
    return Stack()


@pytest.fixture
def installed(stack: Stack) -> Installed:
    """A block in which these doors are open, on a mock with these `replies`."""

    @contextmanager
    def install(*doors: Any, replies: tuple[Response | Reply, ...] = ()) -> Iterator[Fake]:
        fake = Fake(*replies)
        with ExitStack() as undo:
            stack.push(fake)
            undo.callback(stack.drop, fake)
            for door in doors:
                undo.callback(door.install(stack))
            yield fake

    return install


class _Elsewhere(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b"elsewhere")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """The URL of a real server, which answers every GET with "elsewhere"."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture
def cassette(tmp_path: Path) -> Callable[[], AbstractContextManager[Any]]:
    """A block in which vcrpy records; it gives the cassette, whose length is the number of exchanges."""
    vcr = import_module("vcr")
    return lambda: vcr.use_cassette(str(tmp_path / "cassette.yaml"))
