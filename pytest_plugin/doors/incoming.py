"""What `http.client` reads from where something goes wrong: a file over a connection in memory."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Incoming(io.RawIOBase):
    """Gives the pieces as a socket would, at most one at a time, and raises what comes in their place."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        """True: it is there to be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill the buffer with what has come; 0 once everything has."""
        view = memoryview(buffer).cast("B")
        data = self._rest or next(self._pieces, b"")
        size = min(len(view), len(data))
        view[:size], self._rest = data[:size], data[size:]
        return size
