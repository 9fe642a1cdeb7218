"""Findings for people: a line for each, what proves it, and a summary."""

from dataclasses import replace

import pytest

from reelmock.contracts.findings import Finding, Proof
from reelmock.contracts.report_text import finding_lines, summary, text_lines
from reelmock.tests.contracts.reports import DRIFT, ERROR, LEARNED, NOTE, WARNING, report


def test_text_is_a_line_for_each_and_a_summary() -> None:
    assert text_lines(report(ERROR, WARNING, NOTE)) == [
        "error enum-type: a/b.json at /x: the enum is odd. Left out.",
        "warning default-type: b.json: it is 100 % odd. Read as 5.",
        "info several-paths: C:\\d,e.json at /paths: there are two. Both are read.",
        "1 error, 1 warning, 1 note",
    ]


def test_what_proves_a_finding_is_indented_behind_it() -> None:
    assert text_lines(report(DRIFT, LEARNED)) == [
        "drift unknown_id_is_404: https://api.test at GET:unknown_id:uuid: an id that was never given is found. "
        "Tell the provider.",
        "  curl -sS -i https://api.test/films",
        "  expected: 404, since the id was never given",
        "  came: 200",
        "  evidence: documented: the page (/paths/~1films)",
        "learned unsupported_method: https://api.test at PUT:/films: there is no Allow. Nothing has to be done.",
        "  expected: 405 with Allow",
        "  came: 405",
        "  evidence: inferred",
        "1 drift, 1 learned",
    ]


def test_a_line_of_a_proof_stays_one_line() -> None:
    proof = Proof("curl x\ny", "", "\x1b[2J", "a\r\nb")
    assert finding_lines(replace(DRIFT, proof=proof))[1:] == [
        "  curl x\\ny",
        "  came: \\x1b[2J",
        "  evidence: a\\r\\nb",
    ]


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        ([], "nothing odd"),
        ([NOTE], "1 note"),
        ([NOTE, NOTE], "2 notes"),
        ([NOTE, WARNING], "1 warning, 1 note"),
        ([ERROR, WARNING, WARNING, WARNING, ERROR, NOTE], "2 errors, 3 warnings, 1 note"),
        ([WARNING] * 10, "10 warnings"),
        ([LEARNED, DRIFT, LEARNED, DRIFT, WARNING], "2 drift, 1 warning, 2 learned"),
    ],
)
def test_a_summary_counts_each_kind(findings: list[Finding], told: str) -> None:
    assert summary(findings) == told
