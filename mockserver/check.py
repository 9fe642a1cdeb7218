"""What comes of `reelmock check`: what is accepted, what is told and written, and how it ends."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from textwrap import wrap

from reelmock.contracts.accepted import Accepted, covered
from reelmock.contracts.check_baseline import left_by_baseline
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.report import Report
from reelmock.contracts.report_lines import report_lines
from reelmock.contracts.report_text import finding_lines
from reelmock.mockserver.check_options import CheckOptions
from reelmock.mockserver.check_plan import ERRORS, Plan, plan
from reelmock.mockserver.check_recording import named
from reelmock.mockserver.check_setup import FORMATS, unwritable
from reelmock.mockserver.check_verdicts import summary, verdict_table, was_judged

__all__ = [
    "ERRORS",
    "Conclusion",
    "Plan",
    "check_list",
    "conclude",
    "could_not_run",
    "exit_code",
    "plan",
    "write_reports",
]


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What is printed, the reports to write, and the exit code."""

    lines: Sequence[str]
    files: Mapping[Path, str]
    code: int


def conclude(plan: Plan, report: Report, options: CheckOptions, width: int | None) -> Conclusion:
    """What came of a check: `report` without what was accepted."""
    accepted = covered(report.findings, plan.baseline)
    kept = replace(report, findings=_kept(report, plan.baseline, options))
    if plan.tally.interrupted:
        kept = _interrupted(kept, str(plan.tally))
    found = report_lines(kept, "github") if options["github"] else [*chain(*map(finding_lines, kept.findings))]
    costs = {check.name: check.cost.word for check in CHECKS.values()}
    rows = verdict_table(kept, accepted, costs, width, priced=options["recording"] is None)
    return Conclusion(
        [*found, *([""] if found else []), *rows, "", summary(kept, accepted, plan.target, plan.tally.sent)],
        _written(kept, options["reports"]),
        exit_code(kept),
    )


def could_not_run(options: CheckOptions, why: str) -> Mapping[Path, str]:
    """The reports of a check that could not run, so that CI shows why: an error in each."""
    target = options["url"] or named(options["recording"] or ())
    finding = Finding("could_not_run", Severity.ERROR, target, "", why.rstrip("."), "Mend that, and run it again")
    report = Report(f"reelmock check {target}".rstrip(), (finding,))
    return _written(report, [file for file in options["reports"] if not unwritable(file)])


def _written(report: Report, files: Sequence[Path]) -> Mapping[Path, str]:
    return {file: "\n".join([*report_lines(report, FORMATS[file.suffix.lower()]), ""]) for file in files}


def exit_code(report: Report) -> int:
    """1 for drift, 2 where nothing could be judged, else 0."""
    if report.worst is Severity.ERROR:
        return 1
    return 0 if any(map(was_judged, report.cases)) else 2


def _kept(report: Report, accepted: tuple[Accepted, ...], options: CheckOptions) -> tuple[Finding, ...]:
    unless = "what did not happen this time" if options["paid"] else "what --paid or --probe shows"
    told = "" if options["recording"] else unless  # a recording shows what it shows
    return left_by_baseline(report, accepted, str(options["baseline"]), models=options["model"], unless=told)


def _interrupted(report: Report, done: str) -> Report:
    """The report, with what Ctrl-C did instead of a limit on requests, which is how it ends a run."""
    findings = (
        replace(one, id="interrupted", message=f"Ctrl-C: {done}", done="Run it again for the rest")
        if one.id == "request_limit"
        else one
        for one in report.findings
    )
    return replace(report, findings=tuple(findings))


def write_reports(files: Mapping[Path, str]) -> None:
    """Write each file in one go: at every moment it is the old one or the new one. OSError where that can't be."""
    for file, content in files.items():
        draft = file.with_name(f".{file.name}.{os.getpid()}")
        try:
            draft.write_text(content, encoding="utf-8")
            draft.replace(file)
        except OSError as error:
            raise OSError(error.errno, f"the report can't be written ({error.strerror})", str(file)) from None
        finally:
            draft.unlink(missing_ok=True)


def check_list(width: int) -> list[str]:
    """The checks by name: what each may cost, its rule, what it sends and what it expects."""
    lines = []
    for check in CHECKS.values():
        lines.append(f"{check.name} ({check.cost.word})")
        told = (check.rule, f"Sends {check.sends}.", f"Expects {check.expects}.")
        lines += chain(*(wrap(text, width, initial_indent="  ", subsequent_indent="    ") for text in told))
    return lines
