"""One broken rule at one place of a payload: what jsonschema reports, in words that a program and a reader can use."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from jsonschema import ValidationError

from reelmock.contracts.jsontree import Json, JsonObject, Path, excerpt, items, member, pointer

# Keyword → kind of violation.
KINDS = {
    "required": "missing_required",
    "type": "wrong_type",
    "enum": "not_in_enum",
    "const": "not_in_enum",
    "minimum": "below_minimum",
    "exclusiveMinimum": "below_minimum",
    "maximum": "above_maximum",
    "exclusiveMaximum": "above_maximum",
    "minLength": "too_short",
    "maxLength": "too_long",
    "minItems": "too_few_items",
    "maxItems": "too_many_items",
    "format": "bad_format",
    "pattern": "bad_format",
    "anyOf": "no_branch",
    "oneOf": "no_branch",
    "not": "forbidden_combination",
    "additionalProperties": "undeclared_property",
    "unevaluatedProperties": "undeclared_property",
}

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


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule.

    `kind` is one of `KINDS`' values (`broken_rule` for keywords outside of them, or a kind of its own for what is no
    payload), `path` the place in the payload, `keyword` the schema's, `message` a sentence without the place.
    `received` is the value at the place (None when it is missing), `expected` what the keyword or the type asks for.
    """

    kind: str
    path: Path
    keyword: str
    message: str
    received: Json = None
    expected: Json = None

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer; the payload itself is the empty string."""
        return pointer(self.path)

    def __str__(self) -> str:
        return f"`{self.pointer}`: {self.message}" if self.path else self.message


def violations_of(errors: Iterable[ValidationError]) -> list[Violation]:
    """What jsonschema reports as violations: one for each missing or undeclared property, sorted by place.

    A value of the wrong type breaks most other rules of its place as well; only its type is reported.
    """
    found: dict[tuple[Path, str, str], Violation] = {}
    for error in errors:
        for violation in _of(error):
            found.setdefault((violation.path, violation.keyword, violation.message), violation)
    mistyped = {path for path, keyword, _ in found if keyword == "type"}
    kept = (v for v in found.values() if v.keyword == "type" or v.path not in mistyped)
    return sorted(kept, key=lambda violation: (violation.pointer, violation.keyword))


def _of(error: ValidationError) -> Iterable[Violation]:
    keyword = str(error.validator)
    path: Path = tuple(error.absolute_path)
    schema = cast(JsonObject, error.schema) if isinstance(error.schema, dict) else {}
    received = cast(Json, error.instance)
    expected = cast(Json, error.validator_value)
    if keyword == "required" and isinstance(received, dict):
        for name in items(schema, "required"):
            if isinstance(name, str) and name not in received:
                wanted = member(schema, "properties", name).get("type")
                yield Violation("missing_required", (*path, name), keyword, "is required and missing", None, wanted)
    elif KINDS.get(keyword) == "undeclared_property" and isinstance(received, dict):
        for name in _undeclared(schema, received):
            yield Violation(
                "undeclared_property",
                (*path, name),
                keyword,
                "is not a property that the schema declares",
                received[name],
            )
    else:
        yield Violation(
            _kind(error, keyword), path, keyword, _message(keyword, received, expected, schema), received, expected
        )


def _undeclared(schema: JsonObject, received: JsonObject) -> list[str]:
    declared = set(member(schema, "properties"))
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in items(schema, keyword):
            declared |= set(member(branch, "properties"))
    patterns = list(member(schema, "patternProperties"))
    unmatched = [n for n in received if not any(re.search(pattern, n) for pattern in patterns)]
    undeclared = [name for name in unmatched if name not in declared]
    # All are declared by some branch: then it is one that does not fit.
    return undeclared or [name for name in unmatched if name not in member(schema, "properties")]


def _kind(error: ValidationError, keyword: str) -> str:
    if keyword == "type" and not error.absolute_path:
        return "non_object"
    if keyword == "type" and error.instance is None:
        return "null"
    return KINDS.get(keyword, "broken_rule")


def _message(keyword: str, received: Json, expected: Json, schema: JsonObject) -> str:
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
        case "anyOf" | "oneOf":
            number = "any" if keyword == "anyOf" else "exactly one"
            return f"{shown} does not fit {number} of the {len(items(schema, keyword))} forms that are allowed"
        case "not":
            return _forbidden(schema)
        case _:
            return f"{shown} breaks the rule `{keyword}`: {wanted}"


def _forbidden(schema: JsonObject) -> str:
    """The rule in the document's words, or spelled out from the `not`."""
    described = schema.get("description")
    if isinstance(described, str):
        return described.rstrip(".")
    parts = (
        f"{name} {excerpt(member(inner).get('const'))}" for name, inner in member(schema, "not", "properties").items()
    )
    return f"this combination is not allowed: {' with '.join(parts)}"
