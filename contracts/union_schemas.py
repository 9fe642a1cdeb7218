"""The union of two schemas: one that takes what either of them takes, as readable as they are.

A member that only one of them declares keeps that declaration, and a member is required where both require it.
"""

from collections.abc import Callable, Mapping

from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.normalise import ANNOTATIONS, NAMED
from reelmock.contracts.plain_schemas import TYPES

# Keywords of which the looser one holds.
LOOSER: Mapping[str, Callable[[float, float], float]] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), min),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), max),
}
# What can be united part by part. Schemas with other rules stand side by side in an `anyOf`.
PLAIN = frozenset({"type", "enum", "properties", "required", "items", *LOOSER})

NULL: JsonObject = {"type": "null"}


def union(first: Json, second: Json) -> Json:
    """A schema that takes whatever `first` or `second` declares; what they say in words comes from `first`."""
    if not isinstance(first, dict) or not isinstance(second, dict):
        return first if first == second else {}
    if rules(first) == rules(second) or rules(first) == {}:
        return first
    if rules(second) == {}:
        return second
    if _unites(first, second):
        return _united(first, second)
    found: list[Json] = []
    for branch in (*_branches(first), *_branches(second)):
        _join(found, branch)
    takes_null = any("null" in _types(member(branch)) and rules(branch) != NULL for branch in found)
    return {"anyOf": [branch for branch in found if not (takes_null and rules(branch) == NULL)]}


def without_discriminators(node: Json) -> Json:
    """A schema, or what has schemas in it, without the discriminators: they speak of components by name.

    What is written out without references has none of these components, and they say nothing about a value.
    """
    if isinstance(node, list):
        return [without_discriminators(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_discriminators(inner)
        for key, inner in node.items()
        if key != "discriminator" or "propertyName" not in member(inner)
    }


def _join(branches: list[Json], branch: Json) -> None:
    """Unite a branch with the first one that it can be united with, or add it."""
    for index, other in enumerate(branches):
        if rules(other) == rules(branch) or _unites(member(other), member(branch)):
            branches[index] = union(other, branch)
            return
    branches.append(branch)


def rules(schema: Json) -> Json:
    """A schema without what says nothing about a value, at any depth: two that are equal so take the same."""
    return _without(schema, ANNOTATIONS)


def promises(schema: Json) -> Json:
    """`rules`, and the defaults: what an API does when nothing is given."""
    return _without(schema, ANNOTATIONS - {"default"})


def _without(schema: Json, annotations: frozenset[str]) -> Json:
    if isinstance(schema, list):
        return [_without(inner, annotations) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in annotations and not key.startswith("x-")}
    # A member may be called like an annotation.
    named = {
        key: {name: _without(inner, annotations) for name, inner in member(kept, key).items()}
        for key in (*NAMED, "dependentRequired")
        if key in kept
    }
    return {key: _without(value, annotations) for key, value in kept.items() if key not in named} | named


def _unites(first: JsonObject, second: JsonObject) -> bool:
    """Whether two schemas can be united part by part: of one type, but for null, and with plain rules or the same."""
    mine, theirs = member(rules(first)), member(rules(second))
    odd = [key for key in mine.keys() | theirs.keys() if key not in PLAIN and mine.get(key) != theirs.get(key)]
    kinds = [set(_types(schema)) - {"null"} for schema in (first, second)]
    return not odd and kinds[0] == kinds[1]


def _branches(schema: JsonObject) -> list[Json]:
    return items(schema, "anyOf") if set(member(rules(schema))) == {"anyOf"} else [schema]


def _types(schema: JsonObject) -> tuple[str, ...]:
    declared = schema.get("type")
    return words(declared if isinstance(declared, list) else [declared])


def _united(first: JsonObject, second: JsonObject) -> JsonObject:
    both = {key: value for key, value in first.items() if key not in PLAIN}
    kinds = {*_types(first), *_types(second)}
    if kinds:
        listed: list[Json] = [name for name in TYPES if name in kinds]
        both["type"] = listed[0] if len(listed) == 1 else listed
    if "enum" in first and "enum" in second:
        mine = items(first, "enum")
        both["enum"] = [*mine, *(option for option in items(second, "enum") if option not in mine)]
    both |= _members(first, second)
    if "items" in first and "items" in second:
        both["items"] = union(first["items"], second["items"])
    for keyword, looser in LOOSER.items():
        bounds = [schema[keyword] for schema in (first, second) if keyword in schema]
        if len(bounds) == 2 and isinstance(bounds[0], int | float) and isinstance(bounds[1], int | float):
            both[keyword] = looser(bounds[0], bounds[1])
    return both


def _members(first: JsonObject, second: JsonObject) -> JsonObject:
    """`properties` and `required` of the union: a member is required where both require it."""
    mine, theirs = member(first, "properties"), member(second, "properties")
    found: JsonObject = {}
    if mine or theirs:
        shared = {name: union(mine[name], theirs[name]) for name in mine if name in theirs}
        found["properties"] = {**mine, **theirs, **shared}
    both = [name for name in words(items(first, "required")) if name in items(second, "required")]
    return found | ({"required": [*both]} if both else {})
