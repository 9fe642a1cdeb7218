"""Who sees real time wherever it runs: what measures and carries out tests, and what waits for other processes."""

import sys
from functools import lru_cache
from types import FrameType

from reelmock.pytest_plugin.callers import OURS

# pytest and what works for it: durations, time-outs, deadlines of examples.
_TOOLS = frozenset({"_pytest", "pytest", "pluggy", "xdist", "execnet", "hypothesis", "coverage"})

# They look after a process in small sleeps. What another process does takes real time.
_PROCESSES = frozenset({"subprocess", "multiprocessing"})

# The parts of the standard library whose waiting is virtual, and which keep functions of `time` under their own names.
_CARRIED = frozenset({"threading", "queue", "sched"})


@lru_cache(maxsize=4096)
def sees_real_time(module: str) -> bool:
    """Whether calls from this module go to the real functions."""
    return _is_tool(module) or module.partition(".")[0] in _PROCESSES or module.startswith(OURS)


def _is_tool(module: str) -> bool:
    top = module.partition(".")[0]
    return top in _TOOLS or top.startswith("pytest_")


def calls_from_tool(frame: FrameType) -> bool:
    """Whether the code in this frame sees real time."""
    return sees_real_time(frame.f_globals.get("__name__") or "")


def starts_real_threads(frame: FrameType) -> bool:
    """Whether threads that the code in this frame starts see real time: a tool's, and that of the live server."""
    module = frame.f_globals.get("__name__") or ""
    return _is_tool(module) or module.startswith("reelmock.mockserver")


def is_live_server(frame: FrameType | None) -> bool:
    """Whether the thread that stands in this frame is that of a live server."""
    while frame is not None:
        if frame.f_code.co_name == "_run" and frame.f_globals.get("__name__") == "reelmock.mockserver.live":
            return True
        frame = frame.f_back
    return False


def keeps_its_names(module: str) -> bool:
    """Whether functions of `time` that a module has bound stay the real ones."""
    top = module.partition(".")[0]
    return sees_real_time(module) or (top in sys.stdlib_module_names and module not in _CARRIED)
