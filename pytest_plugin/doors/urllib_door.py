"""The door of `urllib.request`.

Seam: `AbstractHTTPHandler.do_open`, where every opener, whoever built it and when, makes its connection. It gets one in
memory; what comes before and after it (handlers, proxies, cookies, redirects, errors of 4xx and 5xx) is urllib's own.
"""

import http.client
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from reelmock.pytest_plugin.doors.carrying import connected, hook
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "urllib"


def install(stack: Stack) -> Callable[[], None]:
    """Answer the stack's hosts in `urllib.request`; gives the function that ends it."""

    def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
        def do_open(
            handler: urllib.request.AbstractHTTPHandler, kind: Any, request: urllib.request.Request, **options: Any
        ) -> Any:
            # Not `request.host`: that is the proxy, where there is one.
            url = urlsplit(request.full_url)
            mock = stack.answering(url.hostname)
            if mock is None:
                return original(handler, kind, request, **options)

            def connect(_host: str, **_: Any) -> http.client.HTTPConnection:
                return connected(http.client.HTTPConnection, mock, url.scheme, url.hostname or "", url.port)

            return original(handler, connect, request)

        return do_open

    return hook(urllib.request.AbstractHTTPHandler, "do_open", wrap)
