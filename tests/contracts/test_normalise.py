"""OpenAPI schemas of both versions become JSON Schema 2020-12; what real documents get wrong is mended and told."""

import copy
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.findings import Notes
from reelmock.contracts.normalise import normalise_schema, subschemas


def normalised(schema: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The normalised copy of `schema`, as it stands at /here, and what was found."""
    changed = copy.deepcopy(schema)
    notes = Notes("api.json")
    normalise_schema(changed, ("here",), notes)
    return changed, [str(finding) for finding in notes.found]


def moved(place: str) -> str:
    text = "`required` is a boolean inside a property. Moved to the object around it."
    return f"warning boolean-required: api.json at {place}: {text}"


def alone(place: str) -> str:
    return f"warning nullable-without-type: api.json at {place}: `nullable` has no `type` beside it. Read as null."


BESIDE = (
    "warning nullable-without-type: api.json at /here: `nullable` stands beside rules without a `type`. "
    "Read as these rules, or null."
)

# A schema, what it becomes, and what is found.
Row: TypeAlias = tuple[dict[str, Any], dict[str, Any], list[str]]

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
    ({"nullable": True}, {"type": "null"}, [alone("/here")]),
    ({"nullable": True, "description": "d"}, {"type": "null", "description": "d"}, [alone("/here")]),
    (
        {"anyOf": [{"type": "string"}, {"nullable": True}]},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        [alone("/here/anyOf/1")],
    ),
    (
        {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True, "description": "d"},
        {"anyOf": [{"anyOf": [{"type": "string"}, {"type": "integer"}]}, {"type": "null"}], "description": "d"},
        [BESIDE],
    ),
    (
        {"$ref": "#/components/schemas/A", "nullable": True},
        {"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]},
        [BESIDE],
    ),
    (
        {"enum": ["a"], "nullable": True},
        {"anyOf": [{"enum": ["a"]}, {"type": "null"}]},
        [BESIDE],
    ),
]

REQUIRED: list[Row] = [
    (
        {"properties": {"a": {"type": "string", "required": True}}},
        {"properties": {"a": {"type": "string"}}, "required": ["a"]},
        [moved("/here/properties/a/required")],
    ),
    (
        {"properties": {"a": {"required": False}, "b": {"required": True}, "c": {}}, "required": ["c"]},
        {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["c", "b"]},
        [moved("/here/properties/a/required"), moved("/here/properties/b/required")],
    ),
    (
        {"properties": {"a": {"required": True}}, "required": ["a"]},
        {"properties": {"a": {}}, "required": ["a"]},
        [moved("/here/properties/a/required")],
    ),
    (
        {"items": {"properties": {"a": {"properties": {"b": {"required": True}}, "required": True}}}},
        {"items": {"properties": {"a": {"properties": {"b": {}}, "required": ["b"]}}, "required": ["a"]}},
        [moved("/here/items/properties/a/required"), moved("/here/items/properties/a/properties/b/required")],
    ),
    (
        {"type": "string", "required": True},
        {"type": "string"},
        ["warning boolean-required: api.json at /here/required: `required` is a boolean here. Left out."],
    ),
    ({"properties": {"required": {"type": "boolean"}}}, {"properties": {"required": {"type": "boolean"}}}, []),
]


BOUNDS: list[Row] = [
    ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}, []),
    ({"maximum": 1, "exclusiveMaximum": True}, {"exclusiveMaximum": 1}, []),
    ({"minimum": 1, "exclusiveMinimum": False}, {"minimum": 1}, []),
    ({"exclusiveMaximum": True}, {}, []),
    ({"minimum": 0, "exclusiveMinimum": 1}, {"minimum": 0, "exclusiveMinimum": 1}, []),
]

# A rule that one mending makes is what the next one goes by.
TOGETHER: list[Row] = [
    ({"type": "string", "nullable": True, "default": None}, {"type": ["string", "null"], "default": None}, []),
    (
        {"type": "string", "enum": ["a", None], "nullable": True, "default": None},
        {"type": ["string", "null"], "enum": ["a", None], "default": None},
        [],
    ),
    (
        {"properties": {"a": {"type": "integer", "nullable": True, "default": "5", "required": True}}},
        {"properties": {"a": {"type": ["integer", "null"], "default": 5}}, "required": ["a"]},
        [
            moved("/here/properties/a/required"),
            "warning default-type: api.json at /here/properties/a/default: the default '5' does not fit the type "
            "integer or null. Read as 5.",
        ],
    ),
]

TABLE = [*NULLABLE, *REQUIRED, *BOUNDS, *TOGETHER]


@pytest.mark.parametrize(("schema", "expected", "findings"), TABLE, ids=[str(row[0]) for row in TABLE])
def test_a_schema_is_normalised(schema: dict[str, Any], expected: dict[str, Any], findings: list[str]) -> None:
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
