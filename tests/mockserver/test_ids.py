"""Ids have the form that a document wants, and the same seed gives the same ones."""

import re
from uuid import UUID

import pytest

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import JsonObject
from reelmock.mockserver.ids import id_forms


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ({}, r"[\w-]{21}"),
        ({"type": "string"}, r"[\w-]{21}"),
        ({"type": "string", "format": "uuid"}, r"[0-9a-f-]{36}"),
        ({"type": "string", "pattern": "^[0-9]+$"}, r"[1-9][0-9]{15}"),
        ({"type": "string", "pattern": "^[0-9a-f]{32}$"}, r"[0-9a-f]{32}"),
        ({"type": "string", "pattern": "^film_[a-z0-9]+$"}, r"film_[1-9][0-9]{15}"),
        ({"type": "string", "pattern": "^film-[\\w-]{21}$"}, r"film-[\w-]{21}"),
        ({"type": "string", "maxLength": 8}, r"[0-9]{1,2}"),
        ({"type": "integer"}, r"[1-9][0-9]{15}"),
        ({"type": "number"}, r"[1-9][0-9]{15}"),
        ({"type": ["integer", "string"]}, r"[\w-]{21}"),
        ({"type": "integer", "maximum": 2147483647}, r"[0-9]{1,2}"),
        ({"type": "boolean"}, r"[\w-]{21}"),
    ],
    ids=str,
)
def test_an_id_has_the_first_form_that_fits(schema: JsonObject, pattern: str) -> None:
    (form,) = id_forms(schema)
    made = [form.make("seed", "generation", number) for number in range(50)]
    assert all(re.fullmatch(pattern, generation_id) for generation_id in made)
    assert len(set(made)) == 50
    assert made == [form.make("seed", "generation", number) for number in range(50)]
    if schema.get("type") != "boolean":
        assert all(fits(schema)(form.told(generation_id)) for generation_id in made)


UUID_ID: JsonObject = {"type": "string", "format": "uuid"}
NUMBER: JsonObject = {"type": "integer"}
TEXT: JsonObject = {"type": "string"}


@pytest.mark.parametrize(
    ("schemas", "told"),
    [
        ((TEXT, TEXT, UUID_ID), "uuid"),
        ((NUMBER, TEXT, TEXT), "number text text"),
        ((TEXT, NUMBER, TEXT), "text number text"),
        ((UUID_ID, TEXT, NUMBER), "uuid"),
    ],
)
def test_an_id_fits_wherever_it_is_told_and_first_of_all_the_first_place(
    schemas: tuple[JsonObject, ...], told: str
) -> None:
    forms = id_forms(*schemas)
    assert len({form.make for form in forms}) == 1
    made = forms[0].make("seed", "generation", 1)
    if told == "uuid":
        assert UUID(made).version == 4
    else:
        kinds = ("number" if isinstance(form.told(made), int) else "text" for form in forms)
        assert " ".join(kinds) == told


def test_a_uuid_is_one_of_version_4() -> None:
    assert UUID(id_forms({"format": "uuid"})[0].make("seed", "generation", 1)).version == 4


def test_a_number_is_told_as_one_and_stays_exact_in_javascript() -> None:
    (form,) = id_forms({"type": "integer"})
    told = form.told(form.make("seed", "generation", 1))
    assert isinstance(told, int)
    assert told < 2**53
    assert form.told("no number") == "no number"
