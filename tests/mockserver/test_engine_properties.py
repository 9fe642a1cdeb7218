"""What holds for the engine whatever comes, in whatever order."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.conformance import judge_history, judge_request, judge_response
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, JsonObject, text
from reelmock.contracts.lifecycle import State, illegal_step
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine, OrderError
from reelmock.tests.mockserver.asking import PATH, Make, NewEngine

AUTHORIZED = ("authorization", "Bearer k")
JSON_TYPE = ("content-type", "application/json")

names = st.sampled_from(["generation_id", "id"]) | st.text(max_size=8)
paths = st.sampled_from(
    [PATH, f"{PATH}/", f"{PATH}/x", "/clips/x.mp4", "/clips/.mp4", "/v1/a", "/v2/generate/video/a/b", "", "*"]
) | st.text(max_size=30).map("/{}".format)
methods = st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "PUT"]) | st.text(max_size=6)
headers = st.lists(
    st.sampled_from([AUTHORIZED, JSON_TYPE, ("range", "bytes=0-"), ("content-length", "٣")])
    | st.tuples(
        st.sampled_from(
            [
                "authorization",
                "content-type",
                "content-length",
                "range",
                "if-none-match",
                "x-client-request-id",
                "access-control-request-headers",
            ]
        ),
        st.text(max_size=30),
    ),
    max_size=5,
).map(tuple)
json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
members = [
    "model",
    "prompt",
    "image_url",
    "duration",
    "resolution",
    "seed",
    "generate_audio_switch",
    "style",
    "thinking_type",
    "other",
]
words = st.sampled_from(
    ["pixverse/v5.5/image-to-video", "https://a.example/b", "720p", "1080p", "5", "8", "auto", 5, 8]
)
payloads = st.dictionaries(st.sampled_from(members), words | json_values, max_size=8)
bodies = st.binary(max_size=60) | (json_values | payloads).map(lambda value: json.dumps(value).encode())
requests = st.builds(
    Request, methods, paths, st.lists(st.tuples(names, st.text(max_size=8)), max_size=3).map(tuple), headers, bodies
)


@given(requests, st.sampled_from(["strict", "lenient"]), st.sampled_from(["current", "legacy"]))
@settings(max_examples=400)
def test_any_request_is_answered_with_what_the_document_declares(
    contract: Contract, new_engine: NewEngine, request: Request, validation: str, envelope: str
) -> None:
    engine = new_engine(validation=validation, error_format=envelope)
    response = engine.handle(request).response
    declared = {
        int(status)
        for operation in contract.operations
        if (operation.method, operation.path) == (request.method.replace("HEAD", "GET"), request.path)
        for status in operation.responses
    }
    if request.method == "OPTIONS":
        assert response.status in (204, 404)
    else:
        assert response.status in (declared or {404, 405})
    assert len(engine.journal.entries()) == 1
    assert len(engine.generations()) == (request.method == "POST" and response.status == 200)
    if request.method != "HEAD":
        assert response.header("content-length") == (None if response.status == 204 else str(len(response.body)))
    assert all(value.isprintable() for _, value in response.headers)


@given(payloads, st.sampled_from(["strict", "lenient"]))
@settings(max_examples=200)
def test_the_engine_and_the_judge_agree_on_every_payload(
    contract: Contract, new_engine: NewEngine, payload: JsonObject, validation: str
) -> None:
    body = json.dumps(payload).encode()
    request = Request("POST", PATH, (), (AUTHORIZED, JSON_TYPE), body)
    engine = new_engine(validation=validation)
    response = engine.handle(request).response
    judgement = judge_request(contract, request, "strict" if validation == "strict" else "lenient")
    assert (response.status == 200) is not bool(judgement.violations)
    assert judge_response(contract.job_routes[0].create, response, contract.job_routes[0]) == []
    if response.status == 200:
        assert engine.journal.entries()[0].deviations == judgement.deviations


deeds = st.lists(
    st.tuples(
        st.sampled_from(["create", "poll", "poll", "head", "peek", "advance", "finish", "fail"]),
        st.integers(0, 3),
        st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0]),
    ),
    max_size=40,
)


@given(
    deeds=deeds,
    progression=st.sampled_from(
        ["immediate", "hold", "polls:0,0", "polls:1,2", "polls:2,0", "time:0,0", "time:1,2", "time:0.1..2,1"]
    ),
    failure_rate=st.sampled_from([0.0, 0.5, 1.0]),
)
@settings(max_examples=200)
def test_every_history_is_legal_whatever_happens_in_between(
    contract: Contract,
    new_engine: NewEngine,
    create: Make,
    poll: Make,
    *,
    deeds: list[tuple[str, int, float]],
    progression: str,
    failure_rate: float,
) -> None:
    clock = VirtualClock()
    engine = new_engine(clock=clock, progression=progression, failure_rate=failure_rate)
    route = contract.job_routes[0]
    answered: dict[str, list[Json]] = {}
    stood: dict[str, list[State]] = {}
    for deed, which, seconds in [("create", 0, 0.0), *deeds]:
        if deed == "create":
            body = engine.handle(create()).response.json()
            answered[text(body, "id")] = [body]
            stood[text(body, "id")] = []
        elif deed == "advance":
            clock.advance(seconds)
        else:
            generation_id = list(answered)[which % len(answered)]
            act(engine, deed, generation_id, poll, answered[generation_id])
        for generation_id, states in stood.items():
            states.append(engine.peek(generation_id).state)
            assert engine.peek(generation_id).state is states[-1]
    for generation_id, states in stood.items():
        assert illegal_step(states) is None
        assert judge_history(route, answered[generation_id]) == []


def act(engine: Engine, deed: str, generation_id: str, poll: Make, answered: list[Json]) -> None:
    """One deed of the history; an order to an ended generation is refused and changes nothing."""
    if deed in ("poll", "head"):
        response = engine.handle(poll(generation_id, method="HEAD" if deed == "head" else "GET")).response
        assert response.status == 200
        answered.extend([response.json()] if deed == "poll" else [])
        return
    ended = engine.peek(generation_id)
    if deed in ("finish", "fail"):
        try:
            if deed == "finish":
                engine.finish(generation_id)
            else:
                engine.fail(generation_id, name="E", message="m")
            assert not ended.state.terminal
        except OrderError:
            assert ended.state.terminal
            assert engine.peek(generation_id) == ended


@given(st.lists(st.floats(0, 12), max_size=8), st.floats(0, 12))
def test_for_seconds_it_makes_no_difference_what_was_asked_before(
    new_engine: NewEngine, create: Make, poll: Make, asked_at: list[float], moment: float
) -> None:
    standings = []
    for earlier in (sorted(at for at in asked_at if at <= moment), []):
        clock = VirtualClock()
        engine = new_engine(clock=clock, progression="time:2..4,3..5")
        generation_id = text(engine.handle(create()).response.json(), "id")
        passed = 0.0
        for at in [*earlier, moment]:
            clock.advance(at - passed)
            passed = at
            engine.handle(poll(generation_id))
        standings.append(engine.peek(generation_id))
    assert standings[0] == standings[1]
