"""Rules of scenarios: records are read or refused with their place, and match what they say."""

import math
from collections.abc import Mapping

import pytest
from jsonschema import Draft202012Validator

from reelmock.contracts.jsontree import Json, JsonObject, items, member
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.plan import Completed, Failed, Hold, Outcome, Span
from reelmock.mockserver.rules import (
    EFFECTS,
    NOTHING,
    RULE_SCHEMA,
    BodyFault,
    Effect,
    On,
    RuleError,
    Situation,
    read_rule,
)

ERRORS: Mapping[str, Outcome] = {"face": Failed("Face", "There is none")}


@pytest.mark.parametrize(
    ("record", "effect"),
    [
        ({"progression": "hold"}, Effect(progression=Hold())),
        ({"outcome": "completed"}, Effect(outcome=Completed())),
        ({"outcome": "face"}, Effect(outcome=Failed("Face", "There is none"))),
        ({"outcome": "error:A:B: C"}, Effect(outcome=Failed("A", "B: C"))),
        ({"quirks": ["succeeded", "waiting"]}, Effect(quirks=("succeeded", "waiting"))),
        ({"code": 503, "retry_after": 2}, Effect(code=503, retry_after_s=2)),
        ({"retry_after": 0.5, "retry_after_form": "date"}, Effect(retry_after_s=0.5, retry_after_date=True)),
        ({"headers": {"X-A": "b"}}, Effect(headers=(("x-a", "b"),))),
        ({"body": "html"}, Effect(body=BodyFault.HTML)),
        ({"fault": "reset-body"}, Effect(fault=Fault.RESET_BODY)),
        ({"latency": "1..2"}, Effect(latency=Span(1, 2))),
        ({"on": "clip", "expires_after": 60}, Effect(expires_after_s=60)),
    ],
    ids=str,
)
def test_a_record_states_an_effect(record: JsonObject, effect: Effect) -> None:
    assert read_rule(record, "here", ERRORS).effect == effect


