"""Generations through the engine: created, polled, ordered about and dropped."""

import json
import re
from collections.abc import Callable
from threading import Thread

import pytest

from reelmock.contracts.conformance import judge_history, judge_response
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import JsonObject, member, text
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clock import FIXED_START, VirtualClock
from reelmock.mockserver.engine import Engine, OrderError
from reelmock.mockserver.generations import Standing
from reelmock.mockserver.plan import Failed, parse_outcome
from reelmock.mockserver.store import MemoryStore

NewEngine = Callable[..., Engine]
Make = Callable[..., Request]


def made(engine: Engine, request: Request) -> str:
    return text(engine.handle(request).response.json(), "id")


def statuses(engine: Engine, poll: Request, count: int) -> list[str]:
    return [text(engine.handle(poll).response.json(), "status") for _ in range(count)]


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
        ("access-control-allow-origin", "*"),
        (
            "access-control-expose-headers",
            "x-inference-id, x-client-request-id, x-aimlapi-credits-used, x-aimlapi-usd-spent",
        ),
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
    new_engine: NewEngine, create: Make, poll: Make, contract: Contract, queued: int, generating: int
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


def test_generations_are_listed_oldest_first(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine()
    ids = [made(engine, create()) for _ in range(3)]
    assert [generation.id for generation in engine.generations()] == ids


@pytest.mark.parametrize("progression", ["hold", "polls:5,5", "time:5,5"])
def test_orders_end_a_generation_at_once(new_engine: NewEngine, create: Make, poll: Make, progression: str) -> None:
    engine = new_engine(progression=progression)
    finished, failed = made(engine, create()), made(engine, create())
    engine.finish(finished)
    engine.fail(failed, name="Moderated", message="No face was found")
    assert member(engine.handle(poll(finished)).response.json())["status"] == "completed"
    assert engine.handle(poll(failed)).response.json() == {
        "id": failed,
        "status": "error",
        "error": {"name": "Moderated", "message": "No face was found"},
    }
    assert engine.generations()[1].orders[0].at == FIXED_START


@pytest.mark.parametrize("ended", ["finish", "fail", "plan"])
@pytest.mark.parametrize("order", ["finish", "fail"])
def test_a_terminal_state_is_never_left(new_engine: NewEngine, create: Make, ended: str, order: str) -> None:
    engine = new_engine(progression="immediate" if ended == "plan" else "hold")
    generation_id = made(engine, create())

    def give(name: str) -> None:
        if name == "finish":
            engine.finish(generation_id)
        elif name == "fail":
            engine.fail(generation_id, name="E", message="m")

    give(ended)
    before = engine.generations()
    with pytest.raises(OrderError) as caught:
        give(order)
    word = "error" if ended == "fail" else "completed"
    assert str(caught.value) == (
        f"generation '{generation_id}' has ended with '{word}' already, and an ended one never changes. "
        "Give orders earlier, or let generations wait for them with the progression `hold`"
    )
    assert engine.generations() == before


def test_an_order_to_nobody_names_the_newest(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold")
    with pytest.raises(OrderError) as caught:
        engine.finish("x")
    assert str(caught.value) == "there is no generation 'x'. The newest are: none"
    ids = [made(engine, create()) for _ in range(7)]
    with pytest.raises(OrderError) as caught:
        engine.peek("x")
    assert str(caught.value) == f"there is no generation 'x'. The newest are: {', '.join(ids[2:])}"


class InterruptedClock:
    """A clock that lets somebody else act at its nth question."""

    def __init__(self, nth: int, act: Callable[[], None]) -> None:
        self._left = nth
        self._act = act

    def now(self) -> float:
        self._left -= 1
        if self._left == 0:
            self._act()
        return FIXED_START


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_of_two_orders_at_once_one_is_refused_and_the_other_holds(
    new_engine: NewEngine, create: Make, nth: int
) -> None:
    """Another thread may finish the generation anywhere between the steps of this thread's `fail`."""
    engine = new_engine(progression="hold")
    generation_id = made(engine, create())
    carried_out = []

    def finish() -> None:
        engine.finish(generation_id)
        carried_out.append(Standing(State.COMPLETED))

    engine.clock = InterruptedClock(nth, finish)
    try:
        engine.fail(generation_id, name="E", message="m")
        carried_out.append(Standing(State.ERROR, Failed("E", "m")))
    except OrderError:
        assert carried_out
    assert len(carried_out) == 1
    assert engine.peek(generation_id) == carried_out[0]


def test_the_same_seed_and_requests_give_the_same_replies_and_other_seeds_others(
    new_engine: NewEngine, create: Make, poll: Make
) -> None:
    def run(seed: str) -> list[Response]:
        engine = new_engine(seed=seed, failure_rate=0.5, progression="polls:0,0")
        ids = [made(engine, create(prompt=str(number))) for number in range(20)]
        return [engine.handle(poll(generation_id)).response for generation_id in ids]

    assert run("a") == run("a")
    assert not {response.body for response in run("a")} & {response.body for response in run("b")}


def test_a_refused_request_moves_no_id(new_engine: NewEngine, create: Make, poll: Make) -> None:
    plain, disturbed = new_engine(), new_engine()
    for request in (create(duration=7), create(key=None), create(body=b"{"), poll("x"), Request("GET", "/")):
        assert disturbed.handle(request).response.status >= 400
    assert made(plain, create()) == made(disturbed, create())


def test_dropped_ids_are_404_with_a_hint(new_engine: NewEngine, create: Make, poll: Make) -> None:
    engine = new_engine(store=MemoryStore(max_generations=2), progression="polls:0,0")
    ids = [made(engine, create()) for _ in range(3)]
    error = member(engine.handle(poll(ids[0])).response.json(), "error")
    assert error["message"] == "Inference not found"
    assert error["hint"] == (
        "There was a generation with this id. It was dropped to make room: the server keeps at most 2 generations "
        "(--max-generations) and 64 MiB."
    )
    assert statuses(engine, poll(ids[1]), 1) == ["completed"]
    engine.handle(create())
    remaining = [generation.id for generation in engine.generations()]
    assert ids[1] not in remaining
    assert ids[2] in remaining


class CountingStore(MemoryStore):
    """A store that knows how many it has: an empty one is false."""

    def __len__(self) -> int:
        return len(self.list())


def test_a_store_of_ones_own_is_used_even_when_it_is_empty(new_engine: NewEngine, create: Make) -> None:
    store = CountingStore()
    generation_id = made(new_engine(store=store), create())
    assert store.get(generation_id) is not None


def test_eight_threads_get_ids_of_their_own_and_a_consistent_store(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold")
    request = create()
    ids: list[str] = []

    def work() -> None:
        ids.extend([made(engine, request) for _ in range(200)])

    workers = [Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(set(ids)) == 1600
    assert {generation.id for generation in engine.generations()} == set(ids)
    entries = engine.journal.entries()
    assert len(entries) == 1000
    assert len({entry.number for entry in entries}) == 1000
    assert {entry.response.status for entry in entries} == {200}


def test_a_state_survives_a_restart_as_plain_data(new_engine: NewEngine, create: Make, poll: Make) -> None:
    """A second engine over the same store goes on where the first one was."""
    store = MemoryStore()
    first, second = (new_engine(store=store, progression="polls:1,1") for _ in range(2))
    generation_id = made(first, create())
    assert statuses(first, poll(generation_id), 1) == ["queued"]
    assert statuses(second, poll(generation_id), 2) == ["generating", "completed"]
    assert made(second, create()) != generation_id
    body: JsonObject = json.loads(first.generations()[0].body)
    assert body["prompt"] == "A paper boat sails."
