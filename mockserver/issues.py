"""Violations of a payload as the items of `error.data`: the real API words them as the zod library does."""

from collections.abc import Callable, Mapping, Sequence

from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.violations import Violation

# A refusal lists at most this many: a payload with a million unknown names must not get a reply of 100 MB.
MAX_ISSUES = 100
MAX_RECEIVED = 200

COUNTED = {"minLength": "String", "maxLength": "String", "minItems": "Array", "maxItems": "Array"}


def issues(violations: Sequence[Violation]) -> list[Json]:
    """The items for `violations`, in their order; at most 100, then one that counts the rest."""
    listed: list[Json] = [_issue(violation) for violation in violations[:MAX_ISSUES]]
    if len(violations) > MAX_ISSUES:
        listed.append({"code": "custom", "path": [], "message": f"and {len(violations) - MAX_ISSUES} more"})
    return listed


def _issue(violation: Violation) -> JsonObject:
    path: list[Json] = [step if isinstance(step, int) else _as_text(step) for step in violation.path]
    return WRITERS.get(violation.kind, _custom)(violation) | {"path": path}


def _missing(violation: Violation) -> JsonObject:
    return {
        "code": "invalid_type",
        "expected": _types(violation.expected),
        "received": "undefined",
        "message": "Required",
    }


def _wrong_type(violation: Violation) -> JsonObject:
    expected, received = _types(violation.expected), _type_of(violation.received)
    if expected == "integer" and received == "number":
        received = "float"
    message = f"Expected {expected}, received {received}"
    return {"code": "invalid_type", "expected": expected, "received": received, "message": message}


def _not_in_enum(violation: Violation) -> JsonObject:
    allowed = violation.expected if isinstance(violation.expected, list) else [violation.expected]
    options = [_as_text(option) for option in allowed]
    received = _as_text(violation.received)
    wanted = " | ".join(f"'{option}'" for option in options)
    message = f"Invalid enum value. Expected {wanted}, received '{received}'"
    return {"received": received, "code": "invalid_enum_value", "options": list[Json](options), "message": message}


def _too_small(violation: Violation) -> JsonObject:
    return _bound("too_small", "minimum", "at least", "greater than", violation)


def _too_big(violation: Violation) -> JsonObject:
    return _bound("too_big", "maximum", "at most", "less than", violation)


def _bound(code: str, name: str, count: str, comparison: str, violation: Violation) -> JsonObject:
    limit, what = violation.expected, COUNTED.get(violation.keyword, "Number")
    inclusive = not violation.keyword.startswith("exclusive")
    if what == "Number":
        message = f"Number must be {comparison} {'or equal to ' if inclusive else ''}{limit}"
    else:
        message = f"{what} must contain {count} {limit} {'character' if what == 'String' else 'element'}(s)"
    found: JsonObject = {"code": code, name: limit, "type": what.lower(), "inclusive": inclusive, "exact": False}
    return found | {"message": message}


def _bad_format(violation: Violation) -> JsonObject:
    if violation.keyword == "pattern":
        return {"code": "invalid_string", "validation": "regex", "message": "Invalid"}
    name = "url" if violation.expected == "uri" else str(violation.expected)
    return {"code": "invalid_string", "validation": name, "message": f"Invalid {name}"}


def _undeclared(violation: Violation) -> JsonObject:
    name = _as_text(violation.path[-1])
    return {"code": "unrecognized_keys", "keys": [name], "message": f"Unrecognized key(s) in object: '{name}'"}


def _no_branch(violation: Violation) -> JsonObject:
    return {"code": "invalid_union", "message": f"Invalid input: {violation.message}"}


def _custom(violation: Violation) -> JsonObject:
    return {"code": "custom", "message": violation.message}


WRITERS: Mapping[str, Callable[[Violation], JsonObject]] = {
    "missing_required": _missing,
    "wrong_type": _wrong_type,
    "null": _wrong_type,
    "non_object": _wrong_type,
    "not_in_enum": _not_in_enum,
    "below_minimum": _too_small,
    "above_maximum": _too_big,
    "too_short": _too_small,
    "too_few_items": _too_small,
    "too_long": _too_big,
    "too_many_items": _too_big,
    "bad_format": _bad_format,
    "no_branch": _no_branch,
    "undeclared_property": _undeclared,
}


def _types(expected: Json) -> str:
    return " | ".join(map(str, expected)) if isinstance(expected, list) else str(expected or "any")


def _type_of(value: Json) -> str:
    names = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def _as_text(value: Json) -> str:
    """A value as zod's enums show it: always a string."""
    if isinstance(value, str):
        return value if len(value) <= MAX_RECEIVED else value[:MAX_RECEIVED] + "…"
    if isinstance(value, list | dict):
        return _type_of(value)
    return (
        {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else str(value)
    )
