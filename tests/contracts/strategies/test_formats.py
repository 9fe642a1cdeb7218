"""Drawn strings of the formats that documents name: valid for a strict judge and for reelmock's own."""

import pytest
from jsonschema import Draft202012Validator as OwnValidator
from jsonschema_rs import Draft202012Validator, EmailOptions

from reelmock.contracts.formats import format_checker
from reelmock.contracts.instances import FORMATTED
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.strategies.formats import FORMATS
from reelmock.contracts.strategies.schemas import from_schema
from reelmock.tests.contracts.strategies.drawing import drawn, simplest, unreached
from reelmock.tests.independent import _is_base64 as is_base64


@pytest.mark.parametrize("name", FORMATS)
def test_a_string_of_a_format_is_one_for_every_judge(name: str) -> None:
    schema: JsonObject = {"type": "string", "format": name}
    independent = Draft202012Validator(
        schema,
        validate_formats=True,
        ignore_unknown_formats=False,
        formats={"byte": is_base64, "url": lambda text: "://" in text or text.startswith("data:")},
        email_options=EmailOptions(allow_display_text=False),
    )
    own = OwnValidator(schema, format_checker=format_checker())
    found = drawn(from_schema(schema), 100)
    assert [text for text in found if not independent.is_valid(text)] == []
    assert [text for text in found if not own.is_valid(text)] == []
    assert len(set(found)) >= (7 if name in ("email", "hostname") else 50)


def test_both_ways_to_make_values_know_the_same_formats() -> None:
    assert FORMATS.keys() - {"url", "uri-reference"} == FORMATTED.keys()


def test_years_have_four_digits() -> None:
    assert simplest(FORMATS["date-time"], lambda text: text < "1000") == "0999-01-01T00:00:00Z"
    assert simplest(FORMATS["date"], lambda text: text < "1000") == "0999-01-01"


@pytest.mark.parametrize("schema", [{"format": "aspect-ratio"}, {"format": "password", "minLength": 8}])
def test_a_format_that_says_nothing_gives_any_text(schema: JsonObject) -> None:
    assert unreached(from_schema({"type": "string", **schema}), {"any": lambda text: not str(text).isascii()}) == []


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "byte", "minLength": 4},
        {"format": "byte", "maxLength": 8},
        {"format": "uri", "maxLength": 60},
        {"format": "uri", "minLength": 12, "maxLength": 2048},
        {"format": "email", "maxLength": 320},
    ],
)
def test_a_length_beside_a_format_holds(schema: JsonObject) -> None:
    valid = Draft202012Validator({"type": "string", **schema}, validate_formats=True, formats={"byte": is_base64})
    found = drawn(from_schema({"type": "string", **schema}), 60)
    assert len({*map(str, found)}) >= 7
    assert all(map(valid.is_valid, found))
