"""Which sockets of an event loop have something on its way, so that the loop has to wait really.

A socket on which something was sent is waiting for the answer until something is read from it. One from which something
was read is given a moment, in case that more follows, and then counts as idle, as a kept-alive connection is.
"""

import os
import selectors
import socket
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from reelmock.pytest_plugin.virtual_time import real
from reelmock.pytest_plugin.virtual_time.active import ACTIVE
from reelmock.pytest_plugin.virtual_time.patches import Patches

# An answer that pauses for longer than this, in seconds, counts as complete.
SETTLE_S = 0.05

_SENDING = ("send", "sendall", "sendto", "sendmsg", "connect", "connect_ex")
_READING = ("recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into")


@dataclass(frozen=True, slots=True)
class _Last:
    """What was last done with a socket: whether an answer is awaited since, and when that was."""

    awaits: bool
    at: float


class Sockets:
    """What was last done with each socket."""

    def __init__(self) -> None:
        self._last: WeakKeyDictionary[socket.socket, _Last] = WeakKeyDictionary()
        self._accepted: WeakSet[socket.socket] = WeakSet()

    def patch(self, patches: Patches) -> None:
        """Notice what is done with sockets from now on."""
        self._last.clear()
        # pytest-socket and the like put a subclass into its place.
        kind: Any = next(kind for kind in socket.socket.__mro__ if kind.__module__ == "socket")
        for names, awaits in ((_SENDING, True), (_READING, False)):
            for name in names:
                if hasattr(kind, name):
                    patches.set(kind, name, self._noting(getattr(kind, name), awaits))
        patches.set(kind, "accept", self._accepting(kind.accept))

    def awaited_by(self, loop: Any) -> str:
        """What an event loop of asyncio waits for that is on its way, or ""."""
        selector = loop._selector
        registered = getattr(selector, "get_map", None)
        if registered is None:
            # Windows' proactor tells only how many operations are pending; one is its own wake-up.
            return "I/O is pending" if len(getattr(selector, "_cache", ())) > 1 else ""
        try:
            keys = list((registered() or {}).values())
            own = loop._ssock.fileno()
            sockets = {found.fileno(): found for found in list(self._last)}
        except RuntimeError:  # its thread changes them at this moment
            return "I/O is pending"
        for key in keys:
            if key.fd != own:
                found = self._awaited(key, sockets.get(key.fd))
                if found:
                    return found
        return ""

    def _awaited(self, key: selectors.SelectorKey, found: socket.socket | None) -> str:
        if key.events & selectors.EVENT_WRITE:
            return f"file descriptor {key.fd} waits to be written to or connected"
        if found is None:
            return "" if _is_socket(key.fd) else f"file descriptor {key.fd} is open, a pipe or a process"
        last = self._last.get(found, _Last(awaits=False, at=0.0))
        if last.awaits and not self._leads_to_ourselves(found):
            return f"an answer is awaited from {_peer(found)}"
        return f"more may come from {_peer(found)}" if real.monotonic() - last.at < SETTLE_S else ""

    def _leads_to_ourselves(self, found: socket.socket) -> bool:
        """Whether a server in this process has the other end: what that does is seen in its tasks and threads."""
        try:
            name = found.getsockname()
        except OSError:
            return False
        return any(_peer(other) == f"{name}" for other in tuple(self._accepted))

    def _noting(self, method: Callable[..., Any], awaits: bool) -> Callable[..., Any]:
        connects = method.__name__ == "connect"

        def noting(found: socket.socket, /, *args: Any, **kwargs: Any) -> Any:
            if connects:  # a socket that does not block raises here, and connects nevertheless
                self._last[found] = _Last(awaits, real.monotonic())
            result = method(found, *args, **kwargs)
            # Who answers awaits nothing.
            if found not in self._accepted:
                self._last[found] = _Last(awaits, real.monotonic())
            return result

        ACTIVE.sleepers.resting.look_through(noting.__code__)
        return noting

    def _accepting(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def accept(found: socket.socket) -> Any:
            connection, address = method(found)
            # What a thread in real time does is not looked at, so its answers are awaited as those of a stranger.
            if ACTIVE.here() is not None:
                self._accepted.add(connection)
            return connection, address

        return accept


def _is_socket(descriptor: int) -> bool:
    try:
        return stat.S_ISSOCK(os.fstat(descriptor).st_mode)
    except OSError:  # Windows' sockets are no files; one that is closed awaits nothing
        return True


def _peer(found: socket.socket) -> str:
    try:
        return f"{found.getpeername()}"
    except OSError:
        return f"socket {found.fileno()}"


SOCKETS = Sockets()
