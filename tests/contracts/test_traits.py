"""A trait makes a valid payload unusual, and leaves it valid."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts import traits
from reelmock.contracts.instances import full_payload
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.models import Model
from reelmock.contracts.traits import LARGEST, LONG, PIXEL, SPECIAL, Trait, with_traits
from reelmock.tests.contracts.checking import SHAPES

ALL = {trait.name: trait for trait in vars(traits).values() if isinstance(trait, Trait)}
MODELS = [(shape, model) for shape, contract in SHAPES.items() for model in contract.models]
each_model = pytest.mark.parametrize("model", [m for _, m in MODELS], ids=[f"{shape}: {m.id}" for shape, m in MODELS])


def model_of(**properties: JsonObject) -> Model:
    """A model with these properties."""
    return Model("any", (), {"type": "object", "properties": {**properties}}, "model", "POST /films")


def changed(trait: Trait, schema: JsonObject, value: Json) -> Json:
    """What a trait makes of a value of one property."""
    return with_traits(model_of(a=schema), {"a": value}, (trait,))["a"]


TEXT: JsonObject = {"type": "string"}
WHOLE: JsonObject = {"type": "integer"}
URI: JsonObject = {"type": "string", "format": "uri"}
LIST: JsonObject = {"type": "array", "items": TEXT}

# (Trait, schema, value) → what becomes of it.
CHANGES: list[tuple[str, JsonObject, Json, Json]] = [
    ("empty_text", TEXT, "boat", ""),
    ("empty_text", {**TEXT, "minLength": 3}, "boat", "xxx"),
    ("blank_text", TEXT, "boat", " "),
    ("blank_text", {**TEXT, "minLength": 3}, "boat", " xx"),
    ("empty_text", {**TEXT, "enum": ["boat"]}, "boat", "boat"),
    ("empty_text", {**TEXT, "pattern": "."}, "boat", "boat"),
    ("empty_text", URI, "https://a.example", "https://a.example"),
    ("empty_text", {"type": ["string", "null"]}, "boat", "boat"),
    ("special_text", TEXT, "A boat", SPECIAL),
    ("special_text", {**TEXT, "maxLength": 20}, "A boat", "A boat"),
    ("non_bmp_text", TEXT, "A boat on a lake", "\U0001f3ac \U0001d4e1 at on a lake"),
    ("long_text", {**TEXT, "maxLength": 12}, "boat", "boat boat b."),
    ("long_text", {**TEXT, "maxLength": 0}, "", ""),
    ("negative_number", WHOLE, 5, -7),
    ("negative_number", {**WHOLE, "minimum": 2}, 5, 2),
    ("negative_number", {**WHOLE, "exclusiveMinimum": 0}, 5, 5),
    ("negative_number", {**WHOLE, "enum": [5, 8]}, 5, 5),
    ("negative_number", {"type": "number"}, 0.5, -7),
    ("negative_number", {"type": "boolean"}, True, True),
    ("zero", WHOLE, 5, 0),
    ("zero", {**WHOLE, "minimum": 1}, 5, 5),
    ("large_number", WHOLE, 5, LARGEST),
    ("large_number", {**WHOLE, "maximum": 12}, 5, 12),
    ("number_with_a_point", WHOLE, 5, 5.0),
    ("number_with_a_point", WHOLE, LARGEST, LARGEST),
    ("number_with_a_point", {"type": "number"}, 5, 5),
    ("number_with_a_point", {"type": "boolean"}, True, True),
    ("data_uri", URI, "https://a.example", PIXEL),
    ("data_uri", {**URI, "maxLength": 20}, "https://a.example", "https://a.example"),
    ("data_uri", TEXT, "boat", "boat"),
    ("http_address", URI, "https://a.example", "http://example.com/a/boat.jpg?size=l&x=%20"),
    ("most_items", {**LIST, "maxItems": 3}, ["a", "b"], ["a", "b", "a"]),
    ("most_items", {**LIST, "maxItems": 3, "uniqueItems": True}, ["a"], ["a"]),
    ("most_items", LIST, ["a"], ["a"]),
    ("most_items", {**LIST, "maxItems": 3}, [], []),
]


@pytest.mark.parametrize(("name", "schema", "value", "becomes"), CHANGES)
def test_a_trait_changes_what_it_is_about_and_keeps_it_valid(
    name: str, schema: JsonObject, value: Json, becomes: Json
) -> None:
    found = changed(ALL[name], schema, value)
    assert (found, type(found)) == (becomes, type(becomes))


def test_every_trait_is_in_the_table() -> None:
    assert {name for name, *_ in CHANGES} == set(ALL)


def test_a_long_text_is_as_long_as_is_usual_where_nothing_is_said() -> None:
    assert len(str(changed(ALL["long_text"], TEXT, "boat"))) == LONG
    assert len(str(changed(ALL["long_text"], {**TEXT, "maxLength": LONG * 2}, "boat"))) == LONG


def subsets() -> Iterator[tuple[Trait, ...]]:
    yield from ((trait,) for trait in ALL.values())
    yield tuple(ALL.values())
    yield tuple(reversed(ALL.values()))


@each_model
def test_a_payload_with_traits_is_valid_and_about_the_same_model(model: Model) -> None:
    payload = full_payload(model.schema)
    for chosen in subsets():
        found = with_traits(model, payload, chosen)
        assert model.validator.is_valid(found), chosen
        assert found.get(model.selector) == payload.get(model.selector)
        assert found.keys() == payload.keys()


@settings(deadline=None)
@given(
    shortest=st.integers(0, 60),
    more=st.none() | st.integers(0, 60),
    low=st.none() | st.integers(-100, 100),
    span=st.integers(0, 100),
    names=st.lists(st.sampled_from(sorted(ALL)), max_size=4),
)
def test_traits_keep_within_any_bounds(
    shortest: int, more: int | None, low: int | None, span: int, names: list[str]
) -> None:
    text: JsonObject = {**TEXT, "minLength": shortest, **({} if more is None else {"maxLength": shortest + more})}
    number: JsonObject = {**WHOLE, **({} if low is None else {"minimum": low, "maximum": low + span})}
    model = model_of(text=text, number=number)
    payload: JsonObject = {"text": "a" * shortest, "number": 0 if low is None else low}
    assert model.validator.is_valid(with_traits(model, payload, [ALL[name] for name in names]))


def test_no_traits_change_nothing() -> None:
    payload: JsonObject = {"a": "boat"}
    assert with_traits(model_of(a=TEXT), payload, ()) == payload
    assert payload == {"a": "boat"}


def test_names_and_words_of_traits_are_their_own() -> None:
    assert len({trait.what for trait in ALL.values()}) == len(ALL)
    assert all(name.isidentifier() for name in ALL)
