"""What rules, files and the header Prefer make of requests to the fake."""

import json
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.conformance import judge_response
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import JsonObject, member, text
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.reply import Reply
from reelmock.mockserver.rules import RuleError
from reelmock.mockserver.scenario_file import read_scenarios, rules_of
from reelmock.mockserver.scenarios import Scenarios
from reelmock.tests.mockserver.asking import PATH, Make, NewEngine, made

MODEL = "pixverse/v5.5/image-to-video"


def ruled(engine: Engine, *records: JsonObject) -> Engine:
    for rule in rules_of([*records], "here", engine.contract):
        engine.scenarios.add(rule)
    return engine


def poll_of(generation_id: str, **headers: str) -> Request:
    return Request.build(
        "GET", f"{PATH}?generation_id={generation_id}", headers={"authorization": "Bearer key-a"} | headers
    )


def ended(engine: Engine, create: Make, **members: Any) -> JsonObject:
    """What the first poll of a new generation tells."""
    return member(engine.handle(poll_of(made(engine, create(**members)))).response.json())


def test_a_status_is_told_in_the_apis_words_and_nothing_is_created(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"code": 503, "retry_after": 2, "times": 1})
    refused = engine.handle(create()).response
    assert (refused.status, refused.header("retry-after")) == (503, "2")
    assert member(refused.json())["message"] == "Service unavailable"
    assert engine.generations() == []
    assert engine.journal.entries()[0].body == create().body
    assert engine.handle(create()).response.status == 200


@pytest.mark.parametrize(("code", "title"), [(418, "I'm a Teapot"), (599, "Status 599"), (402, "Payment Required")])
def test_a_status_that_the_document_does_not_word_is_told_in_those_of_http(
    new_engine: NewEngine, create: Make, code: int, title: str
) -> None:
    response = ruled(new_engine(), {"code": code}).handle(create()).response
    assert (response.status, member(response.json())["title"]) == (code, title)


def test_retry_after_may_be_a_date(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"code": 429, "retry_after": 60, "retry_after_form": "date"})
    told = engine.handle(create()).response.header("retry-after")
    assert told == formatdate(engine.clock.now() + 60, usegmt=True)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({"body": "html"}, ("application/json", b"<!DOCTYPE html>")),
        ({"body": "empty"}, ("application/json", b"")),
        ({"body": "truncated-json"}, ("application/json", b'{"id": "')),
        ({"body": "wrong-content-type"}, ("text/plain; charset=utf-8", b'{"id": "')),
        ({"headers": {"X-Served-By": "cache-7"}}, ("application/json", b'{"id": "')),
    ],
)
def test_a_body_may_be_wrong_though_the_job_was_made(
    new_engine: NewEngine, create: Make, record: JsonObject, expected: tuple[str, bytes]
) -> None:
    engine = ruled(new_engine(), record)
    response = engine.handle(create()).response
    assert (response.header("content-type"), response.body.startswith(expected[1])) == (expected[0], True)
    assert response.header("content-length") == str(len(response.body))
    assert response.header("x-served-by") == ("cache-7" if "headers" in record else None)
    assert len(engine.generations()) == 1


def test_a_fault_and_a_latency_are_for_the_door_to_enact(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"fault": "reset", "nth": 1}, {"latency": "1.5"})
    first, second = engine.handle(create()), engine.handle(create())
    assert (first.fault, first.delay_s, second.fault, second.delay_s) == (Fault.RESET, 1.5, None, 1.5)
    assert len(engine.generations()) == 2, "the first one was made, though its reply is lost"


def test_a_refused_connection_brings_no_request_to_the_api(new_engine: NewEngine, create: Make) -> None:
    """A client may safely repeat it: nothing was made, and nothing is charged for."""
    engine = ruled(new_engine(credits=10_000_000), {"fault": "refuse", "nth": 1})
    assert engine.handle(create()).fault is Fault.REFUSE
    assert engine.generations() == []
    assert engine.handle(create()).fault is None
    assert [entry.note for entry in engine.journal.entries()] == ["by rule-1", ""]


