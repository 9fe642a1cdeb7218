"""How often a key may ask: a number of requests in any second. What is over it gets 429 with `Retry-After`."""

import math
import threading
from collections import deque

from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.generations import RESOLUTION

WINDOW_S = 1.0

# With so many keys, those that have been quiet for a second are forgotten.
MANY_OWNERS = 10_000


class RateLimit:
    """At most `limit` requests of one owner in any second. Those that are refused do not count."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # Owner → the times of its last requests, as many as the limit: the first of them says when the next may come.
        self._times: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, owner: str, now: float) -> None:
        """Count a request at `now` (seconds since 1970). Refusal when it is one too many."""
        with self._lock:
            times = self._times.get(owner)
            if times is None:
                times = self._first(owner, now)
            wait = times[0] + WINDOW_S - now if len(times) == self._limit else 0.0
            if wait <= RESOLUTION:
                times.append(now)
                return
        raise refused("too_many_requests", wait, self._limit)

    def _first(self, owner: str, now: float) -> deque[float]:
        if len(self._times) >= MANY_OWNERS:
            self._times = {known: times for known, times in self._times.items() if now - times[-1] < WINDOW_S}
        found = self._times[owner] = deque(maxlen=self._limit)
        return found


def refused(case: str, wait_s: float, limit: int) -> Refusal:
    """The 429 for what may be tried again in `wait_s` seconds: told in whole ones, at least 1."""
    seconds = max(1, math.ceil(wait_s - RESOLUTION))
    return Refusal(case, headers=(("retry-after", str(seconds)),), limit=f"{limit:,}")
