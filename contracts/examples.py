"""A small valid payload for a model, for a command that has to send one."""

from jsonschema import Draft202012Validator

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.models import Model
from reelmock.contracts.operations import Operation

SENTENCE = "A paper boat sails down a rainy street."
URL = "https://example.com/input"
BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


def example_payload(contract: Contract, operation: Operation) -> JsonObject:
    """A payload for a create operation's first model: what its schema requires, and nothing else."""
    models = contract.models_of(operation)
    return example_of(models[0]) if models else {}


def example_of(model: Model) -> JsonObject:
    """A payload with what the model's schema requires, and nothing else."""
    payload = {
        name: _value(member(model.schema, "properties", name)) for name in words(items(model.schema, "required"))
    }
    return payload | ({model.selector: model.id} if model.selector in payload else {})


def _value(schema: JsonObject) -> Json:
    for keyword in ("default", "const"):
        if keyword in schema:
            return schema[keyword]
    if options := items(schema, "enum"):
        return options[0]
    if branches := items(schema, "anyOf") or items(schema, "oneOf"):
        return _value(member(branches[0]))
    declared = schema.get("type")
    match declared[0] if isinstance(declared, list) and declared else declared:
        case "null":
            return None
        case "string":
            return URL if schema.get("format") == "uri" else _sentence(schema)
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return False
        case "array":
            count = schema.get("minItems", 1)
            return [_value(member(schema, "items")) for _ in range(count if isinstance(count, int) else 1)]
        case _:
            return {name: _value(member(schema, "properties", name)) for name in words(items(schema, "required"))}


def _sentence(schema: JsonObject) -> str:
    shortest, longest = schema.get("minLength"), schema.get("maxLength")
    sentence = SENTENCE
    while isinstance(shortest, int) and len(sentence) < shortest:
        sentence += f" {SENTENCE}"
    return sentence[:longest] if isinstance(longest, int) else sentence


def _number(schema: JsonObject) -> Json:
    """The first number near the schema's bounds that it takes."""
    low, above, high, below = (schema.get(name) for name in BOUNDS)
    candidates = [low, 1, 0, high, _moved(above, 1), _moved(below, -1), _between(low, high), _between(above, high)]
    judge = Draft202012Validator(schema)
    return next((number for number in candidates if number is not None and judge.is_valid(number)), 1)


def _moved(bound: Json, step: int) -> Json:
    return bound + step if isinstance(bound, int | float) else None


def _between(low: Json, high: Json) -> Json:
    return (low + high) / 2 if isinstance(low, int | float) and isinstance(high, int | float) else None
