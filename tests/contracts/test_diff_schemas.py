"""Every rule about schemas: each edit is made in a body, a parameter and a reply, and is judged in both directions."""

from typing import Any

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.diff import diff
from reelmock.contracts.diff_rules import KINDS, PARAMETER, REQUEST, RESPONSE, RULES, STRUCTURE
from reelmock.contracts.diff_schemas import changes
from reelmock.contracts.document import make_document


def contract(body: Any, parameter: Any, reply: Any) -> Contract:
    """A document with one operation, and a schema in each place that has one."""
    operation = {
        "parameters": [{"name": "value", "in": "query", "schema": parameter}],
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": reply}}}},
    }
    tree: Any = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/films": {"put": operation}}}
    document = make_document(tree, "api.json")
    return Contract(document, document)


def placed(prefix: str, schema: Any) -> Contract:
    """A document with `schema` in one place, as a member, or as a parameter."""
    wrapped = {"type": "object", "properties": {"value": schema}}
    return contract(
        wrapped if prefix == REQUEST else {"type": "object"},
        schema if prefix == PARAMETER else {"type": "string"},
        wrapped if prefix == RESPONSE else {"type": "object"},
    )


def object_of(**keywords: Any) -> Any:
    return {"type": "object", "properties": {"a": {"type": "string"}}} | keywords


def members(*names: str, **keywords: Any) -> Any:
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}} | keywords


NOT_BOTH: Any = [{"not": {"required": ["a", "b"]}}]
IF_A: Any = {"required": ["a"]}

# Old, new, the kinds of the changes, and those of the way back.
EDITS: list[tuple[Any, Any, str, str]] = [
    ({"type": "string"}, {"type": "integer"}, "type-changed", "type-changed"),
    ({"type": ["string", "integer"]}, {"type": "string"}, "type-narrowed", "type-widened"),
    ({"type": "number"}, {"type": "integer"}, "type-narrowed", "type-widened"),
    ({}, {"type": "string"}, "type-narrowed", "type-widened"),
    ({"type": "string"}, {"type": ["string", "null"]}, "became-nullable", "became-not-nullable"),
    ({"enum": ["a", "b"]}, {"enum": ["b"]}, "enum-value-removed", "enum-value-added"),
    ({"enum": ["a", "b"]}, {"const": "b"}, "enum-value-removed", "enum-value-added"),
    ({"type": "string"}, {"type": "string", "enum": ["a"]}, "enum-set", "enum-lifted"),
    ({"type": "string"}, {"type": "string", "maxLength": 9}, "bound-tightened", "bound-loosened"),
    ({"type": "string", "minLength": 1}, {"type": "string", "minLength": 2}, "bound-tightened", "bound-loosened"),
    ({"type": "integer", "maximum": 9}, {"type": "integer", "maximum": 8}, "bound-tightened", "bound-loosened"),
    ({"type": "number", "minimum": 0}, {"type": "number", "exclusiveMinimum": 0}, "bound-tightened", "bound-loosened"),
    ({"type": "array"}, {"type": "array", "maxItems": 3}, "bound-tightened", "bound-loosened"),
    ({"type": "string"}, {"type": "string", "format": "uri"}, "format-set", "format-lifted"),
    ({"type": "string", "format": "uri"}, {"type": "string", "format": "uuid"}, "format-changed", "format-changed"),
    ({"type": "string"}, {"type": "string", "pattern": "^a"}, "pattern-set", "pattern-lifted"),
    ({"type": "string", "pattern": "b"}, {"type": "string", "pattern": "a"}, "pattern-changed", "pattern-changed"),
    ({"type": "integer"}, {"type": "integer", "multipleOf": 5}, "rule-set", "rule-lifted"),
    ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 5}, "rule-changed", "rule-changed"),
    ({"type": "integer", "default": 1}, {"type": "integer", "default": 2}, "default-changed", "default-changed"),
    ({"type": "integer"}, {"type": "integer", "default": 2}, "default-changed", "default-changed"),
    (members("a", "b"), members("a", "b", allOf=NOT_BOTH), "combination-forbidden", "combination-allowed"),
    (members("a", "b"), members("a", "b", **{"if": IF_A, "then": {"required": ["b"]}}), "combination-forbidden",
     "combination-allowed"),
    (members("a", "b"), members("a", "b", dependentRequired={"a": ["b"]}), "combination-forbidden",
     "combination-allowed"),
    ({"anyOf": [{"type": "string", "format": "uri"}, {"type": "string", "maxLength": 5}]},
     {"type": "string", "format": "uri"}, "alternative-removed", "alternative-added"),
    ({"anyOf": [members("a", required=["a"]), members("b", required=["b"])]}, members("b", required=["b"]),
     "alternative-removed", "alternative-added"),
    (members("a"), members("a", "b"), "added", "removed"),
    (members("a"), members("a", "b", required=["b"]), "added-required", "removed"),
    (members("a", "b"), {"type": "object", "properties": {"a": {"type": "string"}, "b": False}}, "refused", "added"),
    (members("a", "b", additionalProperties=False), members("a", additionalProperties=False), "refused", "added"),
    (members("a"), members("a", required=["a"]), "became-required", "became-optional"),
    (members("a"), members("a", additionalProperties=False), "others-refused", "others-taken"),
    ({"type": "array", "items": {"type": "string"}}, {"type": "array", "items": {"type": "integer"}}, "type-changed",
     "type-changed"),
    ({"type": "object"}, {"type": "object", "additionalProperties": {"type": "string"}}, "type-narrowed",
     "type-widened"),
]  # fmt: skip


