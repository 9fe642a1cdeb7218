"""One writer for every command: whatever the format, nothing that is printed drives a terminal."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.findings import Finding, Proof, Severity
from reelmock.contracts.report import REPORT_FORMATS, Case, Report, ReportFormat
from reelmock.contracts.report_github import github_lines
from reelmock.contracts.report_json import json_lines
from reelmock.contracts.report_junit import junit_lines
from reelmock.contracts.report_lines import report_lines
from reelmock.contracts.report_text import text_lines
from reelmock.tests.contracts.reports import DRIFT, ERROR, LEARNED, NOTE, REPORTS, WARNING, report

WRITTEN_BY: dict[ReportFormat, Callable[[Report], list[str]]] = {
    "text": text_lines,
    "json": json_lines,
    "junit": junit_lines,
    "github": github_lines,
}


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_each_format_has_its_writer(form: ReportFormat) -> None:
    told = report(ERROR, DRIFT)
    assert report_lines(told, form) == WRITTEN_BY[form](report(DRIFT, ERROR))


def test_drift_comes_first_and_documents_keep_their_order() -> None:
    doubt = replace(DRIFT, severity=Severity.WARNING, id="doubt")
    told = report(LEARNED, NOTE, doubt, ERROR, DRIFT, WARNING)
    assert [line.split()[1] for line in report_lines(told, "text")[:-1] if line[0] != " "] == [
        "unknown_id_is_404:",
        "doubt:",
        "unsupported_method:",
        "several-paths:",
        "enum-type:",
        "default-type:",
    ]


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_every_control_character_is_escaped_wherever_it_stands(form: ReportFormat) -> None:
    odd = "".join(map(chr, [*range(32), *range(127, 160), 0x2028, 0x202E, 0xD800, 0xFFFE]))
    proof = Proof(odd, odd, odd, odd)
    told = Report(odd, (Finding(odd, Severity.ERROR, odd, odd, odd, odd, odd, proof),), (Case(odd, odd, 0, odd),))
    assert [line for line in report_lines(told, form) if not line.isprintable()] == []


@given(told=REPORTS, form=st.sampled_from(REPORT_FORMATS))
def test_no_line_drives_a_terminal_or_breaks_in_two(told: Report, form: ReportFormat) -> None:
    lines = report_lines(told, form)
    assert all(line.isprintable() for line in lines)
    if form == "github":
        assert [line.partition(" ")[0] in {"::error", "::warning", "::notice"} for line in lines] == (
            [True] * len(told.findings)
        )
    if form == "text":
        assert sum(not line.startswith("  ") for line in lines) == len(told.findings) + 1


@pytest.mark.parametrize(("form", "lines"), [("text", ["nothing odd"]), ("github", [])])
def test_nothing_odd_is_said_too(form: ReportFormat, lines: list[str]) -> None:
    assert report_lines(report(), form) == lines
