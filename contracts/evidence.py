"""How a document knows what it says: what is marked `inferred` may be learned better, anything else is a promise."""

from collections.abc import Iterable
from dataclasses import dataclass

from reelmock.contracts.contract import Contract
from reelmock.contracts.document import Document
from reelmock.contracts.jsontree import Json, JsonObject, Path, member, pointer, text

INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`word` is `documented`, `recorded` or `inferred`; `source` says whence, `place` is the JSON pointer to it."""

    word: str
    source: str
    place: str

    @property
    def inferred(self) -> bool:
        """Whether the document only guesses."""
        return self.word == INFERRED

    def __str__(self) -> str:
        told = f"{self.word}: {self.source}" if self.source else self.word
        return f"{told} ({self.place})" if self.place else told


def evidence_at(document: Document, path: Path) -> Evidence:
    """How `document` knows what it says at `path`: by the nearest `x-evidence` there or around it, through references.

    What carries none is documented: by the document itself.
    """
    node: Json = document.tree
    found, source = "documented", ""
    for step in path:
        if isinstance(node, list):
            node = node[step] if isinstance(step, int) and step < len(node) else None
        else:
            node = member(node).get(str(step))
        if isinstance(node, dict):
            node = document.named(node)
            if "x-evidence" in node:
                found, source = text(node, "x-evidence"), text(node, "x-source")
    return Evidence(found, source, pointer(path))


def evidence_in(schema: JsonObject, path: Iterable[str | int]) -> str | None:
    """The nearest `x-evidence` on the way to a place in the values of `schema`, or None where there is none."""
    found = text(schema, "x-evidence") or None
    node: Json = schema
    for step in path:
        node = member(node, "properties").get(step) if isinstance(step, str) else member(node).get("items")
        found = text(node, "x-evidence") or found
    return found


def refusal_row(contract: Contract, name: str) -> JsonObject:
    """The refusal `name` in `x-errors`; the shipped document's where this one has none of that name, as in the fake."""
    return member(contract.extension_object("x-errors"), name) or member(contract.house.tree, "x-errors", name)


def refusal_evidence(contract: Contract, name: str) -> Evidence | None:
    """How the document knows its refusal `name` in `x-errors`; None where it has none of that name: what the shipped
    one promises is no promise of another."""
    row = member(contract.document.tree, "x-errors", name)
    if not row:
        return None
    return Evidence(text(row, "x-evidence", INFERRED), text(row, "x-source"), pointer(("x-errors", name)))


def weakest(*found: Evidence) -> Evidence:
    """The one that only guesses, if there is one, else the first: a chain holds what its weakest link does."""
    return next((one for one in found if one.inferred), found[0])
