"""Examples of a strategy outside of a test: for the command line, and to look at."""

from typing import TypeVar

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

T = TypeVar("T")

# So many examples are drawn for each that is wanted, because some come twice.
SURPLUS = 3


def samples(strategy: st.SearchStrategy[T], count: int, seed: int) -> list[T]:
    """`count` different examples, or fewer when there are not so many; the same seed gives the same ones."""
    found: dict[str, T] = {}

    @hypothesis.seed(seed)
    @settings(max_examples=count * SURPLUS, database=None, phases=[Phase.generate])
    @given(strategy)
    def collect(example: T) -> None:
        if len(found) < count:
            found.setdefault(repr(example), example)

    collect()
    return list(found.values())
