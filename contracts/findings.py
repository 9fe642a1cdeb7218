"""What is odd about a document, where, and what was done about it: nothing of this keeps a document from being used."""

from dataclasses import dataclass, field
from enum import IntEnum

from reelmock.contracts.jsontree import Path, pointer


class Severity(IntEnum):
    """How much a finding matters: `INFO` is worth knowing, `WARNING` was mended, `ERROR` left something out."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        """The severity in small letters."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd at one place of a document, and what was done about it.

    `id` is a short name that stays the same between versions, such as `boolean-required`; `file` is the source as it
    was named, `pointer` a JSON pointer into it, or "" for the whole. `message` and `done` are short sentences without
    a full stop.
    """

    id: str
    severity: Severity
    file: str
    pointer: str
    message: str
    done: str

    def __str__(self) -> str:
        place = f"{self.file} at {self.pointer}" if self.pointer else self.file
        return f"{self.severity.word} {self.id}: {place}: {self.message}. {self.done}."


@dataclass(frozen=True, slots=True)
class Notes:
    """The findings about one file, as a walk over it collects them."""

    file: str
    found: list[Finding] = field(default_factory=list)

    def info(self, name: str, path: Path, message: str, done: str) -> None:
        """Note at `path` what is worth knowing; `name` becomes the finding's id."""
        self.found.append(Finding(name, Severity.INFO, self.file, pointer(path), message, done))

    def warning(self, name: str, path: Path, message: str, done: str) -> None:
        """Note at `path` what was mended."""
        self.found.append(Finding(name, Severity.WARNING, self.file, pointer(path), message, done))

    def error(self, name: str, path: Path, message: str, done: str) -> None:
        """Note at `path` what was left out and somebody may miss."""
        self.found.append(Finding(name, Severity.ERROR, self.file, pointer(path), message, done))
