"""`valid_payloads`: whatever is drawn is valid for every judge, the simplest is minimal, and every bound is reached."""

import json
from collections.abc import Callable
from functools import partial
from operator import eq
from typing import Any, TypeAlias

import pytest
from hypothesis import given

from reelmock.contracts.contract import SHIPPED, Contract, UnknownModelError
from reelmock.contracts.document import ContractError
from reelmock.contracts.jsontree import JsonObject, items, member
from reelmock.contracts.models import Model
from reelmock.contracts.strategies import create_requests, invalid_payloads, valid_payloads
from reelmock.tests.contracts.strategies.drawing import (
    CONTRACTS,
    FILES,
    KITES,
    SHAPES,
    SHIPPED_CONTRACT,
    drawn,
    simplest,
    taking,
    unreached,
)
from reelmock.tests.independent import validators

Condition: TypeAlias = Callable[[Any], bool]

MODELS = [pytest.param(name, model, id=f"{name}: {model.id}") for name in CONTRACTS for model in CONTRACTS[name].models]
INDEPENDENT = {file.stem: validators(json.loads(file.read_text(encoding="utf-8"))) for file in FILES}
MODEL = "pixverse/v5.5/image-to-video"


@pytest.mark.parametrize(("name", "model"), MODELS)
def test_every_payload_is_valid_for_every_judge(name: str, model: Model) -> None:
    """For a judge that shares no code with reelmock, and for reelmock's strict one."""
    for payload in drawn(valid_payloads(model.id, contract=CONTRACTS[name]), 40):
        chosen = payload[model.selector]
        assert chosen in (model.id, *model.aliases)
        assert INDEPENDENT[name][str(chosen)].errors(payload) == []
        assert model.validator.is_valid(payload)


@given(valid_payloads(contract=SHAPES))
def test_without_a_model_any_one_of_the_contract_is_drawn(payload: JsonObject) -> None:
    assert INDEPENDENT["shapes"][str(payload["model"])].errors(payload) == []


def test_every_model_of_a_contract_comes_up() -> None:
    names = valid_payloads(contract=SHAPES).map(lambda payload: payload["model"])
    assert unreached(names, {model.id: partial(eq, model.id) for model in SHAPES.models}) == []


URL = "https://example.com"

# Contract, model → its simplest payload beside the model: the required members with the least values.
SIMPLEST: list[tuple[str, str, JsonObject]] = [
    ("openapi", MODEL, {"prompt": "", "image_url": URL}),
    ("kites", "boat/one", {"prompt": "00"}),
    ("kites", "kite/two", {}),
    ("shapes", "shapes/all-of", {"prompt": "0", "duration": 5}),
    ("shapes", "shapes/any-of", {"prompt": "0"}),
    ("shapes", "shapes/one-of", {"prompt": "0"}),
    ("shapes", "shapes/nested-one-of", {"prompt": "0", "camera": {"type": "pan", "degrees": 0}}),
    ("shapes", "shapes/if-then-else", {"prompt": "0"}),
    ("shapes", "shapes/not", {"prompt": "0"}),
    ("shapes", "shapes/dependent", {}),
    ("shapes", "shapes/numbers", {"guidance": 1, "width": 256}),
    ("shapes", "shapes/strings", {"prompt": "000", "tag": "abc-123"}),
    ("shapes", "shapes/arrays", {"effects": ["blur"]}),
    ("shapes", "shapes/nested-arrays", {"masks": [{"url": URL, "trajectory": [{"x": 0, "y": 0}, {"x": 0, "y": 0}]}]}),
    ("shapes", "shapes/objects", {"prompt": "0"}),
    ("shapes", "shapes/choices", {"mode": "pro", "duration": None}),
    ("shapes", "shapes/formats", {"starts_at": "2000-01-01T00:00:00Z", "email": "someone@example.com"}),
    ("shapes", "shapes/unsatisfiable", {"prompt": "0"}),
]


@pytest.mark.parametrize(("name", "model", "members"), SIMPLEST)
def test_payloads_shrink_to_the_minimal_one(name: str, model: str, members: JsonObject) -> None:
    chosen = CONTRACTS[name].model(model)
    assert simplest(valid_payloads(chosen)) == {chosen.selector: model, **members}


