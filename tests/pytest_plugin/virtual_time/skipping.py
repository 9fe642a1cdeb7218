"""What the tests of virtual time share: one that is watched by a real one, and names of rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest

from reelmock.mockserver.clock import FIXED_START, VirtualClock
from reelmock.pytest_plugin.virtual_time import VirtualTime, real, timeline

Elapsed = Callable[[], float]
T = TypeVar("T")


def near(seconds: float, off: float | None = None) -> Any:
    """What equals these seconds, except for what is lost in sums of them."""
    return pytest.approx(seconds, abs=off)


def row(name: str) -> Callable[[T], T]:
    """Say which row of the table in docs/virtual-time.md a test is for."""
    assert name
    return lambda function: function


@contextmanager
def skipping(*, at_most: float = 5.0) -> Iterator[Elapsed]:
    """Virtual time; gives the seconds that have passed in it. It has to be over within `at_most` real seconds."""
    clock = VirtualClock()
    began = real.perf_counter()
    with VirtualTime(clock):
        yield lambda: clock.now() - FIXED_START
    assert real.perf_counter() - began < at_most


@contextmanager
def impatient(seconds: float = 0.1) -> Iterator[None]:
    """Go over to real time early: tests of what is held up need not take long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timeline, "PATIENCE_S", seconds)
        yield
