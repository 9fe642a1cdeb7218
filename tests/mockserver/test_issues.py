"""Violations worded as the real API words them: the items of the zod library."""

from collections.abc import Callable

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, JsonObject, Path
from reelmock.contracts.payloads import judge_payload
from reelmock.contracts.violations import Violation
from reelmock.mockserver.issues import MAX_ISSUES, issues


def issue(kind: str, keyword: str = "", received: Json = None, expected: Json = None, path: Path = ("a",)) -> Json:
    [found] = issues([Violation(kind, path, keyword, "is odd", received, expected)])
    return found


def test_the_recorded_items_are_written_word_for_word(contract: Contract) -> None:
    """A real reply of 2026-01, and for the missing field one of a sibling route."""
    payload: Json = {
        "model": "pixverse/v5.5/image-to-video",
        "image_url": "https://a.example/b.jpg",
        "resolution": "768P",
        "duration": 4,
    }
    judged = judge_payload(contract, contract.job_routes[0].create, payload)
    assert issues(judged.violations) == [
        {
            "received": "4",
            "code": "invalid_enum_value",
            "options": ["5", "8", "10"],
            "path": ["duration"],
            "message": "Invalid enum value. Expected '5' | '8' | '10', received '4'",
        },
        {
            "code": "invalid_type",
            "expected": "string",
            "received": "undefined",
            "path": ["prompt"],
            "message": "Required",
        },
        {
            "received": "768P",
            "code": "invalid_enum_value",
            "options": ["360p", "540p", "720p", "1080p"],
            "path": ["resolution"],
            "message": "Invalid enum value. Expected '360p' | '540p' | '720p' | '1080p', received '768P'",
        },
    ]


@pytest.mark.parametrize(
    ("expected", "received", "words"),
    [
        ("string", 5, ("string", "number")),
        ("string", None, ("string", "null")),
        ("string", True, ("string", "boolean")),
        ("integer", 5.5, ("integer", "float")),
        ("integer", "5", ("integer", "string")),
        ("number", [], ("number", "array")),
        ("boolean", {}, ("boolean", "object")),
        (["object", "null"], "x", ("object | null", "string")),
        (None, "x", ("any", "string")),
    ],
)
@pytest.mark.parametrize("kind", ["wrong_type", "null", "non_object"])
def test_a_wrong_type_names_both_types(kind: str, expected: Json, received: Json, words: tuple[str, str]) -> None:
    assert issue(kind, "type", received, expected) == {
        "code": "invalid_type",
        "expected": words[0],
        "received": words[1],
        "path": ["a"],
        "message": f"Expected {words[0]}, received {words[1]}",
    }


def test_a_missing_member_is_of_an_undefined_type() -> None:
    required: JsonObject = {"code": "invalid_type", "received": "undefined", "path": ["a"], "message": "Required"}
    assert issue("missing_required", "required", None, "integer") == required | {"expected": "integer"}
    assert issue("missing_required", "required", None, None) == required | {"expected": "any"}


@pytest.mark.parametrize(
    ("kind", "keyword", "limit", "message", "members"),
    [
        ("below_minimum", "minimum", 1, "Number must be greater than or equal to 1", ("too_small", "number", True)),
        ("below_minimum", "exclusiveMinimum", 0, "Number must be greater than 0", ("too_small", "number", False)),
        ("above_maximum", "maximum", 9, "Number must be less than or equal to 9", ("too_big", "number", True)),
        ("above_maximum", "exclusiveMaximum", 9.5, "Number must be less than 9.5", ("too_big", "number", False)),
        ("too_short", "minLength", 2, "String must contain at least 2 character(s)", ("too_small", "string", True)),
        ("too_long", "maxLength", 8, "String must contain at most 8 character(s)", ("too_big", "string", True)),
        ("too_few_items", "minItems", 1, "Array must contain at least 1 element(s)", ("too_small", "array", True)),
        ("too_many_items", "maxItems", 3, "Array must contain at most 3 element(s)", ("too_big", "array", True)),
    ],
)
def test_a_bound_names_the_limit_and_whether_it_is_included(
    kind: str, keyword: str, limit: Json, message: str, members: tuple[str, str, bool]
) -> None:
    code, what, inclusive = members
    assert issue(kind, keyword, 0, limit) == {
        "code": code,
        "minimum" if code == "too_small" else "maximum": limit,
        "type": what,
        "inclusive": inclusive,
        "exact": False,
        "path": ["a"],
        "message": message,
    }


