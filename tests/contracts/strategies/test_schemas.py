"""`from_schema`: values that any schema takes, the simplest ones first, and an error where there are none."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from reelmock.contracts.instances import UnsatisfiableError
from reelmock.contracts.models import close
from reelmock.contracts.strategies.schemas import from_schema
from reelmock.tests.contracts.strategies.drawing import drawn, simplest, unreached

STRING: dict[str, Any] = {"type": "string"}
INTEGER: dict[str, Any] = {"type": "integer"}
NULL: dict[str, Any] = {"type": "null"}
A: dict[str, Any] = {"type": "object", "properties": {"a": {"const": 1}}}
AB: dict[str, Any] = {"type": "object", "properties": {"a": {"const": 1}, "b": {"const": 2}}}
B_ALONE, BOTH = {"b": 2}, {"a": 1, "b": 2}
PAIR: dict[str, Any] = {"prefixItems": [{"const": 1}, {"enum": ["x", "y"]}], "items": False}

# Schema → all its values, the simplest first.
FINITE: list[tuple[dict[str, Any], list[Any]]] = [
    ({"type": "boolean"}, [False, True]),
    (NULL, [None]),
    ({"const": 5}, [5]),
    ({"const": None}, [None]),
    ({"const": {"a": [1, None]}}, [{"a": [1, None]}]),
    ({"enum": ["b", "a", 1, 2.5, True, None, [1], {}]}, ["b", "a", 1, 2.5, True, None, [1], {}]),
    ({"type": ["boolean", "null"]}, [False, True, None]),
    ({"type": "integer", "enum": [1, "x", 2, None, 2.5]}, [1, 2]),
    ({"type": "integer", "minimum": 1, "maximum": 3}, [1, 2, 3]),
    ({"type": "string", "maxLength": 0}, [""]),
    ({"type": "string", "pattern": "^a+$", "maxLength": 3}, ["a", "aa", "aaa"]),
    ({"type": "string", "pattern": "^(a$|b$)"}, ["a", "b"]),
    ({"type": "string", "pattern": "^ab$|^#[01]$"}, ["ab", "#0", "#1"]),
    ({"type": "string", "pattern": r"^[0-1]\$$"}, ["0$", "1$"]),
    ({"type": "array", "maxItems": 0}, [[]]),
    ({"type": "array", "items": False}, [[]]),
    ({"type": "array", "items": NULL, "minItems": 1, "maxItems": 2}, [[None], [None, None]]),
    ({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": True, "minItems": 2}, [[1, 2], [2, 1]]),
    ({**PAIR, "minItems": 2}, [[1, "x"], [1, "y"]]),
    ({**PAIR, "minItems": 2, "maxItems": 2}, [[1, "x"], [1, "y"]]),
    (
        {"prefixItems": [{"const": 1}], "items": {"const": 2}, "minItems": 1, "maxItems": 3},
        [[1], [1, 2], [1, 2, 2]],
    ),
    ({"type": "array", "contains": {"const": 5}, "items": {"enum": [5]}, "maxItems": 2}, [[5], [5, 5]]),
    (AB, [{}, {"a": 1}, B_ALONE, BOTH]),
    ({**AB, "required": ["b"]}, [B_ALONE, BOTH]),
    ({**AB, "minProperties": 1}, [B_ALONE, {"a": 1}, BOTH]),
    ({**A, "anyOf": [{"additionalProperties": INTEGER}]}, [{}, {"a": 1}]),
    ({"type": "object", "properties": {"a": False, "b": {"const": 2}}}, [{}, B_ALONE]),
    ({**AB, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, [{"a": 1}, B_ALONE, BOTH]),
    ({**AB, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}, [{"a": 1}, B_ALONE]),
    ({**AB, "not": {"required": ["a", "b"]}}, [{}, {"a": 1}, B_ALONE]),
    ({**AB, "dependentRequired": {"a": ["b"]}}, [{}, B_ALONE, BOTH]),
    ({**AB, "if": {"required": ["a"]}, "then": {"required": ["b"]}}, [{}, B_ALONE, BOTH]),
    ({**AB, "allOf": [{"required": ["a"]}, {"properties": {"b": {"enum": [2, 3]}}}]}, [{"a": 1}, BOTH]),
    ({"type": "object", "propertyNames": {"enum": ["a"]}, "additionalProperties": NULL}, [{}, {"a": None}]),
    (
        {"type": "object", "patternProperties": {"^[xy]$": NULL}, "additionalProperties": False},
        [{}, {"x": None}, {"y": None}, {"x": None, "y": None}],
    ),
    ({"type": "object", "patternProperties": {r"^\p{L}$": NULL}}, [{}]),  # no pattern of Python's
    ({"type": "array", "items": A, "maxItems": 1}, [[], [{}], [{"a": 1}]]),
    ({"anyOf": [{"const": 1}, {"const": 1}, {"type": "boolean"}]}, [1, False, True]),
    ({"oneOf": [{"enum": [1, 2]}, {"enum": [2, 3]}]}, [1, 3]),
    ({"type": "boolean", "title": "t", "description": "d", "default": True, "x-a": 1}, [False, True]),
]


def as_json(value: object) -> str:
    """Values as JSON tells them apart: Python takes 1 for 1.0 and true."""
    return json.dumps(value, sort_keys=True)


@pytest.mark.parametrize(("schema", "values"), FINITE, ids=[as_json(schema)[:90] for schema, _ in FINITE])
def test_every_value_of_a_schema_is_drawn_and_no_other(schema: dict[str, Any], values: list[Any]) -> None:
    before = copy.deepcopy(schema)
    strategy = from_schema(schema)
    assert {*map(as_json, drawn(strategy, 60))} == {*map(as_json, values)}
    assert as_json(simplest(strategy)) == as_json(values[0])
    assert schema == before


def longer(count: int) -> Callable[[Any], bool]:
    return lambda value: len(value) > count


def has(what: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, what)


SORTS = [has(kind) for kind in (str, int, float, bool, type(None), list, dict)]
MAP: dict[str, Any] = {"type": "object", "additionalProperties": INTEGER}

# Schema → its simplest value, and what has to be reached.
ENDLESS: list[tuple[Any, Any, list[Callable[[Any], bool]]]] = [
    ({}, None, SORTS),
    ({"type": "array"}, [], [longer(2), lambda value: [] in value]),
    ({"type": "array", "minItems": 1, "items": {}}, None, [longer(2)]),
    ({"type": "object", "properties": {"a": {}}, "required": ["a"]}, None, [lambda value: value["a"] == []]),
    ({"type": "object", "properties": {"a": {}}}, {}, [lambda value: "a" in value]),
    ({"not": STRING}, None, [has(list), has(dict)]),
    ({"title": "anything"}, None, SORTS),
    (STRING, "", [longer(10)]),
    (MAP, {}, [longer(1), lambda value: "" in value]),
    ({**MAP, "minProperties": 1}, {"": 0}, [longer(2)]),
    ({**MAP, "minProperties": 5, "maxProperties": 6}, None, [longer(5)]),
    ({**MAP, "maxProperties": 1}, {}, [longer(0)]),
    ({"type": "object", "required": ["any"]}, None, [has(dict)]),
    ({"type": "array", "items": INTEGER, "minItems": 2, "maxItems": 4}, [0, 0], [longer(3)]),
    ({"type": "array", "items": INTEGER, "maxItems": 40}, [], [longer(39)]),
    ({"type": "array", "items": NULL, "minItems": 300}, [None] * 300, []),
    ({"type": "array", "items": NULL, "maxItems": 10**6}, [], [longer(3)]),
    ({"type": "array", "items": INTEGER, "uniqueItems": True, "minItems": 2}, [0, 1], [longer(4)]),
    ({"type": "array", "items": INTEGER, "contains": {"const": 5}, "maxItems": 9}, [5], [longer(8)]),
    ({"oneOf": [INTEGER, {"type": "number", "minimum": 5}]}, 0, [has(float), lambda value: value < 0]),
    ({"type": ["string", "array"], "items": INTEGER, "minItems": 1}, "", [lambda value: value == [0]]),
    ({"type": "string", "pattern": r"^\d{2}:\d{2}$"}, None, [lambda value: value > "20"]),
    ({"type": "string", "pattern": "@[A-Z]"}, "@A", [longer(3)]),
]


@pytest.mark.parametrize(
    ("schema", "least", "reached"), ENDLESS, ids=[as_json(schema)[:90] for schema, _, _ in ENDLESS]
)
def test_values_fit_the_schema_and_shrink(schema: Any, least: Any, reached: list[Callable[[Any], bool]]) -> None:
    strategy, valid = from_schema(schema), Draft202012Validator(close(schema))
    assert [value for value in drawn(strategy, 50) if not valid.is_valid(value)] == []
    assert unreached(strategy, {str(number): condition for number, condition in enumerate(reached)}) == []
    if least is not None:
        assert as_json(simplest(strategy)) == as_json(least)


@pytest.mark.parametrize(("pattern", "count"), [("^(a$|b$)", 2000), (r"^[\d$]$", 100), (r"^\w\$$", 100)])
def test_a_pattern_means_what_it_does_in_javascript(pattern: str, count: int) -> None:
    """There `$` is the very end, not also before a line's, which is rare here; digits and letters are ASCII."""
    found = map(str, drawn(from_schema({"type": "string", "pattern": pattern}), count))
    assert [text for text in found if text.endswith("\n") or not text.isascii()] == []


