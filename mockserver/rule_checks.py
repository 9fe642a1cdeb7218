"""What members of a rule can't be together, or can't be at all, though the schema takes each: it would never match."""

import math
import re
from collections.abc import Iterator
from typing import Final

from reelmock.contracts.jsontree import JsonObject, member

# Pairs of which one leaves the other nothing to say, and why.
CONTRADICTIONS: Final = (
    ("nth", "times", "`nth` is one request"),
    ("nth", "rate", "`nth` is one request"),
    ("code", "progression", "with a code nothing is created"),
    ("code", "outcome", "with a code nothing is created"),
    ("code", "quirks", "with a code nothing is created"),
    ("code", "expires_after", "with a code nobody looks how old the link is"),
)

# What a header can carry, and how long a body may say that it is: more digits than that are no number to anybody.
HEADER_TEXT: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
LENGTH: Final = re.compile(r"[0-9]{1,15}")

SHAPING: Final = ("progression", "outcome", "quirks")


def problems(said: JsonObject) -> Iterator[str]:
    """What is wrong with a record that the schema takes, each with the place in it where there is one."""
    for name, value in said.items():
        if isinstance(value, float) and math.isnan(value):  # it is not less than any minimum
            yield f"/{name}: nan is no number"
    for one, other, why in CONTRADICTIONS:
        if one in said and other in said:
            yield f": `{one}` and `{other}` contradict each other: {why}"
    yield from _misplaced(said)
    yield from _bad_headers(said)


def _misplaced(said: JsonObject) -> Iterator[str]:
    """Members that say nothing about the requests that the rule is about."""
    on = said.get("on")
    if on not in (None, "create") and any(name in said for name in SHAPING):
        yield f": a progression, an outcome or a quirk is decided at the create, and `on` is {on}"
    if on != "clip" and "expires_after" in said:
        yield ': `expires_after` is about clips: give on = "clip"'
    if on == "clip" and "key" in said:
        yield ": `key` is about creates and retrieves: clips are asked for without a key"
    if "key" in said and not HEADER_TEXT.fullmatch(str(said["key"])):
        yield "/key: no header can carry this key: wanted ASCII characters without outer spaces"
    if "retry_after_form" in said and "retry_after" not in said:
        yield ": `retry_after_form` needs `retry_after`"


def _bad_headers(said: JsonObject) -> Iterator[str]:
    headers = {name.lower(): str(value) for name, value in member(said, "headers").items()}
    if "transfer-encoding" in headers or not LENGTH.fullmatch(headers.get("content-length", "0")):
        yield "/headers: a connection can carry no transfer-encoding, and a content-length of 1 to 15 digits"
    # To `re`, a `$` in the schema's patterns also matches before a line break at the end.
    if not all(name.isprintable() and (not text or HEADER_TEXT.fullmatch(text)) for name, text in headers.items()):
        yield "/headers: a header can carry no line breaks, and no outer spaces"
    if "retry_after" in said and "retry-after" in headers:
        yield ": `retry_after` and the header Retry-After contradict each other: give one of them"
