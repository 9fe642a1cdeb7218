"""What `reelmock spec diff` prints about two documents, and how it ends."""

from pathlib import Path

from reelmock.contracts.contract import load_contract
from reelmock.contracts.diff import diff
from reelmock.contracts.diff_ignore import left, read_accepted
from reelmock.contracts.diff_rules import LEVELS
from reelmock.contracts.document import ContractError
from reelmock.contracts.lint_format import LintFormat, lint_lines


def run_diff(old: Path, new: Path, fail_on: str, ignore: Path | None, form: LintFormat) -> tuple[list[str], int]:
    """The lines to print, and the exit code: 1 when a finding of the level `fail_on` or above is left, else 0.

    ContractError for a document, or a line of the ignore file, that can't be used.
    """
    findings = diff(load_contract(old), load_contract(new))
    accepted = () if ignore is None else read_accepted(_read(ignore), str(ignore))
    kept = left(findings, accepted, str(ignore))
    covered = sum(finding not in kept for finding in findings)
    lines = lint_lines(kept, form)
    if form == "text":
        same = f"nothing{' else' if covered else ''} that a client meets has changed"
        lines = [*(lines if kept else [same]), *([f"{covered} accepted by {ignore}"] if covered else [])]
    return lines, int(any(finding.severity >= LEVELS[fail_on] for finding in kept))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ContractError(str(file), "", "this is not text in UTF-8", "Save it as such") from None
