"""The door of urllib3, and of what is built on it: requests, botocore and others.

Seam: `HTTPConnectionPool._make_request`, one attempt of a request on one connection. It is given a connection in memory
in place of the pool's own, so that nothing is connected and no certificate looked at; retries, redirects, decoding and
streaming lie above, and stay urllib3's. A proxy is not asked for a tunnel to a host that is answered.
"""

from collections.abc import Callable
from typing import Any

from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util import parse_url

from reelmock.pytest_plugin.doors.carrying import connected, hook
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "urllib3"
ADVICE = "requests.get(url, timeout=30), urllib3.PoolManager(timeout=30)"


def install(stack: Stack) -> Callable[[], None]:
    """Answer the stack's hosts in urllib3; gives the function that ends it."""

    def wrap_request(original: Callable[..., Any]) -> Callable[..., Any]:
        def _make_request(
            pool: HTTPConnectionPool, connection: Any, method: str, url: str, *args: Any, **options: Any
        ) -> Any:
            scheme, host, port = pool.scheme or "http", pool.host, pool.port
            if not url.startswith("/"):  # the pool is a proxy's, and is given the whole URL
                target = parse_url(url)
                scheme, host, port = target.scheme or scheme, target.host or host, target.port
            mock = stack.answering(host)
            if mock is None:
                return original(pool, connection, method, url, *args, **options)
            ours = connected(HTTPConnection, mock, scheme, host, port, advice=ADVICE)
            try:
                return original(pool, ours, method, url, *args, **options)
            except ConnectionRefusedError as error:  # only now it is known what the mock has to say
                raise NewConnectionError(ours, f"Failed to establish a new connection: {error}") from error

        return _make_request

    def wrap_tunnel(original: Callable[..., Any]) -> Callable[..., Any]:
        def _prepare_proxy(pool: HTTPSConnectionPool, *args: Any) -> Any:
            return None if stack.answering(pool.host) else original(pool, *args)

        return _prepare_proxy

    removals = [
        hook(HTTPConnectionPool, "_make_request", wrap_request),
        hook(HTTPSConnectionPool, "_prepare_proxy", wrap_tunnel),
    ]

    def remove() -> None:
        for removal in removals:
            removal()

    return remove
