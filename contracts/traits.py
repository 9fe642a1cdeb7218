"""Unusual values that a valid payload may have: what careless servers refuse, and what stands at a schema's bounds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.models import Model

# How long a long text is where the schema sets no limit, in characters.
LONG = 20_000

# The largest whole number that every JSON reader keeps.
LARGEST = 2**53 - 1

SPECIAL = "\"quoted\" and 'so', <b>bold</b> & m\u00f6re; %s {x} \\ back\nnext line\tand a tab: "

# A picture of one pixel.
PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True, slots=True)
class Trait:
    """Something unusual that a valid payload may have: its name, in words, and what it makes of a property's value.

    `change` gets the property's schema and value, and answers with None where it does not apply.
    """

    name: str
    what: str
    change: Callable[[JsonObject, Json], Json]


def with_traits(model: Model, payload: JsonObject, traits: Sequence[Trait]) -> JsonObject:
    """`payload` with these traits, at each member that has a valid value of the kind."""

    def changed(current: JsonObject, step: tuple[str, Trait]) -> JsonObject:
        name, trait = step
        value = trait.change(member(model.schema, "properties", name), current[name])
        candidate = {**current, name: value}
        return candidate if value is not None and model.validator.is_valid(candidate) else current

    return reduce(changed, [(name, trait) for trait in traits for name in payload if name != model.selector], payload)


def _free_text(schema: JsonObject, value: Json) -> bool:
    closed = {"enum", "const", "format", "pattern"} & schema.keys()
    return isinstance(value, str) and schema.get("type") == "string" and not closed


def _long(schema: JsonObject, value: Json) -> Json:
    longest = schema.get("maxLength")
    wanted = min(LONG, longest) if isinstance(longest, int) else LONG
    text = f"{value} " * (wanted // (len(str(value)) + 1) + 1)
    return f"{text[: wanted - 1]}." if _free_text(schema, value) and wanted else None


def _beginning(start: str) -> Callable[[JsonObject, Json], Json]:
    """The same text with another beginning."""

    def change(schema: JsonObject, value: Json) -> Json:
        return f"{start}{str(value)[len(start) :]}" if _free_text(schema, value) else None

    return change


def _short(text: str) -> Callable[[JsonObject, Json], Json]:
    def change(schema: JsonObject, value: Json) -> Json:
        shortest = schema.get("minLength")
        return text.ljust(shortest if isinstance(shortest, int) else 0, "x") if _free_text(schema, value) else None

    return change


def _number(bound: str, wanted: int) -> Callable[[JsonObject, Json], Json]:
    def change(schema: JsonObject, _: Json) -> Json:
        numeric = schema.get("type") in ("integer", "number") and "enum" not in schema
        return schema.get(bound, wanted) if numeric else None

    return change


def _with_a_point(schema: JsonObject, value: Json) -> Json:
    whole = isinstance(value, int) and not isinstance(value, bool) and schema.get("type") == "integer"
    return float(value) if whole and isinstance(value, int) and abs(value) < LARGEST else None


def _address(wanted: str) -> Callable[[JsonObject, Json], Json]:
    def change(schema: JsonObject, value: Json) -> Json:
        return wanted if schema.get("format") == "uri" and isinstance(value, str) else None

    return change


def _most_items(schema: JsonObject, value: Json) -> Json:
    most = schema.get("maxItems")
    if not isinstance(value, list) or not value or not isinstance(most, int):
        return None
    return (value * most)[:most]


LONG_TEXT = Trait("long_text", f"texts of {LONG:,} characters, or as many as are allowed", _long)
NON_BMP_TEXT = Trait(
    "non_bmp_text", "characters beyond the Basic Multilingual Plane", _beginning("\U0001f3ac \U0001d4e1 ")
)
SPECIAL_TEXT = Trait("special_text", "quotes, angle brackets and line breaks", _beginning(SPECIAL))
EMPTY_TEXT = Trait("empty_text", "texts that are empty, or as short as is allowed", _short(""))
BLANK_TEXT = Trait("blank_text", "texts of a blank", _short(" "))
SMALL_NUMBER = Trait("negative_number", "negative numbers, or the smallest that are allowed", _number("minimum", -7))
ZERO = Trait("zero", "zeros", _number("const", 0))
LARGE_NUMBER = Trait("large_number", "the largest numbers", _number("maximum", LARGEST))
WITH_A_POINT = Trait("number_with_a_point", "whole numbers that are written with a point", _with_a_point)
DATA_URI = Trait("data_uri", "a file as a `data:` URI", _address(PIXEL))
OTHER_ADDRESS = Trait(
    "http_address", "an http address with a query", _address("http://example.com/a/boat.jpg?size=l&x=%20")
)
MOST_ITEMS = Trait("most_items", "as many items as are allowed", _most_items)