@pytest.mark.parametrize(
    ("keyword", "expected", "validation", "message"),
    [
        ("format", "uri", "url", "Invalid url"),
        ("format", "date-time", "date-time", "Invalid date-time"),
        ("pattern", "^a$", "regex", "Invalid"),
    ],
)
def test_a_bad_format_names_what_was_checked(keyword: str, expected: str, validation: str, message: str) -> None:
    assert issue("bad_format", keyword, "x", expected) == {
        "code": "invalid_string",
        "validation": validation,
        "path": ["a"],
        "message": message,
    }


def test_an_undeclared_member_is_named() -> None:
    assert issue("undeclared_property", "additionalProperties", 1, path=("a", "b")) == {
        "code": "unrecognized_keys",
        "keys": ["b"],
        "path": ["a", "b"],
        "message": "Unrecognized key(s) in object: 'b'",
    }


def test_what_zod_has_no_word_for_is_said_in_ours() -> None:
    no_branch = {"code": "invalid_union", "path": ["a"], "message": "Invalid input: is odd"}
    assert issue("no_branch", "anyOf") == no_branch
    custom = {"code": "custom", "path": ["a"], "message": "is odd"}
    assert issue("forbidden_combination", "not") == custom
    assert issue("a kind of tomorrow", "tomorrow") == custom


@pytest.mark.parametrize(
    ("received", "shown"),
    [(None, "null"), (True, "true"), (False, "false"), (1.5, "1.5"), ([1], "array"), ({}, "object"), ("é", "é")],
)
def test_every_value_is_shown_as_a_string(received: Json, shown: str) -> None:
    assert issue("not_in_enum", "enum", received, [None, 5]) == {
        "received": shown,
        "code": "invalid_enum_value",
        "options": ["null", "5"],
        "path": ["a"],
        "message": f"Invalid enum value. Expected 'null' | '5', received '{shown}'",
    }


def test_a_constant_is_an_enum_of_one() -> None:
    found = issue("not_in_enum", "const", "x", "y")
    assert isinstance(found, dict)
    assert (found["options"], found["message"]) == (["y"], "Invalid enum value. Expected 'y', received 'x'")


@pytest.mark.parametrize(
    "write",
    [
        lambda huge: issue("not_in_enum", "enum", huge, ["a"]),
        lambda huge: issue("not_in_enum", "enum", int("9" * 4000), ["a"]),
        lambda huge: issue("undeclared_property", "additionalProperties", 1, path=(huge,)),
    ],
    ids=["a value", "a number", "a name"],
)
def test_an_item_stays_small_however_large_the_payload_is(write: Callable[[str], Json]) -> None:
    assert len(str(write("x" * 1_000_000))) < 10_000


@pytest.mark.parametrize(("count", "listed"), [(0, 0), (MAX_ISSUES, MAX_ISSUES), (MAX_ISSUES + 1, MAX_ISSUES + 1)])
def test_at_most_100_items_are_listed(count: int, listed: int) -> None:
    found = issues([Violation("undeclared_property", (f"n{n}",), "", "") for n in range(count)])
    assert len(found) == listed


def test_the_rest_is_counted() -> None:
    found = issues([Violation("undeclared_property", (f"n{n}",), "", "") for n in range(1234)])
    assert found[-1] == {"code": "custom", "path": [], "message": "and 1134 more"}
    assert [item["path"] for item in found[:-1] if isinstance(item, dict)] == [[f"n{n}"] for n in range(100)]
