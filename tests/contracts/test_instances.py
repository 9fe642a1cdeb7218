"""Valid values of a schema, made without chance; payloads with little in them, and with all that can be there."""

import copy
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reelmock.contracts.contract import SHIPPED, load_contract
from reelmock.contracts.formats import format_checker
from reelmock.contracts.instances import (
    FORMATTED,
    SENTENCE,
    URL,
    UnsatisfiableError,
    example_payload,
    fits,
    full_payload,
    instances,
    minimal_payload,
)
from reelmock.contracts.jsontree import items, member
from reelmock.contracts.models import Model
from reelmock.tests.independent import Judge, validators

DATA = Path(__file__).parent.parent / "data"
SPECS = sorted(DATA.glob("specs/*.json"))
FILES = [*SPECS, DATA / "shapes.json", DATA / "kites.json", SHIPPED]
MODELS = [(file, model) for file in FILES for model in load_contract(file).models]
NAMES = [f"{file.stem}: {model.id}" for file, model in MODELS]
JUDGES = {file: validators(json.loads(file.read_text(encoding="utf-8"))) for file in FILES}
MAKERS = [minimal_payload, full_payload]

# Models whose rules between members ask for one that is not required by itself.
ASKED_FOR = {
    "shapes/all-of": {"prompt", "duration"},
    "shapes/any-of": {"prompt"},
    "shapes/one-of": {"prompt"},
}

# Members that can't stand beside the others; below: those without any value, or without one that is known.
LEFT_OUT = {
    "shapes/one-of": {"script"},
    "shapes/not": {"image_urls", "mute"},
    "shapes/unsatisfiable": {"effect", "length", "never", "nested"},
    "shapes/strings": {"trigger"},  # a pattern that no sample matches
    "shapes/objects": {"headers"},  # a name that only `patternProperties` tells
}


@pytest.mark.parametrize(("file", "model"), MODELS, ids=NAMES)
@pytest.mark.parametrize("make", MAKERS)
def test_a_payload_is_valid_names_the_model_and_is_the_same_each_time(
    make: Callable[[Any], Any], file: Path, model: Model
) -> None:
    """Valid under strict, to jsonschema and to a judge that shares no code; making it changes no schema."""
    schema = copy.deepcopy(model.schema)
    payload = make(model.schema)
    judge: Judge = JUDGES[file][model.id]
    assert (list(model.validator.iter_errors(payload)), judge.errors(payload)) == ([], [])
    assert payload[model.selector] == model.id
    assert json.dumps(make(model.schema)) == json.dumps(payload)
    assert model.schema == schema


@pytest.mark.parametrize(("file", "model"), MODELS, ids=NAMES)
def test_a_minimal_payload_has_what_is_required_and_what_rules_ask_for(file: Path, model: Model) -> None:
    assert set(minimal_payload(model.schema)) == {*items(model.schema, "required"), *ASKED_FOR.get(model.id, ())}


@pytest.mark.parametrize(("file", "model"), MODELS, ids=NAMES)
def test_a_full_payload_has_every_property_that_can_stand(file: Path, model: Model) -> None:
    declared = {*member(model.schema, "properties")}
    for part in items(model.schema, "allOf"):
        declared |= {*member(part, "properties")}
    assert set(full_payload(model.schema)) == declared - LEFT_OUT.get(model.id, set())
    assert file not in SPECS or model.id not in LEFT_OUT


def test_a_full_payload_is_full_at_every_depth() -> None:
    kling = load_contract(DATA / "specs/kling-ai-v1.5-pro-image-to-video.json").models[0]
    payload: Any = full_payload(kling.schema)
    assert list(payload["camera_control"]["config"]) == ["horizontal", "vertical", "pan", "tilt", "roll", "zoom"]
    assert payload["dynamic_masks"] == [{"mask": SENTENCE, "trajectories": [{"x": 1, "y": 1}, {"x": 1, "y": 1}]}]


