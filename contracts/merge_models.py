"""Gives each model of a document that is merged its component, and each create operation the list of its models."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reelmock.contracts.component_names import component_names
from reelmock.contracts.document import Document
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text, words
from reelmock.contracts.models import find_models
from reelmock.contracts.offers import Offer
from reelmock.contracts.operations import JSON_MEDIA_TYPE, enum_values, find_operations
from reelmock.contracts.union_schemas import promises

REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Row:
    """A model of the merged document, for a summary: `state` is `new`, `changed`, `same` or `kept`."""

    operation: str
    model: str
    component: str
    aliases: tuple[str, ...]
    sources: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A model of one operation as the merged document has it. `name` is that of its component so far, or ""."""

    operation: str
    model: str
    selector: str
    schema: JsonObject
    name: str = ""
    sources: tuple[str, ...] = ()
    state: str = "kept"

    @property
    def key(self) -> tuple[str, str]:
        """What two entries of the same model share."""
        return self.operation, self.model

    def row(self, component: str) -> Row:
        """The entry for people."""
        aliases = words(items(self.schema, "x-aliases"))
        return Row(self.operation, self.model, component, aliases, self.sources, self.state)


def known_models(base: Document) -> dict[tuple[str, str], Entry]:
    """The models that a document has already, by operation and id, with the names of their components."""
    found: dict[tuple[str, str], Entry] = {}
    for operation in find_operations(base):
        models = find_models((operation,))
        for model, name in zip(models, _written_names(base, operation.key, len(models)), strict=True):
            # What stands beside the list of models is no part of their components.
            whole = name and base.resolve({"$ref": f"{REFERENCE}{name}"}) == model.schema
            entry = Entry(operation.key, model.id, model.selector, model.schema, name if whole else "")
            found.setdefault(entry.key, entry)
    return found


def _written_names(base: Document, operation: str, number: int) -> list[str]:
    """The component of each of the models of an operation, or "" for one that stands in the operation itself."""
    schema = _media_type(base.tree, operation).get("schema")
    body = base.named(schema)
    listed = [_component(variant) for variant in items(body, "oneOf") or items(body, "anyOf")]
    if number == 1 and not any(listed):
        return [_component(schema)]
    return listed if len(listed) == number else [""] * number


def _component(node: Json) -> str:
    """The name of the component that a reference names, or ""."""
    reference = text(node, "$ref")
    return reference.removeprefix(REFERENCE) if reference.startswith(REFERENCE) else ""


def write_models(tree: JsonObject, known: Mapping[tuple[str, str], Entry], offered: Sequence[Offer]) -> tuple[Row, ...]:
    """Write the known models and the offered ones into `tree`, in place. Returns what became of each."""
    entries = {**known, **{offer.key: _renewed(known.get(offer.key), offer) for offer in offered}}
    ordered = [entries[key] for key in sorted(entries)]
    components = member(tree.setdefault("components", {}))
    schemas = member(components.setdefault("schemas", {}))
    before = {entry.name for entry in ordered}
    names = _names(ordered, schemas.keys() - before)
    for entry in ordered:
        if entry.state != "kept" or names[entry.key] not in schemas:
            schemas[names[entry.key]] = entry.schema
    components["schemas"] = dict(sorted(schemas.items()))
    for operation in dict.fromkeys(entry.operation for entry in ordered):
        models = {names[entry.key]: entry for entry in ordered if entry.operation == operation}
        _media_type(tree, operation)["schema"] = _one_of(models)
    for name in before - {*names.values()}:
        if f'"{REFERENCE}{name}"' not in json.dumps(tree):
            member(components, "schemas").pop(name, None)
    return tuple(entry.row(names[entry.key]) for entry in ordered)


def _renewed(known: Entry | None, offer: Offer) -> Entry:
    """What an offer says, and what it does not speak of as it was: rules beside the properties, and other names."""
    schema, selector = offer.schema, offer.model.selector
    if known is not None:
        schema = {**known.schema, **_named_as(known.schema, schema, selector)}
    state = "new" if known is None else "same" if promises(known.schema) == promises(schema) else "changed"
    name = known.name if known else ""
    return Entry(offer.model.operation_key, offer.model.id, selector, schema, name, offer.sources, state)


def _named_as(known: JsonObject, schema: JsonObject, selector: str) -> JsonObject:
    """`schema` with the ids and other names that the model is known by already."""
    properties, chosen = member(schema, "properties"), member(schema, "properties", selector)
    ids = [*dict.fromkeys((*enum_values(chosen), *enum_values(member(known, "properties", selector))))]
    aliases = {*words(items(schema, "x-aliases")), *words(items(known, "x-aliases"))} - {*ids}
    found = dict(schema)
    if ids != [*enum_values(chosen)]:
        found["properties"] = {**properties, selector: {**chosen, "enum": [*ids]}}
    return found | ({"x-aliases": [*sorted(aliases)]} if aliases else {})


def _names(entries: Sequence[Entry], others: Iterable[str]) -> dict[tuple[str, str], str]:
    """The component of each entry. A model of several operations has one, unless they see it differently.

    A name stays as long as it is one model's, and that model's only one; `others` are names of other components.
    """
    seen: dict[str, list[Json]] = {}
    for entry in entries:
        seen.setdefault(entry.model, []).append(promises(entry.schema))
    several = {model for model, views in seen.items() if any(view != views[0] for view in views)}
    told = {
        entry.key: f"{entry.model} {entry.operation}" if entry.model in several else entry.model for entry in entries
    }
    held = {(told[entry.key], entry.name) for entry in entries if entry.name}
    owners, owned = Counter(owner for owner, _ in held), Counter(name for _, name in held)
    taken = {owner: name for owner, name in held if owners[owner] == owned[name] == 1}
    names = component_names(told.values(), taken, others)
    return {key: names[text_] for key, text_ in told.items()}


def _one_of(models: Mapping[str, Entry]) -> JsonObject:
    """The schema of a request body that is one of the models: told apart by their ids, as far as they have any."""
    references = {name: f"{REFERENCE}{name}" for name in sorted(models)}
    variants: list[Json] = [{"$ref": reference} for reference in references.values()]
    selector = next(iter(models.values())).selector
    ids = {name: enum_values(member(entry.schema, "properties", selector)) for name, entry in models.items()}
    if all(ids.values()):
        mapping: JsonObject = {model_id: references[name] for name in references for model_id in ids[name]}
        return {"oneOf": variants, "discriminator": {"propertyName": selector, "mapping": mapping}}
    return member(variants[0]) if len(variants) == 1 else {"oneOf": variants}


def _media_type(tree: JsonObject, operation: str) -> JsonObject:
    """The JSON media type of the request body of an operation."""
    method, _, path = operation.partition(" ")
    return member(tree, "paths", path, method.lower(), "requestBody", "content", JSON_MEDIA_TYPE)
