"""Adds the operations of sources to a document: parameters, replies and security of all of them together."""

import copy
from collections.abc import Mapping
from itertools import count
from typing import Final
from urllib.parse import quote

from reelmock.contracts.document import Document
from reelmock.contracts.jsontree import Json, JsonObject, items, member, pointer, text
from reelmock.contracts.operations import JSON_MEDIA_TYPE, METHODS, Operation
from reelmock.contracts.union_schemas import rules, union, without_discriminators

# What is taken over from an operation, and of which type it has to be: samples and hints for one site's pages are not.
KEPT: Final[Mapping[str, type]] = {
    **dict.fromkeys(("operationId", "summary", "description"), str),
    **dict.fromkeys(("tags", "security", "parameters"), list),
    **dict.fromkeys(("requestBody", "responses"), dict),
    "deprecated": bool,
    "x-lifecycle": object,
}
SCHEMAS: Final = "#/components/schemas/"


def without_references(document: Document) -> JsonObject:
    """A copy of the document's tree whose path items and request bodies stand in their place, to be added to."""
    tree = copy.deepcopy(document.tree)
    paths = member(tree, "paths")
    for path, written in paths.items():
        item = paths[path] = copy.deepcopy(document.named(written))
        for operation in (member(item, method) for method in METHODS):
            if "$ref" in member(operation, "requestBody"):
                operation["requestBody"] = copy.deepcopy(document.named(operation["requestBody"]))
    return tree


def add_keys(tree: JsonObject, document: Document) -> Mapping[str, str]:
    """Add the ways to send a key that `document` has to `tree`, in place. Returns what they are called there.

    One gets another name where `tree` has something else of its name.
    """
    names: dict[str, str] = {}
    for name, written in member(document.tree, "components", "securitySchemes").items():
        if scheme := document.resolve_object(written):
            known = member(member(tree.setdefault("components", {})).setdefault("securitySchemes", {}))
            free = (f"{name}_{number}" if number > 1 else name for number in count(1))
            names[name] = next(one for one in free if one not in known or _sent(known[one]) == _sent(scheme))
            known.setdefault(names[name], scheme)
    return names


def _sent(scheme: Json) -> Json:
    """What a security scheme says of how the key is sent; the format of a bearer key is a hint for people."""
    said = {key: value for key, value in member(rules(scheme)).items() if key != "bearerFormat"}
    return said | ({"scheme": text(said, "scheme").lower()} if "scheme" in said else {})


def add_operation(tree: JsonObject, document: Document, operation: Operation, keys: Mapping[str, str]) -> None:
    """Add an operation of `document` to `tree`, in place; to one that `tree` has already, what that one lacks.

    `keys` is what the ways to send a key are called in `tree`.
    """
    path, method = operation.path, operation.method.lower()
    new = _written_out(document, path, method)
    if "security" in new:
        asked = (member(requirement) for requirement in items(new, "security"))
        new["security"] = [{keys.get(name, name): scopes for name, scopes in each.items()} for each in asked]
    item = member(member(tree, "paths").setdefault(path, {}))
    known = item.setdefault(method, new)
    if known is not new and isinstance(known, dict):
        _complete(tree, known, new)


def _written_out(document: Document, path: str, method: str) -> JsonObject:
    """An operation without references, with what the path and the document say for all operations."""
    item = document.resolve_object(member(document.tree, "paths").get(path))
    plain = member(without_discriminators(member(item, method)))
    found = {key: value for key, value in plain.items() if key in KEPT and isinstance(value, KEPT[key])}
    several = [*items(item, "parameters"), *items(found, "parameters")]
    if parameters := {_name(parameter): parameter for parameter in several if all(_name(parameter))}:
        found["parameters"] = [*parameters.values()]
    if isinstance(security := document.tree.get("security"), list):
        found.setdefault("security", security)
    _name_by_path(found, document)
    return found


def _name_by_path(operation: JsonObject, document: Document) -> None:
    """Let `operation` name others by method and path: another source may use the same operation ids."""
    places = {
        text(member(item, method), "operationId"): (path, method)
        for path, item in ((path, document.named(item)) for path, item in member(document.tree, "paths").items())
        for method in METHODS
        if text(member(item, method), "operationId")
    }
    lifecycle = member(operation, "x-lifecycle")
    if named := places.get(text(lifecycle, "retrieve")):
        operation["x-lifecycle"] = {**lifecycle, "retrieve": f"{named[1].upper()} {named[0]}"}
    for response in member(operation, "responses").values():
        for name, link in member(response, "links").items():
            if named := places.get(text(link, "operationId")):
                kept = {key: value for key, value in member(link).items() if key != "operationId"}
                reference = f"#{quote(pointer(('paths', *named)), safe='/~')}"
                member(response, "links")[name] = {"operationRef": reference, **kept}


def _complete(tree: JsonObject, known: JsonObject, new: JsonObject) -> None:
    whole = Document("", tree)
    named = [_name(whole.resolve(parameter)) for parameter in items(known, "parameters")]
    missing = [parameter for parameter in items(new, "parameters") if _name(parameter) not in named]
    if missing:
        known["parameters"] = [*items(known, "parameters"), *missing]
    for key in ("security", "requestBody", "x-lifecycle"):
        if key in new:
            known.setdefault(key, new[key])
    if bodies := member(new, "requestBody", "content"):
        body = member(known, "requestBody")
        body["content"] = {**bodies, **member(body, "content")}
    responses = member(known.setdefault("responses", {}))
    for status, response in member(new, "responses").items():
        if status not in responses:
            responses[status] = response
        else:
            _unite(tree, responses, status, response)


def _unite(tree: JsonObject, responses: JsonObject, status: str, response: Json) -> None:
    """Let a response take what another one declares for the same status: links, and what its schema takes."""
    whole = Document("", tree)
    if links := member(response, "links"):
        linking = whole.named(responses[status])
        responses[status] = {**linking, "links": {**links, **member(linking, "links")}}
    known = whole.resolve_object(responses[status])
    mine, theirs = (member(each, "content", JSON_MEDIA_TYPE).get("schema") for each in (known, response))
    if theirs is None:
        return
    united = theirs if mine is None else union(mine, theirs)
    if rules(united) == rules(mine):
        return
    if "$ref" in member(responses, status):
        responses[status] = known
    content = member(member(responses, status).setdefault("content", {}))
    media = member(content.setdefault(JSON_MEDIA_TYPE, {}))
    name = text(media.get("schema"), "$ref").removeprefix(SCHEMAS)
    if name in member(tree, "components", "schemas"):
        member(tree, "components", "schemas")[name] = united
    else:
        media["schema"] = united


def _name(parameter: Json) -> tuple[str, str]:
    return text(parameter, "name"), text(parameter, "in")
