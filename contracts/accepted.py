"""Findings that somebody has read and accepted: a file with a line for each, and what is left."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from reelmock.contracts.document import ContractError
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import printable


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line of the file: findings with this id, with a `pointer` like this glob, and why they are accepted."""

    line: int
    id: str
    place: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding, however severe that is."""
        return finding.id == self.id and self._is_at(printable(finding.pointer))

    def _is_at(self, place: str) -> bool:
        """Whether a place is the one that is meant, as it is printed, or like the pattern: `[0]` is both.

        Reports have a colon behind a place, which may have been copied along.
        """
        meant = (self.place, self.place.removesuffix(":"))
        return place in meant or any(fnmatchcase(place, pattern) for pattern in meant)


def accepted_in(file: Path, known: Collection[str], where: str, *, reasons: bool = False) -> tuple[Accepted, ...]:
    """What `read_accepted` reads in a file. OSError where it can't be read, ContractError where it is no UTF-8."""
    try:
        content = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ContractError(str(file), "", "this is not text in UTF-8", "Save it as such") from None
    return read_accepted(content, str(file), known, where, reasons=reasons)


def read_accepted(
    content: str, file: str, known: Collection[str], where: str, *, reasons: bool = False
) -> tuple[Accepted, ...]:
    """The lines of `file`: `ID [PLACE] [# REASON]`; empty lines and comments count for nothing.

    `known` are the ids that there are, and `where` names what lists them. With `reasons`, each line needs one.
    ContractError, which names `file` and the line, for one that can't be read or has an unknown id.
    """
    return tuple(_accepted(content, file, known, where, reasons=reasons))


def _accepted(content: str, file: str, known: Collection[str], where: str, *, reasons: bool) -> Iterator[Accepted]:
    for number, line in enumerate(content.splitlines(), start=1):
        told, *comment = re.split(r"(?:^|\s)#", line, maxsplit=1)
        parts, reason = told.split(), "".join(comment).strip()
        if not parts:
            continue
        if (wrong := _wrong(parts, reason, known, where, reasons=reasons)) is not None:
            raise ContractError(file, f"line {number}", *wrong)
        yield Accepted(number, parts[0], parts[1] if len(parts) > 1 else "*", reason)


def _wrong(
    parts: Sequence[str], reason: str, known: Collection[str], where: str, *, reasons: bool
) -> tuple[str, str] | None:
    """What is wrong with a line, and what to do; None for nothing."""
    if len(parts) > 2:
        problem = f"there are {len(parts)} words, '{' '.join(parts)}'"
        return problem, "Write `ID`, or `ID PLACE`, and `# REASON` behind it"
    if parts[0] not in known:
        near = get_close_matches(parts[0], known, n=1)
        return f"'{parts[0]}' is no known id", f"Write '{near[0]}'" if near else f"{where} lists the ids"
    if reasons and not reason:
        return f"'{' '.join(parts)}' has no reason", "Write why it is accepted, as `# REASON` behind it"
    return None


def covered(findings: Sequence[Finding], accepted: Sequence[Accepted]) -> tuple[Finding, ...]:
    """The findings that are accepted."""
    return tuple(finding for finding in findings if any(one.covers(finding) for one in accepted))


def left(
    findings: Sequence[Finding],
    accepted: Sequence[Accepted],
    file: str,
    *,
    judged: Callable[[Accepted], bool] = lambda _: True,
) -> tuple[Finding, ...]:
    """The findings that are not accepted, and a warning `unused-ignore` for each line of `file` that covers none.

    There is none for lines of which `judged` says that this run did not look for what they are about.
    """
    kept = [finding for finding in findings if not any(one.covers(finding) for one in accepted)]
    for one in accepted:
        if judged(one) and not any(one.covers(finding) for finding in findings):
            place = f" at {one.place}" if one.place != "*" else ""
            message = f"line {one.line}: there is no {one.id}{place} any more"
            kept.append(Finding("unused-ignore", Severity.WARNING, file, "", message, "Take the line out"))
    return tuple(kept)