# schema of a member → its first value.
VALUES: list[tuple[dict[str, Any], Any]] = [
    ({"type": "string"}, SENTENCE),
    ({"type": "string", "format": "uri"}, URL),
    ({"type": ["null", "string"]}, SENTENCE),
    ({"type": "string", "maxLength": 5}, "A pap"),
    ({"type": "string", "minLength": 79}, f"{SENTENCE} {SENTENCE}"),
    ({"type": "string", "pattern": "^[a-z]{3}$"}, "abc"),
    ({"type": "string", "pattern": "^@@$", "example": "@@"}, "@@"),
    ({"type": "string", "example": "e", "default": "d", "examples": ["f"]}, "d"),
    ({"type": "string", "format": "uri", "example": "no uri"}, URL),
    ({"type": "integer"}, 1),
    ({"type": "integer", "minimum": 3}, 3),
    ({"type": "integer", "maximum": 0}, 0),
    ({"type": "integer", "exclusiveMinimum": 5}, 6),
    ({"type": "integer", "minimum": 100, "multipleOf": 64}, 128),
    ({"type": "integer", "not": {"enum": [0, 1]}}, 2),
    ({"type": "integer", "default": 7}, 7),
    ({"type": "number", "minimum": 0.5}, 0.5),
    ({"type": "number", "maximum": -3.5}, -3.5),
    ({"type": "number", "exclusiveMaximum": -3}, -4),
    ({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.5}, 0.25),
    ({"type": "boolean"}, False),
    ({"type": "null"}, None),
    ({"const": None}, None),
    ({"enum": ["b", "c"]}, "b"),
    ({"enum": ["b", "c"], "default": "c"}, "c"),
    ({"type": "array"}, [SENTENCE]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
    ({"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 2, "uniqueItems": True}, [1, 2]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 3, "uniqueItems": True}, [1, 0, 2]),
    ({"type": "array", "items": {"type": "integer"}, "maxItems": 0}, []),
    ({"type": "array", "items": False}, []),
    (
        {
            "type": "array",
            "prefixItems": [{"const": "a"}, {"type": "integer"}],
            "items": {"type": "boolean"},
            "minItems": 3,
        },
        ["a", 1, False],
    ),
    ({"type": "array", "items": {"type": "string"}, "contains": {"const": "h"}, "minItems": 2}, ["h", SENTENCE]),
    ({"type": "object"}, {}),
    ({"type": "object", "required": ["b"]}, {"b": SENTENCE}),
    ({"type": "object", "minProperties": 1}, {"key_1": SENTENCE}),
    ({"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}}, {"key_1": 1, "key_2": 1}),
    ({"properties": {"b": {"type": "boolean"}, "c": {}}, "required": ["b"]}, {"b": False}),
    ({"properties": {"b": {"type": "boolean"}, "c": {}}, "minProperties": 2}, {"b": False, "c": SENTENCE}),
    ({"properties": {"b": {"enum": [1, 2]}}, "required": ["b"], "not": {"properties": {"b": {"const": 1}}}}, {"b": 2}),
    ({"anyOf": [{"type": "null"}, {"type": "string", "format": "uri"}]}, None),
    ({"oneOf": [{"enum": [5]}, {"type": "string"}]}, 5),
    ({"oneOf": [{"minimum": 0}, {"minimum": -4}], "type": "integer"}, -4),
    ({}, SENTENCE),
]


@pytest.mark.parametrize(("schema", "value"), VALUES, ids=[str(schema) for schema, _ in VALUES])
def test_the_first_value_is_the_most_plausible_one_and_all_are_valid(schema: dict[str, Any], value: Any) -> None:
    found = list(islice(instances(schema), 50))
    assert json.dumps(found[0]) == json.dumps(value)
    assert all(map(Draft202012Validator(schema, format_checker=format_checker()).is_valid, found))
    assert minimal_payload({"properties": {"a": schema}, "required": ["a"]}) == {"a": value}


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"not": {}},
        {"type": "integer", "enum": ["a"]},
        {"type": "string", "minLength": 5, "maxLength": 3},
        {"type": "string", "pattern": "^@@$"},
        {"type": "array", "items": {"enum": [1]}, "minItems": 2, "uniqueItems": True},
        {"type": "object", "required": ["b"], "properties": {"b": False}},
        {"type": "object", "minProperties": 1, "additionalProperties": False},
        {"type": []},
    ],
    ids=str,
)
@pytest.mark.parametrize("make", MAKERS)
def test_where_no_value_is_found_there_is_none_and_the_error_says_what_to_do(make: Any, schema: Any) -> None:
    assert list(instances(schema)) == []
    assert "a" not in make({"properties": {"a": schema}})
    with pytest.raises(UnsatisfiableError) as caught:
        make({"properties": {"a": schema, "b": {}}, "required": ["b", "a"]})
    assert str(caught.value) == (
        "no payload was found for the schema with the properties a, b: its rules contradict each other, or a `pattern` "
        "needs an `example` beside it"
    )


def test_true_is_a_schema_too() -> None:
    assert list(instances(True)) == [SENTENCE]


@pytest.mark.parametrize("name", FORMATTED)
def test_values_of_a_format_are_of_that_format(name: str) -> None:
    schema: dict[str, Any] = {"type": "string", "format": name}
    body = {"content": {"application/json": {"schema": schema}}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": body}}}}
    judge = validators(document)["/a"]
    assert tuple(instances(schema))[: len(FORMATTED[name])] == FORMATTED[name]
    assert len(set(FORMATTED[name])) > 1
    assert [value for value in FORMATTED[name] if not judge(value) or not fits(schema)(value)] == []


def containers(node: Any) -> Iterator[int]:
    """The identity of every object and array in a value."""
    if isinstance(node, dict | list):
        yield id(node)
        for inner in node.values() if isinstance(node, dict) else node:
            yield from containers(inner)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize(
    "schema",
    [
        {"const": {"b": []}},
        {"enum": [[1]]},
        {"type": "array", "items": {"type": "object"}, "minItems": 2},
        {"type": "object", "properties": {"b": {"type": "array", "items": {"type": "array"}, "minItems": 3}}},
    ],
    ids=str,
)
def test_a_payload_can_be_changed_without_changing_anything_else(make: Any, schema: dict[str, Any]) -> None:
    """It shares no object and no array with the schema, nor within itself."""
    payload = make({"properties": {"a": schema}, "required": ["a"]})
    found = list(containers(payload))
    assert len(found) == len(set(found))
    assert not {*found} & {*containers(schema)}


def test_an_example_is_the_minimal_payload_of_the_first_model_if_there_is_one() -> None:
    contract = load_contract(DATA / "kites.json")
    (route,) = contract.job_routes
    assert example_payload(contract, route.create) == minimal_payload(contract.models[0].schema)
    assert example_payload(contract, route.retrieve) == {}
