"""The credentials in an exchange, so that a report can mask them wherever they turn up."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote

from reelmock.contracts.exchange import SECRET
from reelmock.contracts.recorded import Recorded

# What is shorter is no key that anybody has given out, and masking it everywhere would make a report unreadable. The
# header that it came in is masked all the same. Cookies hold more words than secrets.
SHORTEST_KEY = 6
SHORTEST_COOKIE = 12

# What a header says whose key somebody has forgotten, or taken out.
SCHEMES = frozenset({"bearer", "basic", "digest", "negotiate"})


def credentials(exchanges: Iterable[Recorded]) -> tuple[str, ...]:
    """Each credential in headers and query parameters once, as it may turn up elsewhere; the longest first, so that
    replacing one leaves no piece of another."""
    found = {secret for exchange in exchanges for secret in _of_exchange(exchange)}
    written = found | {quote(secret, safe="") for secret in found}
    return tuple(sorted(written, key=lambda secret: (-len(secret), secret)))


def _of_exchange(exchange: Recorded) -> Iterator[str]:
    received = exchange.response.headers if exchange.response is not None else ()
    for name, value in (*exchange.request.headers, *exchange.request.query, *received):
        if SECRET.search(name.lower()):
            yield from _of_field(name.lower(), value)


def _of_field(name: str, value: str) -> Iterator[str]:
    """The secrets in one field: what it says, without the scheme before it, or the values of its cookies."""
    if "cookie" in name:
        pairs = value.split(";") if name == "cookie" else value.split(";")[:1]
        values = (pair.partition("=")[2].strip().strip('"') for pair in pairs)
        yield from (value for value in values if len(value) >= SHORTEST_COOKIE)
        return
    scheme, _, key = value.partition(" ")
    secret = key if scheme and key and " " not in key else value
    if len(secret) >= SHORTEST_KEY and secret.lower() not in SCHEMES:
        yield secret
