"""Valid values of a schema, made without chance: the same schema gives the same values, plausible ones first."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain, islice, repeat

from jsonschema import Draft202012Validator

from reelmock.contracts.contract import Contract
from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, fresh, items, member, words
from reelmock.contracts.models import close
from reelmock.contracts.operations import Operation
from reelmock.contracts.plain_schemas import alternatives, types_of
from reelmock.contracts.quick import Check, surely_valid

SENTENCE = "A paper boat sails down a rainy street."
URL = "https://example.com/input"

# Format → values of it.
FORMATTED: Mapping[str, tuple[str, ...]] = {
    "uri": (URL, f"{URL}/2", f"{URL}/3"),
    "uuid": ("6f1c1a52-8f3e-4c5e-9d53-0d6c1b8f2a10", "0e0f8d5b-51c3-4a3e-8a6e-3c3c8a1b7f42"),
    "date-time": ("2026-01-31T12:00:00Z", "2026-02-01T12:00:00Z"),
    "date": ("2026-01-31", "2026-02-01"),
    "time": ("12:00:00Z", "13:00:00Z"),
    "duration": ("PT5S", "PT8S"),
    "email": ("someone@example.com", "else@example.com"),
    "hostname": ("example.com", "example.org"),
    "ipv4": ("192.0.2.1", "192.0.2.2"),
    "ipv6": ("2001:db8::1", "2001:db8::2"),
    "byte": ("AAAA", "AAEC"),
}

# For a pattern: nothing here turns a regular expression round, but most of those in documents are of these kinds.
SAMPLES: tuple[str, ...] = (
    *("a", "A", "0", "1", "abc", "ABC", "a1", "abc-123", "abc_123", "123", "1.5", "5s", "1080p", "16:9", "12:30"),
    *("1280x720", "1280:720", "#00ff00", "00:00:05", "en", "en-US", "image/png", "data:image/png;base64,AAAA", URL),
)

# So many values of one member are tried where rules between members refuse the first ones.
TRIES = 8


class UnsatisfiableError(ValueError):
    """No value fits a schema, or none could be found: the message says where, and what to do."""


def minimal_payload(schema: JsonObject) -> JsonObject:
    """A valid payload with what `schema` requires and nothing else; it is valid under strict too.

    UnsatisfiableError when there is none.
    """
    return _payload(schema, full=False)


def example_payload(contract: Contract, operation: Operation) -> JsonObject:
    """The minimal payload of the first model that a create operation takes; an empty one when it takes none."""
    models = contract.models_of(operation)
    return minimal_payload(models[0].schema) if models else {}


def full_payload(schema: JsonObject) -> JsonObject:
    """A valid payload with every declared member that can stand beside the others; it is valid under strict too.

    UnsatisfiableError when there is none.
    """
    return _payload(schema, full=True)


def _payload(schema: JsonObject, *, full: bool) -> JsonObject:
    check = fits(close(schema))
    found = next((value for value in instances(schema, full=full) if isinstance(value, dict) and check(value)), None)
    if found is None:
        raise UnsatisfiableError(
            f"no payload was found for the schema with the properties {', '.join(member(schema, 'properties'))}: "
            "its rules contradict each other, or a `pattern` needs an `example` beside it"
        )
    return {name: fresh(value) for name, value in found.items()}


def fits(schema: JsonObject) -> Check:
    """Whether a value is valid against `schema`: a quick yes for nearly all, jsonschema for the rest."""
    quick = surely_valid(schema)

    @cache
    def judge() -> Draft202012Validator:
        return Draft202012Validator(schema, format_checker=format_checker())

    def fitting(value: Json) -> bool:
        return quick(value) or judge().is_valid(value)

    return fitting


def instances(schema: Json, *, full: bool = False) -> Iterator[Json]:
    """Some valid values of `schema`; objects have their required members, or with `full` all that can be there."""
    if not isinstance(schema, dict):
        yield from [] if schema is False else [SENTENCE]
        return
    check = fits(schema)
    for plain in alternatives(schema):
        yield from (value for value in built_from(plain, check, full=full) if check(value))


def built_from(plain: JsonObject, check: Check, *, full: bool) -> Iterator[Json]:
    """Values built from a plain schema, which may still break a rule that it can't express."""
    if "enum" in plain:
        default = [plain["default"]] if "default" in plain else []
        yield from [*default, *items(plain, "enum")]
        return
    given = [plain[name] for name in ("default", "example") if name in plain] + items(plain, "examples")
    for name in types_of(plain):
        made: Iterator[Json]
        match name:
            case "object":
                made = chain(_objects(plain, check, full), given)
            case "array":
                made = chain(_arrays(plain, full), given)
            case "string":
                made = chain(given, _strings(plain))
            case "integer" | "number":
                made = chain(given, _numbers(plain))
            case "boolean":
                made = chain(given, [False, True])
            case _:
                made = iter([None])
        yield from made


