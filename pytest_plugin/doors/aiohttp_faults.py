"""What goes wrong on the wire, as aiohttp tells it."""

from dataclasses import dataclass

from aiohttp import ClientConnectorError, ClientTimeout, SocketTimeoutError
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey

ADVICE = "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who wants the connection: to where, and with which time-outs."""

    origin: str
    key: ConnectionKey
    timeout: ClientTimeout

    @property
    def patience_s(self) -> float | None:
        """After how many seconds without a byte a time-out comes, or None for never; aiohttp takes 0 for that too."""
        return min(filter(None, (self.timeout.sock_read, self.timeout.total)), default=None)

    def error_of(self, error: Exception) -> Exception:
        """What aiohttp raises where its connection raises `error`."""
        if isinstance(error, ConnectionRefusedError):
            return ClientConnectorError(self.key, error)
        if isinstance(error, TimeoutError):
            by_read = self.timeout.sock_read and self.timeout.sock_read == self.patience_s
            return SocketTimeoutError("Timeout on reading data from socket") if by_read else TimeoutError()
        return error


def fail(protocol: ResponseHandler, error: BaseException) -> None:
    """Raise an error where the client waits: for the head, or for the body, as a time-out of aiohttp's own does."""
    payload = protocol._payload
    protocol.set_exception(error)
    if payload is not None:
        payload.set_exception(error)
