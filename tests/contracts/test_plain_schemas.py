"""A composed schema becomes plain alternatives: together they take what the schema takes."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.plain_schemas import (
    COMPOSING,
    MAX_ALTERNATIVES,
    TELLING,
    TYPES,
    alternatives,
    merge,
    types_of,
)

# schema → its plain alternatives.
COMPOSED: list[tuple[Any, list[dict[str, Any]]]] = [
    (True, [{}]),
    (False, []),
    ({}, [{}]),
    ({"type": "string", "title": "t"}, [{"type": "string", "title": "t"}]),
    ({"const": 1}, [{"enum": [1]}]),
    ({"const": None}, [{"enum": [None]}]),
    ({"const": 1, "enum": [1, 2]}, [{"enum": [1]}]),
    ({"const": 1, "enum": [2, True]}, []),
    ({"not": {}}, []),
    ({"not": {"const": 1}}, [{"not": {"const": 1}}]),
    ({"allOf": [True, {"minimum": 1}]}, [{"minimum": 1}]),
    ({"allOf": [{}, False]}, []),
    ({"type": "object", "allOf": [{"type": "string"}]}, []),
    ({"allOf": [{"allOf": [{"minimum": 1}]}, {"maximum": 2}]}, [{"minimum": 1, "maximum": 2}]),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, [{"type": "string"}, {"type": "null"}]),
    ({"anyOf": [False, {"type": "null"}]}, [{"type": "null"}]),
    ({"anyOf": [{"anyOf": [{"minimum": 1}, {"minimum": 2}]}, {}]}, [{"minimum": 1}, {"minimum": 2}, {}]),
    ({"anyOf": []}, [{}]),
    ({"type": "string", "anyOf": [{"minLength": 1}, {"type": "integer"}]}, [{"type": "string", "minLength": 1}]),
    (
        {"anyOf": [{"minimum": 1}, {"minimum": 2}], "oneOf": [{"maximum": 3}, {"maximum": 4}]},
        [{"minimum": low, "maximum": high} for low in (1, 2) for high in (3, 4)],
    ),
    ({"if": {"required": ["a"]}}, [{}, {"required": ["a"]}]),
    (
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
        [{"required": ["c"]}, {"required": ["a", "b"]}],
    ),
    ({"if": {"required": ["a"]}, "then": False}, [{}]),
    ({"then": {"type": "string"}, "else": False}, [{}]),
]


@pytest.mark.parametrize(("schema", "plain"), COMPOSED, ids=[str(row[0]) for row in COMPOSED])
def test_a_schema_is_the_plain_alternatives_that_it_allows(schema: Any, plain: list[dict[str, Any]]) -> None:
    before = copy.deepcopy(schema)
    assert alternatives(schema) == plain
    assert schema == before


# keyword, its values in two schemas → its value in what is both, None when nothing can be both.
MERGED: list[tuple[str, Any, Any, Any]] = [
    ("type", "string", ["null", "string"], ["string"]),
    ("type", ["integer", "string"], "number", ["integer"]),
    ("type", "number", ["integer", "null"], ["integer"]),
    ("type", "number", ["null", "number"], ["number"]),
    ("type", ["string", "null"], ["null", "string"], ["string", "null"]),
    ("type", "string", "integer", None),
    ("enum", ["a", 1, True, None], [None, True, "a"], ["a", True, None]),
    ("enum", [1], [True], None),
    ("enum", ["a"], ["b"], None),
    ("enum", "a", ["b"], None),
    ("required", ["a"], ["b", "a", 1], ["a", "b"]),
    ("required", "a", ["b"], ["b"]),
    (
        "properties",
        {"a": {}, "b": {"minimum": 1}},
        {"b": {"minimum": 1}, "c": {}},
        {"a": {}, "b": {"minimum": 1}, "c": {}},
    ),
    ("properties", {"a": {"minimum": 1}}, {"a": {"maximum": 2}}, {"a": {"allOf": [{"minimum": 1}, {"maximum": 2}]}}),
    ("items", {"minimum": 1}, {"maximum": 2}, {"allOf": [{"minimum": 1}, {"maximum": 2}]}),
    ("items", {"minimum": 1}, {"minimum": 1}, {"minimum": 1}),
    ("not", {"const": 1}, {"const": 2}, {"anyOf": [{"const": 1}, {"const": 2}]}),
    ("not", {"const": 1}, {"const": 1}, {"const": 1}),
    ("additionalProperties", {"minimum": 1}, False, False),
    ("additionalProperties", {"minimum": 1}, {"maximum": 2}, {"allOf": [{"minimum": 1}, {"maximum": 2}]}),
    *((keyword, 1, 2, 2) for keyword in ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")),
    *((keyword, 1, 2, 1) for keyword in ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")),
    ("minimum", 1, "2", 1),
    ("maximum", 1, None, 1),
    ("default", 1, 2, 2),
    ("pattern", "a", "b", "b"),
]


@pytest.mark.parametrize(("keyword", "first", "second", "both"), MERGED, ids=[str(row[:3]) for row in MERGED])
def test_a_keyword_of_two_schemas_becomes_one(keyword: str, first: Any, second: Any, both: Any) -> None:
    """The one that takes what both take; of those that can't be merged, the second."""
    expected = [] if both is None else [{keyword: both}]
    assert alternatives({"allOf": [{keyword: first}, {keyword: second}]}) == expected
    assert merge({keyword: first}, {keyword: second}) == expected
    assert alternatives({keyword: first, "anyOf": [{keyword: second}]}) == expected


