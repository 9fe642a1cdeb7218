"""Virtual time for the length of a block."""

import sys
import time
from contextlib import ExitStack
from threading import Thread
from typing import Self

from reelmock.mockserver.clock import VirtualClock
from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.dates import patch_dates, restore_dates
from reelmock.pytest_plugin.virtual_time.functions import patch_threads, replacements
from reelmock.pytest_plugin.virtual_time.loops import look_at_running_loops, patch_loops, set_back
from reelmock.pytest_plugin.virtual_time.names import Names
from reelmock.pytest_plugin.virtual_time.patches import Patches
from reelmock.pytest_plugin.virtual_time.pools import POOLS
from reelmock.pytest_plugin.virtual_time.timeline import Timeline
from reelmock.pytest_plugin.virtual_time.trio_runs import RUNS


class _Hooks:
    """What is replaced in this process while a virtual time is active."""

    def __init__(self) -> None:
        self._names = Names()
        self._undo = ExitStack()

    def install(self) -> None:
        """Replace the functions; what fails leaves nothing behind."""
        with ExitStack() as undo:
            patches = Patches()
            # The last is undone first: names are bound to the functions again when `time` has them back.
            undo.callback(self._names.restore)
            undo.callback(patches.undo)
            functions = replacements(time)
            for name, replacement in functions.items():
                patches.set(time, name, replacement)
            self._names.bind(functions)
            patch_threads(patches)
            POOLS.patch(patches)
            undo.callback(restore_dates)
            patch_dates()
            undo.callback(RUNS.patch(patches))
            patch_loops(patches)
            self._undo = undo.pop_all()

    def remove(self) -> None:
        """Put everything back."""
        self._undo.close()


_HOOKS = _Hooks()


# What may have put its own threads into the place of ours: a module, and its function that tells whether it has.
_GREEN = (("gevent.monkey", "is_module_patched"), ("eventlet.patcher", "is_monkey_patched"))


def _refuse_green_threads() -> None:
    for name, function in _GREEN:
        module = sys.modules.get(name)
        if module is not None and getattr(module, function)("time"):
            raise ReelmockError(
                f"time can't be skipped beside {name.partition('.')[0]}, which has replaced the functions of `time` "
                "and the threads. Use sleep='real', or run this test without its monkey patching"
            )


class VirtualTime:
    """Within it sleeping takes no time, but moves an engine's clock, and the functions of `time` move along.

    A context manager, or `start` and `stop`, to be used once. It is process-wide; of nested ones the innermost is in
    force. See docs/virtual-time.md for what is covered, and for what waits really, with a `RealTimeWarning`.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self._timeline: Timeline | None = None

    def start(self) -> None:
        """Begin. RuntimeError where it was started already, ReelmockError beside gevent and eventlet."""
        _refuse_green_threads()
        if self._timeline is not None:
            raise RuntimeError("this virtual time has begun already: make a new VirtualTime(clock) for each block")
        first = ACTIVE.innermost is None
        self._timeline = ACTIVE.push(self.clock)
        try:
            if first:
                _HOOKS.install()
            RUNS.begin()
            look_at_running_loops()
        except BaseException:
            self._end(self._timeline)
            raise

    def stop(self) -> None:
        """Put everything back as it was. Raises a `RealTimeWarning` that a filter has made an error."""
        if self._timeline is not None and self._timeline in ACTIVE:
            self._end(self._timeline)
            self._timeline.raise_warning()

    def sleep(self, seconds: float) -> None:
        """Let this thread sleep, as long as this time is in force; others go on meanwhile."""
        if self._timeline is not None and ACTIVE.innermost is self._timeline:
            self._timeline.sleep(seconds)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self.stop()
        except Warning:
            if error is None:
                raise

    def _end(self, timeline: Timeline) -> None:
        last = timeline.end()
        ACTIVE.drop(timeline)
        outer = ACTIVE.innermost
        if outer is None:
            _HOOKS.remove()
        lead = last - (real.monotonic() if outer is None else outer.monotonic())
        for loop in tuple(timeline.loops):
            set_back(loop, lead)
        RUNS.set_back(lead)


def exempt(thread: Thread) -> None:
    """Let a thread, and the event loop that runs in it, live in real time, within every virtual time.

    For servers: nobody waits for what such a thread does, other than for an answer from its socket.
    """
    ACTIVE.sleepers.exempt(thread)
