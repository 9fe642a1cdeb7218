"""A report as JUnit's XML, which GitLab, Jenkins and actions for GitHub read: a case for each model and rule."""

from collections import defaultdict
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import printable
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_text import finding_lines, summary


def junit_lines(report: Report) -> list[str]:
    """One XML document, in ASCII.

    Errors are the failure of their case, other findings its output. `printable` replaces what XML can't carry.
    """
    root = Element("testsuites")
    suite = SubElement(root, "testsuite", name=printable(report.title))
    for case, findings in _cases(report):
        _add(suite, case, findings, report.title)
    # One failure at most, one skip at most: each stands for a case.
    kinds = {"tests": "testcase", "failures": "failure", "skipped": "skipped", "errors": "error"}
    suite.attrib |= {name: str(len([*suite.iter(tag)])) for name, tag in kinds.items()}
    indent(root)
    return ['<?xml version="1.0" encoding="UTF-8"?>', *tostring(root).decode("ascii").split("\n")]


def _cases(report: Report) -> list[tuple[Case, list[Finding]]]:
    """The cases of a report, and those of findings that are in none, each with its findings."""
    found: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in report.findings:
        found[finding.model, finding.id].append(finding)
    cases = {(case.model, case.rule): case for case in report.cases}
    keys = dict.fromkeys([*cases, *found])
    # Jenkins fails a build whose reports have no case at all.
    return [(cases.get(key) or Case(key[1], key[0]), found[key]) for key in keys] or [(Case(summary(())), [])]


def _add(suite: Element, case: Case, findings: Sequence[Finding], title: str) -> None:
    node = SubElement(suite, "testcase", classname=printable(case.model or title), name=printable(case.rule))
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    others = [finding for finding in findings if finding.severity is not Severity.ERROR]
    if errors:
        # One for all: GitLab shows one failure of a case.
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        told = printable(f"{errors[0].message}{more}")
        SubElement(node, "failure", message=told, type=printable(case.rule)).text = _text(errors)
    elif case.skipped:
        SubElement(node, "skipped", message=printable(case.skipped))
    if others:
        SubElement(node, "system-out").text = _text(others)


def _text(findings: Sequence[Finding]) -> str:
    return "\n".join(line for finding in findings for line in finding_lines(finding))
