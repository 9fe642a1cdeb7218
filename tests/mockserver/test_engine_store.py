"""The engine and what it keeps: bounds, threads, restarts, and the seed."""

import json
from threading import Thread

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import JsonObject, member
from reelmock.mockserver.store import MemoryStore
from reelmock.tests.mockserver.asking import Make, NewEngine, made, statuses


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
