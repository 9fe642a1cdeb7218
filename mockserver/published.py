"""The document as a running fake serves it: what it says is what this fake does."""

import copy
from collections.abc import Mapping

from reelmock.contracts.contract import Contract
from reelmock.contracts.document import Document
from reelmock.contracts.jsontree import Json, JsonObject, fresh, member
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation
from reelmock.mockserver.errors import ErrorFormat
from reelmock.mockserver.settings import Settings

# The statuses that the fake refuses with whatever its settings. Limits add theirs; others come by scenarios alone.
PLAYED = frozenset({"400", "401", "404", "405", "413", "415"})

# Envelope → the schema of the shipped document that describes it.
ENVELOPES: Mapping[ErrorFormat, str] = {"current": "Error", "legacy": "LegacyError"}


def published(contract: Contract, settings: Settings, server: str) -> JsonObject:
    """The contract's document with `server` as its server, the request schemas as strict as the fake is, the error
    envelope that it writes, and the refusals that it answers with where the document declares none."""
    tree = copy.deepcopy(contract.document.tree)
    tree["servers"] = [{"url": server}]
    schemas = member(tree, "components", "schemas")
    if settings.error_format == "legacy" and "Error" in schemas and "LegacyError" in schemas:
        schemas["Error"] = schemas["LegacyError"]
    if settings.validation == "strict":
        for operation in contract.operations:
            _close(tree, contract, operation)
    _declare_refusals(tree, contract, settings)
    return tree


def _close(tree: JsonObject, contract: Contract, operation: Operation) -> None:
    """Let the operation's request schema refuse every undeclared property."""
    if closed := [copy.deepcopy(model.closed_schema) for model in contract.models_of(operation)]:
        variants: list[Json] = [*closed]
        schema: Json = closed[0] if len(closed) == 1 else {"oneOf": variants}
        _written_out(tree, *_place(operation), "requestBody", "content", JSON_MEDIA_TYPE)["schema"] = schema


def _played(settings: Settings) -> frozenset[str]:
    """The statuses that a fake with these settings refuses with."""
    paid = settings.credits is not None or isinstance(settings.api_keys, Mapping)
    counted = settings.rate_limit is not None or settings.max_concurrent is not None
    return PLAYED | ({"403"} if paid else set()) | ({"429"} if counted else set())


def _declare_refusals(tree: JsonObject, contract: Contract, settings: Settings) -> None:
    """Add to each operation of a job route the refusals of the shipped document's operation of the same kind."""
    (example,) = Contract(contract.house, contract.house).job_routes[:1]
    for route in contract.job_routes:
        for operation, like in ((route.create, example.create), (route.retrieve, example.retrieve)):
            played = _played(settings) - (set() if route.bearer else {"401"})
            if lacking := [status for status in like.responses if status in played - operation.responses.keys()]:
                declared = _written_out(tree, *_place(operation), "responses")
                declared |= {
                    status: _refusal(contract.house, like, status, settings.error_format) for status in lacking
                }


def _refusal(house: Document, like: Operation, status: str, error_format: ErrorFormat) -> JsonObject:
    """The response that the shipped document declares, in the envelope in use.

    Headers that are filled from the operation's own declarations (`x-value`) are not among them.
    """
    response = house.resolve_object(member(house.tree, "paths", like.path, like.method.lower(), "responses")[status])
    schema = house.resolve(member(house.tree, "components", "schemas")[ENVELOPES[error_format]])
    headers = {name: header for name, header in member(response, "headers").items() if "x-value" not in member(header)}
    content: JsonObject = {JSON_MEDIA_TYPE: {"schema": schema}}
    told: JsonObject = {"description": response["description"], "content": content}
    return member(fresh(told | ({"headers": headers} if headers else {})))


def _place(operation: Operation) -> tuple[str, ...]:
    return ("paths", operation.path, operation.method.lower())


def _written_out(tree: JsonObject, *names: str) -> JsonObject:
    """The object below `names`, where each `$ref` on the way there is written out in place."""
    document, node = Document("", tree), tree
    for name in names:
        inner = member(node, name)
        if "$ref" in inner:
            node[name] = inner = member(fresh(document.resolve_object(inner)))
        node = inner
    return node
