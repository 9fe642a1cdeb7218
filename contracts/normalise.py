"""OpenAPI 3.0 and 3.1 schemas → JSON Schema 2020-12, mending what real documents get wrong.

Nothing is refused here. What was mended is returned as findings, so that a reader can see what was done.
"""

from collections.abc import Iterator

from reelmock.contracts.findings import Notes
from reelmock.contracts.jsontree import Json, JsonObject, Path, items, member, words
from reelmock.contracts.mend_values import mend_values

# Keywords whose value is a schema, a list of schemas, and a map from names to schemas.
ONE = (
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
)
MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")

# Keywords that say nothing about a value.
ANNOTATIONS = frozenset(
    {"title", "description", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"}
)


def subschemas(schema: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    """The schemas directly inside `schema`, each with its path from there."""
    for keyword in ONE:
        if isinstance(inner := schema.get(keyword), dict):
            yield (keyword,), inner
    for keyword in MANY:
        for index, inner in enumerate(items(schema, keyword)):
            if isinstance(inner, dict):
                yield (keyword, index), inner
    for keyword in NAMED:
        for name, inner in member(schema, keyword).items():
            if isinstance(inner, dict):
                yield (keyword, name), inner


def normalise_schema(schema: JsonObject, path: Path, notes: Notes) -> None:
    """Turn `schema` (a private copy, at `path` of its document) into JSON Schema 2020-12, in place."""
    for name, inner in member(schema, "properties").items():
        if inner is False:  # jsonschema does not tell where a `false` was broken
            member(schema, "properties")[name] = {"not": {}}
    _boolean_required(schema, path, notes)
    for steps, inner in subschemas(schema):
        normalise_schema(inner, path + steps, notes)
    _exclusive_bounds(schema)
    _nullable(schema, path, notes)
    mend_values(schema, path, notes)


def _boolean_required(schema: JsonObject, path: Path, notes: Notes) -> None:
    """`required: true` inside a property means that the object around it requires that property."""
    if isinstance(schema.get("required"), bool):  # a property's was taken by its object, so this is a root's
        del schema["required"]
        notes.warning("boolean-required", (*path, "required"), "`required` is a boolean here", "Left out")
    for name, inner in member(schema, "properties").items():
        if isinstance(inner, dict) and isinstance(flag := inner.get("required"), bool):
            del inner["required"]
            place = (*path, "properties", name, "required")
            message = "`required` is a boolean inside a property"
            notes.warning("boolean-required", place, message, "Moved to the object around it")
            listed = items(schema, "required")
            if flag and name not in listed:
                schema["required"] = [*listed, name]


def _exclusive_bounds(schema: JsonObject) -> None:
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = schema.get(exclusive)
        if isinstance(flag, bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)


def _nullable(schema: JsonObject, path: Path, notes: Notes) -> None:
    """`nullable: true` → a union with null; alone it is how these documents write the null branch of an `anyOf`."""
    if schema.pop("nullable", False) is not True:
        return
    declared = schema.get("type")
    if isinstance(declared, str | list):
        union = [declared] if isinstance(declared, str) else list(declared)
        schema["type"] = [*union, *([] if "null" in words(union) else ["null"])]
        if isinstance(enum := schema.get("enum"), list) and None not in enum:
            schema["enum"] = [*enum, None]
    elif all(keyword in ANNOTATIONS or keyword.startswith("x-") for keyword in schema):
        schema["type"] = "null"
        notes.warning("nullable-without-type", path, "`nullable` has no `type` beside it", "Read as null")
    else:
        rules: JsonObject = {key: schema.pop(key) for key in list(schema) if key not in ANNOTATIONS}
        branches: list[Json] = [rules, {"type": "null"}]
        schema["anyOf"] = branches
        message = "`nullable` stands beside rules without a `type`"
        notes.warning("nullable-without-type", path, message, "Read as these rules, or null")
