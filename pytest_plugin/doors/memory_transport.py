"""aiohttp's connection without a network: HTTP/1.1 bytes go to a mock, its reply comes back as bytes."""

import asyncio
from http import HTTPStatus

import h11
from aiohttp.client_proto import ResponseHandler

from reelmock.contracts.exchange import Response
from reelmock.pytest_plugin.doors.carrying import carried
from reelmock.pytest_plugin.stack import Answering

# So much is given to a client in one turn of the loop, as by a socket.
PIECE = 64 * 1024


class MemoryTransport(asyncio.Transport):
    """A connection for one request. `origin` is the `scheme://host[:port]` that the client wants to talk to.

    The request is handled at once when its last byte is written, so that cancelling it undoes nothing; what the mock
    raises is raised where the client waits for its reply.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, protocol: ResponseHandler, mock: Answering, origin: str
    ) -> None:
        super().__init__()
        self._loop = loop
        self._protocol = protocol
        self._mock = mock
        self._origin = origin
        self._wire = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body: list[bytes] = []
        self._reply = memoryview(b"")
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
            self._reply = memoryview(b"")
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
        request = carried(method, self._origin, target, head.headers, b"".join(self._body))
        try:
            response = self._mock.handle(request).response
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # EndlessPolling is no Exception, and a warning may be an error
            self._loop.call_soon(self._protocol.set_exception, error)
        else:
            self._send(response)

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

    def _wake(self) -> None:
        if self._reply and not self._waking:
            self._waking = True
            self._loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        """Give the client the next piece of the reply."""
        self._waking = False
        if self._paused:
            return
        piece, self._reply = self._reply[:PIECE], self._reply[PIECE:]
        if piece:
            self._protocol.data_received(bytes(piece))
            self._wake()


def _phrase(status: int) -> bytes:
    try:
        return HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b""
