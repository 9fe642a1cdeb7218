"""Of replies that overlap it is not known which came first: they never make an order that others would not."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.recorded_order import arranged

SPANS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 5), st.integers(0, 3)).map(
        lambda one: (one[0], one[0] + one[1], one[2])
    ),
    max_size=9,
).map(sorted)


def test_what_does_not_overlap_stays_as_it_is() -> None:
    assert arranged([(0.0, 1.0), (1.0, 2.0), (3.0, 4.0)], [2, 1, 0]) == [0, 1, 2]


def test_what_took_no_time_stays_as_it_is() -> None:
    assert arranged([(0.0, 0.0)] * 3, [2, 1, 0]) == [0, 1, 2]


def test_of_what_overlaps_the_lowest_rank_comes_first() -> None:
    assert arranged([(0.0, 9.0), (1.0, 2.0), (3.0, 4.0)], [2, 0, 1]) == [1, 2, 0]
    assert arranged([(0.0, 9.0), (1.0, 2.0), (3.0, 4.0)], [1, 2, 2]) == [0, 1, 2]


def test_nothing_is_nothing() -> None:
    assert arranged([], []) == []


@given(SPANS)
def test_ranks_go_back_only_where_they_do_in_time(found: list[tuple[int, int, int]]) -> None:
    spans, ranks = [(float(begin), float(end)) for begin, end, _ in found], [rank for *_, rank in found]
    order = arranged(spans, ranks)
    assert sorted(order) == [*range(len(found))]
    place = {index: at for at, index in enumerate(order)}
    before = [(a, b) for b in range(len(found)) for a in range(b) if spans[a][1] <= spans[b][0]]
    assert all(place[a] < place[b] for a, b in before)
    if all(ranks[a] <= ranks[b] for a, b in before):
        assert all(ranks[a] <= ranks[b] for a, b in pairwise(order))
