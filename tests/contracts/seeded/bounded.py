"""The shipped document with another model, which has bounds of every kind; the shipped one has none."""

from functools import cache

from reelmock.contracts.contract import SHIPPED, Contract
from reelmock.contracts.document import load_document, make_document, read_json
from reelmock.contracts.jsontree import JsonObject, member

BOUNDED: JsonObject = {
    "type": "object",
    "title": "acme/bounded",
    "required": ["model", "prompt", "frames"],
    "properties": {
        "model": {"type": "string", "enum": ["acme/bounded"]},
        "prompt": {"type": "string", "minLength": 3, "maxLength": 60},
        "frames": {"type": "array", "items": {"type": "string", "format": "uri"}, "minItems": 2, "maxItems": 4},
        "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "seconds": {"type": "integer", "minimum": 2, "maximum": 12},
        "width": {"type": "integer", "minimum": 64, "maximum": 640, "multipleOf": 16},
        "strength": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        "ratio": {"type": "string", "pattern": "^[0-9]+:[0-9]+$"},
        "camera": {
            "type": "object",
            "required": ["pan"],
            "properties": {"pan": {"type": "number", "minimum": -10, "maximum": 10}, "tilt": {"type": "number"}},
        },
    },
    "dependentRequired": {"strength": ["seconds"]},
}


@cache
def bounded() -> Contract:
    """The contract of the document that has this model and no other."""
    house = load_document(SHIPPED)
    tree = read_json(SHIPPED)
    member(tree, "components", "schemas")["PixverseV55ImageToVideo"] = BOUNDED
    media = member(tree, "paths", "/v2/video/generations", "post", "requestBody", "content", "application/json")
    media.pop("example", None)
    return Contract(make_document(tree, "bounded.json"), house)
