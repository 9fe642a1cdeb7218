"""Requests per second over loopback, as a share of what a bare Starlette app manages in the same minute."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

from reelmock.benchmarks.load import Tally, always, create_and_poll, load
from reelmock.benchmarks.rows import Effort, Row, quartiles
from reelmock.benchmarks.servers import bare_server, fake_server
from reelmock.benchmarks.wire import ask, create, create_bytes, poll_bytes

CONNECTIONS: Final = 16
CROWD: Final = 64
NO_LIMIT: Final = 10_000_000
WARM_UP_S: Final = 0.3

# From what share of its CPU on the client would limit what it measures.
CLIENT_LIMIT: Final = 0.9

Shot = Callable[[float], Tally]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Runs of the fake and of the bare app, one beside the other."""

    fake: list[Tally]
    bare: list[Tally]

    @property
    def ratios(self) -> list[float]:
        """The fake's rate over the bare app's, pair by pair; 0 where the bare app gave nothing."""
        return [fake.rate / bare.rate if bare.rate else 0.0 for fake, bare in zip(self.fake, self.bare, strict=True)]

    @property
    def errors(self) -> int:
        """Wrong and broken answers of both."""
        return sum(tally.errors for tally in (*self.fake, *self.bare))


def measure(effort: Effort) -> list[Row]:
    """The ratio and the rate of GET and of POST."""
    with fake_server() as fake:
        generation_id, created = create(fake.url)
        polled = len(ask(fake.url, poll_bytes(generation_id)).body)
        with bare_server(created, polled) as bare:
            polls = _pairs(effort, partial(_poll, fake.url), partial(_poll, bare.url))
            posts = _pairs(effort, partial(_post, fake.url), partial(_post, bare.url))
    return [*_rows("GET", polls, 0.8, polled), *_rows("POST", posts, 0.6, created)]


def measure_crowd(effort: Effort) -> list[Row]:
    """What goes wrong when 64 connections post and poll at once."""
    with fake_server() as fake:
        tally = load(fake.url, create_and_poll, CROWD, seconds=effort.crowd_s, requests=NO_LIMIT)
    remark = f"{tally.answers:,} answers in {tally.seconds:.1f} s, POST and GET in turn: {tally.wrong} not 200"
    name = f"errors with {CROWD} connections"
    return [Row(name, tally.errors, "errors", f"{remark}, {tally.broken} broken", at_most=0, digits=0)]


def _poll(url: str, seconds: float) -> Tally:
    """Poll a generation made just now: it is queued for 2 s, so all polls get the same state."""
    generation_id, _ = create(url)
    return load(url, always(poll_bytes(generation_id)), CONNECTIONS, seconds=seconds, requests=NO_LIMIT)


def _post(url: str, seconds: float) -> Tally:
    return load(url, always(create_bytes()), CONNECTIONS, seconds=seconds, requests=NO_LIMIT)


def _pairs(effort: Effort, fake: Shot, bare: Shot) -> Pairs:
    """Interleaved runs; who goes first changes from pair to pair."""
    found = Pairs([], [])
    for shot in (fake, bare):
        shot(WARM_UP_S)
    for number in range(effort.pairs):
        turns = [(fake, found.fake), (bare, found.bare)]
        for shot, tallies in turns if number % 2 == 0 else reversed(turns):
            tallies.append(shot(effort.run_s))
    return found


def _rows(method: str, pairs: Pairs, at_least: float, size: int) -> list[Row]:
    """The ratio is judged; the rate is for information, because it is the machine's more than ours."""
    busiest = max(tally.busy for tally in (*pairs.fake, *pairs.bare))
    errors = f"; {pairs.errors} ERRORS" if pairs.errors else ""
    slow_client = f"; the client was {busiest:.0%} busy, which limits both" if busiest > CLIENT_LIMIT else ""
    bare = median(tally.rate for tally in pairs.bare)
    remark = f"client up to {busiest:.0%} busy, bodies of {size} bytes" + errors
    return [
        Row(
            f"{method}, fake / bare app",
            median(pairs.ratios),
            "ratio",
            quartiles(pairs.ratios) + " pairs" + slow_client,
            at_least=at_least,
        ),
        Row(f"{method}, fake", median(tally.rate for tally in pairs.fake), "requests/s", remark, digits=0),
        Row(f"{method}, bare app", bare, "requests/s", f"{CONNECTIONS} connections, {len(pairs.bare)} runs", digits=0),
    ]