NOTHING = "no value fits the schema with the properties {}: its rules contradict each other"
CONTRADICTIONS: list[dict[str, Any]] = [
    {"not": {}},
    {"enum": []},
    {"type": "integer", "enum": ["a", 1.5]},
    {"type": "integer", "const": 300, "maximum": 200},
    {"allOf": [STRING, INTEGER]},
    {"allOf": [{"const": 1}, {"const": 2}]},
    {"type": "integer", "minimum": 2, "maximum": 1},
    {"type": "number", "exclusiveMinimum": 1, "maximum": 1},
    {"type": "string", "minLength": 3, "maxLength": 2},
    {"type": "array", "minItems": 3, "maxItems": 2},
    {"type": "array", "items": False, "minItems": 1},
    {"type": "array", "contains": False},
    {"type": "array", "items": {"enum": []}, "minItems": 1},
    {"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": True, "minItems": 3},
    {"anyOf": [{"enum": []}, {"type": "integer", "minimum": 1, "maximum": 0}]},
]


@pytest.mark.parametrize("schema", CONTRADICTIONS, ids=as_json)
def test_a_schema_that_no_value_fits_is_an_error(schema: dict[str, Any]) -> None:
    with pytest.raises(UnsatisfiableError) as caught:
        from_schema(schema)
    assert str(caught.value) == NOTHING.format("(none)")
    with pytest.raises(UnsatisfiableError) as caught:
        from_schema({"type": "object", "properties": {"b": INTEGER, "a": schema}, "required": ["a"]})
    assert str(caught.value) == NOTHING.format("b, a")


