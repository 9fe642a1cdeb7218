"""Generations through the engine: created, polled, ordered about and dropped."""

import copy
import re

import pytest

from reelmock.contracts.conformance import judge_history, judge_response
from reelmock.contracts.contract import SHIPPED, Contract
from reelmock.contracts.document import load_document, make_document, read_json
from reelmock.contracts.jsontree import member, text
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.plan import parse_outcome
from reelmock.tests.mockserver.asking import Make, NewEngine, made, statuses


def test_a_valid_post_is_answered_with_an_id_queued_and_its_cost(new_engine: NewEngine, create: Make) -> None:
    response = new_engine().handle(create(headers={"x-client-request-id": "job:1"})).response
    body = response.json()
    generation_id = text(body, "id")
    assert response.status == 200
    assert body == {"id": generation_id, "status": "queued", "meta": {"usage": {"credits_used": 1040000}}}
    assert re.fullmatch(r"[A-Za-z0-9_-]{21}", generation_id)
    assert response.headers == (
        ("content-type", "application/json"),
        ("x-inference-id", generation_id),
        ("x-client-request-id", "job:1"),
        ("x-aimlapi-credits-used", "1040000"),
        ("x-aimlapi-usd-spent", "0.52"),
        ("content-length", str(len(response.body))),
    )


@pytest.mark.parametrize("progression", ["immediate", "polls:0,0", "time:0,0", "hold"])
def test_a_new_generation_is_queued_whatever_its_plan(new_engine: NewEngine, create: Make, progression: str) -> None:
    body = new_engine(progression=progression).handle(create()).response.json()
    assert text(body, "status") == "queued"


def test_a_poll_has_its_headers(new_engine: NewEngine, create: Make, poll: Make) -> None:
    engine = new_engine()
    generation_id = made(engine, create())
    response = engine.handle(poll(generation_id, headers=(("x-client-request-id", "p-1"),))).response
    assert response.header("x-inference-id") == generation_id
    assert response.header("x-client-request-id") == "p-1"
    assert response.header("x-aimlapi-credits-used") is None
    invalid = engine.handle(poll(generation_id, headers=(("x-client-request-id", "p 1"),))).response
    assert invalid.header("x-client-request-id") is None


@pytest.mark.parametrize("queued", range(3))
@pytest.mark.parametrize("generating", range(3))
def test_polls_count_gets_and_every_body_keeps_to_the_contract(
    new_engine: NewEngine, create: Make, poll: Make, *, contract: Contract, queued: int, generating: int
) -> None:
    for outcome, last in (("completed", "completed"), ("error:Error:No face", "error")):
        engine = new_engine(progression=f"polls:{queued},{generating}", outcome=parse_outcome(outcome))
        route = contract.job_routes[0]
        responses = [engine.handle(create()).response]
        assert judge_response(route.create, responses[0], route) == []
        generation_id = text(responses[0].json(), "id")
        for _ in range(queued + generating + 2):
            responses.append(engine.handle(poll(generation_id)).response)
            assert judge_response(route.retrieve, responses[-1], route) == []
        bodies = [response.json() for response in responses]
        assert judge_history(route, bodies) == []
        seen = [text(body, "status") for body in bodies[1:]]
        assert seen == ["queued"] * queued + ["generating"] * generating + [last] * 2


@pytest.mark.parametrize(
    ("jumps", "expected"),
    [
        ([0.0, 1.9, 0.1, 7.9, 0.1, 100.0], ["queued", "queued", "generating", "generating", "completed", "completed"]),
        ([50.0, 0.0], ["completed", "completed"]),
        ([2.0, 8.0], ["generating", "completed"]),
    ],
)
def test_a_state_is_the_clocks_even_when_it_jumped_over_several(
    new_engine: NewEngine, create: Make, poll: Make, jumps: list[float], expected: list[str]
) -> None:
    clock = VirtualClock()
    engine = new_engine(clock=clock, progression="time:2,8")
    generation_id = made(engine, create())
    seen = []
    for jump in jumps:
        clock.advance(jump)
        seen += statuses(engine, poll(generation_id), 1)
    assert seen == expected


def test_a_generation_that_is_polled_every_tenth_of_a_second_ends_on_time(
    new_engine: NewEngine, create: Make, poll: Make
) -> None:
    clock = VirtualClock()
    engine = new_engine(clock=clock, progression="time:10,10")
    generation_id = made(engine, create())
    seen = []
    for _ in range(200):
        clock.advance(0.1)
        seen += statuses(engine, poll(generation_id), 1)
    assert seen == ["queued"] * 99 + ["generating"] * 100 + ["completed"]


def test_immediate_ends_at_the_first_poll_and_hold_waits_for_an_order(
    new_engine: NewEngine, create: Make, poll: Make
) -> None:
    immediate = new_engine(progression="immediate")
    assert statuses(immediate, poll(made(immediate, create())), 2) == ["completed"] * 2
    clock = VirtualClock()
    hold = new_engine(clock=clock, progression="hold")
    held = poll(made(hold, create()))
    clock.advance(1e6)
    assert statuses(hold, held, 3) == ["queued"] * 3
    hold.finish(held.query[0][1])
    assert statuses(hold, held, 2) == ["completed"] * 2


def test_a_head_and_a_peek_count_no_poll(new_engine: NewEngine, create: Make, poll: Make) -> None:
    engine = new_engine(progression="polls:1,1")
    generation_id = made(engine, create())
    for _ in range(5):
        head = engine.handle(poll(generation_id, method="HEAD")).response
        assert (head.status, head.body) == (200, b"")
        assert engine.peek(generation_id).state is State.QUEUED
    assert engine.generations()[0].polls == 0
    assert statuses(engine, poll(generation_id), 3) == ["queued", "generating", "completed"]
    head, get = (engine.handle(poll(generation_id, method=method)).response for method in ("HEAD", "GET"))
    assert head.headers == get.headers


def test_a_refused_poll_counts_none(new_engine: NewEngine, create: Make, poll: Make) -> None:
    engine = new_engine(progression="polls:1,0")
    generation_id = made(engine, create())
    asked = (("generation_id", generation_id),)
    for request in (poll(generation_id, key=None), poll(generation_id, key="other"), poll(query=asked * 2)):
        assert engine.handle(request).response.status in (400, 401, 404)
    assert engine.generations()[0].polls == 0


@pytest.mark.parametrize("without", ["post", "get"])
def test_a_key_declared_on_one_operation_holds_for_both(
    new_engine: NewEngine, create: Make, poll: Make, without: str
) -> None:
    """The provider's own page declares it on the retrieve operation alone."""
    tree = copy.deepcopy(read_json(SHIPPED))
    del member(tree, "paths", "/v2/video/generations", without)["security"]
    engine = new_engine(contract=Contract(make_document(tree, "page.json"), load_document(SHIPPED)))
    assert engine.handle(create(key=None)).response.status == 401
    generation_id = text(engine.handle(create()).response.json(), "id")
    assert engine.handle(poll(generation_id)).response.status == 200
    assert engine.handle(poll(generation_id, key=None)).response.status == 401
