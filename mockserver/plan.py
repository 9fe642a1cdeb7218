"""What becomes of a generation and when: progressions, outcomes, and the one grammar in which they are written.

immediate · polls:Q,G · time:Q,G (seconds, or MIN..MAX) · hold          a progression
completed · error:NAME:MESSAGE                                          an outcome
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

GRAMMAR = "immediate, polls:Q,G, time:Q,G (seconds, or MIN..MAX) or hold"
MAX_SECONDS = 10_000_000.0
MAX_POLLS = 1_000_000
NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


class PlanError(ValueError):
    """A progression or an outcome that can't be read; the text says what came and what is allowed."""


@dataclass(frozen=True, slots=True)
class Span:
    """A number of seconds: `low`, or any number up to `high`. PlanError when they are out of order or range."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high <= MAX_SECONDS:
            raise PlanError(f"'{self}' is no span of seconds: wanted 0 <= MIN <= MAX <= {MAX_SECONDS:,.0f}")

    def at(self, fraction: float) -> float:
        """The number of seconds at `fraction` (0 to 1) of the span."""
        return self.low + (self.high - self.low) * fraction

    def __str__(self) -> str:
        low, high = (f"{number:.9f}".rstrip("0").rstrip(".") for number in (self.low, self.high))
        return low if self.low == self.high else f"{low}..{high}"


@dataclass(frozen=True, slots=True)
class Immediate:
    """The first look gives the outcome."""

    def __str__(self) -> str:
        return "immediate"


@dataclass(frozen=True, slots=True)
class Hold:
    """Stays queued until an order comes."""

    def __str__(self) -> str:
        return "hold"


@dataclass(frozen=True, slots=True)
class Polls:
    """`queued` polls answer queued, then `generating` polls generating, and the next one gives the outcome."""

    queued: int
    generating: int

    def __post_init__(self) -> None:
        if not (0 <= self.queued <= MAX_POLLS and 0 <= self.generating <= MAX_POLLS):
            raise PlanError(f"'{self}' is no progression: wanted two numbers of polls from 0 to {MAX_POLLS:,}")

    def __str__(self) -> str:
        return f"polls:{self.queued},{self.generating}"


@dataclass(frozen=True, slots=True)
class Time:
    """Queued for some seconds, then generating for some, then the outcome."""

    queued: Span
    generating: Span

    @property
    def settled(self) -> bool:
        """Whether both spans are one number of seconds, so that nothing has to be drawn."""
        return self.queued.low == self.queued.high and self.generating.low == self.generating.high

    def drawn(self, queued: float, generating: float) -> "Time":
        """The same with each span settled at a fraction (0 to 1) of it."""
        first, second = self.queued.at(queued), self.generating.at(generating)
        return Time(Span(first, first), Span(second, second))

    def __str__(self) -> str:
        return f"time:{self.queued},{self.generating}"


Progression: TypeAlias = Immediate | Hold | Polls | Time


@dataclass(frozen=True, slots=True)
class Completed:
    """The generation ends with a clip."""

    def __str__(self) -> str:
        return "completed"


@dataclass(frozen=True, slots=True)
class Failed:
    """The generation ends with an error that has this name and message."""

    name: str
    message: str

    def __str__(self) -> str:
        return f"error:{self.name}:{self.message}"


Outcome: TypeAlias = Completed | Failed


@dataclass(frozen=True, slots=True)
class Plan:
    """A progression and the outcome at its end."""

    progression: Progression
    outcome: Outcome


def seconds(low: float, high: float | None = None) -> Span:
    """A span of exactly `low` seconds, or from `low` to `high`."""
    return Span(low, low if high is None else high)


def parse_span(text: str) -> Span:
    """`SECONDS` or `MIN..MAX`. PlanError for anything else."""
    low, dots, high = text.strip().partition("..")
    if not NUMBER.fullmatch(low) or (dots and not NUMBER.fullmatch(high)):
        raise PlanError(f"'{text}' is no number of seconds: wanted a number such as 8, or a range such as 2..5")
    return Span(float(low), float(high if dots else low))


def parse_polls(text: str) -> Polls:
    """`Q,G`. PlanError for anything else."""
    first, comma, second = (part.strip() for part in text.partition(","))
    if not (comma and re.fullmatch("[0-9]{1,9}", first) and re.fullmatch("[0-9]{1,9}", second)):
        raise PlanError(f"'{text}' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)")
    return Polls(int(first), int(second))


def parse_progression(text: str) -> Progression:
    """A progression in the grammar of this module. PlanError for anything else."""
    kind, _, rest = text.strip().partition(":")
    if text.strip() == "immediate":
        return Immediate()
    if text.strip() == "hold":
        return Hold()
    if kind == "polls":
        return parse_polls(rest)
    if kind == "time" and rest.count(",") == 1:
        queued, _, generating = rest.partition(",")
        return Time(parse_span(queued), parse_span(generating))
    raise PlanError(f"'{text}' is no progression: wanted {GRAMMAR}")


def parse_outcome(text: str) -> Outcome:
    """An outcome in the grammar of this module. PlanError for anything else."""
    if text.strip() == "completed":
        return Completed()
    kind, *rest = text.strip().split(":", 2)
    if kind == "error" and len(rest) == 2 and all(rest):
        return Failed(*rest)
    raise PlanError(f"'{text}' is no outcome: wanted completed or error:NAME:MESSAGE")
