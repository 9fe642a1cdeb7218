"""Readers that never raise, and the ways in which places and values are shown."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.jsontree import Json, Path, excerpt, items, member, pointer, printable, text, words

NO_OBJECT: list[Json] = [None, True, 0, 1.5, "text", [], [{"a": {}}]]

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


def test_member_goes_down_by_name() -> None:
    tree: Json = {"a": {"b": {"c": 1}}}
    assert member(tree) == tree
    assert member(tree, "a", "b") == {"c": 1}


@pytest.mark.parametrize("node", NO_OBJECT)
def test_what_is_no_object_reads_as_an_empty_one(node: Json) -> None:
    assert member(node) == {}
    assert member(node, "a") == {}
    assert member({"a": node}, "a", "b") == {}
    assert items(node, "a") == []
    assert text(node, "a", "default") == "default"


@pytest.mark.parametrize(
    ("tree", "expected"),
    [({"a": {"b": [1, 2]}}, [1, 2]), ({"a": {"b": {}}}, []), ({"a": {"b": "xy"}}, []), ({"a": {}}, []), ({}, [])],
)
def test_items_gives_arrays_only(tree: Json, expected: list[Json]) -> None:
    assert items(tree, "a", "b") == expected


@pytest.mark.parametrize(("value", "expected"), [("x", "x"), ("", ""), (1, "-"), (None, "-"), (["x"], "-")])
def test_text_gives_strings_only(value: Json, expected: str) -> None:
    assert text({"a": value}, "a", "-") == expected


def test_words_are_the_strings_in_their_order() -> None:
    assert words(["b", 1, None, "a", ["c"], True]) == ("b", "a")


@pytest.mark.parametrize(
    ("path", "expected"),
    [((), ""), (("a", 0, "b"), "/a/0/b"), (("a/b", "c~d", "~1"), "/a~1b/c~0d/~01"), (("",), "/")],
)
def test_a_pointer_is_written_as_rfc_6901_says(path: Path, expected: str) -> None:
    assert pointer(path) == expected


@given(st.lists(st.text(), max_size=5))
def test_a_pointer_can_be_read_back(path: list[str]) -> None:
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer(path).split("/")[1:]]
    assert steps == path


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (1.5, "1.5"),
        ("", "''"),
        ("a" * 80, f"'{'a' * 80}'"),
        ("a" * 81, f"'{'a' * 80}… (81 characters)'"),
        ("a" * 1_234_567, f"'{'a' * 80}… (1,234,567 characters)'"),
        ({"a": 1, "b": 2}, "an object with 2 members"),
        ([1, 2, 3], "an array of 3 items"),
        (10**100, f"1{'0' * 79}…"),
    ],
)
def test_an_excerpt_shows_what_a_reader_would_recognise(value: Json, expected: str) -> None:
    assert excerpt(value) == expected


@given(JSON_VALUES)
def test_an_excerpt_is_short_whatever_comes(value: Any) -> None:
    assert 0 < len(excerpt(value, limit=20)) <= 20 + len("''… (999,999,999 characters)")


@given(st.text())
def test_a_printable_line_drives_no_terminal(line: str) -> None:
    """A request's bytes end up in a terminal: nothing but printable characters may reach it, and those unchanged."""
    shown = printable(line)
    assert shown.isprintable()
    if line.isprintable():
        assert shown == line


@pytest.mark.parametrize(
    ("line", "expected"),
    [("\x1b[31mé", "\\x1b[31mé"), ("a\nb", "a\\nb"), ("\u202e", "\\u202e"), ("\ud800", "\\ud800")],
)
def test_control_characters_are_escaped(line: str, expected: str) -> None:
    assert printable(line) == expected


@given(JSON_VALUES, st.text(), st.text())
def test_readers_never_raise(value: Any, first_name: str, second_name: str) -> None:
    assert isinstance(member(value, first_name, second_name), dict)
    assert isinstance(items(value, first_name, second_name), list)
    assert isinstance(text(value, first_name), str)
    assert all(isinstance(name, str) for name in words(items({"a": value}, "a")))
    assert json.dumps(excerpt(value))
