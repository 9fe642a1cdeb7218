"""Drawn strings: of any length between two bounds, in every script, and at the bounds."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.strategies.texts import TELLING, USUAL, texts
from reelmock.tests.contracts.strategies.drawing import drawn, simplest, unreached

BOUNDS = [(0, None), (0, 0), (0, 1), (1, 1), (0, 5), (3, 5), (2, None), (0, 2500), (2499, 2500), (40, 4000)]


def long(bound: int | None) -> int:
    return 10**9 if bound is None else bound


@pytest.mark.parametrize(("shortest", "longest"), BOUNDS)
def test_a_text_has_an_allowed_length_can_be_sent_and_shrinks_to_the_shortest(
    shortest: int, longest: int | None
) -> None:
    strategy = texts(shortest, longest)
    for text in drawn(strategy, 200):
        assert shortest <= len(text) <= long(longest)
        assert text.encode().decode() == text
    assert simplest(strategy) == "0" * shortest


@pytest.mark.parametrize(("shortest", "longest"), [bounds for bounds in BOUNDS if bounds != (0, 0)])
def test_bounds_and_characters_that_break_clients_are_reached(shortest: int, longest: int | None) -> None:
    conditions: dict[str, Callable[[str], bool]] = {
        "shortest": lambda text: len(text) == shortest,
        "longest": lambda text: len(text) == longest or longest is None,
        "beyond ASCII": lambda text: not text.isascii(),
        "beyond the first plane": lambda text: max(text, default="") > "\uffff",
    }
    assert unreached(texts(shortest, longest), conditions) == []


@given(st.integers(0, 40), st.integers(0, 40), st.data())
def test_any_two_bounds_hold(shortest: int, more: int, data: st.DataObject) -> None:
    assert shortest <= len(data.draw(texts(shortest, shortest + more))) <= shortest + more


def test_telling_texts_come_whole_where_there_is_room() -> None:
    whole: dict[str, Callable[[str], bool]] = {telling: telling.__eq__ for telling in TELLING}
    assert unreached(texts(), whole) == []


def test_a_text_without_a_bound_stays_short() -> None:
    lengths = {len(text) for text in drawn(texts(), 300)}
    assert max(lengths) <= max(USUAL, *map(len, TELLING))
    assert len(lengths) > 10


@pytest.mark.parametrize(("shortest", "longest"), [(0, 32_000), (32_001, 32_100), (10_000, None), (100_000, 100_000)])
def test_bounds_of_any_size_are_drawn_at(shortest: int, longest: int | None) -> None:
    """Documents allow prompts of 32,000 characters, and a mutation has to be longer than that."""
    strategy = texts(shortest, longest)
    assert all(shortest <= len(text) <= long(longest) for text in drawn(strategy, 25))
    assert unreached(strategy, {"the bound": lambda text: len(text) == (longest or shortest)}) == []
