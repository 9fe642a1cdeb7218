"""What jsonschema reports, in words that a program and a reader can use."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reelmock.contracts.formats import format_checker
from reelmock.contracts.violations import KINDS, Violation, violations_of


def judged(schema: Any, value: Any) -> list[Violation]:
    return violations_of(Draft202012Validator(schema, format_checker=format_checker()).iter_errors(value))


# keyword's schema, value of the member /a, kind, message, expected
RULES: list[tuple[dict[str, Any], Any, str, str, Any]] = [
    ({"type": "string"}, 5, "wrong_type", "5 is not of type string", "string"),
    ({"type": ["integer", "null"]}, "b", "wrong_type", "'b' is not of type integer or null", ["integer", "null"]),
    ({"type": "string"}, None, "null", "null is not of type string", "string"),
    ({"type": "integer"}, True, "wrong_type", "true is not of type integer", "integer"),
    ({"type": "string"}, {"b": 1}, "wrong_type", "an object with 1 member is not of type string", "string"),
    ({"enum": ["b", 5, None]}, "c", "not_in_enum", "'c' is not one of 'b', 5, null", ["b", 5, None]),
    ({"const": "b"}, "c", "not_in_enum", "'c' is not 'b'", "b"),
    ({"minimum": 2}, 1, "below_minimum", "1 is less than 2", 2),
    ({"exclusiveMinimum": 2}, 2, "below_minimum", "2 is not more than 2", 2),
    ({"maximum": 2}, 2.5, "above_maximum", "2.5 is more than 2", 2),
    ({"exclusiveMaximum": 2}, 2, "above_maximum", "2 is not less than 2", 2),
    ({"minLength": 2}, "b", "too_short", "has 1 characters; at least 2 are allowed", 2),
    ({"maxLength": 2}, "b" * 12345, "too_long", "has 12,345 characters; at most 2 are allowed", 2),
    ({"minItems": 2}, [1], "too_few_items", "has 1 items; at least 2 are allowed", 2),
    ({"maxItems": 0}, [1], "too_many_items", "has 1 items; at most 0 are allowed", 0),
    ({"format": "uri"}, "b", "bad_format", "'b' is not a valid uri", "uri"),
    ({"pattern": "^b$"}, "c", "bad_format", "'c' breaks the rule `pattern`: '^b$'", "^b$"),
    (
        {"anyOf": [{"const": 1}, {"const": 2}]},
        3,
        "no_branch",
        "3 does not fit any of the 2 forms that are allowed. In the nearest one, 3 is not 1",
        [{"const": 1}, {"const": 2}],
    ),
    (
        {"oneOf": [{}, {}]},
        3,
        "no_branch",
        "3 fits more than one of the 2 forms that are allowed, and may fit one alone",
        [{}, {}],
    ),
    ({"not": {}, "description": "No b."}, 3, "forbidden_combination", "No b", {}),
    ({"multipleOf": 2}, 3, "broken_rule", "3 breaks the rule `multipleOf`: 2", 2),
    ({"uniqueItems": True}, [1, 1], "broken_rule", "an array of 2 items breaks the rule `uniqueItems`: true", True),
]


@pytest.mark.parametrize(("schema", "value", "kind", "message", "expected"), RULES, ids=[str(row[:2]) for row in RULES])
def test_a_broken_rule_is_told_in_these_words(
    schema: dict[str, Any], value: Any, kind: str, message: str, expected: Any
) -> None:
    (violation,) = judged({"properties": {"a": schema}}, {"a": value})
    assert violation == Violation(kind, ("a",), violation.keyword, message, value, expected)
    assert violation.keyword in schema
    assert str(violation) == f"`/a`: {message}"


def test_every_kind_can_be_reached() -> None:
    reached = {row[2] for row in RULES} | {"missing_required", "undeclared_property"}
    assert reached >= set(KINDS.values())


def test_the_wrong_type_at_the_top_is_no_object() -> None:
    assert judged({"type": "object"}, [1]) == [
        Violation("non_object", (), "type", "an array of 1 item is not of type object", [1], "object")
    ]


def test_a_violation_of_the_whole_shows_no_place() -> None:
    (violation,) = judged({"type": "object"}, None)
    assert (violation.pointer, str(violation)) == ("", "null is not of type object")


def test_each_missing_property_is_one_violation() -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {}}, "required": ["b", "a", "c"]}
    assert judged({"items": schema}, [{}, {"a": "1", "c": 1}]) == [
        Violation("missing_required", (0, "a"), "required", "is required and missing", None, "string"),
        Violation("missing_required", (0, "b"), "required", "is required and missing", None, None),
        Violation("missing_required", (0, "c"), "required", "is required and missing", None, None),
        Violation("missing_required", (1, "b"), "required", "is required and missing", None, None),
    ]


UNDECLARED = "is not a property that the schema declares"


@pytest.mark.parametrize(
    ("schema", "value", "undeclared"),
    [
        ({"properties": {"a": {}}, "additionalProperties": False}, {"c": 1, "a": 1, "b": 2}, ["b", "c"]),
        ({"additionalProperties": False}, {"a": 1}, ["a"]),
        (
            {"properties": {"a": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False},
            {"a": 1, "x-b": 1, "c": 1},
            ["c"],
        ),
        (
            {"properties": {"a": {}}, "allOf": [{"properties": {"b": {}}}], "unevaluatedProperties": False},
            {"a": 1, "b": 1, "c": 1},
            ["c"],
        ),
        (
            {
                "properties": {"a": {}},
                "anyOf": [{"properties": {"b": {"const": 1}}, "required": ["b"]}, {"properties": {"c": {}}}],
                "unevaluatedProperties": False,
            },
            {"a": 1, "b": 2},
            ["b"],
        ),
        (
            {
                "anyOf": [{"properties": {"b": {"const": 1}}, "required": ["b"]}, {"properties": {"c": {}}}],
                "unevaluatedProperties": False,
            },
            {"b": 2, "c": 1},
            ["b"],
        ),
    ],
    ids=["several", "none declared", "by pattern", "by allOf", "by a branch that does not fit", "beside one that fits"],
)
def test_each_undeclared_property_is_one_violation(
    schema: dict[str, Any], value: dict[str, Any], undeclared: list[str]
) -> None:
    """What jsonschema refuses is never lost: a refused payload has a violation."""
    assert [(found.kind, found.path, found.message, found.received) for found in judged(schema, value)] == [
        ("undeclared_property", (name,), UNDECLARED, value[name]) for name in undeclared
    ]


def test_the_wrong_type_hides_the_other_rules_of_its_place_only() -> None:
    schema = {
        "properties": {"a": {"type": "integer", "enum": [5], "minimum": 1}, "b": {"enum": [5], "minimum": 7}},
    }
    assert [(found.pointer, found.keyword) for found in judged(schema, {"a": "4", "b": 6})] == [
        ("/a", "type"),
        ("/b", "enum"),
        ("/b", "minimum"),
    ]


def test_a_rule_that_stands_twice_is_told_once() -> None:
    schema = {"required": ["a"], "allOf": [{"required": ["a"]}]}
    assert [str(found) for found in judged(schema, {})] == ["`/a`: is required and missing"]


def test_two_forbidden_combinations_are_two_violations() -> None:
    def forbidden(name: str) -> dict[str, Any]:
        return {"description": f"No {name}.", "not": {"required": [name]}}

    schema = {"allOf": [forbidden("a"), forbidden("b"), forbidden("c")]}
    assert [str(found) for found in judged(schema, {"a": 1, "c": 1})] == ["No a", "No c"]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"description": "a does not go with b.", "not": {}}, "a does not go with b"),
        (
            {"not": {"properties": {"a": {"const": "x"}, "b": {"const": 8}}}},
            "this combination is not allowed: `a` 'x' with `b` 8",
        ),
    ],
)
def test_a_forbidden_combination_is_told_in_the_documents_words_or_spelled_out(
    schema: dict[str, Any], message: str
) -> None:
    assert [str(found) for found in judged(schema, {"a": "x", "b": 8})] == [message]


HD: dict[str, Any] = {
    "if": {"properties": {"r": {"const": "hd"}}, "required": ["r"]},
    "then": {"properties": {"d": {"const": 5}}, "required": ["d"], "not": {"required": ["x"]}},
    "else": {"properties": {"d": {"minimum": 4}, "o": {"required": ["p"]}}},
}
BESIDE = "beside the other values here"


@pytest.mark.parametrize(
    ("schema", "value", "told"),
    [
        (HD, {"r": "hd", "d": 5}, []),
        (HD, {"r": "hd"}, [f"`/d`: is required and missing, {BESIDE}"]),
        (HD, {"r": "hd", "d": 6}, [f"`/d`: 6 is not 5, {BESIDE}"]),
        (HD, {"r": "hd", "d": 5, "x": 1}, [f"this combination is not allowed: `x`, {BESIDE}"]),
        (HD, {"d": 3}, [f"`/d`: 3 is less than 4, {BESIDE}"]),
        (HD, {"r": "sd", "o": {}}, [f"`/o/p`: is required and missing, {BESIDE}"]),
        ({"allOf": [{}, HD]}, {"r": "hd"}, [f"`/d`: is required and missing, {BESIDE}"]),
        ({"properties": {"then": HD}}, {"then": {"d": 3}}, [f"`/then/d`: 3 is less than 4, {BESIDE}"]),
    ],
    ids=str,
)
def test_what_a_condition_asks_for_is_a_forbidden_combination(
    schema: dict[str, Any], value: dict[str, Any], told: list[str]
) -> None:
    found = judged(schema, value)
    assert [str(violation) for violation in found] == told
    assert all((violation.kind, violation.keyword) == ("forbidden_combination", "if") for violation in found)


@pytest.mark.parametrize("name", ["if", "then", "else"])
def test_a_property_of_that_name_is_no_condition(name: str) -> None:
    inner = {"properties": {name: {"type": "string"}}}
    for schema, value in [
        (inner, {name: 5}),
        ({"patternProperties": {name: {"type": "string"}}}, {name: 5}),
        ({"prefixItems": [inner]}, [{name: 5}]),
        ({"dependentSchemas": {name: inner}}, {name: 5}),
    ]:
        assert [violation.kind for violation in judged(schema, value)] == ["wrong_type"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"c": 1}, []),
        ({"a": 1, "b": 1, "c": 1}, []),
        ({"b": 1}, ["`/c`: is missing, and required beside `b`"]),
        ({"a": 1}, ["`/b`: is missing, and required beside `a`", "`/c`: is missing, and required beside `a`"]),
        ({"a": 1, "b": 1}, ["`/c`: is missing, and required beside `a`", "`/c`: is missing, and required beside `b`"]),
    ],
)
def test_what_has_to_come_with_another_property_is_missing_at_its_own_place(value: Any, told: list[str]) -> None:
    found = judged({"dependentRequired": {"a": ["b", "c"], "b": ["c"], "d": ["e"]}}, value)
    assert sorted(map(str, found)) == told
    kinds = {(violation.kind, violation.keyword, violation.received) for violation in found}
    assert kinds <= {("forbidden_combination", "dependentRequired", None)}


PARTS: dict[str, Any] = {
    "properties": {"a": {}},
    "allOf": [
        {"properties": {"b": {"type": "string"}, "c": {}}, "required": ["c"]},
        {"allOf": [{"properties": {"d": {"type": "object", "properties": {"e": {"type": "string"}}}}}]},
    ],
    "unevaluatedProperties": False,
}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": 1, "b": "x", "c": 1, "d": {}}, []),
        ({"b": 5, "c": 1}, ["`/b`: 5 is not of type string"]),
        ({"b": "x"}, ["`/c`: is required and missing"]),
        ({"b": 5, "d": {}}, ["`/b`: 5 is not of type string", "`/c`: is required and missing"]),
        ({"c": 1, "d": {"e": 5}}, ["`/d/e`: 5 is not of type string"]),
        ({"b": 5, "c": 1, "z": 1}, ["`/b`: 5 is not of type string", f"`/z`: {UNDECLARED}"]),
        ({"c": 1, "z": {"e": 5}}, [f"`/z`: {UNDECLARED}"]),
    ],
    ids=str,
)
def test_what_a_part_declares_is_not_called_undeclared_because_something_is_wrong_in_it(
    value: dict[str, Any], told: list[str]
) -> None:
    """A part in which something is wrong counts for nothing to jsonschema, so all that it declares would be refused."""
    assert [str(found) for found in judged(PARTS, value)] == told


def test_what_a_condition_declares_is_not_called_undeclared_because_it_is_wrong() -> None:
    declaring = {"if": True, "then": {"properties": {"b": {"const": 5}}}, "unevaluatedProperties": False}
    assert [str(found) for found in judged(declaring, {"b": 6})] == [f"`/b`: 6 is not 5, {BESIDE}"]


IMAGE = {
    "type": "object",
    "properties": {"type": {"const": "image"}, "url": {"type": "string"}},
    "required": ["type", "url"],
}
CLIP = {
    "type": "object",
    "properties": {"type": {"const": "clip"}, "id": {"type": "string"}},
    "required": ["type", "id"],
}


@pytest.mark.parametrize(
    ("branches", "value", "reason"),
    [
        ([{"type": "null"}, IMAGE, CLIP], {"type": "clip"}, "`/id`: is required and missing"),
        ([{"type": "null"}, IMAGE, CLIP], {"type": "clip", "id": 5}, "`/id`: 5 is not of type string"),
        ([IMAGE, CLIP], {"type": "song", "id": "x"}, "`/type`: 'song' is not 'clip'"),
        ([IMAGE, {"type": "null"}], {"type": "song"}, "`/type`: 'song' is not 'image'"),
        ([IMAGE, CLIP | {"minProperties": 3}], {"type": "clip", "url": "x"}, "`/id`: is required and missing"),
        ([IMAGE, {"type": "null"}], 5, "5 is not of type object"),
        ([{"type": "string"}, IMAGE], {}, "`/type`: is required and missing"),
        ([{"minimum": 9, "multipleOf": 7}, {"maximum": 4}], 5, "5 is more than 4"),
        ([{"anyOf": [{"type": "null"}]}, {"type": "string"}], 5, "5 does not fit any of the 1 forms"),
        ([{"type": "string"}, False], 5, "5 is not of type string"),
    ],
)
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_what_fits_no_branch_is_told_by_the_nearest_one(keyword: str, branches: Any, value: Any, reason: str) -> None:
    (found,) = judged({"properties": {"a": {keyword: branches}}}, {"a": value})
    assert (found.kind, found.path, found.keyword, found.received) == ("no_branch", ("a",), keyword, value)
    number = "any" if keyword == "anyOf" else "exactly one"
    told = f" does not fit {number} of the {len(branches)} forms that are allowed. In the nearest one, {reason}"
    assert told in found.message


def test_a_place_is_a_json_pointer() -> None:
    (found,) = judged({"properties": {"a/b": {"items": {"type": "string"}}}}, {"a/b": ["x", 5]})
    assert (found.path, found.pointer) == (("a/b", 1), "/a~1b/1")


SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "integer", "enum": [1, 2]},
        "b": {"type": "array", "items": {"type": "string", "minLength": 2}},
        "c": {"anyOf": [{"type": "null"}, {"type": "object", "required": ["d"]}]},
    },
    "required": ["a", "b"],
    "additionalProperties": False,
}


@given(
    st.dictionaries(
        st.sampled_from("abce"),
        st.none()
        | st.integers(0, 3)
        | st.lists(st.text(max_size=3), max_size=3)
        | st.dictionaries(st.just("d"), st.none()),
    )
    | st.none()
)
def test_a_payload_has_violations_exactly_when_it_is_refused(value: Any) -> None:
    found = judged(SCHEMA, value)
    assert bool(found) is not Draft202012Validator(SCHEMA).is_valid(value)
    assert [violation.pointer for violation in found] == sorted(violation.pointer for violation in found)
