"""What is free can't be charged to the key: no POST carries it, and what carries it only reads what is not there."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract
from reelmock.contracts.free_trials import ODD_IDS, free_trials
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.payloads import judge_by
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Cost, Kind, Sender, Trial
from reelmock.tests.contracts.checking import (
    HOUSE,
    KEY,
    ROUTE,
    SHAPES,
    answering,
    document,
    each_shape,
    makers,
    polling,
)


def trials(contract: Contract, key: str | None = KEY) -> list[list[Trial]]:
    """The free trials of each route."""
    return [[*free_trials(maker, contract.models_of(maker.route.create))] for maker in makers(contract, key)]


def carried(trial: Trial) -> list[str]:
    """Whatever could carry a key."""
    return [value for _, value in (*trial.request.headers, *trial.request.query)] + [trial.request.path]


@each_shape
@pytest.mark.parametrize("key", [KEY, None])
def test_no_post_could_create_something_for_the_key(contract: Contract, key: str | None) -> None:
    """Where a route wants no key, no POST is sent at all."""
    for group in trials(contract, key):
        posts = [trial for trial in group if trial.request.method == "POST"]
        assert not any(KEY in value for trial in posts for value in carried(trial))
        assert not any(trial.creates for trial in group)
        assert not posts or posts[0].route.bearer


@given(key=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_no_post_carries_any_key(key: str) -> None:
    for trial in free_trials(TrialMaker(HOUSE, ROUTE, key), HOUSE.models):
        sent = trial.request.header("authorization") or ""
        assert trial.request.method != "POST" or sent.split(" ")[-1] != key or key in ("Bearer", "Basic")
        assert trial.case.split() == [trial.case]


@each_shape
def test_with_the_key_only_ids_that_were_never_given_and_other_methods_are_asked(contract: Contract) -> None:
    for group in trials(contract):
        for trial in group:
            keyed = trial.request.header("authorization") == f"Bearer {KEY}"
            if keyed:
                assert trial.kind in (Kind.UNKNOWN_ID, Kind.NO_ID, Kind.METHOD)
                assert trial.sender is Sender.OWNER
                assert trial.request.method in ("GET", "PUT", "PATCH", "DELETE")
            assert trial.cost is Cost.FREE


@each_shape
@pytest.mark.parametrize("key", [KEY, None])
def test_cases_are_names_of_their_own_without_blanks(contract: Contract, key: str | None) -> None:
    for group in trials(contract, key):
        names = Counter(trial.case for trial in group)
        assert [name for name, count in names.items() if count > 1 or name.split() != [name]] == []


@each_shape
def test_what_is_expected_is_a_refusal(contract: Contract) -> None:
    for group in trials(contract):
        for trial in group:
            assert trial.expected
            assert all(400 <= status < 500 for status in trial.expected)
            assert trial.what


@each_shape
def test_for_each_model_a_valid_payload_is_sent_without_a_key(contract: Contract) -> None:
    """Whatever is wrong with it is not the payload."""
    for maker, group in zip(makers(contract), trials(contract), strict=True):
        models = {model.id: model for model in contract.models_of(maker.route.create)}
        sent = [trial for trial in group if trial.kind is Kind.KEYLESS and trial.request.method == "POST"]
        if maker.route.bearer:
            assert {trial.model for trial in sent} == (set(models) or {""})
        for trial in sent:
            if trial.model:
                judged = judge_by(models[trial.model], parse_json(trial.request.body), "strict")
                assert judged.violations == ()


# Case → value of `Authorization`. The key is never in a POST; a GET may have what is near to it.
WRONG = {
    "POST:wrong_key": "Bearer reelmock-check-wrong-key",
    "POST:empty_key": "Bearer",
    "POST:basic": "Basic cmVlbG1vY2s6Y2hlY2s=",
    "GET:wrong_key": "Bearer reelmock-check-wrong-key",
    "GET:empty_key": "Bearer",
    "GET:basic": "Basic cmVlbG1vY2s6Y2hlY2s=",
    "GET:longer_key": f"Bearer {KEY}x",
    "GET:shorter_key": f"Bearer {KEY[:-1]}",
    "GET:other_case": f"Bearer {KEY.upper()}",
    "GET:no_scheme": KEY,
    "GET:other_scheme": f"Token {KEY}",
}


def test_where_a_right_key_is_known_wrong_ones_are_tried() -> None:
    (group,) = trials(HOUSE)
    found = {
        trial.case: trial.request.header("authorization")
        for trial in group
        if trial.kind is Kind.KEYLESS and trial.request.header("authorization") is not None
    }
    assert found == WRONG
    (without,) = trials(HOUSE, None)
    assert [trial.case for trial in without if trial.request.header("authorization") is not None] == []


@pytest.mark.parametrize("key", ["x", "1234", "ABC", "-"])
def test_what_is_near_to_a_key_is_not_the_key(key: str) -> None:
    """A key of digits is the same in capitals, and one of a single character is nothing without its last."""
    (group,) = trials(HOUSE, key)
    wrong = [trial for trial in group if trial.kind is Kind.KEYLESS]
    sent = [trial.request.header("authorization") for trial in wrong]
    assert f"Bearer {key}" not in sent
    assert "Bearer " not in sent


def test_a_key_behind_another_scheme_is_wrong_by_a_guess_alone() -> None:
    (group,) = trials(HOUSE)
    guessed = {
        trial.case for trial in group if trial.kind is Kind.KEYLESS and trial.forbidden and trial.forbidden.source
    }
    assert {"GET:no_scheme", "GET:other_scheme"} <= guessed
    small = next(trial for trial in group if trial.case == "GET:unknown_id:small_bearer")
    assert (small.request.header("authorization"), small.evidence.inferred) == (f"bearer {KEY}", True)


@each_shape
def test_broken_bodies_without_a_key_are_broken(contract: Contract) -> None:
    for group in trials(contract, None):
        for trial in (trial for trial in group if trial.kind is Kind.KEYLESS_BROKEN):
            typed = trial.request.header("content-type")
            assert typed == "text/plain" or not is_object(trial.request.body), trial.case


def is_object(body: bytes) -> bool:
    try:
        return isinstance(parse_json(body), dict)
    except BodyError:
        return False


@each_shape
def test_ids_are_asked_for_where_somebody_lets_us_in(contract: Contract) -> None:
    for key in (KEY, None):
        for maker, group in zip(makers(contract, key), trials(contract, key), strict=True):
            asked = [trial for trial in group if trial.kind is Kind.UNKNOWN_ID]
            assert bool(asked) is maker.let_in
            forms = {trial.case.removeprefix("GET:unknown_id:") for trial in asked} - {"small_bearer"}
            odd = set(ODD_IDS) if maker.route.id_parameter.location == "query" and maker.let_in else set()
            assert forms == (set(maker.unknown_ids) | odd if maker.let_in else set())


@pytest.mark.parametrize(
    ("shape", "asked"), [("shipped", True), ("by-path", False), ("ids are numbers in the query", False)]
)
def test_a_call_without_an_id_is_made_where_the_query_requires_one(shape: str, asked: bool) -> None:
    (group,) = trials(SHAPES[shape])
    without = [trial for trial in group if trial.kind is Kind.NO_ID]
    assert bool(without) is asked
    for trial in without:
        assert trial.route.id_parameter.name not in dict(trial.request.query)


@each_shape
@pytest.mark.parametrize("key", [KEY, None])
def test_methods_are_tried_that_no_operation_of_the_path_has(contract: Contract, key: str | None) -> None:
    declared = {(operation.method, operation.path) for operation in contract.operations}
    for maker, group in zip(makers(contract, key), trials(contract, key), strict=True):
        # With the key only where a server asks for one first.
        paths = {maker.route.create.path, maker.route.retrieve.path}
        tried = [trial for trial in group if trial.kind is Kind.METHOD]
        assert len(tried) == sum((m, path) not in declared for m in ("PUT", "PATCH", "DELETE") for path in paths)
        for trial in tried:
            assert trial.operation is None
            assert trial.expected == (405, 401)
            assert trial.request.header("authorization") is None
            assert (trial.keyed is not None) == (maker.own_key is not None)
            assert trial.keyed is None or trial.keyed.expected == (405,)


def test_a_method_that_the_path_has_is_not_tried() -> None:
    """It might well do something."""
    paths: JsonObject = {"/films": {"post": answering(), "get": polling(), "delete": answering()}}
    (group,) = trials(document(paths))
    assert {trial.case for trial in group if trial.kind is Kind.METHOD} == {"PUT:create", "PATCH:create"}
