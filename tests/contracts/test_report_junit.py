"""A report as JUnit's XML: a case for each model and rule, whatever the texts hold."""

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given

from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import printable
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_junit import junit_lines
from reelmock.contracts.report_text import finding_lines
from reelmock.tests.contracts.reports import DRIFT, ERROR, LEARNED, REPORTS, WARNING, report

# What readers know: element → attributes.
KNOWN = {
    "testsuites": (),
    "testsuite": ("name", "tests", "failures", "skipped", "errors"),
    "testcase": ("classname", "name"),
    "failure": ("message", "type"),
    "skipped": ("message",),
    "system-out": (),
}


def suite_of(told: Report) -> Element:
    """The one suite of a report, read back."""
    [suite] = fromstring("\n".join(junit_lines(told)))
    return suite


def test_a_report_is_a_suite_of_cases() -> None:
    cases = (
        Case("unknown_id_is_404", "acme/balloon", 3),
        Case("id_is_stable", "acme/balloon", 0, "it needs <--paid> & money"),
        Case("unsupported_method", "", 4),
        Case("error_shape", "", 4),
    )
    assert junit_lines(report(DRIFT, LEARNED, cases=cases)) == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        '  <testsuite name="reelmock do this" tests="4" failures="1" skipped="1" errors="0">',
        '    <testcase classname="acme/balloon" name="unknown_id_is_404">',
        '      <failure message="an id that was never given is found" type="unknown_id_is_404">drift '
        "unknown_id_is_404: https://api.test at GET:unknown_id:uuid: an id that was never given is found. Tell the "
        "provider.",
        "  curl -sS -i https://api.test/films",
        "  expected: 404, since the id was never given",
        "  came: 200",
        "  evidence: documented: the page (/paths/~1films)</failure>",
        "    </testcase>",
        '    <testcase classname="acme/balloon" name="id_is_stable">',
        '      <skipped message="it needs &lt;--paid&gt; &amp; money" />',
        "    </testcase>",
        '    <testcase classname="reelmock do this" name="unsupported_method">',
        "      <system-out>learned unsupported_method: https://api.test at PUT:/films: there is no Allow. Nothing has "
        "to be done.",
        "  expected: 405 with Allow",
        "  came: 405",
        "  evidence: inferred</system-out>",
        "    </testcase>",
        '    <testcase classname="reelmock do this" name="error_shape" />',
        "  </testsuite>",
        "</testsuites>",
    ]


def test_several_errors_of_a_case_are_one_failure() -> None:
    """GitLab shows one of a case."""
    again = replace(DRIFT, pointer="GET:unknown_id:word", message="another")
    [case] = suite_of(report(DRIFT, replace(DRIFT, severity=Severity.WARNING), again))
    [failure, output] = case
    assert failure.get("message") == "an id that was never given is found (and 1 more)"
    assert failure.text == "\n".join([*finding_lines(DRIFT), *finding_lines(again)])
    assert (output.text or "").startswith("warning unknown_id_is_404: ")


def test_a_finding_counts_though_its_case_was_skipped() -> None:
    told = report(DRIFT, cases=(Case(DRIFT.id, DRIFT.model, skipped="it needs --paid"),))
    assert suite_of(told).attrib | {"name": ""} == {
        "name": "",
        "tests": "1",
        "failures": "1",
        "skipped": "0",
        "errors": "0",
    }


def test_findings_that_are_in_no_case_get_one() -> None:
    suite = suite_of(report(ERROR, DRIFT, WARNING, cases=(Case("unknown_id_is_404", "another"),)))
    assert [(case.get("classname"), case.get("name"), [node.tag for node in case]) for case in suite] == [
        ("another", "unknown_id_is_404", []),
        ("reelmock do this", "enum-type", ["failure"]),
        ("acme/balloon", "unknown_id_is_404", ["failure"]),
        ("reelmock do this", "default-type", ["system-out"]),
    ]


def test_nothing_odd_is_a_case_that_passed() -> None:
    """Jenkins fails a build whose reports have none."""
    [case] = suite_of(report())
    assert (case.attrib, [*case]) == ({"classname": "reelmock do this", "name": "nothing odd"}, [])


@given(told=REPORTS)
def test_xml_is_readable_whatever_it_tells(told: Report) -> None:
    lines = junit_lines(told)
    assert "\n".join(lines).isascii()
    suite = suite_of(told)
    assert {(node.tag, *node.attrib) for node in suite.iter()} <= {(tag, *names) for tag, names in KNOWN.items()}
    assert [len(suite.findall(path)) for path in ("testcase", "*/failure", "*/skipped")] == [
        int(suite.get(name, "")) for name in ("tests", "failures", "skipped")
    ]
    pairs = [(case.model, case.rule) for case in told.cases] + [(found.model, found.id) for found in told.findings]
    names = [(printable(model or told.title), printable(rule)) for model, rule in dict.fromkeys(pairs)]
    assert [(case.get("classname"), case.get("name")) for case in suite] == (
        names or [(printable(told.title), "nothing odd")]
    )
    texts = [node.text or "" for tag in ("failure", "system-out") for node in suite.iter(tag)]
    shown = [line for finding in told.findings for line in finding_lines(finding)]
    assert sorted("\n".join(texts).splitlines()) == sorted(shown)
