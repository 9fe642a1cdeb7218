"""One broken rule at one place of a payload: what jsonschema reports, in words that a program and a reader can use."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from jsonschema import Draft202012Validator, ValidationError

from reelmock.contracts.jsontree import Json, JsonObject, Path, excerpt, items, member, pointer, words
from reelmock.contracts.normalise import MANY, NAMED
from reelmock.contracts.wording import message_of

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
    "if": "forbidden_combination",
    "dependentRequired": "forbidden_combination",
    "additionalProperties": "undeclared_property",
    "unevaluatedProperties": "undeclared_property",
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
    found = broken_rules(errors)
    mistyped = {violation.path for violation in found if violation.keyword == "type"}
    kept = (v for v in found if v.keyword == "type" or v.path not in mistyped)
    return sorted(kept, key=lambda violation: (violation.pointer, violation.keyword))


def broken_rules(errors: Iterable[ValidationError]) -> list[Violation]:
    """Every rule that jsonschema reports as broken, also those that another one at the same place implies."""
    found: dict[tuple[Path, str, str], Violation] = {}
    for error in errors:
        for violation in _conditional(error):
            found.setdefault((violation.path, violation.keyword, violation.message), violation)
    rules = list(found.values())
    if any(rule.keyword == "unevaluatedProperties" for rule in rules):
        return [rule for rule in rules if not _only_unread(rule, rules)]
    return rules


def _only_unread(rule: Violation, rules: Iterable[Violation]) -> bool:
    """Whether a property is only called undeclared because the branch that declares it found something wrong in it."""
    inside = (other for other in rules if other is not rule and other.path[: len(rule.path)] == rule.path)
    return rule.keyword == "unevaluatedProperties" and any(inside)


def _conditional(error: ValidationError) -> Iterable[Violation]:
    """The violations of one error; what `then` or `else` asks for is wrong only beside the payload's other values."""
    found = _of(error)
    if not _in_condition(error.absolute_schema_path):
        return found
    return [
        replace(rule, kind=KINDS["if"], keyword="if", message=f"{rule.message}, beside the other values here")
        for rule in found
    ]


def _in_condition(schema_path: Iterable[str | int]) -> bool:
    """Whether a path in a schema leads through `then` or `else`, and not only through properties of these names."""
    steps = iter(schema_path)
    for keyword in steps:
        if keyword in ("then", "else"):
            return True
        if keyword in NAMED or keyword in MANY:
            next(steps, None)  # a name or an index, and no keyword
    return False


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
    elif keyword == "dependentRequired" and isinstance(received, dict):
        for name, missing in _dependencies(member(expected), received):
            message = f"is missing, and required beside `{name}`"
            yield Violation(KINDS[keyword], (*path, missing), keyword, message)
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
        message = _misfit(error) if keyword in ("anyOf", "oneOf") else message_of(error)
        yield Violation(_kind(error, keyword), path, keyword, message, received, expected)


def _dependencies(rules: JsonObject, received: JsonObject) -> Iterable[tuple[str, str]]:
    """(Property that is there, property that it needs and that is missing)."""
    for name in rules.keys() & received.keys():
        yield from ((name, missing) for missing in words(items(rules, name)) if missing not in received)


def _undeclared(schema: JsonObject, received: JsonObject) -> list[str]:
    patterns = list(member(schema, "patternProperties"))
    unmatched = [n for n in received if not any(re.search(pattern, n) for pattern in patterns)]
    possible, always = _declared(schema, "allOf", "anyOf", "oneOf"), _declared(schema, "allOf")
    undeclared = [name for name in unmatched if name not in possible]
    # All are declared by some branch: then it is one that does not fit. A part of `allOf` tells itself what is wrong.
    branches = [
        branch for keyword in ("anyOf", "oneOf") for branch in items(schema, keyword) if isinstance(branch, dict)
    ]
    fitting = [branch for branch in branches if Draft202012Validator(branch).is_valid(received)]
    known = always.union(*(_declared(branch, "allOf", "anyOf", "oneOf") for branch in fitting))
    return undeclared or [name for name in unmatched if name not in known]


def _declared(schema: Json, *through: str) -> set[str]:
    parts = [part for keyword in through for part in items(schema, keyword)]
    return set(member(schema, "properties")).union(*(_declared(part, *through) for part in parts))


def _kind(error: ValidationError, keyword: str) -> str:
    if keyword == "type" and not error.absolute_path:
        return "non_object"
    if keyword == "type" and error.instance is None:
        return "null"
    return KINDS.get(keyword, "broken_rule")


def _misfit(error: ValidationError) -> str:
    """Why a value fits no branch of a union: what is wrong with it in the branch that it comes nearest to."""
    keyword, shown = str(error.validator), excerpt(cast(Json, error.instance))
    count = len(cast("list[Json]", error.validator_value))
    if not error.context:
        return f"{shown} fits more than one of the {count} forms that are allowed, and may fit one alone"
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(next(iter(inner.relative_schema_path), None), []).append(inner)
    nearest = min(branches.values(), key=_distance)
    reason = next(iter(_of(nearest[0])))
    place = pointer(reason.path[len(error.absolute_path) :])
    what = f"`{place}`: {reason.message}" if place else reason.message
    number = "any" if keyword == "anyOf" else "exactly one"
    return f"{shown} does not fit {number} of the {count} forms that are allowed. In the nearest one, {what}"


def _distance(errors: Sequence[ValidationError]) -> tuple[bool, bool, int]:
    """How far a branch is from fitting: another type is farther than a `type: image` of its own, then wrong members."""
    mistyped = any(error.validator in ("type", None) and not error.relative_path for error in errors)
    other = any(error.validator in ("const", "enum") for error in errors)
    return mistyped, other, len(errors)