def told(prefix: str, kind: str) -> list[tuple[str, str]]:
    """The one finding of a kind in a place, with its level; none where the kind means nothing."""
    rule = RULES.get(f"{prefix}-{kind}")
    return [] if rule is None else [(rule.id, rule.level.name)]


@pytest.mark.parametrize("prefix", [REQUEST, PARAMETER, RESPONSE])
@pytest.mark.parametrize(("old", "new", "there", "back"), EDITS)
def test_an_edit_is_judged_in_both_directions(prefix: str, old: Any, new: Any, there: str, back: str) -> None:
    first, second = placed(prefix, old), placed(prefix, new)
    assert [(one.id, one.severity.name) for one in diff(first, second)] == told(prefix, there)
    assert [(one.id, one.severity.name) for one in diff(second, first)] == told(prefix, back)


def test_every_rule_about_schemas_is_among_the_edits() -> None:
    assert {kind for *_, there, back in EDITS for kind in (there, back)} == KINDS.keys()
    schema_rules = RULES.keys() - {rule.id for rule in STRUCTURE}
    assert schema_rules <= {f"{prefix}-{kind}" for prefix in (REQUEST, PARAMETER, RESPONSE) for kind in KINDS}


# Schemas that take the same values.
SAME: list[tuple[Any, Any]] = [
    ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}),
    ({"type": "string", "enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    ({"const": "a"}, {"type": "string", "enum": ["a"]}),
    ({"allOf": [members("a"), {"required": ["a"]}]}, members("a", required=["a"])),
    ({"anyOf": [{"const": "a"}, {"const": "b"}]}, {"enum": ["a", "b"]}),
    ({"type": "string", "minLength": 0}, {"type": "string"}),
    ({"type": "integer", "exclusiveMinimum": 0}, {"type": "integer", "minimum": 1}),
    ({"type": "number", "minimum": 1}, {"type": "number", "minimum": 1.0}),
    (members("a", additionalProperties=True), members("a")),
    ({"anyOf": [members("a"), members("b")]}, {"anyOf": [members("b"), members("a")]}),
    (members("a", "b", allOf=[*NOT_BOTH, {"not": {"required": ["c"]}}]),
     members("a", "b", **{"not": {"anyOf": [{"required": ["c"]}, {"required": ["b", "a"]}]}})),
    (members("a", **{"x-source": "s", "title": "t"}), members("a", description="d")),
    (members("title"), {"type": "object", "properties": {"title": {"type": "string", "title": "t"}}}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME)
def test_schemas_that_take_the_same_values_do_not_differ(old: Any, new: Any) -> None:
    assert [*changes(old, new)] == []
    assert [*changes(new, old)] == []


def test_a_looser_shape_that_takes_an_older_one_in_is_not_a_loss() -> None:
    listed: Any = {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "string", "format": "uri"}]}
    assert {change.kind for change in changes(listed, {"type": "string"})} <= {"bound-loosened", "format-lifted"}


def test_types_are_told_in_words() -> None:
    assert [change.message for change in changes({}, {"type": ["string", "null"]})] == [
        "the type is string or null; it was anything"
    ]
    assert [change.message for change in changes({"type": "integer"}, False)] == ["the type is nothing; it was integer"]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (["null"], ["string"], {"type-changed"}),
        (["string", "null"], ["null"], {"type-narrowed"}),
        (["null"], ["string", "null"], {"type-widened"}),
        (["string", "null"], ["string", "integer"], {"type-widened", "became-not-nullable"}),
        (["string", "integer"], ["string", "null"], {"type-narrowed", "became-nullable"}),
    ],
)
def test_null_is_told_beside_other_types(old: Any, new: Any, kinds: set[str]) -> None:
    assert {change.kind for change in changes({"type": old}, {"type": new})} == kinds


def test_either_of_two_fields_is_a_new_need() -> None:
    either = members("a", "b", anyOf=[{"required": ["a"]}, {"required": ["b"]}])
    assert {change.kind for change in changes(members("a", "b"), either)} == {"became-required"}
    assert {change.kind for change in changes(either, members("a", "b"))} == {"became-optional"}


def test_a_place_inside_arrays_is_told_by_names() -> None:
    def shots(kind: str) -> Any:
        return {"type": "array", "items": {"type": "object", "properties": {"length": {"type": kind}}}}

    [finding] = diff(placed(REQUEST, shots("integer")), placed(REQUEST, shots("string")))
    assert finding.message == "PUT /films: `value[].length`: the type is string; it was integer"
    assert finding.pointer == (
        "/paths/~1films/put/requestBody/content/application~1json/schema/properties/value/items/properties/length/type"
    )


def test_many_alternatives_of_many_shapes_take_no_time() -> None:
    def union(first: int) -> Any:
        return {"anyOf": [members("a", "b", "c", minProperties=first + index) for index in range(60)]}

    assert len([*changes(union(1), union(100))]) == 60


def test_more_alternatives_than_are_looked_at_are_said_so() -> None:
    def many(last: str) -> Any:
        return {"anyOf": [{"type": "string", "pattern": f"^{name}"} for name in [*map(str, range(70)), last]]}

    [change] = changes(many("x"), many("y"))
    assert (change.kind, change.message) == ("rule-changed", "there are too many alternatives to tell what has changed")
