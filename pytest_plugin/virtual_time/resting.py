"""Which threads visibly have nothing to do, told from where they stand.

A thread rests when it waits for another one without end: in `Condition.wait` (so in `Event.wait`, `Queue.get`,
`Future.result`), in `Thread.join`, for a lock that is taken, as an idle worker of a pool, or as a server for its next
client. Any other thread counts as working, a socket's as well as a computing one: then time passes really.
"""

import math
import selectors
import socket
import sys
import threading
from collections.abc import Callable
from types import CodeType, FrameType
from typing import Any, cast

from reelmock.pytest_plugin.callers import foreign_frame
from reelmock.pytest_plugin.virtual_time.locks import waits_for_taken_lock

Place = tuple[tuple[CodeType, int], ...]
# Says whether a thread rests at its place; None where the place alone does not tell.
Rule = Callable[[FrameType], bool | None]

# How long a thread has to be seen at rest, in seconds, where it can't be seen for sure: an idle worker may just have
# taken a task, and a thread that waits for a lock may just have got it.
IDLE_S = 0.003
LOCKED_S = 0.025


def where(ident: int, frame: FrameType) -> str:
    """A working thread for a reader: its name, and the file and line at which it is, or from which it was called."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    place = foreign_frame(frame)
    return f"thread '{names.get(ident, ident)}' is at work in {place.f_code.co_filename}:{place.f_lineno}"


class Resting:
    """The rules by which a thread counts as resting."""

    def __init__(self) -> None:
        self._sure: dict[CodeType, Rule] = {
            _code(threading.Condition.wait): _waits_in_condition,
            _code(threading.Thread.join): _joins,
        }
        join_up_to_3_12 = getattr(threading.Thread, "_wait_for_tstate_lock", None)
        if join_up_to_3_12 is not None:
            self._sure[_code(join_up_to_3_12)] = _joins
        self._transparent: set[CodeType] = set()
        self._likely: dict[CodeType, Rule] = {
            _code(socket.socket.accept): lambda _: True,
            _code(socket.SocketIO.readinto): _serves,
        }
        for kind in vars(selectors).values():
            if isinstance(kind, type) and "select" in vars(kind):
                self._likely[_code(vars(kind)["select"])] = _serves

    def learn(self, code: CodeType, rule: Rule) -> None:
        """One more place at which a thread waits for another one."""
        self._sure[code] = rule

    def look_through(self, code: CodeType) -> None:
        """A function of ours that does nothing but call another one."""
        self._transparent.add(code)

    def place_of(self, frame: FrameType | None) -> Place:
        """Where a thread stands: the code and the instruction of each of its frames."""
        place = []
        while frame is not None:
            if frame.f_code not in self._transparent:
                place.append((frame.f_code, frame.f_lasti))
            frame = frame.f_back
        return tuple(place)

    def needed(self, frame: FrameType) -> float | None:
        """For how many seconds a thread has to be seen here to be resting; infinity for one that works.

        None for one that may be working, for all that its place tells.
        """
        while frame.f_code in self._transparent and frame.f_back is not None:
            frame = frame.f_back
        code = frame.f_code
        if code in self._sure:
            return _verdict(self._sure[code], frame, 0)
        if code in self._likely:
            return _verdict(self._likely[code], frame, IDLE_S)
        if frame.f_globals.get("__name__", "").startswith(_OURS):
            return math.inf  # it looks around, too
        return _verdict(waits_for_taken_lock, frame, LOCKED_S)


def _verdict(rule: Rule, frame: FrameType, needed: float) -> float | None:
    """What a rule says. Its thread may go on while we look; what then can't be read is no rest."""
    try:
        rests = rule(frame)
    except (KeyError, AttributeError, RuntimeError, TypeError, ValueError):
        return math.inf
    return None if rests is None else needed if rests else math.inf


def _waits_in_condition(frame: FrameType) -> bool:
    """`Condition.wait`, and nobody has notified yet."""
    names = frame.f_locals
    return names["waiter"].locked() and names["waiter"] in names["self"]._waiters and not _starts_a_thread(frame)


def _starts_a_thread(frame: FrameType) -> bool:
    """A thread that is being started has no frame yet, but whoever starts it waits for it, a few frames down."""
    caller: FrameType | None = frame
    for _ in range(5):
        caller = caller.f_back if caller is not None else None
        if caller is not None and caller.f_code is _START:
            return True
    return False


def _joins(frame: FrameType) -> bool:
    """`Thread.join`, and the other thread is still there. (Its lock may be held by the one who joins, at the end.)"""
    return frame.f_locals["self"].ident in sys._current_frames()


def _serves(frame: FrameType) -> bool | None:
    """A server of the standard library between two requests: it does nothing until a client does."""
    caller = frame.f_back
    while caller is not None and caller.f_code.co_filename in _BETWEEN:
        caller = caller.f_back
    name = "" if caller is None else caller.f_code.co_name
    if caller is not None and name == "_run_once":
        # An event loop that began to wait before the block. It was called, and has not looked at the time yet.
        return not caller.f_locals["self"]._ready
    # By name: werkzeug, and so pytest-httpserver, has a `handle_one_request` of its own.
    return True if name in ("serve_forever", "handle_one_request") else None


def _code(function: Any) -> CodeType:
    return cast("CodeType", function.__code__)


_OURS = __name__.rpartition(".")[0]
_START = _code(threading.Thread.start)
_BETWEEN = {selectors.__file__, socket.__file__}
