"""Integers and numbers within the bounds of a plain schema, the bounds themselves among them."""

import math
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hypothesis import strategies as st

from reelmock.contracts.jsontree import JsonObject

Number: TypeAlias = int | float


def integers(plain: JsonObject) -> st.SearchStrategy[Number] | None:
    """Whole numbers, of up to 128 bits where `plain` sets no bounds; None when none fits."""
    step = _number(plain, "multipleOf")
    # A step that is a fraction can't be counted in: then every integer is tried, and the schema asked.
    return _multiples(_Bounds.of(plain), int(step) if step and float(step).is_integer() else 1)


def numbers(plain: JsonObject) -> st.SearchStrategy[Number] | None:
    """Whole numbers and fractions; None when none fits."""
    bounds, step = _Bounds.of(plain), _number(plain, "multipleOf")
    if step is not None and step > 0:
        return _multiples(bounds, step)
    if bounds.empty:
        return None
    low, high = bounds.low, bounds.high
    found: list[st.SearchStrategy[Number]] = []
    lowest, highest = _inside(low, bounds.above, math.inf), _inside(high, bounds.below, -math.inf)
    fits = lowest is None or highest is None or lowest <= highest
    if fits and lowest != math.inf and highest != -math.inf:
        found.append(st.floats(lowest, highest, allow_nan=False, allow_infinity=False))
    if (whole := _multiples(bounds, 1)) is not None:
        found.insert(0, whole)
    if closed := [
        bound for bound in (None if bounds.above else low, None if bounds.below else high) if bound is not None
    ]:
        found.append(st.sampled_from(closed))
    return st.one_of(found) if found else None


def _inside(bound: Number | None, excluded: bool, direction: float) -> float | None:
    """The first float within a bound: an integer of more than 53 bits may be none itself."""
    if bound is None:
        return None
    try:
        nearest = float(bound)
    except OverflowError:  # beyond all floats: on the side where there are some, the last one, else none at all
        size = math.inf if (bound > 0) is (direction > 0) else sys.float_info.max
        return size if bound > 0 else -size
    outside = nearest < bound if direction > 0 else nearest > bound
    return math.nextafter(nearest, direction) if outside or (excluded and nearest == bound) else nearest


@dataclass(frozen=True)
class _Bounds:
    """The lowest and the highest number, and whether these are out of bounds themselves."""

    low: Number | None
    above: bool
    high: Number | None
    below: bool

    @classmethod
    def of(cls, plain: JsonObject) -> "_Bounds":
        low, above = _number(plain, "minimum"), _number(plain, "exclusiveMinimum")
        high, below = _number(plain, "maximum"), _number(plain, "exclusiveMaximum")
        open_low = above is not None and (low is None or above >= low)
        open_high = below is not None and (high is None or below <= high)
        return cls(above if open_low else low, open_low, below if open_high else high, open_high)

    @property
    def empty(self) -> bool:
        """Whether no number lies between."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.above or self.below))


def _multiples(bounds: _Bounds, step: Number) -> st.SearchStrategy[Number] | None:
    low = None if bounds.low is None else -_steps(-bounds.low, step)
    high = None if bounds.high is None else _steps(bounds.high, step)
    low = low + 1 if low is not None and bounds.above and low * step == bounds.low else low
    high = high - 1 if high is not None and bounds.below and high * step == bounds.high else high
    if low is not None and high is not None and low > high:
        return None
    counts: st.SearchStrategy[int] = st.integers(low, high)
    if ends := [end for end in (low, high) if end is not None]:
        counts = st.one_of(counts, st.sampled_from(ends))
    # Decimal, because three times 0.1 is not 0.3 in floats.
    exact = Decimal(str(step))
    return (
        counts
        if step == 1
        else counts.map(lambda count: count * step if isinstance(step, int) else float(count * exact))
    )


def _steps(distance: Number, step: Number) -> int:
    """How many whole steps fit: exactly, where floats would lose the last digits or say that ten times 0.1 is less."""
    if isinstance(distance, int) and isinstance(step, int):
        return distance // step
    return math.floor(Decimal(str(distance)) / Decimal(str(step)))


def _number(plain: JsonObject, keyword: str) -> Number | None:
    value = plain.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
