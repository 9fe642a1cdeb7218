"""asyncio in virtual time: when a loop would block until its next timer, the clock goes there instead.

A loop goes on to its next iteration through `BaseEventLoop._run_once`, and asks `BaseEventLoop.time`; both look the
same from Python 3.11 on. Loops that ran before are covered too, since both are looked up each time.
"""

import asyncio
import heapq
import math
import sys
import warnings
from contextlib import suppress
from functools import partial
from threading import get_ident
from types import FrameType
from typing import Any

from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.patches import Patches
from reelmock.pytest_plugin.virtual_time.sleepers import Sleeper
from reelmock.pytest_plugin.virtual_time.sockets import SOCKETS
from reelmock.pytest_plugin.virtual_time.timeline import RealTimeWarning, State, Timeline

_BASE: Any = asyncio.BaseEventLoop
_RUN_ONCE = _BASE._run_once
_RUNNER: Any = asyncio.Runner
_RUN = _RUNNER.run


def patch_loops(patches: Patches) -> None:
    """Make the loops of asyncio virtual."""
    patches.set(_BASE, "time", _time)
    patches.set(_BASE, "_run_once", _run_once)
    patches.set(_RUNNER, "run", _run)
    SOCKETS.patch(patches)


def look_at_running_loops() -> None:
    """Warn where the block began in a loop that can't be virtual, and have those of other threads look at the time."""
    for ident, frame in sys._current_frames().items():
        caller: FrameType | None = frame
        while caller is not None and caller.f_code is not _RUN_ONCE.__code__:
            caller = caller.f_back
        loop = None if caller is None else caller.f_locals.get("self")
        if loop is not None and ident != get_ident() and not ACTIVE.sleepers.is_exempt(ident):
            with suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(lambda: None)
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # there is none
        return
    _warn_of_others(loop)


def _time(loop: Any) -> float:
    """See `asyncio.loop.time`."""
    timeline = ACTIVE.here()
    if timeline is None:
        return real.monotonic()
    timeline.loops.add(loop)
    return timeline.monotonic()


def _run(runner: Any, *args: Any, **kwargs: Any) -> Any:
    if ACTIVE.here() is not None:
        _warn_of_others(runner.get_loop())
    return _RUN(runner, *args, **kwargs)


def _virtual(loop: Any) -> bool:
    kind = type(loop)
    return getattr(kind, "time", None) is _time and getattr(kind, "_run_once", None) is _run_once


def _warn_of_others(loop: Any) -> None:
    timeline = ACTIVE.here()
    if timeline is None or timeline.told_of_loop or _virtual(loop):
        return
    timeline.told_of_loop = True
    kind = f"{type(loop).__module__}.{type(loop).__qualname__}"
    warnings.warn(
        f"reelmock can't skip time in an event loop of {kind}, which keeps a time of its own: it sleeps in real time. "
        "Run the test on asyncio's own loop, or use sleep='real'",
        RealTimeWarning,
        stacklevel=4,
    )


def _run_once(loop: Any) -> None:
    timeline = ACTIVE.here()
    if timeline is not None and _virtual(loop):
        timeline.loops.add(loop)
        if not _going_on(loop):
            _idle(loop, timeline)
    _RUN_ONCE(loop)


def _going_on(loop: Any) -> bool:
    return bool(loop._ready) or bool(loop._stopping)


def _idle(loop: Any, timeline: Timeline) -> None:
    """Wait as the loop would, until something happens or the next timer is due."""
    timer = _next_timer(loop)
    deadline = math.inf if timer is None else timeline.until(timer.when())
    sleeper = Sleeper(timeline, deadline, partial(_busy, loop), timer)
    with timeline.sleepers.seated(sleeper):
        # Without a timer somebody else has to wake the loop, and does: the end of the virtual time as well.
        while not _poll(loop, sleeper.pause if timer is not None else None):
            if timeline.state is State.ENDED or (timer is not None and timeline.reach(sleeper)):
                return


def _poll(loop: Any, wait: float | None) -> bool:
    loop._process_events(loop._selector.select(wait))
    return _going_on(loop)


def _busy(loop: Any) -> str:
    return "a callback of an event loop is due" if _going_on(loop) else SOCKETS.awaited_by(loop)


def _next_timer(loop: Any) -> Any:
    """The next timer that was not cancelled. Those before it are dropped, as the loop itself would."""
    while loop._scheduled and loop._scheduled[0]._cancelled:
        loop._timer_cancelled_count -= 1
        heapq.heappop(loop._scheduled)._scheduled = False
    return loop._scheduled[0] if loop._scheduled else None


def set_back(loop: Any, seconds: float) -> None:
    """Keep what remains until each timer of a loop when its time goes back by `seconds`."""
    if loop.is_closed():
        return
    # Those that are set from now on know the new time.
    timers = list(loop._scheduled)

    def shift() -> None:
        for timer in timers:
            timer._when -= seconds
        heapq.heapify(loop._scheduled)

    try:
        running = asyncio.get_running_loop()
    except RuntimeError:
        running = None
    if loop.is_running() and loop is not running:
        loop.call_soon_threadsafe(shift)
    else:
        shift()