@pytest.mark.parametrize("schema", CONTRADICTIONS, ids=as_json)
def test_an_optional_member_that_no_value_fits_is_left_out(schema: dict[str, Any]) -> None:
    around = from_schema({"type": "object", "properties": {"a": schema, "b": {"const": 2}}})
    assert {*map(as_json, drawn(around, 30))} == {"{}", '{"b": 2}'}


NESTED: dict[str, Any] = {"type": "object", "properties": {"in": A, "all": {"type": "array", "items": A}}}


@pytest.mark.parametrize("schema", [A, NESTED, {"type": "object", "anyOf": [A]}], ids=as_json)
def test_undeclared_members_are_there_when_they_are_wanted(schema: dict[str, Any]) -> None:
    """The open schema takes them and the closed one refuses them."""
    opened, closed = Draft202012Validator(schema), Draft202012Validator(close(schema))
    undeclared = from_schema(schema, allow_undeclared=True)
    assert all(map(opened.is_valid, drawn(undeclared, 50)))
    assert unreached(undeclared, {"undeclared": lambda value: not closed.is_valid(value)}) == []
    assert simplest(undeclared) == {}
    assert all(map(closed.is_valid, drawn(from_schema(schema), 25)))


def test_undeclared_members_are_not_there_where_the_schema_refuses_them() -> None:
    undeclared = from_schema({**A, "additionalProperties": False}, allow_undeclared=True)
    assert {*map(as_json, drawn(undeclared, 30))} == {"{}", '{"a": 1}'}


def test_a_strategy_is_printed_with_the_names_of_the_members_alone() -> None:
    """Hypothesis prints the strategy of a failing test, which must not take a hundred kilobytes."""
    assert repr(from_schema({**AB, "required": ["b"]})).startswith("_objects(b, a?)")


@pytest.mark.parametrize(
    "schema",
    [
        {"const": {"a": [1]}},
        {"enum": [[1]]},
        {"type": "array", "items": {"const": {"a": [1]}}, "minItems": 9, "maxItems": 9},
        {"type": "array", "items": {"const": {"a": [1]}}, "maxItems": 40},
        {"type": "object", "properties": {"a": {"const": {"a": [1]}}}, "required": ["a"]},
    ],
    ids=as_json,
)
@given(st.data())
def test_nothing_is_shared_between_values(schema: dict[str, Any], data: st.DataObject) -> None:
    """Whoever changes a payload changes no other one, and no other place of it."""
    strategy = from_schema(schema)
    changed, array = data.draw(strategy), data.draw(strategy)
    before = as_json(array)
    change(changed)
    assert as_json(array) == before
    if isinstance(array, list) and len(array) > 1:
        rest = as_json(array[1:])
        change(array[0])
        assert as_json(array[1:]) == rest
    assert Draft202012Validator(schema).is_valid(data.draw(strategy))


def change(value: Any) -> None:
    """Change every array and object of a value."""
    for inner in [*value.values()] if isinstance(value, dict) else [*value] if isinstance(value, list) else []:
        change(inner)
    if isinstance(value, list):
        value.append("changed")
    if isinstance(value, dict):
        value["changed"] = True
