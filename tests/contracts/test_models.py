"""The models of a create operation, and what closing a schema means."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reelmock.contracts.contract import load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.jsontree import member
from reelmock.contracts.models import Model, close, find_models
from reelmock.contracts.operations import find_operations

KITES = load_contract(Path(__file__).parent.parent / "data" / "kites.json")


def models(schema: dict[str, Any], method: str = "post") -> tuple[Model, ...]:
    """The models of the operation `make` that takes `schema`."""
    body = {"content": {"application/json": {"schema": schema}}}
    paths: dict[str, Any] = {"/a": {method: {"operationId": "make", "requestBody": body}}}
    return find_models(find_operations(make_document({"openapi": "3.1.0", "paths": paths}, "api.json")))


def naming(*ids: str, selector: str = "model") -> dict[str, Any]:
    return {"properties": {selector: {"enum": list(ids)}}}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (naming("a"), [("a", ())]),
        (naming("a", "b", "c"), [("a", ("b", "c"))]),
        (naming("a", "b") | {"x-aliases": ["c", "b", 5]}, [("a", ("b", "c"))]),
        ({"properties": {"model": {"const": "a"}}}, [("a", ())]),
        ({"title": "Kite", "properties": {"wind": {}}}, [("Kite", ())]),
        ({"properties": {"wind": {}}}, [("make", ())]),
        ({"oneOf": [naming("a"), naming("b", "c")]}, [("a", ()), ("b", ("c",))]),
        ({"anyOf": [naming("a"), naming("b")]}, [("a", ()), ("b", ())]),
        (
            {
                "oneOf": [naming("a", selector="engine"), naming("b", selector="engine")],
                "discriminator": {"propertyName": "engine"},
            },
            [("a", ()), ("b", ())],
        ),
        (naming("a") | {"anyOf": [{"required": ["b"]}, {"required": ["c"]}]}, [("a", ())]),
        ({"title": "mixed", "oneOf": [naming("a"), {"properties": {"b": {}}}]}, [("mixed", ())]),
        ({"oneOf": [naming("a"), naming("b")], "discriminator": {"propertyName": "other"}}, [("make", ())]),
    ],
    ids=str,
)
def test_a_schema_is_one_model_or_one_for_each_branch_that_names_one(
    schema: dict[str, Any], expected: list[tuple[str, tuple[str, ...]]]
) -> None:
    assert [(model.id, model.aliases) for model in models(schema)] == expected


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_only_a_post_takes_models(method: str) -> None:
    assert models(naming("a"), method) == ()


def test_an_operation_without_a_json_body_takes_none() -> None:
    assert models({}) == ()


def test_what_stands_beside_the_branches_is_a_rule_for_every_model() -> None:
    schema = {
        "type": "object",
        "required": ["prompt"],
        "properties": {"prompt": {"type": "string"}},
        "oneOf": [naming("a"), naming("b")],
    }
    found = models(schema)
    assert [model.id for model in found] == ["a", "b"]
    for model in found:
        assert model.validator.is_valid({"model": model.id, "prompt": "p"})
        assert not model.validator.is_valid({"model": model.id})


def test_a_model_knows_its_selector_and_its_operation() -> None:
    boat = KITES.model("boat/one")
    assert (boat.selector, boat.operation_key) == ("engine", "POST /v1/clips")


def test_an_id_that_only_documentation_uses_is_an_alias_that_the_schema_does_not_allow() -> None:
    boat = KITES.model("boat-uno")
    assert member(boat.schema, "properties", "engine")["enum"] == ["boat/one", "boat/1"]
    assert boat.aliases == ("boat/1", "boat-uno")


def test_the_validator_is_closed_checks_formats_and_is_built_once() -> None:
    boat = KITES.model("boat/one")
    payload = {"engine": "boat/one", "prompt": "row"}
    assert boat.validator.is_valid(payload)
    assert not boat.validator.is_valid(payload | {"undeclared": 1})
    assert not boat.validator.is_valid(payload | {"frames": [{"at": 1, "url": "no uri"}]})
    assert boat.validator is boat.validator


A: dict[str, Any] = {"properties": {"a": {}}}
B: dict[str, Any] = {"properties": {"b": {}}}
CLOSED_A, CLOSED_B = A | {"additionalProperties": False}, B | {"additionalProperties": False}

CLOSED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (A, CLOSED_A),
    ({"properties": {"c": A}}, {"properties": {"c": CLOSED_A}, "additionalProperties": False}),
    ({"properties": {"c": True}}, {"properties": {"c": True}, "additionalProperties": False}),
    ({"items": A}, {"items": CLOSED_A}),
    ({"items": {"items": A}}, {"items": {"items": CLOSED_A}}),
    ({"anyOf": [A, B, True]}, {"anyOf": [CLOSED_A, CLOSED_B, True]}),
    ({"oneOf": [A, {"type": "null"}]}, {"oneOf": [CLOSED_A, {"type": "null"}]}),
    ({"prefixItems": [A]}, {"prefixItems": [CLOSED_A]}),
    (A | {"additionalProperties": True}, A | {"additionalProperties": True}),
    (A | {"additionalProperties": {"type": "string"}}, A | {"additionalProperties": {"type": "string"}}),
    (A | {"unevaluatedProperties": True}, A | {"unevaluatedProperties": True}),
    (A | {"allOf": [B]}, A | {"allOf": [B], "unevaluatedProperties": False}),
    (A | {"anyOf": [B]}, A | {"anyOf": [B], "unevaluatedProperties": False}),
    (A | {"anyOf": [{"required": ["a"]}]}, CLOSED_A | {"anyOf": [{"required": ["a"]}]}),
    (A | {"allOf": [{"not": B}]}, CLOSED_A | {"allOf": [{"not": B}]}),
    ({"not": A}, {"not": A}),
    ({"type": "object"}, {"type": "object"}),
    ({"type": "object", "properties": {}}, {"type": "object", "properties": {}}),
    ({"type": "string"}, {"type": "string"}),
]


@pytest.mark.parametrize(("schema", "expected"), CLOSED, ids=[str(schema) for schema, _ in CLOSED])
def test_every_object_that_declares_properties_is_closed(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    before = json.dumps(schema)
    assert close(schema) == expected
    assert json.dumps(schema) == before


BY_ALL_OF = {"allOf": [A, B]}
BESIDE_ALL_OF = {"allOf": [A], "anyOf": [B, {"properties": {"c": {"const": 1}}, "required": ["c"]}]}


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        (BY_ALL_OF, {"a": 1, "b": 1}, True),
        (BY_ALL_OF, {"a": 1, "d": 1}, False),
        (BESIDE_ALL_OF, {"a": 1, "b": 1}, True),
        (BESIDE_ALL_OF, {"a": 1, "c": 1}, True),
        (BESIDE_ALL_OF, {"a": 1, "d": 1}, False),
    ],
)
def test_what_an_all_of_declares_counts_as_declared(schema: dict[str, Any], value: dict[str, Any], valid: bool) -> None:
    """An object without properties of its own, composed by `allOf`, is closed as well, and around all its parts."""
    assert Draft202012Validator(close(schema)).is_valid(value) is valid