def test_numbers_that_are_equal_are_one_option() -> None:
    """To JSON Schema 2 and 2.0 are the same number, and true is none."""
    assert merge({"enum": [1, 2]}, {"enum": [2.0, True]}) == [{"enum": [2]}]


def test_a_product_of_many_unions_is_cut() -> None:
    union: list[Any] = [{"minimum": number} for number in range(MAX_ALTERNATIVES)]
    found = alternatives({"allOf": [{"anyOf": union}, {"anyOf": [{"maximum": 1}, {"maximum": 2}]}]})
    assert len(found) == MAX_ALTERNATIVES
    assert found[:2] == [{"minimum": 0, "maximum": 1}, {"minimum": 0, "maximum": 2}]


@pytest.mark.parametrize(
    ("plain", "types"),
    [
        ({"type": "string"}, ("string",)),
        ({"type": ["null", "string"]}, ("string", "null")),
        ({"type": []}, ()),
        ({"type": "integer", "enum": ["a"]}, ("integer",)),
        (
            {"enum": [None, 1, 1.5, True, "a", [], {}, 2]},
            ("integer", "number", "boolean", "string", "array", "object", "null"),
        ),
        ({"minimum": 1, "pattern": "a", "maximum": 2}, ("number", "string")),
        *(({keyword: None}, (told,)) for keyword, told in TELLING.items()),
        ({"description": "d"}, TYPES),
        ({}, TYPES),
    ],
    ids=str,
)
def test_types_are_declared_or_told_by_options_or_keywords_and_null_comes_last(
    plain: dict[str, Any], types: tuple[str, ...]
) -> None:
    assert types_of(plain) == types


NAMES = st.sampled_from("ab")
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 2, 1.5, "", "x", "xyz"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
LIMITS = st.integers(0, 2)
RULES: dict[str, st.SearchStrategy[Any]] = {
    "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), min_size=1, unique=True),
    "enum": st.lists(VALUES, min_size=1, max_size=3),
    "const": VALUES,
    "required": st.lists(NAMES, unique=True),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), LIMITS),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), LIMITS),
}
PLAIN: st.SearchStrategy[Any] = st.booleans() | st.fixed_dictionaries({}, optional=RULES)


def composed(*keywords: str) -> st.SearchStrategy[Any]:
    """Schemas that are composed by these keywords, or hold others."""

    def around(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, min_size=1, max_size=3)
        one = ("if", "then", "else", "not", "items")
        rules = {keyword: inner if keyword in one else several for keyword in keywords}
        nested = {"properties": st.dictionaries(NAMES, inner, max_size=2), "items": inner}
        return st.fixed_dictionaries({}, optional=nested | rules | {"minimum": LIMITS})

    return st.recursive(PLAIN, around, max_leaves=6)


def takes(schema: Any, value: Any) -> bool:
    return Draft202012Validator(schema).is_valid(value)


@given(composed("allOf", "anyOf", "not"), VALUES)
def test_the_alternatives_take_just_what_the_schema_takes(schema: Any, value: Any) -> None:
    found = alternatives(schema)
    assert all(not COMPOSING & plain.keys() for plain in found)
    assert any(takes(plain, value) for plain in found) is takes(schema, value)


@given(composed("allOf", "anyOf", "not", "oneOf", "if", "then", "else"), VALUES)
def test_no_value_that_the_schema_takes_is_lost(schema: Any, value: Any) -> None:
    """With `oneOf` and `if` the alternatives may take more, so whoever builds a value asks the schema afterwards."""
    if takes(schema, value):
        assert any(takes(plain, value) for plain in alternatives(schema))
