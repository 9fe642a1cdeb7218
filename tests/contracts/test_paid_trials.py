"""What is paid for is valid: payloads as unusual as the document allows, each with the same ones without a trait."""

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract
from reelmock.contracts.json_body import parse_json
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.paid_trials import OTHER_SPELLINGS, VARIANTS, WITHOUT, paid_trials
from reelmock.contracts.payloads import judge_payload
from reelmock.contracts.trials import Cost, Kind, Sender, Trial
from reelmock.tests.contracts.checking import HOUSE, KEY, MODEL, SHAPES, each_shape, makers, taking


def groups(contract: Contract, key: str | None = KEY) -> list[tuple[Trial, ...]]:
    """Of all routes: each payload with those to try where it is refused."""
    return [
        group for maker in makers(contract, key) for group in paid_trials(maker, contract.models_of(maker.route.create))
    ]


def trials(contract: Contract) -> list[Trial]:
    return [trial for group in groups(contract) for trial in group]


@each_shape
def test_every_payload_is_valid_by_the_strictest_reading(contract: Contract) -> None:
    """And it is about the model that it is said to be about."""
    for trial in trials(contract):
        judged = judge_payload(contract, trial.route.create, parse_json(trial.request.body), "strict")
        assert (judged.violations, judged.deviations) == ((), ()), trial.case
        assert trial.model == (judged.model.id if judged.model is not None else "")


SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "text": st.integers(0, 9).map(lambda low: {"type": "string", "minLength": low, "maxLength": low + 40}),
        "whole": st.integers(-9, 9).map(lambda low: {"type": "integer", "minimum": low, "maximum": low * 2 + 20}),
        "share": st.just({"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
        "choice": st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, unique=True).map(lambda e: {"enum": e}),
        "switch": st.just({"type": "boolean"}),
        "picture": st.just({"type": "string", "format": "uri"}),
        "list": st.integers(1, 5).map(
            lambda most: {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": most}
        ),
        "maybe": st.just({"type": ["string", "null"]}),
    },
)


@settings(deadline=None, max_examples=50)
@given(properties=SCHEMAS, needed=st.booleans())
def test_payloads_of_any_schema_are_valid(properties: dict[str, JsonObject], needed: bool) -> None:
    schema: JsonObject = {
        "type": "object",
        "title": "any",
        "properties": {**properties},
        "required": [*properties] if needed else [],
    }
    contract = taking(schema)
    for trial in trials(contract):
        payload = parse_json(trial.request.body)
        assert judge_payload(contract, trial.route.create, payload, "strict").violations == (), trial.case


@each_shape
def test_a_paid_trial_is_a_post_with_the_key(contract: Contract) -> None:
    for trial in trials(contract):
        assert (trial.kind, trial.cost, trial.sender, trial.creates) == (Kind.VALID, Cost.PAID, Sender.OWNER, True)
        assert trial.request.header("authorization") == (f"Bearer {KEY}" if trial.route.bearer else None)
        assert trial.expected == (trial.route.create.success_status,)
        assert (trial.request.header("content-type") or "").lower().startswith("application/json")


@each_shape
def test_cases_are_names_of_their_own_without_blanks(contract: Contract) -> None:
    names = Counter((trial.route.create.key, trial.case) for trial in trials(contract))
    assert [name for name, count in names.items() if count > 1 or name[1].split() != [name[1]]] == []


@each_shape
def test_what_is_tried_after_a_refusal_is_named_after_what_was_refused(contract: Contract) -> None:
    for first, *others in groups(contract):
        assert WITHOUT not in first.case
        assert all(other.case.startswith(first.case + WITHOUT) for other in others)
        assert {other.model for other in others} <= {first.model}


@each_shape
def test_without_a_key_nothing_is_paid_where_one_is_wanted(contract: Contract) -> None:
    for first, *_ in groups(contract, None):
        assert not first.route.bearer


def test_all_of_the_first_model_comes_before_one_of_each_other_and_then_the_rest() -> None:
    models = [model.id for model in SHAPES["kites"].models]
    order = [first.model for first, *_ in groups(SHAPES["kites"])]
    assert order == [models[0]] * len(VARIANTS) + [models[1]] * len(VARIANTS)
    many = [first.model for first, *_ in groups(SHAPES["shapes"])]
    known = [model.id for model in SHAPES["shapes"].models]
    assert many[: len(VARIANTS) + len(known) - 1] == [known[0]] * len(VARIANTS) + known[1:]


