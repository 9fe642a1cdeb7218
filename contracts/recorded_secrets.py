"""The credentials in an exchange, so that a report can mask them wherever they turn up."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote, unquote

from reelmock.contracts.exchange import SECRET, Fields, first
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json
from reelmock.contracts.recorded import Recorded

# What is shorter is no key that anybody has given out, and masking it everywhere would make a report unreadable. The
# header that it came in is masked all the same. Cookies hold more words than secrets.
SHORTEST_KEY = 6
SHORTEST_COOKIE = 12

# What a header says whose key somebody has forgotten, or taken out.
SCHEMES = frozenset({"bearer", "basic", "digest", "negotiate"})

FORM = "application/x-www-form-urlencoded"

# Finds out in no time that a body, such as a picture, has no credential to look for.
SECRET_IN_BYTES = re.compile(SECRET.pattern.encode(), re.IGNORECASE)

# The name and the password in a URL, as JSON may write it too. A host name is no longer than that.
LOGIN = re.compile(r":(?:\\?/){2}([^\s/?#\"'<>@\\]{1,512})@")


def credentials(exchanges: Iterable[Recorded]) -> tuple[str, ...]:
    """Each credential in headers, query parameters, members of JSON and forms, and URLs once, as it may turn up
    elsewhere; the longest first, so that replacing one leaves no piece of another."""
    found = {secret for exchange in exchanges for secret in _of_exchange(exchange)}
    written = found | {quote(secret, safe="") for secret in found}
    return tuple(sorted(written, key=lambda secret: (-len(secret), secret)))


def _of_exchange(exchange: Recorded) -> Iterator[str]:
    request, response = exchange.request, exchange.response
    yield from _of_fields((*request.headers, *request.query))
    yield from _of_body(request.headers, request.body)
    yield from _of_login(exchange.login)
    if response is not None:
        yield from _of_fields(response.headers)
        yield from _of_body(response.headers, response.body)


def _of_fields(fields: Fields) -> Iterator[str]:
    for name, value in fields:
        if SECRET.search(name.lower()):
            yield from _of_field(name.lower(), value)
        yield from _of_urls(value)


def _of_field(name: str, value: str) -> Iterator[str]:
    """The secrets in one field: what it says, without the scheme before it, or the values of its cookies."""
    if "cookie" in name:
        pairs = value.split(";") if name == "cookie" else value.split(";")[:1]
        values = (pair.partition("=")[2].strip().strip('"') for pair in pairs)
        yield from (value for value in values if len(value) >= SHORTEST_COOKIE)
        return
    scheme, _, key = value.partition(" ")
    secret = key if scheme and key and " " not in key else value
    if len(secret) >= SHORTEST_KEY and secret.lower() not in SCHEMES:
        yield secret


def _of_body(headers: Fields, body: bytes) -> Iterator[str]:
    """The secrets in a body: members of JSON or of a form with such names, and logins in URLs."""
    if b"@" in body:
        yield from _of_urls(body.decode("utf-8", "replace"))
    if not SECRET_IN_BYTES.search(body):
        return
    if (first(headers, "content-type") or "").lower().startswith(FORM):
        yield from _of_fields(tuple(parse_qsl(body.decode("utf-8", "replace"))))
        return
    try:
        yield from _of_fields(tuple(_members(parse_json(body))))
    except BodyError:
        return


def _members(value: Json) -> Iterator[tuple[str, str]]:
    """(Name, text) of each member that is a text, or one of a list of texts, at any depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, held in inner:
        for text in held if isinstance(held, list) else [held]:
            if isinstance(text, str) and isinstance(name, str):
                yield name, text
        yield from _members(held)


def _of_urls(text: str) -> Iterator[str]:
    for login in LOGIN.findall(text):
        yield from _of_login(login)


def _of_login(login: str) -> Iterator[str]:
    """The password in a URL, or what stands there alone, as it is written and as it is meant."""
    name, _, password = login.partition(":")
    yield from (secret for secret in {password or name, unquote(password or name)} if len(secret) >= SHORTEST_KEY)
