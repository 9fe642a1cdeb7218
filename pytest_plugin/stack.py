"""The mocks that are active in this process, the innermost last: what every door and the guard of sockets ask.

Hooks into libraries are process-wide, so this is too: the one global of the project, since a hook can't be handed an
argument.
"""

import threading
from typing import Protocol

from reelmock.contracts.exchange import Request
from reelmock.mockserver.reply import Reply


class Answering(Protocol):
    """An active mock, as the doors see it."""

    def answers(self, host: str) -> bool:
        """Whether requests to this host are answered here."""

    def blocks(self, host: str) -> bool:
        """Whether a connection to this host is refused, rather than let go on to the network."""

    def handle(self, request: Request) -> Reply:
        """The reply to a request to one of the hosts that are answered."""

    @property
    def skips(self) -> bool:
        """Whether waiting moves the clock; otherwise nobody waits at all, since no door takes real time for it."""

    def waited(self, seconds: float) -> None:
        """Let a thread wait so long, where waiting moves the clock."""


class Stack:
    """The active mocks of this process."""

    def __init__(self) -> None:
        self._mocks: tuple[Answering, ...] = ()
        self._lock = threading.Lock()

    def push(self, mock: Answering) -> bool:
        """Make a mock the innermost one; True when it is the first, so that hooks have to be installed."""
        with self._lock:
            self._mocks = (*self._mocks, mock)
            return len(self._mocks) == 1

    def drop(self, mock: Answering) -> bool:
        """Take a mock out, wherever it stands; True when none is left, so that hooks have to be removed."""
        with self._lock:
            self._mocks = tuple(other for other in self._mocks if other is not mock)
            return not self._mocks

    def answering(self, host: str | None) -> Answering | None:
        """The innermost mock that answers this host, or None: then the request goes on its way."""
        name = (host or "").lower().rstrip(".")
        return next((mock for mock in reversed(self._mocks) if mock.answers(name)), None)

    def blocking(self, host: str) -> Answering | None:
        """The innermost mock that refuses a connection to this host, or None."""
        name = host.lower().rstrip(".")
        return next((mock for mock in reversed(self._mocks) if mock.blocks(name)), None)


STACK = Stack()
