"""What the connection of a client in this process sees of a reply that goes wrong or comes late.

A door hands it to its library as that library's own network would; nothing here takes time.
"""

import errno
import math
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import responses

from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.courses import Course, End
from reelmock.pytest_plugin.errors import HangError
from reelmock.pytest_plugin.stack import Answering


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing comes for so many seconds; `math.inf`: nothing comes any more."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client waits while nothing comes: its time-out in seconds, or None for ever.

    `advice` is how to give a time-out to the library.
    """

    request: Request
    timeout_s: float | None
    advice: str

    def spent(self, silence: Silence) -> float:
        """How many seconds a client waits in a silence: fewer than it lasts when its time-out comes first.

        HangError where the client would wait for ever.
        """
        if self.timeout_s is None and silence.seconds == math.inf:
            request = self.request
            raise HangError(
                f"{request.method} {request.origin}{request.target} hangs, and your client has no time-out, so it "
                f"would wait for ever. Give it one: {self.advice}"
            )
        return silence.seconds if self.timeout_s is None else min(self.timeout_s, silence.seconds)


def arriving(course: Course) -> Iterator[bytes | Silence]:
    """The bytes that come, piece by piece, the head by itself, and the silences between; it raises what a socket
    raises: ConnectionRefusedError or ConnectionResetError."""
    if course.silence_s:
        yield Silence(course.silence_s)
    if course.response is not None:
        yield written(course.response, with_body=False)
    yield from filter(None, course.pieces)
    if course.end is End.RESET:
        raise ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")
    if course.end is End.REFUSED:
        raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
    if course.end is End.SILENT:
        yield Silence(math.inf)


def awaited(coming: Iterator[bytes | Silence], patience: Patience, mock: Answering) -> Iterator[bytes]:
    """The bytes alone. The mock is told of each silence; TimeoutError where the client's time-out ends it."""
    for item in coming:
        if isinstance(item, bytes):
            yield item
            continue
        spent = patience.spent(item)
        mock.waited(spent)
        if spent < item.seconds:
            raise TimeoutError("timed out")


def written(response: Response, *, with_body: bool = True) -> bytes:
    """A response as it goes over the wire, or its head alone."""
    lines = [f"HTTP/1.1 {response.status} {responses.get(response.status, '')}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + (response.body if with_body else b"")
