"""aiohttp's connection without a network: HTTP/1.1 bytes go to a mock, its reply comes back as bytes."""

import asyncio
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus

import h11
from aiohttp.client_proto import ResponseHandler

from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.courses import Course, course_of
from reelmock.pytest_plugin.doors.aiohttp_faults import ADVICE, Caller, fail
from reelmock.pytest_plugin.doors.carrying import carried
from reelmock.pytest_plugin.doors.faulty import Patience, Silence, arriving
from reelmock.pytest_plugin.stack import Answering

# How many turns of the loop a client has to take what came, before what goes wrong then is told: aiohttp drops what
# nobody took. Someone who waits takes two, and a few more for each task and `wait_for` around it.
TURNS = 32

# So much is given to a client in one turn of the loop, as by a socket.
PIECE = 64 * 1024


class MemoryTransport(asyncio.Transport):
    """A connection for one request of a `caller`.

    The request is handled at once when its last byte is written, so that cancelling it undoes nothing; what the mock
    raises is raised where the client waits for its reply.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, protocol: ResponseHandler, mock: Answering, caller: Caller
    ) -> None:
        super().__init__()
        self._loop = loop
        self._protocol = protocol
        self._mock = mock
        self._caller = caller
        self._wire = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body: list[bytes] = []
        self._reply = memoryview(b"")
        self._coming: Iterator[bytes | Silence] | None = None  # of a reply that has a course
        self._request = Request("", "/")
        self._answered = False
        self._closed = False
        self._paused = False
        self._waking = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take what the client sends."""
        if self._answered or not data:
            return
        try:
            self._wire.receive_data(bytes(data))
            self._read()
        except h11.RemoteProtocolError as error:
            reason = str(error).partition(":")[0]  # the line itself, which may follow, may have a key
            refusal = f"reelmock can't read this request: {reason}".encode()
            self._send(Response(error.error_status_hint, (("content-type", "text/plain; charset=utf-8"),), refusal))

    def is_closing(self) -> bool:
        """Whether the client has closed the connection."""
        return self._closed

    def close(self) -> None:
        """End the connection; what it has not read of the reply is lost."""
        if not self._closed:
            self._closed = True
            self._reply, self._coming = memoryview(b""), None
            if not self._loop.is_closed():
                self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """End the connection."""
        self.close()

    def pause_reading(self) -> None:
        """Give nothing more until `resume_reading`."""
        self._paused = True

    def resume_reading(self) -> None:
        """Go on with the reply."""
        self._paused = False
        self._wake()

    def can_write_eof(self) -> bool:
        """False: a request says itself where it ends."""
        return False

    def get_write_buffer_size(self) -> int:
        """Nothing waits to be sent."""
        return 0

    def _read(self) -> None:
        """Read the events that have come, up to the end of the request."""
        while True:
            event = self._wire.next_event()
            if isinstance(event, h11.Request):
                self._head = event
                if self._wire.they_are_waiting_for_100_continue:
                    self._give(self._wire.send(h11.InformationalResponse(status_code=100, headers=[])))
            elif isinstance(event, h11.Data):
                self._body.append(event.data)
            elif isinstance(event, h11.EndOfMessage) and self._head is not None:
                self._answer(self._head)
                return
            else:
                return

    def _answer(self, head: h11.Request) -> None:
        method, target = head.method.decode("ascii"), head.target.decode("latin-1")
        request = carried(method, self._caller.origin, target, head.headers, b"".join(self._body))
        try:
            reply = self._mock.handle(request)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # EndlessPolling is no Exception, and a warning may be an error
            self._loop.call_soon(self._protocol.set_exception, error)
        else:
            course = course_of(request.method, reply)
            if course is None:
                self._send(reply.response)
            else:
                self._enact(course, request)

    def _enact(self, course: Course, request: Request) -> None:
        """Let a reply come as its course says."""
        self._answered = True
        self._request = request
        self._coming = arriving(course)
        self._wake()

    def _send(self, response: Response) -> None:
        self._answered = True
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
        if response.body and response.header("content-length") is None:
            headers.append((b"content-length", b"%d" % len(response.body)))
        head = h11.Response(status_code=response.status, headers=headers, reason=_phrase(response.status))
        sent = (self._wire.send(event) for event in (head, h11.Data(data=response.body), h11.EndOfMessage()))
        self._give(b"".join(filter(None, sent)))

    def _give(self, data: bytes | None) -> None:
        self._reply = memoryview(bytes(self._reply) + (data or b""))
        self._wake()

    def _wake(self, turns: int = 1) -> None:
        if (self._reply or self._coming) and not self._waking:
            self._waking = True
            self._loop.call_soon(self._turn, turns)

    def _turn(self, left: int) -> None:
        """Let turns of the loop go by, the last of which is for what comes next."""
        if left > 1:
            self._loop.call_soon(self._turn, left - 1)
            return
        self._waking = False
        if not self._paused:
            self._deliver()

    def _deliver(self) -> None:
        """Give the client the next piece of the reply, or tell it what comes in its place."""
        if not self._reply and self._coming:
            self._reply = memoryview(self._next(self._coming))
        piece, self._reply = self._reply[:PIECE], self._reply[PIECE:]
        if piece:
            self._protocol.data_received(bytes(piece))
            self._wake(1 if self._reply else TURNS)

    def _next(self, coming: Iterator[bytes | Silence]) -> bytes:
        """What comes next; nothing in a silence, and once the reply has ended, in whatever way."""
        try:
            item = next(coming)
            if isinstance(item, bytes):
                return item
            self._wait(item)
        except StopIteration:
            self._lose(None)
        except ConnectionResetError as error:
            self._lose(error)
        except Exception as error:  # raised here, it would be lost in the loop
            self._fail(error)
        return b""

    def _wait(self, silence: Silence) -> None:
        """Let a silence pass, as long as the client waits; its other tasks go on."""
        spent = Patience(self._request, self._caller.patience_s, ADVICE).spent(silence)
        after = self._wake if spent == silence.seconds else partial(self._fail, TimeoutError("timed out"))
        self._loop.call_later(spent if self._mock.skips else 0, after)

    def _fail(self, error: Exception) -> None:
        self._coming = None
        fail(self._protocol, self._caller.error_of(error))

    def _lose(self, error: ConnectionResetError | None) -> None:
        """Have the connection ended by the other side."""
        self._closed, self._coming = True, None
        self._protocol.connection_lost(error)


def _phrase(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""
