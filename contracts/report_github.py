"""Findings as workflow commands, which GitHub shows as annotations."""

from collections.abc import Mapping

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import printable
from reelmock.contracts.report import Report
from reelmock.contracts.report_text import proof_lines

# What GitHub calls the severities.
COMMANDS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}


def github_lines(report: Report) -> list[str]:
    """A command for each finding."""
    return [_annotation(finding) for finding in report.findings]


def _annotation(finding: Finding) -> str:
    place = f"{finding.pointer}: " if finding.pointer else ""
    properties = {"file": finding.file, "title": finding.id}
    if "://" in finding.file:
        # GitHub would look for it in the checkout, and show the annotation nowhere.
        del properties["file"]
        place = f"{finding.file} at {place}" if place else f"{finding.file}: "
    told = "\n".join([f"{place}{finding.message}. {finding.done}.", *proof_lines(finding.proof)])
    named = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return printable(f"::{COMMANDS[finding.severity]} {named}::{_data(told)}")


def _data(value: str) -> str:
    """`value` as GitHub wants it behind `::`."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    """`value` as GitHub wants it in a property."""
    return _data(value).replace(":", "%3A").replace(",", "%2C")
