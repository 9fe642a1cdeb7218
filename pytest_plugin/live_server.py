"""The fake on a real socket for tests: one server for the session, behind it a fresh engine for each test."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.live import LiveServer
from reelmock.pytest_plugin.fixtures import failing_plainly, failure
from reelmock.pytest_plugin.options import Options
from reelmock.pytest_plugin.reelmock_api import ReelMock

SetEnv = Callable[[str, str], None]


class ReelMockServer(ReelMock):
    """A fake API on a real socket: what a `ReelMock` has, and the URL of the server."""

    def __init__(self, options: Options, url: str, set_env: SetEnv) -> None:
        self.url = url
        self._set_env = set_env
        super().__init__(options, RunningClock())

    @property
    def base_url(self) -> str:
        """Where the server answers."""
        return self.url

    def env(self, **variables: str) -> Mapping[str, str]:
        """Set environment variables until the test ends, and give the whole environment, for a subprocess.

        `{url}` and `{api_key}` in a value stand for the server's: `env(AIML_API_BASE="{url}/v2")`.
        """
        for name, value in variables.items():
            self._set_env(name, value.replace("{url}", self.url).replace("{api_key}", self.api_key))
        return dict(os.environ)

    @property
    def _clip_url(self) -> str | None:
        return None  # on the server itself


class LiveDoor:
    """A server whose requests go to the engine of the test that runs; between tests they are refused."""

    def __init__(self) -> None:
        self._app: ASGIApp = OVER
        self._server: LiveServer | None = None

    def stop(self) -> None:
        """Cut every connection, and end."""
        if self._server is not None:
            self._server.__exit__()

    @contextmanager
    def serving(self, options: Options, set_env: SetEnv) -> Iterator[ReelMockServer]:
        """A fresh engine for the length of a test. Connections that are still open are cut at its end."""
        if options.sleep == "skip":
            raise failure(
                "sleep='skip' is not for reelmock_server: its clients may be other programs, whose sleep can't be "
                "skipped. Use advance(seconds), or a progression that counts polls"
            )
        with failing_plainly():
            live = self._listening()
            server = ReelMockServer(options, live.url, set_env)
            self._app = create_app(server.engine)
        try:
            yield server
        finally:
            self._app = OVER
            live.cut()

    def _listening(self) -> LiveServer:
        """The server, on a free port of 127.0.0.1; the test fails at set-up where sockets are forbidden to it.

        Asked anew for each test, because pytest-socket forbids them test by test, to the server's thread as well.
        """
        try:
            socket.socket().close()
        except RuntimeError as error:  # pytest-socket's own error is one
            raise failure(
                f"reelmock_server needs sockets on this machine. {error} Run pytest with --allow-hosts=127.0.0.1, or "
                "mark the test with @pytest.mark.allow_hosts(['127.0.0.1']). The fixture reelmock_api needs none"
            ) from None
        if self._server is None:
            self._server = LiveServer(self)
            self._server.__enter__()
        return self._server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        await self._app(scope, receive, send)


# What a request gets that comes when no test is running.
OVER = PlainTextResponse("reelmock: the test that this server played for has ended\n", status_code=503)


@contextmanager
def live_door() -> Iterator[LiveDoor]:
    """A server for a session of tests."""
    door = LiveDoor()
    try:
        yield door
    finally:
        door.stop()
