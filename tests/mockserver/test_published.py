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


def served(contract: Contract, settings: Settings) -> Contract:
    """What a client makes of the published document."""
    return Contract(make_document(published(contract, settings, "http://fake.test"), "served.json"), contract.house)


def statuses(contract: Contract) -> dict[str, list[str]]:
    """The statuses that each operation declares."""
    return {operation.key: sorted(operation.responses) for operation in contract.operations}


def test_refusals_that_a_document_lacks_are_declared(jobs_contract: Callable[..., Contract]) -> None:
    """This API wants no key, so nothing of it is refused for one."""
    assert statuses(jobs_contract()) == {"POST /jobs": ["202"], "GET /jobs/{task_id}": ["200"]}
    assert statuses(served(jobs_contract(), Settings())) == {
        "POST /jobs": ["202", "400", "404", "405", "413", "415"],
        "GET /jobs/{task_id}": ["200", "400", "404", "405"],
    }


@pytest.mark.parametrize(
    ("settings", "created", "retrieved"),
    [
        (Settings(credits=5), {"403"}, set()),
        (Settings(api_keys={"a": 5}), {"403"}, set()),
        (Settings(rate_limit=5), {"429"}, {"429"}),
        (Settings(max_concurrent=5), {"429"}, {"429"}),
    ],
    ids=str,
)
def test_what_limits_refuse_is_declared_where_there_are_some(
    settings: Settings, created: set[str], retrieved: set[str], jobs_contract: Callable[..., Contract]
) -> None:
    usual, limited = (statuses(served(jobs_contract(), chosen)) for chosen in (Settings(), settings))
    more = {key: {*limited[key]} - {*usual[key]} for key in limited}
    assert more == {"POST /jobs": created, "GET /jobs/{task_id}": retrieved}


def test_a_refusal_for_the_key_is_declared_where_one_is_wanted(jobs_contract: Callable[..., Contract]) -> None:
    scheme: JsonObject = {"key": {"type": "http", "scheme": "bearer"}}
    tree = copy.deepcopy(jobs_contract().document.tree) | {"security": [{"key": []}]}
    member(tree, "components")["securitySchemes"] = scheme
    keyed = served(Contract(make_document(tree, "keyed.json"), jobs_contract().house), Settings())
    for operation in keyed.operations:
        assert list(operation.responses["401"].headers) == ["www-authenticate"]


def test_what_a_document_declares_stays_as_it_is(jobs_contract: Callable[..., Contract]) -> None:
    tree = copy.deepcopy(jobs_contract().document.tree)
    own: JsonObject = {"description": "mine"}
    member(tree, "paths", "/jobs", "post", "responses")["400"] = own
    contract = Contract(make_document(tree, "own.json"), jobs_contract().house)
    tree = published(contract, Settings(), SERVER)
    responses = member(tree, "paths", "/jobs", "post", "responses")
    assert responses["400"] == own
    assert responses["202"] == member(contract.document.tree, "paths", "/jobs", "post", "responses")["202"]
    assert "413" in responses


def test_a_path_that_stands_elsewhere_in_the_document_gets_the_refusals(jobs_contract: Callable[..., Contract]) -> None:
    tree = copy.deepcopy(jobs_contract().document.tree)
    paths = member(tree, "paths")
    tree["x-jobs"] = paths["/jobs"]
    paths["/jobs"] = {"$ref": "#/x-jobs"}
    contract = Contract(make_document(tree, "elsewhere.json"), jobs_contract().house)
    assert statuses(served(contract, Settings())) == statuses(served(jobs_contract(), Settings()))


def test_a_lenient_fake_leaves_references_in_place(jobs_contract: Callable[..., Contract]) -> None:
    """A document of many models would grow to a multiple of its size."""
    tree = published(jobs_contract(), Settings(), SERVER)
    assert member(tree, "paths", "/jobs", "post", "requestBody") == {"$ref": "#/components/requestBodies/Job"}


def test_what_is_added_is_the_callers_own(jobs_contract: Callable[..., Contract]) -> None:
    contract = jobs_contract()
    before = published(contract, Settings(), SERVER)
    tree = published(contract, Settings(), SERVER)
    schema = member(tree, "paths", "/jobs", "post", "responses", "400", "content", "application/json", "schema")
    member(schema, "properties", "error").clear()
    assert published(contract, Settings(), SERVER) == before


def test_operations_that_share_their_responses_get_their_own_refusals(jobs_contract: Callable[..., Contract]) -> None:
    """A reference is written out for each of them: a POST alone is refused for its body."""
    tree = copy.deepcopy(jobs_contract().document.tree)
    create = member(tree, "paths", "/jobs", "post")
    tree["x-responses"] = create["responses"]
    create["responses"] = {"$ref": "#/x-responses"}
    parameters: list[Json] = [{"name": "task_id", "in": "query", "required": True, "schema": {"type": "string"}}]
    retrieve: JsonObject = {"parameters": parameters, "responses": {"$ref": "#/x-responses"}}
    tree["x-jobs"] = {"post": create, "get": retrieve}
    tree["paths"] = {"/jobs": {"$ref": "#/x-jobs"}}
    contract = Contract(make_document(tree, "shared.json"), jobs_contract().house)
    assert statuses(served(contract, Settings())) == {
        "GET /jobs": ["202", "400", "404", "405"],
        "POST /jobs": ["202", "400", "404", "405", "413", "415"],
    }


@pytest.mark.parametrize("error_format", ["current", "legacy"])
@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request.build("POST", "/jobs"), 415),
        (Request.build("POST", "/jobs", headers={"content-type": "application/json"}, body=b"{"), 400),
        (Request.build("POST", "/jobs", json={"prompt": 5}), 400),
        (Request.build("POST", "/jobs", json={"prompt": "long enough to be over the limit of this fake"}), 413),
        (Request.build("GET", "/jobs/none"), 404),
        (Request.build("GET", "/jobs/none?task=1"), 400),
    ],
)
def test_what_the_fake_refuses_is_as_it_declares(
    request_: Request, status: int, error_format: ErrorFormat, jobs_contract: Callable[..., Contract]
) -> None:
    settings = Settings(validation="strict", error_format=error_format, max_body=40)
    operation = find_operation(served(jobs_contract(), settings), request_)
    assert operation is not None
    response = Engine(jobs_contract(), VirtualClock(), settings).handle(request_).response
    assert response.status == status
    assert judge_response(operation, response) == []
