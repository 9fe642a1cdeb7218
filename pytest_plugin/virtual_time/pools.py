"""Workers of `ThreadPoolExecutor`: idle ones, told from those that have just taken a task."""

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import thread as pools
from concurrent.futures._base import PENDING
from types import FrameType
from typing import Any, cast
from weakref import WeakKeyDictionary, WeakSet

from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.patches import Patches

_SUBMIT = ThreadPoolExecutor.submit


class Pools:
    """The tasks of the pools of this process."""

    def __init__(self) -> None:
        self._tasks: WeakKeyDictionary[ThreadPoolExecutor, WeakSet[Future[Any]]] = WeakKeyDictionary()

    def patch(self, patches: Patches) -> None:
        """Know the tasks that are submitted from now on."""
        tasks = self._tasks

        def submit(self: ThreadPoolExecutor, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future = _SUBMIT(self, *args, **kwargs)
            tasks.setdefault(self, WeakSet()).add(future)
            return future

        patches.set(ThreadPoolExecutor, "submit", submit)
        ACTIVE.sleepers.resting.learn(cast("Any", pools)._worker.__code__, self._idles)

    def _idles(self, frame: FrameType) -> bool:
        """Nothing is left to be taken, and nothing was taken that has not begun."""
        pool = frame.f_locals["executor_reference"]()
        return frame.f_locals["work_queue"].empty() and not any(
            future._state == PENDING for future in tuple(self._tasks.get(pool, ()))
        )


POOLS = Pools()
