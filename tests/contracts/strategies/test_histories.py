"""`histories`: what a client may be told of one generation, and sequences of which the last step is illegal."""

import json
from typing import Any

import pytest

from reelmock.contracts.conformance import judge_history, judge_response
from reelmock.contracts.contract import SHIPPED, Contract
from reelmock.contracts.document import ContractError, load_document, make_document
from reelmock.contracts.exchange import Response
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.lifecycle import State
from reelmock.contracts.strategies import History, histories
from reelmock.contracts.strategies.histories import MAX_REPEATS
from reelmock.tests.contracts.strategies.drawing import (
    KITES,
    SHAPES,
    SHIPPED_CONTRACT,
    drawn,
    simplest,
    taking,
    unreached,
)

STRING: JsonObject = {"type": "string"}


def jobs(
    words: list[Any], identity: JsonObject = STRING, created: JsonObject | None = None, **members: Any
) -> Contract:
    """An API with jobs that has these status words, ids and other members; some of them maybe required.

    `created` is the schema of the create reply where that is another one.
    """
    required = members.pop("required", [])
    properties = {"task_id": identity, "state": {**STRING, "enum": words}, **members}
    job: JsonObject = {"type": "object", "properties": properties, "required": required}
    replies: list[JsonObject] = [
        {"description": "", "content": {"application/json": {"schema": schema}}} for schema in (created or job, job)
    ]
    made, told = replies
    parameter: JsonObject = {"name": "task_id", "in": "path", "required": True, "schema": STRING}
    paths: JsonObject = {
        "/jobs": {"post": {"responses": {"202": made}}},
        "/jobs/{task_id}": {"get": {"parameters": [parameter], "responses": {"200": told}}},
    }
    return Contract(make_document({"openapi": "3.1.0", "paths": paths}, "jobs.json"), load_document(SHIPPED))


USUAL = ["PENDING", "RUNNING", "SUCCESS", "FAILURE"]
NULLABLE: JsonObject = {"type": ["object", "null"]}

CONTRACTS: dict[str, Contract] = {
    "shipped": SHIPPED_CONTRACT,
    "kites": KITES,
    "shapes": SHAPES,
    "jobs": jobs(USUAL, output=STRING, failure=STRING, usage={"type": "object"}),
    "no result, no error": jobs(USUAL),
    "one pending word": jobs(["queued", "completed", "failed"], output=STRING),
    "no word for failure": jobs(["queued", "completed"], output=STRING, failure=STRING),
    "no word for pending": jobs(["done", "failed"], output=STRING),
    "unknown words": jobs(["queued", "PAUSED", "completed", None], output=STRING),
    "integer ids": jobs(USUAL, {"type": "integer", "minimum": 1}),
    "ids of a format": jobs(USUAL, {"type": "string", "format": "uuid"}),
    "ids of a pattern": jobs(USUAL, {"type": "string", "pattern": "^job-[0-9]{6}$"}),
    "any ids": jobs(USUAL, {}),
    "create reply with an id alone": jobs(USUAL, created={"type": "object", "properties": {"task_id": STRING}}),
    "no status before the end": jobs(
        ["done", "failed"], created={"type": "object", "properties": {"task_id": STRING}}, output=STRING
    ),
    "null when not there": jobs(USUAL, output=NULLABLE, failure=NULLABLE, required=["output", "failure"]),
}


def conforms(history: History) -> bool:
    """Whether every body is a reply of its operation, with result and error in their states alone."""
    for index, body in enumerate(history.bodies):
        operation = history.route.retrieve if index else history.route.create
        spec = operation.success
        assert spec is not None
        headers = [("content-type", "application/json"), *((name, "any") for name in spec.headers)]
        response = Response(operation.success_status, tuple(headers), json.dumps(body).encode())
        if judge_response(operation, response, history.route):
            return False
    return True


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_a_legal_history_is_one_for_the_judge_and_every_body_conforms(contract: Contract) -> None:
    for history in drawn(histories(contract=contract), 30):
        assert history.route in contract.job_routes
        assert history.illegal is None
        assert judge_history(history.route, history.bodies) == []
        assert conforms(history)


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
def test_an_illegal_history_has_one_illegal_step_its_last(contract: Contract) -> None:
    for history in drawn(histories(contract=contract, legal=False), 30):
        (violation,) = judge_history(history.route, history.bodies)
        assert violation == history.illegal
        assert violation.path[0] == len(history.bodies) - 1 > 0
        assert violation.kind in ("illegal_transition", "id_changed")
        assert judge_history(history.route, history.bodies[:-1]) == []
        assert conforms(history)


