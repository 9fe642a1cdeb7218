"""What can go wrong on the wire. The engine names a fault, a door enacts it: on a socket, or as its library does."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Something that goes wrong with one reply, after the request was handled: what the client sees of it."""

    REFUSE = "refuse"
    """The connection is refused."""
    RESET = "reset"
    """The connection is reset before a byte of the reply."""
    CLOSE = "close"
    """The connection is closed before a byte of the reply."""
    RESET_BODY = "reset-body"
    """The connection is reset in the middle of the body."""
    TRUNCATE = "truncate"
    """The body ends in its middle, and is shorter than its Content-Length."""
    HANG = "hang"
    """No reply ever comes."""
    STALL = "stall"
    """The body stops in its middle, and the connection stays open."""
    TRICKLE = "trickle"
    """The body comes a few bytes at a time."""
    GARBAGE = "garbage"
    """What comes is no HTTP."""


@dataclass(frozen=True, slots=True)
class Trickle:
    """How the body of a trickling reply comes: so many bytes at a time, with so many seconds in between."""

    size: int = 64
    pause_s: float = 0.1
