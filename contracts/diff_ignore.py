"""Differences that somebody has read and accepted: a file with a line for each, and what is left."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase

from reelmock.contracts.diff_rules import RULES
from reelmock.contracts.document import ContractError
from reelmock.contracts.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line of the file: findings with this id, at a JSON pointer like this glob, and why they are accepted."""

    line: int
    id: str
    place: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding."""
        return finding.id == self.id and fnmatchcase(finding.pointer, self.place)


def read_accepted(content: str, file: str) -> tuple[Accepted, ...]:
    """The lines of an ignore file: `ID [PLACE] [# REASON]`; empty lines and comments count for nothing.

    ContractError, which names `file` and the line, for one that can't be read or names no rule.
    """
    return tuple(_accepted(content, file))


def _accepted(content: str, file: str) -> Iterator[Accepted]:
    for number, line in enumerate(content.splitlines(), start=1):
        told, _, reason = f" {line}".partition(" #")
        parts = told.split()
        if len(parts) > 2:
            problem = f"there are {len(parts)} words, '{' '.join(parts)}'"
            raise ContractError(file, f"line {number}", problem, "Write `ID`, or `ID PLACE`, and `# REASON` behind it")
        if parts and parts[0] not in RULES:
            near = get_close_matches(parts[0], RULES, n=1)
            remedy = f"Write '{near[0]}'" if near else "docs/spec-diff.md lists the rules"
            raise ContractError(file, f"line {number}", f"'{parts[0]}' is no rule", remedy)
        if parts:
            yield Accepted(number, parts[0], parts[1] if len(parts) > 1 else "*", reason.strip())


def left(findings: Sequence[Finding], accepted: Sequence[Accepted], file: str) -> tuple[Finding, ...]:
    """The findings that are not accepted, and a warning for each line of `file` that covers none."""
    kept = [finding for finding in findings if not any(one.covers(finding) for one in accepted)]
    for one in accepted:
        if not any(one.covers(finding) for finding in findings):
            place = f" at {one.place}" if one.place != "*" else ""
            message = f"line {one.line}: there is no {one.id}{place} any more"
            kept.append(Finding("unused-ignore", Severity.WARNING, file, "", message, "Take the line out"))
    return tuple(kept)
