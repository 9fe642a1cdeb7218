"""The functions of the time that really passes, whatever anybody has put into the module `time`."""

from collections.abc import Callable
from importlib.machinery import BuiltinImporter
from importlib.util import module_from_spec
from typing import Any


def _fresh() -> Any:
    """A module `time` of our own: a test may have replaced the functions of the shared one before we were imported."""
    spec = BuiltinImporter.find_spec("time")
    if spec is None or spec.loader is None:
        raise ImportError("reelmock's virtual time needs a Python whose module `time` is built in")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_TIME = _fresh()

sleep: Callable[[float], None] = _TIME.sleep
time: Callable[[], float] = _TIME.time
monotonic: Callable[[], float] = _TIME.monotonic
perf_counter: Callable[[], float] = _TIME.perf_counter
