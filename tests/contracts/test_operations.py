"""The operations of a document."""

from typing import Any

import pytest

from reelmock.contracts.document import make_document
from reelmock.contracts.operations import Operation, Parameter, ResponseSpec, enum_values, find_operations


def operations(paths: dict[str, Any], **rest: Any) -> tuple[Operation, ...]:
    return find_operations(make_document({"openapi": "3.1.0", "paths": paths} | rest, "api.json"))


def one(raw: dict[str, Any], **rest: Any) -> Operation:
    (operation,) = operations({"/a": {"post": raw}}, **rest)
    return operation


def test_every_method_of_every_path_is_an_operation() -> None:
    found = operations(
        {
            "/b": {"post": {"operationId": "same"}, "get": {"operationId": "same"}, "summary": "no method"},
            "/a/{id}": {"delete": {}, "x-get": {}, "patch": "no operation"},
            "/c": "no path item",
        }
    )
    assert [(operation.key, operation.id) for operation in found] == [
        ("GET /b", "same_get"),
        ("POST /b", "same"),
        ("DELETE /a/{id}", "delete /a/{id}"),
    ]


def test_a_path_item_may_be_a_reference() -> None:
    item = {"get": {"operationId": "read"}}
    (found,) = operations({"/a": {"$ref": "#/components/pathItems/A"}}, components={"pathItems": {"A": item}})
    assert (found.key, found.id) == ("GET /a", "read")


def test_a_parameter_of_the_operation_replaces_the_paths() -> None:
    (operation,) = operations(
        {
            "/a/{id}": {
                "parameters": [
                    {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}},
                    {"name": "page", "in": "query", "required": True},
                ],
                "get": {
                    "parameters": [
                        {"name": "page", "in": "query", "schema": {"type": "integer"}},
                        {"name": "page", "in": "header", "required": "yes"},
                    ]
                },
            }
        }
    )
    assert operation.parameters == (
        Parameter("id", "path", True, {"type": "string"}),
        Parameter("page", "query", False, {"type": "integer"}),
        Parameter("page", "header", False, {}),
    )
    assert [parameter.name for parameter in operation.parameters_in("path")] == ["id"]
    assert operation.path_parameters == ("id",)


BEARER = {
    "components": {"securitySchemes": {"key": {"type": "http", "scheme": "Bearer"}, "basic": {"scheme": "basic"}}}
}


@pytest.mark.parametrize(
    ("of_operation", "of_document", "wanted"),
    [
        ({}, {}, False),
        ({"security": [{"key": []}]}, {}, True),
        ({}, {"security": [{"key": []}]}, True),
        ({"security": []}, {"security": [{"key": []}]}, False),
        ({"security": [{"basic": []}, {"key": []}]}, {}, True),
        ({"security": [{"basic": []}]}, {}, False),
        ({"security": [{"unknown": []}]}, {}, False),
    ],
)
def test_a_key_is_wanted_where_the_document_says_so(
    of_operation: dict[str, Any], of_document: dict[str, Any], wanted: bool
) -> None:
    assert one(of_operation, **BEARER, **of_document).bearer is wanted


@pytest.mark.parametrize(
    ("body", "schema"),
    [
        ({"content": {"application/json": {"schema": {"type": "object"}}}}, {"type": "object"}),
        ({"content": {"multipart/form-data": {"schema": {"type": "object"}}}}, None),
        ({"content": {"application/json": {}}}, None),
        ({}, None),
    ],
)
def test_the_request_schema_is_the_one_for_json(body: dict[str, Any], schema: dict[str, Any] | None) -> None:
    assert one({"requestBody": body}).request_schema == schema


def test_references_in_an_operation_are_resolved() -> None:
    operation = one(
        {
            "requestBody": {"$ref": "#/components/requestBodies/B"},
            "responses": {"400": {"$ref": "#/components/responses/R"}},
        },
        components={
            "requestBodies": {"B": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}}},
            "responses": {"R": {"content": {"text/plain": {"schema": {"$ref": "#/components/schemas/S"}}}}},
            "schemas": {"S": {"type": "object"}},
        },
    )
    assert operation.request_schema == {"type": "object"}
    assert operation.responses["400"].schema == {"type": "object"}


@pytest.mark.parametrize(
    ("responses", "status", "title"),
    [
        ({"200": "a"}, 200, "a"),
        ({"400": "a", "202": "b", "200": "c"}, 202, "b"),
        ({"2XX": "a"}, 200, "a"),
        ({"400": "a", "default": "b"}, 200, None),
        ({}, 200, None),
    ],
)
def test_the_success_is_the_first_2xx(responses: dict[str, str], status: int, title: str | None) -> None:
    """Without a status in numbers it is 200."""
    content = {code: {"content": {"application/json": {"schema": {"title": name}}}} for code, name in responses.items()}
    operation = one({"responses": content})
    assert operation.success_status == status
    assert (operation.success.schema["title"] if operation.success else None) == title


def test_a_response_has_its_json_schema_and_its_headers_in_lower_case() -> None:
    operation = one(
        {
            "responses": {
                "200": {
                    "headers": {"X-Trace": {"required": True}},
                    "content": {
                        "text/plain": {"schema": {"type": "string"}},
                        "application/json": {"schema": {"type": "object"}},
                    },
                },
                "204": {"description": "nothing"},
                "500": "no response",
            }
        }
    )
    assert operation.responses == {
        "200": ResponseSpec({"type": "object"}, {"x-trace": {"required": True}}),
        "204": ResponseSpec({}, {}),
    }


def test_the_links_of_all_responses_are_gathered() -> None:
    operation = one({"responses": {"200": {"links": {"a": {"operationId": "x"}}}, "202": {"links": {"b": {}, "c": 5}}}})
    assert operation.links == ({"operationId": "x"}, {}, {})


@pytest.mark.parametrize(
    ("path", "called", "groups"),
    [
        ("/a", "/a", {}),
        ("/a", "/a/", None),
        ("/a", "/ab", None),
        ("/a.b", "/axb", None),
        ("/a/{id}", "/a/x y.z", {"p0": "x y.z"}),
        ("/a/{id}", "/a/", None),
        ("/a/{id}", "/a/b/c", None),
        ("/a/{my-id}/b/{id}.mp4", "/a/1/b/2.mp4", {"p0": "1", "p1": "2"}),
    ],
)
def test_a_name_in_braces_takes_one_segment(path: str, called: str, groups: dict[str, str] | None) -> None:
    (operation,) = operations({path: {"get": {}}})
    match = operation.path_pattern.fullmatch(called)
    assert (match.groupdict() if match else None) == groups


def test_a_response_validator_checks_formats() -> None:
    validator = ResponseSpec({"type": "string", "format": "uri"}, {}).validator
    assert validator.is_valid("https://a.example")
    assert not validator.is_valid("no uri")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"enum": ["a", 1, None, "b"]}, ("a", "b")),
        ({"const": "a"}, ("a",)),
        ({"enum": [], "const": "a"}, ("a",)),
        ({"const": 5}, ()),
        ({}, ()),
        ({"enum": "a"}, ()),
    ],
)
def test_the_strings_that_a_schema_allows(schema: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert enum_values(schema) == expected


def test_a_success_with_a_body_goes_before_one_without() -> None:
    body = {"content": {"application/json": {"schema": {"title": "a"}}}}
    (operation,) = operations({"/a": {"get": {"responses": {"204": {"description": "Nothing."}, "201": body}}}})
    assert operation.success is not None
    assert (operation.success_status, operation.success.schema) == (201, {"title": "a"})
