"""Long strings are cut out of what is kept, and nothing else is."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.jsontree import Json
from reelmock.mockserver.elide import MAX_STRING, elide, elide_text

json_values: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def test_a_long_string_becomes_its_beginning_its_length_and_its_hash() -> None:
    text = "ä" * 5000
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert elide(text) == elide_text(text) == f"{'ä' * 256}… [5000 characters, sha256:{digest}]"


def test_the_limit_is_4096_characters() -> None:
    assert MAX_STRING == 4096
    assert elide("x" * 4096) == "x" * 4096
    assert elide("x" * 4097) == elide_text("x" * 4097)


def test_strings_are_found_at_any_depth_and_as_names() -> None:
    long = "y" * 5000
    assert elide({"a": [1, {long: long}]}) == {"a": [1, {elide_text(long): elide_text(long)}]}


def test_two_long_strings_with_the_same_beginning_stay_apart() -> None:
    first, second = "z" * 5000 + "1", "z" * 5000 + "2"
    assert elide({first: 1, second: 2}) == {elide_text(first): 1, elide_text(second): 2}


def test_a_lone_surrogate_is_no_obstacle() -> None:
    assert "[5000 characters, sha256:" in elide_text("\ud800" * 5000)


@given(json_values)
def test_what_has_no_long_string_is_left_as_it_is(value: Json) -> None:
    assert elide(value) == value
