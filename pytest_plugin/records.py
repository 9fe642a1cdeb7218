"""What a test reads of the fake: its generations and the requests that came, as plain records."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from reelmock.contracts.exchange import Response
from reelmock.contracts.violations import Violation
from reelmock.mockserver.generations import Generation
from reelmock.mockserver.journal import Entry
from reelmock.mockserver.plan import Plan


@dataclass(frozen=True)
class GenerationRecord:
    """A generation as it stands at the moment of asking.

    `status` is the document's word, `polls` how often it was asked for, `payload` what created it, `created_at` in
    seconds since 1970.
    """

    id: str
    status: str
    polls: int
    payload: Any
    plan: Plan
    model: str
    created_at: float

    @classmethod
    def of(cls, generation: Generation, word: str) -> "GenerationRecord":
        """The record of a generation that stands at the status `word`."""
        return cls(
            generation.id,
            word,
            generation.polls,
            generation.payload,
            generation.plan,
            generation.model,
            generation.created_at,
        )


@dataclass(frozen=True)
class RequestRecord:
    """A request that came, and its reply. `at` is in seconds since 1970; keys are masked in `headers`."""

    entry: Entry

    @property
    def method(self) -> str:
        """The method, upper case."""
        return self.entry.method

    @property
    def host(self) -> str:
        """The host that was asked, without scheme; empty when it is not known."""
        return urlsplit(self.entry.origin).netloc

    @property
    def path(self) -> str:
        """The path, percent-decoded, without the query."""
        return self.entry.path

    @property
    def query(self) -> Mapping[str, str]:
        """The query parameters; of one that came twice the last value."""
        return dict(self.entry.query)

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers by lower-case name; of one that came twice the last value."""
        return dict(self.entry.headers)

    @cached_property
    def json(self) -> Any:
        """The body read as JSON; None when there is none. ValueError when it is not JSON."""
        return json.loads(self.entry.body) if self.entry.body else None

    @property
    def at(self) -> float:
        """When it came, in seconds since 1970 by the fake's clock."""
        return self.entry.at

    @property
    def reply(self) -> Response:
        """What was answered."""
        return self.entry.response

    @property
    def tolerated(self) -> tuple[Violation, ...]:
        """What the schema does not allow in it, and was let pass."""
        return self.entry.deviations

    def __repr__(self) -> str:
        return f"RequestRecord({self.entry})"
