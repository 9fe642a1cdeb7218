"""A report as JSON: docs/reports.md describes each member."""

import json
from collections import Counter
from dataclasses import asdict

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.report import Report, word


def json_lines(report: Report) -> list[str]:
    """One object, over several lines, in ASCII."""
    counts = Counter(finding.severity for finding in report.findings)
    told = {
        "title": report.title,
        "summary": {severity.word: counts[severity] for severity in sorted(Severity, reverse=True)},
        "findings": [_row(finding) for finding in report.findings],
        "cases": [asdict(case) for case in report.cases],
    }
    return json.dumps(told, indent=2).split("\n")


def _row(finding: Finding) -> JsonObject:
    row: JsonObject = {
        "id": finding.id,
        "severity": finding.severity.word,
        "file": finding.file,
        "pointer": finding.pointer,
        "model": finding.model,
        "message": finding.message,
        "done": finding.done,
    }
    return row | ({"verdict": word(finding)} | asdict(finding.proof) if finding.proof else {})