@pytest.mark.parametrize("name", ["shipped", "kites", "shapes", "jobs"])
def test_both_sorts_of_illegal_steps_come_up(name: str) -> None:
    illegal = histories(contract=CONTRACTS[name], legal=False)
    assert unreached(illegal, {"id": changes_the_id, "step": lambda history: not changes_the_id(history)}) == []


def changes_the_id(history: History) -> bool:
    return history.illegal is not None and history.illegal.kind == "id_changed"


def course(*states: str) -> Any:
    """Whether a history goes through these states, however often each is told."""
    return lambda history: tuple(dict.fromkeys(history.statuses)) == states


REACHED: dict[str, Any] = {
    "never polled": lambda history: len(history.bodies) == 1,
    "pending": course("queued", "generating"),
    "step by step": course("queued", "generating", "completed"),
    "a state skipped": course("queued", "completed"),
    "failed": course("queued", "generating", "error"),
    "failed at once": course("queued", "error"),
    "polled after the end": lambda history: history.statuses[-2:] == ("completed", "completed"),
    "failed for good": lambda history: history.statuses[-2:] == ("error", "error"),
    "long": lambda history: len(history.bodies) > 2 * MAX_REPEATS,
    "result": lambda history: history.bodies[-1].get("video") is not None,
    "error": lambda history: history.bodies[-1].get("error") is not None,
    "optional members": lambda history: "meta" in history.bodies[-1],
    "none of them": lambda history: "meta" not in history.bodies[-1],
}


def test_every_course_of_a_generation_comes_up() -> None:
    assert unreached(histories(), REACHED) == []


ILLEGAL: dict[str, Any] = {
    f"{before} → {after}": lambda history, pair=(before, after): (
        history.illegal is not None and (history.illegal.expected, history.illegal.received) == pair
    )
    for before, after in [
        ("generating", "queued"),
        ("completed", "queued"),
        ("completed", "generating"),
        ("completed", "error"),
        ("error", "queued"),
        ("error", "generating"),
        ("error", "completed"),
    ]
}


def test_every_illegal_step_comes_up() -> None:
    assert unreached(histories(legal=False), ILLEGAL) == []


def test_histories_shrink_to_the_shortest() -> None:
    assert simplest(histories()).bodies == ({"id": "0", "status": "queued"},)
    assert len(simplest(histories(legal=False), changes_the_id).bodies) == 2
    assert len(simplest(histories(legal=False), lambda history: not changes_the_id(history)).bodies) == 3


def test_the_id_is_the_same_in_all_bodies_and_another_one_in_the_next_history() -> None:
    found = drawn(histories(), 60)
    ids = [{str(body["id"]) for body in history.bodies} for history in found]
    assert {len(several) for several in ids} == {1}
    assert len(set().union(*ids)) > 20


def test_statuses_are_the_words_of_the_document() -> None:
    route = KITES.job_routes[0]
    told = {status for history in drawn(histories(contract=KITES), 60) for status in history.statuses}
    assert told == set(route.vocabulary)
    assert {*route.vocabulary.values()} == {*State}


def test_a_history_is_printed_without_the_document() -> None:
    """Hypothesis prints the strategy of a failing test, which must not take a hundred kilobytes."""
    assert len(repr(histories())) < 500
    assert len(repr(drawn(histories(), 1)[0].route)) < 200


def test_a_contract_without_a_job_route_is_an_error() -> None:
    contract = taking({"type": "object"})
    with pytest.raises(ContractError) as caught:
        histories(contract=contract)
    told = "boats.json at /paths: there is no job route, so there are no histories to draw. "
    assert str(caught.value) == f"{told}Give a document with a create and a retrieve operation."


@pytest.mark.parametrize("word", ["queued", "completed"])
def test_where_no_step_can_be_illegal_the_id_changes(word: str) -> None:
    found = drawn(histories(contract=jobs([word]), legal=False), 30)
    assert {history.illegal.kind for history in found if history.illegal} == {"id_changed"}
