"""Mends an `enum` and a `default` that do not fit the type: "5" where a number is wanted, 5 where a string is.

A value of the wrong type could never be valid, so one that can't be read as a fitting value is left out.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from reelmock.contracts.findings import Notes
from reelmock.contracts.jsontree import Json, JsonObject, Path, excerpt, items, words

# A number as people write it. Longer ones would lose digits as a float.
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")

# Type → whether a value is of it; true is no number.
FITTING: Mapping[str, Callable[[Json], bool]] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int or (isinstance(value, float) and value.is_integer()),
    "number": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "null": lambda value: value is None,
}


def mend_values(schema: JsonObject, path: Path, notes: Notes) -> None:
    """Make `enum` and `default` of `schema` (at `path` of its document) fit its type, and the default its enum."""
    types = words([schema.get("type"), *items(schema, "type")])
    if types and items(schema, "enum"):
        _enum(schema, types, path, notes)
    if "default" in schema:
        _default(schema, types, path, notes)


def _enum(schema: JsonObject, types: tuple[str, ...], path: Path, notes: Notes) -> None:
    options = items(schema, "enum")
    if all(_fits(option, types) for option in options):
        return
    fitting: list[Json] = []
    for option in options:
        readings = [reading for reading in _readings(option) if _fits(reading, types)][:1]
        fitting += [reading for reading in readings if not _among(reading, fitting)]
    place = (*path, "enum")
    message = f"the enum {_shown(options)} does not fit the type {' or '.join(types)}"
    if fitting:
        schema["enum"] = fitting
        notes.warning("enum-type", place, message, f"Read as {_shown(fitting)}")
    else:
        del schema["enum"]
        notes.error("enum-type", place, message, "The enum is left out: every value of the type is taken")


def _default(schema: JsonObject, types: tuple[str, ...], path: Path, notes: Notes) -> None:
    default, options = schema["default"], schema.get("enum")
    of_type = [reading for reading in _readings(default) if not types or _fits(reading, types)]
    chosen = [reading for reading in of_type if not isinstance(options, list) or _among(reading, options)]
    if chosen and chosen[0] is default:
        return
    place = (*path, "default")
    if of_type and of_type[0] is default:
        name, message = "default-enum", f"the default {excerpt(default)} is none of the enum's values"
    else:
        name, message = "default-type", f"the default {excerpt(default)} does not fit the type {' or '.join(types)}"
    if chosen:
        schema["default"] = chosen[0]
        notes.warning(name, place, message, f"Read as {excerpt(chosen[0])}")
    else:
        del schema["default"]
        notes.warning(name, place, message, "Left out")


def _readings(value: Json) -> Iterator[Json]:
    """`value`, and what else it may have been meant as: a string that is a number, and a number as a string."""
    yield value
    if isinstance(value, str) and NUMBER.fullmatch(value):
        yield float(value) if "." in value else int(value)
    elif type(value) in (int, float):
        yield json.dumps(value)


def _fits(value: Json, types: tuple[str, ...]) -> bool:
    return any(FITTING[name](value) for name in types if name in FITTING)


def _among(value: Json, options: list[Json]) -> bool:
    """Whether `value` is one of the options; true is not 1."""
    return any(value == option and isinstance(value, bool) is isinstance(option, bool) for option in options)


def _shown(values: list[Json]) -> str:
    return ", ".join(excerpt(value, 30) for value in values[:6]) + (", …" if len(values) > 6 else "")
