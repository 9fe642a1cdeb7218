"""The door of `urllib.request`.

Seam: `AbstractHTTPHandler.do_open`, where every opener, whoever built it and when, makes its connection. It gets one in
memory; what comes before and after it (handlers, proxies, cookies, redirects, errors of 4xx and 5xx) is urllib's own.
"""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from reelmock.pytest_plugin.doors.carrying import connected, hook
from reelmock.pytest_plugin.stack import Stack

LIBRARY = "urllib"
ADVICE = "urllib.request.urlopen(url, timeout=30)"


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

            def connect(_host: str, *, timeout: Any, **_: Any) -> http.client.HTTPConnection:
                host, plain = url.hostname or "", http.client.HTTPConnection
                connection = connected(plain, mock, url.scheme, host, url.port, advice=ADVICE)
                connection.timeout = timeout
                return connection

            try:
                return original(handler, connect, request)
            except ConnectionRefusedError as error:  # only now it is known what the mock has to say
                raise urllib.error.URLError(error) from error

        return do_open

    return hook(urllib.request.AbstractHTTPHandler, "do_open", wrap)
