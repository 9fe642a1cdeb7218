"""One virtual time: an engine's clock, and everything that reads it or waits for it.

The clock stands still while anybody works, and goes to the earliest deadline as soon as nobody does. Where that can't
be for a second, it runs with the wall: then nothing ends too early, nothing hangs, and a warning says why.
"""

import threading
import warnings
from collections.abc import Callable
from enum import Enum
from typing import Any
from weakref import WeakSet

from reelmock.mockserver.clock import VirtualClock
from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.sleepers import Quiet, Sleeper, Sleepers

# After this many real seconds in which nothing moved the clock, it runs with the wall.
PATIENCE_S = 1.0

# How long a sleeper really sleeps before it looks around again, in seconds: the next one whose turn it is, and the
# others, who are called.
SHORT_S = 0.0005
LONG_S = 0.004

# Who sleeps for longer, in seconds, means for ever: nobody takes the clock there.
FOREVER_S = 1e9


class RealTimeWarning(UserWarning):
    """Something waits in real time although `sleep="skip"` was asked for; the text says what holds it up."""


class State(Enum):
    """`PAUSED` while another virtual time within this one is active."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Timeline:
    """The seconds since `with VirtualTime(clock)` began, as everybody within it sees them."""

    def __init__(self, clock: VirtualClock, sleepers: Sleepers, outer: "Timeline | None") -> None:
        self.sleepers = sleepers
        self.state: State = State.RUNNING
        self.loops: WeakSet[Any] = WeakSet()
        self.told_of_loop = False
        self._clock = clock
        # Reentrant: a signal's handler or a finaliser may ask for the time at any moment.
        self._lock = threading.RLock()
        # Kept beside the clock's own number, which is so large that it loses what timers are compared by.
        self._elapsed = 0.0
        self._seen = clock.now()
        self._moved_at = real.monotonic()
        self._quiet: tuple[float, float] | None = None
        self._held: dict[int, tuple[object, float]] = {}
        self._warned = False
        self._error: Warning | None = None
        self._started = real.monotonic() if outer is None else outer.monotonic()
        self._perf_started = real.perf_counter() if outer is None else outer.perf_counter()

    def elapsed(self) -> float:
        """How many seconds have passed."""
        with self._lock:
            self._notice()
            return self._elapsed

    def time(self) -> float:
        """What `time.time` answers: the engine's clock."""
        self.elapsed()
        return self._clock.now()

    def monotonic(self) -> float:
        """What `time.monotonic` answers: it goes on from what it was before."""
        return self._started + self.elapsed()

    def perf_counter(self) -> float:
        """What `time.perf_counter` answers."""
        return self._perf_started + self.elapsed()

    def until(self, monotonic: float) -> float:
        """A moment of `monotonic` as a deadline of a sleeper."""
        return monotonic - self._started

    def wait(self, seconds: float, attempt: Callable[[float], bool], busy: Callable[[], str] | None = None) -> bool:
        """Let a thread wait for `seconds`, or until `attempt` succeeds, and say whether it did.

        `attempt(n)` really waits for up to n seconds. `busy` says whether it is about to succeed.
        """
        sleeper = Sleeper(self, self.elapsed() + seconds, busy)
        with self.sleepers.seated(sleeper):
            while not attempt(0):
                if self.state is State.ENDED:
                    return attempt(max(0.0, sleeper.deadline - self._elapsed))
                if self.reach(sleeper):
                    return attempt(0)
                if attempt(sleeper.pause):
                    break
            return True

    def sleep(self, seconds: float) -> None:
        """Let a thread sleep."""
        sleeper = Sleeper(self, self.elapsed() + seconds)
        with self.sleepers.seated(sleeper):
            while not self.reach(sleeper):
                if self.state is State.ENDED:
                    real.sleep(max(0.0, sleeper.deadline - self._elapsed))
                    return
                sleeper.bell.acquire(timeout=sleeper.pause)

    def reach(self, sleeper: Sleeper) -> bool:
        """Whether a sleeper's time has come. The clock goes there when nobody has anything to do before."""
        with self._lock:
            self._notice()
            if self._elapsed >= sleeper.deadline:
                return True
            if self.state is not State.RUNNING or sleeper.deadline > FOREVER_S:
                sleeper.pause = LONG_S
                return False
            found = self.sleepers.look(sleeper)
            if isinstance(found, Quiet) and self._quiet_for(sleeper) >= found.needed:
                self._move(sleeper.deadline - self._elapsed)
                self._elapsed = sleeper.deadline
                self._quiet = None
                self._held.clear()
                self.sleepers.call_those_due(sleeper)
                return True
        if isinstance(found, Quiet):
            sleeper.pause = SHORT_S
        elif found.reason:
            # Looking around all the time would keep those busy for whom we wait.
            sleeper.pause = min(max(2 * sleeper.pause, SHORT_S), LONG_S)
            self._quiet = None
            self._complain(sleeper.waits_for or sleeper, found.reason)
        else:
            sleeper.pause = LONG_S
        return False

    def _quiet_for(self, sleeper: Sleeper) -> float:
        """For how many seconds nobody was seen at work, by this sleeper and others that wait for the same moment."""
        now = real.monotonic()
        if self._quiet is None or self._quiet[0] != sleeper.deadline:
            self._quiet = (sleeper.deadline, now)
        # One that begins to wait does not know what was before.
        return now - max(self._quiet[1], sleeper.since)

    def pause(self) -> None:
        """Stand still, however long that takes: another virtual time begins within this one."""
        self.state = State.PAUSED

    def resume(self) -> None:
        """Go on: the virtual time within this one is over."""
        with self._lock:
            self.state = State.RUNNING
            self._moved_at = real.monotonic()

    def end(self) -> float:
        """Be over, and say where `monotonic` stood."""
        with self._lock:
            last = self.monotonic()
            self.state = State.ENDED
            return last

    def raise_warning(self) -> None:
        """Raise the warning that a filter had made an error, where it could not be raised."""
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _move(self, seconds: float) -> None:
        self._clock.advance(seconds)
        self._elapsed += seconds
        self._seen = self._clock.now()
        self._moved_at = real.monotonic()

    def _notice(self) -> None:
        """Take over what somebody else did to the clock, and what passed really beyond our patience."""
        if self.state is not State.RUNNING:
            return
        now = self._clock.now()
        if now != self._seen:
            self._elapsed += now - self._seen
            self._seen = now
            self._moved_at = real.monotonic()
            self._held.clear()
            return
        beyond = real.monotonic() - self._moved_at - PATIENCE_S
        if beyond > 0:
            self._move(beyond)
            self._moved_at = real.monotonic() - PATIENCE_S

    def _complain(self, waiting: object, reason: str) -> None:
        """Warn once, when the same one has been held up for as long as we are patient."""
        now = real.monotonic()
        if len(self._held) > 100:  # of short waits that never reached their time-outs
            self._held.clear()
        _, since = self._held.setdefault(id(waiting), (waiting, now))
        if self._warned or now - since < PATIENCE_S:
            return
        self._warned = True
        text = (
            f"reelmock skips no time here, but waits in real time: {reason}. Let that end before something sleeps, or "
            "let the clock alone with sleep='real'"
        )
        try:
            warnings.warn(text, RealTimeWarning, stacklevel=2)
        except RealTimeWarning as error:
            # Raised here it would end an event loop or a thread, and its waiters would wait for ever.
            self._error = error
