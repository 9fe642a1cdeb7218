"""The fake keeps every promise of its contract, whatever is asked in whatever order, through every door."""

import asyncio
import json
from collections.abc import Callable, Iterator

import httpx
import pytest
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from reelmock.contracts.contract import Contract
from reelmock.contracts.document import make_document
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import JsonObject, member
from reelmock.contracts.stateful import state_machine
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Failed
from reelmock.mockserver.published import published
from reelmock.tests.mockserver.asking import NewEngine


def run(machine: type[RuleBasedStateMachine], examples: int = 15) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=25))


def sender(engine: Engine) -> Callable[[Request], Response]:
    return lambda request: engine.handle(request).response


FAILED: dict[str, object] = {"outcome": Failed("Timeout", "It took too long")}


@pytest.mark.parametrize(
    ("progression", "options"),
    [
        ("immediate", {}),
        ("immediate", FAILED),
        ("polls:1,2", {}),
        ("polls:1,2", {"validation": "strict"}),
        ("polls:0,1", FAILED),
        ("time:2,8", {}),
        ("time:0..30,1..60", {"failure_rate": 0.5, "validation": "strict"}),
        ("hold", {"api_keys": ("key-a", "key-b")}),
        ("polls:0,1", {"credits": 10**12, "rate_limit": 1_000_000, "max_concurrent": 1_000_000}),
    ],
)
def test_the_engine_keeps_its_promises(new_engine: NewEngine, progression: str, options: dict[str, object]) -> None:
    clock = VirtualClock()
    engine = new_engine(progression=progression, clock=clock, **options)
    run(state_machine(sender(engine), advance=clock.advance))
    assert len(engine.generations()) > 10


def test_the_engine_keeps_the_promises_of_the_document_that_it_serves(
    new_engine: NewEngine, contract: Contract
) -> None:
    """With other settings than usual that document says other things."""
    engine = new_engine(validation="strict", error_format="legacy")
    served = make_document(published(contract, engine.settings, "https://fake.example"), "served.json")
    run(state_machine(sender(engine), contract=Contract(served, contract.house)))
    assert len(engine.generations()) > 10


def test_an_api_with_other_words_and_the_id_in_the_path_keeps_its_promises(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract]
) -> None:
    contract = jobs_contract()
    engine = new_engine(contract=contract)
    run(state_machine(sender(engine), contract=contract, keys=()))
    assert len(engine.generations()) > 10


@pytest.mark.parametrize(
    ("method", "field", "promise"),
    [
        ("POST", "task_id", "no_id: a create reply has no id"),
        ("GET", "state", "no_status: a poll tells no status"),
        ("GET", "task_id", "id_changed: `/1/task_id`: the id changed from"),
    ],
)
def test_an_id_and_a_status_are_wanted_even_where_the_schema_does_not_require_them(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract], method: str, field: str, promise: str
) -> None:
    contract = jobs_contract()
    engine = new_engine(contract=contract)

    def send(request: Request) -> Response:
        response = engine.handle(request).response
        body: JsonObject = {name: value for name, value in member(response.json()).items() if name != field}
        without = Response(response.status, response.headers, json.dumps(body).encode())
        return without if request.method == method and response.status < 300 else response

    with pytest.raises(AssertionError) as caught:
        run(state_machine(send, contract=contract, keys=()))
    first, sent, *_ = str(caught.value).splitlines()
    assert first.startswith(promise)
    assert sent.endswith(" with no key")


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.mark.parametrize("other", [False, True], ids=["the shipped API", "another API"])
def test_the_application_keeps_the_promises_of_its_engine(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract], contract: Contract, loop: asyncio.Runner, other: bool
) -> None:
    played = jobs_contract() if other else contract
    engine = new_engine(contract=played, failure_rate=0.5)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(create_app(engine)), base_url="https://fake.example")

    def send(request: Request) -> Response:
        answer = loop.run(
            client.request(
                request.method,
                request.path,
                params=list(request.query),
                headers=list(request.headers),
                content=request.body,
            )
        )
        fields = tuple((name.lower(), value) for name, value in answer.headers.items())
        return Response(answer.status_code, fields, answer.content)

    run(state_machine(send, contract=played), examples=8)
    assert len(engine.generations()) > 10
