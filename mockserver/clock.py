"""Time as an argument. This is the one file that reads the wall clock; everybody else asks a `Clock`."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

# Where a virtual clock starts unless told otherwise: 2026-01-01 00:00:00 UTC.
FIXED_START = 1_767_225_600.0

# No clock goes beyond the start of the year 9999: dates end there.
LATEST = 253_370_764_800.0


class Clock(Protocol):
    """Answers with the time: seconds since 1970-01-01 UTC."""

    def now(self) -> float:
        """The time at this moment."""


def _checked(seconds: float, now: float) -> float:
    if not 0 <= seconds <= LATEST - now:
        raise ValueError(
            f"a clock can't be advanced by {seconds} seconds: give a number from 0 that stays before the year 9999"
        )
    return seconds


class VirtualClock:
    """A clock that stands still until `advance` moves it."""

    def __init__(self, start: float = FIXED_START) -> None:
        # Two sums: small steps added to a number of this size would lose a little each time.
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """The time at this moment, in seconds since 1970-01-01 UTC."""
        return self._start + self._elapsed

    def advance(self, seconds: float) -> None:
        """Move the clock forward. ValueError for a negative number, or one that leads beyond the year 9999."""
        with self._lock:
            self._elapsed += _checked(seconds, self.now())


class RunningClock:
    """A clock that runs with the wall, and that can be advanced, frozen and resumed.

    Durations come from `monotonic`, so that a change of the machine's time moves no generation.
    """

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._offset = wall() - monotonic()
        self._frozen_at: float | None = None
        self._lock = threading.Lock()

    def now(self) -> float:
        """The time at this moment, in seconds since 1970-01-01 UTC."""
        frozen = self._frozen_at
        return self._monotonic() + self._offset if frozen is None else frozen

    @property
    def frozen(self) -> bool:
        """Whether the clock stands still."""
        return self._frozen_at is not None

    def advance(self, seconds: float) -> None:
        """Jump forward. ValueError for a negative number, or one that leads beyond the year 9999."""
        with self._lock:
            self._offset += _checked(seconds, self.now())
            if self._frozen_at is not None:
                self._frozen_at += seconds

    def freeze(self) -> None:
        """Stand still; a frozen clock stays frozen."""
        with self._lock:
            if self._frozen_at is None:
                self._frozen_at = self._monotonic() + self._offset

    def resume(self) -> None:
        """Run again from the time at which the clock stands; a running clock runs on."""
        with self._lock:
            if self._frozen_at is not None:
                self._offset = self._frozen_at - self._monotonic()
                self._frozen_at = None


def pause(seconds: float) -> None:
    """Let `seconds` of real time pass, for the commands that wait for a server of their own."""
    time.sleep(seconds)
