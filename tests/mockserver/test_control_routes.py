"""What the calls of the control API do, and what they tell."""

import pytest

from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, items, member, text
from reelmock.mockserver.clock import FIXED_START
from reelmock.mockserver.control import Control
from reelmock.mockserver.gate import owner_of
from reelmock.mockserver.plan import Hold, Immediate, Time, seconds
from reelmock.mockserver.settings import Settings
from reelmock.tests.mockserver.asking import Make, made, statuses
from reelmock.tests.mockserver.controlling import ask, new_control, refusal

KEY = "sk-very-secret"


@pytest.fixture
def control() -> Control:
    return new_control(Settings(Hold()))


def numbers(journal: Json) -> list[Json]:
    return [member(entry)["number"] for entry in items(journal, "entries")]


def test_the_clock_moves_generations_on(create: Make, poll: Make) -> None:
    control = new_control(Settings(Time(seconds(2), seconds(8))))
    job = made(control.fake.engine, create())
    seen = []
    for step in (0, 2, 8):
        assert ask(control, "POST", "/clock/advance", {"seconds": step})
        seen += statuses(control.fake.engine, poll(job), 1)
    assert seen == ["queued", "generating", "completed"]
    assert ask(control, "GET", "/clock") == {"now": FIXED_START + 10, "frozen": False}


def test_the_clock_is_frozen_and_resumed(control: Control) -> None:
    assert ask(control, "POST", "/clock/freeze") == {"now": FIXED_START, "frozen": True}
    assert ask(control, "POST", "/clock/freeze") == {"now": FIXED_START, "frozen": True}
    assert ask(control, "POST", "/clock/resume") == {"now": FIXED_START, "frozen": False}


def test_a_generation_is_told_as_it_stands_and_looking_counts_no_poll(control: Control, create: Make) -> None:
    job = made(control.fake.engine, create())
    [listed] = items(ask(control, "GET", "/generations"), "generations")
    told = member(ask(control, "GET", f"/generations/{job}"))
    assert member(told, "payload")["prompt"] == "A paper boat sails."
    assert listed == {name: value for name, value in told.items() if name != "payload"}
    assert (told["id"], told["status"], told["polls"], told["progression"]) == (job, "queued", 0, "hold")


def test_a_generation_is_finished_once(control: Control, create: Make, poll: Make) -> None:
    job = made(control.fake.engine, create())
    assert text(ask(control, "POST", f"/generations/{job}/finish"), "status") == "completed"
    assert statuses(control.fake.engine, poll(job), 1) == ["completed"]
    status, told = refusal(control, "POST", f"/generations/{job}/fail")
    assert status == 409
    assert str(told).startswith(
        f"POST /__reelmock__/generations/{{id}}/fail: generation '{job}' has ended with 'completed' already"
    )
    assert statuses(control.fake.engine, poll(job), 1) == ["completed"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"name": "Moderation", "message": "No"}, {"name": "Moderation", "message": "No"}),
        ({"message": "No"}, {"name": "Error", "message": "No"}),
    ],
)
def test_a_generation_fails_as_it_is_said(control: Control, create: Make, said: Json, error: Json) -> None:
    job = made(control.fake.engine, create())
    told = member(ask(control, "POST", f"/generations/{job}/fail", said))
    assert (told["state"], told["error"]) == ("error", error)


def test_an_id_with_a_slash_is_told_percent_encoded(control: Control) -> None:
    status, told = refusal(control, "GET", "/generations/a%2Fb%253A")
    assert status == 404
    assert "there is no generation 'a/b%3A'" in str(told)


def test_the_next_generations_are_planned_one_by_one(control: Control, create: Make, poll: Make) -> None:
    told = ask(control, "POST", "/next", {"progression": "immediate"})
    assert told == {"progression": "immediate", "outcome": None}
    ask(control, "POST", "/next", {"progression": "polls:1,0", "outcome": "error:Error:No luck"})
    engine = control.fake.engine
    assert [statuses(engine, poll(made(engine, create())), 2) for _ in range(3)] == [
        ["completed", "completed"],
        ["queued", "error"],
        ["queued", "queued"],
    ]


