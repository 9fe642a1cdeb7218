"""JSON values as types, and readers that never raise on a value of the wrong shape.

An OpenAPI file is somebody's input: any member may be missing or of another type. The readers here answer with an empty
value instead, so that the code that walks a document states what it looks for and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = dict[str, Json]

# A place in a JSON value: member names and array indices from the root.
Path: TypeAlias = tuple[str | int, ...]


def member(node: Json, *names: str) -> JsonObject:
    """The object below `names`, or an empty one when any step is missing or is no object."""
    for name in names:
        node = node.get(name) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}


def items(node: Json, *names: str) -> list[Json]:
    """The array below `names` (the last one names the array), or an empty one."""
    value = member(node, *names[:-1]).get(names[-1])
    return value if isinstance(value, list) else []


def text(node: Json, name: str, default: str = "") -> str:
    """The string member `name` of an object, or `default`."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, str) else default


def words(values: Iterable[Json]) -> tuple[str, ...]:
    """The strings among `values`, in order."""
    return tuple(value for value in values if isinstance(value, str))


def fold(name: str) -> str:
    """A name without the ways to write it: `taskId`, `task-id` and `task_id` are one."""
    return name.replace("_", "").replace("-", "").replace(" ", "").casefold()


def pointer(path: Iterable[str | int]) -> str:
    """`path` as a JSON pointer (RFC 6901); the root is the empty string."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def excerpt(value: Json, limit: int = 80) -> str:
    """`value` as a reader would recognise it, at most about `limit` characters long.

    Long strings are cut before they are formatted: a payload may carry a photo of 10 MB in one of them.
    """
    if isinstance(value, str):
        shown = value if len(value) <= limit else f"{value[:limit]}… ({len(value):,} characters)"
        return f"'{shown}'"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        return f"an object with {len(value)} member{'s' * (len(value) != 1)}"
    if isinstance(value, Sequence):
        return f"an array of {len(value)} item{'s' * (len(value) != 1)}"
    shown = str(value)
    return shown if len(shown) <= limit else f"{shown[:limit]}…"


def printable(line: str) -> str:
    """`line` with every control character escaped: what a request carries must not drive a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in line)


def fresh(value: Json) -> Json:
    """A copy that shares no object or array with anything, nor within itself."""
    if isinstance(value, dict):
        return {name: fresh(inner) for name, inner in value.items()}
    return [fresh(inner) for inner in value] if isinstance(value, list) else value
