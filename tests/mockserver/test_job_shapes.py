"""Documents of other shapes: ids in paths, nested replies, replies of an id alone, numbers as ids. All of it works."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from reelmock.contracts.calls import call
from reelmock.contracts.conformance import judge_history, judge_request, judge_response
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Response
from reelmock.contracts.instances import example_payload
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.places import value_at
from reelmock.contracts.stateful import state_machine
from reelmock.contracts.strategies import histories, invalid_payloads, valid_payloads
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Failed, parse_progression
from reelmock.mockserver.settings import Settings

JOBS: Final = Path(__file__).parent.parent / "data" / "jobs"
CONTRACTS: Final[Mapping[str, Contract]] = {file.stem: load_contract(file) for file in sorted(JOBS.glob("*.json"))}
ROUTES: Final[Mapping[str, tuple[Contract, JobRoute]]] = {
    f"{name}, {route.create.id}": (contract, route)
    for name, contract in CONTRACTS.items()
    for route in contract.job_routes
}
each_document = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
each_route = pytest.mark.parametrize(("contract", "route"), ROUTES.values(), ids=ROUTES)
FAILURE: Final = Failed("NoFace", "No face was found")


def engine_of(contract: Contract, progression: str = "polls:1,1", **options: Any) -> Engine:
    chosen = Settings(progression=parse_progression(progression), **options)
    return Engine(contract, VirtualClock(), chosen)


def lived(contract: Contract, route: JobRoute, polls: int, **options: Any) -> list[Json]:
    """The bodies of a generation, the create reply first; each is judged by the document."""
    engine = engine_of(contract, **options)

    def judged(response: Response, operation: str) -> Json:
        assert response.status < 300, response.body
        called = route.create if operation == "create" else route.retrieve
        assert judge_response(called, response, route) == []
        return response.json()

    request = call(route.create, key="key-a", payload=example_payload(contract, route.create))
    assert judge_request(contract, request).violations == ()
    bodies = [judged(engine.handle(request).response, "create")]
    given_id = {route.id_parameter.name: str(value_at(bodies[0], route.created.id))}
    poll = call(route.retrieve, key="key-a", given=given_id)
    bodies += [judged(engine.handle(poll).response, "retrieve") for _ in range(polls)]
    assert judge_history(route, bodies) == []
    return bodies


def test_the_documents_have_the_shapes_that_they_are_here_for() -> None:
    assert {name: [repr(route) for route in contract.job_routes] for name, contract in CONTRACTS.items()} == {
        "by-path": ["JobRoute(POST /v1/videos, GET /v1/videos/{id})"],
        "nested": ["JobRoute(POST /api/films, GET /api/films/status)"],
        "two-creates": [
            "JobRoute(POST /v1/text_to_video, GET /v1/tasks/{id})",
            "JobRoute(POST /v1/image_to_video, GET /v1/tasks/{id})",
        ],
    }


STATUSES: dict[str, list[str | None]] = {
    "by-path": ["queued", "queued", "in_progress", "completed"],
    "nested": ["submitted", "submitted", "processing", "succeed"],
    "two-creates": [None, "PENDING", "RUNNING", "SUCCEEDED"],
}


@each_route
def test_a_generation_is_told_in_the_documents_words_and_places(contract: Contract, route: JobRoute) -> None:
    bodies = lived(contract, route, polls=3)
    words = [value_at(body, (route.retrieved if index else route.created).status) for index, body in enumerate(bodies)]
    assert words == STATUSES[Path(contract.document.file).stem]


def ending(body: Json) -> dict[str, Json]:
    """What the last body says of result and error, without the ids that differ."""
    assert isinstance(body, dict)
    task = body.get("task", body)
    assert isinstance(task, dict)
    return {
        name: value
        for name, value in task.items()
        if name in ("download_url", "output", "error", "fail_reason", "failure")
    }


RESULTS: dict[str, tuple[JsonObject, JsonObject]] = {
    "by-path": ({"download_url": "CLIP"}, {"error": {"code": "NoFace", "message": "No face was found"}}),
    "nested": ({"output": {"url": "CLIP", "width": 64}}, {"fail_reason": "No face was found"}),
    "two-creates": ({"output": ["CLIP"]}, {"failure": "No face was found"}),
}


@each_route
def test_result_and_error_have_the_documents_form(contract: Contract, route: JobRoute) -> None:
    completed, failed = RESULTS[Path(contract.document.file).stem]
    bodies = lived(contract, route, polls=1, progression="immediate", public_url="https://clips.test")
    clip = f"https://clips.test/clips/{value_at(bodies[0], route.created.id)}.mp4"
    assert str(ending(bodies[-1])).replace(clip, "CLIP") == str(completed)
    bodies = lived(contract, route, polls=1, progression="immediate", outcome=FAILURE)
    assert ending(bodies[-1]) == failed


@each_document
@pytest.mark.parametrize(("progression", "outcome"), [("polls:0,1", FAILURE), ("polls:1,2", None)])
def test_the_fake_keeps_the_documents_promises(contract: Contract, progression: str, outcome: Failed | None) -> None:
    engine = engine_of(contract, progression, **({"outcome": outcome} if outcome else {}))
    machine = state_machine(lambda request: engine.handle(request).response, contract=contract)
    run_state_machine_as_test(machine, settings=settings(max_examples=10, stateful_step_count=20))
    assert len(engine.generations()) > 5


@each_route
@given(data=st.data())
def test_strict_takes_valid_payloads_and_refuses_invalid_ones(
    contract: Contract, route: JobRoute, data: st.DataObject
) -> None:
    engine = engine_of(contract, validation="strict")
    for model in contract.models_of(route.create):
        payload = data.draw(valid_payloads(model, contract=contract))
        assert engine.handle(call(route.create, key="key-a", payload=payload)).response.status < 300
        broken = data.draw(invalid_payloads(model, contract=contract).filter(lambda drawn: drawn.payload is not None))
        assert engine.handle(call(route.create, key="key-a", payload=broken.payload)).response.status == 400


@each_document
@pytest.mark.parametrize("legal", [True, False])
@given(data=st.data())
def test_histories_are_judged_as_they_are_meant(contract: Contract, legal: bool, data: st.DataObject) -> None:
    history = data.draw(histories(contract=contract, legal=legal))
    found = judge_history(history.route, history.bodies)
    assert found == ([] if history.illegal is None else [history.illegal])
    assert (history.illegal is None) is legal


def test_ids_have_the_form_that_the_document_wants() -> None:
    ids = {name: value_at(lived(*ROUTES[name], polls=1)[0], ROUTES[name][1].created.id) for name in ROUTES}
    assert isinstance(ids["two-creates, fromText"], int)
    assert isinstance(ids["nested, shootFilm"], str)
    assert len(ids["nested, shootFilm"]) == 36


def test_a_generation_of_one_create_can_be_retrieved_where_the_other_one_is() -> None:
    contract = CONTRACTS["two-creates"]
    engine = engine_of(contract)
    first, second = contract.job_routes
    for route in (first, second):
        request = call(route.create, key="key-a", payload=example_payload(contract, route.create))
        made = engine.handle(request).response.json()
        poll = call(route.retrieve, key="key-a", given={"id": str(value_at(made, ("id",)))})
        assert engine.handle(poll).response.status == 200
