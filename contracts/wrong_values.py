"""What may stand at a place of a payload to break a rule of a plain schema there: the mistakes that clients make."""

from collections.abc import Iterator, Mapping

from reelmock.contracts.instances import instances
from reelmock.contracts.jsontree import Json, JsonObject, items, words
from reelmock.contracts.plain_schemas import types_of

# Type → values of another type that clients send by mistake in its place.
MISTYPED: Mapping[str, tuple[Json, ...]] = {
    "string": (42,),
    "integer": ("many", True),
    "number": ("many",),
    "boolean": ("true",),
    "array": ({},),
    "object": ("none", []),
    "null": ("null",),
}

# Format → strings that are none of it.
MISFORMATTED: Mapping[str, tuple[str, ...]] = {
    "uri": ("boat.jpg", "https://example.com/a boat.jpg"),
    "uuid": ("not-a-uuid",),
    "date-time": ("yesterday",),
    "date": ("yesterday",),
    "time": ("noon",),
    "duration": ("5 seconds",),
    "email": ("someone",),
    "hostname": ("-example-.com",),
    "ipv4": ("192.0.2.256",),
    "ipv6": ("192.0.2.1",),
}

# Strings that hardly any pattern takes.
UNLIKELY = ("no such thing", "?")


def wrong_values(plain: JsonObject, right: Json) -> Iterator[Json]:
    """Values that break a rule of `plain` where `right` is a valid one; some may break two rules, or turn out valid."""
    yield None
    types = types_of(plain)
    for name in types:
        yield from MISTYPED[name]
    if isinstance(right, int | float) and not isinstance(right, bool):
        yield from _numbers(plain, right)
    if isinstance(right, str):
        yield from _strings(plain, right)
    if "minProperties" in plain:
        yield {}
    if "array" in types:
        yield from _arrays(plain, right)
    yield from _options(items(plain, "enum"))


def _numbers(plain: JsonObject, right: float) -> Iterator[Json]:
    yield str(right)
    step = plain.get("multipleOf")
    step = step if isinstance(step, int | float) else 1
    yield right + (step // 2 if isinstance(step, int) and step > 1 else step / 2)
    for keyword, distance in (("minimum", -step), ("maximum", step), ("exclusiveMinimum", 0), ("exclusiveMaximum", 0)):
        bound = plain.get(keyword)
        if isinstance(bound, int | float):
            yield bound + distance


def _strings(plain: JsonObject, right: str) -> Iterator[str]:
    shortest, longest = plain.get("minLength"), plain.get("maxLength")
    if isinstance(shortest, int) and shortest > 0:
        yield right[: shortest - 1]
    if isinstance(longest, int):
        yield right + (right[-1:] or "x") * (longest + 1 - len(right))
    formatted = plain.get("format")
    yield from MISFORMATTED.get(formatted, ()) if isinstance(formatted, str) else ()
    if "pattern" in plain:
        shortest = shortest if isinstance(shortest, int) else 0
        yield from (
            unlikely.ljust(shortest, "?")[: longest if isinstance(longest, int) else None] for unlikely in UNLIKELY
        )


def _arrays(plain: JsonObject, right: Json) -> Iterator[Json]:
    element = next(instances(plain.get("items", {})), None)
    yield element
    shortest, longest = plain.get("minItems"), plain.get("maxItems")
    array = right if isinstance(right, list) and right else [element]
    if isinstance(shortest, int) and shortest > 0:
        yield array[:1] * (shortest - 1)
    if isinstance(longest, int):
        yield array + array[-1:] * (longest + 1 - len(array))
    if plain.get("uniqueItems"):
        yield array[:1] * 2


def _options(enum: list[Json]) -> Iterator[Json]:
    """What looks like an option and is none: an option in another case, a number between two."""
    strings = words(enum)
    yield from (
        [next((case for option in strings if (case := option.swapcase()) not in enum), "unknown")] if strings else []
    )
    numbers = [option for option in enum if isinstance(option, int) and not isinstance(option, bool)]
    if numbers:
        yield next(number for number in range(min(numbers), max(numbers) + 2) if number not in numbers)