def test_a_latency_is_drawn_from_the_seed(new_engine: NewEngine, create: Make) -> None:
    def delays(seed: str) -> list[float]:
        engine = ruled(new_engine(seed=seed), {"latency": "1..2"})
        return [engine.handle(create()).delay_s for _ in range(20)]

    assert delays("a") == delays("a") != delays("b")
    assert all(1 <= delay <= 2 for delay in delays("a"))


def test_a_rule_shapes_the_generations_of_a_model_or_a_prompt(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(
        new_engine(progression="polls:1,1"),
        {"prompt": "cat", "outcome": "face-not-detected", "progression": "immediate"},
        {"model": "pixverse/*", "progression": "polls:0,0"},
    )
    assert text(ended(engine, create, prompt="A Cat"), "status") == "error"
    assert text(ended(engine, create, prompt="A dog"), "status") == "completed"
    error = member(ended(engine, create, prompt="cats"), "error")
    assert error == {"name": "face_detection_error", "message": "Could not detect face in the image"}


def test_what_a_test_orders_for_the_next_one_goes_before_rules(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"outcome": "error", "progression": "immediate"})
    engine.plan_next(outcome=None)
    assert text(ended(engine, create), "status") == "error"


def test_polls_are_matched_by_the_generation_that_they_are_about(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"on": "retrieve", "prompt": "cat", "code": 500})
    cat, dog = made(engine, create(prompt="A cat")), made(engine, create(prompt="A dog"))
    assert [engine.handle(poll_of(each)).response.status for each in (cat, dog)] == [500, 200]


def test_links_to_clips_break_and_expire(new_engine: NewEngine, create: Make) -> None:
    clock = VirtualClock()
    engine = ruled(
        new_engine(progression="immediate", clock=clock),
        {"on": "clip", "expires_after": 60},
        {"on": "clip", "code": 404, "nth": 3},
    )
    url = text(member(ended(engine, create), "video"), "url")
    clip = Request.build("GET", url.partition("cdn.aimlapi.com")[2])
    assert engine.handle(clip).response.status == 200
    clock.advance(61)
    gone = engine.handle(clip).response
    assert (gone.status, "has expired" in gone.body.decode()) == (403, True)
    assert engine.handle(clip).response.status == 404


