"""Drawn numbers: within the bounds, at the bounds, and of any size where there are none."""

import math
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from reelmock.contracts.strategies.numbers import Number, integers, numbers
from reelmock.contracts.strategies.schemas import from_schema
from reelmock.tests.contracts.strategies.drawing import drawn, unreached

MAX_INT64 = 2**63 - 1

# Type, bounds → numbers that have to be reached, the ends among them.
TABLE: list[tuple[str, dict[str, Any], list[float]]] = [
    ("integer", {"minimum": 0}, [0]),
    ("integer", {"minimum": 1, "maximum": 3}, [1, 2, 3]),
    ("integer", {"minimum": -5, "maximum": -5}, [-5]),
    ("integer", {"minimum": 0.5, "maximum": 2.5}, [1, 2]),
    ("integer", {"exclusiveMinimum": 23, "exclusiveMaximum": 61}, [24, 60]),
    ("integer", {"exclusiveMinimum": 0.5, "exclusiveMaximum": 2.5}, [1, 2]),
    ("integer", {"minimum": 3, "exclusiveMinimum": 3, "maximum": 9, "exclusiveMaximum": 9}, [4, 8]),
    ("integer", {"minimum": 5, "exclusiveMinimum": 3, "maximum": 6, "exclusiveMaximum": 9}, [5, 6]),
    ("integer", {"minimum": 256, "maximum": 1920, "multipleOf": 64}, [256, 1920]),
    ("integer", {"minimum": 250, "maximum": 1930, "multipleOf": 64}, [256, 1920]),
    ("integer", {"minimum": -10, "maximum": 10, "multipleOf": 2.5}, [-10, -5, 0, 5, 10]),
    ("integer", {"minimum": 0, "maximum": 2**32 - 1}, [0, 2**32 - 1]),
    ("integer", {"minimum": -MAX_INT64 - 1, "maximum": MAX_INT64}, [-MAX_INT64 - 1, MAX_INT64]),
    ("integer", {"exclusiveMinimum": -MAX_INT64, "exclusiveMaximum": MAX_INT64}, [1 - MAX_INT64, MAX_INT64 - 1]),
    ("number", {"minimum": 0, "maximum": 1}, [0, 1, 0.5]),
    ("number", {"minimum": 0.1, "maximum": 0.9}, [0.1, 0.9]),
    ("number", {"minimum": 0.5, "maximum": 0.5}, [0.5]),
    ("number", {"exclusiveMinimum": 0, "exclusiveMaximum": 2}, [1, 0.5]),
    ("number", {"exclusiveMinimum": 0, "maximum": 4}, [4]),
    ("number", {"minimum": 0, "exclusiveMaximum": 4}, [0]),
    ("number", {"minimum": 0.25, "maximum": 4, "multipleOf": 0.25}, [0.25, 4]),
    ("number", {"exclusiveMinimum": 0.25, "exclusiveMaximum": 4, "multipleOf": 0.25}, [0.5, 3.75]),
    ("number", {"minimum": 0, "maximum": 1, "multipleOf": 0.1}, [0, 0.2, 0.5, 1]),
    ("number", {"minimum": 0, "maximum": MAX_INT64}, [0, MAX_INT64]),
]
IDS = [f"{name} {bounds}" for name, bounds, _ in TABLE]


@pytest.mark.parametrize(("name", "bounds", "reached"), TABLE, ids=IDS)
def test_numbers_are_valid_and_reach_their_bounds(name: str, bounds: dict[str, Any], reached: list[float]) -> None:
    schema = {"type": name, **bounds}
    strategy, valid = from_schema(schema), Draft202012Validator(schema)
    for number in drawn(strategy, 60):
        assert valid.is_valid(number)
        assert isinstance(number, int if name == "integer" else int | float)
        assert not isinstance(number, bool)
    assert unreached(strategy, {str(number): partial(eq, number) for number in reached}) == []


