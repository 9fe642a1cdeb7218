"""The document that a running fake serves says what this fake does."""

import copy
from collections.abc import Callable

import pytest

from reelmock.contracts.conformance import find_operation, judge_response
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.errors import ErrorFormat
from reelmock.mockserver.published import published
from reelmock.mockserver.settings import Settings

SERVER = "http://127.0.0.1:4010"


def body_schema(contract: Contract, tree: JsonObject, path: str) -> JsonObject:
    """The request schema at `path`, resolved."""
    again = Contract(make_document(tree, "published.json"), contract.house)
    operation = next(operation for operation in again.operations if operation.key == f"POST {path}")
    return operation.request_schema or {}


def test_the_server_is_the_fake_itself_and_the_rest_is_the_document(contract: Contract) -> None:
    tree = published(contract, Settings(), SERVER)
    assert tree["servers"] == [{"url": SERVER}]
    assert {name: value for name, value in tree.items() if name != "servers"} == {
        name: value for name, value in contract.document.tree.items() if name != "servers"
    }


def test_a_strict_fake_says_that_it_refuses_undeclared_members(contract: Contract) -> None:
    tree = published(contract, Settings(validation="strict"), SERVER)
    assert body_schema(contract, tree, "/v2/video/generations")["additionalProperties"] is False


def test_a_strict_fake_says_so_where_the_body_stands_elsewhere_in_the_document(
    jobs_contract: Callable[..., Contract],
) -> None:
    contract = jobs_contract()
    tree = published(contract, Settings(validation="strict"), SERVER)
    assert body_schema(contract, tree, "/jobs")["additionalProperties"] is False


def test_a_strict_fake_of_several_models_closes_each(jobs_contract: Callable[..., Contract]) -> None:
    tree = copy.deepcopy(jobs_contract().document.tree)
    models: list[Json] = [{"type": "object", "properties": {"model": {"enum": [name]}}} for name in ("a", "b")]
    body: JsonObject = {"content": {"application/json": {"schema": {"oneOf": models}}}}
    member(tree, "paths", "/jobs", "post")["requestBody"] = body
    contract = Contract(make_document(tree, "two.json"), jobs_contract().house)
    schema = body_schema(contract, published(contract, Settings(validation="strict"), SERVER), "/jobs")
    assert schema == {"oneOf": [member(model) | {"additionalProperties": False} for model in models]}


def test_the_error_schema_is_that_of_the_envelope(contract: Contract) -> None:
    schemas = member(published(contract, Settings(error_format="legacy"), SERVER), "components", "schemas")
    assert schemas["Error"] == schemas["LegacyError"]
    current = member(published(contract, Settings(), SERVER), "components", "schemas")
    assert current["Error"] != current["LegacyError"]


def test_a_document_without_error_schemas_gets_none(jobs_contract: Callable[..., Contract]) -> None:
    tree = published(jobs_contract(), Settings(error_format="legacy"), SERVER)
    assert list(member(tree, "components", "schemas")) == ["Job"]


@pytest.mark.parametrize("settings", [Settings(), Settings(validation="strict", error_format="legacy")])
def test_publishing_changes_nothing_of_the_contract(contract: Contract, settings: Settings) -> None:
    before = copy.deepcopy(contract.document.tree)
    published(contract, settings, SERVER)
    assert contract.document.tree == before


def test_what_is_published_is_the_callers_own() -> None:
    contract = load_contract()
    before = copy.deepcopy(contract.models[0].closed_schema)
    tree = published(contract, Settings(validation="strict"), SERVER)
    media = member(tree, "paths", "/v2/video/generations", "post", "requestBody", "content", "application/json")
    member(media, "schema").clear()
    assert contract.models[0].closed_schema == before


@pytest.mark.parametrize("validation", ["lenient", "strict"])
@pytest.mark.parametrize("error_format", ["current", "legacy"])
def test_refusals_are_as_the_published_document_says(
    contract: Contract, validation: Validation, error_format: ErrorFormat
) -> None:
    settings = Settings(validation=validation, error_format=error_format)
    tree = published(contract, settings, "http://fake.test")
    served = Contract(make_document(tree, "served.json"), contract.house)
    engine = Engine(contract, VirtualClock(), settings)
    for method in ("GET", "POST"):
        request = Request.build(method, "/v2/video/generations", headers={"authorization": "Bearer k"})
        operation = find_operation(served, request)
        assert operation is not None
        response = engine.handle(request).response
        assert response.status in (400, 415)
        assert judge_response(operation, response) == []
