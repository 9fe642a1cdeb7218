"""One recorded exchange, and what the readers of all formats need to build one."""

import re
import zlib
from base64 import b64decode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from reelmock.contracts.exchange import Fields, Request, Response, first
from reelmock.contracts.jsontree import Json, JsonObject, excerpt
from reelmock.contracts.short_repr import ShortRepr

# What one body may have once it is decompressed, in bytes.
MAX_BODY_BYTES = 32 * 1024 * 1024

METHOD = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

# Coding of a body → how zlib is told of it, in the order in which to try: `deflate` comes with and without its header.
CODINGS: Mapping[str, tuple[int, ...]] = {"gzip": (31,), "x-gzip": (31,), "deflate": (15, -15)}

# What is true of a body as it was sent, and not of the one that it stands for.
ABOUT_CODING = frozenset({"content-encoding", "content-length", "transfer-encoding"})


@dataclass(frozen=True, slots=True, repr=False)
class Recorded(ShortRepr):
    """An exchange of a recording.

    `place` is where it stands in the file, such as `log/entries/3`. `response` is None where no reply was recorded.
    `problem` says what is missing and why, or is "": the reply, or the body of the request (then `request_body` is
    False) or of the reply (`response_body`). `began` and `ended` are seconds since 1970, the same where the file does
    not tell how long it took. `login` is the name and the password of the URL, which the request is without.
    """

    request: Request
    response: Response | None
    place: str
    problem: str = ""
    request_body: bool = True
    response_body: bool = True
    began: float = 0.0
    ended: float = 0.0
    login: str = ""

    def __repr__(self) -> str:
        came = self.response.status if self.response is not None else "no reply"
        return f"Recorded({self.request.method} {self.request.path}, {came}, {self.place})"


class FormatError(ValueError):
    """A place of a recording that is not as its format wants it; the text says what is wrong."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(problem)
        self.place = place


def wanted_object(node: Json, name: str, place: str) -> JsonObject:
    """The object `name` of what stands at `place`. FormatError when there is none."""
    value = node.get(name) if isinstance(node, dict) else None
    if not isinstance(value, dict):
        came = excerpt(value) if isinstance(node, dict) and name in node else "nothing"
        raise FormatError(place, f"`{name}` is {came}, where an object was expected")
    return value


def recorded_request(node: JsonObject, url: Json, headers: Fields, body: bytes, place: str) -> Request:
    """The request with the method of `node`. A name and a password in the URL are dropped.

    FormatError where the method or the URL is none.
    """
    method = node.get("method")
    if not isinstance(method, str) or not METHOD.fullmatch(method):
        raise FormatError(place, f"the method is {excerpt(method)}, which is none of HTTP's")
    if not isinstance(url, str):
        raise FormatError(place, f"the URL is {excerpt(url)}, where a text was expected")
    try:
        request = Request.build(method.upper(), readable(url))
        host = urlsplit(request.origin).netloc.rpartition("@")[2]
    except ValueError:  # whose text may show a password
        raise FormatError(place, "the URL is none that can be read") from None
    origin = f"{request.origin.partition(':')[0]}://{host}" if host else ""
    return replace(request, headers=headers, body=body, origin=origin)


def login_of(url: Json) -> str:
    """The name and the password in a URL, as they are written there, or ""."""
    try:
        return urlsplit(url).netloc.rpartition("@")[0] if isinstance(url, str) else ""
    except ValueError:
        return ""


def header_fields(pairs: Iterable[tuple[str, str]]) -> Fields:
    """Headers as an exchange has them: HTTP/2's pseudo headers left out, and what stands in lines in fields of its own,
    as browsers join repeated headers."""
    return tuple(
        (name.strip().lower(), readable(line).strip())
        for name, value in pairs
        if name.strip() and not name.startswith(":")
        for line in value.splitlines() or [""]
    )


def readable(text: str) -> str:
    """`text` without halves of characters, which JSON can write and UTF-8 can't."""
    return text.encode("utf-8", "replace").decode("utf-8")


def recorded_response(status: Json, headers: Fields, body: bytes) -> Response | None:
    """The response, or None where the status is none: tools write 0 or -1 for a request that failed."""
    if not isinstance(status, int) or not 100 <= status <= 999:
        return None
    return Response(status, headers, body)


def from_base64(text: Json, place: str) -> bytes:
    """The bytes that a text in base64 stands for. FormatError when it is none."""
    try:
        return b64decode(text if isinstance(text, str) else "")
    except ValueError:
        raise FormatError(place, "a text is not in base64, although it is said to be") from None


def decompressed(headers: Fields, body: bytes) -> tuple[Fields, bytes] | None:
    """Headers and body as they were before compression, or None where the body can't be decompressed.

    Most tools record bodies that are decompressed beside headers that still tell how they came.
    """
    told = (coding.strip().lower() for coding in (first(headers, "content-encoding") or "").split(","))
    codings = [coding for coding in told if coding not in ("", "identity")]
    if not codings:
        return headers, body
    found: bytes | None = body
    if not _is_text(body):
        for coding in reversed(codings):
            found = _decompress(coding, found) if found is not None else None
    if found is None:
        return None
    return tuple(field for field in headers if field[0] not in ABOUT_CODING), found


def _is_text(body: bytes) -> bool:
    """Whether a body is UTF-8, which what is compressed never is."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decompress(coding: str, body: bytes) -> bytes | None:
    """The body before one coding; None for one that is not known, a broken body, and one that would get too large."""
    for window in CODINGS.get(coding, ()):
        reader = zlib.decompressobj(window)
        try:
            found = reader.decompress(body, MAX_BODY_BYTES)
        except zlib.error:
            continue
        if reader.eof:
            return found
    return None
