"""The document as a running fake serves it: what it says is what this fake does."""

import copy

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.operations import JSON_MEDIA_TYPE
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
            if closed := [model.closed_schema for model in contract.models_of(operation)]:
                media = member(tree, *map(str, operation.pointer_path), "requestBody", "content", JSON_MEDIA_TYPE)
                variants: list[Json] = [*closed]
                media["schema"] = closed[0] if len(closed) == 1 else {"oneOf": variants}
    return tree
