"""Values of an object that break a rule between its members: `not`, `if`, `oneOf`, `dependentRequired`."""

from collections.abc import Iterator
from itertools import combinations, islice

from reelmock.contracts.instances import TRIES, instances
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.plain_schemas import merge


def broken_combinations(schema: JsonObject) -> Iterator[Json]:
    """Values that may break a rule of `schema` on several members, or on several branches, at once.

    Some of what comes out is valid, or broken in another way.
    """
    for rules in _all_rules(schema):
        yield from _forbidden(schema, rules)
        yield from _conditional(schema, rules)
        yield from _doubly_fitting(schema, rules)
        yield from _dependent(schema, rules)


def _all_rules(schema: JsonObject) -> Iterator[JsonObject]:
    """The schema, and all that it is composed of by `allOf`."""
    yield schema
    for part in items(schema, "allOf"):
        if isinstance(part, dict):
            yield from _all_rules(part)


def _without(schema: JsonObject, *keywords: str) -> JsonObject:
    """`schema` without rules that a value is about to break; `allOf` keeps what it declares."""
    kept = {keyword: value for keyword, value in schema.items() if keyword not in keywords}
    if "allOf" in kept:
        kept["allOf"] = [_without(part, *keywords) for part in items(kept, "allOf") if isinstance(part, dict)]
    return kept


def _forbidden(schema: JsonObject, rules: JsonObject) -> Iterator[Json]:
    if "not" in rules:
        for plain in merge(_without(schema, "not"), rules["not"]):
            named = [*member(rules["not"], "properties"), *words(items(plain, "required"))]
            yield from islice(instances({**plain, "required": list(dict.fromkeys(named))}), 1)


def _conditional(schema: JsonObject, rules: JsonObject) -> Iterator[Json]:
    """What meets the condition, with other values for the members that `then` or `else` is about, or without them."""
    if "if" not in rules:
        return
    for demands, condition in ((member(rules, "then"), rules["if"]), (member(rules, "else"), {"not": rules["if"]})):
        forbidden = member(demands, "not")
        named = [*member(demands, "properties"), *member(forbidden, "properties")]
        named += words([*items(demands, "required"), *items(forbidden, "required")])
        rest = merge(_without(schema, "if", "then", "else"), condition) if demands else []
        for plain in (met for one in rest for met in (one, *merge(one, demands))):
            required = dict.fromkeys(words([*items(plain, "required"), *member(rules["if"], "properties")]))
            for value in islice(instances({**plain, "required": list(required)}), 1):
                yield from _varied(value, rest[0], named)


def _varied(value: Json, plain: JsonObject, names: list[str]) -> Iterator[Json]:
    """`value`, and `value` with one of the members changed or left out."""
    yield value
    for name in dict.fromkeys(names):
        if isinstance(value, dict):
            others = islice(instances(member(plain, "properties").get(name, {})), TRIES)
            yield from ({**value, name: other} for other in others)
            yield {key: inner for key, inner in value.items() if key != name}


def _doubly_fitting(schema: JsonObject, rules: JsonObject) -> Iterator[Json]:
    """What fits two branches of a `oneOf`."""
    for first, second in islice(combinations(items(rules, "oneOf"), 2), TRIES):
        for plain in merge(_without(schema, "oneOf"), {"allOf": [first, second]}):
            yield from islice(instances(plain), 1)


def _dependent(schema: JsonObject, rules: JsonObject) -> Iterator[Json]:
    """A member without one of those that have to come with it."""
    for name, needed in member(rules, "dependentRequired").items():
        for missing in words(needed if isinstance(needed, list) else []):
            others: list[Json] = [
                other for other in (name, *words(items(rules, "dependentRequired", name))) if other != missing
            ]
            for plain in merge(_without(schema, "dependentRequired"), {"required": others}):
                yield from islice(instances(plain), 1)
