"""A generation and its state: a pure function of its plan, its orders and the clock or its poll count."""

import json
from dataclasses import dataclass
from typing import cast

from reelmock.contracts.jsontree import Json
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clips import ClipSpec
from reelmock.mockserver.plan import Completed, Failed, Hold, Immediate, Outcome, Plan, Polls

# Seconds since 1970 as floats are this fine; without it, 0.1 s after a creation would count as a little less.
RESOLUTION = 1e-5


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody told a generation to become, at a time (seconds since 1970). The newest one counts."""

    outcome: Outcome
    at: float


@dataclass(frozen=True, slots=True)
class Generation:
    """One job. Every field is plain data, so that any store can keep it.

    `owner` stands for the key that made it (never the key itself), `operation` for the create operation's method and
    path; `body` is the request's JSON text (long strings may be elided), `created_at` is in seconds since 1970,
    `polls` counts the polls that were answered, `quirks` are names (see `quirks.py`).
    """

    id: str
    owner: str
    operation: str
    model: str
    body: bytes
    created_at: float
    plan: Plan
    clip: ClipSpec
    credits: int
    polls: int = 0
    orders: tuple[Order, ...] = ()
    quirks: tuple[str, ...] = ()

    @property
    def payload(self) -> Json:
        """The request's payload."""
        return cast(Json, json.loads(self.body))

    def polled(self) -> "Generation":
        """The generation with one more poll counted (spelt out: `replace` would take three times as long)."""
        return Generation(
            self.id,
            self.owner,
            self.operation,
            self.model,
            self.body,
            self.created_at,
            self.plan,
            self.clip,
            self.credits,
            self.polls + 1,
            self.orders,
            self.quirks,
        )

    @property
    def size(self) -> int:
        """About how many bytes keeping this generation takes."""
        return len(self.body) + 500


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a generation stands at a moment; `error` says why, in the state error."""

    state: State
    error: Failed | None = None


QUEUED = Standing(State.QUEUED)
GENERATING = Standing(State.GENERATING)
COMPLETED = Standing(State.COMPLETED)


def standing(generation: Generation, now: float) -> Standing:
    """Where `generation` stands at `now` (seconds since 1970), whatever was asked before."""
    if generation.orders:
        return _at_end(generation.orders[-1].outcome)
    plan = generation.plan
    progression = plan.progression
    if isinstance(progression, Immediate):
        return _at_end(plan.outcome)
    if isinstance(progression, Hold):
        return QUEUED
    if isinstance(progression, Polls):
        passed: float = generation.polls - 1
        queued: float = progression.queued
        generating: float = progression.generating
    else:
        passed = now - generation.created_at + RESOLUTION
        queued, generating = progression.queued.low, progression.generating.low
    if passed < queued:
        return QUEUED
    return GENERATING if passed < queued + generating else _at_end(plan.outcome)


def _at_end(outcome: Outcome) -> Standing:
    return COMPLETED if isinstance(outcome, Completed) else Standing(State.ERROR, outcome)
