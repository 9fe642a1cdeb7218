"""The rule of a scenario: which requests it is about, and what becomes of them. Every way to write one ends here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, cast

from jsonschema import Draft202012Validator

from reelmock.contracts.exchange import Fields
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.violations import Violation, violations_of
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.plan import Outcome, PlanError, Progression, Span, parse_outcome, parse_progression, parse_span
from reelmock.mockserver.quirks import QuirkError, check_quirks
from reelmock.mockserver.rule_checks import problems

RULE_SCHEMA: Final = cast(JsonObject, json.loads(Path(__file__).with_name("rule_schema.json").read_text("utf-8")))


class RuleError(ValueError):
    """A rule that can't be read or kept. The text names the place, what came and what is allowed."""


class On(StrEnum):
    """The operations that a rule can be about."""

    CREATE = "create"
    RETRIEVE = "retrieve"
    CLIP = "clip"


class BodyFault(StrEnum):
    """What can be wrong with the body of a reply that arrives as it was sent."""

    HTML = "html"
    EMPTY = "empty"
    TRUNCATED_JSON = "truncated-json"
    WRONG_CONTENT_TYPE = "wrong-content-type"


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of a request, aspect by aspect; None, () and {} leave an aspect as it is.

    `progression`, `outcome` and `quirks` shape the generation that a create makes; the rest is about this request.
    With a `code` the request is answered with that status and nothing else happens; `body`, `latency` and `fault` come
    after it was handled. `expires_after_s` counts from the generation's creation.
    """

    progression: Progression | None = None
    outcome: Outcome | None = None
    quirks: tuple[str, ...] = ()
    code: int | None = None
    retry_after_s: float | None = None
    retry_after_date: bool = False
    headers: Fields = ()
    body: BodyFault | None = None
    fault: Fault | None = None
    latency: Span | None = None
    expires_after_s: float | None = None

    @property
    def shapes(self) -> bool:
        """Whether it shapes a generation."""
        return self.progression is not None or self.outcome is not None or bool(self.quirks)

    @property
    def forestalls(self) -> bool:
        """Whether the request does not get as far as its operation: it is answered before, or never arrived."""
        return self.code is not None or self.fault is Fault.REFUSE

    @property
    def unshaped(self) -> "Effect":
        """The effect without what shapes a generation."""
        return replace(self, progression=None, outcome=None, quirks=())

    def aspects(self) -> list[str]:
        """The names of the aspects about which it says something."""
        return [each.name for each in fields(self) if getattr(self, each.name) != each.default]

    def over(self, other: "Effect") -> "Effect":
        """This effect, and where it says nothing the other one."""
        return replace(other, **{name: getattr(self, name) for name in self.aspects()})


NOTHING: Final = Effect()


@dataclass(frozen=True, slots=True)
class Situation:
    """A request as rules see it. `key` is "" where none came, `models` are all names of the model."""

    on: On
    key: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. Empty and None match anything; `nth`, `times` and `rate` choose among the requests that match."""

    effect: Effect
    on: tuple[On, ...] = ()
    model: str = ""
    prompt: str = ""
    key: str = field(default="", repr=False)
    nth: int | None = None
    times: int | None = None
    rate: float | None = None
    record: Mapping[str, Json] | None = field(default=None, repr=False)
    # Whether it stands in a file, which is there for others too.
    shared: bool = False

    def matches(self, situation: Situation) -> bool:
        """Whether the rule is about such a request, whatever its number."""
        return (
            situation.on in self.operations
            and (not self.key or self.key == situation.key)
            and (not self.model or any(map(self.matches_model, situation.models)))
            and (not self.prompt or any(self.prompt.casefold() in text.casefold() for text in situation.texts))
        )

    def matches_model(self, name: str) -> bool:
        """Whether the rule is about the model with this name."""
        return fnmatchcase(name, self.model)

    @property
    def operations(self) -> tuple[On, ...]:
        """The operations that the rule is about."""
        return self.on or ((On.CREATE,) if self.effect.shapes else (On.CREATE, On.RETRIEVE))

    def __str__(self) -> str:
        return ", ".join(
            f"{name} = {json.dumps(value)}" for name, value in (self.record or {}).items() if name != "key"
        )


def read_rule(record: Json, place: str, errors: Mapping[str, Outcome]) -> Rule:
    """The rule that a record of `rule_schema.json` states; `errors` are the usual outcomes by name.

    RuleError, which names `place`, for a record that is none.
    """
    found = violations_of(Draft202012Validator(RULE_SCHEMA).iter_errors(record))
    if found:
        raise RuleError("; ".join(f"{place}{violation.pointer}: {_message(violation)}" for violation in found))
    said = member(record)
    if wrong := [*problems(said)]:
        raise RuleError("; ".join(f"{place}{problem}" for problem in wrong))
    try:
        effect = _effect(said, errors)
        check_quirks(effect.quirks)
    except (PlanError, QuirkError) as error:
        raise RuleError(f"{place}: {error}") from None
    if effect == NOTHING:
        raise RuleError(f"{place}: the rule does nothing. Give it {', '.join(EFFECTS)}")
    return Rule(
        effect=effect,
        on=(On(str(said["on"])),) if "on" in said else (),
        model=str(said.get("model", "")),
        prompt=str(said.get("prompt", "")),
        key=str(said.get("key", "")),
        nth=_whole(said, "nth"),
        times=_whole(said, "times"),
        rate=cast("float | None", said.get("rate")),
        record=said,
    )


def _message(violation: Violation) -> str:
    if violation.kind == "undeclared_property":
        return f"a rule has no such member. It may have: {', '.join(member(RULE_SCHEMA, 'properties'))}"
    return violation.message


def _effect(said: JsonObject, errors: Mapping[str, Outcome]) -> Effect:
    headers = tuple((name.lower(), str(value)) for name, value in member(said, "headers").items())
    quirks = said.get("quirks")
    return Effect(
        progression=parse_progression(str(said["progression"])) if "progression" in said else None,
        outcome=read_outcome(str(said["outcome"]), errors) if "outcome" in said else None,
        quirks=tuple(map(str, quirks)) if isinstance(quirks, list) else (),
        code=_whole(said, "code"),
        retry_after_s=cast("float | None", said.get("retry_after")),
        retry_after_date=said.get("retry_after_form") == "date",
        headers=headers,
        body=BodyFault(str(said["body"])) if "body" in said else None,
        fault=Fault(str(said["fault"])) if "fault" in said else None,
        latency=parse_span(str(said["latency"])) if "latency" in said else None,
        expires_after_s=cast("float | None", said.get("expires_after")),
    )


def _whole(said: JsonObject, name: str) -> int | None:
    """A whole number, which JSON Schema takes as 503.0 too."""
    return int(cast("int | float", said[name])) if name in said else None


def read_outcome(text: str, errors: Mapping[str, Outcome]) -> Outcome:
    """An outcome in the grammar of plans, or a usual error by its name. PlanError for anything else."""
    if text in errors:
        return errors[text]
    try:
        return parse_outcome(text)
    except PlanError as error:
        raise PlanError(f"{error}, or one of {', '.join(errors)}" if errors else str(error)) from None


MATCHING: Final = frozenset({"on", "model", "prompt", "key", "nth", "times", "rate"})
EFFECTS: Final = tuple(name for name in member(RULE_SCHEMA, "properties") if name not in MATCHING)
