"""What has changed in the models of an operation: which there are, by which names, and what each takes."""

from collections.abc import Iterator, Mapping

from reelmock.contracts.diff_places import Difference, schema_difference
from reelmock.contracts.diff_rules import REQUEST
from reelmock.contracts.diff_schemas import changes
from reelmock.contracts.diff_shapes import canonical
from reelmock.contracts.diff_sides import Side
from reelmock.contracts.jsontree import JsonObject, Path, items, member
from reelmock.contracts.models import Model
from reelmock.contracts.operations import enum_values


def model_differences(old: Side, new: Side) -> Iterator[Difference]:
    """The models that are gone, new or renamed, and the changes of those that both documents have."""
    pairs = _pairs(old, new)
    for model in old.models.values():
        if model.id in pairs:
            yield from _model(model, pairs[model.id], old, new)
        else:
            yield Difference("model-removed", model.id, f"no model of {new.operation.key} answers to this id any more",
                             _place(old, model), ())  # fmt: skip
    known = {model.id for model in pairs.values()}
    for model in new.models.values():
        if model.id not in known:
            told = f"{new.operation.key} takes this model now"
            yield Difference("model-added", model.id, told, (), _place(new, model))


def _pairs(old: Side, new: Side) -> Mapping[str, Model]:
    """Old id → the model that takes its place: one that answers to it, or to an alias, else one of the same schema."""
    found: dict[str, Model] = {}
    for model in old.models.values():
        answering = (new.contract.model_of(new.operation, name) for name in (model.id, *model.aliases))
        if (other := next(filter(None, answering), None)) is not None:
            found[model.id] = other
    for model in old.models.values():
        free = (
            other
            for other in new.models.values()
            if other not in found.values() and old.contract.model_of(old.operation, other.id) in (None, model)
        )
        if model.id not in found:
            same = next((other for other in free if _rules(other) == _rules(model)), None)
            found |= {} if same is None else {model.id: same}
    return found


def _model(model: Model, other: Model, old: Side, new: Side) -> Iterator[Difference]:
    places = (_place(old, model), _place(new, other))
    names = {other.id, *other.aliases}
    if model.id not in names:
        yield Difference("model-renamed", model.id, f"its id is '{other.id}' now", *places)
    elif model.id != other.id and other.id not in old.models:
        yield Difference("model-id-became-alias", model.id, f"its first id is '{other.id}' now", *places)
    gone = [name for name in model.aliases if new.contract.model_of(new.operation, name) is None]
    for name in gone if names & {model.id, *model.aliases} else ():  # a new name alone tells of all the old ones
        yield Difference("model-alias-removed", model.id, f"it does not answer to '{name}' any more", *places)
    for name in other.aliases:
        if old.contract.model_of(old.operation, name) is None and names & {model.id, *model.aliases}:
            yield Difference("model-alias-added", other.id, f"it answers to '{name}' too", *places)
    for change in changes(_without_selector(model), _without_selector(other)):
        yield schema_difference(REQUEST, other.id, change, *places)


def _rules(model: Model) -> str:
    return canonical(_without_selector(model))


def _without_selector(model: Model) -> JsonObject:
    """A model's schema without its names, which are compared by themselves."""
    left = {name: inner for name, inner in member(model.schema, "properties").items() if name != model.selector}
    return {**model.schema, "properties": left}


def _place(side: Side, model: Model) -> Path:
    """Where a model's schema stands: among the variants of the body's, or there itself."""
    schema = member(side.operation.request_schema)
    for keyword in ("oneOf", "anyOf"):
        for index, variant in enumerate(items(schema, keyword)):
            if enum_values(member(variant, "properties", model.selector))[:1] == (model.id,):
                return (*side.schema_path, keyword, index)
    return side.schema_path
