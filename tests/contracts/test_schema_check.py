"""The quick yes never says yes to a schema that the metaschema refuses, and says it to those of real documents."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from reelmock.contracts.document import load_document, make_document
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.schema_check import CHECKS, surely_schema

DATA = Path(__file__).parent.parent / "data"


def is_schema(schema: Any) -> bool:
    try:
        Draft202012Validator.check_schema(schema)
    except (SchemaError, OverflowError):
        return False
    return True


# Keywords, and values of them that are surely right.
GOOD_VALUES: list[tuple[str, tuple[Json, ...]]] = [
    ("const default example discriminator externalDocs xml", (None, 5, "a", {})),
    ("title description format contentEncoding contentMediaType $comment", ("", "a")),
    ("deprecated readOnly writeOnly uniqueItems", (True, False)),
    ("minimum maximum exclusiveMinimum exclusiveMaximum", (0, -1, 0.5)),
    ("multipleOf", (1, 0.01)),
    ("minLength maxLength minItems maxItems minProperties maxProperties", (0, 7)),
    ("enum examples", ([], ["a", 5, "a", None])),
    ("required", ([], ["a", "b"])),
    ("type", ("string", "null", ["integer", "null"])),
    ("pattern", ("", "^a+$")),
    ("$ref", ("#/components/schemas/A_1.b-c", "#/a~1b")),
    ("allOf anyOf oneOf prefixItems", ([{}], [{"type": "string"}, True])),
    ("properties dependentSchemas $defs definitions", ({}, {"a": {"type": "string"}})),
    ("items additionalProperties unevaluatedProperties not", ({}, True, {"type": "string"})),
    ("if then else contains propertyNames", ({}, False, {"minLength": 1})),
]
GOOD: list[tuple[str, Json]] = [
    (keyword, value) for keywords, values in GOOD_VALUES for keyword in keywords.split() for value in values
]

ODD: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.sampled_from([0.0, 0.5, -0.5, 2.0, float("inf"), float("nan")]),
    st.sampled_from(
        ["", "string", "strong", "(", "[", "^a", "#/a", "#/%zz", "#a b", "a{99999999999999999999}", "\x00"]
    ),
    st.sampled_from([[], [""], ["a", "a"], ["string", "string"], ["null", 5], [[]], [{}], [5]]),
)
KEYWORDS = sorted({*CHECKS, *Draft202012Validator.META_SCHEMA["properties"], "patternProperties", "x-mine", "unheard"})
SCHEMAS: st.SearchStrategy[Json] = st.recursive(
    ODD,
    lambda inner: (
        st.dictionaries(st.sampled_from(KEYWORDS), inner, max_size=3)
        | st.lists(inner, max_size=2)
        | st.sampled_from(GOOD).map(lambda row: dict([row]))
    ),
    max_leaves=8,
)


@given(schema=SCHEMAS)
def test_a_quick_yes_is_always_right(schema: Json) -> None:
    assert not surely_schema(schema) or is_schema(schema)


@pytest.mark.parametrize("keyword", CHECKS)
@given(value=SCHEMAS)
def test_a_quick_yes_to_a_keyword_is_always_right(keyword: str, value: Json) -> None:
    assert not surely_schema({keyword: value}) or is_schema({keyword: value})


@pytest.mark.parametrize(("keyword", "value"), GOOD)
def test_what_documents_usually_say_gets_a_quick_yes(keyword: str, value: Json) -> None:
    assert surely_schema({"properties": {"a": {keyword: value}}})
    assert is_schema({keyword: value})


def test_every_keyword_with_a_quick_check_is_tried_above() -> None:
    assert {keyword for keyword, _ in GOOD} == CHECKS.keys()


@pytest.mark.parametrize(
    "schema",
    [
        None,
        5,
        "string",
        [],
        {"type": "strong"},
        {"type": []},
        {"type": ["null", "null"]},
        {"type": ["null", 5]},
        {"required": "a"},
        {"required": ["a", "a"]},
        {"required": [5]},
        {"enum": "a"},
        {"minLength": -1},
        {"minLength": True},
        {"minimum": "0"},
        {"minimum": True},
        {"multipleOf": 0},
        {"multipleOf": "a"},
        {"pattern": "("},
        {"pattern": 5},
        {"pattern": "a{99999999999999999999}"},
        {"$ref": "https://elsewhere.example/a"},
        {"$ref": 5},
        {"allOf": []},
        {"allOf": [5]},
        {"allOf": {}},
        {"properties": {"a": 5}},
        {"properties": []},
        {"items": [{}]},
        {"uniqueItems": 1},
        {"title": 5},
        {"unheard": 1},
        {"$id": "a"},
    ],
    ids=str,
)
def test_what_is_wrong_or_not_understood_gets_none(schema: Json) -> None:
    assert not surely_schema(schema)


def test_extensions_may_hold_anything() -> None:
    assert surely_schema({"x-aliases": ["a"], "x-evidence": {"type": "strong"}})


@pytest.mark.parametrize("file", sorted((DATA / "specs").glob("*.json")), ids=lambda file: file.name)
def test_the_schemas_of_real_documents_get_a_quick_yes(file: Path) -> None:
    """Asking the metaschema about them all is what loading would take its time for."""
    for item in member(load_document(file).tree, "paths").values():
        for operation in member(item).values():
            content = member(operation, "requestBody", "content", "application/json")
            responses = member(operation, "responses").values()
            bodies = [content, *(member(response, "content", "application/json") for response in responses)]
            assert all(surely_schema(body.get("schema", {})) for body in bodies)


@given(schema=st.dictionaries(st.sampled_from(sorted(CHECKS)), ODD, max_size=2))
def test_a_document_takes_what_the_metaschema_takes(schema: JsonObject) -> None:
    """Whichever of the two was asked, a schema that was not mended is refused for the metaschema's reasons alone."""
    tree: JsonObject = {
        "openapi": "3.1.0",
        "paths": {},
        "components": {"schemas": {"A": json.loads(json.dumps(schema))}},
    }
    try:
        left = member(make_document(tree, "api.json").tree, "components", "schemas", "A")
    except ValueError:
        assert not is_schema(schema)
    else:
        assert is_schema(left)
