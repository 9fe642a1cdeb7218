"""The state machine: each promise that a server breaks is found and named, and what can't be judged is refused."""

import json
import re
import runpy
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from reelmock.contracts import stateful
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import ContractError, make_document
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.expectations import SHOWN
from reelmock.contracts.jsontree import Json, JsonObject, member, text
from reelmock.contracts.payloads import Validation
from reelmock.contracts.stateful import state_machine
from reelmock.mockserver.clock import Clock, VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_outcome, parse_progression
from reelmock.mockserver.settings import Settings

CONTRACT = load_contract()
KITES = load_contract(Path(__file__).parent.parent / "data" / "kites.json")

Send: TypeAlias = Callable[[Request], Response]
# Changes a reply; the number says how often this target was asked before, this time included.
Change: TypeAlias = Callable[[Request, Response, int], Response]


def run(machine: type[RuleBasedStateMachine], *phases: Phase) -> None:
    """Few short runs that are the same each time; without `phases` a failure is not made smaller."""
    modest = settings(
        max_examples=50,
        stateful_step_count=10,
        derandomize=True,
        database=None,
        phases=[Phase.generate, *phases],
    )
    run_state_machine_as_test(machine, settings=modest)


def failure(machine: type[RuleBasedStateMachine], *phases: Phase) -> str:
    """The message of the promise that the machine finds broken, and the steps that lead there."""
    with pytest.raises(AssertionError) as caught:
        run(machine, *phases)
    return "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])


def new_engine(
    progression: str = "polls:1,2",
    outcome: str = "completed",
    contract: Contract = CONTRACT,
    clock: Clock | None = None,
    validation: Validation = "lenient",
) -> Engine:
    chosen = Settings(progression=parse_progression(progression), outcome=parse_outcome(outcome), validation=validation)
    return Engine(contract, clock or VirtualClock(), chosen)


def changing(engine: Engine, change: Change) -> Send:
    """The engine with changed replies."""
    asked: Counter[str] = Counter()

    def send(request: Request) -> Response:
        asked[request.target] += 1
        return change(request, engine.handle(request).response, asked[request.target])

    return send


def put(response: Response, **members: Json) -> Response:
    """The reply with other members of its body; None takes one out."""
    body = {name: value for name, value in (member(response.json()) | members).items() if value is not None}
    return Response(response.status, response.headers, json.dumps(body).encode())


def on_poll(**members: Json) -> Change:
    """Other members in each reply to a poll that finds something."""
    return lambda request, response, _: (
        put(response, **members) if request.method == "GET" and response.status < 300 else response
    )


def on_poll_number(number: int, **members: Json) -> Change:
    """Other members in one poll of each generation."""
    return lambda request, response, count: (
        put(response, **members) if request.method == "GET" and response.status < 300 and count == number else response
    )


def lost_at_first(request: Request, response: Response, count: int) -> Response:
    """The first poll of each generation finds nothing."""
    return Response(404) if request.method == "GET" and response.status < 300 and count == 1 else response


def found_everywhere(engine: Engine) -> Change:
    """An id that the engine does not know is a generation all the same."""

    def change(request: Request, response: Response, _: int) -> Response:
        generation_id = dict(request.query).get("generation_id", "")
        if request.method == "POST" or engine.store.get(generation_id) is not None:
            return response
        return put(Response(200, response.headers, b"{}"), id=generation_id, status="queued")

    return change


def one_id_for_a_key(engine: Engine) -> Send:
    """Every create of a client is answered as its first one."""
    first: dict[str | None, Response] = {}

    def send(request: Request) -> Response:
        response = engine.handle(request).response
        return first.setdefault(request.header("authorization"), response) if request.method == "POST" else response

    return send


def without_keys(engine: Engine) -> Send:
    """Whoever asks, the engine sees one client."""

    def send(request: Request) -> Response:
        fields = [field for field in request.headers if field[0] != "authorization"]
        one = (*fields, ("authorization", "Bearer one"))
        return engine.handle(Request(request.method, request.path, request.query, one, request.body)).response

    return send


def newest_only(engine: Engine) -> Send:
    """A server with room for one generation of each client: polls are answered with the newest one."""
    newest: dict[str | None, str] = {}

    def send(request: Request) -> Response:
        key = request.header("authorization")
        response = engine.handle(request).response
        if request.method == "POST":
            newest[key] = text(response.json(), "id")
        elif response.status < 300:
            return put(response, id=newest[key])
        return response

    return send


