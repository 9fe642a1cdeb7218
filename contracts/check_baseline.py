"""What is left of a check's findings once those that a baseline accepts are taken out."""

from dataclasses import replace

from reelmock.contracts.accepted import Accepted, left
from reelmock.contracts.findings import Finding
from reelmock.contracts.report import Report


def left_by_baseline(
    report: Report, accepted: tuple[Accepted, ...], file: str, *, models: str, unless: str = ""
) -> tuple[Finding, ...]:
    """The findings that are not accepted, and a warning for each line of the baseline `file` that covers none.

    There is no such warning where a run looked at a part of the models (`models` is the glob for those that it was
    about) or ended early; where it may not have sent what the line is about, the warning says so: `unless`.
    """
    whole = models == "*" and not any(finding.id == "request_limit" for finding in report.findings)

    def judged(one: Accepted) -> bool:
        cases = [case for case in report.cases if case.rule == one.id]
        return whole and bool(cases) and all(case.requests and not case.skipped for case in cases)

    findings = left(report.findings, accepted, file, judged=judged)
    if not unless:
        return findings
    done = f"Take the line out, unless it is about {unless}"
    return tuple(replace(one, done=done) if one.id == "unused-ignore" else one for one in findings)
