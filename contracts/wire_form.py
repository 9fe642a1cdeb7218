"""What a URL and a request are on the wire: an address, a target, and bytes of headers."""

import re
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, urlencode, urlsplit

from reelmock.contracts.exchange import Request

# What the client alone says: how long the body is, and to whom and for how long it speaks.
OWN_HEADERS = frozenset({"host", "content-length", "connection", "transfer-encoding"})

# Methods whose empty body is announced as well.
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# What stands for itself in a path (RFC 3986).
PATH_SAFE = "/!$&'()*+,;=:@"
PORTS = {"http": 80, "https": 443}


class UrlError(ValueError):
    """A URL at which no API can be asked. The text says what came, without credentials, and what is wanted."""

    def __init__(self, url: str, problem: str) -> None:
        # Credentials stand before the last @, or in the query.
        shown = re.sub(r"^(\w+://)?.*@", r"\1****@", re.split(r"[?#]", url)[0], flags=re.DOTALL)
        super().__init__(f"{shown[:200]!r} can't be asked: {problem}")


@dataclass(frozen=True, slots=True)
class Address:
    """What a URL says of a server: `host` is in ASCII or an IP address, `prefix` the path without a last slash."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def netloc(self) -> str:
        """Host and port, the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @classmethod
    def of(cls, url: str) -> "Address":
        """The address in an http or https URL; UrlError for everything else."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its text may have a password in it
            raise UrlError(url, "its host or its port can't be read") from None
        if parts.scheme not in PORTS or "://" not in url:
            raise UrlError(url, "it has to begin with http:// or https://")
        if "@" in parts.netloc:
            raise UrlError(url, "it has credentials in it, which would be printed; leave out what stands before the @")
        if "?" in url or "#" in url:
            raise UrlError(url, "it has to end with the path, without ? and #")
        if re.search(r"[\0- \x7f]", url) or not parts.path.isascii():
            raise UrlError(url, "it has to be percent-encoded, without spaces")
        host = _ascii(parts.hostname or "")
        if not host:
            raise UrlError(url, "there has to be a host behind ://, such as http://127.0.0.1:8000")
        return cls(parts.scheme, host, PORTS[parts.scheme] if port is None else port, parts.path.rstrip("/"))


def _ascii(host: str) -> str:
    """A host as it is looked up: an IP address, or a name in ASCII; "" when it is neither."""
    with suppress(ValueError):
        return str(ip_address(host))
    with suppress(UnicodeError):
        name = host.encode("idna").decode()
        return name if re.fullmatch(r"[A-Za-z0-9._-]+", name) else ""
    return ""


def is_loopback(url: str) -> bool:
    """Whether a URL's host is this machine: localhost, 127.0.0.0/8 or ::1. False for what is no URL."""
    try:
        host = Address.of(url).host
    except UrlError:
        return False
    return is_loopback_host(host)


def is_loopback_host(host: str) -> bool:
    """Whether a host's name or IP address is this machine's own."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host.rstrip(".") == "localhost"


def target_of(request: Request) -> str:
    """Path and query of a request, as they are or percent-encoded so that a server decodes them to what they are."""
    if request.target_as_is:
        return request.target_as_is
    path = quote(request.path, safe=PATH_SAFE, errors="surrogatepass")
    query = urlencode(request.query, quote_via=quote, safe="", errors="surrogatepass")
    return f"{'' if path.startswith('/') else '/'}{path}{'?' if query else ''}{query}"


def header_bytes(value: str) -> bytes:
    """A header's value as it is sent: in Latin-1, as HTTP reads it, or in UTF-8 where Latin-1 lacks a character."""
    with suppress(UnicodeEncodeError):
        return value.encode("latin-1")
    return value.encode("utf-8", "surrogatepass")
