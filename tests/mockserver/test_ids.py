"""Ids have the form that a document wants, and the same seed gives the same ones."""

import re
from uuid import UUID

import pytest

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import JsonObject
from reelmock.mockserver.ids import id_form


@pytest.mark.parametrize(
    ("schema", "pattern"),
    [
        ({}, r"[\w-]{21}"),
        ({"type": "string"}, r"[\w-]{21}"),
        ({"type": "string", "format": "uuid"}, r"[0-9a-f-]{36}"),
        ({"type": "string", "pattern": "^[0-9]+$"}, r"[1-9][0-9]{15}"),
        ({"type": "integer"}, r"[1-9][0-9]{15}"),
        ({"type": "boolean"}, r"[\w-]{21}"),
    ],
    ids=str,
)
def test_an_id_has_the_first_form_that_fits(schema: JsonObject, pattern: str) -> None:
    form = id_form(schema)
    made = [form.make("seed", "generation", number) for number in range(50)]
    assert all(re.fullmatch(pattern, generation_id) for generation_id in made)
    assert len(set(made)) == 50
    assert made == [form.make("seed", "generation", number) for number in range(50)]
    if schema.get("type") != "boolean":
        assert all(fits(schema)(form.told(generation_id)) for generation_id in made)


def test_a_uuid_is_one_of_version_4() -> None:
    assert UUID(id_form({"format": "uuid"}).make("seed", "generation", 1)).version == 4


def test_a_number_is_told_as_one_and_stays_exact_in_javascript() -> None:
    form = id_form({"type": "integer"})
    told = form.told(form.make("seed", "generation", 1))
    assert isinstance(told, int)
    assert told < 2**53
    assert form.told("no number") == "no number"
