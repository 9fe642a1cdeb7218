"""The one writer of reports: what lint, diff and check have found, in each of the formats."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from reelmock.contracts.findings import Finding
from reelmock.contracts.report import Report, ReportFormat
from reelmock.contracts.report_github import github_lines
from reelmock.contracts.report_json import json_lines
from reelmock.contracts.report_junit import junit_lines
from reelmock.contracts.report_text import text_lines

# Format → what writes it.
WRITERS: Mapping[ReportFormat, Callable[[Report], list[str]]] = {
    "text": text_lines,
    "json": json_lines,
    "junit": junit_lines,
    "github": github_lines,
}


def report_lines(report: Report, form: ReportFormat) -> list[str]:
    """The report as lines to print or to write, without line ends; none of them drives a terminal.

    Findings about a server come with the worst first, others in the order of the report. `text` has a line for each,
    what proves it, and a summary; `json` is one object and `junit` one XML document, both over several lines and in
    ASCII; `github` are workflow commands, which GitHub shows as annotations.
    """
    return WRITERS[form](replace(report, findings=tuple(sorted(report.findings, key=_rank))))


def _rank(finding: Finding) -> int:
    return -finding.severity if finding.proof else 0
