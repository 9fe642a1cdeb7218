"""Notices a request that repeats an earlier one whose reply was lost: a second job is made, and costs a second time."""

import hashlib
import threading
from collections import OrderedDict
from typing import Final

from reelmock.mockserver.faults import Fault
from reelmock.mockserver.rules import BodyFault, Effect

REMEMBERED: Final = 1_000

# Through these a client still gets to know the id of its job.
HARMLESS: Final = frozenset({None, Fault.TRICKLE, BodyFault.WRONG_CONTENT_TYPE})


class Repeats:
    """The last 1,000 creations whose reply did not arrive in good order, by owner and body."""

    def __init__(self) -> None:
        self._lost: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def told(self, owner: str, body: bytes, number: int, effect: Effect) -> None:
        """Remember that request `number` made a job, if its client does not get to know of it."""
        if {effect.fault, effect.body} <= HARMLESS:
            return
        with self._lock:
            key = _key(owner, body)
            self._lost[key] = number
            self._lost.move_to_end(key)
            if len(self._lost) > REMEMBERED:
                self._lost.popitem(last=False)

    def note(self, owner: str, body: bytes) -> str:
        """What the journal says of a creation: which request it repeats, or "". It is repeated once: what comes after
        that repeats something only if this reply is lost too."""
        if not self._lost:  # nearly always there is nothing to compare with, and no body need be hashed
            return ""
        with self._lock:
            number = self._lost.pop(_key(owner, body), None)
        return "" if number is None else f"repeats request {number}: a second job, and a second charge"


def _key(owner: str, body: bytes) -> bytes:
    return hashlib.sha256(owner.encode() + b"\n" + body).digest()
