"""Payloads of a contract's models: valid ones, and invalid ones with one named violation each."""

from collections.abc import Iterable
from typing import cast

from hypothesis import strategies as st

from reelmock.contracts.contract import Contract, chosen_models
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import Mutation, check_kinds
from reelmock.contracts.plain_schemas import alternatives
from reelmock.contracts.strategies.breakages import Breakage, breakages, like
from reelmock.contracts.strategies.schemas import from_schema


def valid_payloads(
    model: str | Model | None = None, *, contract: Contract | None = None
) -> st.SearchStrategy[JsonObject]:
    """Payloads that a model takes under strict validation too; without `model` those of any model of the contract.

    `model` is an id or alias, `contract` the shipped one unless given. UnknownModelError, which names the known ones,
    for a model that the contract does not have; ContractError when it has none.
    """
    return st.one_of([payloads_of(found) for found in chosen_models(model, contract)])


def invalid_payloads(
    model: str | Model | None = None, *, contract: Contract | None = None, kinds: Iterable[str] | None = None
) -> st.SearchStrategy[Mutation]:
    """Payloads with exactly one broken place, each with what is wrong there: `.payload`, `.kind`, `.pointer`.

    First a kind is drawn and then a place, so that wrong types do not crowd out the rest. `kinds` limits them; filter
    by `.tolerated` for what lenient validation refuses too. Shrinks to the plainest payload of the kind.
    KindError, which names the known ones, for a kind that there is not, or that no place of the models can have.
    """
    models = chosen_models(model, contract)
    by_kind: dict[str, list[Breakage]] = {}
    for breakage in (breakage for found in models for breakage in breakages(found)):
        by_kind.setdefault(breakage.mutation.kind, []).append(breakage)
    chosen = list(by_kind) if kinds is None else list(dict.fromkeys(kinds))
    check_kinds(chosen, by_kind, models)
    # `sampled_from` twice: `one_of` would make one flat choice of it, in which the commonest kind wins.
    return like(st.sampled_from([st.sampled_from(by_kind[kind]) for kind in chosen]).flatmap(lambda found: found))


def payloads_of(model: Model) -> st.SearchStrategy[JsonObject]:
    """The valid payloads of one model; each names the model."""
    required = dict.fromkeys([*words(items(model.schema, "required")), model.selector])
    names: list[Json] = [*required]
    schema: JsonObject = {**model.schema, "required": names} if model.selector in _declared(model) else model.schema
    return cast("st.SearchStrategy[JsonObject]", from_schema(schema))


def _declared(model: Model) -> JsonObject:
    """The properties of all forms that the model's payload may have."""
    return {
        name: schema for plain in alternatives(model.schema) for name, schema in member(plain, "properties").items()
    }
