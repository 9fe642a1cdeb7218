"""What each call of the control API does to a fake, by the operation's id in `control_api.json`."""

from collections.abc import Callable, Mapping
from typing import Final, Protocol, TypeAlias, cast

from reelmock import __version__
from reelmock.contracts.jsontree import Json, text
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.control_api import Call, ControlError, control_document
from reelmock.mockserver.control_records import (
    clock_record,
    credits_record,
    entry_record,
    generation_record,
    models_record,
    quirks_record,
    rule_record,
    rules_record,
    state_record,
)
from reelmock.mockserver.engine import Engine, OrderError
from reelmock.mockserver.journal import Entry
from reelmock.mockserver.plan import PlanError, parse_progression
from reelmock.mockserver.planning import usual_errors, usual_failure
from reelmock.mockserver.rules import Rule, RuleError, read_outcome
from reelmock.mockserver.scenario_file import rule_of
from reelmock.mockserver.scenarios import UnknownRuleError


class Fake(Protocol):
    """What is controlled."""

    engine: Engine

    def reset(self) -> None:
        """Put a new engine in the place of `engine`, with one assignment: what has begun ends on the old one."""


# Does what a call asks for, and gives the body of the reply. ControlError when it can't be done.
Handler: TypeAlias = Callable[[Fake, RunningClock, Call], Json]
# The same where only the engine matters.
Look: TypeAlias = Callable[[Engine, Call], Json]


def _on_engine(look: Look) -> Handler:
    return lambda fake, _, call: look(fake.engine, call)


def _on_clock(act: Callable[[RunningClock, Call], object]) -> Handler:
    """A handler that does something to the clock, and tells what time it is then."""

    def handle(_: Fake, clock: RunningClock, call: Call) -> Json:
        act(clock, call)
        return clock_record(clock)

    return handle


def _health(engine: Engine, _: Call) -> Json:
    return {"name": "reelmock", "version": __version__, "contract": engine.contract.version}


def _reset(fake: Fake, clock: RunningClock, _: Call) -> Json:
    fake.reset()
    return state_record(fake.engine, clock)


def _advance(clock: RunningClock, call: Call) -> None:
    try:
        clock.advance(cast(float, call.body["seconds"]))
    except ValueError as error:
        raise ControlError(400, f"{call}: {error}") from None


def _generations(engine: Engine, _: Call) -> Json:
    return {"generations": [generation_record(engine, generation) for generation in engine.generations()]}


def _generation(engine: Engine, call: Call) -> Json:
    generation = engine.store.get(call.values["id"])
    if generation is None:
        known = [known.id for known in engine.generations()][-5:]
        message = f"there is no generation '{call.values['id']}'. The newest are: {', '.join(known) or 'none'}"
        raise ControlError(404, f"{call}: {message}")
    return generation_record(engine, generation, payload=True)


def _finish(engine: Engine, call: Call) -> Json:
    return _ordered(engine, call, engine.finish)


def _fail(engine: Engine, call: Call) -> Json:
    usual = usual_failure(engine.contract)
    name, message = text(call.body, "name", usual.name), text(call.body, "message", usual.message)
    return _ordered(engine, call, lambda generation_id: engine.fail(generation_id, name=name, message=message))


def _ordered(engine: Engine, call: Call, order: Callable[[str], None]) -> Json:
    _generation(engine, call)  # which is a 404 where there is none
    order(call.values["id"])
    return _generation(engine, call)


def _plan_next(engine: Engine, call: Call) -> Json:
    said = call.body
    progression = parse_progression(text(said, "progression")) if "progression" in said else None
    outcome = read_outcome(text(said, "outcome"), usual_errors(engine.contract)) if "outcome" in said else None
    engine.plan_next(progression=progression, outcome=outcome)
    return {"progression": str(progression) if progression else None, "outcome": str(outcome) if outcome else None}


def _rules(engine: Engine, _: Call) -> Json:
    return rules_record(engine.scenarios.list())


def _rule(engine: Engine, call: Call) -> Json:
    return _rule_with(engine, call.values["id"])


def _rule_with(engine: Engine, rule_id: str) -> Json:
    for kept in engine.scenarios.list():
        if kept.id == rule_id:
            return rule_record(kept)
    known = ", ".join(kept.id for kept in engine.scenarios.list()) or "none"
    raise UnknownRuleError(f"there is no rule '{rule_id}'. There are: {known}")


def _rule_of(engine: Engine, call: Call) -> Rule:
    return rule_of(call.body, "the rule", engine.contract, engine.settings.api_keys)


def _add_rule(engine: Engine, call: Call) -> Json:
    return _rule_with(engine, engine.scenarios.add(_rule_of(engine, call)))


def _replace_rule(engine: Engine, call: Call) -> Json:
    engine.scenarios.replace(call.values["id"], _rule_of(engine, call))
    return _rule(engine, call)


def _delete_rule(engine: Engine, call: Call) -> Json:
    engine.scenarios.delete(call.values["id"])
    return _rules(engine, call)


def _clear_rules(engine: Engine, call: Call) -> Json:
    engine.scenarios.clear()
    return _rules(engine, call)


def _journal(engine: Engine, call: Call) -> Json:
    query = call.query
    since, status, generation = int(query.get("since", 0)), query.get("status"), query.get("generation")

    def wanted(entry: Entry) -> bool:
        return (
            entry.number > since
            and status in (None, entry.status, str(entry.response.status))
            and generation in (None, entry.generation_id)
        )

    bodies = query.get("bodies") == "true"
    return {"entries": [entry_record(entry, bodies=bodies) for entry in engine.journal.entries() if wanted(entry)]}


def perform(fake: Fake, clock: RunningClock, call: Call) -> Json:
    """Do what a call asks for: the body of its reply. ControlError, with nothing changed, when it can't be done."""
    try:
        return HANDLERS[call.operation.id](fake, clock, call)
    except UnknownRuleError as error:
        raise ControlError(404, f"{call}: {error}") from None
    except OrderError as error:
        raise ControlError(409, f"{call}: {error}") from None
    except (PlanError, RuleError) as error:
        raise ControlError(400, f"{call}: {error}") from None


# All operations of the document but those that the door alone can do: `events` and `refuseConnections`.
HANDLERS: Final[Mapping[str, Handler]] = {
    "health": _on_engine(_health),
    "document": lambda *_: control_document(),
    "state": lambda fake, clock, _: state_record(fake.engine, clock),
    "reset": _reset,
    "clock": _on_clock(lambda *_: None),
    "advanceClock": _on_clock(_advance),
    "freezeClock": _on_clock(lambda clock, _: clock.freeze()),
    "resumeClock": _on_clock(lambda clock, _: clock.resume()),
    "generations": _on_engine(_generations),
    "generation": _on_engine(_generation),
    "finishGeneration": _on_engine(_finish),
    "failGeneration": _on_engine(_fail),
    "planNext": _on_engine(_plan_next),
    "rules": _on_engine(_rules),
    "addRule": _on_engine(_add_rule),
    "clearRules": _on_engine(_clear_rules),
    "rule": _on_engine(_rule),
    "replaceRule": _on_engine(_replace_rule),
    "deleteRule": _on_engine(_delete_rule),
    "journal": _on_engine(_journal),
    "models": _on_engine(lambda engine, _: models_record(engine)),
    "credits": _on_engine(lambda engine, _: credits_record(engine)),
    "quirks": _on_engine(lambda engine, _: quirks_record(engine)),
}
