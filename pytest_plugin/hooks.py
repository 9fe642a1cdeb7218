"""Puts the doors into the HTTP libraries while a mock is active, and takes them out again.

A library that is not imported yet gets its door when it is; one that nobody imports costs nothing.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module

from reelmock.contracts.contract import load_contract
from reelmock.pytest_plugin.doors.carrying import MissingExtraError
from reelmock.pytest_plugin.guard import guard
from reelmock.pytest_plugin.late_imports import watch
from reelmock.pytest_plugin.stack import STACK, Stack

# Library → the module of its door. In this order: a library that is built on another one goes before it.
DOORS = {
    name: f"reelmock.pytest_plugin.doors.{name}_door"
    for name in ("httpx", "httpx2", "requests", "aiohttp", "urllib3", "urllib", "vcr")
}

# What has to be imported for a library to be in use.
TELLING = {**{name: name for name in DOORS}, "urllib": "urllib.request", "vcr": "vcr.cassette"}


class Hooks:
    """The hooks of this process: installed while there is an active mock."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._undo: list[Callable[[], None]] = []
        self._missing: list[str] = []

    def install(self) -> None:
        """Put a door into every library that is imported, and watch for the others."""
        late = {}
        for library, module in TELLING.items():
            install = partial(self._install_door, library)
            if module in sys.modules:
                install()
            else:
                late[module] = install
        self._undo.append(watch(late))
        self._undo.append(guard(self._stack, self.hint))

    def remove(self) -> None:
        """Take everything out again, the last first."""
        while self._undo:
            self._undo.pop()()
        self._missing.clear()

    def _install_door(self, library: str) -> None:
        try:
            self._undo.append(import_module(DOORS[library]).install(self._stack))
        except MissingExtraError as error:
            self._missing.append(str(error))

    def hint(self) -> str:
        """What may be missing: the extras of libraries that are in use."""
        return " ".join(self._missing)


HOOKS = Hooks(STACK)


def warm_up() -> None:
    """Load now what the first mock would have to load: it may stand in a test with a deadline, as Hypothesis' have."""
    for library, module in TELLING.items():
        if module in sys.modules:
            with suppress(MissingExtraError):
                import_module(DOORS[library])
    load_contract()
