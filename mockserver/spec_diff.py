"""What `reelmock spec diff` prints about two documents, and how it ends."""

from pathlib import Path

from reelmock.contracts.accepted import accepted_in, covered, left
from reelmock.contracts.contract import load_contract
from reelmock.contracts.diff import diff
from reelmock.contracts.diff_rules import LEVELS, RULES
from reelmock.contracts.report import Report, ReportFormat
from reelmock.contracts.report_lines import report_lines


def run_diff(old: Path, new: Path, fail_on: str, ignore: Path | None, form: ReportFormat) -> tuple[list[str], int]:
    """The lines to print, and the exit code: 1 when a finding of the level `fail_on` or above is left, else 0.

    ContractError for a document, or a line of the ignore file, that can't be used.
    """
    findings = diff(load_contract(old), load_contract(new))
    accepted = () if ignore is None else accepted_in(ignore, RULES, "docs/spec-diff.md")
    kept = left(findings, accepted, str(ignore))
    lines = report_lines(Report(f"reelmock spec diff {old} {new}", kept), form)
    if form == "text":
        count = len(covered(findings, accepted))
        same = f"nothing{' else' if count else ''} that a client meets has changed"
        lines = [*(lines if kept else [same]), *([f"{count} accepted by {ignore}"] if count else [])]
    return lines, int(any(finding.severity >= LEVELS[fail_on] for finding in kept))
