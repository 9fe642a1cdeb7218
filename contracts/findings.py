"""What a command has found, where, and what was done or is to be done about it: one record for lint, diff and check."""

from dataclasses import dataclass, field
from enum import IntEnum

from reelmock.contracts.jsontree import Path, pointer


class Severity(IntEnum):
    """How much a finding matters.

    About a document: `INFO` is worth knowing, `WARNING` was mended, `ERROR` left something out. About a server: `ERROR`
    is drift, `INFO` was learned (the document only guessed), `WARNING` is what somebody has to look at.
    """

    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def word(self) -> str:
        """The severity in small letters."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Proof:
    """What a finding about a server rests on.

    `curl` is a line that repeats the request, with keys as variables of the shell, or "" where there is none;
    `expected` and `came` are short texts; `evidence` says how the document knows: documented, recorded or inferred, and
    from which source.
    """

    curl: str
    expected: str
    came: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd at one place of a document or a server, and what was done about it.

    `id` is a short name that stays the same between versions, such as `boolean-required` or the name of a check; `file`
    is the source as it was named (or a server's URL), `pointer` a JSON pointer into it, or the stable name of a case
    such as `GET:unknown_id:uuid`, or "" for the whole. `message` and `done` are short sentences without a full stop.
    `model` is the id of the model that it is about, or "".
    """

    id: str
    severity: Severity
    file: str
    pointer: str
    message: str
    done: str
    model: str = ""
    proof: Proof | None = None

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
