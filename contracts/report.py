"""What a command has found, as a record that every writer takes: lint, diff and check make one each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

from reelmock.contracts.findings import Finding, Severity

ReportFormat: TypeAlias = Literal["text", "json", "junit", "github"]
REPORT_FORMATS: tuple[ReportFormat, ...] = ("text", "json", "junit", "github")

# What a check of a server calls the severities.
VERDICTS: Mapping[Severity, str] = MappingProxyType(
    {Severity.ERROR: "drift", Severity.WARNING: "warning", Severity.INFO: "learned"}
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that was looked at: a rule for one model ("" for none), and how many requests it took.

    `skipped` says why it was not looked at, or is "".
    """

    rule: str
    model: str = ""
    requests: int = 0
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a command has found. `title` names the command and what it judged; `cases` are what it looked at, also where
    nothing was found."""

    title: str
    findings: tuple[Finding, ...]
    cases: tuple[Case, ...] = field(default=())

    @property
    def worst(self) -> Severity:
        """The highest severity among the findings; `INFO` where there are none."""
        return max((finding.severity for finding in self.findings), default=Severity.INFO)


def word(finding: Finding) -> str:
    """What a reader calls the severity: the verdict of a finding about a server, which has a proof, else its name."""
    return VERDICTS[finding.severity] if finding.proof else finding.severity.word