NO_KEY = "no header can carry this key: wanted ASCII characters without outer spaces"
BAD: list[tuple[Json, str]] = [
    ("no record", "here: 'no record' is not of type object"),
    ({}, f"here: the rule does nothing. Give it {', '.join(EFFECTS)}"),
    ({"model": "a"}, f"here: the rule does nothing. Give it {', '.join(EFFECTS)}"),
    ({"cod": 503}, f"here/cod: a rule has no such member. It may have: {', '.join(member(RULE_SCHEMA, 'properties'))}"),
    ({"code": 99}, "here/code: 99 is less than 200"),
    ({"code": "503"}, "here/code: '503' is not of type integer"),
    ({"nth": 0, "code": 503}, "here/nth: 0 is less than 1"),
    ({"retry_after": -1}, "here/retry_after: -1 is less than 0"),
    ({"rate": 1.5, "code": 503}, "here/rate: 1.5 is more than 1"),
    ({"latency": "-1"}, "here: '-1' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
    (
        {"progression": "polls:1"},
        "here: '1' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)",
    ),
    ({"outcome": "fail"}, "here: 'fail' is no outcome: wanted completed or error:NAME:MESSAGE, or one of face"),
    (
        {"on": "retrieve", "outcome": "face"},
        "here: a progression, an outcome or a quirk is decided at the create, and `on` is retrieve",
    ),
    ({"headers": {"a b": "c"}}, "here/headers: 'a b' breaks the rule `pattern`: '^[A-Za-z0-9!#$%&'*+.^_`|~-]+$'"),
    ({"headers": {"a": "b\r\nc: d"}}, "here/headers/a: 'b\r\nc: d' breaks the rule `pattern`: '^[ -~]*$'"),
    (
        {"headers": {"Content-Length": "many"}},
        "here/headers: a connection can carry no transfer-encoding, and a content-length of 1 to 15 digits",
    ),
    (
        {"headers": {"content-length": "9" * 16}},
        "here/headers: a connection can carry no transfer-encoding, and a content-length of 1 to 15 digits",
    ),
    ({"headers": {"X-A": "b\n"}}, "here/headers: a header can carry no line breaks, and no outer spaces"),
    ({"headers": {"X-A\n": "b"}}, "here/headers: a header can carry no line breaks, and no outer spaces"),
    (
        {"retry_after": 2, "headers": {"Retry-After": "5"}},
        "here: `retry_after` and the header Retry-After contradict each other: give one of them",
    ),
    (
        {"code": 503, "outcome": "face"},
        "here: `code` and `outcome` contradict each other: with a code nothing is created",
    ),
    (
        {"code": 503, "progression": "hold"},
        "here: `code` and `progression` contradict each other: with a code nothing is created",
    ),
    (
        {"code": 503, "quirks": ["succeeded"]},
        "here: `code` and `quirks` contradict each other: with a code nothing is created",
    ),
    (
        {"on": "clip", "code": 404, "expires_after": 5},
        "here: `code` and `expires_after` contradict each other: with a code nobody looks how old the link is",
    ),
    ({"nth": 1, "rate": 0.5, "code": 503}, "here: `nth` and `rate` contradict each other: `nth` is one request"),
    (
        {"on": "clip", "key": "k", "code": 404},
        "here: `key` is about creates and retrieves: clips are asked for without a key",
    ),
    ({"key": " k", "code": 500}, f"here/key: {NO_KEY}"),
    ({"key": "schlüssel", "code": 500}, f"here/key: {NO_KEY}"),
    ({"key": ["sk-secret"], "code": 500}, "here/key: an array of 1 item is not of type string"),
    ({"rate": math.nan, "code": 500}, "here/rate: nan is no number"),
    ({"retry_after": math.inf}, "here/retry_after: inf is more than 10000000"),
    ({"expires_after": 5}, 'here: `expires_after` is about clips: give on = "clip"'),
    ({"nth": 1, "times": 2, "code": 503}, "here: `nth` and `times` contradict each other: `nth` is one request"),
    (
        {"quirks": ["video-list", "video-strings"]},
        "here: the quirks 'video-list' and 'video-strings' contradict each other: both say what the result of the same "
        "reply is. Give one of them",
    ),
    ({"code": 503, "retry_after_form": "date"}, "here: `retry_after_form` needs `retry_after`"),
]


@pytest.mark.parametrize(("record", "message"), BAD, ids=str)
def test_a_record_that_is_no_rule_is_refused_with_its_place(record: Json, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rule(record, "here", ERRORS)
    assert str(caught.value) == message


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(RuleError, match=r"here/code: .*; here/fault: .*"):
        read_rule({"code": 1, "fault": "x"}, "here", ERRORS)


def test_whole_numbers_may_be_written_with_a_point() -> None:
    rule = read_rule({"code": 503.0, "times": 2.0}, "here", ERRORS)
    assert (str(rule.effect.code), str(rule.times)) == ("503", "2")


@pytest.mark.parametrize(
    ("said", "situation", "matches"),
    [
        ({}, Situation(On.CREATE), True),
        ({}, Situation(On.RETRIEVE), True),
        ({}, Situation(On.CLIP), False),
        ({"on": "clip"}, Situation(On.CLIP), True),
        ({"on": "retrieve"}, Situation(On.CREATE), False),
        ({"model": "a/*"}, Situation(On.CREATE, models=("a/b",)), True),
        ({"model": "a/*"}, Situation(On.CREATE, models=("b/a",)), False),
        ({"prompt": "CAT"}, Situation(On.CREATE, texts=("x", "A black cat")), True),
        ({"prompt": "cat"}, Situation(On.CREATE, texts=("dog",)), False),
        ({"key": "k"}, Situation(On.CREATE, key="k"), True),
        ({"key": "k"}, Situation(On.CREATE, key="other"), False),
    ],
    ids=str,
)
def test_a_rule_matches_what_it_says(said: JsonObject, situation: Situation, matches: bool) -> None:
    assert read_rule({"code": 503} | said, "here", ERRORS).matches(situation) is matches


def test_a_rule_about_a_generation_is_about_creates() -> None:
    rule = read_rule({"outcome": "face"}, "here", ERRORS)
    assert (rule.matches(Situation(On.CREATE)), rule.matches(Situation(On.RETRIEVE))) == (True, False)


def test_a_rule_is_told_without_its_key() -> None:
    rule = read_rule({"key": "secret", "code": 503, "model": "a"}, "here", ERRORS)
    assert str(rule) == 'code = 503, model = "a"'


def test_an_effect_goes_over_another_where_it_says_something() -> None:
    first, second = Effect(code=503), Effect(code=429, fault=Fault.RESET)
    assert first.over(second) == Effect(code=503, fault=Fault.RESET)
    assert NOTHING.over(second) == second
    assert second.aspects() == ["code", "fault"]


def test_the_schema_is_one_and_names_what_the_code_knows() -> None:
    Draft202012Validator.check_schema(RULE_SCHEMA)
    properties = member(RULE_SCHEMA, "properties")
    assert items(properties, "on", "enum") == [*On]
    assert items(properties, "fault", "enum") == [*Fault]
    assert items(properties, "body", "enum") == [*BodyFault]
    assert all(text["description"] for text in properties.values())  # type: ignore[index,call-overload]  # objects
