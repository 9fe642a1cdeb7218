"""The sentences of a schema's descriptions, and where each stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reelmock.contracts.jsontree import JsonObject, Path, member, pointer, text
from reelmock.contracts.normalise import subschemas

# A new line that begins a new sentence, whatever the last one ended with: an empty one, a bullet, a number, a heading.
LINE_START: Final = re.compile(r"\n\s*\n\s*|\n\s*(?:[-*•+]|\d+[.)]|#+)\s+")
BULLET: Final = re.compile(r"^\s*(?:[-*•+]|\d+[.)]|#+)\s+")

# What may hold a full stop that ends nothing.
CODE: Final = re.compile(r"`[^`]*`")
END: Final = re.compile(r"[.!?]+[)\"'*_]*\s+(?=(?P<next>\S+))")
ABBREVIATION: Final = re.compile(r"\b(?:e\.g|i\.e|vs|approx|resp|incl|cf|fig)\.$", re.IGNORECASE)

# The keywords through which a place still speaks of the same property.
SAME: Final = frozenset({"allOf", "anyOf", "oneOf", "items", "prefixItems"})


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence, as written but for its white space, and the place of its description in the schema.

    `host` is the model's own property that is described, or None when it is the model; `siblings` are the names of the
    properties beside the described one when that lies in an object inside a property of the model, and empty otherwise.
    """

    sentence: str
    pointer: str
    host: str | None
    siblings: frozenset[str]


def stated(schema: JsonObject) -> Iterator[Stated]:
    """Every sentence of the descriptions in a model's schema, in the schema's order."""
    yield from _stated(schema, (), None, frozenset())


def _stated(schema: JsonObject, path: Path, host: str | None, siblings: frozenset[str]) -> Iterator[Stated]:
    if (
        not path or host is not None or "properties" in schema
    ):  # what else an `allOf` has is a rule that was read before
        place = pointer((*path, "description"))
        yield from (Stated(one, place, host, siblings) for one in sentences(text(schema, "description")))
    for steps, inner in subschemas(schema):
        here = (*path, *steps)
        if steps[0] in SAME:
            yield from _stated(inner, here, host, siblings)
        elif steps[0] == "properties" and host is None:
            yield from _stated(inner, here, str(steps[-1]), siblings)
        elif steps[0] == "properties":
            yield from _stated(inner, here, host, siblings | member(schema, "properties").keys())


def sentences(description: str) -> list[str]:
    """The sentences of a text in Markdown, each on one line, bullets without their mark."""
    blocks = LINE_START.split(BULLET.sub("", description))
    found = [sentence for block in blocks for sentence in _split(" ".join(block.split()))]
    return [sentence for sentence in found if sentence]


def _split(block: str) -> Iterator[str]:
    """A block of text at the ends of its sentences."""
    hidden = CODE.sub(lambda code: "`" * len(code[0]), block)
    start = 0
    for end in END.finditer(hidden):
        if not ABBREVIATION.search(hidden[start : end.start() + 1]) and _begins(block[end.end() :]):
            yield block[start : end.end()].strip()
            start = end.end()
    yield block[start:].strip()


def _begins(rest: str) -> bool:
    """Whether a sentence may begin here: with a small letter only when it is an identifier."""
    first = rest.split(maxsplit=1)[0]
    return not first[0].islower() or "_" in first
