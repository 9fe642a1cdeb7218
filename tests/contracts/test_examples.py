"""A small payload for a model is one that the model takes."""

from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.examples import SENTENCE, URL, example_of
from reelmock.contracts.models import Model

KITES = load_contract(Path(__file__).parent.parent / "data" / "kites.json")
MODELS = [*load_contract().models, *KITES.models]


def model_of(schema: dict[str, Any], **rest: Any) -> Model:
    """A model that requires the member `a` with this schema."""
    return Model("m", (), {"properties": {"a": schema}, "required": ["a"]} | rest, "model", "POST /")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_it_is_valid_names_the_model_and_has_what_is_required(model: Model) -> None:
    payload = example_of(model)
    assert not list(model.validator.iter_errors(payload))
    assert payload[model.selector] == model.id
    assert set(payload) == set(model.schema["required"] if isinstance(model.schema["required"], list) else [])


TABLE: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string"}, SENTENCE),
    ({"type": "string", "format": "uri"}, URL),
    ({"type": ["string", "null"]}, SENTENCE),
    ({"type": "integer"}, 1),
    ({"type": "integer", "minimum": 3}, 3),
    ({"type": "number", "minimum": 0.5}, 0.5),
    ({"type": "boolean"}, False),
    ({"type": "integer", "default": 7}, 7),
    ({"const": None}, None),
    ({"enum": ["b", "c"]}, "b"),
    ({"type": "array", "items": {"type": "integer"}}, [1]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
    ({"anyOf": [{"type": "string", "format": "uri"}, {"type": "null"}]}, URL),
    ({"oneOf": [{"enum": [5]}, {"type": "string"}]}, 5),
    ({"type": "object", "properties": {"b": {"type": "boolean"}, "c": {}}, "required": ["b"]}, {"b": False}),
    ({"type": "object"}, {}),
    ({}, {}),
]


@pytest.mark.parametrize(("schema", "value"), TABLE, ids=[str(schema) for schema, _ in TABLE])
def test_each_member_has_a_value_that_its_schema_takes(schema: dict[str, Any], value: Any) -> None:
    model = model_of(schema)
    assert example_of(model) == {"a": value}
    assert not list(model.validator.iter_errors({"a": value}))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["null", "string"]},
        {"type": "null"},
        {"type": "integer", "exclusiveMinimum": 5},
        {"type": "integer", "maximum": 0},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5},
        {"type": "string", "maxLength": 5},
        {"type": "string", "minLength": 100},
        {"anyOf": [{"type": "null"}, {"type": "string", "format": "uri"}]},
    ],
    ids=str,
)
def test_bounds_and_nulls_are_kept(schema: dict[str, Any]) -> None:
    model = model_of(schema)
    assert not list(model.validator.iter_errors(example_of(model)))


def test_nothing_else_is_in_it() -> None:
    model = Model("m", (), {"properties": {"a": {}, "b": {}}}, "model", "POST /")
    assert example_of(model) == {}
