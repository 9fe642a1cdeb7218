"""More mutations like those of the catalogue: other wrong values at the same place, in larger payloads."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from reelmock.contracts.jsontree import items, member, words
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import Mutation, mutation_of, violations
from reelmock.contracts.short_repr import ShortRepr
from reelmock.contracts.strategies.schemas import Values, values_of
from reelmock.contracts.strategies.wrong_values import replaced, wrong_values_like

# So many valid members may stand beside what a mutation has.
MAX_EXTRAS = 2

BOOLEANS = st.booleans()


@dataclass(frozen=True, repr=False)
class Breakage(ShortRepr):
    """A mutation of a model's catalogue, with other values that may be wrong in the same way, and members to add."""

    model: Model
    mutation: Mutation
    wrong: Values | None
    extras: Mapping[str, Values]
    extra_names: st.SearchStrategy[str] | None

    def __repr__(self) -> str:
        return f"{self.model.id}: {self.mutation.kind} at '{self.mutation.pointer}'"


def breakages(model: Model) -> list[Breakage]:
    """The breakages of a model, in the catalogue's order."""
    required = words(items(model.schema, "required"))
    optional = {name: schema for name, schema in member(model.schema, "properties").items() if name not in required}
    values = {name: values_of(schema) for name, schema in optional.items() if isinstance(schema, dict)}
    extras = {name: drawn for name, drawn in values.items() if drawn is not None}
    return [_breakage(model, mutation, extras) for mutation in violations(model.schema)]


def _breakage(model: Model, mutation: Mutation, extras: Mapping[str, Values]) -> Breakage:
    there = mutation.payload if isinstance(mutation.payload, dict) else {}
    names = [name for name in extras if name not in there and name not in mutation.violation.path[:1]]
    add = st.sampled_from(names) if names and there else None
    return Breakage(model, mutation, wrong_values_like(mutation.violation), extras, add)


@st.composite
def like(draw: st.DrawFn, breakages: st.SearchStrategy[Breakage]) -> Mutation:
    """The mutation of a breakage, or one like it; the same kind at the same place in any case."""
    breakage = draw(breakages)
    mutation = breakage.mutation
    payload = copy.deepcopy(mutation.payload)
    if breakage.wrong is not None and draw(BOOLEANS):
        payload = replaced(payload, mutation.violation.path, draw(breakage.wrong))
    if breakage.extra_names is not None and isinstance(payload, dict):
        for _ in range(MAX_EXTRAS):
            if draw(BOOLEANS):
                name = draw(breakage.extra_names)
                payload[name] = draw(breakage.extras[name])
    found = mutation_of(breakage.model, payload)
    if found is not None and _label(found) == _label(mutation):
        return found
    return replace(mutation, payload=copy.deepcopy(mutation.payload))


def _label(mutation: Mutation) -> tuple[str, str, str]:
    return mutation.kind, mutation.pointer, mutation.keyword
