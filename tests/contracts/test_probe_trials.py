"""A probe is a payload with one broken place: it costs nothing if the API keeps its document."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import mutation_of, violations
from reelmock.contracts.payloads import Validation, judge_by
from reelmock.contracts.probe_trials import UNKNOWN_MODEL, probe_trials
from reelmock.contracts.trials import Cost, Kind, Sender, Trial
from reelmock.tests.contracts.checking import HOUSE, KEY, MODEL, ROUTE, SHAPES, each_shape, makers, taking

VALIDATIONS: tuple[Validation, ...] = ("lenient", "strict")
each_validation = pytest.mark.parametrize("validation", VALIDATIONS)
each_paid = pytest.mark.parametrize("paid", [False, True])


def probes(
    contract: Contract, validation: Validation = "lenient", *, paid: bool = False, key: str | None = KEY
) -> list[tuple[Trial, Model | None]]:
    """The probes of all routes, each with the model that it is about, or else the route's first."""
    found: list[tuple[Trial, Model | None]] = []
    for maker in makers(contract, key):
        models = contract.models_of(maker.route.create)
        by_id = {model.id: model for model in models}
        first = models[0] if models else None
        sent = probe_trials(maker, models, validation, paid=paid)
        found += [(trial, by_id.get(trial.model, first)) for trial in sent]
    return found


def payload_of(trial: Trial) -> Json:
    return parse_json(trial.request.body)


def is_json(body: bytes) -> bool:
    try:
        parse_json(body)
    except BodyError:
        return False
    return True


def unsound(contract: Contract, validation: Validation, *, paid: bool) -> list[str]:
    """The probes that a server which keeps the document would take, or that are broken at several places."""
    wrong = []
    for trial, model in probes(contract, validation, paid=paid):
        if trial.kind is not Kind.BROKEN:
            continue
        assert model is not None
        payload = payload_of(trial)
        judged_as = validation if paid else "lenient"
        if not judge_by(model, payload, judged_as).violations or mutation_of(model, payload) is None:
            wrong.append(trial.case)
    return wrong


@each_shape
@each_validation
@each_paid
def test_a_broken_payload_is_broken_at_one_place(contract: Contract, validation: Validation, paid: bool) -> None:
    """Lenient validation refuses it too, unless strictness may be paid for."""
    assert unsound(contract, validation, paid=paid) == []


FIELDS: dict[str, JsonObject] = {
    "text": {"type": "string", "minLength": 1, "maxLength": 9},
    "count": {"type": "integer", "minimum": 1, "maximum": 5},
    "share": {"type": "number", "exclusiveMinimum": 0},
    "choice": {"enum": ["a", "b"]},
    "picture": {"type": "string", "format": "uri"},
    "switch": {"type": "boolean"},
    "list": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2},
    "inner": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}}},
    "maybe": {"type": ["string", "null"]},
    "free": {},
}
some_names = st.lists(st.sampled_from(sorted(FIELDS)), unique=True)


@settings(deadline=None, max_examples=30)
@given(names=some_names, required=some_names, validation=st.sampled_from(VALIDATIONS), paid=st.booleans())
def test_probes_of_any_schema_are_sound(
    names: list[str], required: list[str], validation: Validation, paid: bool
) -> None:
    schema: JsonObject = {
        "type": "object",
        "title": "any",
        "required": [name for name in required if name in names],
        "properties": {name: FIELDS[name] for name in names},
    }
    contract = taking(schema)
    assert unsound(contract, validation, paid=paid) == []
    unreadable = [trial for trial, _ in probes(contract, validation, paid=paid) if trial.case in NO_JSON]
    assert [trial.case for trial in unreadable if is_json(trial.request.body)] == []


NO_JSON = {
    f"POST:{name}"
    for name in ("cut_off_json", "single_quotes", "trailing_comma", "no_utf8", "nan", "a_form", "empty_body")
}


@each_shape
@each_paid
def test_a_body_that_is_said_to_be_no_json_is_none(contract: Contract, paid: bool) -> None:
    """A payload without any text, or without members, stays one in single quotes: then another body is sent."""
    found = {trial.case: trial.request.body for trial, _ in probes(contract, paid=paid) if trial.case in NO_JSON}
    assert set(found) == NO_JSON
    assert [case for case, body in found.items() if is_json(body)] == []


def test_with_leave_to_pay_what_is_no_json_comes_near_to_a_payload() -> None:
    """A server that mends it takes it, and shows it."""
    told = {
        trial.case.removeprefix("POST:"): trial.request.body
        for trial, _ in probes(HOUSE, paid=True)
        if trial.case in NO_JSON
    }
    whole = told["cut_off_json"] + b"}"
    assert judge_by(MODEL, parse_json(whole), "strict").violations == ()
    assert parse_json(told["single_quotes"].replace(b"'", b'"')) == parse_json(whole)
    assert parse_json(told["trailing_comma"].replace(b",}", b"}")) == parse_json(whole)
    assert parse_json(told["no_utf8"].replace(b"\xff", b"")) == parse_json(whole)
    assert told["nan"] == whole[:-1] + b', "duration": NaN}'
    without = {trial.case: trial.request.body for trial, _ in probes(HOUSE)}
    assert without["POST:cut_off_json"] == b'{"prompt": "a boat"'


