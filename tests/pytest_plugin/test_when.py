"""`api.when(…)` and the option `scenarios`: rules in Python, and what is said of those that were never used."""

from pathlib import Path
from typing import Any

import httpx
import pytest

import reelmock
from reelmock.mockserver.rules import RuleError
from reelmock.pytest_plugin.errors import UnusedRuleWarning
from reelmock.pytest_plugin.options import OptionError
from reelmock.pytest_plugin.reelmock_api import ReelMock

URL = "https://api.aimlapi.com/v2/video/generations"
HEADERS = {"Authorization": "Bearer sk-anything"}
BOAT = {"model": "pixverse/v5.5/image-to-video", "prompt": "A boat", "image_url": "https://example.com/boat.jpg"}


def create(**members: Any) -> httpx.Response:
    return httpx.post(URL, json=BOAT | members, headers=HEADERS)


def poll(created: httpx.Response) -> Any:
    return httpx.get(URL, params={"generation_id": created.json()["id"]}, headers=HEADERS).json()


def test_a_rule_answers_once_and_then_lets_go() -> None:
    with reelmock.mock() as api:
        api.when(on="create").responds(503, retry_after=2, times=1)
        assert [(reply.status_code, reply.headers.get("retry-after")) for reply in (create(), create())] == [
            (503, "2"),
            (200, None),
        ]


def test_a_rule_shapes_a_generation() -> None:
    with reelmock.mock() as api:
        api.when(prompt="face").fails("face-not-detected").takes("immediate")
        api.when(prompt="odd").fails("Odd", "It was odd").takes("polls:0,0")
        assert poll(create(prompt="A face"))["error"]["message"] == "Could not detect face in the image"
        assert poll(create(prompt="An odd boat"))["error"] == {"name": "Odd", "message": "It was odd"}
        assert poll(create())["status"] == "queued"


def test_every_call_says_more_of_the_same_rule() -> None:
    with reelmock.mock() as api:
        api.when(nth=2).delays(1).drops("close").delays("1..2")
        (kept,) = api.engine.scenarios.list()
        assert str(kept.rule) == 'nth = 2, latency = "1..2", fault = "close"'
        api.when(on="clip").expires(60)
        api.when().quirk("succeeded")
        assert len(api.engine.scenarios.list()) == 3
        api.engine.scenarios.clear()  # so that nobody is told that they were not used


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (
            lambda api: api.when(model="kling*").drops(),
            "api.when(…): no model is called like 'kling*'. There are: pixverse/v5.5/image-to-video, "
            "pixverse/v5-5-image-to-video",
        ),
        (lambda api: api.when(nth=0).drops(), "api.when(…)/nth: 0 is less than 1"),
        (lambda api: api.when(on="poll").drops(), "api.when(…)/on: 'poll' is not one of 'create', 'retrieve', 'clip'"),
        (
            lambda api: api.when().takes("slow"),
            "api.when(…): 'slow' is no progression: wanted immediate, polls:Q,G, time:Q,G (seconds, or MIN..MAX) or "
            "hold",
        ),
        (
            lambda api: api.when().fails("face"),
            "api.when(…): 'face' is no outcome: wanted completed or error:NAME:MESSAGE, or one of error, "
            "content-policy, face-not-detected, provider-timeout, unreadable-image",
        ),
        (
            lambda api: api.when().fails("Http:Error", "It failed"),
            "api.when(…): the name of an error has no colon, and 'Http:Error' has one",
        ),
        (lambda api: api.when(on="create").expires(5), 'api.when(…): `expires_after` is about clips: give on = "clip"'),
        (
            lambda api: api.when(key="sk-other").responds(503),
            "api.when(…)/key: this key is none of those that are taken (1), so no request gets that far",
        ),
    ],
)
def test_a_rule_that_can_not_be_is_told_and_changes_nothing(act: Any, message: str) -> None:
    with reelmock.mock(api_keys="sk-anything") as api:
        with pytest.raises(RuleError) as caught:
            act(api)
        assert (str(caught.value), api.engine.scenarios.active) == (message, False)


def test_a_rule_that_decided_nothing_is_told_at_the_end() -> None:
    def run() -> None:
        with reelmock.mock() as api:
            api.when(nth=5).responds(503)
            api.when(prompt="boat").takes("hold")
            create()

    with pytest.warns(UnusedRuleWarning) as caught:
        run()
    (warning,) = caught
    assert str(warning.message) == (
        "the rule (nth = 5, code = 503) decided nothing; requests like it: 1. Is it written for other requests, or "
        "does an earlier rule say the same?"
    )
    assert warning.filename == __file__


def test_the_option_takes_records_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "scenarios.toml"
    file.write_text("[[rule]]\ncode = 503\n[[rule]]\nprompt = 'nobody'\ncode = 500\n", encoding="utf-8")
    for scenarios in (file, str(file), [{"code": 503}], ({"code": 503},)):
        with reelmock.mock(scenarios=scenarios):
            assert create().status_code == 503


@pytest.mark.parametrize(
    ("scenarios", "error", "message"),
    [
        (5, OptionError, "the option scenarios is 5: wanted the path of a TOML file, or rules as records such as "),
        ([{"cod": 503}], RuleError, "scenarios, rule 1/cod: a rule has no such member. It may have: on, model, "),
        ("gone.toml", RuleError, "gone.toml: the file can't be read (No such file or directory). Check the path"),
    ],
)
def test_an_option_of_no_use_is_told(scenarios: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        reelmock.mock(scenarios=scenarios).__enter__()
    assert str(caught.value).startswith(message)


@pytest.mark.reelmock(scenarios=[{"nth": 2, "code": 503}])
def test_the_marker_has_it_too(reelmock_api: ReelMock) -> None:
    assert [create().status_code, create().status_code] == [200, 503]
    assert [record.reply.status for record in reelmock_api.requests] == [200, 503]


def test_a_decorated_function_is_named_where_its_rule_decided_nothing() -> None:
    @reelmock.mock(scenarios=[{"nth": 5, "code": 503}])
    def run() -> None:
        create()

    with pytest.warns(UnusedRuleWarning) as caught:
        run()
    assert (caught[0].filename, caught[0].lineno) == (__file__, run.__wrapped__.__code__.co_firstlineno)  # type: ignore[attr-defined]


def test_no_repr_shows_the_key_of_a_rule() -> None:
    with reelmock.mock(api_keys=["sk-secret"], scenarios=[{"key": "sk-secret", "code": 503}]) as api:
        assert httpx.post(URL, json=BOAT, headers={"Authorization": "Bearer sk-secret"}).status_code == 503
        assert "sk-secret" not in repr(vars(api)) + repr(api.engine.scenarios.list()) + repr(api.journal.entries())


def test_a_preference_that_no_header_can_echo_is_applied_all_the_same() -> None:
    wanted = 'outcome="error:Ärger:ü", progression=immediate'.encode("latin-1")
    headers = {b"Authorization": b"Bearer sk-anything", b"Prefer": wanted}
    with reelmock.mock():
        job = httpx.post(URL, json=BOAT, headers=headers)
        assert job.headers["preference-applied"] == "outcome, progression=immediate"
        assert poll(job)["error"] == {"name": "Ärger", "message": "ü"}
