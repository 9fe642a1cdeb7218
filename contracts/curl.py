"""A request as one line for bash, which repeats it with curl; keys are variables of the shell."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from reelmock.contracts.exchange import SECRET, Request
from reelmock.contracts.wire_form import OWN_HEADERS, PATH_SAFE, TOKEN, WITH_BODY, header_bytes, target_of

# A shorter text is no secret, and would be found everywhere: it is only looked for where credentials stand.
MIN_SECRET = 4

# Linux takes no argument of 128 KiB or more; a builtin of the shell, such as printf, has no limit.
MAX_ARGUMENT_BYTES = 100_000

# From this size on curl waits for the server's leave before it sends a body.
EXPECTS_BYTES = 1024 * 1024

# What stands before a credential, or alone.
SCHEME = re.compile(rb"\s*((bearer|basic|digest|token|key|apikey)(?=\s|$))?\s*", re.IGNORECASE)

PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
PLAIN_IN_DOUBLE_QUOTES = re.compile(rb"[A-Za-z0-9_@%+=:,./ ;*?&()-]*")
ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\\": r"\\", "'": r"\'", "!": r"\x21"}


class _Piece(NamedTuple):
    """A part of an argument: bytes, or the shell variable that stands for them."""

    literal: bytes
    variable: str = ""


def curl(request: Request, base: str, keys: Mapping[str, str], shown: Collection[str] = ()) -> str:
    """One line for bash that sends `request` again, to its origin or else to `base`.

    `keys` has the name of a shell variable for each secret, as `{"sk-123": "AIMLAPI_API_KEY"}`: wherever the secret is,
    percent-encoded or escaped ones included, the line has `$AIMLAPI_API_KEY`. Any other credential in a header is
    `****`, but for those in `shown`, such as a key that is wrong on purpose. Nothing in the line can drive a terminal.
    """
    secrets = _secrets(keys)
    long = {secret: name for secret, name in secrets.items() if len(secret) >= MIN_SECRET}
    root = (request.origin or base).rstrip("/").encode("utf-8", "surrogatepass")
    url = [_Piece(root), *_split(target_of(request).encode(), long)]
    words = ["curl -sS -i", *_method(request), _word(url)]
    if "/." in request.path:
        words.append("--path-as-is")
    if b"[" in root:
        words.append("-g")
    for name, value in _headers(request):
        found = _credential(value, secrets, shown) if SECRET.search(name) else _split(value, long)
        words += ["-H", _word([_Piece(f"{name}: ".encode()), *found] if value else [_Piece(f"{name};".encode())])]
    return _with_body(request, words, _split(request.body, long))


def _method(request: Request) -> list[str]:
    if request.method == "HEAD" and not request.body:
        return ["-I"]  # with -X, curl would wait for a body
    if request.method == "GET" and not request.body:
        return []
    return ["-X", _word([_Piece(request.method.encode("utf-8", "surrogatepass"))])]


def _headers(request: Request) -> Iterator[tuple[str, bytes]]:
    """The headers that curl does not send by itself; what HTTP can't carry is left out, or blank."""
    for name, value in request.headers:
        if name not in OWN_HEADERS and TOKEN.fullmatch(name):
            yield name, header_bytes(re.sub(r"[\r\n\0]", " ", value).strip())


def _with_body(request: Request, words: list[str], body: Sequence[_Piece]) -> str:
    """The line of `words`, with the body and without the headers that curl would add because of it."""
    if not request.body and request.method not in WITH_BODY:
        return " ".join(words)
    if request.header("content-type") is None:
        words = [*words, "-H", "'Content-Type:'"]
    if len(request.body) >= EXPECTS_BYTES and request.header("expect") is None:
        words = [*words, "-H", "'Expect:'"]
    if b"\0" in request.body or len(request.body) > MAX_ARGUMENT_BYTES:
        return " ".join([_printf(body), "|", *words, "--data-binary @-"])
    return " ".join([*words, "--data-raw", _word(body or [_Piece(b"")])])


