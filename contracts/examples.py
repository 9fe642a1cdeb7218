"""A small valid payload for a model, for a command that has to send one."""

from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.models import Model

SENTENCE = "A paper boat sails down a rainy street."
URL = "https://example.com/input"


def example_payload(model: Model) -> JsonObject:
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
        case "string":
            return URL if schema.get("format") == "uri" else SENTENCE
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
        case "array":
            count = schema.get("minItems", 1)
            return [_value(member(schema, "items")) for _ in range(count if isinstance(count, int) else 1)]
        case _:
            return {name: _value(member(schema, "properties", name)) for name in words(items(schema, "required"))}
