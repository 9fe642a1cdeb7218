"""Wrong values like the one of a violation, for more of them than a catalogue can list."""

import math
from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from reelmock.contracts.jsontree import Json
from reelmock.contracts.strategies.schemas import Values
from reelmock.contracts.strategies.texts import texts
from reelmock.contracts.violations import Violation

# What is no URI, or none that strict validation takes.
NO_URIS = (
    "",
    "boat.jpg",
    "/boat.jpg",
    "//example.com/boat.jpg",
    "http//example.com",
    "ftp:// x",
    "data:image",
)

# One strategy for all: making one takes as long as drawing from it.
OF_ANY_TYPE: Values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=24),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


# What is hardly among the options of any schema.
STRANGE_OPTIONS: Values = st.one_of(texts(0, 40), st.integers())


def wrong_values_like(violation: Violation) -> Values | None:
    """Values that very probably break the same rule at the same place; None where only the catalogue knows one."""
    bound, keyword = violation.expected, violation.keyword
    if keyword == "type":
        return _mistyped(violation)
    if keyword == "format":
        return st.one_of(st.sampled_from(NO_URIS), texts(0, 40)) if bound == "uri" else texts(0, 40)
    if keyword in ("enum", "const"):
        return STRANGE_OPTIONS
    if isinstance(bound, int | float) and keyword in LIMITS:
        return LIMITS[keyword](math.floor(bound))
    return None


def _mistyped(violation: Violation) -> Values | None:
    if violation.kind == "null":
        return None
    return OF_ANY_TYPE if violation.path else OF_ANY_TYPE.filter(lambda value: not isinstance(value, dict))


# Keyword of a limit → values beyond it.
LIMITS: Mapping[str, Callable[[int], Values]] = {
    "minimum": lambda bound: st.integers(max_value=bound - 1),
    "maximum": lambda bound: st.integers(min_value=bound + 1),
    "minLength": lambda bound: texts(0, bound - 1),
    "maxLength": lambda bound: texts(bound + 1, bound + 100),
}


def replaced(payload: Json, path: tuple[str | int, ...], value: Json) -> Json:
    """`payload` with `value` at `path`, where there has to be a value already."""
    if not path:
        return value
    step = path[0]
    if isinstance(payload, dict) and isinstance(step, str):
        return {**payload, step: replaced(payload[step], path[1:], value)}
    if isinstance(payload, list) and isinstance(step, int):
        return [*payload[:step], replaced(payload[step], path[1:], value), *payload[step + 1 :]]
    return payload
