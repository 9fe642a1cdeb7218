"""Which plan a new generation gets: what was ordered for it, what a scenario says, else what the settings say."""

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import items, member, text
from reelmock.mockserver.plan import Failed, Outcome, Plan, Progression, Time
from reelmock.mockserver.rules import NOTHING, Effect
from reelmock.mockserver.seeded import chance
from reelmock.mockserver.settings import Settings


@dataclass(frozen=True, slots=True)
class NextPlan:
    """The plan of one generation to come; None stands for what would hold without it."""

    progression: Progression | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Planner:
    """The plans of one fake's generations: the same seed gives the same ones."""

    contract: Contract
    settings: Settings
    # What the next generations get, first come first served.
    ordered: deque[NextPlan] = field(default_factory=deque)

    def plan(self, number: int, effect: Effect = NOTHING) -> Plan:
        """The plan of the `number`th generation; `effect` is what a scenario says of it."""
        if self._usual is not None and not self.ordered and not effect.shapes:
            return self._usual
        try:
            ordered = self.ordered.popleft()
        except IndexError:  # there is none, or another thread took it
            ordered = NextPlan()
        progression = ordered.progression or effect.progression or self.settings.progression
        outcome = ordered.outcome or effect.outcome or self._drawn_outcome(number)
        return Plan(self._drawn(progression, number), outcome)

    @cached_property
    def _usual(self) -> Plan | None:
        """The plan of every generation, where nothing about it is drawn."""
        progression = self.settings.progression
        drawn = self.settings.failure_rate > 0 or (isinstance(progression, Time) and not progression.settled)
        return None if drawn else Plan(progression, self.settings.outcome)

    def _drawn(self, progression: Progression, number: int) -> Progression:
        seed = self.settings.seed
        if isinstance(progression, Time):
            return progression.drawn(chance(seed, "queued", number), chance(seed, "generating", number))
        return progression

    def _drawn_outcome(self, number: int) -> Outcome:
        settings = self.settings
        fails = settings.failure_rate and chance(settings.seed, "failure", number) < settings.failure_rate
        return usual_failure(self.contract) if fails else settings.outcome


def usual_errors(contract: Contract) -> dict[str, Outcome]:
    """The errors with which generations of this API end, by the names that the document's rows give them as `id`."""
    rows = items({"rows": contract.extension("x-generation-errors")}, "rows")
    named = (row for row in rows if text(member(row), "id"))
    return {text(row, "id"): Failed(text(row, "name", "Error"), text(row, "message")) for row in named}


def usual_failure(contract: Contract) -> Failed:
    """The error with which a generation fails when nobody says which."""
    rows = items({"rows": contract.extension("x-generation-errors")}, "rows")
    row = rows[0] if rows else {}
    return Failed(text(row, "name", "Error"), text(row, "message", "The video could not be generated"))
