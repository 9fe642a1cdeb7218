"""Places in replies: read, written, declared, and narrowed in schemas of every composition."""

import pytest

from reelmock.contracts.instances import fits, instances
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.places import (
    Place,
    barred,
    declared,
    dotted,
    may_have,
    options_at,
    pinned,
    places,
    put,
    value_at,
)

STRING: JsonObject = {"type": "string"}


def an_object(required: tuple[str, ...] = (), **properties: Json) -> JsonObject:
    return {"type": "object", "required": [*required], "properties": properties}


@pytest.mark.parametrize(
    ("body", "place", "value"),
    [
        ({"a": 1}, ("a",), 1),
        ({"a": {"b": [2]}}, ("a", "b"), [2]),
        ({"a": None}, ("a", "b"), None),
        ({"a": []}, ("a", "0"), None),
        ([1], ("a",), None),
        ({"a": 1}, (), None),
    ],
)
def test_a_value_is_read_at_its_place_or_is_none(body: Json, place: Place, value: Json) -> None:
    assert value_at(body, place) == value


@pytest.mark.parametrize(
    ("body", "place", "after"),
    [
        ({}, ("a",), {"a": 7}),
        ({"b": 1}, ("a", "b"), {"b": 1, "a": {"b": 7}}),
        ({"a": {"c": 1}}, ("a", "b"), {"a": {"c": 1, "b": 7}}),
        ({"a": None}, ("a", "b"), {"a": {"b": 7}}),
        ({"a": 1}, (), {"a": 1}),
    ],
)
def test_a_value_is_put_at_its_place_and_the_way_there_is_made(
    body: JsonObject, place: Place, after: JsonObject
) -> None:
    put(body, place, 7)
    assert body == after


def test_members_are_those_of_every_branch() -> None:
    schema: JsonObject = {"allOf": [an_object(a=STRING)], "oneOf": [an_object(b=STRING), an_object(b={"const": 1})]}
    assert [*declared(schema)] == ["a", "b"]
    assert declared(schema)["a"] == STRING
    assert declared({"anyOf": [an_object(a=STRING), {"type": "null"}]}) == {"a": STRING}
    assert declared(STRING) == declared(True) == declared(None) == {}


def test_places_come_nearest_first_and_not_from_the_depths() -> None:
    schema = an_object(a=an_object(b=an_object(c=an_object(d=an_object(e=STRING)))), f=STRING)
    found = [dotted(place) for place, _ in places(schema)]
    assert found == ["a", "f", "a.b", "a.b.c", "a.b.c.d"]


@pytest.mark.parametrize(
    ("schema", "place", "expected"),
    [
        (an_object(a=STRING), ("a",), True),
        (an_object(a=STRING), ("b",), False),
        (an_object(a={}), ("a", "b"), True),
        (an_object(a=an_object(b=STRING)), ("a", "c"), False),
        ({}, ("a", "b"), True),
        (an_object(a=STRING), ("a", "b"), False),
        (an_object(a={"type": "array", "items": an_object(b=STRING)}), ("a", "0", "b"), False),
    ],
)
def test_a_place_may_be_where_it_is_declared_or_nothing_is(schema: Json, place: Place, expected: bool) -> None:
    assert may_have(schema, place) is expected


def test_options_are_those_of_every_branch() -> None:
    schema: JsonObject = {"oneOf": [an_object(s={"const": "a"}), an_object(s={"enum": ["b", None, "a"]})]}
    assert options_at(schema, ("s",)) == ("a", "b")
    assert options_at(schema, ("t",)) == ()


NULLABLE: JsonObject = {"anyOf": [an_object(("url",), url=STRING), {"type": "null"}]}
BY_STATE: JsonObject = {
    "oneOf": [an_object(("s",), s={"const": "wait"}), an_object(("s", "r"), s={"const": "done"}, r=NULLABLE)]
}


@pytest.mark.parametrize(
    ("schema", "place", "wanted", "taken", "refused"),
    [
        (an_object(s=STRING), ("s",), {"enum": ["a"]}, {"s": "a"}, {}),
        (an_object(t=an_object(s=STRING)), ("t", "s"), {}, {"t": {"s": ""}}, {"t": {}}),
        (BY_STATE, ("r",), {"type": "object"}, {"s": "done", "r": {"url": ""}}, {"s": "done", "r": None}),
        (BY_STATE, ("s",), {"enum": ["wait"]}, {"s": "wait"}, {"s": "done", "r": None}),
    ],
)
def test_what_is_pinned_is_there_as_wanted(
    schema: JsonObject, place: Place, wanted: JsonObject, taken: Json, refused: Json
) -> None:
    narrowed = pinned(schema, place, wanted)
    assert narrowed is not None
    assert (fits(schema)(taken), fits(narrowed)(taken)) == (True, True)
    assert (fits(schema)(refused), fits(narrowed)(refused)) == (True, False)


def test_what_can_not_be_is_not_pinned() -> None:
    assert pinned(an_object(s={"const": "a"}), ("s",), {"enum": ["b"]}) is None
    assert pinned(an_object(s=STRING), ("t",), {}) is None
    assert pinned(STRING, ("s",), {}) is None


@pytest.mark.parametrize(
    ("schema", "place", "smallest"),
    [
        (an_object(r=STRING), ("r",), {}),
        (an_object(("r",), r=NULLABLE), ("r",), {"r": None}),
        (an_object(("r",), r={"type": "array", "items": STRING}), ("r",), {"r": []}),
        (an_object(("r",), r=STRING), ("r",), {"r": ""}),
        (an_object(("t",), t=an_object(("r",), r=NULLABLE)), ("t", "r"), {"t": {"r": None}}),
        (an_object(t=an_object(r=STRING)), ("t", "r"), {}),
        (BY_STATE, ("r",), {"s": "wait"}),
        (an_object(a=STRING), ("r",), {}),
    ],
)
def test_what_is_barred_is_not_there_or_empty(schema: JsonObject, place: Place, smallest: Json) -> None:
    narrowed = barred(schema, place)
    assert narrowed is not None
    assert next(instances(narrowed)) == smallest
    assert value_at(next(instances(narrowed, full=True)), place) in (None, [], "")


def test_what_has_to_be_there_can_not_be_barred() -> None:
    fulls: list[JsonObject] = [STRING | {"minLength": 1}, STRING | {"format": "uri"}, {"type": "object"}]
    for full in fulls:
        assert barred(an_object(("r",), r=full), ("r",)) is None
        assert barred(an_object(("t",), t=an_object(("r",), r=full)), ("t", "r")) is None
