"""An ordered list of rules, and how often each was used: what becomes of a request is what the first rules say."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from reelmock.mockserver.rules import NOTHING, Effect, Rule, Situation
from reelmock.mockserver.seeded import chance

# Aspects of which each is taken from the first rule that says something of it; those of one group stay together.
GROUPS: Final = (
    frozenset({"progression"}),
    frozenset({"outcome"}),
    frozenset({"quirks"}),
    frozenset({"latency"}),
    frozenset({"expires_after_s"}),
    frozenset({"code", "retry_after_s", "retry_after_date", "headers", "body", "fault"}),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A rule in the list: how many requests it was about (`seen`), and of how many it decided something (`used`)."""

    id: str
    rule: Rule
    seen: int = 0
    used: int = 0


class UnknownRuleError(KeyError):
    """There is no rule with this id. The text names those that there are."""

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would print it in quotes


class Scenarios:
    """The rules of an engine, the first one going before. It may be used from any thread."""

    def __init__(self, rules: Iterable[Rule] = (), seed: str = "reelmock") -> None:
        self._seed = seed
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._kept: tuple[Kept, ...] = ()
        for rule in rules:
            self.add(rule)

    @property
    def active(self) -> bool:
        """Whether there is any rule: without one, nobody needs to look at requests."""
        return bool(self._kept)

    @property
    def read_payloads(self) -> bool:
        """Whether any rule wants to know the model or the prompt."""
        return any(kept.rule.model or kept.rule.prompt for kept in self._kept)

    def list(self) -> tuple[Kept, ...]:
        """The rules in their order."""
        return self._kept

    def add(self, rule: Rule) -> str:
        """Add a rule behind the others; its id."""
        with self._lock:
            rule_id = f"rule-{next(self._numbers)}"
            self._kept = (*self._kept, Kept(rule_id, rule))
        return rule_id

    def replace(self, rule_id: str, rule: Rule) -> None:
        """Put a rule in the place of another; it counts from the beginning. UnknownRuleError."""
        with self._lock:
            self._known(rule_id)
            self._kept = tuple(Kept(rule_id, rule) if kept.id == rule_id else kept for kept in self._kept)

    def delete(self, rule_id: str) -> None:
        """Take a rule out. UnknownRuleError."""
        with self._lock:
            self._known(rule_id)
            self._kept = tuple(kept for kept in self._kept if kept.id != rule_id)

    def clear(self) -> None:
        """Take all rules out."""
        with self._lock:
            self._kept = ()

    def effect(self, situation: Situation, first: Effect = NOTHING) -> tuple[Effect, tuple[str, ...]]:
        """What becomes of a request: what `first` says, then the rules; and the ids of the rules that decided it."""
        with self._lock:
            effect, said = first, {}
            for kept in self._kept:
                if kept.rule.matches(situation):
                    said[kept.id] = self._said(kept, effect)
                    effect = effect.over(said[kept.id])
            if effect.forestalls:  # nothing is created, so nothing is shaped
                effect, said = effect.unshaped, {name: each.unshaped for name, each in said.items()}
            used = tuple(name for name, each in said.items() if each != NOTHING)
            self._kept = tuple(
                replace(kept, seen=kept.seen + 1, used=kept.used + (kept.id in used)) if kept.id in said else kept
                for kept in self._kept
            )
            return effect, used

    def unused(self) -> tuple[Kept, ...]:
        """The rules that decided nothing."""
        return tuple(kept for kept in self._kept if kept.used == 0)

    def _said(self, kept: Kept, taken: Effect) -> Effect:
        """What a rule adds to what is taken already, for the request that it is about now; NOTHING for nothing."""
        rule, number = kept.rule, kept.seen + 1
        if rule.nth not in (None, number) or (rule.times is not None and kept.used >= rule.times):
            return NOTHING
        if rule.rate is not None and chance(self._seed, kept.id, number) >= rule.rate:
            return NOTHING
        said, known = {*rule.effect.aspects()}, {*taken.aspects()}
        free = {name for group in GROUPS if not group & known for name in group & said}
        return replace(NOTHING, **{name: getattr(rule.effect, name) for name in free}) if free else NOTHING

    def _known(self, rule_id: str) -> None:
        if all(kept.id != rule_id for kept in self._kept):
            known = ", ".join(kept.id for kept in self._kept) or "none"
            raise UnknownRuleError(f"there is no rule '{rule_id}'. There are: {known}")
