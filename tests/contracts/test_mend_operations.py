"""What documents get wrong around their schemas is mended and told."""

import copy
from typing import Any

import pytest

from reelmock.contracts.findings import Notes
from reelmock.contracts.mend_operations import mend_operations


def mended(tree: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The mended copy of a document, and what was found."""
    changed, notes = copy.deepcopy(tree), Notes("api.json")
    mend_operations(changed, notes)
    return changed, [str(finding) for finding in notes.found]


def told(status: str, phrase: str) -> str:
    place = f"api.json at /paths/~1a/get/responses/{status}"
    return f"warning response-description: {place}: the response has no description. Filled in: '{phrase}'."


@pytest.mark.parametrize(
    ("status", "phrase"),
    [
        ("200", "OK"),
        ("202", "Accepted"),
        ("404", "Not Found"),
        ("299", "Response 299"),
        ("5XX", "Response 5XX"),
        ("default", "Response default"),
    ],
)
def test_a_response_gets_the_phrase_of_its_status(status: str, phrase: str) -> None:
    tree, findings = mended({"paths": {"/a": {"get": {"responses": {status: {"content": {}}}}}}})
    assert tree["paths"]["/a"]["get"]["responses"] == {status: {"content": {}, "description": phrase}}
    assert findings == [told(status, phrase)]


def test_a_response_among_the_components_gets_one_too() -> None:
    tree, findings = mended({"paths": {}, "components": {"responses": {"Gone": {"description": None}}}})
    assert tree["components"]["responses"] == {"Gone": {"description": "Response Gone"}}
    assert findings == [
        "warning response-description: api.json at /components/responses/Gone: the response has no description. "
        "Filled in: 'Response Gone'."
    ]


def ids(*operations: tuple[str, str, str | None]) -> dict[str, Any]:
    """A document of operations: path, method and id."""
    tree: dict[str, Any] = {"paths": {}}
    for path, method, name in operations:
        tree["paths"].setdefault(path, {})[method] = {} if name is None else {"operationId": name}
    return tree


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("/a", "post", "v2"), ("/a", "get", "v2")], ["v2", "v2_get"]),
        ([("/a", "post", "v2"), ("/a", "get", "v2"), ("/a", "put", "v2_get")], ["v2", "v2_get_2", "v2_get"]),
        ([("/a", "get", "x"), ("/b", "get", "x"), ("/c", "get", "x")], ["x", "x_get", "x_get_2"]),
        ([("/a", "get", "x"), ("/b", "get", "y")], ["x", "y"]),
        ([("/a", "get", None), ("/b", "get", None), ("/c", "get", "")], [None, None, ""]),
    ],
)
def test_operation_ids_become_unique_and_the_first_keeps_its_own(
    before: list[tuple[str, str, str | None]], after: list[str | None]
) -> None:
    tree, findings = mended(ids(*before))
    found = [operation.get("operationId") for item in tree["paths"].values() for operation in item.values()]
    assert found == after
    changed = [name for (_, _, old), name in zip(before, after, strict=True) if old != name]
    assert [text.rpartition("Read as ")[2] for text in findings if "duplicate" in text] == [f"'{n}'." for n in changed]


def test_a_repeated_operation_id_is_told() -> None:
    _, findings = mended(ids(("/a", "post", "v2"), ("/a", "get", "v2")))
    assert findings == [
        "warning duplicate-operation-id: api.json at /paths/~1a/get/operationId: the operation id 'v2' is an earlier "
        "operation's. Read as 'v2_get'."
    ]


def test_several_paths_are_worth_knowing() -> None:
    tree = ids(("/a", "get", None), ("/b", "get", None))
    assert mended(tree) == (
        tree,
        ["info several-paths: api.json at /paths: the document has 2 paths. All of them are read."],
    )


@pytest.mark.parametrize(
    ("scheme", "gone"),
    [
        ({"type": "http", "scheme": "bearer", "bearerFormat": "key", "in": "header", "x-mine": 1}, ["in"]),
        ({"type": "apiKey", "name": "key", "in": "header", "scheme": "bearer"}, ["scheme"]),
        ({"type": "apiKey", "name": "key", "in": "header"}, []),
        ({"type": "oauth2", "flows": {}}, []),
        ({"type": "unheard", "in": "header"}, []),
        ({"$ref": "#/components/securitySchemes/other", "type": "http", "in": "header"}, []),
    ],
)
def test_a_security_scheme_loses_what_its_type_does_not_have(scheme: dict[str, Any], gone: list[str]) -> None:
    tree, findings = mended({"paths": {}, "components": {"securitySchemes": {"key": scheme}}})
    left = {name: value for name, value in scheme.items() if name not in gone}
    assert tree["components"]["securitySchemes"] == {"key": left}
    assert findings == [
        f"warning security-scheme: api.json at /components/securitySchemes/key/{name}: a security scheme of the type "
        f"{scheme['type']} has no member `{name}`. Left out."
        for name in gone
    ]


@pytest.mark.parametrize(
    "tree",
    [
        {"paths": {"/a": None, "/b": [], "/c": {"parameters": [], "summary": "s", "x-more": {"operationId": "x"}}}},
        {"paths": {"/a": {"get": {"operationId": "x"}, "x-more": {"operationId": "x", "responses": {"200": {}}}}}},
        {"paths": {"/a": {"get": {"responses": None, "operationId": 5}, "post": {"operationId": 5}}}},
        {"paths": {"/a": {"get": {"responses": {"200": {"$ref": "#/x"}, "201": "?"}}}}, "components": []},
        {"paths": {}, "components": {"securitySchemes": {"a": None}}},
    ],
    ids=str,
)
def test_what_has_an_odd_shape_is_left_alone(tree: dict[str, Any]) -> None:
    changed, findings = mended(tree)
    assert (changed, [text for text in findings if "several-paths" not in text]) == (tree, [])
