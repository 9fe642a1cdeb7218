"""trio in virtual time: a run's clock, built on trio's own `MockClock`, which trio asks to jump when a run is idle.

A run that was begun before gets its clock when the virtual time begins in it; a run that is over needs nothing.
"""

import math
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import get_ident
from types import FrameType
from typing import Any
from weakref import WeakSet

from reelmock.pytest_plugin.late_imports import watch
from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.patches import Patches
from reelmock.pytest_plugin.virtual_time.sleepers import Sleeper
from reelmock.pytest_plugin.virtual_time.timeline import Timeline


class Pacer:
    """Gives one run its time."""

    def __init__(self, trio: Any, offset: float) -> None:
        self._trio = trio
        self._offset = offset
        self._runner: Any = None
        self._sleeper = Sleeper(None, math.inf, self._busy)
        # trio lets nobody else jump than its own `MockClock`, and nobody inherit from that.
        self.clock: Any = trio._core.MockClock()
        self.clock.current_time = self.current_time
        self.clock.deadline_to_sleep_time = self._sleep_time
        self.clock.start_clock = self.start
        self.clock._autojump = self._jump
        self.clock.reelmock = self

    def current_time(self) -> float:
        """What the run sees."""
        timeline = ACTIVE.here()
        return self._offset + (real.monotonic() if timeline is None else timeline.monotonic())

    def set_back(self, seconds: float) -> None:
        """Let the run's time go on where it is when `time.monotonic` goes back by `seconds`."""
        self._offset += seconds

    def start(self) -> None:
        """A run begins, in this thread."""
        self.pace(self._trio._core._run.GLOBAL_RUN_CONTEXT.runner)

    def pace(self, runner: Any) -> None:
        """Give this run its time."""
        self._runner = runner
        self.skip()
        waits = type(self._runner.io_manager).get_events.__code__
        ACTIVE.sleepers.know(waits, self._runner.io_manager, self._sleeper)

    def skip(self) -> None:
        """Have trio call us as soon as the run is idle."""
        if self._runner is not None:
            self._runner.clock_autojump_threshold = 0

    def _sleep_time(self, deadline: float) -> float:
        """What trio asks right before it waits."""
        now = self.current_time()
        timeline = ACTIVE.here()
        self._sleeper.owner = timeline
        self._sleeper.deadline = math.inf if timeline is None else timeline.until(deadline - self._offset)
        self._sleeper.waits_for = _first_to_expire(self._runner)
        return deadline - now

    def _jump(self) -> None:
        """What trio calls when the run is idle and waited for `clock_autojump_threshold` real seconds."""
        timeline = ACTIVE.here()
        if timeline is None:
            self._runner.clock_autojump_threshold = math.inf
        elif timeline is self._sleeper.owner:
            reached = timeline.reach(self._sleeper)
            self._runner.clock_autojump_threshold = 0 if reached else self._sleeper.pause

    def _busy(self) -> str:
        runner = self._runner
        if runner.runq or runner.entry_queue.size():
            return "a task of a trio run is due"
        return _awaited_by(runner)


def _first_to_expire(runner: Any) -> object:
    heap = getattr(getattr(runner, "deadlines", None), "_heap", None)
    return heap[0][-1] if heap else None


def _awaited_by(runner: Any) -> str:
    """What a run waits for that is on its way, or "": in trio, only who wants to read waits for a socket."""
    registered = getattr(runner.io_manager, "_registered", None)
    if registered is None:
        statistics = runner.io_manager.statistics()
        # One reads what wakes the run up.
        return "I/O is pending" if statistics.tasks_waiting_read + statistics.tasks_waiting_write > 1 else ""
    own = runner.entry_queue.wakeup.wakeup_sock.fileno()
    for key in list(registered):
        descriptor = key[0] if isinstance(key, tuple) else key
        if descriptor != own and not _listens(descriptor):
            return f"a trio task waits for file descriptor {descriptor}"
    return ""


def _listens(descriptor: int) -> bool:
    """Whether this is a server's socket, which waits for clients and for no answer."""
    try:
        found = socket.socket(fileno=descriptor)
    except OSError:
        return False
    try:
        return bool(found.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))
    except OSError:
        return False
    finally:
        found.detach()


class Runs:
    """The runs of trio that are paced."""

    def __init__(self) -> None:
        self._pacers: WeakSet[Pacer] = WeakSet()
        self._system_clock: Any = None

    def patch(self, patches: Patches) -> Callable[[], None]:
        """Pace every run that begins from now on, also if trio is not imported yet; returns what ends the watch."""
        if "trio" in sys.modules:
            self._patch(patches)
            return lambda: None
        return watch({"trio": partial(self._patch, patches)})

    def begin(self) -> None:
        """A virtual time begins: pace the run in this thread, and skip in those that are paced already."""
        for pacer in tuple(self._pacers):
            pacer.skip()
        trio: Any = sys.modules.get("trio")
        for runner in () if trio is None else _runners(trio):
            # A clock of the test's own stays.
            if type(runner.clock) is self._system_clock:
                pacer = self._pacer(trio, runner.clock.current_time() - _monotonic())
                pacer.pace(runner)
                runner.clock = pacer.clock
                with suppress(trio.RunFinishedError):  # it waits, as long as it would have without a virtual time
                    runner.entry_queue.run_sync_soon(lambda: None)

    def set_back(self, seconds: float) -> None:
        """A virtual time ended, and `time.monotonic` went back by `seconds`."""
        for pacer in tuple(self._pacers):
            pacer.set_back(seconds)

    def _patch(self, patches: Patches) -> None:
        trio: Any = sys.modules["trio"]
        self._system_clock = trio._core._run.SystemClock
        patches.set(trio._core._run, "SystemClock", lambda: self._pacer(trio, 0).clock)
        cache: Any = trio._core._thread_cache
        ACTIVE.sleepers.resting.learn(cache.WorkerThread._work.__code__, _worker_idles)

    def _pacer(self, trio: Any, offset: float) -> Pacer:
        pacer = Pacer(trio, offset)
        self._pacers.add(pacer)
        return pacer


def _runners(trio: Any) -> list[Any]:
    """The runs that go on now: this thread's, also in guest mode, and those of other threads."""
    found = [getattr(trio._core._run.GLOBAL_RUN_CONTEXT, "runner", None)]
    for ident, frame in sys._current_frames().items():
        caller: FrameType | None = frame
        while caller is not None and caller.f_code is not trio._core._run.run.__code__:
            caller = caller.f_back
        if caller is not None and ident != get_ident() and not ACTIVE.sleepers.is_exempt(ident):
            found.append(caller.f_locals.get("runner"))
    return [runner for runner in found if runner is not None]


def _worker_idles(frame: FrameType) -> bool:
    worker = frame.f_locals["self"]
    return bool(worker._worker_lock.locked()) and worker._job is None


def _monotonic() -> float:
    timeline: Timeline | None = ACTIVE.here()
    return real.monotonic() if timeline is None else timeline.monotonic()


RUNS = Runs()
