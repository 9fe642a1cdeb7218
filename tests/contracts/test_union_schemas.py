"""The union of two schemas takes what both declare, and grows no further when it is made again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.strategies.schemas import values_of
from reelmock.contracts.union_schemas import rules, union

STRING: JsonObject = {"type": "string"}
NUMBER: JsonObject = {"type": "number"}
NULL: JsonObject = {"type": "null"}


def an_object(required: tuple[str, ...] = (), **properties: Json) -> JsonObject:
    return {"type": "object", "required": [*required], "properties": properties}


TABLE: list[tuple[Json, Json, Json]] = [
    (STRING, STRING, STRING),
    (STRING | {"description": "A"}, STRING | {"description": "B"}, STRING | {"description": "A"}),
    (STRING, {"type": ["string", "null"]}, {"type": ["string", "null"]}),
    (
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "enum": ["b", "c"]},
        {"type": "string", "enum": ["a", "b", "c"]},
    ),
    ({"type": "string", "enum": ["a"]}, STRING, STRING),
    (NUMBER | {"minimum": 1, "maximum": 5}, NUMBER | {"minimum": 3}, NUMBER | {"minimum": 1}),
    (
        an_object(("a", "b"), a=STRING, b=NUMBER),
        an_object(("b", "c"), b=NUMBER, c=STRING),
        an_object(("b",), a=STRING, b=NUMBER, c=STRING),
    ),
    (an_object(a=STRING), an_object(a=NUMBER), {"type": "object", "properties": {"a": {"anyOf": [STRING, NUMBER]}}}),
    (
        {"type": "array", "items": STRING},
        {"type": "array", "items": NUMBER},
        {"type": "array", "items": {"anyOf": [STRING, NUMBER]}},
    ),
    (STRING, NUMBER, {"anyOf": [STRING, NUMBER]}),
    ({"anyOf": [STRING, NUMBER]}, NUMBER | {"minimum": 1}, {"anyOf": [STRING, NUMBER]}),
    ({"anyOf": [STRING, NUMBER]}, {"anyOf": [NUMBER, NULL]}, {"anyOf": [STRING, NUMBER, NULL]}),
    (
        {"type": ["object", "null"]},
        {"anyOf": [{"type": "array"}, NULL]},
        {"anyOf": [{"type": ["object", "null"]}, {"type": "array"}]},
    ),
    (
        STRING | {"pattern": "a"},
        STRING | {"pattern": "b"},
        {"anyOf": [STRING | {"pattern": "a"}, STRING | {"pattern": "b"}]},
    ),
    (STRING | {"pattern": "a"}, STRING | {"pattern": "a", "minLength": 2}, STRING | {"pattern": "a"}),
    (STRING, True, {}),
    (STRING, {}, {}),
]


@pytest.mark.parametrize(("first", "second", "expected"), TABLE, ids=str)
def test_the_union_of_two_schemas(first: Json, second: Json, expected: Json) -> None:
    assert union(first, second) == expected


@pytest.mark.parametrize(("first", "second", "_"), TABLE, ids=str)
def test_what_is_in_the_union_already_changes_nothing(first: Json, second: Json, _: Json) -> None:
    both = union(first, second)
    assert rules(union(both, first)) == rules(union(both, second)) == rules(both)


@pytest.mark.parametrize(("first", "second", "_"), TABLE, ids=str)
@given(data=st.data())
def test_the_union_takes_what_each_of_them_declares(first: Json, second: Json, _: Json, data: st.DataObject) -> None:
    both = union(first, second)
    assert isinstance(both, dict)
    for schema in (first, second):
        values = values_of(schema) if isinstance(schema, dict) else None
        if values is not None:
            assert fits(both)(data.draw(values))


def test_rules_are_what_is_left_without_words_at_any_depth() -> None:
    schema = an_object(description={"type": "string", "title": "T", "x-note": 1}) | {"example": {"description": "x"}}
    assert rules(schema) == {"type": "object", "required": [], "properties": {"description": STRING}}
