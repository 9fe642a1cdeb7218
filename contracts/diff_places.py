"""Where a difference is: a place as it is thought of, and as it is written in a file with references."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from reelmock.contracts.diff_schemas import Change
from reelmock.contracts.jsontree import Json, JsonObject, Path, items, member, pointer


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two documents.

    `rule` is the id of a rule, `subject` what it is about, `message` what has changed. `old` and `new` are the place
    in the documents, as if they had no references: `schema` leads to the schema (or whatever it is), and `inner` from
    there; each is empty where a document has none.
    """

    rule: str
    subject: str
    message: str
    old: Path
    new: Path
    inner: Path = ()
    keyword: str = ""


def schema_difference(prefix: str, subject: str, change: Change, old: Path, new: Path) -> Difference:
    """A change of the schema of `subject`, which lies at these places of the documents."""
    name = dotted(change.path)
    told = f"`{name}`: {change.message}" if name else change.message
    return Difference(f"{prefix}-{change.kind}", subject, told, old, new, change.path, change.keyword)


def dotted(path: Path) -> str:
    """A path inside a schema for people: `multi_prompt[].duration`."""
    told, steps = "", iter(path)
    for step in steps:
        told += {"items": "[]", "additionalProperties": ".*"}.get(str(step)) or f".{next(steps)}"
    return told.removeprefix(".")


def written_at(tree: JsonObject, place: Path, inner: Path, keyword: str) -> str | None:
    """The JSON pointer of a place in a document, across references; None when the document has no such place."""
    found: tuple[Json, Path] | None = (tree, ())
    for step in place:
        found = _step(tree, found, step) if found else None
    if found is None:
        return None
    for at in _inside(tree, _named(tree, *found), inner):
        if not keyword:
            return pointer(at[1])
        for node, path in _parts(tree, _named(tree, *at)):
            if keyword in member(node):
                return pointer((*path, keyword))
    return None


def _inside(tree: JsonObject, at: tuple[Json, Path], inner: Path) -> Iterator[tuple[Json, Path]]:
    """What `inner` leads to from a schema: any part that it is composed of may declare the next member."""
    if not inner:
        yield at
        return
    count = 2 if inner[0] == "properties" else 1
    for node, path in _parts(tree, _named(tree, *at)):
        value: Json = node
        for step in inner[:count]:
            value = member(value).get(str(step))
        if value is not None:
            yield from _inside(tree, (value, (*path, *inner[:count])), inner[count:])


def _parts(tree: JsonObject, at: tuple[Json, Path]) -> Iterator[tuple[Json, Path]]:
    """A schema, and the schemas that it is composed of."""
    yield at
    for keyword in ("allOf", "anyOf", "oneOf"):
        for index, part in enumerate(items(at[0], keyword)):
            yield from _parts(tree, _named(tree, part, (*at[1], keyword, index)))
    for keyword in ("then", "else"):
        if keyword in member(at[0]):
            yield from _parts(tree, _named(tree, member(at[0], keyword), (*at[1], keyword)))


def _step(tree: JsonObject, at: tuple[Json, Path], step: str | int) -> tuple[Json, Path] | None:
    node, path = at if step in member(at[0]) else _named(tree, *at)
    if isinstance(node, list):
        return (node[step], (*path, step)) if isinstance(step, int) and step < len(node) else None
    return (member(node)[str(step)], (*path, step)) if step in member(node) else None


def _named(tree: JsonObject, node: Json, path: Path) -> tuple[Json, Path]:
    """What `node` names if it is a reference and nothing else, and where that is written."""
    ref = member(node).get("$ref")
    if not isinstance(ref, str):
        return node, path
    steps = [step.replace("~1", "/").replace("~0", "~") for step in unquote(ref).split("/")[1:]]
    value: Json = tree
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else member(value).get(step)
    return _named(tree, value, tuple(steps))
