"""The page on fidelity, and the document's version."""

from reelmock.contracts.contract import SHIPPED
from reelmock.contracts.document import read_json
from reelmock.contracts.fidelity import claims, fidelity_page, fingerprint, stamp
from reelmock.contracts.jsontree import JsonObject, member, pointer

TREE: JsonObject = {
    "openapi": "3.1.0",
    "info": {"title": "Kites", "version": "2026-01-01+00000000"},
    "paths": {
        "/kites": {
            "get": {
                "summary": "Look",
                "parameters": [{"name": "id", "in": "query"}, {"$ref": "#/x"}],
                "responses": {"404": {"description": "Gone|lost", "x-evidence": "inferred"}},
            }
        },
        "/purse": {"get": {"summary": "Pay", "x-evidence": "recorded", "x-source": "a reply"}},
    },
    "components": {
        "schemas": {
            "Kite": {
                "properties": {"tail": {"description": "How long."}},
                "allOf": [{"description": "A red one needs a tail."}],
            },
            "Error": {
                "x-evidence": "recorded",
                "x-source": "a reply",
                "properties": {"why": {"x-evidence": "recorded"}},
            },
        }
    },
    "x-not-known": ["Who flies it."],
}


def test_every_claim_has_its_place_its_evidence_and_its_source() -> None:
    found = [(pointer(claim.path), claim.what, claim.evidence, claim.source) for claim in claims(TREE)]
    page = "the model's page"
    assert found == [
        ("/components/schemas/Error", "`Error`", "recorded", "a reply"),
        ("/components/schemas/Error/properties/why", "`why`", "recorded", "a reply"),
        ("/components/schemas/Kite/allOf/0", "A red one needs a tail.", "documented", f"{page}, in prose"),
        ("/components/schemas/Kite/properties/tail", "`tail`: How long.", "documented", page),
        ("/paths/~1kites/get", "Look", "documented", page),
        ("/paths/~1kites/get/parameters/0", "`id`", "documented", page),
        ("/paths/~1kites/get/responses/200", "200", "documented", page),
        ("/paths/~1kites/get/responses/404", "`404`: Gone|lost", "inferred", ""),
        ("/paths/~1purse/get", "`get`", "recorded", "a reply"),
    ]


def test_the_page_counts_and_lists_them() -> None:
    page = fidelity_page(TREE)
    assert "- **documented** (5): " in page
    assert "- Who flies it.\n" in page
    assert "| `/paths/~1kites/get/responses/404` | `404`: Gone\\|lost |  |\n" in page


def test_the_version_changes_with_the_document_and_only_with_it() -> None:
    stamped = stamp(TREE, "2026-02-02")
    assert member(stamped, "info")["version"] == f"2026-02-02+{fingerprint(TREE)}"
    assert stamp(stamped, "2026-03-03") == stamped
    assert fingerprint({**TREE, "x-not-known": []}) != fingerprint(TREE)


def test_every_claim_of_the_shipped_document_is_of_a_known_kind() -> None:
    assert {claim.evidence for claim in claims(read_json(SHIPPED))} == {"documented", "recorded", "inferred"}
