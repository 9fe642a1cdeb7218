"""A quick yes: tells that a schema is surely JSON Schema 2020-12. Everything else is asked of the metaschema.

Asking the metaschema takes 3 ms for a model, and a document may have hundreds. A check here may answer False for a good
schema (`not sure`), but never True for a bad one; a test holds it to that.
"""

import re
from collections.abc import Callable, Mapping

from reelmock.contracts.jsontree import Json, words

TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})

# References that are surely well formed.
PLAIN_REFERENCE = re.compile(r"#(/[A-Za-z0-9._~-]+)+", re.ASCII)


def surely_schema(schema: Json) -> bool:
    """Whether `schema` is surely a JSON Schema 2020-12; False means that the metaschema has to be asked."""
    if type(schema) is not dict:
        return type(schema) is bool
    for keyword, value in schema.items():
        check = CHECKS.get(keyword)
        if not (check(value) if check else keyword.startswith("x-")):
            return False
    return True


def _anything(_: Json) -> bool:
    return True


def _string(value: Json) -> bool:
    return type(value) is str


def _boolean(value: Json) -> bool:
    return type(value) is bool


def _number(value: Json) -> bool:
    return type(value) in (int, float)


def _positive(value: Json) -> bool:
    return (type(value) is int or type(value) is float) and value > 0


def _count(value: Json) -> bool:
    return type(value) is int and value >= 0


def _array(value: Json) -> bool:
    return type(value) is list


def _strings(value: Json) -> bool:
    """An array of strings, each of them once."""
    if type(value) is not list:
        return False
    names = [name for name in value if type(name) is str]
    return len(names) == len(value) == len(set(names))


def _type(value: Json) -> bool:
    names: list[Json] = value if isinstance(value, list) else [value]
    return names != [] and _strings(names) and TYPES.issuperset(words(names))


def _pattern(value: Json) -> bool:
    if type(value) is not str:
        return False
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        return False
    return True


def _reference(value: Json) -> bool:
    return type(value) is str and PLAIN_REFERENCE.fullmatch(value) is not None


def _schemas(value: Json) -> bool:
    """A list of schemas, which must not be empty."""
    return type(value) is list and value != [] and all(surely_schema(inner) for inner in value)


def _named_schemas(value: Json) -> bool:
    return type(value) is dict and all(surely_schema(inner) for inner in value.values())


def _rules(check: Callable[[Json], bool], *keywords: str) -> Mapping[str, Callable[[Json], bool]]:
    return dict.fromkeys(keywords, check)


# Keyword → whether its value is surely as the metaschema wants it. Those of OpenAPI are not known to the metaschema, so
# anything will do for them.
CHECKS: Mapping[str, Callable[[Json], bool]] = {
    **_rules(_anything, "const", "default", "example", "discriminator", "externalDocs", "xml"),
    **_rules(_string, "title", "description", "format", "contentEncoding", "contentMediaType", "$comment"),
    **_rules(_boolean, "deprecated", "readOnly", "writeOnly", "uniqueItems"),
    **_rules(_number, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    **_rules(_positive, "multipleOf"),
    **_rules(_count, "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
    **_rules(_array, "enum", "examples"),
    **_rules(_strings, "required"),
    **_rules(_type, "type"),
    **_rules(_pattern, "pattern"),
    **_rules(_reference, "$ref"),
    **_rules(_schemas, "allOf", "anyOf", "oneOf", "prefixItems"),
    **_rules(_named_schemas, "properties", "dependentSchemas", "$defs", "definitions"),
    **_rules(surely_schema, "items", "additionalProperties", "unevaluatedProperties", "not", "if", "then", "else"),
    **_rules(surely_schema, "contains", "propertyNames"),
}
