"""`datetime.now` and `datetime.utcnow` in virtual time. (`today` asks `time.time`, and needs nothing.)

They read the wall in C, past `time.time`. backoff's `max_time` and many a client's deadline are counted by them, and
would never come while sleeping takes no time. A subclass in place of `datetime` would be seen by `type(…) is datetime`,
by pickles and by pydantic, so the methods themselves are replaced, in the dictionary of the class; CPython's own
interface for C tells its caches so. PyPy's `datetime` asks `time.time`.
"""

import ctypes
import gc
import sys
import warnings
from datetime import UTC, datetime, tzinfo
from typing import Any

from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.tools import calls_from_tool

_NOW: Any = vars(datetime)["now"]
_UTCNOW: Any = vars(datetime)["utcnow"]


def patch_dates() -> None:
    """Let `datetime.now` and `datetime.utcnow` move along with the virtual time."""
    _set(now=classmethod(_now), utcnow=classmethod(_utcnow))


def restore_dates() -> None:
    """Put the real methods back."""
    _set(now=_NOW, utcnow=_UTCNOW)


def _set(**methods: object) -> None:
    if sys.implementation.name != "cpython":
        return
    # What `vars` of a class gives is a read-only view; the dictionary is what the view refers to.
    (names,) = gc.get_referents(vars(datetime))
    names.update(methods)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime))


def _now(cls: type[datetime], tz: tzinfo | None = None) -> datetime:
    timeline = ACTIVE.here()
    if timeline is None or calls_from_tool(sys._getframe(1)):
        found: datetime = _NOW.__get__(None, cls)(tz)
        return found
    return cls.fromtimestamp(timeline.time(), tz)


def _utcnow(cls: type[datetime]) -> datetime:
    timeline = ACTIVE.here()
    if timeline is None or calls_from_tool(sys._getframe(1)):
        found: datetime = _UTCNOW.__get__(None, cls)()
        return found
    if sys.version_info >= (3, 12):
        warnings.warn("datetime.datetime.utcnow() is deprecated", DeprecationWarning, stacklevel=2)
    return cls.fromtimestamp(timeline.time(), UTC).replace(tzinfo=None)
