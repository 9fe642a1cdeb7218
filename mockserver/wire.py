"""Replies that come late or go wrong: how the ASGI door lets them come.

To close or reset a connection takes the connection itself, which ASGI does not give to an application. Our own server
does: `reachable`. Under any other one such a reply is a 500 that says so; what only keeps a client waiting is the
same everywhere.
"""

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Final, cast

from starlette.types import Message, Receive, Scope, Send

from reelmock.contracts.exchange import Response
from reelmock.mockserver.courses import Course, End

# Under this name in `scope["state"]` lies the transport of a request's connection.
TRANSPORT: Final = "reelmock.transport"

# To linger for 0 seconds: a socket that is closed says RST instead of FIN.
NO_LINGERING: Final = struct.pack("ii", 1, 0)

# How long a client has to read what came before a reset, in seconds.
HEAD_START_S: Final = 0.02

LEAVES_OPEN: Final = frozenset({End.COMPLETE, End.SILENT})


class Reachable(asyncio.Protocol):
    """Mixed into uvicorn's protocol classes: lets an application reach the transport of its connection."""

    app_state: dict[str, object]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Put the transport where uvicorn takes each request's `scope["state"]` from."""
        self.app_state = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)


def reachable(protocol: type[asyncio.Protocol]) -> type[asyncio.Protocol]:
    """One of uvicorn's protocol classes, be it for h11 or for httptools, with `Reachable` mixed in."""
    return cast(type[asyncio.Protocol], type(f"Reachable{protocol.__name__}", (Reachable, protocol), {}))


async def send_response(response: Response, send: Send) -> None:
    """Send a response as a whole."""
    await send(_head(response))
    await send({"type": "http.response.body", "body": response.body})


async def send_course(course: Course, scope: Scope, receive: Receive, send: Send) -> None:
    """Let a reply come as its course says; returns when it has ended, or when the client has gone."""
    transport: asyncio.Transport | None = scope.get("state", {}).get(TRANSPORT)
    if transport is None and course.end not in LEAVES_OPEN:
        await send_response(_out_of_reach(course.end), send)
        return
    if course.silence_s > 0 and await _gone(receive, course.silence_s):
        return
    if course.response is not None:
        await send(_head(course.response))
        for number, piece in enumerate(course.pieces):
            if number and await _gone(receive, course.pause_s):
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    if course.end is End.COMPLETE:
        await send({"type": "http.response.body"})
        return
    if transport is not None and course.end is not End.SILENT:
        await _break(course, transport)
    # To a server it would be an error if the application returned now.
    await _gone(receive)


async def _break(course: Course, transport: asyncio.Transport) -> None:
    """End a connection as a course does. A refusal comes too late here, and is a reset."""
    if course.response is None:
        transport.write(b"".join(course.pieces))
    if course.end is End.CLOSED:
        transport.close()
        return
    if course.response is not None:
        await asyncio.sleep(HEAD_START_S)
    if transport.is_closing():  # the client was quicker, and there is no socket any more
        return
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGERING)
    transport.abort()


async def _gone(receive: Receive, within_s: float | None = None) -> bool:
    """Wait until the client has gone; False when it is still there after so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while (await receive())["type"] != "http.disconnect":
                pass
            return True
    return False


def _head(response: Response) -> Message:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    return {"type": "http.response.start", "status": response.status, "headers": headers}


def _out_of_reach(end: End) -> Response:
    """What is said where the server gives no access to its connections."""
    text = (
        f"reelmock: this connection was to be broken ({end.name.lower()}), but this ASGI server does not let an "
        "application do that. Start the fake with `reelmock serve`, or in a test with the fixture reelmock_server\n"
    )
    body = text.encode()
    headers = (("content-type", "text/plain; charset=utf-8"), ("content-length", str(len(body))))
    return Response(500, headers, body)
