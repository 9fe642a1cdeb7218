"""What goes wrong on the wire, as httpx and httpx2 tell it: by what their own transports raise."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import anyio

from reelmock.mockserver.courses import Course, End
from reelmock.pytest_plugin.doors.faulty import Patience, arriving, awaited
from reelmock.pytest_plugin.stack import Answering


def response_of(library: ModuleType, course: Course, patience: Patience, mock: Answering) -> Any:
    """The library's response, whose body may end with an error; what comes in place of a response is raised."""
    coming = _told(library, course, awaited(arriving(course), patience, mock))
    head = next(coming, b"")

    class Stream(library.ByteStream):  # type: ignore[misc, name-defined]  # which of two libraries it is, is an argument
        """The pieces of the body."""

        def __iter__(self) -> Iterator[bytes]:
            yield from coming

    return _begun(library, course, head, Stream(b""))


async def async_response_of(library: ModuleType, course: Course, patience: Patience, mock: Answering) -> Any:
    """The same for the library's asynchronous client, whose other tasks go on while it waits."""
    coming = _told_later(library, course, patience, mock)
    head = await anext(coming, b"")

    class Stream(library.ByteStream):  # type: ignore[misc, name-defined]  # which of two libraries it is, is an argument
        """The pieces of the body."""

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in coming:
                yield piece

    return _begun(library, course, head, Stream(b""))


def _begun(library: ModuleType, course: Course, head: bytes, stream: Any) -> Any:
    """The response whose head has come; RemoteProtocolError for what is none."""
    if course.response is not None:
        return library.Response(course.response.status, headers=list(course.response.headers), stream=stream)
    if head:
        raise library.RemoteProtocolError(f"illegal status line: {bytearray(head.rstrip())!r}")
    raise library.RemoteProtocolError("Server disconnected without sending a response.")


def _told(library: ModuleType, course: Course, coming: Iterator[bytes]) -> Iterator[bytes]:
    with _told_by(library):
        yield from coming
    _check_length(library, course)


async def _told_later(library: ModuleType, course: Course, patience: Patience, mock: Answering) -> AsyncIterator[bytes]:
    with _told_by(library):
        for item in arriving(course):
            if isinstance(item, bytes):
                yield item
                continue
            spent = patience.spent(item)
            await anyio.sleep(spent if mock.skips else 0)
            if spent < item.seconds:
                raise TimeoutError("timed out")
    _check_length(library, course)


@contextmanager
def _told_by(library: ModuleType) -> Iterator[None]:
    """What a socket raises becomes what the library makes of it."""
    try:
        yield
    except TimeoutError as error:
        raise library.ReadTimeout(str(error)) from error
    except ConnectionRefusedError as error:
        raise library.ConnectError(str(error)) from error
    except ConnectionResetError as error:
        raise library.ReadError(str(error)) from error


def _check_length(library: ModuleType, course: Course) -> None:
    """RemoteProtocolError for a body that was cut off."""
    if course.response is not None and course.end is End.CLOSED:
        received, expected = sum(map(len, course.pieces)), course.response.header("content-length")
        raise library.RemoteProtocolError(
            "peer closed connection without sending complete message body "
            f"(received {received} bytes, expected {expected})"
        )
