"""A uvicorn server that can refuse connections for a while, and goes on running meanwhile."""

import asyncio
import socket

import uvicorn


def stream_socket(family: int) -> socket.socket:
    """A TCP socket for a server, not bound yet."""
    # The protocol has to be named: only then does asyncio set TCP_NODELAY, without which a reply takes 44 ms.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return found


class RefusingServer(uvicorn.Server):
    """A listening socket can't stop listening: it is closed, and one that is only bound holds the port meanwhile.

    The methods are for the server's own loop.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._held: list[socket.socket] = []
        self._resumption: asyncio.Task[None] | None = None
        # Starting to listen takes a turn of the loop, in which nobody else may start or stop.
        self._changing = asyncio.Lock()

    async def refuse(self, seconds: float | None = None) -> None:
        """Refuse connections for so many seconds, or until `accept`; the newest call counts.

        Connections that rest are closed; the others are when the reply that is under way has ended. ValueError for a
        negative number of seconds.
        """
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"connections can't be refused for {seconds} seconds: give a number from 0")
        self._forget_resumption()
        async with self._changing:
            for server in self.servers:
                places = [(listener.family, listener.getsockname()) for listener in server.sockets]
                server.close()
                self._held += [_bound(*place) for place in places]
            self.servers: list[asyncio.Server] = []
        for connection in list(self.server_state.connections):
            if not connection.transport.is_closing():
                connection.shutdown()
        if seconds is not None:
            self._resumption = asyncio.create_task(self._accept_after(seconds))

    async def accept(self) -> None:
        """Accept connections again; nothing happens when none are refused."""
        self._forget_resumption()
        async with self._changing:
            if self._held:
                await uvicorn.Server.startup(self, self._held)
            self._held = []

    async def close_listeners(self) -> None:
        """Listen no more, and give the ports back."""
        self._forget_resumption()
        async with self._changing:
            for server in self.servers:
                server.close()
            for held in self._held:
                held.close()

    async def _accept_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self._resumption = None
        await self.accept()

    def _forget_resumption(self) -> None:
        if self._resumption is not None:
            self._resumption.cancel()
            self._resumption = None


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    held = stream_socket(family)
    held.bind(address)
    return held