def test_a_client_may_prefer_what_becomes_of_its_request(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine()
    response = engine.handle(create(headers={"Prefer": 'outcome=error, progression="polls:0,0", wait=3'})).response
    assert response.header("preference-applied") == 'outcome=error, progression="polls:0,0"'
    failed = engine.handle(poll_of(text(response.json(), "id"))).response
    assert text(failed.json(), "status") == "error"
    refused = engine.handle(poll_of(text(response.json(), "id"), prefer="code=429, retry-after=2"))
    assert (refused.response.status, refused.response.header("retry-after")) == (429, "2")
    assert engine.handle(poll_of(text(response.json(), "id"), prefer="fault=close")).fault is Fault.CLOSE
    assert [entry.note for entry in engine.journal.entries()] == [
        'preferred: outcome=error, progression="polls:0,0"; unknown preferences: wait',
        "",
        "preferred: code=429, retry-after=2",
        "preferred: fault=close",
    ]


def test_a_preference_that_can_not_be_is_refused_and_nothing_is_created(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine()
    response = engine.handle(create(headers={"Prefer": "code=999"})).response
    assert response.status == 400
    assert (
        member(response.json())["message"]
        == "The header Prefer asks for what can't be: Prefer/code: 999 is more than 599"
    )
    assert engine.generations() == []


def test_keys_and_paths_go_before_scenarios(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(api_keys=("key-a",)), {"code": 503})
    assert engine.handle(create(key=None)).response.status == 401
    assert engine.handle(create(method="PUT")).response.status == 405
    assert engine.handle(create(url="/nowhere")).response.status == 404
    assert engine.scenarios.list()[0].seen == 0


def test_a_refusal_comes_late_too(new_engine: NewEngine, create: Make) -> None:
    reply = ruled(new_engine(), {"latency": "2"}).handle(create(prompt=None))
    assert (reply.response.status, reply.delay_s) == (400, 2)


def test_the_journal_says_which_rule_did_it(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"nth": 1, "code": 503})
    engine.handle(create())
    engine.handle(create())
    first, second = engine.journal.entries()
    assert (first.note, second.note) == ("by rule-1", "")
    assert str(first) == "POST /v2/video/generations → 503\n    note: by rule-1"


FILE = """
[[rule]]
model = "pixverse/*"
nth = 2
code = 503
retry_after = 2

[[rule]]
prompt = "nobody"
outcome = "face-not-detected"
"""


def test_a_file_has_the_same_rules(contract: Contract, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.toml"
    file.write_text(FILE, encoding="utf-8")
    rules = read_scenarios(file, contract)
    assert [str(rule) for rule in rules] == [
        'model = "pixverse/*", nth = 2, code = 503, retry_after = 2',
        'prompt = "nobody", outcome = "face-not-detected"',
    ]
    assert all(rule.shared for rule in rules)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[rule]]\ncode = 99", "FILE, rule 1/code: 99 is less than 200"),
        (
            "[[rule]]\ncode = 500\n[[rule]]\nmodel = 'x*'\ncode = 500",
            "FILE, rule 2: no model is called like 'x*'. There are: pixverse/v5.5/image-to-video, "
            "pixverse/v5-5-image-to-video",
        ),
        ("[rule]\ncode = 500", "FILE: `rule` is one table. Write [[rule]], with two brackets"),
        ("[[rules]]\ncode = 500", "FILE: there is a 'rules', and only tables [[rule]] are known"),
        ("code =", "FILE: this is not TOML (Invalid value (at end of document))"),
        ("[[rule]]\nquirks = ['none']", "FILE, rule 1: there is no quirk 'none'. There are: succeeded, "),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(
    contract: Contract, tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "scenarios.toml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(RuleError) as caught:
        read_scenarios(file, contract)
    assert str(caught.value).startswith(message.replace("FILE", str(file)))


def test_a_file_that_is_not_there_is_told(contract: Contract, tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"the file can't be read \(No such file or directory\)"):
        read_scenarios(tmp_path / "gone.toml", contract)


CLEAN = st.fixed_dictionaries(
    {},
    optional={
        "progression": st.sampled_from(["immediate", "polls:1,2", "time:1..3,2", "hold"]),
        "outcome": st.sampled_from(["completed", "error", "face-not-detected", "error:A:B"]),
        "latency": st.sampled_from(["0", "1..2"]),
        "retry_after": st.integers(0, 5),
        "nth": st.integers(1, 3),
        "model": st.just("pixverse/*"),
    },
).filter(lambda record: not record.keys() <= {"nth", "model"})


@given(records=st.lists(CLEAN, max_size=4), steps=st.lists(st.sampled_from(["create", "poll", "wait"]), max_size=12))
def test_whatever_scenario_runs_replies_stay_valid(
    contract: Contract, create: Make, records: list[JsonObject], steps: list[str]
) -> None:
    """Unless a quirk, a status or a fault was asked for by name."""
    clock = VirtualClock()
    engine = Engine(contract, clock, scenarios=Scenarios(rules_of([*records], "here", contract)))
    (route,) = contract.job_routes
    for step in steps:
        known = engine.generations()
        if step == "wait":
            clock.advance(1.5)
        elif step == "create" or not known:
            assert judge_response(route.create, engine.handle(create()).response, route) == []
        else:
            assert judge_response(route.retrieve, engine.handle(poll_of(known[-1].id)).response, route) == []


@pytest.mark.parametrize("code", [400, 401, 403, 404, 405, 413, 415, 429, 500, 502, 503, 504])
def test_a_scripted_status_is_as_declared(new_engine: NewEngine, create: Make, code: int) -> None:
    engine = ruled(new_engine(), {"code": code})
    reply: Reply = engine.handle(create())
    response: Response = reply.response
    route = engine.contract.job_routes[0]
    assert judge_response(route.create, response) == []
    assert json.loads(response.body)["status"] == code
