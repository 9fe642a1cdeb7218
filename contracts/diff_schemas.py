"""What has changed between two schemas, told without a direction: `diff_rules.py` says what it means to a client."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reelmock.contracts.diff_rules import NARROWER, WIDER
from reelmock.contracts.diff_shapes import (
    CLOSING,
    bounds,
    canonical,
    closed,
    combined,
    forbidden,
    parts,
    shapes,
    told_types,
    types,
)
from reelmock.contracts.jsontree import Json, JsonObject, Path, excerpt, items, member, words
from reelmock.contracts.plain_schemas import MAX_ALTERNATIVES

# Keywords that are compared by what they mean. Any other is the same, or is not.
UNDERSTOOD = frozenset(
    {*("type", "enum", "not", "format", "pattern", "properties", "required", "items"), *CLOSING}
    | {f"{end}{what}" for end in ("min", "max") for what in ("imum", "Length", "Items", "Properties")}
    | {"exclusiveMinimum", "exclusiveMaximum"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: its kind (a key of `KINDS`), the schema that it is in, the keyword there, and what has changed.

    `path` leads from the schema that was compared, by keywords and names: `("properties", "seed")`.
    """

    kind: str
    path: Path
    keyword: str
    message: str


def changes(old: Json, new: Json, path: Path = ()) -> Iterator[Change]:
    """What has changed from `old` to `new`, two schemas without references, at any depth."""
    if canonical(old) == canonical(new):
        return
    mine, theirs = shapes(old), shapes(new)
    found = [*_default(old, new, path), *_types(types(mine), types(theirs), path)]
    for name in mine:
        if name in theirs and name != "null":
            found += _family(mine[name], theirs[name], path)
    if not found and max(len(listed) for side in (mine, theirs) for listed in [*side.values(), ()]) >= MAX_ALTERNATIVES:
        found = [Change("rule-changed", path, "", "there are too many alternatives to tell what has changed")]
    yield from dict.fromkeys(found)


def _default(old: Json, new: Json, path: Path) -> Iterator[Change]:
    was, now = (_told_default(schema) for schema in (old, new))
    if was != now:
        yield Change("default-changed", path, "default", f"the default is {now or 'gone'}; it was {was or 'not told'}")


def _told_default(schema: Json) -> str:
    if "default" in member(schema):
        return excerpt(member(schema)["default"])
    return next((told for part in items(schema, "allOf") if (told := _told_default(part))), "")


def _types(mine: frozenset[str], theirs: frozenset[str], path: Path) -> Iterator[Change]:
    beside = {"null"} if mine - {"null"} and theirs - {"null"} else set()
    was, now = mine - beside, theirs - beside
    gone, come = _beyond(was, now), _beyond(now, was)
    said = f"the type is {told_types(theirs)}; it was {told_types(mine)}"
    kind = f"type-{'changed' if gone and come else 'narrowed' if gone else 'widened'}" if gone or come else ""
    if kind:
        yield Change(kind, path, "type", said)
    # What becomes of null goes without saying where the other types do the same.
    if "null" in mine - theirs - gone and kind in ("", "type-widened"):
        yield Change("became-not-nullable", path, "type", "null is not taken any more")
    elif "null" in theirs - mine - come and kind in ("", "type-narrowed"):
        yield Change("became-nullable", path, "type", "it may be null")


def _beyond(some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """The types of `some` of which `others` do not take every value."""
    return some - others - ({"integer"} if "number" in others else set())


def _family(old: Sequence[JsonObject], new: Sequence[JsonObject], path: Path) -> Iterator[Change]:
    """The changes between the shapes of one family: the nearest are compared, and what is left is gone or new."""
    mine, theirs = ({canonical(shape): shape for shape in listed} for listed in (old, new))
    gone = [shape for told, shape in mine.items() if told not in theirs]
    come = [shape for told, shape in theirs.items() if told not in mine]
    for first, second in _nearest(gone, come):
        gone.remove(first)
        come.remove(second)
        yield from _shape(first, second, path)
    for shape in gone:
        if not any(_without(NARROWER, shape, other, path) for other in new):
            yield Change("alternative-removed", path, "", f"{_told(shape)} is not taken any more")
    for shape in come:
        if not any(_without(WIDER, other, shape, path) for other in old):
            yield Change("alternative-added", path, "", f"it may be {_told(shape)}")


def _nearest(old: Sequence[JsonObject], new: Sequence[JsonObject]) -> list[tuple[JsonObject, JsonObject]]:
    """Pairs of shapes, each in one pair at most: those that differ in the fewest parts first."""
    mine, theirs = ([parts(shape) for shape in listed] for listed in (old, new))
    ranks = sorted((len(one ^ other), i, j) for i, one in enumerate(mine) for j, other in enumerate(theirs))
    pairs: dict[int, int] = {}
    for _, i, j in ranks:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(old[i], new[j]) for i, j in pairs.items()]


def _without(kinds: frozenset[str], old: JsonObject, new: JsonObject, path: Path) -> bool:
    return all(change.kind not in kinds for change in _shape(old, new, path))


