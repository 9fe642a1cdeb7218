"""The models that a create operation takes, each with its own schema: a payload is judged by one of them."""

from dataclasses import dataclass
from functools import cached_property

from jsonschema import Draft202012Validator

from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text, words
from reelmock.contracts.normalise import MANY
from reelmock.contracts.operations import Operation, enum_values

# The property that names the model when the document has no `discriminator`.
DEFAULT_SELECTOR = "model"


@dataclass(frozen=True)
class Model:
    """A model of a create operation.

    `aliases` are its other ids: those that the schema allows, then those that only documentation uses (`x-aliases`),
    which the real API takes all the same. `schema` is JSON Schema 2020-12 without references. `selector` is the
    payload's property that names the model, `operation_key` the operation's method and path.
    """

    id: str
    aliases: tuple[str, ...]
    schema: JsonObject
    selector: str
    operation_key: str

    @cached_property
    def closed_schema(self) -> JsonObject:
        """`schema`, refusing every undeclared property."""
        return close(self.schema)

    @cached_property
    def validator(self) -> Draft202012Validator:
        """A prepared validator of `closed_schema`: building one per request would cost fifty times the validation."""
        return Draft202012Validator(self.closed_schema, format_checker=format_checker())

    def names(self, name: str) -> bool:
        """Whether the schema itself allows `name` as this model's id."""
        return name in enum_values(member(self.schema, "properties", self.selector))


def find_models(operations: tuple[Operation, ...]) -> tuple[Model, ...]:
    """Every model of every operation that takes one, in the document's order."""
    return tuple(model for operation in operations if operation.method == "POST" for model in _models_of(operation))


def _models_of(operation: Operation) -> tuple[Model, ...]:
    schema = operation.request_schema
    if schema is None:
        return ()
    selector = text(member(schema, "discriminator"), "propertyName", DEFAULT_SELECTOR)
    variants = [member(variant) for variant in items(schema, "oneOf") or items(schema, "anyOf")]
    selecting = [variant for variant in variants if enum_values(member(variant, "properties", selector))]
    # An `anyOf` at the top may also be a rule within one model; it holds models only if each branch names one.
    chosen = selecting if variants and len(selecting) == len(variants) else [schema]
    return tuple(_model(operation, selector, variant) for variant in chosen)


def _model(operation: Operation, selector: str, schema: JsonObject) -> Model:
    ids = enum_values(member(schema, "properties", selector)) or (text(schema, "title", operation.id),)
    documented = words(items(schema, "x-aliases"))
    return Model(ids[0], tuple(dict.fromkeys((*ids[1:], *documented))), schema, selector, operation.key)


def close(schema: JsonObject) -> JsonObject:
    """A copy of `schema` in which every object that declares properties refuses others.

    Branches of an object that has properties of its own only add rules, so they stay open; what an `allOf` declares
    counts as declared.
    """
    closed: JsonObject = dict(schema)
    properties = member(schema, "properties")
    if properties:
        closed["properties"] = {name: _close_inner(inner) for name, inner in properties.items()}
        if not {"additionalProperties", "unevaluatedProperties"} & schema.keys():
            declared_elsewhere = any(
                "properties" in member(branch) for keyword in ("anyOf", "oneOf") for branch in items(schema, keyword)
            )
            declared_elsewhere |= any("properties" in member(branch) for branch in items(schema, "allOf"))
            closed["unevaluatedProperties" if declared_elsewhere else "additionalProperties"] = False
    if isinstance(element := schema.get("items"), dict):
        closed["items"] = close(element)
    for keyword in () if properties else MANY:
        if keyword != "allOf" and keyword in schema:
            closed[keyword] = [_close_inner(branch) for branch in items(schema, keyword)]
    return closed


def _close_inner(schema: Json) -> Json:
    return close(schema) if isinstance(schema, dict) else schema
