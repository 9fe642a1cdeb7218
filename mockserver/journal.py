"""Every request and its reply, in order: what a developer looks at when a test fails. Keys are never kept."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from reelmock.contracts.exchange import Fields, Response
from reelmock.contracts.jsontree import printable
from reelmock.contracts.violations import Violation

MAX_ENTRIES = 1_000
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange. `at` is in seconds since 1970, `headers` are the request's with keys masked, `body` its body.

    `origin` is the scheme and host that were asked, `deviations` are what was tolerated; `case` names the refusal,
    `status` is the generation's status word, `note` says what a scenario did; each may be empty.
    """

    number: int
    at: float
    method: str
    path: str
    query: Fields
    headers: Fields
    body: bytes
    response: Response
    owner: str = ""
    generation_id: str = ""
    status: str = ""
    case: str = ""
    deviations: tuple[Violation, ...] = ()
    origin: str = ""
    note: str = ""

    @property
    def size(self) -> int:
        """About how many bytes keeping this entry takes."""
        fields = (*self.headers, *self.query)
        texts = sum(map(len, (self.path, self.body, self.response.body, *chain.from_iterable(fields))))
        return texts + 100 * len(fields) + 500

    def __str__(self) -> str:
        what = " ".join(part for part in (self.status or self.case, self.generation_id) if part)
        line = f"{self.method} {self.path} → {self.response.status}{' ' + what if what else ''}"
        more = [*([f"    note: {self.note}"] if self.note else []), *(f"    tolerated: {d}" for d in self.deviations)]
        return "\n".join(map(printable, (line, *more)))


# Is told of a new entry.
Listener: TypeAlias = Callable[[Entry], None]


class Journal:
    """The last entries, bounded by count and by bytes. `listener` is told of each new one, and so is whoever else
    listens meanwhile."""

    def __init__(
        self,
        max_entries: int = MAX_ENTRIES,
        max_bytes: int = MAX_BYTES,
        listener: Listener | None = None,
    ) -> None:
        self._entries: deque[tuple[Entry, int]] = deque()
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._bytes = 0
        self._lock = threading.Lock()
        self.listener = listener
        self._others: tuple[Listener, ...] = ()

    def record(self, entry: Entry) -> None:
        """Keep an entry, and drop the oldest ones that no longer fit."""
        size = entry.size
        with self._lock:
            self._entries.append((entry, size))
            self._bytes += size
            while len(self._entries) > self._max_entries or (self._bytes > self._max_bytes and len(self._entries) > 1):
                self._bytes -= self._entries.popleft()[1]
        # First, since `listener` may raise: it is how a test ends a client that polls without end.
        for listener in self._others:
            listener(entry)
        if self.listener is not None:
            self.listener(entry)

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Tell `listener` of each new entry, for the length of a `with` block; it must not raise."""
        with self._lock:
            self._others = (*self._others, listener)
        try:
            yield
        finally:
            with self._lock:
                self._others = tuple(other for other in self._others if other is not listener)

    def entries(self) -> list[Entry]:
        """The kept entries, oldest first."""
        with self._lock:
            return [entry for entry, _ in self._entries]
