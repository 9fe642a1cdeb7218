"""A composed schema as plain alternatives, without `allOf`, `anyOf`, `oneOf` or `if`: values can be built from these.

Merging can't express every rule (`not`, a value that two branches of a `oneOf` take, a pattern beside another one):
whoever builds a value from an alternative asks the schema itself afterwards.
"""

from collections.abc import Callable, Iterable, Mapping

from reelmock.contracts.jsontree import Json, JsonObject, items, member, words

# More would not be looked at one by one by anybody; a product of many unions is cut here.
MAX_ALTERNATIVES = 64

# Merged into each alternative, and not kept in it.
COMPOSING = frozenset({"allOf", "anyOf", "oneOf", "if", "then", "else", "const"})

TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")

# A schema without a type is read as the type that its keywords are about.
TELLING: Mapping[str, str] = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "patternProperties": "object",
    "minProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "maxItems": "array",
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}


def alternatives(schema: Json) -> list[JsonObject]:
    """The plain schemas that `schema` allows, in its order; none when no value can fit."""
    if not isinstance(schema, dict):
        return [] if schema is False else [{}]
    plain = {keyword: value for keyword, value in schema.items() if keyword not in COMPOSING}
    if "const" in schema:
        plain = _merged(plain, {"enum": [schema["const"]]})
    found = [plain]
    for part in items(schema, "allOf"):
        found = _product(found, alternatives(part))
    for keyword in ("anyOf", "oneOf"):
        if branches := items(schema, keyword):
            found = _product(found, [plain for branch in branches for plain in alternatives(branch)])
    if "if" in schema:
        then = _product(alternatives(schema["if"]), alternatives(schema.get("then", True)))
        found = _product(found, [*alternatives(schema.get("else", True)), *then])
    return [plain for plain in found if _satisfiable(plain)]


def merge(first: Json, second: Json) -> list[JsonObject]:
    """The plain alternatives of both schemas together."""
    return alternatives({"allOf": [first, second]})


def types_of(plain: JsonObject) -> tuple[str, ...]:
    """The types that a plain schema allows: declared, told by its options or keywords, or all; null comes last."""
    declared = plain.get("type")
    if declared is None:
        told = [_type_of(option) for option in items(plain, "enum")]
        told = told or [TELLING[keyword] for keyword in plain if keyword in TELLING] or list(TYPES)
    else:
        told = [*words(declared if isinstance(declared, list) else [declared])]
    return tuple(sorted(dict.fromkeys(told), key=lambda name: name == "null"))


def _type_of(value: Json) -> str:
    names = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _product(first: Iterable[JsonObject], second: list[JsonObject]) -> list[JsonObject]:
    return [_merged(one, other) for one in first for other in second][:MAX_ALTERNATIVES]


def _merged(first: JsonObject, second: JsonObject) -> JsonObject:
    both = {**first, **second}
    for keyword in first.keys() & second.keys() & MERGERS.keys():
        both[keyword] = MERGERS[keyword](first[keyword], second[keyword])
    return both


def _satisfiable(plain: JsonObject) -> bool:
    """Whether a value may fit: merging can leave no type or no option, and `not: {}` is how a `false` is written."""
    return plain.get("type") != [] and plain.get("enum") != [] and plain.get("not") != {}


def _types(first: Json, second: Json) -> Json:
    lists = [set(words(names if isinstance(names, list) else [names])) for names in (first, second)]
    wide = [names | {"integer"} if "number" in names else names for names in lists]
    common = wide[0] & wide[1]
    narrow = common - {"integer"} if "number" in common else common
    return [name for name in TYPES if name in narrow]


def _options(first: Json, second: Json) -> Json:
    both = (options if isinstance(options, list) else [] for options in (first, second))
    mine, theirs = both
    return [
        option
        for option in mine
        if any(option == other and isinstance(option, bool) is isinstance(other, bool) for other in theirs)
    ]


def _union(first: Json, second: Json) -> Json:
    names = [*(first if isinstance(first, list) else []), *(second if isinstance(second, list) else [])]
    return [*dict.fromkeys(words(names))]


def _members(first: Json, second: Json) -> Json:
    mine, theirs = member(first), member(second)
    both = {name: _both(mine[name], theirs[name]) for name in mine.keys() & theirs.keys()}
    return {**mine, **theirs, **both}


def _both(first: Json, second: Json) -> Json:
    return first if first == second else {"allOf": [first, second]}


def _either(first: Json, second: Json) -> Json:
    return first if first == second else {"anyOf": [first, second]}


def _larger(first: Json, second: Json) -> Json:
    return max(first, second) if isinstance(first, int | float) and isinstance(second, int | float) else first


def _smaller(first: Json, second: Json) -> Json:
    return min(first, second) if isinstance(first, int | float) and isinstance(second, int | float) else first


def _closed(first: Json, second: Json) -> Json:
    return False if first is False or second is False else _both(first, second)


# Keyword → its value when both schemas have it; the second schema's value goes before for all others.
MERGERS: Mapping[str, Callable[[Json, Json], Json]] = {
    "type": _types,
    "enum": _options,
    "required": _union,
    "properties": _members,
    "items": _both,
    "not": _either,
    "additionalProperties": _closed,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), _larger),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), _smaller),
}
