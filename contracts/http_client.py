"""A client that sends a request as it is, however broken, and tells a reply from everything that is none."""

import re
import ssl
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from email.errors import MissingHeaderBodySeparatorDefect
from functools import cached_property
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    HTTPSConnection,
    IncompleteRead,
    RemoteDisconnected,
)
from itertools import chain, repeat
from urllib.parse import unquote
from urllib.request import getproxies, proxy_bypass

from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.trials import NoReplyError, Send
from reelmock.contracts.wire_form import (
    OWN_HEADERS,
    TOKEN,
    WITH_BODY,
    Address,
    UrlError,
    header_bytes,
    is_loopback_host,
    target_of,
)

MAX_REPLY_BYTES = 32 * 1024 * 1024

# So much is read of a whole where a part was asked for.
SAMPLE_BYTES = 64 * 1024


@dataclass(frozen=True)
class HttpClient:
    """Sends requests to `base`, the URL of an API with or without a path, or to their own `origin` where they have one.

    Each request has a connection of its own and goes out once; redirects, cookies and compression are left alone. The
    proxies of the environment are used, but not to this machine. `version` is told to the server, `timeout` is for how
    many seconds it may be silent, `limit` how many bytes the body of a reply may have. UrlError for a `base` at which
    nothing can be asked.
    """

    base: str
    version: str
    timeout: float = 30.0
    limit: int = MAX_REPLY_BYTES

    def __post_init__(self) -> None:
        Address.of(self.base)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made once: reading the certificates of the authorities takes longer than a request."""
        context = ssl.create_default_context()
        context.set_alpn_protocols(["http/1.1"])
        return context

    def send(self, request: Request) -> Response:
        """The reply to `request`, its body as it came but for chunks. NoReplyError when none comes that is whole."""
        _check(request)
        try:
            address = Address.of(request.origin or self.base)
        except UrlError as error:
            raise NoReplyError(f"not sent: {error}", reached=False) from None
        proxy = _proxy_of(address)
        with closing(self._connection(address, proxy)) as connection:
            try:
                connection.connect()
            except (OSError, HTTPException, UnicodeError) as error:
                reached = connection.sock is not None
                peer = f"the proxy {proxy.address.netloc}" if proxy and not reached else address.netloc
                raise NoReplyError(_why_no_way(error, peer, self.timeout, reached), reached=reached) from None
            try:
                return self._exchange(connection, request, address, proxy)
            except NoReplyError:
                raise
            except (OSError, HTTPException, ValueError) as error:
                raise NoReplyError(_why_no_reply(error, address.netloc, self.timeout)) from None

    def _connection(self, address: Address, proxy: "_Proxy | None") -> HTTPConnection:
        door = proxy.address if proxy else address
        if address.scheme == "http":
            return HTTPConnection(door.host, door.port, timeout=self.timeout)
        connection = HTTPSConnection(door.host, door.port, timeout=self.timeout, context=self._tls)
        if proxy:
            connection.set_tunnel(address.host, address.port, dict(proxy.headers))
        return connection

    def _exchange(
        self, connection: HTTPConnection, request: Request, address: Address, proxy: "_Proxy | None"
    ) -> Response:
        target = address.prefix + target_of(request)
        headers = self._headers(request)
        if proxy and address.scheme == "http":
            target = f"http://{address.netloc}{target}"
            headers += proxy.headers
        connection.putrequest(request.method, target, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, header_bytes(value))
        # A server may answer before it has read all of a body, and hang up on the rest.
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.endheaders(request.body)
        with connection.getresponse() as response:
            # A server that sends the whole where a part was asked for is read as far as that.
            whole = response.status == 200 and request.header("range") is not None
            return self._read(response, address.netloc, sample=whole)

    def _headers(self, request: Request) -> list[tuple[str, str]]:
        """The headers of `request`, and what it does not say itself."""
        defaults = (
            ("accept", "application/json, */*"),
            ("accept-encoding", "identity"),
            ("user-agent", f"reelmock/{self.version}"),
        )
        headers = [field for field in request.headers if field[0] not in OWN_HEADERS]
        headers += [field for field in defaults if request.header(field[0]) is None]
        if request.body or request.method in WITH_BODY:
            headers.append(("content-length", str(len(request.body))))
        return [*headers, ("connection", "close")]

    def _read(self, response: HTTPResponse, peer: str, *, sample: bool) -> Response:
        if any(isinstance(defect, MissingHeaderBodySeparatorDefect) for defect in response.msg.defects):
            raise NoReplyError(f"{peer} sent a line among its headers that is none")
        if sample:
            return Response(response.status, _fields(response), response.read(SAMPLE_BYTES))
        if (response.length or 0) > self.limit:
            raise NoReplyError(f"{peer} announced more than {self.limit:,} bytes, which is the limit of a reply")
        body = response.read(self.limit + 1)
        if len(body) > self.limit:
            raise NoReplyError(f"{peer} sent more than {self.limit:,} bytes, which is the limit of a reply")
        if response.length:
            raise IncompleteRead(body, response.length)
        return Response(response.status, _fields(response), body)


def _fields(response: HTTPResponse) -> Fields:
    return tuple((name.lower(), re.sub(r"[\r\n]+[ \t]*", " ", value).strip()) for name, value in response.getheaders())


def paced(send: Send, pause: Callable[[float], object], rate: float) -> Send:
    """`send` with at most `rate` requests a second: `pause` lets 1/rate seconds pass before each but the first."""
    if not rate > 0:
        raise ValueError(f"a rate has to be more than 0 requests a second, and is {rate:g}")
    pauses = chain((0.0,), repeat(1 / rate))

    def send_paced(request: Request) -> Response:
        if seconds := next(pauses):
            pause(seconds)
        return send(request)

    return send_paced


@dataclass(frozen=True, slots=True)
class _Proxy:
    """A proxy that speaks HTTP, and the headers that it wants."""

    address: Address
    headers: tuple[tuple[str, str], ...]


def _proxy_of(address: Address) -> _Proxy | None:
    """The proxy of the environment for an address, or None; NoReplyError for one of another kind."""
    proxies = getproxies()
    url = proxies.get(address.scheme) or proxies.get("all")
    if not url or is_loopback_host(address.host) or proxy_bypass(address.netloc):
        return None
    scheme, _, rest = url.rpartition("://")
    credentials, _, place = rest.rpartition("@")
    headers = (("proxy-authorization", f"Basic {b64encode(unquote(credentials).encode()).decode()}"),)
    try:
        if scheme not in {"", "http"}:
            raise UrlError(place, f"the proxy of the environment is one for {scheme}, and only http proxies are used")
        return _Proxy(Address.of(f"http://{place}"), headers if credentials else ())
    except UrlError as error:
        raise NoReplyError(f"not sent: {error}", reached=False) from None


def _check(request: Request) -> None:
    """NoReplyError for what HTTP can't carry: http.client's own error would show a key."""
    if not TOKEN.fullmatch(request.method):
        raise NoReplyError(f"not sent: {request.method!r} is no name for a method", reached=False)
    for name, value in request.headers:
        if not TOKEN.fullmatch(name):
            raise NoReplyError(f"not sent: {name!r} is no name for a header", reached=False)
        if re.search(r"[\r\n\0]", value):
            problem = f"not sent: the header {name} has a line break or a NUL in it, which HTTP can't carry"
            raise NoReplyError(problem, reached=False)


def _why_no_way(error: Exception, peer: str, timeout: float, reached: bool) -> str:
    """Why there is no connection, in one line."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message
        return f"the certificate of {peer} is not trusted: {reason} (SSL_CERT_FILE can name one that is)"
    if isinstance(error, ssl.SSLError):
        return f"{peer} speaks no TLS that can be used: {(error.reason or str(error)).replace('_', ' ').lower()}"
    if isinstance(error, TimeoutError):
        return f"{peer} was silent for {timeout:g} s" if reached else f"{peer} was not there within {timeout:g} s"
    if isinstance(error, ConnectionRefusedError):
        return f"{peer} refused the connection: no server listens there"
    if type(error).__name__ == "gaierror":  # socket's own, which this floor does not import
        return f"the name of {peer} is not known ({_text(error)})"
    if str(error).startswith("Tunnel connection failed"):  # http.client's words for what a proxy answered
        return f"{peer} opened no way to the server ({_text(error)})"
    return f"{peer} can't be reached ({_text(error)})"


def _why_no_reply(error: Exception, peer: str, timeout: float) -> str:
    """Why there is a connection and no reply, in one line."""
    if isinstance(error, TimeoutError):
        return f"{peer} was silent for {timeout:g} s"
    if isinstance(error, RemoteDisconnected):
        return f"{peer} closed the connection without a reply"
    if isinstance(error, IncompleteRead):
        missing = f", and {error.expected:,} are missing" if error.expected else ""
        return f"{peer} ended its reply in the middle: {len(error.partial):,} bytes of the body came{missing}"
    if isinstance(error, OSError):
        return f"{peer} broke off the connection ({_text(error)})"
    if isinstance(error, BadStatusLine):
        return f"{peer} sent no HTTP: {_text(error)}"
    return f"{peer} sent HTTP that can't be read ({_text(error)})"


def _text(error: Exception) -> str:
    """An error's own words, short and printable."""
    words = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    line = " ".join(words.split())
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line[:120])
