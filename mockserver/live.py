"""The fake on a real socket: in the foreground for `reelmock serve`, or in a thread beside other work."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from reelmock.mockserver.refusing import RefusingServer, stream_socket
from reelmock.mockserver.wire import reachable

# How long a request that is cut off at the end may take to notice, in seconds.
GRACE_S = 0.3


class ListenError(OSError):
    """An address that can't be listened on; the text says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """A bound TCP socket; port 0 takes any free one. ListenError when that can't be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        found = stream_socket(family)
    except OSError as error:
        raise ListenError(f"the host '{host}' can't be used ({error.strerror}). Give another one with --host") from None
    try:
        found.bind(address)
        # Two servers may bind a port at the same moment; that it is taken shows at once only when listening.
        found.listen(2048)
    except OSError as error:
        found.close()
        raise ListenError(
            f"port {port} of {host} can't be used ({error.strerror}). Give another one with --port, or --port 0 for any"
        ) from None
    return found


def url_of(listener: socket.socket) -> str:
    """The URL under which this machine reaches a bound socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(RefusingServer):
    """uvicorn that starts and stops at once, and that leaves exit codes to its caller."""

    def __init__(self, app: ASGIApp, on_ready: Callable[[], None], log_level: str = "warning") -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                access_log=False,
                log_config=None,
                # At `info` uvicorn would tell of its own process; our lines are the journal's.
                log_level="warning" if log_level == "info" else log_level,
                proxy_headers=False,
                server_header=False,
            )
        )
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bell = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then tell `on_ready`."""
        self._loop = asyncio.get_running_loop()
        self.config.http_protocol_class = reachable(self.config.http_protocol_class)
        await super().startup(sockets)
        await self.on_tick(0)
        self._on_ready()

    async def main_loop(self) -> None:
        """Renew the `Date` header every second until the bell rings."""
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._bell.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the listener and cut every connection; what was being answered gets a moment to notice."""
        await self.close_listeners()
        self._abort()
        for listener in sockets or ():
            listener.close()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=GRACE_S)

    def run_inside(self, work: Callable[[], Coroutine[object, object, None]]) -> None:
        """Do some work in the server's loop, from another thread, and wait for its end."""
        if self._loop is None or self._loop.is_closed():
            raise RuntimeError("the server does not run: call this within its `with` block")
        asyncio.run_coroutine_threadsafe(work(), self._loop).result()

    def cut(self) -> None:
        """Cut every open connection; may be called from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.abort()

    def stop(self) -> None:
        """Make the server end; may be called from any thread and from a signal handler."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._bell.set)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on Ctrl-C and SIGTERM. Unlike uvicorn's own, the signal is not raised again, so the exit code is 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {number: signal.signal(number, lambda *_: self.stop()) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


class LiveServer:
    """A server in a thread of this process, for the length of a `with` block; `url` is where it answers."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> None:
        self._listener = listen(host, port)
        self.url: str = url_of(self._listener)
        self._ready = threading.Event()
        self._server = Server(app, self._ready.set)
        self._thread = threading.Thread(target=self._run, name="reelmock", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._thread.join()

    def cut(self) -> None:
        """Cut every open connection."""
        self._server.cut()

    def refuse(self, seconds: float) -> None:
        """Refuse connections for so many seconds from now; replies that are under way still come."""
        self._server.run_inside(partial(self._server.refuse, seconds))

    @contextmanager
    def refusing(self) -> Iterator[None]:
        """Refuse connections for the length of a `with` block; replies that are under way still come."""
        self._server.run_inside(self._server.refuse)
        try:
            yield
        finally:
            self._server.run_inside(self._server.accept)

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._listener])
        finally:
            self._ready.set()
