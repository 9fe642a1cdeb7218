"""`invalid_payloads`: exactly one place is broken, the label says which and how, and every kind comes up."""

import json
from collections import Counter
from functools import partial
from operator import eq
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator

from reelmock.contracts.contract import Contract
from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import JsonObject, member, pointer
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import KindError, Mutation, violations
from reelmock.contracts.payloads import judge_by
from reelmock.contracts.strategies import invalid_payloads
from reelmock.contracts.strategies.breakages import breakages
from reelmock.contracts.violations import broken_rules
from reelmock.tests.contracts.strategies.drawing import (
    CONTRACTS,
    KITES,
    SHAPES,
    SHIPPED_CONTRACT,
    drawn,
    simplest,
    taking,
    unreached,
)

MODELS = [pytest.param(model, id=f"{name}: {model.id}") for name in CONTRACTS for model in CONTRACTS[name].models]
SHIPPED_MODEL = SHIPPED_CONTRACT.models[0]
SENTENCE = "A paper boat sails down a rainy street."


def check(model: Model, mutation: Mutation) -> None:
    """The label is what the whole validator finds: one place, the kind among its rules, nothing else."""
    errors = Draft202012Validator(model.closed_schema, format_checker=format_checker()).iter_errors(mutation.payload)
    rules = broken_rules(errors)
    assert {pointer(rule.path) for rule in rules} == {mutation.pointer}
    assert (mutation.kind, mutation.keyword) in {(rule.kind, rule.keyword) for rule in rules}
    assert {rule.keyword for rule in rules} == {mutation.keyword, *mutation.implied}
    assert mutation.sentence == str(mutation.violation)
    assert judge_by(model, mutation.payload, "strict").violations
    assert (judge_by(model, mutation.payload, "lenient").violations == ()) is mutation.tolerated


@pytest.mark.parametrize("model", MODELS)
def test_exactly_one_place_is_broken_and_the_label_says_which(model: Model) -> None:
    places = {(mutation.kind, mutation.pointer, mutation.keyword) for mutation in violations(model.schema)}
    for mutation in drawn(invalid_payloads(model), 25):
        check(model, mutation)
        assert (mutation.kind, mutation.pointer, mutation.keyword) in places
        assert json.loads(json.dumps(mutation.payload)) == mutation.payload


def rare_kinds(strategy: SearchStrategy[Mutation], catalogue: set[str], count: int) -> list[str]:
    """The kinds that come up less than a third as often as if all came up alike."""
    counts = Counter(mutation.kind for mutation in drawn(strategy, count))
    assert counts.keys() <= catalogue
    return [kind for kind in catalogue if counts[kind] < count / (3 * len(catalogue))]


def different(strategy: SearchStrategy[Mutation]) -> int:
    """How many different payloads there are among a hundred."""
    return len({json.dumps(mutation.payload, sort_keys=True) for mutation in drawn(strategy, 100)})


SPREAD = [
    *SHIPPED_CONTRACT.models,
    *KITES.models,
    *(SHAPES.model(f"shapes/{name}") for name in ("not", "arrays", "choices")),
]


@pytest.mark.parametrize("model", SPREAD, ids=[model.id for model in SPREAD])
def test_the_kinds_are_spread_but_for_those_of_which_there_are_few_payloads(model: Model) -> None:
    catalogue = {mutation.kind for mutation in violations(model.schema)}
    strategy = invalid_payloads(model)
    rare = rare_kinds(strategy, catalogue, 400) and rare_kinds(strategy, catalogue, 800)
    assert [kind for kind in rare if different(invalid_payloads(model, kinds=[kind])) > 25] == []
    kinds = strategy.map(lambda mutation: mutation.kind)
    assert unreached(kinds, {kind: partial(eq, kind) for kind in catalogue}) == []


def test_the_models_of_a_contract_are_drawn_from_together() -> None:
    names = invalid_payloads(contract=SHAPES).map(lambda mutation: member(mutation.payload).get("model"))
    assert unreached(names, {model.id: partial(eq, model.id) for model in SHAPES.models}) == []


@pytest.mark.parametrize("kind", ["missing_required", "null", "wrong_type", "non_object", "no_branch", "broken_rule"])
def test_kinds_limit_what_is_drawn(kind: str) -> None:
    found = drawn(invalid_payloads(contract=SHAPES, kinds=[kind]), 75)
    assert {mutation.kind for mutation in found} == {kind}


