"""Wrong values like the one of a violation, for more of them than a catalogue can list."""

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
    "https://",
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


def wrong_values_like(violation: Violation) -> Values | None:
    """Values that very probably break the same rule at the same place; None where only the catalogue knows one."""
    bound = violation.expected
    match violation.keyword:
        case "type" if violation.kind == "null":
            return None
        case "type":
            return OF_ANY_TYPE if violation.path else OF_ANY_TYPE.filter(lambda value: not isinstance(value, dict))
        case "enum" | "const" if isinstance(violation.received, str):
            return texts(0, 40)
        case "enum" | "const" if isinstance(violation.received, int):
            return st.integers()
        case "minimum" if isinstance(bound, int | float):
            return st.integers(max_value=int(bound) - 1)
        case "maximum" if isinstance(bound, int | float):
            return st.integers(min_value=int(bound) + 1)
        case "minLength" if isinstance(bound, int):
            return texts(0, bound - 1)
        case "maxLength" if isinstance(bound, int):
            return texts(bound + 1, bound + 100)
        case "format" if bound == "uri":
            return st.one_of(st.sampled_from(NO_URIS), texts(0, 40))
        case "format":
            return texts(0, 40)
    return None


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