@each_shape
@each_paid
def test_probes_are_posts_with_the_key_that_cost_nothing_if_they_are_refused(contract: Contract, paid: bool) -> None:
    for trial, _ in probes(contract, paid=paid):
        assert (trial.request.method, trial.cost, trial.sender) == ("POST", Cost.PROBE, Sender.OWNER)
        assert trial.creates
        keyed = f"Bearer {KEY}" if trial.route.bearer else None
        assert trial.request.header("authorization") == keyed
        assert trial.forbidden is not None
        assert all(400 <= status < 500 for status in trial.expected)


@each_shape
@each_validation
@each_paid
def test_cases_are_names_of_their_own_without_blanks(contract: Contract, validation: Validation, paid: bool) -> None:
    names = Counter((trial.route.create.key, trial.case) for trial, _ in probes(contract, validation, paid=paid))
    assert [name for name, count in names.items() if count > 1 or name[1].split() != [name[1]]] == []


@each_shape
def test_without_a_key_nothing_is_probed_where_one_is_wanted(contract: Contract) -> None:
    for trial, _ in probes(contract, key=None):
        assert not trial.route.bearer


def test_other_content_types_come_with_a_payload_that_is_broken_too() -> None:
    """A server that does not mind them takes nothing then."""
    sent = [(trial, model) for trial, model in probes(HOUSE) if trial.case in MISTYPED]
    assert {trial.case: trial.request.header("content-type") for trial, _ in sent} == MISTYPED
    for trial, model in sent:
        assert model is not None
        assert judge_by(model, payload_of(trial), "lenient").violations
        assert trial.expected == (415,)


MISTYPED = {
    "POST:text_plain": "text/plain",
    "POST:form": "application/x-www-form-urlencoded",
    "POST:no_content_type": None,
}


def test_an_unknown_model_is_asked_for_where_payloads_name_one() -> None:
    asked = {
        name: [t for t, _ in probes(contract) if t.case == "POST:unknown_model"] for name, contract in SHAPES.items()
    }
    assert not asked["nested"]
    assert not asked["no payload"]
    (trial,) = asked["shipped"]
    assert UNKNOWN_MODEL in str(payload_of(trial))
    assert trial.what == "a model that is not there ('reelmock/no-such-model')"


def test_every_kind_of_mistake_is_probed_early() -> None:
    """An early end leaves many kinds tried: no kind comes again before each has had its turn."""
    sent = [trial.mistake for trial, _ in probes(HOUSE) if trial.kind is Kind.BROKEN and trial.mistake]
    kinds = set(sent)
    assert set(sent[: len(kinds)]) == kinds
    assert kinds == {mutation.kind for mutation in violations(MODEL.schema) if not mutation.tolerated} - {
        "forbidden_combination"
    }


def test_models_take_turns() -> None:
    """One of each model, then the next of each."""
    sent = [trial.model for trial, _ in probes(SHAPES["kites"]) if trial.mistake and trial.kind is Kind.BROKEN]
    assert all(first != second for first, second in pairwise(sent[:6]))


@each_validation
@each_paid
def test_what_an_api_may_well_take_is_probed_with_leave_to_pay_and_last(validation: Validation, paid: bool) -> None:
    sent = [trial for trial, _ in probes(HOUSE, validation, paid=paid) if trial.kind is Kind.BROKEN]
    kinds = [trial.mistake for trial in sent]
    assert ("forbidden_combination" in kinds) is paid
    assert ("undeclared_property" in kinds) is (paid and validation == "strict")
    assert any(trial.case.endswith(":tolerated") for trial in sent) is (paid and validation == "strict")


def test_a_probe_tells_what_is_wrong() -> None:
    told = {trial.case: trial.what for trial, _ in probes(HOUSE)}
    assert told[f"POST:{MODEL.id}:/prompt:missing_required"] == "`/prompt`: is required and missing"
    assert told["POST:array"] == "a body that is an array"
    assert told["POST:text"] == "a body that is a text"
    assert told["POST:empty_body"] == "an empty body"
    assert told["POST:trailing_comma"] == "a body that is no JSON (trailing comma)"
    assert told["POST:no_content_type"] == "no content type"
    assert told["POST:form"] == "the content type application/x-www-form-urlencoded"
    assert ROUTE.bearer


def test_wrong_types_are_told_apart() -> None:
    """What a careless reader takes for a number is not what it takes for a text."""
    sent = [trial.case.partition("wrong_type:")[2] for trial, _ in probes(SHAPES["bounds"], "strict", paid=True)]
    assert {"number", "string", "boolean", "object", "string:tolerated"} <= {*sent}
