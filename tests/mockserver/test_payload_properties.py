"""The fake against the catalogue of ways to break a payload: refused are all under strict, and tolerated few under
lenient; whatever is drawn as valid is taken under both.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.calls import call
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.jsontree import Json, JsonObject, items, member, pointer, text
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import Mutation, full_payload, minimal_payload, violations
from reelmock.contracts.payloads import Validation
from reelmock.contracts.strategies import valid_payloads
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.errors import ErrorFormat
from reelmock.mockserver.journal import Entry
from reelmock.mockserver.settings import Settings as EngineSettings
from reelmock.tests.contracts.strategies.drawing import DATA

CONTRACTS = {
    "shipped": load_contract(),
    "kites": load_contract(DATA / "kites.json"),
    "shapes": load_contract(DATA / "shapes.json"),
}
MODELS = [
    pytest.param(contract, model, id=f"{name}: {model.id}")
    for name, contract in CONTRACTS.items()
    for model in contract.models
]
VALID = {contract.title: valid_payloads(contract=contract) for contract in CONTRACTS.values()}
VALIDATIONS: tuple[Validation, ...] = get_args(Validation)


def engine_of(contract: Contract, validation: Validation, error_format: ErrorFormat = "current") -> Engine:
    return Engine(contract, VirtualClock(), EngineSettings(validation=validation, error_format=error_format))


def send(engine: Engine, payload: Json) -> Entry:
    """What the journal says of a create request with any JSON value as its payload."""
    request = call(engine.contract.job_routes[0].create, key="sk-any", payload={})
    engine.handle(replace(request, body=json.dumps(payload).encode()))
    return engine.journal.entries()[-1]


def success(contract: Contract) -> int:
    return contract.job_routes[0].create.success_status


def catalogue(model: Model) -> list[Mutation]:
    found = violations(model.schema)
    assert len(found) >= 10
    return found


def named_by(issue: Json) -> str:
    """The place that an item of the error's data names."""
    return pointer(step for step in items(issue, "path") if isinstance(step, str | int))


@pytest.mark.parametrize(("contract", "model"), MODELS)
def test_strict_refuses_every_way_to_break_a_payload_and_names_exactly_the_place(
    contract: Contract, model: Model
) -> None:
    engine = engine_of(contract, "strict")
    for mutation in catalogue(model):
        entry = send(engine, mutation.payload)
        error = member(entry.response.json(), "error")
        assert entry.response.status == 400, mutation.sentence
        assert entry.deviations == ()
        if mutation.kind == "non_object":
            assert "It has to be a JSON object" in text(error, "message")
        else:
            assert {named_by(issue) for issue in items(error, "data")} == {mutation.pointer}, mutation.sentence
    assert engine.generations() == []


@pytest.mark.parametrize(("contract", "model"), MODELS)
def test_the_legacy_envelope_names_the_place_too(contract: Contract, model: Model) -> None:
    engine = engine_of(contract, "strict", "legacy")
    for mutation in catalogue(model):
        entry = send(engine, mutation.payload)
        assert entry.response.status == 400, mutation.sentence
        place = ".".join(map(str, mutation.violation.path))
        about = mutation.violation.message if mutation.keyword != "type" else "It has to be a JSON object"
        told = f". {place}: " if place else about
        assert told in text(entry.response.json(), "message")


@pytest.mark.parametrize(("contract", "model"), MODELS)
def test_lenient_takes_exactly_what_is_tolerated_and_notes_where(contract: Contract, model: Model) -> None:
    engine = engine_of(contract, "lenient")
    for mutation in catalogue(model):
        entry = send(engine, mutation.payload)
        assert entry.response.status == (success(contract) if mutation.tolerated else 400), mutation.sentence
        noted = [deviation.pointer for deviation in entry.deviations]
        assert noted == ([mutation.pointer] if mutation.tolerated else []), mutation.sentence


@pytest.fixture(scope="module")
def warm_engines() -> dict[tuple[str, Validation], Engine]:
    """Engines that have judged a payload of each model: what they prepare at first is not an example's time."""
    engines = {
        (contract.title, validation): engine_of(contract, validation)
        for contract in CONTRACTS.values()
        for validation in VALIDATIONS
    }
    for engine in engines.values():
        for model in engine.contract.models:
            send(engine, minimal_payload(model.schema))
    return engines


@pytest.mark.parametrize("validation", VALIDATIONS)
@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=CONTRACTS)
@settings(max_examples=60)
@given(data=st.data())
def test_whatever_is_valid_is_taken_without_a_deviation(
    warm_engines: dict[tuple[str, Validation], Engine], contract: Contract, validation: Validation, data: st.DataObject
) -> None:
    entry = send(warm_engines[contract.title, validation], data.draw(VALID[contract.title]))
    assert (entry.response.status, entry.deviations) == (success(contract), ())


@pytest.mark.parametrize(("contract", "model"), MODELS)
@pytest.mark.parametrize("make", [minimal_payload, full_payload])
def test_the_smallest_and_the_fullest_payload_are_taken(
    contract: Contract, model: Model, make: Callable[[JsonObject], JsonObject]
) -> None:
    for validation in VALIDATIONS:
        assert send(engine_of(contract, validation), make(model.schema)).response.status == success(contract)