def _told(shape: JsonObject) -> str:
    """A shape for people, such as `an object with `url`, `type``."""
    names = ", ".join(f"`{name}`" for name in member(shape, "properties"))
    options = ", ".join(excerpt(option) for option in items(shape, "enum"))
    return f"an object with {names}" if names else options or f"another {shape.get('type')}"


def _shape(old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    yield from _options(old, new, path)
    yield from _bounds(old, new, path)
    yield from _combinations(old, new, path)
    for keyword, name in (("format", "format"), ("pattern", "pattern")):
        yield from _rule(name, keyword, old, new, path)
    for keyword in sorted((old.keys() | new.keys()) - UNDERSTOOD):
        yield from _rule("rule", keyword, old, new, path)
    if old.get("type") == "object":
        yield from _members(old, new, path)
    if old.get("type") == "array":
        yield from changes(old.get("items", True), new.get("items", True), (*path, "items"))


def _options(old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    if "enum" in old and "enum" in new:
        mine, theirs = ({canonical(option): option for option in items(shape, "enum")} for shape in (old, new))
        for told, option in mine.items():
            if told not in theirs:
                yield Change("enum-value-removed", path, "enum", f"{excerpt(option)} is not among the values any more")
        for told, option in theirs.items():
            if told not in mine:
                yield Change("enum-value-added", path, "enum", f"{excerpt(option)} is among the values now")
    elif "enum" in new:
        listed = ", ".join(excerpt(option) for option in items(new, "enum"))
        yield Change("enum-set", path, "enum", f"the values are {listed}; any was taken")
    elif "enum" in old:
        yield Change("enum-lifted", path, "enum", "the values are not listed any more")


def _bounds(old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    mine, theirs = bounds(old), bounds(new)
    for keyword in sorted(mine.keys() | theirs.keys()):
        was, now = mine.get(keyword), theirs.get(keyword)
        if was == now:
            continue
        lower = keyword.startswith("min")
        tighter = was is None or (now is not None and (now > was if lower else now < was))
        kind = "bound-tightened" if tighter else "bound-loosened"
        written = keyword if keyword in (new if now else old) else f"exclusive{keyword.capitalize()}"
        yield Change(kind, path, written, f"`{keyword}` is {_limit(now)}; it was {_limit(was)}")


def _limit(bound: tuple[float, int] | None) -> str:
    return "not set" if bound is None else f"{bound[0]:g}{' (itself not allowed)' if bound[1] else ''}"


def _combinations(old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    mine, theirs = forbidden(old), forbidden(new)
    for told, rule in theirs.items():
        if told not in mine:
            yield Change("combination-forbidden", path, "", f"not allowed any more: {combined(rule)}")
    for told, rule in mine.items():
        if told not in theirs:
            yield Change("combination-allowed", path, "", f"allowed now: {combined(rule)}")


def _rule(name: str, keyword: str, old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    was, now = old.get(keyword), new.get(keyword)
    if canonical(was) == canonical(now):
        return
    how = "set" if was is None else "lifted" if now is None else "changed"
    told = ("not set" if value is None else excerpt(value) for value in (now, was))
    yield Change(f"{name}-{how}", path, keyword, "`{}` is {}; it was {}".format(keyword, *told))


def _members(old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    mine, theirs = (_taken(shape) for shape in (old, new))
    needed, wanted = (words(items(shape, "required")) for shape in (old, new))
    for name in mine:
        here: Path = (*path, "properties", name)
        if name in theirs:
            yield from changes(mine[name], theirs[name], here)
        elif closed(new) or name in member(new, "properties"):
            yield Change("refused", here, "", "it is refused now")
        else:
            yield Change("removed", here, "", "it is gone")
    for name in theirs:
        if name not in mine:
            kind = "added-required" if name in wanted else "added"
            yield Change(kind, (*path, "properties", name), "", "it is new" + " and required" * (name in wanted))
    for name in dict.fromkeys((*needed, *wanted)):
        here = (*path, "properties", name)
        if name in needed and name not in wanted and name in theirs:
            yield Change("became-optional", here, "", "it is not required any more")
        elif name in wanted and name not in needed and (name in mine or name not in theirs):
            yield Change("became-required", here, "", "it is required now")
    yield from _others(old, new, path)


def _taken(shape: JsonObject) -> Mapping[str, Json]:
    """The members that an object of this shape may have; one without any value is refused, not declared."""
    return {name: inner for name, inner in member(shape, "properties").items() if shapes(inner)}


def _others(old: JsonObject, new: JsonObject, path: Path) -> Iterator[Change]:
    """What becomes of members that are not declared."""
    if closed(old) != closed(new):
        keyword = next((name for name in CLOSING if name in (old if closed(old) else new)), "")
        refused = Change("others-refused", path, keyword, "members that are not declared are refused now")
        yield (
            refused if closed(new) else Change("others-taken", path, keyword, "members that are not declared are taken")
        )
    elif not closed(new):
        keyword = CLOSING[0]
        was, now = old.get(keyword, True), new.get(keyword, True)
        yield from changes(was, now, (*path, keyword))
