"""What checks judge and what they say: the attempts of a run or a recording, the lives of generations, failures."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from reelmock.contracts.contract import Contract
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.findings import Severity
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.lifecycle import State, status_words
from reelmock.contracts.payloads import Validation
from reelmock.contracts.places import value_at
from reelmock.contracts.trials import Attempt, Cost, Kind

# So many characters of a reply are shown.
SHOWN = 400


@dataclass(frozen=True)
class Life:
    """What was seen of one generation: the reply that created it (None when it was not seen), and those to polls."""

    route: JobRoute
    id: str
    created: Attempt | None
    polls: tuple[Attempt, ...]

    @property
    def model(self) -> str:
        """The model that was asked for, as far as it is known."""
        return self.created.trial.model if self.created is not None else ""

    @cached_property
    def told(self) -> tuple[Attempt, ...]:
        """The replies that tell of it, in order."""
        first = () if self.created is None else (self.created,)
        return tuple(one for one in (*first, *self.polls) if one.taken and isinstance(one.body, dict))

    @cached_property
    def states(self) -> tuple[tuple[Attempt, State], ...]:
        """The replies that tell a state which is known, with it."""
        found = ((attempt, state_of(attempt)) for attempt in self.told)
        return tuple((attempt, state) for attempt, state in found if state is not None)

    @property
    def ended(self) -> bool:
        """Whether it was seen in a terminal state."""
        return any(state.terminal for _, state in self.states)


def state_of(attempt: Attempt) -> State | None:
    """The state that a reply tells: by the document's words, or else by those that APIs of this kind use."""
    operation = attempt.trial.operation
    if operation is None:
        return None
    places = attempt.trial.route.places(operation)
    word = value_at(attempt.body, places.status)
    if not isinstance(word, str):
        return None
    return (places.words if word in places.words else status_words([word])).get(word)


def id_of(attempt: Attempt) -> str | None:
    """The id in a reply of one of the route's operations; None when there is none."""
    operation = attempt.trial.operation
    told = value_at(attempt.body, attempt.trial.route.places(operation).id) if operation is not None else None
    return str(told) if isinstance(told, str | int) and not isinstance(told, bool) and told != "" else None


@dataclass(frozen=True)
class Seen:
    """Everything that a run sent and a server answered, or that was recorded."""

    contract: Contract
    attempts: tuple[Attempt, ...]
    validation: Validation = "lenient"

    def of(self, *kinds: Kind) -> Iterator[Attempt]:
        """The attempts of these kinds to which the server said something about the request."""
        return (a for a in self.attempts if a.trial.kind in kinds and a.response is not None and not a.unavailable)

    @cached_property
    def lives(self) -> tuple[Life, ...]:
        """The generations that the key's own requests created and polled, in the order in which they were seen."""
        created: list[tuple[JobRoute, str, Attempt | None]] = []
        polls: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
        for attempt in self.attempts:
            trial = attempt.trial
            own = trial.creates or trial.kind is Kind.RECORDED
            if own and trial.operation == trial.route.create and attempt.taken and (made := id_of(attempt)):
                created.append((trial.route, made, attempt))
            elif trial.generation and trial.kind in (Kind.POLL, Kind.RECORDED):
                polls[trial.route.retrieve.key, trial.generation].append(attempt)
                if not any((r.retrieve.key, i) == (trial.route.retrieve.key, trial.generation) for r, i, _ in created):
                    created.append((trial.route, trial.generation, None))
        return tuple(Life(r, i, first, tuple(polls[r.retrieve.key, i])) for r, i, first in created)


@dataclass(frozen=True)
class Failure:
    """Something that is not as the document has it: `message` says what, `expected` what was expected, `evidence` how
    the document knows. `case` names it between runs, where the trial's own name does not."""

    attempt: Attempt
    message: str
    expected: str
    evidence: Evidence
    case: str = ""
    severity: Severity | None = None

    @property
    def weight(self) -> Severity:
        """What the document only guesses is learned; anything else is drift."""
        return self.severity or (Severity.INFO if self.evidence.inferred else Severity.ERROR)


@dataclass(frozen=True)
class Check:
    """One named check: what it sends (kinds of trials, and in words), what it expects, what that may cost, and what
    finds the failures. Its rule is that function's docstring, its name the function's. `shown_by` is the one kind of
    trial that shows it, where the others only lead there."""

    judge: Callable[[Seen], Iterator[Failure]]
    kinds: frozenset[Kind]
    cost: Cost
    sends: str
    expects: str
    shown_by: Kind | None = None

    @property
    def name(self) -> str:
        """The check's name, which stays the same between versions."""
        return self.judge.__name__

    @property
    def rule(self) -> str:
        """What has to hold, in one sentence."""
        return " ".join((self.judge.__doc__ or "").split())


def came(attempt: Attempt) -> str:
    """What came, for people."""
    if attempt.response is None:
        return attempt.problem
    media = attempt.response.header("content-type")
    text = attempt.response.body.decode("utf-8", "replace")
    body = f"{text[:SHOWN]}… ({len(text):,} characters)" if len(text) > SHOWN else text or "no body"
    return f"{attempt.status} {media or 'without a content type'}: {body}"
