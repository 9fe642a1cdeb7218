"""A judge of request payloads that shares no code with reelmock, to referee it.

It is written from the OpenAPI specifications, with jsonschema-rs as its validator: it imports nothing of reelmock and
reads the documents in its own way.

Where the letter of OpenAPI 3.0 and what writers mean differ, the narrower reading counts, so that what this judge takes
is valid in both: `{"nullable": true}` alone is null (by the letter it is anything); beside an `enum` without null, or
without a `type`, `nullable` adds nothing (writers mean that it does). Undeclared members are allowed wherever the
document does not refuse them.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema_rs import Draft202012Validator, EmailOptions

Object: TypeAlias = dict[str, Any]

# The keywords that hold a schema, several schemas, and schemas by name.
HOLDS_ONE = {
    *("items", "additionalProperties", "unevaluatedItems", "unevaluatedProperties", "propertyNames", "contains"),
    *("not", "if", "then", "else"),
}
HOLDS_SEVERAL = {"allOf", "anyOf", "oneOf", "prefixItems"}
HOLDS_BY_NAME = {"properties", "patternProperties", "dependentSchemas"}

SAYS_NOTHING = {
    "title",
    "description",
    "default",
    "example",
    "externalDocs",
    "deprecated",
    "readOnly",
    "writeOnly",
    "xml",
}

# A message may quote a payload with a photo in it.
LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Judge:
    """Tells whether a payload is one that a model takes: it keeps the model's own rules and those of the whole body."""

    model: Draft202012Validator
    body: Draft202012Validator

    def __call__(self, payload: object) -> bool:
        return not self.errors(payload)

    def errors(self, payload: object) -> list[str]:
        """What is wrong with `payload`, each with its place as a JSON pointer; nothing when it is valid."""
        try:
            sent = json.loads(json.dumps(payload, allow_nan=False, ensure_ascii=False).encode())
        except (TypeError, ValueError) as error:
            return [f"this can't be sent as JSON: {error}"]
        if sent != payload:  # a tuple, or a key that is no string
            return ["this is another value once it was sent as JSON"]
        return _errors(self.model, sent) or _errors(self.body, sent)


def validators(document: Object) -> dict[str, Judge]:
    """The judge of every model that a POST operation of an OpenAPI 3.0 or 3.1 document takes, by every id that it has.

    A body that names no model is known by the title of its schema, or the id of its operation.
    """
    reader = Reader(document)
    judges: dict[str, Judge] = {}
    for operation_id, body in reader.bodies():
        for name, model in _models(body, operation_id):
            if name in judges:
                raise ValueError(f"the model {name} is there twice")
            judges[name] = Judge(_validator(model), _validator(body))
    return judges


