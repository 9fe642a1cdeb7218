"""Findings as lines: for people, for programs, and as GitHub's annotations."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import printable

LintFormat: TypeAlias = Literal["text", "json", "github"]
LINT_FORMATS: tuple[LintFormat, ...] = ("text", "json", "github")

# What GitHub calls the severities.
COMMANDS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}

# What a summary calls the severities.
COUNTED: Mapping[Severity, str] = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def lint_lines(findings: Sequence[Finding], form: LintFormat) -> list[str]:
    """The findings as lines to print.

    `text` has a line for each and a summary; `json` is one array with id, severity, file, pointer, message and done of
    each; `github` are workflow commands, which GitHub shows as annotations.
    """
    return WRITERS[form](findings)


def exit_code(findings: Iterable[Finding]) -> int:
    """The exit code of a command that found these: 2 with an error among them, 1 with a warning, else 0."""
    return int(max((finding.severity for finding in findings), default=Severity.INFO))


def summary(findings: Iterable[Finding]) -> str:
    """How many there are of each severity, such as `2 errors, 3 warnings, 1 note`; `nothing odd` for none."""
    counts = Counter(finding.severity for finding in findings)
    told = [f"{counts[severity]} {word}{'s' * (counts[severity] != 1)}" for severity, word in COUNTED.items()]
    return ", ".join(phrase for phrase in told if not phrase.startswith("0 ")) or "nothing odd"


def _text(findings: Sequence[Finding]) -> list[str]:
    return [*(printable(str(finding)) for finding in findings), summary(findings)]


def _json(findings: Sequence[Finding]) -> list[str]:
    rows = [
        {
            "id": finding.id,
            "severity": finding.severity.word,
            "file": finding.file,
            "pointer": finding.pointer,
            "message": finding.message,
            "done": finding.done,
        }
        for finding in findings
    ]
    # DEL is the one control character that JSON writes as it is, and `printable` has no escape for it that JSON knows.
    return [printable(json.dumps(rows).replace("\x7f", "\\u007f"))]


def _github(findings: Sequence[Finding]) -> list[str]:
    return [_annotation(finding) for finding in findings]


def _annotation(finding: Finding) -> str:
    place = f"{finding.pointer}: " if finding.pointer else ""
    properties = f"file={_property(finding.file)},title={_property(finding.id)}"
    return printable(
        f"::{COMMANDS[finding.severity]} {properties}::{_data(f'{place}{finding.message}. {finding.done}.')}"
    )


def _data(value: str) -> str:
    """`value` as GitHub wants it behind `::`."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    """`value` as GitHub wants it in a property."""
    return _data(value).replace(":", "%3A").replace(",", "%2C")


# Format → what writes it.
WRITERS: Mapping[LintFormat, Callable[[Sequence[Finding]], list[str]]] = {
    "text": _text,
    "json": _json,
    "github": _github,
}
