"""Findings as lines for people."""

from collections import Counter
from collections.abc import Iterable, Mapping

from reelmock.contracts.findings import Finding, Proof
from reelmock.contracts.jsontree import printable
from reelmock.contracts.report import Report, word

# What a summary calls one and several findings of a word, in its order.
COUNTED: Mapping[str, tuple[str, str]] = {
    "drift": ("drift", "drift"),
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "learned": ("learned", "learned"),
    "info": ("note", "notes"),
}


def text_lines(report: Report) -> list[str]:
    """The lines of each finding, and a summary."""
    return [*(line for finding in report.findings for line in finding_lines(finding)), summary(report.findings)]


def finding_lines(finding: Finding) -> list[str]:
    """The line that says what was found, and indented behind it what proves it, if anything does."""
    told = str(finding).removeprefix(finding.severity.word)
    lines = [word(finding) + told, *(f"  {line}" for line in proof_lines(finding.proof))]
    return [printable(line) for line in lines]


def proof_lines(proof: Proof | None) -> list[str]:
    """The line that repeats the request, what was expected, what came, and how the document knows; none for None.

    What is empty is left out. Control characters are as they were.
    """
    if proof is None:
        return []
    told = {"expected": proof.expected, "came": proof.came, "evidence": proof.evidence}
    return [line for line in (proof.curl, *(f"{name}: {text}" for name, text in told.items() if text)) if line]


def summary(findings: Iterable[Finding]) -> str:
    """How many there are of each kind, such as `2 errors, 3 warnings, 1 note` for documents and `2 drift, 1 learned`
    for a server; `nothing odd` for none."""
    counts = Counter(word(finding) for finding in findings)
    told = [f"{counts[name]} {COUNTED[name][counts[name] != 1]}" for name in COUNTED if counts[name]]
    return ", ".join(told) or "nothing odd"
