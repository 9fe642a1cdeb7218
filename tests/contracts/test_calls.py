"""A call has every parameter that the operation requires, and is a good one."""

import json
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.calls import call
from reelmock.contracts.conformance import judge_request
from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import SENTENCE, example_payload
from reelmock.contracts.jsontree import Json

DATA = Path(__file__).parent.parent / "data"
FILES = [*sorted(DATA.glob("specs/*.json")), DATA / "shapes.json", DATA / "kites.json", SHIPPED]
OPERATIONS = [(contract, operation.key) for contract in map(load_contract, FILES) for operation in contract.operations]


def parameter(location: str, name: str, schema: Json, *, required: bool = True) -> dict[str, Any]:
    return {"name": name, "in": location, "required": required, "schema": schema}


def contract_of(path: str, *parameters: dict[str, Any]) -> Contract:
    """A contract with one POST that has these parameters."""
    operation: dict[str, Any] = {"parameters": list(parameters)}
    document = make_document({"openapi": "3.1.0", "paths": {path: {"post": operation}}}, "api.json")
    return Contract(document, document)


@pytest.mark.parametrize(
    ("contract", "key"), OPERATIONS, ids=[f"{contract.document.file}: {key}" for contract, key in OPERATIONS]
)
def test_the_call_of_any_operation_has_nothing_wrong(contract: Contract, key: str) -> None:
    operation = next(operation for operation in contract.operations if operation.key == key)
    payload = example_payload(contract, operation) if operation.method == "POST" else None
    request = call(operation, key="sk-1", payload=payload)
    assert judge_request(contract, request).violations == ()
    assert request == call(operation, key="sk-1", payload=payload)


def test_what_goes_where() -> None:
    contract = contract_of(
        "/a/{one}/b/{two}",
        parameter("path", "one", {"type": "integer", "minimum": 3}),
        parameter("path", "two", {"enum": ["x", "y"]}),
        parameter("query", "q", {"type": "boolean"}),
        parameter("query", "left-out", {"type": "string"}, required=False),
        parameter("header", "X-Client", {"type": "string", "default": "me"}),
        parameter("header", "X-Left-Out", {"type": "string"}, required=False),
    )
    (operation,) = contract.operations
    assert call(operation) == Request("POST", "/a/3/b/x", (("q", "false"),), (("x-client", "me"),))


def test_a_key_and_a_payload_have_their_headers() -> None:
    (operation,) = contract_of("/a").operations
    assert call(operation) == Request("POST", "/a")
    assert call(operation, key="sk-1").headers == (("authorization", "Bearer sk-1"),)
    request = call(operation, key="", payload={"prompt": "é\ud800"})
    assert request.headers == (("authorization", "Bearer "), ("content-type", "application/json"))
    assert request.body == json.dumps({"prompt": "é\ud800"}).encode()


@pytest.mark.parametrize("payload", [{}, [], "", 0, False])
def test_any_payload_but_none_is_a_body(payload: Json) -> None:
    (operation,) = contract_of("/a").operations
    request = call(operation, payload=payload)
    assert (json.loads(request.body), request.header("content-type")) == (payload, "application/json")


@pytest.mark.parametrize(
    ("given", "path", "query", "headers"),
    [
        ({}, f"/a/{SENTENCE}", (), ()),
        ({"id": "7"}, "/a/7", (), ()),
        ({"id": "{id}"}, "/a/{id}", (), ()),
        ({"id": "", "fields": "all"}, "/a/", (("fields", "all"),), ()),
        ({"id": "7", "X-Trace": "t", "unknown": "u"}, "/a/7", (), (("x-trace", "t"),)),
    ],
)
def test_values_that_are_given_go_before_and_make_optional_parameters_be_there(
    given: dict[str, str], path: str, query: object, headers: object
) -> None:
    contract = contract_of(
        "/a/{id}",
        parameter("path", "id", {"type": "string"}),
        parameter("query", "fields", {"type": "string"}, required=False),
        parameter("header", "X-Trace", {}, required=False),
    )
    (operation,) = contract.operations
    request = call(operation, given=given)
    assert (request.path, request.query, request.headers) == (path, query, headers)


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "enum": ["b"]}, "b"),
        ({"type": "integer", "default": 5}, "5"),
        ({"type": "number", "minimum": 0.5}, "0.5"),
        ({"type": "boolean"}, "false"),
        ({"type": "null"}, "null"),
        ({"type": "array", "items": {"type": "integer"}}, "[1]"),
        ({}, SENTENCE),
        ({"enum": []}, "any"),
    ],
    ids=str,
)
def test_a_required_parameter_gets_the_first_value_that_its_schema_takes(schema: Json, value: str) -> None:
    (operation,) = contract_of("/a", parameter("query", "q", schema)).operations
    assert call(operation).query == (("q", value),)
