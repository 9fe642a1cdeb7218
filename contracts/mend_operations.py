"""Mends what documents get wrong around their schemas: responses, operation ids and security schemes."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from reelmock.contracts.findings import Notes
from reelmock.contracts.jsontree import JsonObject, Path, excerpt, member, text

# Type of a security scheme → the members that it may have.
SCHEME_MEMBERS: Mapping[str, frozenset[str]] = {
    "http": frozenset({"type", "description", "scheme", "bearerFormat"}),
    "apiKey": frozenset({"type", "description", "name", "in"}),
    "oauth2": frozenset({"type", "description", "flows"}),
    "openIdConnect": frozenset({"type", "description", "openIdConnectUrl"}),
    "mutualTLS": frozenset({"type", "description"}),
}


def mend_operations(tree: JsonObject, notes: Notes) -> None:
    """Mend `tree`, a whole document, in place."""
    paths = member(tree, "paths")
    if len(paths) > 1:
        notes.info("several-paths", ("paths",), f"the document has {len(paths)} paths", "All of them are read")
    for path, operation in _operations(paths):
        _responses(member(operation, "responses"), (*path, "responses"), notes)
    _responses(member(tree, "components", "responses"), ("components", "responses"), notes)
    _operation_ids(paths, notes)
    for name, scheme in member(tree, "components", "securitySchemes").items():
        _security_scheme(member(scheme), ("components", "securitySchemes", name), notes)


def _operations(paths: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    """The operations: of a path's members, they alone are objects."""
    for route, item in paths.items():
        for method, operation in member(item).items():
            if isinstance(operation, dict) and not method.startswith("x-"):
                yield ("paths", route, method), operation


def _responses(responses: JsonObject, path: Path, notes: Notes) -> None:
    """Give each response the description that OpenAPI requires."""
    for status, response in responses.items():
        if isinstance(response, dict) and "$ref" not in response and not isinstance(response.get("description"), str):
            phrase = _phrase(status)
            response["description"] = phrase
            done = f"Filled in: '{phrase}'"
            notes.warning("response-description", (*path, status), "the response has no description", done)


def _phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return f"Response {status}"


def _operation_ids(paths: JsonObject, notes: Notes) -> None:
    """Make operation ids unique; the first operation keeps its own, so that links go on meaning it."""
    operations = list(_operations(paths))
    taken = {text(operation, "operationId") for _, operation in operations}
    seen: set[str] = set()
    for path, operation in operations:
        name = text(operation, "operationId")
        if name in seen:
            operation["operationId"] = unique = _unique(f"{name}_{path[-1]}", taken)
            taken.add(unique)
            message = f"the operation id {excerpt(name)} is an earlier operation's"
            notes.warning("duplicate-operation-id", (*path, "operationId"), message, f"Read as '{unique}'")
        elif name:
            seen.add(name)


def _unique(name: str, taken: set[str]) -> str:
    """`name`, with the first number behind it that nobody has when it is taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}_{number}"
    return found


def _security_scheme(scheme: JsonObject, path: Path, notes: Notes) -> None:
    """Leave out what a security scheme of its type does not have, such as `in` beside `http`."""
    kind = text(scheme, "type")
    if kind not in SCHEME_MEMBERS or "$ref" in scheme:
        return
    for name in [name for name in scheme if name not in SCHEME_MEMBERS[kind] and not name.startswith("x-")]:
        del scheme[name]
        message = f"a security scheme of the type {kind} has no member `{name}`"
        notes.warning("security-scheme", (*path, name), message, "Left out")
