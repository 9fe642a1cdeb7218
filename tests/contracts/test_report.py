"""A report knows its worst finding, and what a reader calls the severities."""

import pytest

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.report import Report, word
from reelmock.tests.contracts.reports import DRIFT, ERROR, LEARNED, NOTE, WARNING


@pytest.mark.parametrize(
    ("findings", "worst"),
    [
        ((), Severity.INFO),
        ((NOTE, LEARNED), Severity.INFO),
        ((NOTE, WARNING), Severity.WARNING),
        ((NOTE, DRIFT, WARNING), Severity.ERROR),
    ],
)
def test_the_worst_finding_is_that_of_the_report(findings: tuple[Finding, ...], worst: Severity) -> None:
    assert Report("reelmock do this", findings).worst is worst


@pytest.mark.parametrize(
    ("finding", "told"),
    [(ERROR, "error"), (WARNING, "warning"), (NOTE, "info"), (DRIFT, "drift"), (LEARNED, "learned")],
)
def test_a_server_drifts_and_a_document_has_errors(finding: Finding, told: str) -> None:
    assert word(finding) == told
