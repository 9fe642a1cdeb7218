"""A quick yes: tells in a few microseconds that a payload is surely valid. Everything else is asked of jsonschema.

Nearly every payload is valid, and a real validator spends most of its time on being able to say what is wrong. A check
here may answer False for a valid value (`not sure`), but never True for an invalid one; a test holds it to that.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from typing import TypeAlias

from reelmock.contracts.formats import is_uri
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.normalise import ANNOTATIONS

# Whether a value is surely valid.
Check: TypeAlias = Callable[[Json], bool]

# `type(x) is …`: true is no integer here as in JSON Schema, and a float that is whole is left to jsonschema.
PYTHON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def surely_valid(schema: Json) -> Check:
    """A check against `schema`, a JSON Schema 2020-12 without references."""
    if not isinstance(schema, dict):
        return _unsure
    checks = [
        RULES[keyword](value, schema) if keyword in RULES else _unsure
        for keyword, value in schema.items()
        if keyword not in ANNOTATIONS and not keyword.startswith("x-")
    ]
    return reduce(_both, checks) if checks else _sure


def _both(first: Check, second: Check) -> Check:
    return lambda value: first(value) and second(value)


def _sure(_: Json) -> bool:
    return True


def _unsure(_: Json) -> bool:
    return False


def _type(wanted: Json, _: JsonObject) -> Check:
    names = words(wanted if isinstance(wanted, list) else [wanted])
    types = frozenset(python for name in names for python in PYTHON_TYPES.get(name, ()))
    return lambda value: type(value) in types


def _enum(options: Json, _: JsonObject) -> Check:
    strings = frozenset(words(options if isinstance(options, list) else []))
    numbers = frozenset(option for option in (options if isinstance(options, list) else []) if type(option) is int)
    return lambda value: value in strings if isinstance(value, str) else type(value) is int and value in numbers


def _required(names: Json, _: JsonObject) -> Check:
    wanted = frozenset(words(names if isinstance(names, list) else []))
    return lambda value: isinstance(value, dict) and wanted <= value.keys()


def _properties(declared: Json, _: JsonObject) -> Check:
    checks = {name: surely_valid(schema) for name, schema in member(declared).items()}

    def check(value: Json) -> bool:
        return isinstance(value, dict) and False not in [
            checks[name](inner) for name, inner in value.items() if name in checks
        ]

    return check


def _additional_properties(allowed: Json, schema: JsonObject) -> Check:
    declared = frozenset(member(schema, "properties"))
    if allowed is not False or "patternProperties" in schema:
        return _unsure
    return lambda value: isinstance(value, dict) and value.keys() <= declared


def _items(schema: Json, around: JsonObject) -> Check:
    check = _unsure if "prefixItems" in around else surely_valid(schema)
    return lambda value: isinstance(value, list) and all(check(inner) for inner in value)


def _format(name: Json, _: JsonObject) -> Check:
    return (lambda value: isinstance(value, str) and is_uri(value)) if name == "uri" else _unsure


def _all_of(_: Json, around: JsonObject) -> Check:
    return reduce(_both, [surely_valid(schema) for schema in items(around, "allOf")] or [_sure])


def _any_of(_: Json, around: JsonObject) -> Check:
    checks = [surely_valid(schema) for schema in items(around, "anyOf")]
    return lambda value: any(check(value) for check in checks)


def _not(schema: Json, _: JsonObject) -> Check:
    """What is forbidden can't be there when a member that it requires is missing."""
    required = frozenset(words(items(schema, "required")))
    return lambda value: isinstance(value, dict) and not required <= value.keys()


def _at_least(bound: Json, _: JsonObject) -> Check:
    return lambda value: isinstance(value, int | float) and isinstance(bound, int | float) and value >= bound


def _at_most(bound: Json, _: JsonObject) -> Check:
    return lambda value: isinstance(value, int | float) and isinstance(bound, int | float) and value <= bound


def _longest(bound: Json, _: JsonObject) -> Check:
    return lambda value: isinstance(value, str | list) and isinstance(bound, int) and len(value) <= bound


def _shortest(bound: Json, _: JsonObject) -> Check:
    return lambda value: isinstance(value, str | list) and isinstance(bound, int) and len(value) >= bound


# Keyword → what makes its check from the keyword's value and the schema around it.
RULES: Mapping[str, Callable[[Json, JsonObject], Check]] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "items": _items,
    "format": _format,
    "allOf": _all_of,
    "anyOf": _any_of,
    "not": _not,
    "minimum": _at_least,
    "maximum": _at_most,
    "minLength": _shortest,
    "maxLength": _longest,
    "minItems": _shortest,
    "maxItems": _longest,
}