@pytest.mark.parametrize(
    ("name", "model"), [row for row in MODELS if "specs" in CONTRACTS[str(row.values[0])].document.file]
)
def test_real_models_shrink_to_what_they_require(name: str, model: Model) -> None:
    assert simplest(valid_payloads(model)).keys() == {model.selector, *items(model.schema, "required")}


@pytest.mark.parametrize(
    ("member", "least"),
    [("duration", 5), ("seed", 0), ("negative_prompt", ""), ("style", "anime"), ("generate_audio_switch", False)],
)
def test_payloads_shrink_to_the_minimal_one_that_still_has_what_matters(member: str, least: object) -> None:
    assert simplest(valid_payloads(), lambda payload: member in payload) == {
        "model": MODEL,
        "prompt": "",
        "image_url": URL,
        member: least,
    }


def all_parts(schema: Any, *keywords: str) -> list[Any]:
    """A schema and all that it is composed of by the keywords."""
    inner = [part for keyword in keywords for part in items(schema, keyword)]
    return [schema, *(found for part in inner for found in all_parts(part, *keywords))]


def there(name: str, condition: Condition = lambda _: True) -> Condition:
    return lambda payload: name in payload and condition(payload[name])


def missing(name: str) -> Condition:
    return lambda payload: name not in payload


def said_by(model: Model) -> dict[str, Condition]:
    """What the schema tells of each member: it can be there, it can be missing where it is optional, its options."""
    required = {
        model.selector,
        *(name for part in all_parts(model.schema, "allOf") for name in items(part, "required")),
    }
    found: dict[str, Condition] = {}
    for part in all_parts(model.schema, "allOf", "anyOf"):
        for name, schema in member(part, "properties").items():
            if name in NEVER.get(model.id, ()):
                continue
            found[f"with {name}"] = there(name)
            if name not in required:
                found[f"without {name}"] = missing(name)
            options = items(schema, "enum")
            for option in options if len(options) < 20 else [options[0], options[-1]]:
                found[f"{name}: {option}"] = there(name, partial(eq, option))
    return found


# Members that no value fits.
NEVER = {"shapes/unsatisfiable": {"effect", "length", "never", "nested"}}


@pytest.mark.parametrize(("name", "model"), MODELS)
def test_every_member_and_option_comes_up_and_what_is_optional_is_missing_at_times(name: str, model: Model) -> None:
    assert unreached(valid_payloads(model, contract=CONTRACTS[name]), said_by(model)) == []


def length(*counts: int) -> list[Condition]:
    return [partial(has_length, count) for count in counts]


def has_length(count: int, value: Any) -> bool:
    return isinstance(value, str | list | dict) and len(value) == count


def equal(*values: object) -> list[Condition]:
    return [partial(eq, value) for value in values]


def of_type(*types: type) -> list[Condition]:
    return [partial(is_a, kind) for kind in types]


def is_a(kind: type, value: object) -> bool:
    return isinstance(value, kind)


