"""Whose code is at work: the user's, a package's, Python's or ours. Messages and warnings point at the user's."""

import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from inspect import unwrap
from pathlib import PurePath
from types import FrameType

# The parts of reelmock that are no test.
OURS = ("reelmock.contracts", "reelmock.mockserver", "reelmock.pytest_plugin")

# So often another thread's stack is looked at.
ATTEMPTS = 5

PACKAGES = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True)
class Place:
    """A line of code, and its module."""

    file: str
    line: int
    module: str

    def warn(self, warning: Warning) -> None:
        """What `warnings.warn` does, here. Without a module's registry no warning is held to be told already."""
        warnings.warn_explicit(warning, None, self.file, self.line, self.module)


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's own code, from this one on outwards, or None.

    What stands beyond pluggy is whoever runs pytest.
    """
    while frame is not None and _top(frame) != "pluggy":
        if not _is_pythons_or_ours(frame) and not PACKAGES.intersection(PurePath(frame.f_code.co_filename).parts):
            return frame
        frame = frame.f_back
    return None


def foreign_frame(frame: FrameType) -> FrameType:
    """The innermost frame that is the user's, or else a package's; this one where all is Python's and ours."""
    found: FrameType | None = users_frame(frame) or frame
    while found is not None and _is_pythons_or_ours(found):
        found = found.f_back
    return found or frame


def caller() -> Place:
    """The line of the user's, or else a package's, that called us."""
    return _place_of(foreign_frame(sys._getframe(1)))


def place_of_function(function: Callable[..., object]) -> Place | None:
    """Where a function begins; None for one that is not written in Python."""
    code = getattr(unwrap(function), "__code__", None)
    return Place(code.co_filename, code.co_firstlineno, function.__module__) if code else None


def sender() -> Place | None:
    """The user's line that sent the request which this thread answers, or None.

    A server's thread has no such line, nor has a worker's: the main thread waits for them, as a rule in the test.
    """
    idents = (threading.get_ident(), threading.main_thread().ident)
    # A thread that runs on may leave the very frames that are looked at: then its stack seems to end early.
    for _ in range(ATTEMPTS):
        frames = sys._current_frames()
        found = (users_frame(frames.get(ident or 0)) for ident in idents)
        if (frame := next(filter(None, found), None)) is not None:
            return _place_of(frame)
    return None


def _place_of(frame: FrameType) -> Place:
    return Place(frame.f_code.co_filename, frame.f_lineno, _module(frame))


def _is_pythons_or_ours(frame: FrameType) -> bool:
    return _top(frame) in sys.stdlib_module_names or _module(frame).startswith(OURS)


def _top(frame: FrameType) -> str:
    return _module(frame).partition(".")[0]


def _module(frame: FrameType) -> str:
    return frame.f_globals.get("__name__") or ""
