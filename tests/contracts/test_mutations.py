"""The catalogue of mutations: every entry is a payload that is wrong at one place, in just the way that it says."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.formats import format_checker
from reelmock.contracts.instances import UnsatisfiableError
from reelmock.contracts.jsontree import items, member
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import (
    MUTATION_KINDS,
    KindError,
    Mutation,
    check_kinds,
    full_payload,
    minimal_payload,
    mutation_of,
    violations,
)
from reelmock.contracts.payloads import judge_by
from reelmock.contracts.violations import KINDS, broken_rules
from reelmock.tests.independent import Judge, validators

DATA = Path(__file__).parent.parent / "data"
FILES = {file.stem: file for file in [*DATA.glob("specs/*.json"), DATA / "shapes.json", DATA / "kites.json", SHIPPED]}
CONTRACTS: dict[str, Contract] = {name: load_contract(file) for name, file in sorted(FILES.items())}
MODELS = [(name, model) for name, contract in CONTRACTS.items() for model in contract.models]
each_model = pytest.mark.parametrize(("name", "model"), MODELS, ids=[f"{name}: {model.id}" for name, model in MODELS])


@cache
def judges(name: str) -> dict[str, Judge]:
    return validators(json.loads(FILES[name].read_text(encoding="utf-8")))


def catalogue(name: str, model_id: str) -> list[Mutation]:
    return violations(CONTRACTS[name].model(model_id).schema)


def faults(model: Model, mutation: Mutation) -> list[str]:
    """What an entry says that the whole validator, or a judge in either mode, does not find."""
    rules = broken_rules(model.validator.iter_errors(mutation.payload))
    lenient, strict = (judge_by(model, mutation.payload, mode).violations for mode in ("lenient", "strict"))
    said = {
        "place": {rule.pointer for rule in rules} == {mutation.pointer},
        "keywords": {rule.keyword for rule in rules} == {mutation.keyword, *mutation.implied},
        "violation": mutation.violation in rules,
        "implied": mutation.keyword not in mutation.implied and len(mutation.implied) == len({*mutation.implied}),
        "tolerated": mutation.tolerated is not bool(lenient),
        "strict": bool(strict),
        "kind": mutation.kind in MUTATION_KINDS,
        "alone": mutation_of(model, mutation.payload) == mutation,
    }
    return [f"{mutation.sentence}: {what}" for what, right in said.items() if not right]


@each_model
def test_every_entry_is_wrong_at_one_place_in_the_way_that_it_says(name: str, model: Model) -> None:
    """To the whole validator, and to a judge that shares no code (but for what the open schema may take)."""
    found = violations(model.schema)
    assert [fault for mutation in found for fault in faults(model, mutation)] == []
    judge = judges(name)[model.id]
    taken = [mutation for mutation in found if judge(mutation.payload)]
    assert {mutation.kind for mutation in taken} <= {"undeclared_property", "no_branch"}
    assert all(mutation.tolerated for mutation in taken)


@each_model
def test_two_catalogues_are_equal_and_no_entry_is_there_twice(name: str, model: Model) -> None:
    schema = copy.deepcopy(model.schema)
    found, again = violations(model.schema), violations(model.schema)
    assert (found, json.dumps([m.payload for m in found])) == (again, json.dumps([m.payload for m in again]))
    entries = [(m.pointer, m.keyword, json.dumps(m.violation.received), m.sentence) for m in found]
    assert len(entries) == len(set(entries))
    assert model.schema == schema


def containers(node: Any) -> Iterator[int]:
    """The identity of every object and array in a value."""
    if isinstance(node, dict | list):
        yield id(node)
        for inner in node.values() if isinstance(node, dict) else node:
            yield from containers(inner)


@pytest.mark.parametrize("model_id", ["shapes/nested-arrays", "shapes/nested-one-of", "shapes/choices"])
def test_a_payload_can_be_changed_without_changing_another_or_the_schema(model_id: str) -> None:
    found = [list(containers(mutation.payload)) for mutation in catalogue("shapes", model_id)]
    everything = [one for payload in found for one in payload]
    assert len(everything) == len(set(everything))
    assert not {*everything} & {*containers(CONTRACTS["shapes"].model(model_id).schema)}


def promised(schema: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """The kinds that the keywords of a schema ask for, with their places: for keywords that any value can break."""
    for name in items(schema, "required"):
        yield "missing_required", f"{place}/{name}"
    if "properties" in schema:
        yield "undeclared_property", f"{place}/undeclared_property"
    for keyword, kind in KINDS.items():
        breakable = schema.get("format") in format_checker().checkers if keyword == "format" else keyword in schema
        if breakable and kind not in ("missing_required", "undeclared_property", "forbidden_combination"):
            yield ("non_object" if keyword == "type" and not place else kind), place
    for name, inner in member(schema, "properties").items():
        yield from promised(inner, f"{place}/{name}") if isinstance(inner, dict) else ()
    elements = items(schema, "prefixItems") or [schema.get("items")]
    for index, inner in enumerate(elements):
        yield from promised(inner, f"{place}/{index}") if isinstance(inner, dict) else ()
    for part in items(schema, "allOf"):
        yield from promised(part, place)


# Places that can't be broken alone, have no valid value, or none that is known.
LACKING: dict[str, str | tuple[str, ...]] = {
    "shapes/arrays": "/keywords/0",  # the one element is the one that `contains` asks for
    "shapes/choices": "/prompt/0",  # a string or an array: it is a string
    "shapes/strings": "/trigger",
    "shapes/objects": "/headers",
    "shapes/unsatisfiable": ("/effect", "/length", "/never", "/nested", "/slots"),
}


@each_model
def test_every_rule_of_every_place_is_broken(name: str, model: Model) -> None:
    found = {(mutation.kind, mutation.pointer) for mutation in violations(model.schema)}
    lacking = LACKING.get(model.id, "nowhere")
    missing = [entry for entry in promised(model.schema) if entry not in found and not entry[1].startswith(lacking)]
    assert missing == []


def test_every_kind_is_in_some_catalogue() -> None:
    assert {mutation.kind for _, model in MODELS for mutation in violations(model.schema)} == set(MUTATION_KINDS)


FRAME = "`/keyframes/frame1`: an object with"
MISFIT = "not fit any of the 3 forms that are allowed. In the nearest one,"
SEVERAL = "more than one of the 2 forms that are allowed, and may fit one alone"
BESIDE = "beside the other values here"
UNDECLARED = "is not a property that the schema declares"

# document: model → entries of its catalogue: kind, keyword, sentence (which begins with the place).
ENTRIES: dict[str, list[tuple[str, str, str]]] = {
    "openapi: pixverse/v5.5/image-to-video": [
        ("non_object", "type", "an array of 0 items is not of type object"),
        ("missing_required", "required", "`/image_url`: is required and missing"),
        ("null", "type", "`/prompt`: null is not of type string"),
        ("wrong_type", "type", "`/prompt`: 42 is not of type string"),
        ("wrong_type", "type", "`/duration`: '5' is not of type integer"),
        ("wrong_type", "type", "`/seed`: 1.5 is not of type integer"),
        ("not_in_enum", "enum", "`/duration`: 6 is not one of 5, 8, 10"),
        ("bad_format", "format", "`/image_url`: 'boat.jpg' is not a valid uri"),
        ("forbidden_combination", "not", "1080p does not go with 8 seconds"),
        ("undeclared_property", "additionalProperties", f"`/undeclared_property`: {UNDECLARED}"),
    ],
    "kites: boat/one": [
        ("too_short", "minLength", "`/prompt`: has 1 characters; at least 2 are allowed"),
        ("too_long", "maxLength", "`/prompt`: has 11 characters; at most 10 are allowed"),
        ("below_minimum", "minimum", "`/seed`: -1 is less than 0"),
        ("above_maximum", "exclusiveMaximum", "`/scale`: 2 is not less than 2"),
        ("too_few_items", "minItems", "`/frames`: has 0 items; at least 1 are allowed"),
        ("too_many_items", "maxItems", "`/frames`: has 3 items; at most 2 are allowed"),
        ("missing_required", "required", "`/frames/0/at`: is required and missing"),
    ],
    "luma-ai-ray-2: luma/ray-2": [
        ("no_branch", "anyOf", f"{FRAME} 1 member does {MISFIT} `/url`: is required and missing"),
        ("no_branch", "anyOf", f"{FRAME} 2 members does {MISFIT} `/url`: 42 is not of type string"),
        ("no_branch", "anyOf", f"{FRAME} 3 members does {MISFIT} `/undeclared_property`: {UNDECLARED}"),
    ],
    "shapes: shapes/one-of": [("no_branch", "oneOf", f"an object with 3 members fits {SEVERAL}")],
    "shapes: shapes/if-then-else": [
        ("forbidden_combination", "if", f"`/duration`: 3 is less than 4, {BESIDE}"),
        ("forbidden_combination", "if", f"`/duration`: is required and missing, {BESIDE}"),
        ("forbidden_combination", "if", f"this combination is not allowed: `audio`, {BESIDE}"),
    ],
    "shapes: shapes/dependent": [
        ("forbidden_combination", "dependentRequired", "`/image_url`: is missing, and required beside `last_image_url`")
    ],
    "shapes: shapes/numbers": [("broken_rule", "multipleOf", "`/width`: 288 breaks the rule `multipleOf`: 64")],
    "shapes: shapes/arrays": [("not_in_enum", "const", "`/timeline/0`: 'START' is not 'start'")],
    "shapes: shapes/all-of": [("not_in_enum", "enum", "`/duration`: 6 is not one of 5, 10")],
}


@pytest.mark.parametrize(
    ("where", "kind", "keyword", "sentence"),
    [(where, *entry) for where, entries in ENTRIES.items() for entry in entries],
)
def test_an_entry_says_what_is_wrong_and_where(where: str, kind: str, keyword: str, sentence: str) -> None:
    found = {mutation.sentence: mutation for mutation in catalogue(*where.split(": "))}[sentence]
    place = sentence.split("`")[1] if sentence.startswith("`/") else ""
    assert (found.kind, found.keyword, found.pointer) == (kind, keyword, place)


def test_lenient_takes_numeric_strings_and_undeclared_properties_also_in_a_union() -> None:
    tolerated = [mutation.sentence for mutation in catalogue("luma-ai-ray-2", "luma/ray-2") if mutation.tolerated]
    frames = [f"`/keyframes/frame{number}`: an object with 3 members does {MISFIT}" for number in (0, 0, 1, 1)]
    assert tolerated == [
        "`/duration`: '5' is not of type integer",
        *(f"{frame} `/undeclared_property`: {UNDECLARED}" for frame in frames),
        f"`/keyframes/undeclared_property`: {UNDECLARED}",
        f"`/undeclared_property`: {UNDECLARED}",
    ]


# schema of the required member /a → what breaks it: kind, place below /a, value there.
SHAPES: list[tuple[Any, list[tuple[str, str, Any]]]] = [
    ({"type": "boolean"}, [("null", "", None), ("wrong_type", "", "true")]),
    ({"type": ["boolean", "null"]}, [("wrong_type", "", "true"), ("wrong_type", "", "null")]),
    ({"const": "x"}, [("not_in_enum", "", None), ("not_in_enum", "", 42), ("not_in_enum", "", "X")]),
    ({"anyOf": [{"type": "string"}, {"type": "null"}]}, [("no_branch", "", 42)]),
    ({"anyOf": [{"type": "string"}, False]}, [("no_branch", "", None), ("no_branch", "", 42)]),
    ({"oneOf": [{"minimum": 2}, {"maximum": 3}], "type": "integer"}, [("no_branch", "", 2)]),
    ({"type": "array", "items": {"type": "null"}}, [("wrong_type", "", {}), ("wrong_type", "/0", "null")]),
    ({"type": "object", "maxProperties": 0}, [("broken_rule", "", {"undeclared_property": True})]),
    ({"properties": {"b": {"properties": {"c": {}}}}}, [("undeclared_property", "/b/undeclared_property", True)]),
    ({"additionalProperties": {"type": "null"}, "minProperties": 1}, [("wrong_type", "/key_1", "null")]),
    ({"type": "string", "not": {"const": "x"}}, [("forbidden_combination", "", "x")]),
    ({}, []),
    (True, []),
]


@pytest.mark.parametrize(("schema", "expected"), SHAPES, ids=[str(row[0]) for row in SHAPES])
def test_a_place_is_broken_by_what_its_schema_refuses(schema: Any, expected: list[tuple[str, str, Any]]) -> None:
    found = violations({"type": "object", "properties": {"a": schema}, "required": ["a"]})
    below = [(m.kind, m.pointer[2:], m.violation.received) for m in found if m.pointer.startswith("/a")]
    assert [entry for entry in expected if entry not in below] == []
    assert schema not in ({}, True) or below == [("missing_required", "", None)]


@pytest.mark.parametrize("rules", [{"required": ["a"], "maxProperties": 0}, {"required": ["b"]}, {"not": {}}], ids=str)
def test_a_schema_without_a_valid_payload_has_no_catalogue(rules: dict[str, Any]) -> None:
    with pytest.raises(UnsatisfiableError, match=r"properties a, b: .* or a `pattern` needs an `example` beside it$"):
        violations({"type": "object", "properties": {"a": {"type": "boolean"}, "b": {"enum": []}}} | rules)


def test_what_is_valid_or_wrong_at_two_places_is_no_mutation() -> None:
    model = CONTRACTS["kites"].model("boat/one")
    payload = full_payload(model.schema)
    assert mutation_of(model, payload) is None
    assert mutation_of(model, payload | {"seed": "x", "prompt": 5}) is None
    found = mutation_of(model, payload | {"seed": 11})
    assert (found and found.sentence, found and found.implied) == ("`/seed`: 11 is more than 9", ())


MEMBERS: st.SearchStrategy[Any] = st.sampled_from([row[0] for row in SHAPES]) | st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "string", "array"])},
    optional={"minimum": st.just(2), "maxLength": st.just(3), "minItems": st.just(1), "enum": st.just([2, "ab", [1]])},
)
NAMES = st.lists(st.sampled_from("abc"), unique=True)
DECLARED = st.dictionaries(st.sampled_from("abcd"), MEMBERS)
PARTS = st.fixed_dictionaries({}, optional={"required": NAMES, "properties": DECLARED})
SCHEMAS = st.fixed_dictionaries(
    {"type": st.just("object"), "properties": DECLARED},
    optional={
        **dict.fromkeys(("not", "if", "then", "else"), PARTS),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), st.lists(PARTS, min_size=1, max_size=2)),
        "required": NAMES,
        "dependentRequired": st.dictionaries(st.sampled_from("abc"), NAMES),
    },
)


@settings(deadline=None, max_examples=60)
@given(SCHEMAS)
def test_the_catalogue_of_any_schema_is_right_or_there_is_no_payload(schema: dict[str, Any]) -> None:
    model = Model("m", (), schema, "model", "POST /")
    try:
        payloads = [minimal_payload(schema), full_payload(schema)]
    except UnsatisfiableError:
        with pytest.raises(UnsatisfiableError):
            violations(schema)
    else:
        assert all(map(model.validator.is_valid, payloads))
        assert [fault for mutation in violations(schema) for fault in faults(model, mutation)] == []


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ([], "`kinds` is empty: name one or more of null, wrong_type, or leave it out for all"),
        (["nul"], f"there is no kind 'nul'. There are: {', '.join(MUTATION_KINDS)}"),
        (["too_long"], "no place of m1, m2, m3, m4, m5, … can be broken as 'too_long', only as: null, wrong_type"),
    ],
)
def test_kinds_that_there_are_not_are_refused_with_those_that_there_are(chosen: list[str], message: str) -> None:
    models = [Model(f"m{number}", (), {}, "model", "POST /") for number in range(1, 7)]
    check_kinds(["null", "wrong_type"], ["null", "wrong_type"], models)
    with pytest.raises(KindError) as caught:
        check_kinds(chosen, ["null", "wrong_type"], models)
    assert str(caught.value) == message