def _secrets(keys: Mapping[str, str]) -> dict[bytes, str]:
    """Every form in which a secret can be in a request, and its variable."""
    found: dict[bytes, str] = {}
    for secret, name in keys.items():
        forms = {quote(secret, safe=""), quote(secret, safe=PATH_SAFE), quote_plus(secret), secret}
        forms |= {json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)}
        found |= dict.fromkeys([header_bytes(secret), *(form.encode("utf-8", "surrogatepass") for form in forms)], name)
    return {secret: name for secret, name in found.items() if secret}


def _split(data: bytes, secrets: Mapping[bytes, str]) -> list[_Piece]:
    """`data` in pieces, its secrets as variables."""
    parts = _any_of(secrets).split(data)
    return [_Piece(part, secrets[part] if index % 2 else "") for index, part in enumerate(parts) if part]


def _any_of(texts: Collection[bytes]) -> re.Pattern[bytes]:
    """Matches one of `texts`, the longest first, as a group; nothing where there are none."""
    ordered = sorted(filter(None, texts), key=len, reverse=True)
    return re.compile(b"(" + (b"|".join(map(re.escape, ordered)) or b"(?!)") + b")")


def _credential(value: bytes, secrets: Mapping[bytes, str], shown: Collection[str]) -> list[_Piece]:
    """The value of a header that carries credentials: known ones as variables, the others masked."""
    if value in secrets:
        return [_Piece(value, secrets[value])]
    match = SCHEME.match(value)
    scheme = match[0] if match else b""
    harmless = _any_of([header_bytes(text) for text in shown])
    pieces = [_Piece(scheme)]
    for piece in _split(value[len(scheme) :], secrets):
        parts = [piece.literal] if piece.variable else harmless.split(piece.literal)
        hidden = [b"****" if part.strip() and index % 2 == 0 else part for index, part in enumerate(parts)]
        pieces.append(piece if piece.variable else _Piece(b"".join(hidden)))
    return pieces


def _word(pieces: Sequence[_Piece]) -> str:
    """Pieces as one word of the shell."""
    named = any(piece.variable for piece in pieces)
    if named and all(PLAIN_IN_DOUBLE_QUOTES.fullmatch(piece.literal) for piece in pieces if not piece.variable):
        inside = "".join(f"${{{piece.variable}}}" if piece.variable else piece.literal.decode() for piece in pieces)
        # Braces are only wanted where a name would go on.
        return '"' + re.sub(r"\$\{(\w+)\}(?![\w:])", r"$\1", inside) + '"'
    runs = groupby(pieces, attrgetter("variable"))
    return "".join(
        f'"${name}"' * len(list(run)) if name else _quoted(b"".join(piece.literal for piece in run))
        for name, run in runs
    )


def _quoted(data: bytes) -> str:
    """Bytes without NUL as a word of the shell, in the plainest quotes that will do."""
    text = data.decode("utf-8", "surrogateescape")
    if PLAIN.fullmatch(text):
        return text
    if text.isprintable():
        return "'" + text.replace("'", r"'\''") + "'"
    return "$'" + "".join(ESCAPES.get(char) or _escaped(char, r"\x{:02x}") for char in text) + "'"


def _printf(pieces: Sequence[_Piece]) -> str:
    """A command of the shell that prints the pieces, whatever bytes they are."""
    form = "".join("%s" if piece.variable else "%b" for piece in pieces)
    words = [f'"${piece.variable}"' if piece.variable else f"'{_octal(piece.literal)}'" for piece in pieces]
    return " ".join(["printf", form, *words])


def _octal(data: bytes) -> str:
    """Bytes as printf's %b reads them."""
    text = data.decode("utf-8", "surrogateescape")
    return "".join(rf"\0{ord(char):03o}" if char in "'\\" else _escaped(char, r"\0{:03o}") for char in text)


def _escaped(char: str, form: str) -> str:
    """A character as it is, or each of its bytes in `form` when it can't be printed."""
    if char.isprintable():
        return char
    return "".join(form.format(byte) for byte in char.encode("utf-8", "surrogateescape"))
