"""Findings are written for people, programs and GitHub; nothing that is printed drives a terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.lint_format import LINT_FORMATS, LintFormat, exit_code, lint_lines, summary

ERROR = Finding("enum-type", Severity.ERROR, "a/b.json", "/x", "the enum is odd", "Left out")
WARNING = Finding("default-type", Severity.WARNING, "b.json", "", "it is 100 % odd", "Read as 5")
NOTE = Finding("several-paths", Severity.INFO, "C:\\d,e.json", "/paths", "there are two", "Both are read")


def test_text_is_a_line_for_each_and_a_summary() -> None:
    assert lint_lines([ERROR, WARNING, NOTE], "text") == [
        "error enum-type: a/b.json at /x: the enum is odd. Left out.",
        "warning default-type: b.json: it is 100 % odd. Read as 5.",
        "info several-paths: C:\\d,e.json at /paths: there are two. Both are read.",
        "1 error, 1 warning, 1 note",
    ]


def test_json_is_one_array() -> None:
    (line,) = lint_lines([ERROR, WARNING], "json")
    assert json.loads(line) == [
        {
            "id": "enum-type",
            "severity": "error",
            "file": "a/b.json",
            "pointer": "/x",
            "message": "the enum is odd",
            "done": "Left out",
        },
        {
            "id": "default-type",
            "severity": "warning",
            "file": "b.json",
            "pointer": "",
            "message": "it is 100 % odd",
            "done": "Read as 5",
        },
    ]


def test_github_gets_workflow_commands() -> None:
    assert lint_lines([ERROR, WARNING, NOTE], "github") == [
        "::error file=a/b.json,title=enum-type::/x: the enum is odd. Left out.",
        "::warning file=b.json,title=default-type::it is 100 %25 odd. Read as 5.",
        "::notice file=C%3A\\d%2Ce.json,title=several-paths::/paths: there are two. Both are read.",
    ]


def test_what_github_would_read_as_its_own_is_escaped() -> None:
    odd = Finding("a:b,c", Severity.ERROR, "d%\r\ne", "/x,y:z", "first\r\nsecond, third", "100%")
    assert lint_lines([odd], "github") == [
        "::error file=d%25%0D%0Ae,title=a%3Ab%2Cc::/x,y:z: first%0D%0Asecond, third. 100%25."
    ]


@pytest.mark.parametrize(("form", "lines"), [("text", ["nothing odd"]), ("json", ["[]"]), ("github", [])])
def test_nothing_odd_is_said_too(form: LintFormat, lines: list[str]) -> None:
    assert lint_lines([], form) == lines


@pytest.mark.parametrize(
    ("findings", "code", "text"),
    [
        ([], 0, "nothing odd"),
        ([NOTE], 0, "1 note"),
        ([NOTE, NOTE], 0, "2 notes"),
        ([NOTE, WARNING], 1, "1 warning, 1 note"),
        ([ERROR, WARNING, WARNING, WARNING, ERROR, NOTE], 2, "2 errors, 3 warnings, 1 note"),
        ([WARNING] * 10, 1, "10 warnings"),
    ],
)
def test_the_worst_finding_is_the_exit_code(findings: list[Finding], code: int, text: str) -> None:
    assert exit_code(findings) == code
    assert summary(findings) == text


TEXTS = st.text(max_size=8) | st.sampled_from(["\x1b[2J", "\x7f", "\x9b1m", "\r\n::error::x", "\u202e", "\ud800"])
FINDINGS = st.builds(Finding, TEXTS, st.sampled_from(Severity), TEXTS, TEXTS, TEXTS, TEXTS)


@given(findings=st.lists(FINDINGS, max_size=3), form=st.sampled_from(LINT_FORMATS))
def test_no_line_drives_a_terminal_or_breaks_in_two(findings: list[Finding], form: LintFormat) -> None:
    lines = lint_lines(findings, form)
    assert all(line.isprintable() for line in lines)
    assert len(lines) == {"text": len(findings) + 1, "json": 1, "github": len(findings)}[form]


@given(findings=st.lists(FINDINGS, max_size=3))
def test_json_says_exactly_what_was_found(findings: list[Finding]) -> None:
    (line,) = lint_lines(findings, "json")
    names = ("id", "file", "pointer", "message", "done")
    told = [tuple(row[name] for name in names) for row in json.loads(line)]
    assert told == [tuple(getattr(finding, name) for name in names) for finding in findings]
