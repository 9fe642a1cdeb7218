"""What stands in for the functions of `time`, and for the waiting of threads."""

import math
import operator
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.patches import Patches
from reelmock.pytest_plugin.virtual_time.timeline import Timeline
from reelmock.pytest_plugin.virtual_time.tools import calls_from_tool, starts_real_threads

Function = Callable[..., Any]


class Replacement:
    """A function of `time` within a virtual time; outside of one it is the real function.

    An object and no function, so that a class that keeps it as an attribute does not make a method of it.
    """

    def __init__(self, function: Function, virtual: Function) -> None:
        self.function = function
        self.__name__: str = function.__name__
        self.__qualname__: str = function.__name__
        self.__module__ = "time"
        self.__doc__ = function.__doc__
        self._virtual = virtual

    def __call__(self, *args: Any) -> Any:
        """See the function of the same name."""
        timeline = ACTIVE.here()
        if timeline is None or calls_from_tool(sys._getframe(1)):
            return self.function(*args)
        return self._virtual(timeline, *args)

    def instead_of(self, function: Any) -> "Replacement":
        """The same for another function, to which it goes back."""
        return self if function is self.function else Replacement(function, self._virtual)

    def __repr__(self) -> str:
        return f"<{self.function!r}, in reelmock's virtual time>"


def _sleep(timeline: Timeline, seconds: Any) -> None:
    wanted: float = seconds if isinstance(seconds, int | float) else operator.index(seconds)
    if not 0 < wanted < math.inf:
        # Nothing lets other threads run, the others are errors.
        real.sleep(wanted)
        return
    timeline.sleep(wanted)


def _nanoseconds(seconds: float) -> int:
    return int(seconds * 1_000_000_000)


VIRTUAL: dict[str, Function] = {
    "sleep": _sleep,
    "time": Timeline.time,
    "monotonic": Timeline.monotonic,
    "perf_counter": Timeline.perf_counter,
    "time_ns": lambda timeline: _nanoseconds(timeline.time()),
    "monotonic_ns": lambda timeline: _nanoseconds(timeline.monotonic()),
    "perf_counter_ns": lambda timeline: _nanoseconds(timeline.perf_counter()),
}


def replacements(time: Any) -> dict[str, Replacement]:
    """What stands in for each function of the module `time`, by name."""
    found = {name: getattr(time, name) for name in VIRTUAL}
    # Somebody who replaced one of ours within a block may have put it back after the block.
    functions = {name: value.function if type(value) is Replacement else value for name, value in found.items()}
    return {name: Replacement(functions[name], virtual) for name, virtual in VIRTUAL.items()}


_WAIT = threading.Condition.wait
_JOIN = threading.Thread.join
_START = threading.Thread.start


def patch_threads(patches: Patches) -> None:
    """Make the waiting of threads with a time-out virtual. All of `threading` and `queue` is built on these."""
    patches.set(threading.Condition, "wait", _wait)
    patches.set(threading.Thread, "join", _join)
    patches.set(threading.Thread, "start", _start)


def _wait(self: Any, timeout: float | None = None) -> bool:
    """See `threading.Condition.wait`, whose lines these are, except that the waiter is asked again and again."""
    timeline = None if timeout is None or timeout <= 0 else ACTIVE.here()
    if timeline is None or timeout is None:
        return _WAIT(self, timeout)
    if not self._is_owned():
        raise RuntimeError("cannot wait on un-acquired lock")
    waiter = threading.Lock()
    waiter.acquire()
    self._waiters.append(waiter)
    saved = self._release_save()
    notified = False
    try:
        notified = timeline.wait(timeout, partial(_acquire, waiter), partial(_notified, self, waiter))
        return notified
    finally:
        self._acquire_restore(saved)
        if not notified:
            with suppress(ValueError):
                self._waiters.remove(waiter)


def _acquire(waiter: threading.Lock, seconds: float) -> bool:
    return waiter.acquire(timeout=seconds)


def _notified(condition: Any, waiter: threading.Lock) -> str:
    try:
        waiting = waiter.locked() and waiter in condition._waiters
    except RuntimeError:  # the queue of waiters changes at this moment
        waiting = False
    return "" if waiting else "a thread was notified and has not gone on yet"


def _join(self: threading.Thread, timeout: float | None = None) -> None:
    """See `threading.Thread.join`."""
    timeline = None if timeout is None or timeout <= 0 else ACTIVE.here()
    if timeline is None or timeout is None or calls_from_tool(sys._getframe(1)):
        _JOIN(self, timeout)
        return
    _JOIN(self, 0)  # an error for a thread that can't be joined
    timeline.wait(timeout, partial(_joined, self), lambda: "" if self.is_alive() else "a thread has ended")


def _joined(thread: threading.Thread, seconds: float) -> bool:
    _JOIN(thread, seconds)
    return not thread.is_alive()


def _start(self: threading.Thread) -> None:
    """See `threading.Thread.start`. What a tool starts, as pytest-timeout its timer, lives in real time as it does."""
    if ACTIVE.sleepers.is_exempt(threading.get_ident()) or starts_real_threads(sys._getframe(1)):
        ACTIVE.sleepers.exempt(self)
    _START(self)
