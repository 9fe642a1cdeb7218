"""One `ReelMock` at work in this process: on the stack, with the hooks in."""

import threading
from contextlib import ExitStack

from reelmock.mockserver.clock import VirtualClock
from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.hooks import HOOKS
from reelmock.pytest_plugin.reelmock_api import ReelMock
from reelmock.pytest_plugin.stack import STACK
from reelmock.pytest_plugin.when import warn_of_unused

# A mock is on the stack if and only if the hooks are in: threads may begin and end at the same moment.
CHANGING = threading.RLock()


class Interception:
    """One `ReelMock` at work: it stands on the stack, and the hooks are in while any does."""

    def __init__(self, api: ReelMock) -> None:
        self.api = api
        self._undo = ExitStack()

    def start(self) -> None:
        """Answer from now on. ReelmockError when there is no host whose requests could be answered."""
        if not self.api.hosts:
            raise ReelmockError(
                "the document names no host in `servers`, so there is nothing to answer. Give the hosts that your "
                "client calls: hosts=('api.example.com',)"
            )
        with CHANGING, ExitStack() as undo:
            undo.callback(self._drop)
            if STACK.push(self.api):
                HOOKS.install()
            self.api.hint = HOOKS.hint
            if self.api.options.sleep == "skip" and isinstance(self.api.clock, VirtualClock):
                # Here, because what replaces functions of `time` is not to be loaded unless it is wanted.
                from reelmock.pytest_plugin.virtual_time import VirtualTime  # noqa: PLC0415

                self.api.sleep = undo.enter_context(VirtualTime(self.api.clock)).sleep
            self._undo = undo.pop_all()

    def stop(self, error: BaseException | None) -> None:
        """Answer no more. An endless polling that a client's thread or task ate is raised here again."""
        with CHANGING:
            self._undo.close()
        if self.api.endless is not None and error is None:
            raise self.api.endless
        if error is None:
            warn_of_unused(self.api.engine.scenarios, self.api.home)

    def _drop(self) -> None:
        if STACK.drop(self.api):
            HOOKS.remove()
