"""What the doors share: putting a hook in, making a Request, and a connection whose other end is a mock.

`http.client` writes for both urllib and urllib3. Their connections get a socket in memory here, so that framing, checks
of headers and reading the reply stay the library's own; the mock gets what would have gone over the network.
"""

import io
import re
import socket
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl, unquote

from reelmock.contracts.exchange import Request
from reelmock.mockserver.courses import course_of
from reelmock.pytest_plugin.doors.faulty import Patience, arriving, awaited, written
from reelmock.pytest_plugin.doors.incoming import Incoming
from reelmock.pytest_plugin.stack import Answering

AnyConnection = TypeVar("AnyConnection", bound=HTTPConnection)

PORTS = {"http": 80, "https": 443}
FOLD = re.compile(rb"\r?\n[ \t]+")
BASE = re.compile(r"\w+://[^/?]*")

# Marks a hook that could not be taken out, because somebody else's was on top; its value is what it covers.
LEFT = "reelmock_left"


class MissingExtraError(ImportError):
    """A library can't be intercepted without a package that one of reelmock's extras brings."""


def hook(owner: type, name: str, wrap: Callable[[Any], Any]) -> Callable[[], None]:
    """Replace the method `name` of a class by `wrap(method)`; gives the function that takes the replacement out.

    When somebody has replaced the method again meanwhile, theirs stays. Ours below it asks the stack, as always, and
    hands on; the next hook takes its place. AttributeError when the class has no such method.
    """
    if name not in vars(owner):
        raise AttributeError(
            f"{owner.__module__}.{owner.__qualname__} has no method {name}, where reelmock hooks in: it does not know "
            "this version of the library. Is there a newer reelmock?"
        )
    found = vars(owner)[name]
    original = getattr(found, "__dict__", {}).get(LEFT, found)
    hooked = wrap(original)
    setattr(owner, name, hooked)

    def remove() -> None:
        if vars(owner).get(name) is hooked:
            setattr(owner, name, original)
        else:
            vars(hooked)[LEFT] = original

    return remove


def carried(method: str, origin: str, target: str, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> Request:
    """A request as it goes over the wire: `target` is path and query, encoded, or the whole URL, as proxies get it."""
    base = BASE.match(target)
    path, _, query = target[base.end() if base else 0 :].partition("?")
    return Request(
        method=method,
        path=unquote(path) or "/",
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        headers=tuple([(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers]),
        body=body,
        origin=origin,
    )


def connected(
    kind: type[AnyConnection], mock: Answering, scheme: str, host: str, port: int | None = None, *, advice: str
) -> AnyConnection:
    """A connection of this kind to a host that the mock answers. It is never encrypted, whatever the scheme.

    `advice` is how to give the library a time-out.
    """
    usual = PORTS[scheme]
    # Inside of a cassette of vcrpy the library's own name for the class is a stub, which says what it stands for.
    real = cast(type[AnyConnection], getattr(kind, "_baseclass", kind))
    connection = real(host, port or usual)
    netloc = f"[{host.strip('[]')}]" if ":" in host else host
    origin = f"{scheme}://{netloc}" if port in (None, usual) else f"{scheme}://{netloc}:{port}"

    def connect() -> None:
        wire = Wire(mock, origin, advice)
        # Besides seconds and None there is a mark for "what is usual".
        given = vars(connection)["timeout"]
        wire.settimeout(given if given is None or isinstance(given, int | float) else socket.getdefaulttimeout())
        vars(connection)["sock"] = wire

    # `is_verified` is urllib3's: there is no certificate to warn about.
    vars(connection).update(connect=connect, default_port=usual, is_verified=True)
    return connection


class Wire:
    """A socket in memory: takes one request, and has the mock's reply to it."""

    def __init__(self, mock: Answering, origin: str, advice: str) -> None:
        self._mock = mock
        self._origin = origin
        self._advice = advice
        self._timeout_s: float | None = None
        self._sent = io.BytesIO()

    def sendall(self, data: bytes) -> None:
        """Take a part of the request; TypeError for anything but bytes, as sockets have it."""
        self._sent.write(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The reply, to be read. Whoever asks for it has sent the whole request."""
        request = _read(self._sent.getvalue(), self._origin)
        reply = self._mock.handle(request)
        course = course_of(request.method, reply)
        if course is None:
            return io.BufferedReader(io.BytesIO(written(reply.response)))
        patience = Patience(request, self._timeout_s, self._advice)
        return io.BufferedReader(Incoming(awaited(arriving(course), patience, self._mock)))

    def settimeout(self, timeout: float | None) -> None:
        """Seconds to wait for what comes, or None: for ever. Nothing here takes time, but a mock may say it does."""
        self._timeout_s = timeout

    def close(self) -> None:
        """Nothing here has to be released."""


def _read(sent: bytes, origin: str) -> Request:
    head, _, body = sent.partition(b"\r\n\r\n")
    line, *lines = FOLD.sub(b" ", head).split(b"\r\n")
    method, target, _ = line.decode("ascii").split(" ")
    fields = [(name, value.strip(b" \t")) for name, _, value in (field.partition(b":") for field in lines)]
    if any(name.lower() == b"transfer-encoding" for name, _ in fields):
        body = _dechunked(body)
    return carried(method, origin, target, fields, body)


def _dechunked(body: bytes) -> bytes:
    file, chunks = io.BytesIO(body), []
    while size := int(file.readline(), 16):
        chunks.append(file.read(size))
        file.readline()
    return b"".join(chunks)
