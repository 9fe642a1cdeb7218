"""The document as a running fake serves it: what it says is what this fake does."""

import copy

from reelmock.contracts.contract import Contract
from reelmock.contracts.document import Document
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation
from reelmock.mockserver.settings import Settings


def published(contract: Contract, settings: Settings, server: str) -> JsonObject:
    """The contract's document with `server` as its server, the request schemas as strict as the fake is, and the error
    envelope that it writes."""
    tree = copy.deepcopy(contract.document.tree)
    tree["servers"] = [{"url": server}]
    schemas = member(tree, "components", "schemas")
    if settings.error_format == "legacy" and "Error" in schemas and "LegacyError" in schemas:
        schemas["Error"] = schemas["LegacyError"]
    if settings.validation == "strict":
        for operation in contract.operations:
            if closed := [copy.deepcopy(model.closed_schema) for model in contract.models_of(operation)]:
                variants: list[Json] = [*closed]
                schema: Json = closed[0] if len(closed) == 1 else {"oneOf": variants}
                member(_request_body(tree, operation), "content", JSON_MEDIA_TYPE)["schema"] = schema
    return tree


def _request_body(tree: JsonObject, operation: Operation) -> JsonObject:
    """The operation's request body in `tree`, written out in place where a `$ref` stood for it."""
    path, method = operation.path, operation.method.lower()
    written_out = Document("", tree).resolve_object(member(tree, "paths", path))
    item = member(tree, "paths")[path] = copy.deepcopy(written_out)
    return member(item, method, "requestBody")
