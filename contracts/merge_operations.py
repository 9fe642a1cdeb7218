"""Adds the operations of sources to a document: parameters, replies and security of all of them together."""

from typing import Final

from reelmock.contracts.document import Document
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation
from reelmock.contracts.union_schemas import rules, union

# What is taken over from an operation: samples and hints for one site's pages are not.
KEPT: Final = (
    *("operationId", "tags", "summary", "description", "deprecated", "security", "parameters", "requestBody"),
    *("responses", "x-lifecycle"),
)
SCHEMAS: Final = "#/components/schemas/"


def add_operation(tree: JsonObject, document: Document, operation: Operation) -> None:
    """Add an operation of `document` to `tree`, in place; to one that `tree` has already, what that one lacks."""
    path, method = operation.path, operation.method.lower()
    new = _written_out(document, path, method)
    item = member(member(tree, "paths").setdefault(path, {}))
    known = item.setdefault(method, new)
    if known is not new and isinstance(known, dict):
        _complete(tree, known, new)


def _written_out(document: Document, path: str, method: str) -> JsonObject:
    """An operation without references, with what the path and the document say for all operations."""
    item = document.resolve_object(member(document.tree, "paths").get(path))
    found = {key: value for key, value in member(item, method).items() if key in KEPT}
    if parameters := [*items(item, "parameters"), *items(found, "parameters")]:
        found["parameters"] = parameters
    if "security" in document.tree:
        found.setdefault("security", document.tree["security"])
    return found


def _complete(tree: JsonObject, known: JsonObject, new: JsonObject) -> None:
    whole = Document("", tree)
    named = [_name(whole.resolve(parameter)) for parameter in items(known, "parameters")]
    missing = [parameter for parameter in items(new, "parameters") if _name(parameter) not in named]
    if missing:
        known["parameters"] = [*items(known, "parameters"), *missing]
    for key in ("security", "requestBody", "x-lifecycle"):
        if key in new:
            known.setdefault(key, new[key])
    responses = member(known.setdefault("responses", {}))
    for status, response in member(new, "responses").items():
        if status not in responses:
            responses[status] = response
        else:
            _unite(tree, responses, status, response)


def _unite(tree: JsonObject, responses: JsonObject, status: str, response: Json) -> None:
    """Let the schema of a response take what another one declares for the same status."""
    whole = Document("", tree)
    known = whole.resolve_object(responses[status])
    mine, theirs = (member(each, "content", JSON_MEDIA_TYPE).get("schema") for each in (known, response))
    if theirs is None:
        return
    united = theirs if mine is None else union(mine, theirs)
    if rules(united) == rules(mine):
        return
    if "$ref" in member(responses, status):
        responses[status] = known
    media = member(responses, status, "content", JSON_MEDIA_TYPE)
    name = text(media.get("schema"), "$ref").removeprefix(SCHEMAS)
    if name in member(tree, "components", "schemas"):
        member(tree, "components", "schemas")[name] = united
    else:
        media["schema"] = united


def _name(parameter: Json) -> tuple[str, str]:
    return text(parameter, "name"), text(parameter, "in")