def refused(request: Request, response: Response, _: int) -> Response:
    """Nothing is created, and the key is told to everybody."""
    body = f"no luck, {request.header('authorization')}".encode()
    return Response(500, (), body) if request.method == "POST" else response


def mute(request: Request, response: Response, _: int) -> Response:
    """404s that say nothing."""
    return Response(404, response.headers, b"[]") if response.status == 404 else response


VIDEO: JsonObject = {"url": "https://cdn.example.com/1.mp4"}
ERROR: JsonObject = {"name": "E", "message": "m"}
SABOTAGES: dict[str, tuple[Callable[[], Send], str]] = {
    "the id changes on a poll": (
        lambda: changing(new_engine(), on_poll(id="other")),
        "id_changed: `/1/id`: the id changed from '",
    ),
    "polls are answered for the newest generation": (
        lambda: newest_only(new_engine()),
        "id_changed: `/",
    ),
    "two creates give one id": (
        lambda: one_id_for_a_key(new_engine()),
        "repeated_id: two generations have the same id",
    ),
    "what was created is not there": (
        lambda: changing(new_engine(), lost_at_first),
        "not_retrievable: a generation is not there for the client that created it",
    ),
    "the status goes back": (
        lambda: changing(new_engine("polls:0,9"), on_poll_number(2, status="queued")),
        "illegal_transition: `/2/status`: queued came after generating",
    ),
    "a terminal state is left": (
        lambda: changing(new_engine("immediate"), on_poll_number(2, status="generating", video=None)),
        "illegal_transition: `/2/status`: generating came after completed",
    ),
    "one terminal state follows the other": (
        lambda: changing(new_engine("immediate"), on_poll_number(2, status="error", video=None, error=ERROR)),
        "illegal_transition: `/2/status`: error came after completed",
    ),
    "completed without a result": (
        lambda: changing(new_engine("immediate"), on_poll(video=None)),
        "inconsistent: `/video`: `video` is missing although the status is completed",
    ),
    "the result goes later": (
        lambda: changing(new_engine("immediate"), on_poll_number(3, video=None)),
        "inconsistent: `/video`: `video` is missing although the status is completed",
    ),
    "a result while generating": (
        lambda: changing(new_engine("polls:0,9"), on_poll(video=VIDEO)),
        "inconsistent: `/video`: `video` is there although the status is generating",
    ),
    "failed without an error": (
        lambda: changing(new_engine("immediate", "error:E:m"), on_poll(error=None)),
        "inconsistent: `/error`: `error` is missing although the status is error",
    ),
    "another key sees the generation": (
        lambda: without_keys(new_engine()),
        "foreign_generation: ",
    ),
    "an unknown id is there": (
        lambda: changing(engine := new_engine(), found_everywhere(engine)),
        "unknown_generation: there is something under an id that was never given",
    ),
    "a reply breaks the schema": (
        lambda: changing(new_engine(), on_poll(status="asleep")),
        "not_in_enum: `/status`: 'asleep' is not one of 'queued', 'generating', 'completed', 'error'",
    ),
    "a refusal breaks the schema": (lambda: changing(new_engine(), mute), "non_object: an array of 0 items is not"),
    "a valid payload is refused": (
        lambda: changing(new_engine(), refused),
        "not_taken: a valid payload was refused",
    ),
}


@pytest.mark.parametrize(("sabotaged", "promise"), SABOTAGES.values(), ids=SABOTAGES)
def test_a_broken_promise_is_named_and_no_key_is_shown(sabotaged: Callable[[], Send], promise: str) -> None:
    told = failure(state_machine(sabotaged()))
    assert told.startswith(promise)
    assert [line.split(":")[0] for line in told.splitlines()[1:4]] == ["  sent", "  came", "  expected"]
    assert "key-a" not in told
    assert "key-b" not in told


def test_the_failure_says_what_was_sent_what_came_and_what_was_expected() -> None:
    """Keys stay hidden where a reply repeats them, too."""
    told = failure(state_machine(changing(new_engine(), refused)))
    assert told.splitlines()[:4] == [
        "not_taken: a valid payload was refused",
        "  sent:     POST /v2/video/generations with the key keys[0] (****)",
        "  came:     500 'no luck, Bearer ****'",
        "  expected: a 2xx status",
    ]


