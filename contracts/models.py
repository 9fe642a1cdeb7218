"""The models that a create operation takes, each with its own schema: a payload is judged by one of them."""

from dataclasses import dataclass
from functools import cached_property

from jsonschema import Draft202012Validator

from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text, words
from reelmock.contracts.normalise import MANY
from reelmock.contracts.operations import Operation, enum_values
from reelmock.contracts.quick import Check, surely_valid
from reelmock.contracts.short_repr import ShortRepr

# The property that names the model when the document has no `discriminator`.
DEFAULT_SELECTOR = "model"

# What belongs to a list of variants itself, and not to each of them.
OWN = frozenset({"oneOf", "anyOf", "discriminator", "title", "x-aliases"})


@dataclass(frozen=True, repr=False)
class Model(ShortRepr):
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

    def __repr__(self) -> str:
        return f"Model({self.id})"

    @cached_property
    def closed_schema(self) -> JsonObject:
        """`schema`, refusing every undeclared property."""
        return close(self.schema)

    @cached_property
    def validator(self) -> Draft202012Validator:
        """A prepared validator of `closed_schema`: building one per request would cost fifty times the validation."""
        return Draft202012Validator(self.closed_schema, format_checker=format_checker())

    @cached_property
    def open_validator(self) -> Draft202012Validator:
        """A prepared validator of `schema`, which takes undeclared properties."""
        return Draft202012Validator(self.schema, format_checker=format_checker())

    @cached_property
    def surely_valid(self) -> Check:
        """Whether a payload is surely valid against `closed_schema`; False means that `validator` has to be asked."""
        return surely_valid(self.closed_schema)


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
    around = {key: value for key, value in schema.items() if key not in OWN}
    if chosen is selecting and "properties" in around:
        chosen = [_merged(around, variant) for variant in selecting]
    return tuple(_model(operation, selector, variant) for variant in chosen)


def _merged(around: JsonObject, variant: JsonObject) -> JsonObject:
    """A variant with what stands beside the list of variants and holds for all of them."""
    merged: JsonObject = {**around, **variant}
    merged["properties"] = {**member(around, "properties"), **member(variant, "properties")}
    required = dict.fromkeys([*words(items(around, "required")), *words(items(variant, "required"))])
    if required:
        merged["required"] = list(required)
    if rules := [*items(around, "allOf"), *items(variant, "allOf")]:
        merged["allOf"] = rules
    return merged


def _model(operation: Operation, selector: str, schema: JsonObject) -> Model:
    ids = enum_values(member(schema, "properties", selector)) or (text(schema, "title", operation.id),)
    documented = words(items(schema, "x-aliases"))
    return Model(ids[0], tuple(dict.fromkeys((*ids[1:], *documented))), schema, selector, operation.key)


def close(schema: JsonObject) -> JsonObject:
    """A copy of `schema` in which every object that declares properties refuses others.

    Branches of an object that declares properties of its own or in an `allOf` only add rules, so they stay open, and
    what they declare counts as declared.
    """
    closed: JsonObject = dict(schema)
    properties = member(schema, "properties")
    if properties:
        required: JsonObject = dict.fromkeys(words(items(schema, "required")), True)  # what is wanted is not refused
        closed["properties"] = required | {name: _close_inner(inner) for name, inner in properties.items()}
    if isinstance(element := schema.get("items"), dict):
        closed["items"] = close(element)
    composed = _declares(schema, "allOf")
    if not properties and not composed:
        branching = ((keyword, items(schema, keyword)) for keyword in MANY if keyword in schema and keyword != "allOf")
        return closed | {keyword: [_close_inner(branch) for branch in branches] for keyword, branches in branching}
    if not {"additionalProperties", "unevaluatedProperties"} & schema.keys():
        elsewhere = composed or _declares(schema, "anyOf") or _declares(schema, "oneOf")
        closed["unevaluatedProperties" if elsewhere else "additionalProperties"] = False
    return closed


def _declares(schema: JsonObject, keyword: str) -> bool:
    return any("properties" in member(branch) for branch in items(schema, keyword))


def _close_inner(schema: Json) -> Json:
    return close(schema) if isinstance(schema, dict) else schema
