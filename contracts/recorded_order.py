"""In which order overlapping replies were made is not known: they are put into one that makes sense if there is any."""

from collections.abc import Sequence


def arranged(spans: Sequence[tuple[float, float]], ranks: Sequence[int]) -> list[int]:
    """The indices of things in an order of time: what had ended when another began stays before it, and of those that
    overlap the one with the lowest rank comes first.

    `spans` are (begin, end), sorted by their begin. If any order of time has no rank below one before it, this has not.
    """
    left = list(range(len(spans)))
    found = []
    while left:
        place = min(_first(left, spans), key=lambda place: ranks[left[place]])
        found.append(left.pop(place))
    return found


def _first(left: Sequence[int], spans: Sequence[tuple[float, float]]) -> range:
    """The places in `left` of what may come first: nothing else in it had ended before it began."""
    soonest = spans[left[0]][1]
    for place, index in enumerate(left):
        begin, end = spans[index]
        if place and begin >= soonest:
            return range(place)
        soonest = min(soonest, end)
    return range(len(left))
