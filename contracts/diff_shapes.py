"""Schemas in a form that can be compared: however a schema is written, the values that it takes decide.

A schema becomes shapes, each for one type and without composition. What it says in words, the order of its lists and
where a reference was are gone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import floor
from typing import TypeAlias

from reelmock.contracts.jsontree import Json, JsonObject, excerpt, items, member, words
from reelmock.contracts.plain_schemas import TYPES, alternatives, types_of
from reelmock.contracts.union_schemas import promises, rules

# Family → the keywords that say something about its values, beside those that go for all.
KEYWORDS: Mapping[str, frozenset[str]] = {
    "string": frozenset({"pattern", "format", "minLength", "maxLength"}),
    "number": frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}),
    "boolean": frozenset(),
    "array": frozenset(
        {*("items", "prefixItems", "minItems", "maxItems", "uniqueItems"), *("contains", "minContains", "maxContains")}
    ),
    "object": frozenset(
        {*("properties", "required", "additionalProperties", "unevaluatedProperties", "patternProperties")}
        | {*("minProperties", "maxProperties", "propertyNames")}
    ),
    "null": frozenset(),
}
FOR_ALL = frozenset({"enum", "not"})

# Keywords that state a rule for some values alone. Each is rewritten as a `not`, which says the same.
CONDITIONAL = frozenset({"if", "then", "else", "dependentRequired", "dependentSchemas"})

# Lists in which order means nothing.
SETS = frozenset({"type", "enum", "required", "allOf", "anyOf", "oneOf"})

# Keywords that close an object.
CLOSING = ("additionalProperties", "unevaluatedProperties")

Shapes: TypeAlias = Mapping[str, Sequence[JsonObject]]


def canonical(schema: Json) -> str:
    """A schema's rules and defaults as a text that is the same however lists are ordered and things described."""
    return _dumped(_sorted(promises(schema)))


def shapes(schema: Json) -> Shapes:
    """Family of types → the shapes that values of it may have; `number` holds integers too. Empty when nothing fits."""
    found: dict[str, list[JsonObject]] = {}
    for plain in alternatives(_as_nots(schema)):
        for name in types_of(plain):
            shape = _shape(plain, name)
            if shape is not None and shape not in found.setdefault(family(name), []):
                found[family(name)].append(shape)
    return {name: _united(listed) for name, listed in found.items() if listed}


def family(name: str) -> str:
    """The family of a type: integers are numbers."""
    return "number" if name == "integer" else name


def types(found: Shapes) -> frozenset[str]:
    """The types of some shapes; an integer is not told beside numbers."""
    told = frozenset(words(shape.get("type") for listed in found.values() for shape in listed))
    return told - {"integer"} if "number" in told else told


def forbidden(shape: JsonObject) -> Mapping[str, Json]:
    """The combinations that a shape forbids, by their canonical text."""
    return {canonical(rule): rule for rule in _nots(shape.get("not"))}


def combined(rule: Json) -> str:
    """A forbidden combination for people: `` `resolution` '1080p' with `duration` 8 ``."""
    fixed = member(rule, "properties")
    told = []
    for name in dict.fromkeys([*fixed, *words(items(rule, "required"))]):
        options = items(_sorted(fixed.get(name)), "enum")
        told.append(" ".join([f"`{name}`", " or ".join(map(excerpt, options))]).rstrip())
    needed = f" without `{other}`" if (other := ", ".join(words(items(rule, "not", "required")))) else ""
    return " with ".join(told) + needed if told else excerpt(_dumped(rules(rule))).strip("'")


def bounds(shape: JsonObject) -> Mapping[str, tuple[float, int]]:
    """`minimum` and the like → the bound, so that a larger tuple is the larger bound; an exclusive one lies beyond."""
    found: dict[str, tuple[float, int]] = {}
    for keyword, exclusive, beyond in (("minimum", "exclusiveMinimum", 1), ("maximum", "exclusiveMaximum", -1)):
        told = [(shape[name], step) for name, step in ((keyword, 0), (exclusive, beyond)) if name in shape]
        limits = [(float(value), step) for value, step in told if isinstance(value, int | float)]
        if shape.get("type") == "integer":
            limits = [(floor(value) + step if value == floor(value) else value, 0) for value, step in limits]
        if limits:
            found[keyword] = (max if beyond > 0 else min)(limits)
    for keyword in ("minLength", "minItems", "minProperties", "maxLength", "maxItems", "maxProperties"):
        value = shape.get(keyword)
        if isinstance(value, int | float) and not (value == 0 and keyword.startswith("min")):
            found[keyword] = (value, 0)
    return found