def test_a_long_reply_is_cut_and_cannot_drive_a_terminal() -> None:
    def long(request: Request, response: Response, _: int) -> Response:
        return Response(500, (), b"\x1b[2J" + b"x" * 5000) if request.method == "POST" else response

    came = failure(state_machine(changing(new_engine(), long))).splitlines()[2]
    assert came == f"  came:     500 '\\x1b[2J{'x' * (SHOWN - 4)}… (5,004 characters)'"


def operation(name: str, *parameters: Json, bearer: bool, link: str) -> JsonObject:
    """An operation that answers with a job; `link` is the operation that retrieves it."""
    schema: JsonObject = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "state": {"enum": ["waiting", "done", "failed"]}},
    }
    reply: JsonObject = {"description": "", "content": {"application/json": {"schema": schema}}}
    return {
        "operationId": name,
        "parameters": list(parameters),
        "security": [{"key": []}] if bearer else [],
        "responses": {"201": {**reply, "links": {"there": {"operationId": link}}}},
    }


def parameter(name: str, location: str, **schema: Json) -> JsonObject:
    return {"name": name, "in": location, "required": True, "schema": schema}


def optional(name: str) -> JsonObject:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


def two_routes(*, bearer: bool) -> Contract:
    """Two job routes without payloads: with a key if `bearer`, and without one; with an id in the path, and one in the
    query. One of them requires a parameter of every kind."""
    seen = [
        parameter("kind", "query", enum=["long", "short"]),
        parameter("page", "query", type="integer"),
        parameter("deep", "query", type="boolean"),
        parameter("size", "query", default=7),
        parameter("note", "query", type="string", maxLength=5),
        parameter("X-Version", "header", const="v2"),
        optional("other"),
    ]
    owner = parameter("id", "path", type="integer")
    tree: JsonObject = {
        "openapi": "3.1.0",
        "info": {"title": "Loads", "version": "1"},
        "paths": {
            "/owners/{id}/loads": {"post": operation("load", owner, bearer=False, link="seeLoad")},
            "/loads/{id}": {"get": operation("seeLoad", owner, *seen, bearer=False, link="seeLoad")},
            "/loops": {
                "post": operation("loop", bearer=bearer, link="seeLoop"),
                "get": operation("seeLoop", parameter("task_id", "query", type="string"), bearer=False, link="seeLoop"),
            },
        },
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }
    return Contract(make_document(tree, "loads.json"), CONTRACT.house)


def test_the_steps_that_lead_to_a_failure_can_be_read() -> None:
    """Hypothesis makes the failure small, and names generations instead of printing them."""
    contract = two_routes(bearer=True)
    back = changing(new_engine("immediate", contract=contract), on_poll_number(2, state="waiting"))
    told = failure(state_machine(back, contract=contract), Phase.shrink)
    assert told.startswith("illegal_transition: `/2/state`: queued came after completed\n")
    order = r"order=Order\(\s*create='POST /owners/{id}/loads',\s*client=0,\s*payload=\{\},?\s*\)"
    assert re.search(rf"generations_0 = state\.create\({order}\)\nstate\.poll\(generation=generations_0\)", told)


def forgetful(engine: Engine) -> Send:
    """A server that knows a generation for less than an hour."""
    made_at: dict[str, float] = {}

    def send(request: Request) -> Response:
        now, response = engine.clock.now(), engine.handle(request).response
        age = now - made_at.setdefault(text(response.json(), "id"), now)
        return Response(404) if response.status < 300 and age >= 3600 else response

    return send


def test_what_goes_wrong_with_time_is_found_where_the_clock_can_be_moved() -> None:
    contract, clock = two_routes(bearer=True), VirtualClock()
    run(state_machine(forgetful(new_engine(contract=contract, clock=clock)), contract=contract))
    send = forgetful(new_engine(contract=contract, clock=clock))
    told = failure(state_machine(send, contract=contract, advance=clock.advance))
    assert told.startswith("not_retrievable: ")
    assert "state.advance(seconds=3600.0)" in told


def traced(response: Response) -> Response:
    """The reply with a header that the kites' document requires, without saying what fills it."""
    return Response(response.status, (*response.headers, ("x-trace", "1")), response.body)