def test_a_rule_counts_what_it_was_used_for(control: Control, create: Make) -> None:
    rule: Json = {"on": "create", "code": 503, "retry_after": 1, "times": 1}
    assert ask(control, "POST", "/scenarios", rule) == {"id": "rule-1", "rule": rule, "seen": 0, "used": 0}
    assert [control.fake.engine.handle(create()).response.status for _ in range(2)] == [503, 200]
    assert ask(control, "GET", "/scenarios/rule-1") == {"id": "rule-1", "rule": rule, "seen": 2, "used": 1}


def test_rules_are_replaced_in_their_place_and_taken_out(control: Control) -> None:
    for code in (500, 502, 503):
        ask(control, "POST", "/scenarios", {"code": code})
    ask(control, "PUT", "/scenarios/rule-2", {"fault": "reset"})
    kept = items(ask(control, "DELETE", "/scenarios/rule-1"), "scenarios")
    assert [(text(one, "id"), member(one, "rule")) for one in kept] == [
        ("rule-2", {"fault": "reset"}),
        ("rule-3", {"code": 503}),
    ]
    assert ask(control, "DELETE", "/scenarios") == {"scenarios": []}
    assert not control.fake.engine.scenarios.active


def test_the_journal_is_filtered(control: Control, create: Make, poll: Make) -> None:
    engine = control.fake.engine
    first, second = (made(engine, create()) for _ in range(2))  # entries 1 and 2
    for request in (poll(first), poll(second), poll("nobody"), create(key=None)):  # 3 to 6
        engine.handle(request)
    engine.finish(first)
    engine.handle(poll(first))  # 7
    found = {
        query: numbers(ask(control, "GET", f"/journal{query}"))
        for query in ("", "?since=5", f"?generation={first}", "?status=404", "?status=queued", "?status=401&since=6")
    }
    assert [*found.values()] == [[1, 2, 3, 4, 5, 6, 7], [6, 7], [1, 3, 7], [5], [1, 2, 3, 4], []]
    assert numbers(ask(control, "GET", f"/journal?generation={first}&status=completed&since=1")) == [7]


def test_bodies_are_told_only_when_they_are_asked_for(control: Control, create: Make) -> None:
    job = made(control.fake.engine, create())
    control.fake.engine.finish(job)
    clip = control.fake.engine.handle(Request("GET", f"/clips/{job}.mp4")).response
    assert clip.status == 200
    plain, full = (ask(control, "GET", f"/journal?bodies={asked}") for asked in ("false", "true"))
    assert "paper boat" not in str(plain)
    post, get = (member(entry) for entry in items(full, "entries"))
    assert "paper boat" in str(post["body"])
    assert job in str(member(post, "reply")["body"])
    assert member(get, "reply")["body"] is None
    assert member(get, "reply")["body_bytes"] == len(clip.body)


@pytest.mark.parametrize(("method", "path"), [("POST", "/scenarios"), ("PUT", "/scenarios/rule-1")])
def test_a_rule_about_a_key_that_is_not_taken_is_refused(method: str, path: str) -> None:
    control = new_control(Settings(api_keys={KEY: 5_000_000}))
    ask(control, "POST", "/scenarios", {"key": KEY, "code": 500})
    status, told = refusal(control, method, path, {"key": "sk-another", "code": 503})
    assert status == 400
    assert "key: this key is none of those that are taken (1), so no request gets that far" in str(told)
    assert "sk-another" not in str(told)
    assert [str(kept.rule) for kept in control.fake.engine.scenarios.list()] == ["code = 500"]


