"""Linting tells what was mended, and what shows in the whole document alone."""

from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import ContractError, load_document, make_document
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.lint import lint, unusable

DATA = Path(__file__).parent.parent / "data"
SERVERS = [{"url": "https://api.example"}]


def document(*schemas: object, servers: object = SERVERS, **more: Any) -> dict[str, Any]:
    """A document with one create operation, which takes any of these schemas."""
    body = {"content": {"application/json": {"schema": {"oneOf": [*schemas]}}}}
    responses = {"200": {"description": ""}}
    paths = {"/a": {"post": {"requestBody": body, "responses": responses}}}
    return {"openapi": "3.1.0", "servers": servers, "paths": paths, **more}


def model(*ids: str, aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"properties": {"model": {"enum": [*ids]}}, "x-aliases": [*aliases]}


def told(tree: dict[str, Any]) -> list[str]:
    return [str(finding) for finding in lint(make_document(tree, "api.json"))]


def test_nothing_is_odd_about_the_shipped_document() -> None:
    assert [finding.id for finding in lint(load_contract())] == ["several-paths"]


def test_what_was_mended_is_among_the_findings() -> None:
    loaded = load_document(DATA / "specs" / "google-veo-3.1-t2v.json")
    assert loaded.findings
    assert set(lint(loaded)) >= set(loaded.findings)


BODY = "api.json at /paths/~1a/post/requestBody"


@pytest.mark.parametrize(
    ("tree", "findings"),
    [
        (document(model("m1"), model("m2")), []),
        (
            document(model("m1"), model("m1")),
            [
                f"warning duplicate-model: {BODY}: 2 models of POST /a answer to 'm1'. The first is used; an id goes "
                "before an alias."
            ],
        ),
        (
            document(model("m1"), model("m2", aliases=("m1",)), model("m3", "m4"), model("m5", aliases=("m4",))),
            [
                f"warning duplicate-model: {BODY}: 2 models of POST /a answer to 'm1'. The first is used; an id goes "
                "before an alias.",
                f"warning duplicate-model: {BODY}: 2 models of POST /a answer to 'm4'. The first is used; an id goes "
                "before an alias.",
            ],
        ),
        (document(model("m1", aliases=("m1",))), []),
        (
            document(model("m1"), servers=[{"url": "/v2"}]),
            [
                "info no-server: api.json at /servers: the document names no server by a whole URL. "
                "Name the hosts to answer for with `mock(hosts=…)`."
            ],
        ),
        (
            document(model("m1")) | {"paths": {}},
            ["info no-model: api.json at /paths: no operation takes a payload. There is nothing to judge."],
        ),
        (
            document({"$ref": "#/components/schemas/None"}),
            [
                f"error unusable: {BODY}/content/application~1json/schema/oneOf/0: `$ref` names "
                "'#/components/schemas/None', and there is no such place. Correct the reference or add what it names."
            ],
        ),
    ],
)
def test_a_document_is_judged_as_a_whole(tree: dict[str, Any], findings: list[str]) -> None:
    assert told(tree) == findings


def test_findings_made_elsewhere_join_in_order_and_none_comes_twice() -> None:
    mended = make_document(document(model("m1"), servers=[]), "b.json")
    first, last = (Finding("z", Severity.ERROR, file, "", "m", "d") for file in ("a.json", "c.json"))
    high, low = (Finding(name, Severity.INFO, "b.json", "/servers", "m", "d") for name in ("a", "z"))
    found = lint(mended, [last, low, high, first, low])
    assert [(finding.file, finding.id) for finding in found] == [
        ("a.json", "z"),
        ("b.json", "a"),
        ("b.json", "no-server"),
        ("b.json", "z"),
        ("c.json", "z"),
    ]


def test_a_contract_and_its_document_get_the_same() -> None:
    loaded = make_document(document(model("m1"), model("m1"), servers=[]), "api.json")
    assert lint(Contract(loaded, load_contract().house)) == lint(loaded)


def test_a_document_that_cannot_be_used_is_a_finding_too() -> None:
    found = unusable(ContractError("api.json", "/paths", "there are none", "Add one"))
    assert found == Finding("unusable", Severity.ERROR, "api.json", "/paths", "there are none", "Add one")
