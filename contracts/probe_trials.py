"""What a run sends with the key that costs nothing if the API keeps its document: payloads with one broken place."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from reelmock.contracts.evidence import INFERRED, Evidence, evidence_at
from reelmock.contracts.instances import SENTENCE, minimal_payload
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, JsonObject, excerpt, member
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import Mutation, violations
from reelmock.contracts.payloads import Validation
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Cost, Kind, Sender, Trial
from reelmock.contracts.unreadable_trials import UNREADABLE, unreadable
from reelmock.contracts.wire_faults import WRONG_CONTENT_TYPES

# What the texts of payloads begin with.
BEGINNING = SENTENCE[:3].encode()

FORMATS = Evidence(INFERRED, "how closely the API looks at formats is not known", "")

UNKNOWN_MODEL = "reelmock/no-such-model"


def probe_trials(maker: TrialMaker, models: Sequence[Model], validation: Validation, *, paid: bool) -> Iterator[Trial]:
    """The probes of one job route, one kind of mistake after another, so that an early end leaves many kinds tried.

    Without `paid`, what an API is likely to take all the same is left out: combinations that stand in prose alone, and
    what lenient validation tolerates. With it, and under strict validation, they are among the trials.
    """
    if not maker.let_in:
        return
    yield from _unreadable(maker, models if paid else ())
    yield from _mistyped(maker)
    yield from _unknown_model(maker, models)
    per_model = [_broken(maker, model, validation, paid=paid) for model in models]
    for together in zip_longest(*per_model):
        yield from (trial for trial in together if trial is not None)


def _sent(trial: Trial, maker: TrialMaker) -> Trial:
    """A trial that goes with the key."""
    key = maker.own_key
    kept = tuple(field for field in trial.request.headers if field[0] != "authorization")
    headers = kept if key is None else (*kept, ("authorization", f"Bearer {key}"))
    return replace(trial, request=replace(trial.request, headers=headers), cost=Cost.PROBE, sender=Sender.OWNER)


def _unreadable(maker: TrialMaker, models: Sequence[Model]) -> Iterator[Trial]:
    """Bodies that are no payload; with models, those that come near to one, and that a careless server takes."""
    near = _nearly_json(models[0]) if models else {}
    for name, body, refusal in UNREADABLE:
        trial = _sent(unreadable(maker, name, near.get(name, body), refusal), maker)
        yield replace(trial, mistake=name)


def _nearly_json(model: Model) -> Mapping[str, bytes]:
    """A valid payload, written in ways that are no JSON: name of the case → body."""
    payload = minimal_payload(model.schema)
    written = json.dumps(payload).encode()
    free = (
        name for name, schema in member(model.schema, "properties").items() if name not in payload and _counts(schema)
    )
    number = next(free, "duration")
    near = {
        "cut_off_json": written[:-1],
        "single_quotes": written.replace(b'"', b"'"),
        "trailing_comma": written[:-1] + b",}",
        "no_utf8": written.replace(BEGINNING, BEGINNING + b"\xff"),
        "nan": written[:-1] + f', "{number}": NaN}}'.encode(),
    }
    return {name: body for name, body in near.items() if not _is_json(body)}  # a payload without a text has no text


def _is_json(body: bytes) -> bool:
    try:
        parse_json(body)
    except BodyError:
        return False
    return True


def _counts(schema: Json) -> bool:
    return member(schema).get("type") in ("integer", "number")


def _mistyped(maker: TrialMaker) -> Iterator[Trial]:
    """Other content types. The body is broken too, so that a server which does not mind them takes nothing."""
    request = replace(maker.creating({}, maker.own_key), body=b"[]")
    kept = tuple(field for field in request.headers if field[0] != "content-type")
    like = unreadable(maker, "content_type", b"", "unsupported_media_type")
    for index, content_type in enumerate((*WRONG_CONTENT_TYPES[:2], None)):
        typed = kept if content_type is None else (*kept, ("content-type", content_type))
        name = ("text_plain", "form", "no_content_type")[index]
        what = "no content type" if content_type is None else f"the content type {content_type}"
        sent = replace(request, headers=typed)
        yield replace(
            like,
            request=sent,
            what=what,
            case=f"POST:{name}",
            cost=Cost.PROBE,
            sender=Sender.OWNER,
            forbidden=like.evidence,
        )


def _strange(model: Model) -> JsonObject:
    """A payload for a model that is not there; where none is named, one without what is required."""
    if model.selector in member(model.schema, "properties"):
        return {**minimal_payload(model.schema), model.selector: UNKNOWN_MODEL}
    return {}


def _unknown_model(maker: TrialMaker, models: Sequence[Model]) -> Iterator[Trial]:
    if models and models[0].selector in member(models[0].schema, "properties"):
        what = f"a model that is not there ('{UNKNOWN_MODEL}')"
        yield _probe(maker, _strange(models[0]), what, "POST:unknown_model", "")


def _broken(maker: TrialMaker, model: Model, validation: Validation, *, paid: bool) -> Iterator[Trial]:
    """Payloads of one model with one broken place: each place and rule once, each wrong type once."""
    tolerated = paid and validation == "strict"
    by_kind: dict[str, list[Trial]] = {}
    seen: set[tuple[str, ...]] = set()
    formats: set[str] = set()
    for mutation in violations(model.schema):
        odd = mutation.kind == "bad_format" and mutation.pointer in formats  # the first one is surely none
        formats |= {mutation.pointer} if mutation.kind == "bad_format" else set()
        risky = odd or mutation.kind == "forbidden_combination"
        name = _name(mutation)
        if (mutation.tolerated and not tolerated) or (risky and not paid) or name in seen:
            continue
        seen.add(name)
        case = ":".join(("POST", model.id, mutation.pointer or "/", *name[1:]))
        kind = "odd_format" if odd else mutation.kind
        probe = _probe(maker, mutation.payload, str(mutation.violation), case.replace(" ", "_"), model.id)
        probe = replace(probe, mistake=kind, forbidden=FORMATS if odd else probe.forbidden)
        by_kind.setdefault(kind, []).append(probe)
    # What may well be taken comes last: it could use up what the run may cost.
    order = sorted(by_kind, key=lambda kind: kind in ("undeclared_property", "odd_format", "forbidden_combination"))
    yield from filter(None, chain.from_iterable(zip_longest(*(by_kind[kind] for kind in order))))


def _name(mutation: Mutation) -> tuple[str, ...]:
    """What tells this mutation from the others of a model."""
    wrong = mutation.violation
    typed = (_type_of(wrong.received),) if mutation.kind == "wrong_type" else ()
    if mutation.kind == "bad_format":
        typed = (excerpt(wrong.received, 20),)
    return (mutation.pointer, mutation.kind, *typed, *(("tolerated",) if mutation.tolerated else ()))


def _type_of(value: Json) -> str:
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _probe(maker: TrialMaker, payload: Json, what: str, case: str, model: str) -> Trial:
    create = maker.route.create
    return Trial(
        Kind.BROKEN,
        replace(maker.creating({}, maker.own_key), body=json.dumps(payload).encode()),
        what,
        case,
        maker.route,
        create,
        (maker.status("invalid_payload"),),
        maker.evidence(create, "invalid_payload"),
        evidence_at(maker.contract.document, ("paths", create.path, "post", "requestBody")),
        Cost.PROBE,
        model,
        sender=Sender.OWNER,
    )
