"""An ordered list of rules: the first one that says something counts, and each counts how often it was used."""

import threading
from typing import Any

import pytest

from reelmock.contracts.jsontree import JsonObject
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.plan import Failed, Hold, Immediate, Span
from reelmock.mockserver.rules import NOTHING, Effect, On, Rule, Situation, read_rule
from reelmock.mockserver.scenarios import Scenarios, UnknownRuleError

CREATE, RETRIEVE = Situation(On.CREATE), Situation(On.RETRIEVE)


def rule(**record: Any) -> Rule:
    return read_rule(record, "here", {})


def codes(scenarios: Scenarios, count: int) -> list[int | None]:
    return [scenarios.effect(CREATE)[0].code for _ in range(count)]


def test_without_rules_nothing_happens() -> None:
    scenarios = Scenarios()
    assert (scenarios.active, scenarios.read_payloads, scenarios.effect(CREATE)) == (False, False, (NOTHING, ()))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ({}, [503, 503, 503]),
        ({"nth": 2}, [None, 503, None]),
        ({"times": 2}, [503, 503, None]),
        ({"on": "retrieve"}, [None, None, None]),
    ],
)
def test_a_rule_counts_the_requests_that_it_is_about(record: JsonObject, expected: list[int | None]) -> None:
    assert codes(Scenarios([rule(code=503, **record)]), 3) == expected


def test_a_rate_is_a_share_drawn_from_the_seed() -> None:
    first, again, other = (codes(Scenarios([rule(code=503, rate=0.3)], seed), 400) for seed in ("a", "a", "b"))
    assert first == again != other
    assert 80 < first.count(503) < 160


def test_the_first_rule_that_says_something_counts() -> None:
    scenarios = Scenarios(
        [rule(progression="hold"), rule(outcome="error:A:B", progression="immediate"), rule(latency="2")]
    )
    assert scenarios.effect(CREATE) == (
        Effect(progression=Hold(), outcome=Failed("A", "B"), latency=Span(2, 2)),
        ("rule-1", "rule-2", "rule-3"),
    )


def test_what_becomes_of_one_reply_comes_from_one_rule() -> None:
    """A status of one rule with the Retry-After of another would be what nobody asked for."""
    scenarios = Scenarios([rule(code=500, times=1), rule(code=429, retry_after=5), rule(fault="reset")])
    assert scenarios.effect(RETRIEVE) == (Effect(code=500), ("rule-1",))
    assert scenarios.effect(RETRIEVE) == (Effect(code=429, retry_after_s=5), ("rule-2",))
    assert [kept.used for kept in scenarios.list()] == [1, 1, 0]
    assert [kept.id for kept in scenarios.unused()] == ["rule-3"]


def test_a_request_that_creates_nothing_uses_no_plan() -> None:
    scenarios = Scenarios([rule(outcome="error:A:B"), rule(code=503, times=1)])
    assert scenarios.effect(CREATE) == (Effect(code=503), ("rule-2",))
    assert scenarios.effect(CREATE) == (Effect(outcome=Failed("A", "B")), ("rule-1",))
    assert [kept.used for kept in scenarios.list()] == [1, 1]


def test_keys_are_never_shown() -> None:
    scenarios = Scenarios([rule(code=503, key="secret")])
    assert "secret" not in repr(scenarios.list()) + repr(Situation(On.CREATE, key="secret"))


def test_what_was_said_before_goes_before_rules() -> None:
    scenarios = Scenarios([rule(code=500), rule(progression="immediate")])
    scenarios.delete("rule-1")
    effect, used = scenarios.effect(CREATE, Effect(fault=Fault.RESET))
    assert effect == Effect(fault=Fault.RESET, progression=Immediate())
    assert used == ("rule-2",)


def test_rules_are_added_replaced_and_deleted_by_id() -> None:
    scenarios = Scenarios([rule(code=500), rule(code=501)])
    assert scenarios.add(rule(code=502)) == "rule-3"
    codes(scenarios, 1)
    scenarios.replace("rule-1", rule(code=503))
    assert [(kept.id, kept.rule.effect.code, kept.used) for kept in scenarios.list()] == [
        ("rule-1", 503, 0),
        ("rule-2", 501, 0),
        ("rule-3", 502, 0),
    ]
    scenarios.delete("rule-1")
    assert codes(scenarios, 1) == [501]
    scenarios.clear()
    assert (scenarios.active, scenarios.add(rule(code=500))) == (False, "rule-4")


@pytest.mark.parametrize("act", [lambda s: s.delete("rule-9"), lambda s: s.replace("rule-9", rule(code=500))])
def test_an_unknown_rule_is_told_with_the_known_ones(act: Any) -> None:
    for scenarios, known in ((Scenarios([rule(code=500)]), "rule-1"), (Scenarios(), "none")):
        with pytest.raises(UnknownRuleError) as caught:
            act(scenarios)
        assert str(caught.value) == f"there is no rule 'rule-9'. There are: {known}"


def test_only_rules_about_payloads_want_them_read() -> None:
    assert [
        Scenarios([rule(code=500, **record)]).read_payloads for record in ({}, {"model": "a"}, {"prompt": "b"})
    ] == [
        False,
        True,
        True,
    ]


def test_threads_never_use_a_rule_more_often_than_it_says() -> None:
    scenarios = Scenarios([rule(code=503, times=50)])
    found: list[int | None] = []
    threads = [threading.Thread(target=lambda: found.extend(codes(scenarios, 20))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found.count(503), len(found)) == (50, 160)