def _objects(plain: JsonObject, check: Check, full: bool) -> Iterator[JsonObject]:
    properties = member(plain, "properties")
    names = words(items(plain, "required"))
    required = {name: value for name in names for value in _some(properties.get(name, {}), 1, full=full)}
    if len(required) < len(names):
        return
    optional = [name for name in properties if name not in required]
    if full:
        yield from _fullest(required, optional, properties, check)
    yield required
    # What follows is for rules between members: another value for one of them, then members more.
    for name in names:
        yield from (required | {name: value} for value in _some(properties.get(name, {})))
    for name in optional:
        yield from (required | {name: value} for value in _some(properties[name]))
    grown = dict(required)
    for name in (*optional, *_free_names(plain)):
        grown |= dict(zip([name], _some(properties.get(name, plain.get("additionalProperties", {})), 1), strict=False))
        yield dict(grown)


def _fullest(required: JsonObject, optional: list[str], properties: JsonObject, check: Check) -> Iterator[JsonObject]:
    """All members at once, or else as many as go together, added one by one."""
    values = {name: _some(properties[name], full=True) for name in optional}
    everything = required | {name: found[0] for name, found in values.items() if found}
    yield everything
    for name, found in values.items():
        yield from (everything | {name: value} for value in found[1:])
    grown = required
    for name, found in values.items():
        larger = (grown | {name: value} for value in found)
        grown = next(filter(check, larger), grown)
    yield grown


def _some(schema: Json, count: int = TRIES, *, full: bool = False) -> list[Json]:
    return list(islice(instances(schema, full=full), count))


def _free_names(plain: JsonObject) -> list[str]:
    """Names for members that no schema declares, where an object needs more members than are declared."""
    wanted = plain.get("minProperties")
    missing = wanted - len(member(plain, "properties")) if isinstance(wanted, int) else 0
    return [f"key_{number}" for number in range(1, missing + 1)]


def _arrays(plain: JsonObject, full: bool) -> Iterator[Json]:
    leading = items(plain, "prefixItems") or [plain[keyword] for keyword in ("contains",) if keyword in plain]
    first = [value for schema in leading for value in _some(schema, 1, full=full)]
    shortest, longest = plain.get("minItems"), plain.get("maxItems")
    count = max(1, shortest if isinstance(shortest, int) else 1, len(first))
    if isinstance(longest, int):
        count = min(count, longest)
    values = instances(plain.get("items", {}), full=full)
    if plain.get("uniqueItems"):
        values = _distinct(values)
    else:
        values = chain.from_iterable(map(repeat, islice(values, 1)))
    yield [*first, *islice(values, max(0, count - len(first)))]
    yield []


def _distinct(values: Iterable[Json]) -> Iterator[Json]:
    seen: list[Json] = []
    for value in values:
        if value not in seen:
            seen.append(value)
            yield value


def _strings(plain: JsonObject) -> Iterator[str]:
    shortest, longest = plain.get("minLength"), plain.get("maxLength")
    if "pattern" in plain:
        yield from SAMPLES
    formatted = plain.get("format")
    yield from FORMATTED.get(formatted, ()) if isinstance(formatted, str) else ()
    for number in range(1, TRIES + 1):
        sentence = SENTENCE if number == 1 else f"{number}. {SENTENCE}"
        while isinstance(shortest, int) and len(sentence) < shortest:
            sentence += f" {SENTENCE}"
        yield sentence[:longest] if isinstance(longest, int) else sentence


def _numbers(plain: JsonObject) -> Iterator[Json]:
    """Numbers near the bounds: a bound itself, a step inside it, the middle; multiples where these are wanted."""
    low, above, high, below = (_number(plain.get(name)) for name in BOUNDS)
    step = _number(plain.get("multipleOf")) or 1
    if low is not None:
        yield low
    yield from (1, 0, step)
    base = low if low is not None else above if above is not None else 0
    first = -(-base // step) * step
    yield from (first + index * step for index in range(TRIES))
    top = high if high is not None else below
    if top is not None:
        yield from (top, top - step)
        bottom = low if low is not None else above
        yield from () if bottom is None else [(bottom + top) / 2]


BOUNDS: tuple[str, ...] = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def _number(value: Json) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
