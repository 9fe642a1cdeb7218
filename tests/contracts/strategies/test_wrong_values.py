"""Wrong values are drawn beyond those that a catalogue lists, and put in their place."""

import json
from functools import partial
from operator import eq
from typing import Any

import pytest

from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.mutations import Mutation
from reelmock.contracts.strategies import invalid_payloads
from reelmock.contracts.strategies.wrong_values import NO_URIS, replaced
from reelmock.tests.contracts.strategies.drawing import drawn, taking, unreached


def value_at(mutation: Mutation) -> Any:
    found: Any = mutation.payload
    for step in mutation.violation.path:
        found = found[step]
    return found


WIDE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 3, "maxLength": 2500},
        "url": {"type": "string", "format": "uri"},
        "id": {"type": "string", "format": "uuid"},
        "count": {"type": "integer", "minimum": 1, "maximum": 9},
        "size": {"type": "integer", "enum": [1, 2]},
        "flag": {"const": True},
        "list": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "integer"}}}},
    },
}

# Kind, place → values that the catalogue does not list.
MORE: list[tuple[str, str, dict[str, Any]]] = [
    ("too_long", "/text", {"longer": lambda text: len(text) > 2510, "no ASCII": lambda text: not text.isascii()}),
    ("too_short", "/text", {"empty": lambda text: text == "", "no ASCII": lambda text: not text.isascii()}),
    ("bad_format", "/url", {text: partial(eq, text) for text in NO_URIS} | {"any": lambda text: not text.isascii()}),
    ("bad_format", "/id", {"any": lambda text: not text.isascii()}),
    ("below_minimum", "/count", {"far": lambda number: number < -(2**64)}),
    ("above_maximum", "/count", {"far": lambda number: number > 2**64}),
    ("not_in_enum", "/size", {"far": lambda number: number > 100}),
    ("not_in_enum", "/flag", {"far": lambda number: isinstance(number, int) and number > 100}),
    (
        "wrong_type",
        "/text",
        {"list": lambda value: isinstance(value, list), "number": lambda value: isinstance(value, float)},
    ),
    ("wrong_type", "/list/0/at", {"object": lambda value: isinstance(value, dict)}),
    ("non_object", "", {"list": lambda value: isinstance(value, list), "text": lambda value: isinstance(value, str)}),
]


@pytest.mark.parametrize(("kind", "place", "values"), MORE)
def test_wrong_values_are_more_than_a_catalogue_lists(kind: str, place: str, values: dict[str, Any]) -> None:
    model = taking(WIDE).models[0]
    strategy = invalid_payloads(model, kinds=[kind]).filter(lambda mutation: mutation.pointer == place)
    assert unreached(strategy.map(value_at), values) == []


def test_a_limit_of_many_thousand_characters_can_be_exceeded() -> None:
    long: JsonObject = {"type": "object", "properties": {"text": {"type": "string", "maxLength": 32_000}}}
    model = taking(long).models[0]
    assert all(len(value_at(mutation)) > 32_000 for mutation in drawn(invalid_payloads(model, kinds=["too_long"]), 20))


@pytest.mark.parametrize(
    ("payload", "path", "expected"),
    [
        (1, (), "x"),
        ({"a": 1, "b": 2}, ("a",), {"a": "x", "b": 2}),
        ([1, 2, 3], (1,), [1, "x", 3]),
        ({"a": [{"b": 1}]}, ("a", 0, "b"), {"a": [{"b": "x"}]}),
        (1, ("a",), 1),
    ],
)
def test_a_value_is_replaced_at_a_place_of_a_copy(payload: Any, path: tuple[str | int, ...], expected: Any) -> None:
    before = json.dumps(payload)
    assert replaced(payload, path, "x") == expected
    assert json.dumps(payload) == before
