"""A server on raw sockets: it keeps what it is sent, and answers with the bytes that it is told to."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import parse_headers
from threading import Event, Thread

from reelmock.contracts.exchange import Fields

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"
RESET = b"<a reset>"  # instead of a reply, or of its end
HANG = b"<nothing more>"


@dataclass(frozen=True)
class Got:
    """A request as it was on the wire; `headers` in lower case and in order."""

    method: str
    target: str
    headers: Fields
    body: bytes

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]


@dataclass
class Listener:
    """`reply` is what the server says to every request, `got` what it was sent."""

    port: int
    reply: bytes = OK
    got: list[Got] = field(default_factory=list)
    connections: int = 0
    released: Event = field(default_factory=Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, connection: socket.socket) -> None:
        self.connections += 1
        with connection, connection.makefile("rb") as stream:
            line = stream.readline().decode("latin-1").rstrip("\r\n")
            if not line:
                return
            method, _, rest = line.partition(" ")
            headers = tuple((name.lower(), value) for name, value in parse_headers(stream).items())
            got = Got(method, rest.rpartition(" ")[0], headers, b"")
            length = got.header("content-length")
            self.got.append(Got(method, got.target, headers, stream.read(int(length[0]) if length else 0)))
            said, reset, _ = self.reply.partition(RESET)
            said, hang, _ = said.partition(HANG)
            connection.sendall(said)
            if hang:
                self.released.wait()
            if reset:  # to close with something unsaid is a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@contextmanager
def listening(reply: bytes = OK) -> Iterator[Listener]:
    """A server on loopback that answers one connection after another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = Listener(server.getsockname()[1], reply)

        def serve() -> None:
            while not listener.released.is_set():
                connection, _ = server.accept()
                listener.answer(connection)

        thread = Thread(target=serve)
        thread.start()
        try:
            yield listener
        finally:
            listener.released.set()
            with socket.create_connection(("127.0.0.1", listener.port)):
                pass  # wakes it up
            thread.join()
