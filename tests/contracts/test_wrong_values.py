"""The mistakes that clients make: for every rule of a plain schema some value breaks it, and it alone."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.formats import format_checker
from reelmock.contracts.wrong_values import MISFORMATTED, MISTYPED, wrong_values
from reelmock.tests.independent import validators


def broken(schema: dict[str, Any], value: Any) -> set[str]:
    """The keywords that a value breaks."""
    validator = Draft202012Validator(schema, format_checker=format_checker())
    return {str(error.validator) for error in validator.iter_errors(value)}


STRINGS = {"type": "string", "minLength": 2, "maxLength": 9}

# schema, a valid value, and for each keyword the values that break it alone.
RULES: list[tuple[dict[str, Any], Any, dict[str, list[Any]]]] = [
    ({"type": "string"}, "ab", {"type": [None, 42]}),
    (STRINGS, "ab", {"type": [None, 42], "minLength": ["a"], "maxLength": ["a" + "b" * 9]}),
    ({"type": "string", "maxLength": 2}, "", {"type": [None, 42], "maxLength": ["xxx"]}),
    ({"type": "string", "minLength": 0}, "", {"type": [None, 42]}),
    (
        {"type": "string", "format": "uri"},
        "https://a.example/",
        {"type": [None, 42], "format": ["boat.jpg", "https://example.com/a boat.jpg"]},
    ),
    ({"type": "string", "format": "unheard-of"}, "ab", {"type": [None, 42]}),
    ({"type": "string", "pattern": "^a"}, "ab", {"type": [None, 42], "pattern": ["no such thing", "?"]}),
    (
        STRINGS | {"pattern": "b$"},
        "ab",
        {"type": [None, 42], "minLength": [], "maxLength": ["a" + "b" * 9], "pattern": ["no such t", "??"]},
    ),
    ({"type": "integer"}, 5, {"type": [None, "many", True, "5", 5.5]}),
    (
        {"type": "integer", "minimum": 1, "maximum": 9},
        5,
        {"type": [None, "many", True, "5", 5.5], "minimum": [0], "maximum": [10]},
    ),
    (
        {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 9.5},
        5.5,
        {"type": [None, "many", "5.5"], "exclusiveMinimum": [1], "exclusiveMaximum": [9.5]},
    ),
    (
        {"type": "integer", "multipleOf": 64, "minimum": 64, "maximum": 640},
        64,
        {"type": [None, "many", True, "64"], "multipleOf": [96], "minimum": [0], "maximum": [704]},
    ),
    ({"type": "number", "multipleOf": 0.25}, 1, {"type": [None, "many", "1"], "multipleOf": [1.125]}),
    ({"type": "integer", "multipleOf": 1}, 1, {"type": [None, "many", True, "1"]}),
    ({"type": "boolean"}, True, {"type": [None, "true"]}),
    ({"type": "null"}, None, {"type": ["null"]}),
    ({"type": ["string", "null"]}, None, {"type": [42]}),
    ({"type": ["integer", "null"]}, 5, {"type": ["many", True, "null", "5", 5.5]}),
    ({"type": "object"}, {}, {"type": [None, "none", []]}),
    ({"type": "object", "minProperties": 1}, {"a": 1}, {"type": [None, "none", []], "minProperties": [{}]}),
    ({"type": "array"}, [1], {"type": [None, {}, "A paper boat sails down a rainy street."]}),
    ({"type": "array", "items": {"type": "integer"}}, [7], {"type": [None, {}, 1]}),
    (
        {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3},
        [7, 8],
        {"type": [None, {}, 1], "minItems": [[7]], "maxItems": [[7, 8, 8, 8]]},
    ),
    ({"type": "array", "items": {"const": 1}, "minItems": 1}, [], {"type": [None, {}, 1], "minItems": [[]]}),
    ({"type": "array", "items": {"const": 1}, "maxItems": 1}, [], {"type": [None, {}, 1], "maxItems": [[1, 1]]}),
    (
        {"type": "array", "items": {"type": "integer"}, "uniqueItems": True},
        [7],
        {"type": [None, {}, 1], "uniqueItems": [[7, 7]]},
    ),
    ({"enum": ["a", "b"]}, "a", {"enum": [None, 42, "A"]}),
    ({"enum": ["a", "A", "b"]}, "a", {"enum": [None, 42, "B"]}),
    ({"enum": ["a", "A"]}, "a", {"enum": [None, 42, "unknown"]}),
    ({"enum": ["16:9"]}, "16:9", {"enum": [None, 42, "unknown"]}),
    ({"type": "integer", "enum": [5, 8, 10]}, 5, {"type": [], "enum": [6]}),
    ({"enum": [1, 2, 3]}, 1, {"enum": [None, "many", True, "1", 1.5, 4]}),
    ({"enum": [True, 1.5]}, True, {"enum": [None, "true", "many"]}),
]


@pytest.mark.parametrize(("schema", "right", "expected"), RULES, ids=[str(row[:2]) for row in RULES])
def test_every_rule_is_broken_alone_by_these_values(
    schema: dict[str, Any], right: Any, expected: dict[str, list[Any]]
) -> None:
    """Other values break two rules, or turn out valid: whoever asks judges them anyway."""
    before = copy.deepcopy((schema, right))
    values = list(wrong_values(schema, right))
    found = {keyword: [value for value in values if broken(schema, value) == {keyword}] for keyword in expected}
    assert json.dumps(found) == json.dumps(expected)  # where true is not 1
    assert (schema, right) == before
    assert json.dumps(list(wrong_values(schema, right))) == json.dumps(values)


def test_without_a_type_every_type_is_tried() -> None:
    values = list(wrong_values({"description": "d"}, None))
    assert {type(value) for value in values} == {type(None), str, int, bool, dict, list}


def test_an_array_of_what_can_not_be_is_still_broken() -> None:
    assert list(wrong_values({"type": "array", "items": False}, [])) == [None, {}, None]


@pytest.mark.parametrize("name", MISTYPED)
def test_a_mistyped_value_is_of_another_type(name: str) -> None:
    assert [value for value in MISTYPED[name] if broken({"type": name}, value) != {"type"}] == []


@pytest.mark.parametrize("name", MISFORMATTED)
def test_a_misformatted_string_is_not_of_that_format(name: str) -> None:
    """To a judge that shares no code, and to our own where it checks the format."""
    schema = {"type": "string", "format": name}
    body = {"content": {"application/json": {"schema": schema}}}
    judge = validators({"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": body}}}})["/a"]
    assert [value for value in MISFORMATTED[name] if judge(value)] == []
    expected = {"format"} if name in format_checker().checkers else set()
    assert all(broken(schema, value) == expected for value in MISFORMATTED[name])


NUMBERS = st.integers(-1000, 1000)


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted))
def test_numbers_miss_a_bound_by_one(bounds: list[int]) -> None:
    low, right, high = bounds
    values = list(wrong_values({"type": "integer", "minimum": low, "maximum": high}, right))
    outside = [value for value in values if type(value) is int and not low <= value <= high]
    assert outside == [low - 1, high + 1]


@given(st.lists(NUMBERS, min_size=1, unique=True))
def test_a_number_that_is_no_option_lies_between_two_or_just_above(options: list[Any]) -> None:
    values = list(wrong_values({"enum": options}, None))
    (wrong,) = [value for value in values if type(value) is int]
    assert wrong not in options
    assert min(options) < wrong <= max(options) + 1


@given(st.lists(st.text(max_size=3), min_size=1, unique=True))
def test_a_string_that_is_no_option_is_always_there(options: list[Any]) -> None:
    assert "enum" in broken({"enum": options}, list(wrong_values({"enum": options}, options[0]))[-1])


@given(st.integers(1, 20), st.integers(0, 20))
def test_lengths_miss_a_limit_by_one(shortest: int, more: int) -> None:
    longest = shortest + more
    limits = {"minLength": shortest, "maxLength": longest, "minItems": shortest, "maxItems": longest}
    strings = [value for value in wrong_values({"type": "string", **limits}, "é" * longest) if isinstance(value, str)]
    arrays = [value for value in wrong_values({"type": "array", **limits}, [0] * shortest) if isinstance(value, list)]
    assert [len(value) for value in strings] == [shortest - 1, longest + 1]
    assert [len(value) for value in arrays] == [shortest - 1, longest + 1]
