"""Who may come in: the key that a request has to bring, and how often it may come."""

import hashlib
from functools import lru_cache

from reelmock.contracts.conformance import bearer_key
from reelmock.contracts.exchange import Request
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.limits import RateLimit
from reelmock.mockserver.settings import Settings


class Gate:
    """The keys and the rate limit of one fake."""

    def __init__(self, settings: Settings) -> None:
        self._keys = settings.api_keys
        self._rate = None if settings.rate_limit is None else RateLimit(settings.rate_limit)
        # A client polls with one key; working out what stands for it once spares every poll the hash.
        self._owner_of = lru_cache(maxsize=256)(owner_of)

    def enter(self, request: Request, now: float, *, bearer: bool) -> str:
        """What stands for the key that came, or "" where none is wanted. Refusal for the key, then for the rate."""
        owner = ""
        if bearer:
            key = bearer_key(request)
            if key is None or (self._keys and key not in self._keys):
                challenge = (("www-authenticate", "Bearer"),)
                raise Refusal("missing_key" if key is None else "wrong_key", headers=challenge)
            owner = self._owner_of(key)
        if self._rate is not None:
            self._rate.check(owner, now)
        return owner


def owner_of(key: str) -> str:
    """What stands for a key in store, journal and accounts, which must not keep the key itself."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