def test_no_reply_tells_a_key(create: Make, poll: Make) -> None:
    control = new_control(Settings(api_keys={KEY: 5_000_000}))
    engine = control.fake.engine
    ask(control, "POST", "/scenarios", {"key": KEY, "latency": "1"})
    job = made(engine, create(key=KEY))
    engine.handle(poll(job, key=KEY, query=(("api_key", KEY), ("generation_id", job)), headers=(("x-api-key", KEY),)))
    paths = ("/state", "/generations", f"/generations/{job}", "/scenarios", "/journal?bodies=true", "/credits")
    told = {path: str(ask(control, "GET", path)) for path in paths}
    assert [path for path, reply in told.items() if KEY in reply] == []
    assert "'rule': {'key': '****', 'latency': '1'}" in told["/scenarios"]


def test_credits_are_told_by_owner(create: Make, poll: Make) -> None:
    control = new_control(Settings(Immediate(), api_keys={"a": 5_000_000, "b": 0}))
    engine = control.fake.engine
    job = made(engine, create(key="a"))
    engine.handle(poll(job, key="a"))
    assert ask(control, "GET", "/credits") == {
        "credits_per_usd": 2_000_000,
        "accounts": [
            {"owner": owner_of("a"), "balance": 3_960_000, "usd": 1.98},
            {"owner": owner_of("b"), "balance": 0, "usd": 0.0},
        ],
    }


def test_without_a_limit_an_account_has_no_balance(control: Control, create: Make) -> None:
    made(control.fake.engine, create(key="a"))
    [account] = items(ask(control, "GET", "/credits"), "accounts")
    assert account == {"owner": owner_of("a"), "balance": None, "usd": None}


def test_the_state_says_how_many_of_everything_there_are(create: Make) -> None:
    control = new_control(Settings(Hold(), api_keys=("key-a", "key-b"), quirks=("succeeded",)))
    engine = control.fake.engine
    jobs = [made(engine, create()) for _ in range(3)]
    engine.finish(jobs[0])
    ask(control, "POST", "/scenarios", {"on": "clip", "code": 404})
    told = member(ask(control, "GET", "/state"))
    assert told["counts"] == {
        "generations": {"queued": 2, "generating": 0, "completed": 1, "error": 0},
        "entries": 3,
        "scenarios": 1,
        "unused_scenarios": 1,
    }
    settings = member(told, "settings")
    assert (settings["progression"], settings["api_keys"], settings["quirks"]) == ("hold", 2, ["succeeded"])
    active = [
        member(quirk)["name"] for quirk in items(ask(control, "GET", "/quirks"), "quirks") if member(quirk)["active"]
    ]
    assert active == ["succeeded"]


def test_generations_are_counted_as_they_stand_now(create: Make) -> None:
    control = new_control(Settings(Time(seconds(2), seconds(8))))
    made(control.fake.engine, create())
    ask(control, "POST", "/clock/advance", {"seconds": 2})
    counts = member(ask(control, "GET", "/state"), "counts", "generations")
    assert counts == {"queued": 0, "generating": 1, "completed": 0, "error": 0}


def test_a_reset_forgets_all_but_the_clock(control: Control, create: Make, poll: Make) -> None:
    job = made(control.fake.engine, create())
    ask(control, "POST", "/scenarios", {"code": 500})
    ask(control, "POST", "/next", {"progression": "immediate"})
    ask(control, "POST", "/clock/advance", {"seconds": 5})
    ask(control, "POST", "/clock/freeze")
    told = member(ask(control, "POST", "/reset"))
    assert told["clock"] == {"now": FIXED_START + 5, "frozen": True}
    assert member(told, "counts")["generations"] == {"queued": 0, "generating": 0, "completed": 0, "error": 0}
    assert ask(control, "GET", "/journal") == {"entries": []}
    engine = control.fake.engine
    assert engine.handle(poll(job)).response.status == 404
    assert statuses(engine, poll(made(engine, create())), 1) == ["queued"]