def test_several_kinds_are_drawn_each_as_often_however_often_it_is_named() -> None:
    kinds = ["null", "not_in_enum", "null", "null"]
    counts = Counter(mutation.kind for mutation in drawn(invalid_payloads(kinds=iter(kinds)), 200))
    assert counts.keys() == {"null", "not_in_enum"}
    assert counts["not_in_enum"] > 50


MODEL = "pixverse/v5.5/image-to-video"
THERE = "non_object, missing_required, null, wrong_type, not_in_enum, bad_format, undeclared_property"
ALL = (
    "missing_required, wrong_type, not_in_enum, below_minimum, above_maximum, too_short, too_long, too_few_items, "
    "too_many_items, bad_format, no_branch, forbidden_combination, undeclared_property, null, non_object, broken_rule"
)


@pytest.mark.parametrize(
    ("contract", "model", "kinds", "message"),
    [
        (
            SHIPPED_CONTRACT,
            None,
            [],
            f"`kinds` is empty: name one or more of {THERE}, forbidden_combination, or leave it out for all",
        ),
        (SHIPPED_CONTRACT, None, ["too_wet"], f"there is no kind 'too_wet'. There are: {ALL}"),
        (SHIPPED_CONTRACT, None, ["null", "too_wet", "too_long"], f"there is no kind 'too_wet'. There are: {ALL}"),
        (
            SHIPPED_CONTRACT,
            MODEL,
            ["null", "too_long"],
            f"no place of {MODEL} can be broken as 'too_long', only as: {THERE}, forbidden_combination",
        ),
        (
            KITES,
            "kite/two",
            ["bad_format"],
            "no place of kite/two can be broken as 'bad_format', only as: "
            "non_object, missing_required, not_in_enum, null, wrong_type, undeclared_property",
        ),
    ],
)
def test_kinds_that_can_not_be_are_errors_that_name_the_others(
    contract: Contract, model: str | None, kinds: list[str], message: str
) -> None:
    with pytest.raises(KindError) as caught:
        invalid_payloads(model, contract=contract, kinds=kinds)
    assert str(caught.value) == message


def test_of_many_models_an_error_names_the_first() -> None:
    with pytest.raises(KindError) as caught:
        invalid_payloads(contract=Contract(SHAPES.document, SHAPES.house), kinds=["never"])
    assert str(caught.value) == f"there is no kind 'never'. There are: {ALL}"
    many: list[Any] = [{"properties": {"model": {"const": f"boat/{number}"}}} for number in range(7)]
    with pytest.raises(KindError) as caught:
        invalid_payloads(contract=taking({"oneOf": many}), kinds=["too_long"])
    first = "no place of boat/0, boat/1, boat/2, boat/3, boat/4, … can be broken as 'too_long', only as: "
    assert str(caught.value).startswith(first)


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("missing_required", {"prompt": SENTENCE, "image_url": "https://example.com/input"}),
        ("non_object", None),
        ("bad_format", {"model": MODEL, "prompt": SENTENCE, "image_url": "boat.jpg"}),
    ],
)
def test_a_mutation_shrinks_to_the_first_of_its_kind_in_the_catalogue(kind: str, payload: JsonObject) -> None:
    assert simplest(invalid_payloads(kinds=[kind])).payload == payload


def test_valid_members_may_stand_beside_what_is_broken() -> None:
    found = drawn(invalid_payloads(kinds=["missing_required"]), 100)
    assert {len(mutation.payload) for mutation in found if isinstance(mutation.payload, dict)} == {2, 3, 4}


OF_BOATS = invalid_payloads(KITES.models[0])


@given(st.data())
def test_nothing_is_shared_between_mutations(data: st.DataObject) -> None:
    """Whoever changes a payload changes no other one, and not the catalogue."""
    for _ in range(2):
        mutation = data.draw(OF_BOATS)
        check(KITES.models[0], mutation)
        if isinstance(mutation.payload, dict):
            for value in mutation.payload.values():
                if isinstance(value, list):
                    value.append("changed")
            mutation.payload.clear()


def test_a_breakage_says_briefly_what_it_is() -> None:
    assert [repr(breakage) for breakage in breakages(SHIPPED_MODEL)][:2] == [
        f"{MODEL}: non_object at ''",
        f"{MODEL}: non_object at ''",
    ]