@dataclass(frozen=True)
class Reader:
    """Reads schemas of one document as JSON Schema 2020-12, with what references name in their place."""

    document: Object

    def bodies(self) -> Iterator[tuple[str, Object]]:
        """The id and the JSON body's schema of every POST operation that has one."""
        for path, item in self.document["paths"].items():
            operation = self.there(item).get("post", {})
            content = self.there(operation.get("requestBody", {})).get("content", {})
            if "schema" in content.get("application/json", {}):
                yield operation.get("operationId", path), self.schema(content["application/json"]["schema"])

    def there(self, node: Object) -> Object:
        """The object itself, or the one that it refers to."""
        return self.there(self.target(node["$ref"])) if "$ref" in node else node

    def target(self, reference: str) -> Any:
        """What a reference names, in this file only."""
        start, *steps = reference.split("/")
        if start != "#":
            raise ValueError(f"{reference} is not in this file")
        node: Any = self.document
        for step in steps:
            name = step.replace("~1", "/").replace("~0", "~")
            node = node[int(name)] if isinstance(node, list) else node[name]
        return node

    def schema(self, raw: Any, above: tuple[str, ...] = ()) -> Any:
        """A schema object as JSON Schema; `above` are the references that led to it."""
        if not isinstance(raw, dict):
            return raw  # `true` and `false` are schemas, too
        if isinstance(reference := raw.get("$ref"), str):
            return self._referred(reference, {key: value for key, value in raw.items() if key != "$ref"}, above)
        schema = {keyword: self._value(keyword, value, above) for keyword, value in raw.items()}
        _take_required(schema, raw)
        _take_exclusive(schema, "minimum", "exclusiveMinimum")
        _take_exclusive(schema, "maximum", "exclusiveMaximum")
        nullable = schema.pop("nullable", False) is True
        if nullable and self.document["openapi"].startswith("3.0"):
            _take_nullable(schema)
        return schema

    def _referred(self, reference: str, beside: Object, above: tuple[str, ...]) -> Any:
        if reference in above:
            raise ValueError(f"{reference} leads to itself")
        schema = self.schema(self.target(reference), (*above, reference))
        if not beside or self.document["openapi"].startswith("3.0"):
            return schema  # 3.0 ignores what stands beside a reference
        return {"allOf": [schema, self.schema(beside, above)]}

    def _value(self, keyword: str, value: Any, above: tuple[str, ...]) -> Any:
        if keyword in HOLDS_ONE:
            return self.schema(value, above)
        if keyword in HOLDS_SEVERAL:
            return [self.schema(inner, above) for inner in value]
        if keyword in HOLDS_BY_NAME:
            return {name: self.schema(inner, above) for name, inner in value.items()}
        return value


def _take_required(schema: Object, raw: Object) -> None:
    """A boolean `required` is Swagger's way for parameters; on a property it can only mean the object around it."""
    declared = raw.get("properties", {}).items()
    flagged = [name for name, inner in declared if isinstance(inner, dict) and inner.get("required") is True]
    listed = schema.pop("required", [])
    names = sorted({*flagged, *(listed if isinstance(listed, list) else [])})
    if names:
        schema["required"] = names


def _take_exclusive(schema: Object, bound: str, exclusive: str) -> None:
    """In 3.0 `exclusiveMinimum` is a flag that says how to read `minimum`; in JSON Schema it is a bound itself."""
    if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
        schema[exclusive] = schema.pop(bound)


def _take_nullable(schema: Object) -> None:
    if "type" in schema:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        schema["type"] = sorted({*types, "null"})
    elif not [keyword for keyword in schema if keyword not in SAYS_NOTHING and not keyword.startswith("x-")]:
        schema["type"] = "null"


def _models(body: Object, operation_id: str) -> Iterator[tuple[str, Object]]:
    """Every id of every model that a body takes, and what a payload that names it has to keep."""
    selector = body.get("discriminator", {}).get("propertyName", "model")
    branches = body.get("oneOf") or body.get("anyOf") or []
    if not branches or not all(_ids(branch, selector) for branch in branches):
        branches = [body]
    if not _ids(branches[0], selector):
        yield body.get("title", operation_id), body
    for branch in branches:
        for name in _ids(branch, selector):
            yield name, {"allOf": [branch, {"properties": {selector: {"const": name}}, "required": [selector]}]}


def _ids(schema: Any, selector: str) -> list[str]:
    """The ids that a schema, or a part that all of it has to keep, allows for the property that names the model."""
    if not isinstance(schema, dict):
        return []
    declared = schema.get("properties", {}).get(selector, {})
    own: list[str] = [declared["const"]] if "const" in declared else declared.get("enum", [])
    return own or [name for part in schema.get("allOf", []) for name in _ids(part, selector)]


def _validator(schema: Object) -> Draft202012Validator:
    return Draft202012Validator(
        schema,
        validate_formats=True,
        formats={"byte": _is_base64},  # OpenAPI's own; the others are JSON Schema's, or say nothing about a string
        email_options=EmailOptions(allow_display_text=False),
    )


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _errors(validator: Draft202012Validator, payload: Any) -> list[str]:
    return [
        f"{''.join(f'/{step}' for step in error.instance_path)}: {error.message[:LONGEST_MESSAGE]}"
        for error in validator.iter_errors(payload)
    ]
