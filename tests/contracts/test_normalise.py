"""OpenAPI schemas of both versions become JSON Schema 2020-12; what real documents get wrong is mended and told."""

import copy
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.normalise import Finding, normalise_schema, subschemas


def normalised(schema: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The normalised copy of `schema`, as it stands at /here, and what was found."""
    changed = copy.deepcopy(schema)
    findings: list[Finding] = []
    normalise_schema(changed, ("here",), findings)
    return changed, [(finding.pointer, finding.message) for finding in findings]


MOVED = "`required` is a boolean inside a property: moved to the object around it"
ALONE = "`nullable` without a type: read as null"
BESIDE = "`nullable` beside other rules without a type: read as those rules, or null"

# A schema, what it becomes, and what is found.
Row: TypeAlias = tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]

NULLABLE: list[Row] = [
    ({"type": "string", "nullable": True}, {"type": ["string", "null"]}, []),
    ({"type": "string", "nullable": False}, {"type": "string"}, []),
    ({"type": ["string", "null"], "nullable": True}, {"type": ["string", "null"]}, []),
    ({"type": ["string", "integer"], "nullable": True}, {"type": ["string", "integer", "null"]}, []),
    (
        {"type": "string", "enum": ["a"], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
        [],
    ),
    (
        {"type": "string", "enum": ["a", None], "nullable": True},
        {"type": ["string", "null"], "enum": ["a", None]},
        [],
    ),
    ({"nullable": True}, {"type": "null"}, [("/here", ALONE)]),
    ({"nullable": True, "description": "d"}, {"type": "null", "description": "d"}, [("/here", ALONE)]),
    (
        {"anyOf": [{"type": "string"}, {"nullable": True}]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        [("/here/anyOf/1", ALONE)],
    ),
    (
        {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True, "description": "d"},
        {"anyOf": [{"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "null"}], "description": "d"},
        [("/here", BESIDE)],
    ),
    (
        {"$ref": "#/components/schemas/A", "nullable": True},
        {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
        [("/here", BESIDE)],
    ),
    (
        {"enum": ["a"], "nullable": True},
        {"anyOf": [{"enum": ["a"]}, {"type": "null"}]},
        [("/here", BESIDE)],
    ),
]

REQUIRED: list[Row] = [
    (
        {"properties": {"a": {"type": "string", "required": True}}},
        {"properties": {"a": {"type": "string"}}, "required": ["a"]},
        [("/here/properties/a/required", MOVED)],
    ),
    (
        {"properties": {"a": {"required": False}, "b": {"required": True}, "c": {}}, "required": ["c"]},
        {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["c", "b"]},
        [("/here/properties/a/required", MOVED), ("/here/properties/b/required", MOVED)],
    ),
    (
        {"properties": {"a": {"required": True}}, "required": ["a"]},
        {"properties": {"a": {}}, "required": ["a"]},
        [("/here/properties/a/required", MOVED)],
    ),
    (
        {"items": {"properties": {"a": {"properties": {"b": {"required": True}}, "required": True}}}},
        {"items": {"properties": {"a": {"properties": {"b": {}}, "required": ["b"]}}, "required": ["a"]}},
        [("/here/items/properties/a/required", MOVED), ("/here/items/properties/a/properties/b/required", MOVED)],
    ),
    (
        {"type": "string", "required": True},
        {"type": "string"},
        [("/here/required", "`required` is a boolean here: left out")],
    ),
    ({"properties": {"required": {"type": "boolean"}}}, {"properties": {"required": {"type": "boolean"}}}, []),
]


def read(default: str) -> str:
    return f"the default of a number is the string '{default}': read as a number"


def left_out(default: str) -> str:
    return f"the default of a number is the string '{default}': left out"


DEFAULTS: list[Row] = [
    ({"type": "integer", "default": "5"}, {"type": "integer", "default": 5}, [("/here/default", read("5"))]),
    ({"type": "number", "default": "-2"}, {"type": "number", "default": -2}, [("/here/default", read("-2"))]),
    ({"type": "number", "default": "0.5"}, {"type": "number", "default": 0.5}, [("/here/default", read("0.5"))]),
    ({"type": "integer", "default": "0.5"}, {"type": "integer"}, [("/here/default", left_out("0.5"))]),
    ({"type": "integer", "default": "auto"}, {"type": "integer"}, [("/here/default", left_out("auto"))]),
    ({"type": "number", "default": "nan"}, {"type": "number"}, [("/here/default", left_out("nan"))]),
    (
        {"type": "integer", "nullable": True, "default": "5"},
        {"type": ["integer", "null"], "default": 5},
        [("/here/default", read("5"))],
    ),
    (
        {"type": ["integer", "null"], "default": "5"},
        {"type": ["integer", "null"], "default": 5},
        [("/here/default", read("5"))],
    ),
    ({"type": ["integer", "string"], "default": "5"}, {"type": ["integer", "string"], "default": "5"}, []),
    ({"type": "integer", "default": 5}, {"type": "integer", "default": 5}, []),
    ({"type": "string", "default": "5"}, {"type": "string", "default": "5"}, []),
]

BOUNDS: list[Row] = [
    ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}, []),
    ({"maximum": 1, "exclusiveMaximum": True}, {"exclusiveMaximum": 1}, []),
    ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}, []),
    ({"exclusiveMaximum": True}, {}, []),
    ({"minimum": 0, "exclusiveMinimum": 1}, {"minimum": 0, "exclusiveMinimum": 1}, []),
]

TABLE = [*NULLABLE, *REQUIRED, *DEFAULTS, *BOUNDS]


@pytest.mark.parametrize(("schema", "expected", "findings"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_a_schema_is_normalised(
    schema: dict[str, Any], expected: dict[str, Any], findings: list[tuple[str, str]]
) -> None:
    assert normalised(schema) == (expected, findings)


@pytest.mark.parametrize("schema", [row[0] for row in TABLE], ids=str)
def test_the_result_is_json_schema_and_stays_as_it_is(schema: dict[str, Any]) -> None:
    once, _ = normalised(schema)
    Draft202012Validator.check_schema(once)
    assert normalised(once) == (once, [])


WITHIN: dict[str, Any] = {
    "items": {"title": "1"},
    "additionalProperties": {"title": "2"},
    "not": {"title": "3"},
    "allOf": [{"title": "4"}, True],
    "prefixItems": [{"title": "5"}],
    "properties": {"a": {"title": "6"}, "b": False},
    "$defs": {"c": {"title": "7"}},
    "unevaluatedProperties": False,
    "default": {"title": "no schema"},
    "enum": [{"title": "no schema"}],
    "x-mine": {"title": "no schema"},
}


def test_every_schema_inside_is_found_with_its_place() -> None:
    found = {"/".join(map(str, path)): schema["title"] for path, schema in subschemas(WITHIN)}
    assert found == {
        "items": "1",
        "additionalProperties": "2",
        "not": "3",
        "allOf/0": "4",
        "prefixItems/0": "5",
        "properties/a": "6",
        "$defs/c": "7",
    }


@pytest.mark.parametrize("keyword", ["items", "not", "additionalProperties", "if", "then", "else", "contains"])
def test_schemas_inside_are_normalised_too(keyword: str) -> None:
    assert normalised({keyword: {"type": "string", "nullable": True}})[0] == {keyword: {"type": ["string", "null"]}}


def test_a_default_or_an_example_is_a_value_and_no_schema() -> None:
    schema = {"type": "object", "default": {"nullable": True}, "example": {"type": "string", "nullable": True}}
    assert normalised(schema) == (schema, [])


@given(
    rules=st.sampled_from(
        [{"type": "string"}, {"type": "integer", "minimum": 1}, {"enum": ["a", 2]}, {"oneOf": [{"type": "string"}]}, {}]
    ),
    nullable=st.booleans(),
    value=st.none() | st.text(max_size=3) | st.integers(-2, 2) | st.just("a"),
)
def test_nullable_adds_null_and_nothing_else(rules: dict[str, Any], nullable: bool, value: object) -> None:
    """A nullable schema takes null and what it took before (one without any rule is null: it is a branch then)."""
    schema, _ = normalised(rules | {"nullable": nullable})
    before = Draft202012Validator(rules).is_valid(value) and not (nullable and not rules)
    assert Draft202012Validator(schema).is_valid(value) is (before or (nullable and value is None))
