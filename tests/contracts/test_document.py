"""Which documents are taken, what refused ones are told, and how references are resolved."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmock.contracts.document import MAX_FILE_BYTES, ContractError, load_document, make_document
from reelmock.contracts.operations import find_operations

MINIMAL: dict[str, Any] = {"openapi": "3.1.0", "paths": {}}
DEEP: Any = "bottom"
for _ in range(300):
    DEEP = [DEEP]


def with_schema(schema: object, **components: object) -> dict[str, Any]:
    """A document with one operation, which takes `schema`, beside other schemas."""
    body = {"content": {"application/json": {"schema": schema}}}
    return MINIMAL | {"paths": {"/a": {"post": {"requestBody": body}}}, "components": {"schemas": components}}


SCHEMA = "/paths/~1a/post/requestBody/content/application~1json/schema"

# What stands in the file → what its reader is told, behind the file's name.
UNREADABLE: dict[bytes, str] = {
    b"": ": this is not JSON (Expecting value in line 1, column 1). Give an OpenAPI document as JSON.",
    b'{\n  "openapi": "3.1.0",\n  paths: {}}': ": this is not JSON (Expecting property name enclosed in double quotes "
    "in line 3, column 3). Give an OpenAPI document as JSON.",
    b"openapi: 3.1.0": ": this is not JSON (Expecting value in line 1, column 1). Give an OpenAPI document as JSON.",
    b"\xff": ": this is not JSON (UnicodeDecodeError). Give an OpenAPI document as JSON.",
    b"[" * 100_000: ": this is not JSON (RecursionError). Give an OpenAPI document as JSON.",
    b"1" * 5000: ": this is not JSON (ValueError). Give an OpenAPI document as JSON.",
    b"[1, 2]": ": the file holds an array of 2 items. An OpenAPI document is an object.",
    b"null": ": the file holds null. An OpenAPI document is an object.",
    b'"text"': ": the file holds 'text'. An OpenAPI document is an object.",
}

# A broken document → what its reader is told, behind the file's name.
BROKEN: list[tuple[dict[str, Any], str]] = [
    (
        {"swagger": "2.0", "paths": {}},
        " at /swagger: this is a Swagger 2.0 document. Convert it to OpenAPI 3.0 or 3.1.",
    ),
    ({}, " at /openapi: `openapi` is null. It has to be a version 3.0 or 3.1, such as '3.1.0'."),
    (
        MINIMAL | {"openapi": "4.0.0"},
        " at /openapi: `openapi` is '4.0.0'. It has to be a version 3.0 or 3.1, such as '3.1.0'.",
    ),
    (
        MINIMAL | {"openapi": 3.1},
        " at /openapi: `openapi` is 3.1. It has to be a version 3.0 or 3.1, such as '3.1.0'.",
    ),
    ({"openapi": "3.1.0"}, " at /paths: `paths` is null. It has to be an object with the API's routes."),
    (
        {"openapi": "3.0.3", "paths": ["/a"]},
        " at /paths: `paths` is an array of 1 item. It has to be an object with the API's routes.",
    ),
    (MINIMAL | {"x-deep": DEEP}, ": the document is nested more than 200 levels deep. Flatten it."),
    (
        with_schema({"properties": {"b": {"type": "strong"}}}),
        f" at {SCHEMA}/properties/b/type: this is not a JSON Schema ('strong' is not valid under any of the given "
        "schemas). Correct it.",
    ),
    (
        with_schema({}, A={"required": "b"}),
        " at /components/schemas/A/required: this is not a JSON Schema ('b' is not of type 'array'). Correct it.",
    ),
    (
        with_schema({"pattern": "("}),
        f" at {SCHEMA}/pattern: this is not a JSON Schema ('(' is not a 'regex'). Correct it.",
    ),
    (
        MINIMAL | {"paths": {"/a": {"get": {"parameters": [{"name": "b", "schema": {"minLength": -1}}]}}}},
        " at /paths/~1a/get/parameters/0/schema/minLength: this is not a JSON Schema (-1 is less than the minimum of "
        "0). Correct it.",
    ),
    (
        MINIMAL
        | {"paths": {"/a": {"get": {"responses": {"default": {"content": {"a/b": {"schema": {"type": "strong"}}}}}}}}},
        " at /paths/~1a/get/responses/default/content/a~1b/schema/type: this is not a JSON Schema ('strong' is not "
        "valid under any of the given schemas). Correct it.",
    ),
]

CHAIN: dict[str, Any] = {f"S{n}": {"items": {"$ref": f"#/components/schemas/S{n + 1}"}} for n in range(1500)}

# Broken references: they show when the operations are read.
REFERENCES: list[tuple[dict[str, Any], str]] = [
    (
        with_schema({"$ref": "#/components/schemas/B"}),
        f" at {SCHEMA}: `$ref` names '#/components/schemas/B', and there is no such place. "
        "Correct the reference or add what it names.",
    ),
    (
        with_schema({"anyOf": [{"$ref": "#/paths/~1a/post/tags/7"}]}),
        f" at {SCHEMA}/anyOf/0: `$ref` names '#/paths/~1a/post/tags/7', and there is no such place. "
        "Correct the reference or add what it names.",
    ),
    (
        with_schema({"$ref": "#Anchor"}, A={"$anchor": "Anchor"}),
        f" at {SCHEMA}: `$ref` names '#Anchor', and there is no such place. "
        "Correct the reference or add what it names.",
    ),
    (
        with_schema({"$ref": "https://schemas.example/b.json#/B"}),
        f" at {SCHEMA}: `$ref` names 'https://schemas.example/b.json#/B', which is not in this file. "
        "Copy what it names into the file: nothing is fetched.",
    ),
    (
        with_schema({"properties": {"b": {"$ref": "common.json"}}}),
        f" at {SCHEMA}/properties/b: `$ref` names 'common.json', which is not in this file. "
        "Copy what it names into the file: nothing is fetched.",
    ),
    (
        with_schema({"$ref": "#/components/schemas/A"}, A={"properties": {"b": {"$ref": "#/nowhere"}}}),
        " at /components/schemas/A/properties/b: `$ref` names '#/nowhere', and there is no such place. "
        "Correct the reference or add what it names.",
    ),
    (
        with_schema({"$ref": "#/components/schemas/A"}, A={"$ref": "#/components/schemas/A"}),
        " at /components/schemas/A: `$ref` goes in a circle: #/components/schemas/A → #/components/schemas/A. "
        "Write one of these schemas out without the reference.",
    ),
    (
        with_schema(
            {"$ref": "#/components/schemas/A"},
            A={"items": {"$ref": "#/components/schemas/B"}},
            B={"items": {"$ref": "#/components/schemas/A"}},
        ),
        " at /components/schemas/B/items: `$ref` goes in a circle: #/components/schemas/A → #/components/schemas/B → "
        "#/components/schemas/A. Write one of these schemas out without the reference.",
    ),
]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.1.1"])
def test_both_versions_load_and_become_3_1(version: str, tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_text(json.dumps({"openapi": version, "paths": {}, "x-mine": 5}))
    document = load_document(file)
    assert document.tree == {"openapi": "3.1.0", "paths": {}, "x-mine": 5}
    assert (document.file, document.findings) == (str(file), ())


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(MINIMAL).encode())
    assert load_document(file).tree == MINIMAL


@pytest.mark.parametrize(("content", "message"), UNREADABLE.items(), ids=lambda value: f"{value!a:.30}")
def test_a_file_that_holds_no_object_is_refused_in_these_words(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "api.json"
    file.write_bytes(content)
    with pytest.raises(ContractError) as caught:
        load_document(file)
    assert str(caught.value) == f"{file}{message}"
    assert (caught.value.file, caught.value.pointer) == (str(file), "")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "none.json"
    with pytest.raises(ContractError) as caught:
        load_document(file)
    assert str(caught.value) == f"{file}: the file can't be read (No such file or directory). Check the path."


def test_a_directory_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(ContractError) as caught:
        load_document(tmp_path)
    assert str(caught.value) == f"{tmp_path}: the file can't be read (Is a directory). Check the path."


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "huge.json"
    with file.open("wb") as stream:
        stream.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ContractError) as caught:
        load_document(file)
    assert str(caught.value) == f"{file}: the file has more than 33,554,432 bytes. Split it."


@pytest.mark.parametrize(("tree", "message"), BROKEN, ids=[message[:60] for _, message in BROKEN])
def test_a_broken_document_is_refused_in_these_words(tree: dict[str, Any], message: str) -> None:
    with pytest.raises(ContractError) as caught:
        make_document(tree, "api.json")
    assert str(caught.value) == f"api.json{message}"
    assert caught.value.pointer == message.partition(":")[0].removeprefix(" at ")


@pytest.mark.parametrize(("tree", "message"), REFERENCES, ids=[message[:90] for _, message in REFERENCES])
def test_a_broken_reference_is_refused_in_these_words(tree: dict[str, Any], message: str) -> None:
    """The place is where the reference stands in the file, also when that is reached through another reference."""
    with pytest.raises(ContractError) as caught:
        find_operations(make_document(tree, "api.json"))
    assert str(caught.value) == f"api.json{message}"


def test_a_very_long_chain_of_references_is_no_crash() -> None:
    """References can nest deeper than the file does; that ends in a ContractError as well."""
    tree = with_schema({"$ref": "#/components/schemas/S0"}, **CHAIN, S1500={"type": "string"})
    with pytest.raises(ContractError, match="deep"):
        find_operations(make_document(tree, "api.json"))


PLACES: dict[str, Any] = {
    "A": {"type": "string"},
    "B": {"$ref": "#/components/schemas/A"},
    "C": [{"type": "null"}, {"type": "boolean"}],
    "d/e~f g": {"type": "number"},
    "F": {"type": "object", "properties": {"a": {"$ref": "#/components/schemas/A"}}, "required": ["a"]},
}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (5, 5),
        ({"$ref": "#/components/schemas/A"}, {"type": "string"}),
        ({"$ref": "#/components/schemas/B"}, {"type": "string"}),
        ([{"$ref": "#/components/schemas/C/1"}], [{"type": "boolean"}]),
        ({"$ref": "#/components/schemas/d~1e~0f%20g"}, {"type": "number"}),
        ({"$ref": "#/components/schemas/A", "description": "d"}, {"type": "string", "description": "d"}),
        ({"$ref": "#/components/schemas/A", "type": "null"}, {"type": "null"}),
        (
            {"$ref": "#/components/schemas/F", "x-of": {"$ref": "#/components/schemas/A"}},
            {
                "type": "object",
                "properties": {"a": {"type": "string"}},
                "required": ["a"],
                "x-of": {"type": "string"},
            },
        ),
        ({"$ref": "#/openapi", "description": "ignored"}, "3.1.0"),
        ({"properties": {"$ref": {"type": "string"}}}, {"properties": {"$ref": {"type": "string"}}}),
        (
            [{"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/A"}],
            [{"type": "string"}, {"type": "string"}],
        ),
    ],
)
def test_local_references_are_replaced_and_siblings_merged(node: Any, expected: Any) -> None:
    document = make_document(MINIMAL | {"components": {"schemas": PLACES}}, "api.json")
    before = json.dumps(node)
    assert document.resolve(node) == expected
    assert document.resolve_object(node) == (expected if isinstance(expected, dict) else {})
    assert json.dumps(node) == before


def test_the_given_document_is_left_alone() -> None:
    tree = with_schema({"type": "integer", "default": "5", "nullable": True})
    before = json.dumps(tree)
    make_document(tree, "api.json")
    assert json.dumps(tree) == before


NULLABLE = {"type": "string", "nullable": True}
UNION = {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        ({"components": {"schemas": {"A": NULLABLE}}}, {"components": {"schemas": {"A": UNION}}}),
        (
            {"components": {"responses": {"R": {"description": "", "content": {"a/b": {"schema": NULLABLE}}}}}},
            {"components": {"responses": {"R": {"description": "", "content": {"a/b": {"schema": UNION}}}}}},
        ),
        (
            {"components": {"headers": {"x-trace": {"schema": NULLABLE}}}},
            {"components": {"headers": {"x-trace": {"schema": UNION}}}},
        ),
        (
            {"paths": {"/a": {"get": {"responses": {"default": {"description": "", "x": {"schema": NULLABLE}}}}}}},
            {"paths": {"/a": {"get": {"responses": {"default": {"description": "", "x": {"schema": UNION}}}}}}},
        ),
        (
            {"paths": {"/a": {"get": {"example": {"schema": NULLABLE}}}}},
            {"paths": {"/a": {"get": {"example": {"schema": NULLABLE}}}}},
        ),
        ({"x-mine": {"schema": NULLABLE}}, {"x-mine": {"schema": NULLABLE}}),
    ],
    ids=["component", "response", "header", "default response", "example", "extension"],
)
def test_schemas_are_normalised_wherever_they_stand_and_examples_are_not(
    tree: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert make_document(MINIMAL | tree, "api.json").tree == MINIMAL | expected


def test_findings_name_file_and_place() -> None:
    tree = with_schema({"type": "integer", "default": "5"})
    tree["paths"]["/a"]["post"]["responses"] = {"200": {}}
    document = make_document(tree, "api.json")
    assert [str(found) for found in document.findings] == [
        f"warning default-type: api.json at {SCHEMA}/default: the default '5' does not fit the type integer. "
        "Read as 5.",
        "warning response-description: api.json at /paths/~1a/post/responses/200: the response has no description. "
        "Filled in: 'OK'.",
    ]


def test_a_pattern_that_is_too_much_is_no_crash() -> None:
    with pytest.raises(ContractError) as caught:
        make_document(with_schema({"pattern": "a{99999999999999999999}"}), "api.json")
    assert str(caught.value).startswith(f"api.json at {SCHEMA}: this is not a JSON Schema (")


def test_an_error_has_its_parts() -> None:
    error = ContractError("api.json", "/paths", "there are none", "Add one")
    assert (error.file, error.pointer, error.problem, error.remedy) == (
        "api.json",
        "/paths",
        "there are none",
        "Add one",
    )


MENDED: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Mended", "version": "1"},
    "paths": {
        "/jobs": {
            "post": {
                "operationId": "jobs",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "a": {"type": "integer", "enum": ["5", "10"], "default": "5", "required": True},
                                    "b": {"type": "string", "enum": [5, 10], "default": "7"},
                                    "c": {"anyOf": [{"type": "string"}, {"nullable": True}]},
                                    "d": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
                                },
                            }
                        }
                    }
                },
                "responses": {"200": {}},
            },
            "get": {"operationId": "jobs", "responses": {"200": {}}},
        }
    },
    "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer", "in": "header"}}},
}


def test_a_mended_document_is_valid_openapi() -> None:
    assert OpenAPIV31SpecValidator(make_document(MENDED, "api.json").tree).is_valid()
    assert not OpenAPIV31SpecValidator(MENDED | {"openapi": "3.1.0"}).is_valid()


def test_what_was_mended_stays_as_it_is() -> None:
    once = make_document(MENDED, "api.json")
    again = make_document(once.tree, "api.json")
    assert (again.tree, again.findings) == (once.tree, ())
