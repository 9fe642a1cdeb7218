"""Places in the bodies of replies: the names that lead to a member, in values and in their schemas."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from jsonschema import Draft202012Validator

from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.plain_schemas import alternatives, merge, types_of

# The names of members from the body's root to the member that is meant; () means that there is none.
Place: TypeAlias = tuple[str, ...]

# Replies are not searched deeper than this.
MAX_DEPTH = 4

# A member that has to be there, of something that there is not yet, is one of these.
EMPTY: Sequence[Json] = (None, [], "")

# Types of which ids, and of which results and errors are. A member without a type may be of any.
IDS = frozenset({"string", "integer", "number"})
RESULTS = frozenset({"string", "array", "object"})


def value_at(body: Json, place: Place) -> Json:
    """The member of `body` at `place`; None when it is not there, or `place` is ()."""
    if not place:
        return None
    for name in place:
        body = body.get(name) if isinstance(body, dict) else None
    return body


def dotted(place: Place) -> str:
    """A place for people: `task.status`."""
    return ".".join(place)


def put(body: JsonObject, place: Place, value: Json) -> None:
    """Give the member at `place` a value, making the objects that lead there; does nothing when `place` is ()."""
    if len(place) > 1:
        inner = body.get(place[0])
        inner = inner if isinstance(inner, dict) else {}
        put(inner, place[1:], value)
        value = inner
    if place:
        body[place[0]] = value


def declared(schema: Json) -> dict[str, Json]:
    """The members that an object of `schema` may have, each with its schema, whatever the schema is composed of."""
    found: dict[str, Json] = {}
    for plain in _objects(schema):
        for name, inner in member(plain, "properties").items():
            found[name] = inner if found.get(name, inner) == inner else {"anyOf": [found[name], inner]}
    return found


def places(schema: Json) -> Iterator[tuple[Place, Json]]:
    """Every place that `schema` declares with what it declares there: the nearest to the root first."""
    level: list[tuple[Place, Json]] = [((), schema)]
    for _ in range(MAX_DEPTH):
        level = [((*place, name), inner) for place, node in level for name, inner in declared(node).items()]
        yield from level


def schema_at(schema: Json, place: Place) -> Json:
    """What `schema` declares at `place`; {} where it says nothing, or `place` is ()."""
    for name in place:
        schema = declared(schema).get(name, {})
    return schema if place else {}


def may_have(schema: Json, place: Place) -> bool:
    """Whether a value of `schema` may have a member at `place`: it is declared, or nothing is declared around it."""
    for name in place:
        members = declared(schema)
        if name not in members:
            return not members and bool(_objects(schema))
        schema = members[name]
    return True


def may_be(schema: Json, types: frozenset[str]) -> bool:
    """Whether a value of `schema` may be of one of these types."""
    return any(not types.isdisjoint(types_of(plain)) for plain in alternatives(schema))


def options_at(schema: Json, place: Place) -> tuple[str, ...]:
    """The words that `schema` lists for the member at `place`, in their order; none where it lists none."""
    listed = (option for plain in alternatives(schema_at(schema, place)) for option in items(plain, "enum"))
    return tuple(dict.fromkeys(words(listed)))


def pinned(schema: Json, place: Place, wanted: JsonObject) -> JsonObject | None:
    """`schema`, narrowed to values whose member at `place` is there and fits `wanted`; None when there are none."""
    if not place:
        return _any_of(merge(schema, wanted))
    found = []
    for plain in _objects(schema):
        properties = member(plain, "properties")
        inner = pinned(properties[place[0]], place[1:], wanted) if place[0] in properties else None
        if inner is not None:
            required = dict.fromkeys((*words(items(plain, "required")), place[0]))
            found.append(_with(plain, place[0], inner) | {"required": [*required]})
    return _any_of(found)


def barred(schema: Json, place: Place) -> JsonObject | None:
    """`schema`, narrowed to values without the member at `place`; one that is required is null, or empty.

    None when the schema wants something to be there.
    """
    if not place:
        judged = schema if isinstance(schema, dict | bool) else {}
        validator = Draft202012Validator(judged, format_checker=format_checker())
        fitting = [empty for empty in EMPTY if validator.is_valid(empty)]
        return {"enum": fitting} if fitting else None
    found = []
    for plain in alternatives(schema):
        name, properties = place[0], member(plain, "properties")
        required = name in items(plain, "required")
        inner = barred(properties[name], place[1:]) if name in properties else None
        if name not in properties:
            found.append(plain)
        elif inner is not None and (required or len(place) > 1):
            found.append(_with(plain, name, inner))
        elif not required:
            left = {key: value for key, value in properties.items() if key != name}
            found.append({**plain, "properties": left})
    return _any_of(found)


def _objects(schema: Json) -> list[JsonObject]:
    """The plain schemas of objects that `schema` allows."""
    return [plain for plain in alternatives(schema) if "object" in types_of(plain)]


def _with(plain: JsonObject, name: str, inner: JsonObject) -> JsonObject:
    return {**plain, "type": "object", "properties": {**member(plain, "properties"), name: inner}}


def _any_of(found: Iterable[JsonObject]) -> JsonObject | None:
    branches: list[Json] = [*found]
    return None if not branches else member(branches[0]) if len(branches) == 1 else {"anyOf": branches}
