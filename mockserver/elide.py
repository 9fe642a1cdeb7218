"""Cuts long strings out of values that are kept: a payload may carry a photo, and nobody reads 10 MB of it."""

import hashlib

from reelmock.contracts.jsontree import Json

MAX_STRING = 4096
KEPT_PREFIX = 256


def elide(value: Json) -> Json:
    """`value` with every string of more than 4,096 characters as its beginning, its length and its SHA-256."""
    if isinstance(value, str):
        return elide_text(value) if len(value) > MAX_STRING else value
    if isinstance(value, dict):
        return {elide_text(name) if len(name) > MAX_STRING else name: elide(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [elide(inner) for inner in value]
    return value


def elide_text(text: str) -> str:
    """The beginning of `text`, its length in characters, and the SHA-256 of its UTF-8 bytes."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:KEPT_PREFIX]}… [{len(text)} characters, sha256:{digest}]"
