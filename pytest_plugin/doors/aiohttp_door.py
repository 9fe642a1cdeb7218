"""aiohttp, at its seam `TCPConnector._create_connection`: what a session asks for a connection that its pool lacks.

It gets aiohttp's real `ResponseHandler` over a transport in memory, so that sessions, limits, time-outs, traces,
decoding and streaming stay aiohttp's own; neither a resolver nor a proxy is asked. Such a connection serves one
request, so that no pool can hand it out once the mock has gone. Connections to the real host that a pool has from
before are closed in `_get`, where the pool would hand them out.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BaseConnector, ClientRequest, ClientTimeout, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.tracing import Trace

from reelmock.pytest_plugin.doors.aiohttp_faults import Caller
from reelmock.pytest_plugin.doors.carrying import hook
from reelmock.pytest_plugin.doors.memory_transport import MemoryTransport
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "aiohttp"


def install(stack: Stack) -> Callable[[], None]:
    """Let the mocks of `stack` answer aiohttp, and return what takes that back."""

    def creating(create: Callable[..., Awaitable[ResponseHandler]]) -> Callable[..., Awaitable[ResponseHandler]]:
        async def create_connection(
            self: TCPConnector, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
        ) -> ResponseHandler:
            mock = stack.answering(req.url.raw_host)
            if mock is None:
                return await create(self, req, traces, timeout)
            protocol = ResponseHandler(self._loop)
            protocol.force_close()  # one request, and never into the pool
            caller = Caller(str(req.url.origin()), req.connection_key, timeout)
            protocol.connection_made(MemoryTransport(self._loop, protocol, mock, caller))
            return protocol

        return create_connection

    # The arguments and the result differ between versions of aiohttp.
    def pooling(get: Callable[..., Any]) -> Callable[..., Any]:
        def get_pooled(self: BaseConnector, key: ConnectionKey, *rest: Any) -> Any:
            if key in self._conns and isinstance(self, TCPConnector) and stack.answering(key.host) is not None:
                for protocol, _ in self._conns.pop(key):
                    protocol.close()
            return get(self, key, *rest)

        return get_pooled

    undo = [hook(TCPConnector, "_create_connection", creating), hook(BaseConnector, "_get", pooling)]

    def remove() -> None:
        for take_back in undo:
            take_back()

    return remove
