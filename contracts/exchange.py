"""One HTTP exchange as plain values: what both packages speak, and all that the engine ever sees of the network."""

import json as jsonlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from reelmock.contracts.jsontree import Json
from reelmock.contracts.short_repr import ShortRepr

# Header and query fields in the order in which they came. Header names are lower case.
Fields: TypeAlias = tuple[tuple[str, str], ...]

# Names of headers that carry credentials, also where a client sends its key in the wrong one.
SECRET = re.compile("auth|cookie|key|token|secret|password")

# Names that nearly every request has, and that carry none.
HARMLESS = frozenset(
    {"host", "accept", "accept-encoding", "connection", "content-length", "content-type", "user-agent"}
)


def first(fields: Iterable[tuple[str, str]], name: str) -> str | None:
    """The first value of the field `name` (lower case for headers), or None."""
    for key, value in fields:
        if key == name:
            return value
    return None


def masked(name: str, value: str) -> str:
    """A header's value as it may be printed: credentials are replaced, anything else is unchanged."""
    if not _is_secret(name):
        return value
    scheme, _, secret = value.partition(" ")
    return f"{scheme} ****" if secret and name.endswith("authorization") else "****"


@lru_cache(maxsize=256)
def _is_secret(name: str) -> bool:
    return SECRET.search(name) is not None


def masked_fields(headers: Fields) -> Fields:
    """Headers as they may be printed or kept."""
    return tuple([f if f[0] in HARMLESS or not _is_secret(f[0]) else (f[0], masked(*f)) for f in headers])


@dataclass(frozen=True, slots=True)
class Request(ShortRepr):
    """An HTTP request.

    `path` is percent-decoded and has no query; `headers` have lower-case names; `origin` is the `scheme://host[:port]`
    that the client used, as the door knows it (empty when it does not). `target_as_is` is path and query in the very
    spelling in which they have to be sent, such as those of a signed URL; empty where any spelling will do.
    """

    method: str
    path: str
    query: Fields = ()
    headers: Fields = ()
    body: bytes = b""
    origin: str = ""
    target_as_is: str = ""
    _by_name: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def header(self, name: str) -> str | None:
        """The first value of the header `name` (lower case), or None."""
        if not self._by_name:  # filled when it is first asked: several will be
            self._by_name.update(reversed(self.headers))
        return self._by_name.get(name)

    @property
    def target(self) -> str:
        """Path and query as a reader writes them, for messages."""
        query = "&".join(f"{name}={value}" for name, value in self.query)
        return f"{self.path}?{query}" if query else self.path

    def __repr__(self) -> str:
        return f"Request({self.method} {self.target}, {dict(masked_fields(self.headers))}, {len(self.body)} bytes)"

    @classmethod
    def build(
        cls,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Json = None,
        body: bytes = b"",
    ) -> "Request":
        """A request from a URL (absolute, or a path with its query), as a client library would send it.

        `json` that is not None becomes the body, with `content-type: application/json` unless `headers` say otherwise.
        """
        parts = urlsplit(url)
        fields = {name.lower(): value for name, value in (headers or {}).items()}
        if json is not None:
            body = jsonlib.dumps(json).encode()
            fields.setdefault("content-type", "application/json")
        return cls(
            method=method,
            path=unquote(parts.path) or "/",
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers=tuple(fields.items()),
            body=body,
            origin=f"{parts.scheme}://{parts.netloc}" if parts.netloc else "",
        )


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; `headers` have lower-case names."""

    status: int
    headers: Fields = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The first value of the header `name` (lower case), or None."""
        return first(self.headers, name)

    def json(self) -> Json:
        """The body read as JSON; ValueError when it is none."""
        value: Json = jsonlib.loads(self.body)
        return value
