"""The fake on a real socket for tests: one server for the session, behind it a fresh engine for each test."""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.control import Control, Refuse
from reelmock.mockserver.control_api import PREFIX
from reelmock.mockserver.control_app import ControlledApp
from reelmock.mockserver.live import LiveServer
from reelmock.pytest_plugin.fixtures import failing_plainly, failure
from reelmock.pytest_plugin.options import Options
from reelmock.pytest_plugin.reelmock_api import ReelMock
from reelmock.pytest_plugin.when import warn_of_unused

SetEnv = Callable[[str, str], None]


class ReelMockServer(ReelMock):
    """A fake API on a real socket: what a `ReelMock` has, the URL of the server, and how other programs control it."""

    def __init__(self, options: Options, url: str, set_env: SetEnv) -> None:
        self.url = url
        self.control_url: str = f"{url}{PREFIX}"
        self.control_token: str = secrets.token_urlsafe(16)
        self._set_env = set_env
        self._running = RunningClock()
        super().__init__(options, self._running)

    def control(self, refuse: Refuse) -> Control:
        """What the control API of this fake needs."""
        return Control(self, self._running, self.control_token, refuse=refuse)

    @property
    def base_url(self) -> str:
        """Where the server answers."""
        return self.url

    def env(self, **variables: str) -> Mapping[str, str]:
        """Set environment variables until the test ends, and give the whole environment, for a subprocess.

        `{url}`, `{api_key}`, `{control_url}` and `{control_token}` in a value stand for the server's:
        `env(AIML_API_BASE="{url}/v2")`.
        """
        meanings = {name: getattr(self, name) for name in ("url", "api_key", "control_url", "control_token")}
        for name, value in variables.items():
            filled = value
            for placeholder, meaning in meanings.items():
                filled = filled.replace(f"{{{placeholder}}}", meaning)
            self._set_env(name, filled)
        return dict(os.environ)

    @property
    def _clip_url(self) -> str | None:
        return None  # on the server itself


class Refusals:
    """What a control call does to the connections of a live server, and what has to be undone when a test ends."""

    def __init__(self, live: LiveServer) -> None:
        self._live = live
        self._refused = False

    async def refuse(self, seconds: float) -> None:
        """Refuse connections for so many seconds."""
        self._refused = True
        # A live server is told from outside of its own loop, in which this is awaited.
        await asyncio.to_thread(self._live.refuse, seconds)

    def end(self) -> None:
        """Let the server accept connections again, for the next test."""
        if self._refused:
            with self._live.refusing():
                pass  # at its end, connections are accepted


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
            refusals = Refusals(live)
            self._app = ControlledApp(server.control(refusals.refuse))
        try:
            yield server
        finally:
            self._app = OVER
            refusals.end()
            live.cut()
        warn_of_unused(server.engine.scenarios, server.home)

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