@pytest.mark.parametrize("draw", [integers, numbers])
@pytest.mark.parametrize(
    "bounds",
    [
        {"minimum": 2, "maximum": 1},
        {"exclusiveMinimum": 1, "maximum": 1},
        {"minimum": 1, "exclusiveMaximum": 1},
        {"minimum": 65, "maximum": 127, "multipleOf": 64},
    ],
)
def test_bounds_that_leave_no_number_give_no_strategy(draw: Any, bounds: dict[str, Any]) -> None:
    assert draw(bounds) is None


@pytest.mark.parametrize("bounds", [{"minimum": 1.1, "maximum": 1.9}, {"exclusiveMinimum": 1, "exclusiveMaximum": 2}])
def test_there_may_be_fractions_where_there_is_no_integer(bounds: dict[str, Any]) -> None:
    assert integers(bounds) is None
    fractions = numbers(bounds)
    assert fractions is not None
    assert all(1 < number < 2 for number in drawn(fractions))


def test_between_two_neighbours_there_is_no_number() -> None:
    assert numbers({"exclusiveMinimum": 0, "exclusiveMaximum": 5e-324}) is None


SORTS: dict[str, Callable[[Number], bool]] = {
    "more than 64 bits": lambda number: number > 2**64,
    "more than 64 bits below zero": lambda number: number < -(2**64),
    "small": lambda number: 0 < number < 10,
    "zero": lambda number: number == 0,
}
FRACTIONS: dict[str, Callable[[Number], bool]] = {
    "whole": lambda number: isinstance(number, int),
    "a fraction": lambda number: not float(number).is_integer(),
    "a fraction below zero": lambda number: number < 0 and not float(number).is_integer(),
    "huge": lambda number: number > 1e30,
}


def test_without_bounds_numbers_of_any_size_are_reached() -> None:
    whole, any_number = integers({}), numbers({})
    assert whole is not None
    assert any_number is not None
    assert unreached(whole, SORTS) == []
    assert unreached(any_number, SORTS | FRACTIONS) == []
    assert all(map(math.isfinite, drawn(any_number)))


@pytest.mark.parametrize("keyword", ["minimum", "maximum"])
@pytest.mark.parametrize("bound", [10**400, -(10**400)], ids=["high", "low"])
def test_bounds_beyond_all_floats_hold(keyword: str, bound: int) -> None:
    strategy = numbers({keyword: bound})
    assert strategy is not None
    for number in drawn(strategy, 50):
        assert number >= bound if keyword == "minimum" else number <= bound


def fits(number: float, bounds: dict[str, Number]) -> bool:
    rules = {"minimum": ge, "exclusiveMinimum": gt, "maximum": le, "exclusiveMaximum": lt}
    return all(rules[keyword](number, bound) for keyword, bound in bounds.items())


def there_is_one(name: str, bounds: dict[str, Number], step: Number | None) -> bool:
    """Whether a number is within the bounds: the first multiple of the step that is not too low, or the first float."""
    lows = [bound for keyword, bound in bounds.items() if keyword in ("minimum", "exclusiveMinimum")]
    if not lows or len(lows) == len(bounds):
        return True
    low, unit = max(map(Fraction, lows)), step or 1
    first = math.ceil(low / unit) * unit
    floats = [float(low), math.nextafter(float(low), math.inf)] if name == "number" and step is None else []
    return any(fits(number, bounds) for number in (first, first + unit, *floats))


ANY_BOUND = st.integers(-(2**70), 2**70) | st.floats(-1e9, 1e9) | st.integers(-3, 3)
KEYWORDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")


@given(
    st.sampled_from(["integer", "number"]),
    st.fixed_dictionaries({}, optional=dict.fromkeys(KEYWORDS, ANY_BOUND)),
    st.none() | st.sampled_from([1, 2, 7, 64]),
    st.data(),
)
def test_any_bounds_hold_or_leave_no_number(
    name: str, bounds: dict[str, Number], step: Number | None, data: st.DataObject
) -> None:
    schema: dict[str, Any] = {"type": name, **bounds} | ({} if step is None else {"multipleOf": step})
    strategy = integers(schema) if name == "integer" else numbers(schema)
    assert (strategy is not None) is there_is_one(name, bounds, step)
    if strategy is not None:
        assert Draft202012Validator(schema).is_valid(data.draw(strategy))
