"""Refuses real connections while a mock is active: whatever got past the doors ends here, with the host's name.

An audit hook hears of every look-up and connection of Python's own sockets, whatever library makes them. It can't be
taken out of a process again, so it is put in once and asks a switch. A C library with sockets of its own (pycurl, grpc)
is not heard, and of an address it can't be told whose it is.
"""

import errno
import socket
import sys
import threading
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any, TypeAlias

from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.stack import Stack

# Raises for a host that must not be reached.
Refuse: TypeAlias = Callable[[str], None]

# Audit event → where the host, or the address with it, stands among its arguments.
LOOKUPS = {"socket.getaddrinfo": 0, "socket.gethostbyname": 0, "socket.gethostbyaddr": 0}
CONNECTIONS = {"socket.connect": 1, "socket.sendto": 1, "socket.sendmsg": 1}

FAMILIES = (socket.AF_INET, socket.AF_INET6)

ANSWERED = "httpx, httpx2, requests, aiohttp, urllib3 or urllib"


class RealConnectionError(ReelmockError, ConnectionError):
    """A real connection that was about to be made while a mock is active.

    An OSError with errno and text, because libraries pass that on, or wrap it together with its text.
    """

    def __str__(self) -> str:
        return str(self.strerror)


class Switch:
    """What the audit hook asks: nothing when it is off."""

    def __init__(self) -> None:
        self._refusals: tuple[Refuse, ...] = ()
        self._hooked = False
        self._lock = threading.Lock()

    def turn_on(self, refuse: Refuse) -> None:
        """Ask `refuse` about every host, from now on."""
        with self._lock:
            self._refusals = (*self._refusals, refuse)
            if not self._hooked:
                sys.addaudithook(self._hook())
                self._hooked = True

    def turn_off(self, refuse: Refuse) -> None:
        """Ask it no more."""
        with self._lock:
            self._refusals = tuple(other for other in self._refusals if other is not refuse)

    def _hook(self) -> Callable[[str, tuple[Any, ...]], None]:
        # It runs for every event of the process, and to the end of it when modules are empty already: so it first looks
        # for the event in a local name.
        heard = LOOKUPS | CONNECTIONS

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            if event in heard and self._refusals:
                host = _host(event, arguments)
                if host and not _is_loopback(host):
                    for refuse in self._refusals:
                        refuse(host)

        return hook


SWITCH = Switch()


def guard(stack: Stack, hint: Callable[[], str]) -> Callable[[], None]:
    """Refuse the connections that the mocks of `stack` block, and return what switches that off again.

    `hint` gives a sentence more, or "", for a host that a mock answers: what may be missing.
    """

    def refuse(host: str) -> None:
        mock = stack.blocking(host)
        if mock is not None:
            text = _got_past(host, hint()) if mock.answers(_plain(host)) else _blocked(host)
            raise RealConnectionError(errno.EACCES, text)

    SWITCH.turn_on(refuse)
    return lambda: SWITCH.turn_off(refuse)


def _got_past(host: str, hint: str) -> str:
    missing = f"{hint.rstrip('.')}. " if hint else ""
    return (
        f"reelmock refused a real connection to {host}: it stands in for that host, and this request got past it. "
        f"{missing}It answers {ANSWERED}; for any other library, or a transport of your own, give your client the URL "
        "of the fixture `reelmock_server`"
    )


def _blocked(host: str) -> str:
    return (
        f"reelmock refused a real connection to {host}: other_hosts='block' lets none through but to this machine. "
        f"To have it answered, add it to hosts=('{host}',); to let it through, leave other_hosts at 'pass'"
    )


def _host(event: str, arguments: tuple[Any, ...]) -> str:
    """The host that an event is about, or "" when it is about none."""
    if event in LOOKUPS:
        name = arguments[LOOKUPS[event]]
    else:
        address = arguments[CONNECTIONS[event]]
        inet = getattr(arguments[0], "family", None) in FAMILIES
        name = address[0] if inet and isinstance(address, tuple) and address else ""
    if isinstance(name, bytes | bytearray):
        name = name.decode("latin-1")
    return name if isinstance(name, str) else ""


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


def _is_loopback(host: str) -> bool:
    """Whether this is the machine itself: by a name for it, or by an address that leads to it."""
    name = _plain(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        # A server that listens everywhere asks what its own machine is called.
        return name == _plain(socket.gethostname())
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return address.is_loopback or address.is_unspecified
