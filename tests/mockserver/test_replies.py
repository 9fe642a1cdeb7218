"""Bodies and headers have what the document declares for them, in the form that it declares."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.conformance import judge_response
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Response
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, JsonObject, items, member
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clips import ClipSpec
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.generations import COMPLETED, GENERATING, QUEUED, Generation, Standing
from reelmock.mockserver.plan import Completed, Failed, Immediate, Plan
from reelmock.mockserver.replies import Bodies, HeaderWriter
from reelmock.mockserver.routing import clip_path

URL = "https://cdn.example.com/a.mp4"
FAILED = Standing(State.ERROR, Failed("Error", "No face was found"))
PLAN = Plan(Immediate(), Completed())
MADE = Generation("id-1", "owner", "", "m", b"{}", 0.0, PLAN, ClipSpec(640, 360, 5, audio=False), 50)

MakeContract = Callable[..., Contract]


def bodies_of(contract: Contract) -> Bodies:
    return Bodies(contract.job_routes[0], Pricing(100, {}, 50))


def judged(route: JobRoute, body: JsonObject) -> list[str]:
    response = Response(200, (("content-type", "application/json"),), json.dumps(body).encode())
    return [str(violation) for violation in judge_response(route.retrieve, response, route)]


@pytest.mark.parametrize(
    ("standing", "body"),
    [
        (QUEUED, {"id": "id-1", "status": "queued"}),
        (GENERATING, {"id": "id-1", "status": "generating"}),
        (COMPLETED, {"id": "id-1", "status": "completed", "video": {"url": URL}}),
        (FAILED, {"id": "id-1", "status": "error", "error": {"name": "Error", "message": "No face was found"}}),
    ],
)
def test_each_state_has_its_members_and_no_others(contract: Contract, standing: Standing, body: JsonObject) -> None:
    bodies = bodies_of(contract)
    assert bodies.retrieved(MADE.id, standing, URL) == body
    assert judged(bodies.route, body) == []


def test_the_reply_to_a_create_says_what_it_costs(contract: Contract) -> None:
    body = bodies_of(contract).created(MADE.id, MADE.credits)
    assert body == {"id": "id-1", "status": "queued", "meta": {"usage": {"credits_used": 50}}}


def test_another_document_has_its_own_fields_and_words(jobs_contract: MakeContract) -> None:
    """With one word for both pending states, and strings for result and error."""
    bodies = bodies_of(jobs_contract())
    answers = [bodies.retrieved(MADE.id, standing, URL) for standing in (QUEUED, GENERATING, COMPLETED, FAILED)]
    assert answers == [
        {"task_id": "id-1", "state": "PENDING"},
        {"task_id": "id-1", "state": "PENDING"},
        {"task_id": "id-1", "state": "SUCCESS", "output": URL},
        {"task_id": "id-1", "state": "FAILURE", "failure": "No face was found"},
    ]
    assert [bodies.word(state) for state in State] == ["PENDING", "PENDING", "SUCCESS", "FAILURE"]


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({}, None),
        ({"tokens_used": {"type": "integer"}}, {"tokens_used": 50}),
        ({"credits_used": {}, "usd_spent": {"type": "number"}}, {"credits_used": 50, "usd_spent": 0.5}),
        ({"deep": {"type": "object", "properties": {"usd_spent": {}}}}, {"deep": {"usd_spent": 0.5}}),
    ],
)
def test_costs_stand_where_the_document_declares_them(
    jobs_contract: MakeContract, usage: JsonObject, expected: Json
) -> None:
    assert bodies_of(jobs_contract(usage=usage)).created(MADE.id, MADE.credits).get("usage") == expected


STRING: JsonObject = {"type": "string", "format": "uri"}
OBJECT: JsonObject = {"type": "object", "required": ["url"], "properties": {"url": STRING}}
NULL: JsonObject = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "result"),
    [
        (STRING, URL),
        ({"type": ["null", "string"]}, URL),
        (OBJECT, {"url": URL}),
        (OBJECT | {"type": ["object", "null"]}, {"url": URL}),
        ({"type": "array", "items": STRING}, [URL]),
        ({"type": "array", "items": OBJECT}, [{"url": URL}]),
        ({"anyOf": [OBJECT, {"type": "array", "items": OBJECT}]}, {"url": URL}),
        ({"oneOf": [STRING, NULL]}, URL),
        ({"oneOf": [NULL, STRING]}, URL),
        ({"anyOf": [NULL, OBJECT]}, {"url": URL}),
        ({"description": "no type"}, {"url": URL}),
    ],
)
def test_the_url_has_the_form_that_the_document_declares(
    jobs_contract: MakeContract, schema: JsonObject, result: Json
) -> None:
    bodies = bodies_of(jobs_contract(result=schema))
    body = bodies.retrieved(MADE.id, COMPLETED, URL)
    assert body["output"] == result
    assert judged(bodies.route, body) == []


REASON: JsonObject = {"type": "object", "required": ["name", "message"]}


@pytest.mark.parametrize("schema", [REASON, REASON | {"type": ["object", "null"]}, {"anyOf": [REASON, NULL]}])
def test_an_error_is_an_object_of_name_and_message(jobs_contract: MakeContract, schema: JsonObject) -> None:
    bodies = bodies_of(jobs_contract(error=schema))
    body = bodies.retrieved(MADE.id, FAILED, URL)
    assert body["failure"] == {"name": "Error", "message": "No face was found"}
    assert judged(bodies.route, body) == []


@pytest.mark.parametrize("schema", [STRING, {"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, NULL]}])
def test_an_error_is_a_string_where_the_document_says_so(jobs_contract: MakeContract, schema: JsonObject) -> None:
    schema = {name: value for name, value in schema.items() if name != "format"}
    body = bodies_of(jobs_contract(error=schema)).retrieved(MADE.id, FAILED, URL)
    assert body["failure"] == "No face was found"


def test_a_document_without_a_result_or_an_error_gets_neither(contract: Contract) -> None:
    (route,) = contract.job_routes
    bare = replace(route, retrieved=replace(route.retrieved, result=(), error=()))
    bodies = Bodies(bare, Pricing(1, {}, 0))
    assert bodies.retrieved(MADE.id, COMPLETED, URL) == {"id": "id-1", "status": "completed"}
    assert bodies.retrieved(MADE.id, FAILED, URL) == {"id": "id-1", "status": "error"}


def test_only_a_completed_generation_names_its_clip(contract: Contract) -> None:
    for standing in (QUEUED, GENERATING, FAILED):
        assert "video" not in bodies_of(contract).retrieved(MADE.id, standing, URL)


VALUES = {"generation_id": "id-1", "credits_used": "50", "usd_spent": "0.5"}


def test_headers_are_the_declared_ones_in_their_order(contract: Contract) -> None:
    route = contract.job_routes[0]
    created = HeaderWriter(route.create).fields(200, VALUES, lambda _: "abc")
    assert created == (
        ("x-inference-id", "id-1"),
        ("x-client-request-id", "abc"),
        ("x-aimlapi-credits-used", "50"),
        ("x-aimlapi-usd-spent", "0.5"),
    )
    retrieved = HeaderWriter(route.retrieve).fields(200, VALUES, lambda _: None)
    assert retrieved == (("x-inference-id", "id-1"),)
    assert HeaderWriter(route.create).fields(400, {}, lambda _: "abc") == (("x-client-request-id", "abc"),)
    assert HeaderWriter(route.create).fields(418, VALUES, lambda _: "abc") == ()


def test_a_header_without_a_known_value_is_left_out(contract: Contract) -> None:
    assert HeaderWriter(contract.job_routes[0].create).fields(200, {}, lambda _: None) == ()


@pytest.mark.parametrize("valid", ["a", "A-z0.9_:-", "x" * 128])
def test_a_valid_client_request_id_is_echoed(contract: Contract, valid: str) -> None:
    fields = HeaderWriter(contract.job_routes[0].retrieve).fields(200, {}, {"x-client-request-id": valid}.get)
    assert fields == (("x-client-request-id", valid),)


@pytest.mark.parametrize("invalid", ["", "x" * 129, "a b", "a\n", "é", "a/b", "٣", "a\r\nset-cookie: x"])
def test_any_other_client_request_id_is_dropped(contract: Contract, invalid: str) -> None:
    fields = HeaderWriter(contract.job_routes[0].retrieve).fields(200, {}, {"x-client-request-id": invalid}.get)
    assert fields == ()


def test_a_status_such_as_default_declares_no_headers(contract: Contract) -> None:
    operation = contract.job_routes[0].create
    spec = operation.responses["200"]
    writer = HeaderWriter(replace(operation, responses={"default": spec, "2XX": spec}))
    assert writer.fields(200, VALUES, lambda _: "abc") == ()
    assert items(member({}), "x") == []


@given(generation_id=st.text(max_size=30), credits_used=st.integers(0, 10**12))
def test_json_is_that_of_the_body_whatever_the_id(contract: Contract, generation_id: str, credits_used: int) -> None:
    bodies = bodies_of(contract)
    assert json.loads(bodies.created_json(generation_id, credits_used)) == bodies.created(generation_id, credits_used)
    url = f"https://cdn.test{clip_path(generation_id)}"
    assert json.loads(bodies.retrieved_json(generation_id, COMPLETED, "https://cdn.test")) == bodies.retrieved(
        generation_id, COMPLETED, url
    )
