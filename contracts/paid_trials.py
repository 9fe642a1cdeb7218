"""What a run pays for: valid payloads that are as unusual as the document allows, several traits in each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from reelmock.contracts.evidence import INFERRED, Evidence, evidence_at
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import full_payload, minimal_payload
from reelmock.contracts.jsontree import JsonObject, member
from reelmock.contracts.models import Model
from reelmock.contracts.traits import (
    BLANK_TEXT,
    DATA_URI,
    EMPTY_TEXT,
    LARGE_NUMBER,
    LONG_TEXT,
    MOST_ITEMS,
    NON_BMP_TEXT,
    OTHER_ADDRESS,
    SMALL_NUMBER,
    SPECIAL_TEXT,
    WITH_A_POINT,
    ZERO,
    Trait,
    with_traits,
)
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Cost, Kind, Sender, Trial

# Stands in the name of a case between that of a payload and what it lacks.
WITHOUT = "-without-"

OTHER_SPELLINGS = Evidence(INFERRED, "how the API reads other spellings of the same request is not known", "")


class Writing(Enum):
    """How a payload is written: all of these are the same JSON, declared as JSON."""

    PLAIN = "JSON as usual"
    CHARSET = "a charset in the content type"
    CAPITALS = "capitals in the content type"
    INDENTED = "JSON that is indented, in escapes, in another order, with blanks around it"
    COMPACT = "JSON without blanks"


# Values that the schema allows, and that servers read in different ways.
UNCERTAIN = (WITH_A_POINT, DATA_URI)

# Those that are not in the body.
SPELLED = frozenset({Writing.CHARSET, Writing.CAPITALS})


@dataclass(frozen=True, slots=True)
class Variant:
    """A valid payload: all members or only the required ones, which choice of each enum (None: the defaults), its
    traits, and how it is written."""

    name: str
    full: bool
    choice: int | None
    traits: tuple[Trait, ...] = ()
    writing: Writing = Writing.PLAIN


# The most telling ones first: a run may pay for few.
VARIANTS = (
    Variant("unusual", True, -1, (LONG_TEXT, NON_BMP_TEXT, SMALL_NUMBER, MOST_ITEMS)),
    Variant("minimal", False, None, (EMPTY_TEXT,), Writing.CHARSET),
    Variant("first", True, 0, (SPECIAL_TEXT, ZERO, DATA_URI), Writing.INDENTED),
    Variant("second", True, 1, (BLANK_TEXT, LARGE_NUMBER, OTHER_ADDRESS), Writing.CAPITALS),
    Variant("third", True, 2, (EMPTY_TEXT, WITH_A_POINT), Writing.COMPACT),
    Variant("defaults", True, None),
)


def paid_trials(maker: TrialMaker, models: Sequence[Model]) -> Iterator[tuple[Trial, ...]]:
    """Valid payloads of one job route, each with those to try where it is refused: the same, usual in one way.

    The first model's come first, then one of each other model, then the rest.
    """
    if not maker.let_in:
        return
    if not models:
        yield (_trial(maker, {}, Writing.PLAIN, "a call without a payload", case="POST:valid", model=""),)
    first, others = models[:1], models[1:]
    order = [(model, variant) for model in first for variant in VARIANTS]
    order += [(model, variant) for variant in VARIANTS for model in others]
    for model, variant in order:
        yield tuple(_variant(maker, model, variant))


def _variant(maker: TrialMaker, model: Model, variant: Variant) -> Iterator[Trial]:
    """The payload with all that is unusual, then without one of its traits, its choices, its writing."""
    base = _base(model, variant)
    there = [trait for trait in variant.traits if repr(with_traits(model, base, (trait,))) != repr(base)]  # 5.0 is 5
    whole = with_traits(model, base, there)
    told = " and ".join(trait.what for trait in there) or ("every member" if variant.full else "the required members")
    case = f"POST:{model.id}:valid:{variant.name}".replace(" ", "_")
    yield _trial(maker, whole, variant.writing, f"a valid payload with {told}", case=case, model=model.id)
    if variant.writing is not Writing.PLAIN:
        what = variant.writing.value
        plain = _trial(maker, whole, Writing.PLAIN, what, case=f"{case}{WITHOUT}writing", model=model.id)
        yield replace(plain, evidence=OTHER_SPELLINGS) if variant.writing in SPELLED else plain
    for trait in there:
        fewer = with_traits(model, base, [other for other in there if other is not trait])
        trial = _trial(maker, fewer, variant.writing, trait.what, case=f"{case}{WITHOUT}{trait.name}", model=model.id)
        yield replace(trial, evidence=OTHER_SPELLINGS) if trait in UNCERTAIN else trial
    if variant.choice is not None:
        usual = with_traits(model, _base(model, replace(variant, choice=None)), there)
        what = "these choices of its enums"
        yield _trial(maker, usual, variant.writing, what, case=f"{case}{WITHOUT}choices", model=model.id)


def _base(model: Model, variant: Variant) -> JsonObject:
    """A valid payload with the choice of each enum that the variant wants, where these go together."""
    payload = (full_payload if variant.full else minimal_payload)(model.schema)
    for name, schema in member(model.schema, "properties").items():
        options = [False, True] if member(schema).get("type") == "boolean" else member(schema).get("enum")
        if name in payload and isinstance(options, list) and options and variant.choice is not None:
            changed = {**payload, name: options[variant.choice % len(options)]}
            payload = changed if model.validator.is_valid(changed) else payload
    return payload


def _trial(maker: TrialMaker, payload: JsonObject, writing: Writing, what: str, *, case: str, model: str) -> Trial:
    create = maker.route.create
    return Trial(
        Kind.VALID,
        _written(maker.creating(payload, maker.own_key), payload, writing),
        what,
        case,
        maker.route,
        create,
        (create.success_status,),
        evidence_at(maker.contract.document, ("paths", create.path, create.method.lower())),
        cost=Cost.PAID,
        model=model,
        sender=Sender.OWNER,
    )


def _written(request: Request, payload: JsonObject, writing: Writing) -> Request:
    """The request with its payload in another writing."""
    media = dict(request.headers).get("content-type", "")
    match writing:
        case Writing.PLAIN:  # not in escapes: what a server makes of UTF-8 shows only so
            body = json.dumps(payload, ensure_ascii=False)
        case Writing.COMPACT:
            body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        case Writing.CHARSET:
            body, media = json.dumps(payload, ensure_ascii=False), f"{media}; charset=utf-8"
        case Writing.INDENTED:
            body = f"\n {json.dumps(dict(reversed(payload.items())), indent=2)} \n"
        case Writing.CAPITALS:
            body, media = json.dumps(payload, ensure_ascii=False), media.title().replace("Json", "JSON")
    headers = tuple((name, media if name == "content-type" else value) for name, value in request.headers)
    return replace(request, headers=headers, body=body.encode())
