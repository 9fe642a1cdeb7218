"""What a document knows is what it says nearest to a place; what it only guesses can be learned better."""

import pytest

from reelmock.contracts.document import make_document
from reelmock.contracts.evidence import (
    Evidence,
    evidence_at,
    evidence_in,
    refusal_evidence,
    refusal_row,
    weakest,
)
from reelmock.contracts.jsontree import JsonObject, Path
from reelmock.tests.contracts.checking import HOUSE, document

TREE: JsonObject = {
    "openapi": "3.1.0",
    "paths": {
        "/a": {
            "x-evidence": "recorded",
            "x-source": "a reply",
            "get": {"x-evidence": "inferred", "responses": {"200": {"$ref": "#/components/responses/Fine"}}},
            "post": {"parameters": [{"name": "a", "x-evidence": "inferred", "x-source": "a sample"}]},
        },
        "/b": {"get": {"responses": {"200": {"$ref": "#/components/responses/Fine"}}}},
    },
    "components": {"responses": {"Fine": {"x-evidence": "documented", "x-source": "a page"}}},
}

PLACES: dict[str, tuple[Path, str, str]] = {
    "nothing is said": (("paths", "/b", "get"), "documented", ""),
    "said there": (("paths", "/a"), "recorded", "a reply"),
    "said around it": (("paths", "/a", "post"), "recorded", "a reply"),
    "the nearest counts, with its own source": (("paths", "/a", "get"), "inferred", ""),
    "behind a reference": (("paths", "/b", "get", "responses", "200"), "documented", "a page"),
    "behind a reference, below a guess": (("paths", "/a", "get", "responses", "200"), "documented", "a page"),
    "in an array": (("paths", "/a", "post", "parameters", 0), "inferred", "a sample"),
    "below an array": (("paths", "/a", "post", "parameters", 0, "schema"), "inferred", "a sample"),
    "beyond an array": (("paths", "/a", "post", "parameters", 7), "recorded", "a reply"),
    "by a name in an array": (("paths", "/a", "post", "parameters", "a"), "recorded", "a reply"),
    "nowhere": (("paths", "/c", "get"), "documented", ""),
}


@pytest.mark.parametrize("told", PLACES)
def test_a_place_has_the_nearest_evidence(told: str) -> None:
    path, word, source = PLACES[told]
    found = evidence_at(make_document(TREE, "a.json"), path)
    assert (found.word, found.source) == (word, source)
    assert found.inferred is (word == "inferred")


def test_a_place_is_told_as_a_pointer() -> None:
    assert evidence_at(HOUSE.document, ("paths", "/v2/billing", "get")).place == "/paths/~1v2~1billing/get"


@pytest.mark.parametrize(
    ("evidence", "told"),
    [
        (Evidence("recorded", "a reply of 2026-01", "/paths"), "recorded: a reply of 2026-01 (/paths)"),
        (Evidence("inferred", "", "/paths"), "inferred (/paths)"),
        (Evidence("documented", "a page", ""), "documented: a page"),
        (Evidence("documented", "", ""), "documented"),
    ],
)
def test_evidence_is_told_to_people(evidence: Evidence, told: str) -> None:
    assert str(evidence) == told


SCHEMA: JsonObject = {
    "properties": {
        "a": {"x-evidence": "inferred", "properties": {"b": {"x-evidence": "recorded"}, "c": {}}},
        "list": {"items": {"x-evidence": "inferred", "properties": {"d": {}}}},
    }
}


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ((), None),
        (("a",), "inferred"),
        (("a", "b"), "recorded"),
        (("a", "c"), "inferred"),
        (("gone",), None),
        (("list",), None),
        (("list", 3), "inferred"),
        (("list", 3, "d"), "inferred"),
    ],
)
def test_a_place_in_the_values_of_a_schema_has_the_nearest_evidence(path: Path, word: str | None) -> None:
    assert evidence_in(SCHEMA, path) == word
    assert evidence_in({"x-evidence": "documented", **SCHEMA}, path) == (word or "documented")


def test_a_refusal_is_known_by_its_row() -> None:
    known = Evidence("recorded", "the wording was seen, the body was not", "/x-errors/unknown_generation")
    assert refusal_evidence(HOUSE, "unknown_generation") == known


def test_of_a_refusal_that_is_in_no_row_of_its_own_a_document_knows_nothing() -> None:
    assert refusal_evidence(HOUSE, "out_of_film") is None
    assert refusal_evidence(document({}), "unknown_generation") is None


def test_a_document_with_some_rows_of_its_own_has_the_shipped_ones_beside_them() -> None:
    """So has the fake that it is served by."""
    own = document({}, {"x-errors": {"missing_key": {"status": 403, "x-evidence": "documented"}}})
    assert refusal_row(own, "missing_key")["status"] == 403
    assert refusal_row(own, "unknown_generation")["status"] == 404
    assert refusal_evidence(own, "missing_key") == Evidence("documented", "", "/x-errors/missing_key")


def test_a_chain_is_as_strong_as_its_weakest_link() -> None:
    sure, guess, other = (Evidence(word, word, "") for word in ("recorded", "inferred", "documented"))
    assert weakest(sure, guess, other) == guess
    assert weakest(sure, other) == sure
    assert weakest(other, sure) == other
