"""The quick yes never says yes to what jsonschema refuses, and says it to what clients usually send."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.contract import load_contract
from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json
from reelmock.contracts.quick import RULES, surely_valid

MODEL = load_contract().models[0]

SCALARS: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.sampled_from([5.0, 0.5, -1.5]),
    st.text(max_size=4),
    st.sampled_from(["https://a.test/b", "data:,x", "360p", "1080p", "anime", *MODEL.aliases, MODEL.id]),
)
VALUES: st.SearchStrategy[Json] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
)

# Schemas that use every keyword that there is a quick check for, and some that there is none for.
SCHEMAS: list[Json] = [
    {"type": "string"},
    {"type": "integer"},
    {"type": "number"},
    {"type": "boolean"},
    {"type": "object"},
    {"type": "array"},
    {"type": "null"},
    {"type": ["integer", "null"]},
    {"enum": ["360p", 5, True, None]},
    {"enum": [1, 0]},
    {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
    {"properties": {"a": {"type": "string"}}, "additionalProperties": False},
    {"properties": {"a": {}}, "patternProperties": {"b": {}}, "additionalProperties": False},
    {"additionalProperties": {"type": "string"}},
    {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "uuid"},
    {"type": "string", "minLength": 1, "maxLength": 2},
    {"type": "number", "minimum": 0, "maximum": 5},
    {"minimum": 0},
    {"maxLength": 2},
    {"allOf": [{"type": "object"}, {"required": ["b"]}]},
    {"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]},
    {"oneOf": [{"type": "integer"}, {"minimum": 0}]},
    {"not": {"required": ["a", "b"]}},
    {"not": {"type": "string"}},
    {"multipleOf": 2},
    {"title": "anything", "x-note": 1},
    {"properties": {"a": True, "b": {"not": {}}}},
]


def valid(schema: Any, value: Json) -> bool:
    judge: Any = Draft202012Validator(schema, format_checker=format_checker())
    return bool(judge.is_valid(value))


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
@given(value=VALUES)
def test_a_quick_yes_is_always_right(schema: Json, value: Json) -> None:
    assert not surely_valid(schema)(value) or valid(schema, value)


@given(payload=st.dictionaries(st.sampled_from([*MODEL.schema["properties"], "extra"]), VALUES, max_size=6))  # type: ignore[misc] # the schema is JSON
def test_a_quick_yes_to_a_payload_is_always_right(payload: dict[str, Json]) -> None:
    assert not MODEL.surely_valid(payload) or valid(MODEL.closed_schema, payload)


def test_every_keyword_with_a_quick_check_is_tried_above() -> None:
    assert {keyword for schema in SCHEMAS if isinstance(schema, dict) for keyword in schema} >= RULES.keys()


@pytest.mark.parametrize("name", [MODEL.id, *MODEL.aliases])
@pytest.mark.parametrize(
    "more", [{}, {"duration": 8}, {"resolution": "1080p", "seed": 7}, {"generate_audio_switch": True, "style": "clay"}]
)
def test_what_clients_usually_send_gets_a_quick_yes(name: str, more: dict[str, Json]) -> None:
    payload: dict[str, Json] = {"model": name, "prompt": "x", "image_url": "https://a.test/b", **more}
    assert MODEL.surely_valid(payload)


def test_a_forbidden_combination_gets_none() -> None:
    payload: dict[str, Json] = {"model": MODEL.id, "prompt": "x", "image_url": "https://a.test/b"}
    assert not MODEL.surely_valid(payload | {"resolution": "1080p", "duration": 8})


@pytest.mark.parametrize("schema", [True, False, None, {"unheard": 1}])
def test_what_is_not_understood_gets_none(schema: Json) -> None:
    assert not surely_valid(schema)("x")
