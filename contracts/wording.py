"""Broken rules in words: one sentence for each error of jsonschema, without the place."""

import json
from typing import cast

from jsonschema import ValidationError

from reelmock.contracts.jsontree import Json, JsonObject, excerpt, items, member, words

# Keyword → what is said between the value and the limit.
COMPARISONS = {
    "const": "not",
    "minimum": "less than",
    "exclusiveMinimum": "not more than",
    "maximum": "more than",
    "exclusiveMaximum": "not less than",
}
SIZES = {
    "minLength": "characters; at least",
    "maxLength": "characters; at most",
    "minItems": "items; at least",
    "maxItems": "items; at most",
}


def message_of(error: ValidationError) -> str:
    """What is wrong, as a sentence without the place."""
    keyword = str(error.validator)
    schema = cast(JsonObject, error.schema) if isinstance(error.schema, dict) else {}
    received, expected = cast(Json, error.instance), cast(Json, error.validator_value)
    shown, wanted = excerpt(received), excerpt(expected)
    if keyword in COMPARISONS:
        return f"{shown} is {COMPARISONS[keyword]} {wanted}"
    if keyword in SIZES:
        count = len(received) if isinstance(received, str | list) else 0
        return f"has {count:,} {SIZES[keyword]} {wanted} are allowed"
    match keyword:
        case "type":
            types = expected if isinstance(expected, list) else [expected]
            return f"{shown} is not of type {' or '.join(map(str, types))}"
        case "enum":
            return f"{shown} is not one of {', '.join(excerpt(option) for option in items(schema, 'enum'))}"
        case "format":
            return f"{shown} is not a valid {expected}"
        case "not":
            return _forbidden(schema)
        case _:
            return f"{shown} breaks the rule `{keyword}`: {wanted}"


def _forbidden(schema: JsonObject) -> str:
    """The rule in the document's words where these are about the rule alone, else spelled out from the `not`."""
    described = schema.get("description")
    if isinstance(described, str) and all(key in ("not", "description") or key.startswith("x-") for key in schema):
        return described.rstrip(".")
    options = [member(option) for option in items(schema, "not", "anyOf")] or [member(schema, "not")]
    return f"this combination is not allowed: {' or '.join(map(_combination, options))}"


def _combination(rule: JsonObject) -> str:
    fixed = member(rule, "properties")
    names = dict.fromkeys([*fixed, *words(items(rule, "required"))])
    parts = [
        f"`{name}` {excerpt(member(fixed[name])['const'])}" if "const" in member(fixed.get(name)) else f"`{name}`"
        for name in names
    ]
    return " with ".join(parts) or excerpt(json.dumps(rule)).strip("'")
