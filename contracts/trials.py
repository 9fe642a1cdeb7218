"""What a suite of checks sends and what came of it, as values: the same for a server, the fake and a recording."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property
from typing import TypeAlias

from reelmock.contracts.conformance import judge_response
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json
from reelmock.contracts.operations import Operation
from reelmock.contracts.violations import Violation

# What sends a request and brings the reply. NoReplyError when none comes.
Send: TypeAlias = Callable[[Request], Response]


# Too many requests, and what stands in front of a server says of it.
UNAVAILABLE = frozenset({429, 502, 503, 504, *range(520, 528)})


class NoReplyError(ConnectionError):
    """No reply came, or none that is HTTP; the text says why in one line. `reached` is False where nobody answered the
    door at all: the name is not known, or the connection was refused."""

    def __init__(self, problem: str, *, reached: bool = True) -> None:
        super().__init__(problem)
        self.reached = reached


class Cost(IntEnum):
    """What a trial may cost. `FREE` can't be charged to the key; `PROBE` costs nothing if the API keeps its document;
    `PAID` is a real generation."""

    FREE = 0
    PROBE = 1
    PAID = 2

    @property
    def word(self) -> str:
        """The cost in small letters."""
        return self.name.lower()


class Kind(Enum):
    """What kind of request a trial is."""

    VALID = "a valid payload"
    BROKEN = "a payload with one broken place"
    UNREADABLE = "a body that is no payload"
    KEYLESS = "a call without a key, or with a wrong one"
    KEYLESS_BROKEN = "a broken body without a key"
    UNKNOWN_ID = "an id that was never given"
    NO_ID = "a call without an id"
    METHOD = "a method that is not declared"
    POLL = "a poll of a generation"
    FOREIGN = "a poll with another key"
    DOWNLOAD = "a download of a result"
    RECORDED = "a recorded request"


class Sender(Enum):
    """With whose key a trial goes."""

    NOBODY = "no key, or a wrong one"
    OWNER = "the API key"
    OTHER = "the other API key"


@dataclass(frozen=True)
class Trial:
    """A request, and what the document lets expect of its reply.

    `what` says in a few words what is special about the request, `case` is a name without spaces that stays the same
    between runs, such as `POST:acme/balloon:/style:wrong_type`. `operation` is None where the document has none for it.
    `expected` are the statuses that the document has for it, and `evidence` is how it knows them; a request that may
    not be taken has in `forbidden` how the document knows that. `generation` is the id that is asked for, or "".
    `sender` is with whose key it goes, `mistake` the kind of what is broken. `keyed` is what goes after it if it is
    refused for want of a key.
    """

    kind: Kind
    request: Request
    what: str
    case: str
    route: JobRoute
    operation: Operation | None
    expected: tuple[int, ...]
    evidence: Evidence
    forbidden: Evidence | None = None
    cost: Cost = Cost.FREE
    model: str = ""
    generation: str = ""
    mistake: str = ""
    sender: Sender = Sender.NOBODY
    keyed: "Trial | None" = None

    @property
    def creates(self) -> bool:
        """Whether it could create a generation that the key has to pay for."""
        return self.sender is Sender.OWNER and self.operation == self.route.create


@dataclass(frozen=True)
class Attempt:
    """A trial, and its reply; `response` is None when none came, and `problem` says why."""

    trial: Trial
    response: Response | None
    problem: str = ""

    @property
    def status(self) -> int:
        """The status of the reply; 0 when none came."""
        return self.response.status if self.response is not None else 0

    @property
    def taken(self) -> bool:
        """Whether the reply is a success."""
        return 200 <= self.status < 300

    @property
    def unavailable(self) -> bool:
        """Whether the reply says nothing about the request, but that the server can't answer at the moment."""
        return self.status in UNAVAILABLE

    @property
    def operation(self) -> Operation | None:
        """The operation whose reply it is; for a method that the path does not have, one of the path's own."""
        return self.trial.route.retrieve if self.trial.kind is Kind.METHOD else self.trial.operation

    @cached_property
    def violations(self) -> Sequence[Violation]:
        """What is wrong with the reply by what its operation declares; nothing where there is none."""
        if self.operation is None or self.response is None:
            return ()
        return judge_response(self.operation, self.response)

    @cached_property
    def body(self) -> Json:
        """The body of the reply as JSON; None when it is none."""
        try:
            return parse_json(self.response.body) if self.response is not None else None
        except BodyError:
            return None