def test_a_route_without_a_payload_is_called_as_it_is() -> None:
    ((trial,),) = groups(SHAPES["no payload"])
    assert (trial.case, trial.what, trial.model) == ("POST:valid", "a call without a payload", "")
    assert trial.request.body == b"{}"


def test_the_shipped_model_is_tried_in_many_ways() -> None:
    told = [first.what for first, *_ in groups(HOUSE)]
    assert told[0] == (
        "a valid payload with texts of 20,000 characters, or as many as are allowed and characters beyond the Basic "
        "Multilingual Plane and negative numbers, or the smallest that are allowed"
    )
    assert told[-1] == "a valid payload with every member"
    without = [trial.case.rpartition(WITHOUT)[2] for trial in groups(HOUSE)[0][1:]]
    assert without == ["long_text", "non_bmp_text", "negative_number", "choices"]
    assert groups(HOUSE)[0][0].case == f"POST:{MODEL.id}:valid:unusual"


def test_each_choice_of_a_short_enum_is_tried() -> None:
    sent = [parse_json(first.request.body) for first, *_ in groups(HOUSE)]
    tried = {payload.get("thinking_type") for payload in sent if isinstance(payload, dict)} - {None}
    assert tried == {"enabled", "disabled", "auto"}


@pytest.mark.parametrize(
    ("name", "content_type", "begins"),
    [
        ("unusual", "application/json", b'{"'),
        ("minimal", "application/json; charset=utf-8", b'{"'),
        ("first", "application/json", b'\n {\n  "'),
        ("second", "Application/JSON", b'{"'),
        ("third", "application/json", b'{"model":"'),
    ],
)
def test_payloads_are_written_in_several_ways(name: str, content_type: str, begins: bytes) -> None:
    first, *others = next(group for group in groups(HOUSE) if group[0].case.endswith(f":{name}"))
    assert first.request.header("content-type") == content_type
    assert first.request.body.startswith(begins)
    for other in others:
        plain = other.case.endswith(f"{WITHOUT}writing")
        assert other.request.header("content-type") == ("application/json" if plain else content_type)


def test_characters_come_as_utf_8_and_as_escapes() -> None:
    sent = {first.case.rpartition(":")[2]: first.request.body for first, *_ in groups(HOUSE)}
    assert "\U0001f3ac".encode() in sent["unusual"]
    assert b"m\\u00f6re" in sent["first"]


def test_another_writing_says_the_same() -> None:
    for first, *others in groups(HOUSE):
        for other in others:
            if other.case.endswith(f"{WITHOUT}writing"):
                assert parse_json(other.request.body) == parse_json(first.request.body)


def test_that_a_header_may_be_spelled_otherwise_is_a_guess_and_json_is_none() -> None:
    """Where only the usual header is taken, something was learned; where only usual JSON is, that is drift. A number
    with a point and a `data:` URI are what the schema allows and many servers do not."""
    guessed = [trial.case.split(":")[-1] for trial in trials(HOUSE) if trial.evidence == OTHER_SPELLINGS]
    assert guessed == [
        *(f"minimal{WITHOUT}writing", f"first{WITHOUT}data_uri", f"second{WITHOUT}writing"),
        f"third{WITHOUT}number_with_a_point",
    ]


def test_a_trait_that_changes_nothing_is_not_named() -> None:
    """Nobody should look for long texts in a payload without any."""
    for first, *others in groups(SHAPES["no text"]):
        assert "text" not in first.what
        assert {other.case.rpartition(WITHOUT)[2] for other in others} <= {"writing", "choices"}


def test_a_small_payload_without_traits_is_told_so() -> None:
    told = {first.case.rpartition(":")[2]: first.what for first, *_ in groups(SHAPES["no text"])}
    assert told["minimal"] == "a valid payload with the required members"
    assert told["defaults"] == "a valid payload with every member"


def test_what_is_tried_after_a_refusal_lacks_just_what_it_is_named_after() -> None:
    first, *others = groups(HOUSE)[0]
    without = {other.case.rpartition(WITHOUT)[2]: other.request.body for other in others}
    marks = {"long_text": re.compile(rb"[^\"]{4000}"), "non_bmp_text": re.compile("\U0001f3ac".encode())}
    for name, mark in {**marks, "negative_number": re.compile(rb"-7\b")}.items():
        assert mark.search(first.request.body), name
        assert {other for other, body in without.items() if not mark.search(body)} == {name}
