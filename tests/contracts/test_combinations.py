"""Rules between the members of an object: each is broken by a value that is fine but for that rule."""

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reelmock.contracts.combinations import broken_combinations
from reelmock.contracts.instances import SENTENCE

A, B, C = {"enum": [1, 2]}, {"type": "boolean"}, {"const": 0}
MEMBERS: dict[str, Any] = {"type": "object", "properties": {"a": A, "b": B, "c": C}}
WITH_A, WITH_B, WITH_C = ({"required": [name]} for name in "abc")
A_IS_2: dict[str, Any] = {"properties": {"a": {"const": 2}}}


def broken(schema: dict[str, Any]) -> list[Any]:
    """The values that break the schema, each once."""
    judge = Draft202012Validator(schema)
    found: list[Any] = []
    for value in broken_combinations(schema):
        if not judge.is_valid(value) and value not in found:
            found.append(value)
    return found


# rules beside the members a (1 or 2), b (a boolean), c (0) → the values that break them.
RULES: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("no rule", {}, []),
    ("a value", {"not": A_IS_2}, [{"a": 2}]),
    ("two together", {"not": {"required": ["a", "b"]}}, [{"a": 1, "b": False}]),
    ("a value with another", {"not": A_IS_2 | WITH_B}, [{"a": 2, "b": False}]),
    ("several pairs", {"not": {"anyOf": [WITH_A, {"required": ["b", "c"]}]}}, [{"a": 1}, {"b": False, "c": 0}]),
    ("by parts", {"allOf": [{"not": WITH_A}, True, {"allOf": [{"not": WITH_B}]}]}, [{"a": 1}, {"b": False}]),
    ("and required ones", {"not": WITH_A, "allOf": [WITH_C]}, [{"c": 0, "a": 1}]),
    ("of several types", {"type": ["object", "null"], "not": WITH_A}, [{"a": 1}]),
    ("what can't be", {"not": {"required": ["a"], "properties": {"a": {"const": 3}}}}, []),
    ("then required", {"if": WITH_A, "then": WITH_B}, [{"a": 1}]),
    ("then a value", {"if": A_IS_2 | WITH_A, "then": {"properties": {"b": {"const": True}}}}, [{"a": 2, "b": False}]),
    ("a condition without required", {"if": A_IS_2, "then": WITH_B}, [{"a": 2}]),
    ("then not", {"if": WITH_A, "then": {"not": WITH_B}}, [{"a": 1, "b": False}, {"a": 1, "b": True}]),
    ("then not a value", {"if": WITH_B, "then": {"not": A_IS_2 | WITH_A}}, [{"b": False, "a": 2}]),
    ("else required", {"if": WITH_A, "else": WITH_B}, [{}]),
    ("else a value", {"if": WITH_A, "else": {"properties": {"b": {"const": True}}}}, [{"b": False}]),
    ("then and else", {"if": WITH_A, "then": WITH_B, "else": WITH_C}, [{"a": 1}, {}]),
    (
        "a condition that nothing meets",
        {"if": {"properties": {"a": {"const": 3}}, "required": ["a"]}, "then": WITH_B},
        [],
    ),
    ("no consequence", {"if": WITH_A}, []),
    ("one of two", {"oneOf": [WITH_A, WITH_B]}, [{"a": 1, "b": False}]),
    (
        "one of three",
        {"oneOf": [WITH_A, WITH_B, WITH_C]},
        [{"a": 1, "b": False}, {"a": 1, "c": 0}, {"b": False, "c": 0}],
    ),
    ("one of what excludes each other", {"oneOf": [{"type": "object"}, {"type": "string"}]}, []),
    ("needs one", {"dependentRequired": {"a": ["b"]}}, [{"a": 1}]),
    ("needs two", {"dependentRequired": {"a": ["b", "c"]}}, [{"a": 1, "c": 0}, {"a": 1, "b": False}]),
    ("two need one", {"dependentRequired": {"a": ["b"], "c": ["b"]}}, [{"a": 1}, {"c": 0}]),
    ("an undeclared one needs one", {"dependentRequired": {"d": ["b"]}}, [{"d": SENTENCE}]),
    ("needs one by a part", {"allOf": [{"dependentRequired": {"a": ["b"]}}]}, [{"a": 1}]),
]


@pytest.mark.parametrize(("rules", "expected"), [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_a_rule_between_members_is_broken_by_these_values(rules: dict[str, Any], expected: list[Any]) -> None:
    schema = MEMBERS | rules
    before = copy.deepcopy(schema)
    found = broken(schema)
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert broken(schema) == found
    assert schema == before


@pytest.mark.parametrize("rules", [row[1] for row in RULES], ids=[row[0] for row in RULES])
def test_nothing_else_is_wrong_with_them(rules: dict[str, Any]) -> None:
    assert [value for value in broken(MEMBERS | rules) if not Draft202012Validator(MEMBERS).is_valid(value)] == []


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "integer", "oneOf": [{"minimum": 3}, {"maximum": 5}]}, [3]),
        ({"type": "integer", "not": {"multipleOf": 5}, "minimum": 1}, [5]),
        ({"type": "string", "not": {"enum": ["x", "y"]}}, ["x"]),
        ({"type": "integer", "if": {"minimum": 5}, "then": {"multipleOf": 5}}, []),
        ({"type": "integer", "if": {"minimum": 5}, "then": {"required": ["a"]}}, []),
        ({"type": "object", "dependentRequired": {"a": ["b"]}}, [{"a": SENTENCE}]),
    ],
    ids=str,
)
def test_a_value_that_is_no_object_is_no_obstacle(schema: dict[str, Any], expected: list[Any]) -> None:
    """A place may take an object or something else; then the valid value at hand may be that."""
    assert [value for value in broken(schema) if value not in expected] == []
    assert schema["type"] == "object" or broken(schema) == expected


def test_no_more_than_a_few_pairs_of_branches_are_tried() -> None:
    branches: list[Any] = [{"minimum": number} for number in range(100)]
    assert 0 < len(list(broken_combinations({"type": "integer", "oneOf": branches}))) <= 8
