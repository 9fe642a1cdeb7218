"""Who waits for which moment, and whether everybody else in this process has nothing to do until then."""

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread, get_ident
from threading import enumerate as enumerate_threads
from types import CodeType, FrameType
from weakref import WeakSet, WeakValueDictionary

from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.resting import IDLE_S, Place, Resting, where
from reelmock.pytest_plugin.virtual_time.tools import is_live_server


def _silent_bell() -> Lock:
    bell = Lock()
    bell.acquire()
    return bell


@dataclass(eq=False, slots=True, weakref_slot=True)
class Sleeper:
    """One who waits: a thread that sleeps, or an event loop whose next timer is not due.

    `deadline` is counted in seconds since `owner`, a timeline, began. `busy` says why the sleeper is about to go on
    without any time passing (a callback is due, a reply is on its way), or "". `waits_for` is what it is called for.
    `since` is when it began, in real time, and `pause` for how long it should really sleep now, unless `bell` is rung:
    released.
    """

    owner: object
    deadline: float
    busy: Callable[[], str] | None = None
    waits_for: object = None
    thread: int = field(default_factory=get_ident)
    since: float = field(default_factory=real.monotonic)
    pause: float = 0
    bell: Lock = field(default_factory=_silent_bell)


@dataclass(frozen=True, slots=True)
class Held:
    """The clock can't go on: `reason`, or "" when somebody else is the next to move it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nobody has anything to do, if that is still seen after `needed` seconds."""

    needed: float


class Sleepers:
    """All who wait in this process, and the threads that are left alone."""

    def __init__(self) -> None:
        self.resting: Resting = Resting()
        self._all: set[Sleeper] = set()
        self._pollers: WeakValueDictionary[tuple[CodeType, int], Sleeper] = WeakValueDictionary()
        self._exempt: WeakSet[Thread] = WeakSet()
        self._homes: dict[int, Place] = {}

    def exempt(self, thread: Thread) -> None:
        """Let a thread live in real time, and let nobody wait for it."""
        self._exempt.add(thread)

    def is_exempt(self, ident: int) -> bool:
        """Whether this thread lives in real time."""
        # A number may be given again to another thread after the first has ended.
        return any(thread.ident == ident and thread.is_alive() for thread in tuple(self._exempt))

    def remember_homes(self) -> None:
        """Note where every thread stands now: one that is there again has nothing to do with what is tested.

        xdist's thread that reads from its pipe is one of them. A live server that runs already stays in real time.
        """
        threads = {thread.ident: thread for thread in enumerate_threads()}
        frames = sys._current_frames()
        frames.pop(get_ident(), None)
        self._homes = {ident: self.resting.place_of(frame) for ident, frame in frames.items()}
        for ident, frame in frames.items():
            if ident in threads and is_live_server(frame):
                self.exempt(threads[ident])

    @contextmanager
    def seated(self, sleeper: Sleeper) -> Iterator[None]:
        """Have a sleeper among the others for the length of a block."""
        self._all.add(sleeper)
        try:
            yield
        finally:
            self._all.discard(sleeper)
            others = [other for other in tuple(self._all) if other.owner is sleeper.owner]
            if others:
                _ring(min(others, key=lambda other: other.deadline))

    def call_those_due(self, sleeper: Sleeper) -> None:
        """The clock went to the deadline of this sleeper: wake the others whose it is as well."""
        for other in tuple(self._all):
            if other.owner is sleeper.owner and other.deadline <= sleeper.deadline:
                _ring(other)

    def know(self, code: CodeType, owner: object, sleeper: Sleeper) -> None:
        """Tell a sleeper by the method in which its thread waits: `code`, called on `owner`, which lives as long."""
        self._pollers[code, id(owner)] = sleeper

    def look(self, me: Sleeper) -> Held | Quiet:
        """Whether the clock may go to the deadline of `me`, as far as everybody is concerned."""
        others = [other for other in tuple(self._all) if other is not me]
        for sleeper in (me, *others):
            held = _held_by(sleeper, me)
            if held is not None:
                return held
        return self._look_at_threads(me, {get_ident(), *(other.thread for other in others)})

    def _look_at_threads(self, me: Sleeper, seated: set[int]) -> Held | Quiet:
        """The threads that did not say that they wait: some visibly rest, the others work."""
        needed = 0.0
        for ident, frame in sys._current_frames().items():
            if ident in seated or self.is_exempt(ident):
                continue
            poller = self._poller(frame)
            if poller is not None:
                held = _held_by(poller, me)
                if held is not None:
                    return held
                continue
            rest = self.resting.needed(frame)
            if rest is None and self._homes.get(ident) == self.resting.place_of(frame):
                rest = IDLE_S
            if rest is None or math.isinf(rest):
                return Held(where(ident, frame))
            needed = max(needed, rest)
        return Quiet(needed)

    def _poller(self, frame: FrameType) -> Sleeper | None:
        if not self._pollers:
            return None
        return self._pollers.get((frame.f_code, id(frame.f_locals.get("self"))))


def _ring(sleeper: Sleeper) -> None:
    with suppress(RuntimeError):  # it rings already
        sleeper.bell.release()


def _held_by(sleeper: Sleeper, me: Sleeper) -> Held | None:
    reason = sleeper.busy() if sleeper.busy is not None else ""
    if reason:
        return Held(reason)
    return Held("") if sleeper.owner is me.owner and sleeper.deadline < me.deadline else None
