"""What the control API tells of a fake, as JSON. No API key is in it: owners stand for keys, and the rest is masked."""

from collections import Counter
from collections.abc import Iterable

from reelmock.contracts.exchange import Fields, masked_fields
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.lifecycle import State, word_for
from reelmock.contracts.models import Model
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.gate import owner_of
from reelmock.mockserver.generations import Generation, standing
from reelmock.mockserver.journal import Entry
from reelmock.mockserver.quirks import known_quirks, told_word
from reelmock.mockserver.scenarios import Kept


def state_record(engine: Engine, clock: RunningClock) -> JsonObject:
    """Settings, clock, and how many of everything there are."""
    now = engine.clock.now()
    states = Counter(standing(generation, now).state for generation in engine.generations())
    return {
        "settings": settings_record(engine),
        "clock": clock_record(clock),
        "counts": {
            "generations": {state.value: states[state] for state in State},
            "entries": len(engine.journal.entries()),
            "scenarios": len(engine.scenarios.list()),
            "unused_scenarios": len(engine.scenarios.unused()),
        },
    }


def settings_record(engine: Engine) -> JsonObject:
    """The settings, and of the API keys only how many there are."""
    settings = engine.settings
    return {
        "progression": str(settings.progression),
        "outcome": str(settings.outcome),
        "failure_rate": settings.failure_rate,
        "seed": settings.seed,
        "validation": settings.validation,
        "error_format": settings.error_format,
        "public_url": settings.public_url,
        "max_body": settings.max_body,
        "quirks": [*settings.quirks],
        "credits": settings.credits,
        "rate_limit": settings.rate_limit,
        "max_concurrent": settings.max_concurrent,
        "api_keys": len(settings.api_keys),
    }


def clock_record(clock: RunningClock) -> JsonObject:
    """What time it is, in seconds since 1970, and whether it stands still."""
    return {"now": clock.now(), "frozen": clock.frozen}


def generation_record(engine: Engine, generation: Generation, *, payload: bool = False) -> JsonObject:
    """A generation as it stands now, with or without its payload; looking counts no poll."""
    where = standing(generation, engine.clock.now())
    routes = {route.create.key: route for route in engine.contract.job_routes}
    usual = word_for(where.state, routes[generation.operation].retrieved.words)
    record: JsonObject = {
        "id": generation.id,
        "owner": generation.owner,
        "operation": generation.operation,
        "model": generation.model,
        "state": where.state.value,
        "status": told_word(generation.quirks, "retrieve", where.state, usual),
        "error": {"name": where.error.name, "message": where.error.message} if where.error else None,
        "created_at": generation.created_at,
        "polls": generation.polls,
        "credits": generation.credits,
        "quirks": [*generation.quirks],
        "progression": str(generation.plan.progression),
        "outcome": str(generation.plan.outcome),
    }
    return record | {"payload": generation.payload} if payload else record


def rule_record(kept: Kept) -> JsonObject:
    """A rule as it was given, with its key masked, and how often it was used."""
    said: JsonObject = dict(kept.rule.record or {})
    masked: JsonObject = {"key": "****"} if "key" in said else {}
    return {"id": kept.id, "rule": said | masked, "seen": kept.seen, "used": kept.used}


def rules_record(rules: Iterable[Kept]) -> JsonObject:
    """Rules in their order."""
    return {"scenarios": [rule_record(kept) for kept in rules]}


def entry_record(entry: Entry, *, bodies: bool = False) -> JsonObject:
    """An entry of the journal; bodies, which hold prompts and pictures, only when they are asked for."""
    response = entry.response
    reply: JsonObject = {
        "status": response.status,
        "headers": _pairs(response.headers),
        "body_bytes": len(response.body),
    }
    record: JsonObject = {
        "number": entry.number,
        "at": entry.at,
        "origin": entry.origin,
        "method": entry.method,
        "path": entry.path,
        "query": _pairs(masked_fields(entry.query)),
        "headers": _pairs(entry.headers),
        "owner": entry.owner,
        "body_bytes": len(entry.body),
        "reply": reply | {"body": _decoded(response.body)} if bodies else reply,
        "generation": entry.generation_id,
        "status": entry.status,
        "refusal": entry.case,
        "deviations": [str(deviation) for deviation in entry.deviations],
        "note": entry.note,
    }
    return record | {"body": _decoded(entry.body)} if bodies else record


def models_record(engine: Engine) -> JsonObject:
    """The models of the contract, each with its price in credits."""
    pricing = Pricing.of(engine.contract)

    def record(model: Model) -> JsonObject:
        return {
            "id": model.id,
            "aliases": [*model.aliases],
            "operation": model.operation_key,
            "credits": pricing.price(model),
        }

    return {"models": [record(model) for model in engine.contract.models]}


def credits_record(engine: Engine) -> JsonObject:
    """The accounts of the keys in the settings, then of those that made a generation."""
    pricing, now = Pricing.of(engine.contract), engine.clock.now()
    makers = (generation.owner for generation in engine.generations())
    owners = dict.fromkeys([*map(owner_of, engine.settings.api_keys), *makers])

    def account(owner: str) -> JsonObject:
        balance = engine.accounts.balance(owner, now) if engine.accounts is not None else None
        return {"owner": owner, "balance": balance, "usd": None if balance is None else pricing.usd(balance)}

    return {"credits_per_usd": pricing.credits_per_usd, "accounts": [account(owner) for owner in owners]}


def quirks_record(engine: Engine) -> JsonObject:
    """All quirks, and whether the settings ask for them."""
    return {
        "quirks": [
            {
                "name": quirk.name,
                "description": quirk.description,
                "source": quirk.source,
                "operation": quirk.operation,
                "state": quirk.state.value if quirk.state else None,
                "active": quirk.name in engine.settings.quirks,
            }
            for quirk in known_quirks().values()
        ]
    }


def _pairs(fields: Fields) -> list[Json]:
    return [[name, value] for name, value in fields]


def _decoded(body: bytes) -> str | None:
    """A body as text; None for one that is none."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None