# Contract, model, member → bounds and the like that have to be reached.
REACHED: list[tuple[Contract, str, str, list[Condition]]] = [
    (SHIPPED_CONTRACT, MODEL, "prompt", [*length(0), lambda text: max(text, default="") > "\uffff"]),
    (SHIPPED_CONTRACT, MODEL, "seed", [lambda seed: abs(seed) > 2**64, lambda seed: seed < 0, *equal(0)]),
    (KITES, "boat/one", "prompt", length(2, 10)),
    (KITES, "boat/one", "seed", equal(None, 0, 9)),
    (KITES, "boat/one", "scale", [lambda scale: 0 < scale < 1, lambda scale: 1 < scale < 2]),
    (KITES, "boat/one", "frames", length(1, 2)),
    (KITES, "boat/one", "frames", [lambda frames: "url" in frames[0], lambda frames: "url" not in frames[0]]),
    (SHAPES, "shapes/all-of", "prompt", length(1, 500)),
    (SHAPES, "shapes/all-of", "negative_prompt", length(0, 200)),
    (SHAPES, "shapes/nested-one-of", "camera", equal({"type": "still"})),
    (SHAPES, "shapes/nested-one-of", "camera", equal({"type": "pan", "degrees": -180}, {"type": "zoom", "factor": 4})),
    (SHAPES, "shapes/numbers", "seed", equal(0, 2**32 - 1)),
    (SHAPES, "shapes/numbers", "width", equal(256, 1920)),
    (SHAPES, "shapes/numbers", "fps", equal(24, 60)),
    (SHAPES, "shapes/numbers", "steps", equal("auto", 1, 50)),
    (SHAPES, "shapes/arrays", "effects", length(1, 3)),
    (SHAPES, "shapes/arrays", "seeds", length(2, 4)),
    (SHAPES, "shapes/arrays", "keywords", length(1, 4)),
    (SHAPES, "shapes/objects", "weights", length(1, 2)),
    (SHAPES, "shapes/objects", "labels", length(0, 2)),
    (SHAPES, "shapes/objects", "options", length(1, 3)),
    (SHAPES, "shapes/objects", "anything", length(0, 2)),
    (SHAPES, "shapes/choices", "extra", of_type(type(None), str, int)),
    (SHAPES, "shapes/choices", "prompt", of_type(str, list)),
    (SHAPES, "shapes/choices", "seed", equal(None, 0)),
    (SHAPES, "shapes/choices", "notify", [*equal(None), *length(0, 2)]),
    (SHAPES, "shapes/choices", "audio", [*equal(True), *length(30)]),
]
IDS = [f"{model} {name} {number}" for number, (_, model, name, _) in enumerate(REACHED)]


@pytest.mark.parametrize(("contract", "model", "name", "conditions"), REACHED, ids=IDS)
def test_bounds_are_reached(contract: Contract, model: str, name: str, conditions: list[Condition]) -> None:
    inside = {str(number): there(name, condition) for number, condition in enumerate(conditions)}
    assert unreached(valid_payloads(model, contract=contract), inside) == []


def test_a_model_can_be_named_by_id_by_alias_or_be_given() -> None:
    model = KITES.model("boat/one")
    for named in ("boat/one", "boat/1", "boat-uno"):
        assert drawn(valid_payloads(named, contract=KITES), 20) == drawn(valid_payloads(model), 20)


@pytest.mark.parametrize("strategy", [valid_payloads, invalid_payloads, create_requests])
def test_an_unknown_model_and_a_contract_without_models_are_errors(strategy: Any) -> None:
    with pytest.raises(UnknownModelError) as unknown:
        strategy("boat/three", contract=KITES)
    assert str(unknown.value) == "the contract has no model 'boat/three'. It has: boat/one, kite/two"
    empty = CONTRACTS["universal-video-fetch"]
    with pytest.raises(ContractError) as none:
        strategy(contract=empty)
    problem = "no operation takes a payload. Give a document with a create operation."
    assert str(none.value) == f"{empty.document.file} at /paths: {problem}"


def test_a_model_whose_selector_is_not_declared_has_payloads_without_it() -> None:
    contract = taking({"type": "object", "title": "boat", "properties": {"prompt": {"const": "row"}}})
    found = drawn(valid_payloads("boat", contract=contract), 10)
    assert {*map(json.dumps, found)} == {"{}", '{"prompt": "row"}'}


def test_a_payload_names_its_model_even_where_the_schema_does_not_insist() -> None:
    contract = taking({"type": "object", "properties": {"model": {"const": "boat"}, "prompt": {"const": "row"}}})
    found = drawn(valid_payloads(contract=contract), 10)
    assert {*map(json.dumps, found)} == {'{"model": "boat"}', '{"model": "boat", "prompt": "row"}'}


def test_the_shipped_contract_is_the_usual_one() -> None:
    assert SHIPPED_CONTRACT.document.file == str(SHIPPED)
    assert drawn(valid_payloads(), 30) == drawn(valid_payloads(MODEL, contract=SHIPPED_CONTRACT), 30)
