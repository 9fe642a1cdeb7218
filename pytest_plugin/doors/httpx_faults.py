"""What goes wrong on the wire, as httpx and httpx2 tell it: by what their own transports raise."""

from collections.abc import AsyncIterator, Iterator
from types import ModuleType
from typing import Any

from reelmock.mockserver.courses import Course, End
from reelmock.pytest_plugin.doors.faulty import Patience, arriving


def response_of(library: ModuleType, course: Course, patience: Patience) -> Any:
    """The library's response, whose body may end with an error; what comes in place of a response is raised."""
    coming = _told_by(library, course, arriving(course, patience))
    first = next(coming, b"")
    if course.response is None:
        what = (
            f"illegal status line: {bytearray(first.rstrip())!r}"
            if first
            else "Server disconnected without sending a response."
        )
        raise library.RemoteProtocolError(what)

    class Stream(library.ByteStream):  # type: ignore[misc, name-defined]  # which of two libraries it is, is an argument
        """The pieces of the body, for either client."""

        def __iter__(self) -> Iterator[bytes]:
            yield from coming

        async def __aiter__(self) -> AsyncIterator[bytes]:
            for piece in coming:
                yield piece

    return library.Response(course.response.status, headers=list(course.response.headers), stream=Stream(b""))


def _told_by(library: ModuleType, course: Course, coming: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces; what a socket raises becomes what the library makes of it."""
    try:
        yield from coming
    except TimeoutError as error:
        raise library.ReadTimeout(str(error)) from error
    except ConnectionRefusedError as error:
        raise library.ConnectError(str(error)) from error
    except ConnectionResetError as error:
        raise library.ReadError(str(error)) from error
    if course.response is not None and course.end is End.CLOSED:
        received, expected = sum(map(len, course.pieces)), course.response.header("content-length")
        raise library.RemoteProtocolError(
            "peer closed connection without sending complete message body "
            f"(received {received} bytes, expected {expected})"
        )
