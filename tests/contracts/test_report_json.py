"""A report for programs: one object, which says exactly what was found."""

import json
from collections import Counter
from dataclasses import asdict

from hypothesis import given

from reelmock.contracts.report import Case, Report, word
from reelmock.contracts.report_json import json_lines
from reelmock.tests.contracts.reports import DRIFT, REPORTS, WARNING, report


def test_json_is_one_object() -> None:
    """What it tells is in a fixed order."""
    lines = json_lines(report(DRIFT, WARNING, cases=(Case("id_is_stable", "acme/balloon", 0, "it needs --paid"),)))
    assert lines[:6] == [
        "{",
        '  "title": "reelmock do this",',
        '  "summary": {',
        '    "error": 1,',
        '    "warning": 1,',
        '    "info": 0',
    ]
    assert json.loads("\n".join(lines)) == {
        "title": "reelmock do this",
        "summary": {"error": 1, "warning": 1, "info": 0},
        "findings": [
            {
                "id": "unknown_id_is_404",
                "severity": "error",
                "file": "https://api.test",
                "pointer": "GET:unknown_id:uuid",
                "model": "acme/balloon",
                "message": "an id that was never given is found",
                "done": "Tell the provider",
                "verdict": "drift",
                "curl": "curl -sS -i https://api.test/films",
                "expected": "404, since the id was never given",
                "came": "200",
                "evidence": "documented: the page (/paths/~1films)",
            },
            {
                "id": "default-type",
                "severity": "warning",
                "file": "b.json",
                "pointer": "",
                "model": "",
                "message": "it is 100 % odd",
                "done": "Read as 5",
            },
        ],
        "cases": [{"rule": "id_is_stable", "model": "acme/balloon", "requests": 0, "skipped": "it needs --paid"}],
    }


@given(told=REPORTS)
def test_json_says_exactly_what_was_found(told: Report) -> None:
    got = json.loads("\n".join(json_lines(told)))
    assert got["title"] == told.title
    assert got["summary"] == {"error": 0, "warning": 0, "info": 0} | Counter(f.severity.word for f in told.findings)
    for row, finding in zip(got["findings"], told.findings, strict=True):
        proof = asdict(finding.proof) | {"verdict": word(finding)} if finding.proof else {}
        plain = {name: value for name, value in asdict(finding).items() if name != "proof"}
        assert row == plain | {"severity": finding.severity.word} | proof
    assert got["cases"] == [asdict(case) for case in told.cases]
