"""A uvicorn server that can refuse connections for a while, and goes on running meanwhile."""

import asyncio
import socket

import uvicorn


def stream_socket(family: int) -> socket.socket:
    """A TCP socket for a server, not bound yet."""
    # The protocol has to be named: only then does asyncio set TCP_NODELAY, without which a reply takes 44 ms.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    share(found, True)
    return found


def share(found: socket.socket, shared: bool) -> None:
    """Let a socket have its port beside others: those of connections, and of servers that do not listen."""
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, shared)


class RefusingServer(uvicorn.Server):
    """A listening socket can't stop listening: it is closed, and one that is only bound holds the port meanwhile.

    The methods are for the server's own loop.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._held: list[socket.socket] = []
        self._resumption: asyncio.Task[None] | None = None
        # Starting to listen takes a turn of the loop, in which nobody else may start or stop, or change who ends it.
        self._changing = asyncio.Lock()

    async def refuse(self, seconds: float | None = None) -> None:
        """Refuse connections for so many seconds, or until `accept`; the newest call counts.

        Connections that rest are closed; the others are when the reply that is under way has ended. ValueError for a
        negative number of seconds.
        """
        if seconds is not None and not seconds >= 0:
            raise ValueError(f"connections can't be refused for {seconds} seconds: give a number from 0")
        async with self._changing:
            self._forget_resumption()
            for server in self.servers:
                places = [(listener.family, listener.getsockname()) for listener in server.sockets]
                server.close()
                self._held += [_bound(*place) for place in places]
            self.servers: list[asyncio.Server] = []
            if seconds is not None:
                self._resumption = asyncio.create_task(self._accept_after(seconds))
        for connection in list(self.server_state.connections):
            if not connection.transport.is_closing():
                connection.shutdown()

    async def accept(self) -> None:
        """Accept connections again; nothing happens when none are refused."""
        async with self._changing:
            self._forget_resumption()
            await self._listen_again()

    async def close_listeners(self) -> None:
        """Listen no more, and give the ports back."""
        async with self._changing:
            self._forget_resumption()
            for server in self.servers:
                server.close()
            for held in self._held:
                held.close()

    async def _accept_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        async with self._changing:
            self._resumption = None
            await self._listen_again()

    async def _listen_again(self) -> None:
        if self._held:
            for held in self._held:
                share(held, True)
            await uvicorn.Server.startup(self, self._held)
        self._held = []

    def _forget_resumption(self) -> None:
        if self._resumption is not None:
            self._resumption.cancel()
            self._resumption = None


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    held = stream_socket(family)
    held.bind(address)
    # To Linux a port that may be shared is free as long as nobody listens: a second server would take it.
    share(held, False)
    return held
