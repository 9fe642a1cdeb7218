"""Jobs of odd documents: whatever their replies require, the fake gives it, in replies that its judge accepts."""

import json
from typing import Any, Final, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from reelmock.contracts.conformance import judge_history, judge_response
from reelmock.contracts.contract import SHIPPED, Contract
from reelmock.contracts.document import ContractError, load_document, make_document
from reelmock.contracts.exchange import Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.stateful import state_machine
from reelmock.contracts.strategies import histories
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Completed, Failed, Outcome, parse_progression
from reelmock.mockserver.settings import Settings

TEXT: Final[dict[str, Any]] = {"type": "string"}
NUMBER: Final[dict[str, Any]] = {"type": "integer"}
URI: Final[dict[str, Any]] = TEXT | {"format": "uri"}
STATUS: Final[dict[str, Any]] = {"enum": ["queued", "running", "done", "failed"]}


def closed(required: str = "", /, **properties: Any) -> dict[str, Any]:
    """An object without other members; `required` has the names of those that have to be there."""
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": required.split()} if required else schema


MADE: Final = closed("id", id=TEXT)
JOB: Final[dict[str, Any]] = {"id": TEXT, "status": STATUS, "output": TEXT, "error": TEXT}
FILM_ID: Final[dict[str, Any]] = TEXT | {"pattern": "^film_[a-z0-9]{12,40}$"}
SHORT: Final[dict[str, Any]] = NUMBER | {"minimum": 1, "maximum": 2147483647}

# What the create reply looks like, what a poll, and what the parameter takes.
Shape: TypeAlias = tuple[dict[str, Any], dict[str, Any], dict[str, Any]]

SHAPES: Final[dict[str, Shape]] = {
    "texts that have to be there": (MADE, closed("id status output error", **JOB), TEXT),
    "a result that has to be a URL always": (MADE, closed("id status output", **JOB | {"output": URI}), TEXT),
    "an id with a prefix among much that is required": (
        closed("id kind made_at", id=FILM_ID, kind={"const": "film"}, made_at=NUMBER),
        closed("id kind status", **JOB | {"id": FILM_ID, "kind": {"const": "film"}}),
        FILM_ID,
    ),
    "an id of 32 bits, told as text by polls": (closed("id", id=SHORT), closed("id status", **JOB), TEXT),
    "an id that the parameter alone wants as a UUID": (MADE, closed("id status", **JOB), TEXT | {"format": "uuid"}),
    "an envelope that has a status of its own": (
        closed("status data", status={"enum": ["success", "error"]}, data=MADE),
        closed("status data", status={"enum": ["success", "error"]}, data=closed("id status", **JOB)),
        TEXT,
    ),
    "a create reply with a word of its own": (
        closed("id status", id=TEXT, status={"const": "accepted"}),
        closed("id status", **JOB),
        TEXT,
    ),
    "a create reply with links that are no result": (
        closed("id urls", id=TEXT, urls=closed("get", get=URI)),
        closed("id status", **JOB),
        TEXT,
    ),
}
each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


def contract_of(shape: Shape) -> Contract:
    created, retrieved, parameter = shape

    def answering(schema: dict[str, Any]) -> dict[str, Any]:
        return {"200": {"description": "As asked.", "content": {"application/json": {"schema": schema}}}}

    taken = {"name": "id", "in": "path", "required": True, "schema": parameter}
    paths: Any = {
        "/films": {"post": {"responses": answering(created)}},
        "/films/{id}": {"get": {"parameters": [taken], "responses": answering(retrieved)}},
    }
    return Contract(make_document({"openapi": "3.1.0", "paths": paths}, "films.json"), load_document(SHIPPED))


@each_shape
@pytest.mark.parametrize(
    ("progression", "outcome", "told"),
    [
        ("hold", Completed(), "queued"),
        ("polls:0,99", Completed(), "running"),
        ("immediate", Completed(), "done"),
        ("immediate", Failed("NoFace", "No face was found"), "failed"),
    ],
)
def test_every_reply_is_as_the_document_wants_it(shape: Shape, progression: str, outcome: Outcome, told: str) -> None:
    contract = contract_of(shape)
    settled = Settings(progression=parse_progression(progression), outcome=outcome)
    engine = Engine(contract, VirtualClock(), settled)
    machine = state_machine(lambda request: engine.handle(request).response, contract=contract)
    run_state_machine_as_test(machine, settings=settings(max_examples=8, stateful_step_count=12))
    assert {entry.status for entry in engine.journal.entries() if entry.method == "GET" and entry.status} == {told}


@each_shape
@settings(max_examples=20)
@given(data=st.data())
def test_histories_conform(shape: Shape, data: st.DataObject) -> None:
    contract = contract_of(shape)
    history = data.draw(histories(contract=contract))
    (route,) = contract.job_routes
    assert judge_history(route, history.bodies) == []
    for index, body in enumerate(history.bodies):
        operation = route.retrieve if index else route.create
        assert judge_response(operation, response(body), route) == []


def response(body: Json) -> Response:
    return Response(200, (("content-type", "application/json"),), json.dumps(body).encode())


def test_where_nothing_can_be_illegal_there_is_no_illegal_history() -> None:
    contract = contract_of((MADE, closed("status", status={"enum": ["done"]}), TEXT))
    with pytest.raises(ContractError) as caught:
        histories(contract=contract, legal=False)
    assert str(caught.value) == (
        "films.json at /paths: there is no illegal step: replies repeat no id, and every status word may follow every "
        "other. Give a document whose status has a word for each state."
    )