def closed(shape: JsonObject) -> bool:
    """Whether an object of this shape takes no members but the declared ones."""
    return any(shape.get(keyword, True) in (False, {"not": {}}) for keyword in CLOSING)


def parts(shape: JsonObject) -> frozenset[tuple[str, str]]:
    """What a shape is made of, to be counted: the fewer parts differ, the nearer two shapes are."""
    own = {(key, canonical(value)) for key, value in shape.items() if key != "properties"}
    return frozenset(own | {(f"/{name}", canonical(inner)) for name, inner in member(shape, "properties").items()})


def _as_nots(schema: Json) -> Json:
    """`schema` with its conditional rules as `not`s: "if A then B" says the same as "not (A and not B)"."""
    if not isinstance(schema, dict):
        return schema
    found: JsonObject = {key: value for key, value in schema.items() if key not in CONDITIONAL}
    for keyword in ("allOf", "anyOf", "oneOf"):
        if keyword in schema:
            found[keyword] = [_as_nots(branch) for branch in items(schema, keyword)]
    rewritten: list[Json] = [{"not": rule} for rule in _conditions(schema)]
    return found | {"allOf": [*items(found, "allOf"), *rewritten]} if rewritten else found


def _conditions(schema: JsonObject) -> Iterator[JsonObject]:
    if "if" in schema and ("then" in schema or "else" in schema):
        yield {"not": {key: schema[key] for key in ("if", "then", "else") if key in schema}}
    for name, needed in member(schema, "dependentRequired").items():
        for other in words(needed if isinstance(needed, list) else []):
            yield {"required": [name], "not": {"required": [other]}}
    for name, rule in member(schema, "dependentSchemas").items():
        yield {"required": [name], "not": rule}


def _shape(plain: JsonObject, name: str) -> JsonObject | None:
    """What a plain schema says of values of one type; None when its options leave none."""
    kept = KEYWORDS[family(name)] | FOR_ALL
    shape: JsonObject = {key: value for key, value in plain.items() if key in kept}
    shape["type"] = name
    if "enum" in shape:
        shape["enum"] = [option for option in items(plain, "enum") if _is(option, name)]
    return None if shape.get("enum") == [] else shape


def _is(value: Json, name: str) -> bool:
    [told] = types_of({"enum": [value]})
    whole = isinstance(value, float) and value.is_integer()
    return told == name or (name == "number" and told == "integer") or (name == "integer" and whole)


def _united(found: list[JsonObject]) -> list[JsonObject]:
    """The shapes of one family: lists of options become one, and one without any rule takes all the others in."""
    free = [shape for shape in found if shape.keys() == {"type"}]
    if free:
        return [next((shape for shape in free if shape["type"] == "number"), free[0])]
    listed = [shape for shape in found if shape.keys() == {"type", "enum"}]
    if len(listed) < 2:
        return found
    options: list[Json] = []
    options += (option for shape in listed for option in items(shape, "enum") if option not in options)
    united: JsonObject = {"type": listed[0]["type"], "enum": options}
    return [united, *(shape for shape in found if shape not in listed)]


def _nots(rule: Json) -> Iterator[Json]:
    """The single rules of a `not`: merging writes several as an `anyOf`."""
    if isinstance(rule, dict) and set(member(rules(rule))) == {"anyOf"}:
        for branch in items(rule, "anyOf"):
            yield from _nots(branch)
    elif rule is not None:
        yield rule


def _sorted(node: Json) -> Json:
    if isinstance(node, list):
        return [_sorted(inner) for inner in node]
    if isinstance(node, float) and node.is_integer():
        return int(node)
    if not isinstance(node, dict):
        return node
    found = {key: _sorted(value) for key, value in node.items() if key not in ("const", "discriminator")}
    if "const" in node:
        found["enum"] = [_sorted(node["const"])]
    for key in SETS & found.keys():
        listed = found[key]
        values = listed if isinstance(listed, list) else [listed] if isinstance(listed, str) else None
        if values is not None:
            texts: dict[str, Json] = {_dumped(value): value for value in values}
            found[key] = [texts[told] for told in sorted(texts)]
    return found


def _dumped(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def told_types(names: frozenset[str]) -> str:
    """Types for people: `string or null`; `anything` for all of them, `nothing` for none."""
    rest = {*TYPES} - names - {"integer"}
    return " or ".join(name for name in TYPES if name in names) or "nothing" if rest else "anything"