@pytest.mark.parametrize(
    ("contract", "keys"),
    [
        (KITES, ("key-a", "key-b", "key-c")),
        (two_routes(bearer=True), ("key-a", "key-b")),
        (two_routes(bearer=False), ()),
    ],
    ids=["kites", "with and without a key", "without keys"],
)
def test_a_server_of_any_contract_passes(contract: Contract, keys: tuple[str, ...]) -> None:
    engine = new_engine("polls:1,1", contract=contract, validation="strict")

    run(state_machine(lambda request: traced(engine.handle(request).response), contract=contract, keys=keys))
    owners = {(known.operation, known.owner) for known in engine.generations()}
    wanted = {route.create.key: len(keys) if route.bearer else 1 for route in contract.job_routes}
    assert Counter(operation for operation, _ in owners) == wanted


def test_a_request_has_what_the_document_requires_and_nothing_else() -> None:
    """A value is one that the schema names, or any of its type; a number is asked for where ids are numbers."""
    contract = two_routes(bearer=True)
    engine = new_engine(contract=contract)
    sent: list[Request] = []

    def send(request: Request) -> Response:
        sent.append(request)
        return engine.handle(request).response

    run(state_machine(send, contract=contract))
    requests = {(r.method, r.path.split("/")[1]): r for r in sent}
    assert requests.keys() == {("POST", "owners"), ("GET", "loads"), ("POST", "loops"), ("GET", "loops")}
    post, get = requests["POST", "owners"], requests["GET", "loads"]
    assert (post.path, post.query, post.headers, post.body) == ("/owners/1/loads", (), ANY_JSON, b"{}")
    filled = (("kind", "long"), ("page", "1"), ("deep", "false"), ("size", "7"), ("note", "A pap"))
    assert (get.query, get.headers, get.body) == (filled, (("x-version", "v2"),), b"")
    unknown = {r.path.rpartition("/")[2] for r in sent if r.path.startswith("/loads/")} - known(engine)
    assert unknown
    assert all(word.isdecimal() for word in unknown)
    asked = {dict(r.query)["task_id"] for r in sent if r.path == "/loops" and r.method == "GET"} - known(engine)
    assert {UUID(word).version for word in asked} == {None}
    assert {r.header("authorization") for r in sent if r.path == "/loops"} == {"Bearer key-a", "Bearer key-b"}


def test_a_declared_reply_that_says_nothing_is_no_answer_to_a_poll() -> None:
    engine = new_engine(contract=KITES)

    def send(request: Request) -> Response:
        response = traced(engine.handle(request).response)
        return Response(204) if response.status == 200 else response

    told = failure(state_machine(send, contract=KITES))
    assert told.startswith("no_status: a poll tells no status")
    assert "  expected: a status in `state`" in told


def known(engine: Engine) -> set[str]:
    return {generation.id for generation in engine.generations()}


ANY_JSON = (("content-type", "application/json"),)
TOO_FEW = (
    "`keys` are two or more API keys, all different and none empty: only with two of them can it be seen that a "
    "generation is there for its own key alone. Got "
)


@pytest.mark.parametrize(
    ("keys", "got"),
    [
        ((), "0, of which 0 count"),
        (("a",), "1, of which 1 count"),
        (("a", "a"), "2, of which 1 count"),
        (("a", "b", "a"), "3, of which 2 count"),
        (("a", "b", ""), "3, of which 2 count"),
        ("ab", "one string"),
    ],
)
def test_keys_that_cannot_show_isolation_are_refused(keys: tuple[str, ...] | str, got: str) -> None:
    with pytest.raises(ValueError, match="keys") as caught:
        state_machine(new_engine().handle, keys=keys)  # type: ignore[arg-type]  # nothing is sent
    assert str(caught.value) == TOO_FEW + got


def test_a_contract_without_a_job_route_is_refused() -> None:
    empty = Contract(make_document({"openapi": "3.1.0", "paths": {}}, "empty.json"), CONTRACT.house)
    with pytest.raises(ContractError) as caught:
        state_machine(lambda _: Response(404), contract=empty)
    assert str(caught.value) == (
        "empty.json at /paths: it has no job route: a POST whose reply has an id and a status, and a GET that takes "
        "that id. Give a document that has both operations."
    )


def test_without_hypothesis_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError) as caught:
        runpy.run_path(str(stateful.__file__))
    assert str(caught.value) == "reelmock.contracts.stateful needs Hypothesis: pip install 'reelmock[payloads]'"
