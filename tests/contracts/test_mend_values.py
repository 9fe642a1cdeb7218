"""An enum or a default that does not fit its type is read as what it was meant as, else left out, and always told."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.findings import Notes
from reelmock.contracts.jsontree import Json, JsonObject, items
from reelmock.contracts.mend_values import FITTING, mend_values

TYPE = "warning default-type: api.json at /here/default: the default"
ENUM = "warning enum-type: api.json at /here/enum: the enum"
GONE = "error enum-type: api.json at /here/enum: the enum"
ALL = "The enum is left out: every value of the type is taken."


def mended(schema: JsonObject) -> tuple[JsonObject, list[str]]:
    """The mended copy of `schema`, as it stands at /here, and what was found."""
    changed, notes = copy.deepcopy(schema), Notes("api.json")
    mend_values(changed, ("here",), notes)
    return changed, [str(finding) for finding in notes.found]


# A type, a default, what becomes of it, and what is told; no default behind it stands for one that is left out.
DEFAULTS: list[tuple[Any, Json, JsonObject, str]] = [
    ("integer", "5", {"default": 5}, f"{TYPE} '5' does not fit the type integer. Read as 5."),
    ("integer", "-5", {"default": -5}, f"{TYPE} '-5' does not fit the type integer. Read as -5."),
    ("number", "0.5", {"default": 0.5}, f"{TYPE} '0.5' does not fit the type number. Read as 0.5."),
    ("integer", "0.5", {}, f"{TYPE} '0.5' does not fit the type integer. Left out."),
    ("integer", "auto", {}, f"{TYPE} 'auto' does not fit the type integer. Left out."),
    ("number", "nan", {}, f"{TYPE} 'nan' does not fit the type number. Left out."),
    ("integer", "٥", {}, f"{TYPE} '٥' does not fit the type integer. Left out."),
    ("integer", "9" * 5000, {}, f"{TYPE} '{'9' * 80}… (5,000 characters)' does not fit the type integer. Left out."),
    ("integer", True, {}, f"{TYPE} true does not fit the type integer. Left out."),
    ("integer", None, {}, f"{TYPE} null does not fit the type integer. Left out."),
    ("string", 5, {"default": "5"}, f"{TYPE} 5 does not fit the type string. Read as '5'."),
    ("string", False, {}, f"{TYPE} false does not fit the type string. Left out."),
    ("boolean", "true", {}, f"{TYPE} 'true' does not fit the type boolean. Left out."),
    ("array", {}, {}, f"{TYPE} an object with 0 members does not fit the type array. Left out."),
    (["integer", "null"], "5", {"default": 5}, f"{TYPE} '5' does not fit the type integer or null. Read as 5."),
]


@pytest.mark.parametrize(("kind", "default", "left", "told"), DEFAULTS)
def test_a_default_of_another_type_is_mended(kind: Json, default: Json, left: JsonObject, told: str) -> None:
    assert mended({"type": kind, "default": default}) == ({"type": kind, **left}, [told])


@pytest.mark.parametrize(
    ("schema", "left", "told"),
    [
        ({"enum": ["a", "b"], "default": "c"}, [], "default-enum: … 'c' is none of the enum's values. Left out."),
        ({"enum": [5, 8], "default": "5"}, [5], "default-enum: … '5' is none of the enum's values. Read as 5."),
        ({"enum": ["5", "8"], "default": 5}, ["5"], "default-enum: … 5 is none of the enum's values. Read as '5'."),
        ({"enum": [1, 2], "default": True}, [], "default-enum: … true is none of the enum's values. Left out."),
        (
            {"type": "integer", "enum": [5, 8], "default": "6"},
            [],
            "default-type: … '6' does not fit the type integer. Left out.",
        ),
    ],
)
def test_a_default_that_is_not_in_the_enum_is_mended(schema: JsonObject, left: list[Json], told: str) -> None:
    rest = {name: value for name, value in schema.items() if name != "default"}
    place = "api.json at /here/default: the default"
    assert mended(schema) == (
        rest | ({"default": left[0]} if left else {}),
        [f"warning {told.replace('…', place)}"],
    )


@pytest.mark.parametrize(
    ("kind", "options", "left", "told"),
    [
        ("integer", ["5", "10"], [5, 10], f"{ENUM} '5', '10' does not fit the type integer. Read as 5, 10."),
        (
            "string",
            [5, 10, 0.5],
            ["5", "10", "0.5"],
            f"{ENUM} 5, 10, 0.5 does not fit the type string. Read as '5', '10', '0.5'.",
        ),
        ("integer", ["5", 5, "auto"], [5], f"{ENUM} '5', 5, 'auto' does not fit the type integer. Read as 5."),
        ("string", ["a", None, True], ["a"], f"{ENUM} 'a', null, true does not fit the type string. Read as 'a'."),
        (
            ["integer", "null"],
            ["5", None],
            [5, None],
            f"{ENUM} '5', null does not fit the type integer or null. Read as 5, null.",
        ),
        (
            ["integer", "string"],
            ["5", None],
            ["5"],
            f"{ENUM} '5', null does not fit the type integer or string. Read as '5'.",
        ),
        (
            "integer",
            [*"123456"],
            [*range(1, 7)],
            f"{ENUM} '1', '2', '3', '4', '5', '6' does not fit the type integer. Read as 1, 2, 3, 4, 5, 6.",
        ),
        ("integer", ["auto"], None, f"{GONE} 'auto' does not fit the type integer. {ALL}"),
        (
            "integer",
            [*"12345678"],
            [*range(1, 9)],
            f"{ENUM} '1', '2', '3', '4', '5', '6', … does not fit the type integer. Read as 1, 2, 3, 4, 5, 6, ….",
        ),
    ],
)
def test_an_enum_of_another_type_is_mended(kind: Json, options: list[Json], left: list[Json] | None, told: str) -> None:
    enum: JsonObject = {} if left is None else {"enum": left}
    assert mended({"type": kind, "enum": options}) == ({"type": kind, **enum}, [told])


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "enum": [5, 8.0], "default": 8},
        {"type": "number", "default": 5},
        {"type": "string", "enum": ["5"], "default": "5"},
        {"type": ["integer", "string"], "enum": [5, "5", "auto"], "default": "5"},
        {"type": ["string", "null"], "default": None},
        {"type": "object", "default": {"a": 1}},
        {"default": "anything"},
        {"enum": [1, "a", None], "default": None},
        {"type": "string", "enum": []},
        {"type": "string"},
        {},
    ],
    ids=str,
)
def test_what_fits_is_left_alone(schema: JsonObject) -> None:
    assert mended(schema) == (schema, [])


VALUES: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 99),
    st.sampled_from([0.5, 5.0, -1.25]),
    st.sampled_from(["5", "-5", "0.5", "5.0", "auto", "", "true"]),
    st.sampled_from([[], {}, ["a"]]),
)


@given(
    kind=st.sampled_from([*FITTING, ["integer", "null"], ["string", "null"]]),
    options=st.none() | st.lists(VALUES, min_size=1, max_size=4),
    default=st.none() | st.tuples(VALUES),
)
def test_what_is_left_is_valid_and_stays(kind: Json, options: list[Json] | None, default: tuple[Json] | None) -> None:
    schema: JsonObject = {"type": kind}
    schema |= {} if options is None else {"enum": options}
    schema |= {} if default is None else {"default": default[0]}
    once, findings = mended(schema)
    assert (once == schema) is (findings == [])
    assert mended(once) == (once, [])
    judge = Draft202012Validator(once)
    left = [once[name] for name in ("default",) if name in once] + items(once, "enum")
    assert [value for value in left if not judge.is_valid(value)] == []
