"""An independent judge finds nothing wrong with the fake, of the shipped document or of another one."""

import json
from pathlib import Path

from reelmock.tests.referee import referee

SPECS = Path(__file__).parent / "data" / "specs"
ROUTE = "/v2/video/generations"


def test_schemathesis_finds_nothing() -> None:
    """`make referee` asks for 100 examples; here fewer do."""
    verdict = referee(examples=15)
    assert verdict.returncode == 0, verdict.stdout
    assert "No issues found" in verdict.stdout


def test_schemathesis_finds_nothing_with_a_document_that_declares_no_refusals(tmp_path: Path) -> None:
    """One operation of each of two real documents, as they are: neither declares more than its 200."""
    tree, fetch = (
        json.loads((SPECS / name).read_text()) for name in ("luma-ai-ray-2.json", "universal-video-fetch.json")
    )
    tree["paths"][ROUTE]["get"] = fetch["paths"][ROUTE]["get"]
    tree["security"] = fetch["security"]
    assert [list(operation["responses"]) for operation in tree["paths"][ROUTE].values()] == [["200"], ["200"]]
    spec = tmp_path / "api.json"
    spec.write_text(json.dumps(tree))
    verdict = referee(15, spec)
    assert verdict.returncode == 0, verdict.stdout
    assert "No issues found" in verdict.stdout
