"""What the connection of a client in this process sees of a reply that goes wrong or comes late.

A door hands it to its library as that library's own network would; nothing here takes time.
"""

import errno
import math
from collections.abc import Callable, Iterator
from http.client import responses

from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.courses import Course, End
from reelmock.pytest_plugin.errors import HangError
from reelmock.pytest_plugin.stack import Answering

# Whether a client's time-out comes before the end of so many seconds in which nothing comes.
Patience = Callable[[float], bool]


def arriving(course: Course, patience: Patience) -> Iterator[bytes]:
    """The bytes that come, piece by piece, the head by itself; it raises what a socket raises.

    ConnectionRefusedError, ConnectionResetError, or TimeoutError.
    """
    if course.silence_s and patience(course.silence_s):
        raise TimeoutError("timed out")
    if course.response is not None:
        yield written(course.response, with_body=False)
    yield from filter(None, course.pieces)
    if course.end is End.RESET:
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    if course.end is End.REFUSED:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
    if course.end is End.SILENT and patience(math.inf):
        raise TimeoutError("timed out")


def written(response: Response, *, with_body: bool = True) -> bytes:
    """A response as it goes over the wire, or its head alone."""
    lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (response.body if with_body else b"")


def times_out(mock: Answering, request: Request, timeout_s: float | None, silence_s: float, advice: str) -> bool:
    """Whether a time-out of `timeout_s` seconds, or None, comes before the end of a silence; the mock is told.

    `advice` is how to give a time-out to the library. HangError where the client would wait for ever.
    """
    if timeout_s is None and silence_s == math.inf:
        raise HangError(
            f"{request.method} {request.origin}{request.target} hangs, and your client has no time-out, so it would "
            f"wait for ever. Give it one: {advice}"
        )
    passed = silence_s if timeout_s is None else min(timeout_s, silence_s)
    mock.waited(passed)
    return passed < silence_s
