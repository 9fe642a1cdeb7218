"""The demo's client, against servers of several shapes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.demo import Demo, DemoError, run_demo
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import Immediate
from reelmock.mockserver.settings import Settings


def test_the_demo_works_for_a_document_of_another_shape(jobs_contract: Callable[[], Contract]) -> None:
    """Its id goes into the path, its words and fields are others, and it declares no payload."""
    contract = jobs_contract()
    clock = VirtualClock()
    engine = Engine(contract, clock, Settings(progression=Immediate()))
    with LiveServer(create_app(engine)) as server:
        demo = Demo(server.url, contract, clock)
        generation_id = demo.create()
        steps = [step.state for step, _ in demo.steps(generation_id, clock.advance)]
    assert steps == [State.COMPLETED]


def test_the_demo_sends_all_that_the_document_requires(tmp_path: Path) -> None:
    """Values for other parameters in path, query and headers; and where a state has no word it takes the fake's own."""
    text = {"type": "string"}
    job = {
        "type": "object",
        "required": ["id", "status"],
        "properties": {"id": text, "status": {"enum": ["running", "failed"]}, "url": text},
    }
    reply = {"description": "A job.", "content": {"application/json": {"schema": job}}}
    required = [("user", "path", text), ("region", "query", {"enum": ["eu", "us"]}), ("X-Org", "header", text)]
    parameters = [{"name": name, "in": where, "required": True, "schema": s} for name, where, s in required]
    own = {"name": "id", "in": "path", "required": True, "schema": text}
    paths: Any = {
        "/{user}/jobs": {"parameters": parameters, "post": {"responses": {"200": reply}}},
        "/{user}/jobs/{id}": {"parameters": [*parameters, own], "get": {"responses": {"200": reply}}},
    }
    document = make_document({"openapi": "3.1.0", "paths": paths}, "jobs.json")
    contract, clock = Contract(document, load_contract().document), VirtualClock()
    engine = Engine(contract, clock, Settings(progression=Immediate()))
    with LiveServer(create_app(engine)) as server:
        clip = run_demo(Demo(server.url, contract, clock), tmp_path, lambda _: None)
    assert clip.stat().st_size > 0
    [created, polled, _] = engine.journal.entries()
    assert [name for name, _ in (*created.query, *polled.query)] == ["region", "region"]
    assert "{" not in created.path + polled.path
    assert dict(polled.headers)["x-org"]


def test_the_demo_waits_between_two_polls() -> None:
    contract, clock = load_contract(), VirtualClock()
    with LiveServer(create_app(Engine(contract, clock))) as server:
        demo = Demo(server.url, contract, clock)
        steps = [step for step, _ in demo.steps(demo.create(), clock.advance)]
    assert [steps[0].word, steps[-1].word] == ["queued", "completed"]
    assert steps[-1].elapsed == pytest.approx(10, abs=0.2)


def test_a_call_that_fails_is_named(tmp_path: Path) -> None:
    contract, clock = load_contract(), VirtualClock()
    with LiveServer(create_app(Engine(contract, clock, Settings(api_keys=("another",))))) as server:
        demo = Demo(server.url, contract, clock)
        with pytest.raises(DemoError) as caught:
            run_demo(demo, tmp_path, lambda _: None)
    assert str(caught.value) == f"POST {server.url}/v2/video/generations failed: HTTP Error 401: Unauthorized"
