"""Requests per second over loopback, as a share of what a bare Starlette app manages in the same minute."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Final

from reelmock.benchmarks.load import Tally, always, create_and_poll, load
from reelmock.benchmarks.rows import Effort, Row, quartiles
from reelmock.benchmarks.servers import RunningServer, bare_server, fake_server
from reelmock.benchmarks.wire import ask, create, create_bytes, poll_bytes

CONNECTIONS: Final = 16
CROWD: Final = 64
NO_LIMIT: Final = 10_000_000
WARM_UP_S: Final = 0.3

# From what share of its CPU on the client would limit what it measures.
CLIENT_LIMIT: Final = 0.9


@dataclass(frozen=True, slots=True)
class Run:
    """One load of one server; `cpu_us` is what each answer cost the server in µs of CPU time, None if not known."""

    tally: Tally
    cpu_us: float | None


Shot = Callable[[float], Run]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Runs of the fake and of the bare app, one beside the other."""

    fake: list[Run]
    bare: list[Run]

    @property
    def ratios(self) -> list[float]:
        """The fake's rate over the bare app's, pair by pair; 0 where the bare app gave nothing."""
        rates = [(fake.tally.rate, bare.tally.rate) for fake, bare in zip(self.fake, self.bare, strict=True)]
        return [fake / bare if bare else 0.0 for fake, bare in rates]

    @property
    def cpu_ratios(self) -> list[float]:
        """The same by CPU time: what else runs on the machine moves it less."""
        times = [(fake.cpu_us, bare.cpu_us) for fake, bare in zip(self.fake, self.bare, strict=True)]
        return [bare / fake for fake, bare in times if fake and bare]

    @property
    def tallies(self) -> list[Tally]:
        """What came of all runs."""
        return [run.tally for run in (*self.fake, *self.bare)]


def measure(effort: Effort) -> list[Row]:
    """The ratio and the rate of GET and of POST.

    Each pair has servers of its own: how a process happens to lie in memory moves its speed by some per cent.
    """
    polls, posts = Pairs([], []), Pairs([], [])
    created = polled = 0
    for number in range(effort.pairs):
        with fake_server() as fake:
            generation_id, created = create(fake.url)
            polled = len(ask(fake.url, poll_bytes(generation_id)).body)
            with bare_server(created, polled) as bare:
                for pairs, shot in ((polls, _poll), (posts, _post)):
                    _pair(pairs, partial(shot, fake), partial(shot, bare), effort, fake_first=number % 2 == 0)
    return [*_rows("GET", polls, 0.8, polled), *_rows("POST", posts, 0.6, created)]


def measure_crowd(effort: Effort) -> list[Row]:
    """What goes wrong when 64 connections post and poll at once."""
    with fake_server() as fake:
        tally = load(fake.url, create_and_poll, CROWD, seconds=effort.crowd_s, requests=NO_LIMIT)
    remark = f"{tally.answers:,} answers in {tally.seconds:.1f} s, POST and GET in turn: {tally.wrong} not 200"
    name = f"errors with {CROWD} connections"
    return [Row(name, tally.errors, "errors", f"{remark}, {tally.broken} broken", at_most=0, digits=0)]


def _poll(server: RunningServer, seconds: float) -> Run:
    """Poll a generation made just now: it is queued for 2 s, so all polls get the same state."""
    generation_id, _ = create(server.url)
    return _run(server, poll_bytes(generation_id), seconds)


def _post(server: RunningServer, seconds: float) -> Run:
    return _run(server, create_bytes(), seconds)


def _run(server: RunningServer, request: bytes, seconds: float) -> Run:
    before = server.cpu_s
    tally = load(server.url, always(request), CONNECTIONS, seconds=seconds, requests=NO_LIMIT)
    after = server.cpu_s
    known = before is not None and after is not None and tally.answers > 0
    return Run(tally, ((after or 0.0) - (before or 0.0)) / tally.answers * 1e6 if known else None)


def _pair(pairs: Pairs, fake: Shot, bare: Shot, effort: Effort, *, fake_first: bool) -> None:
    """One more pair of runs, one right after the other."""
    turns = [(fake, pairs.fake), (bare, pairs.bare)]
    for shot, runs in turns if fake_first else reversed(turns):
        shot(WARM_UP_S)
        runs.append(shot(effort.run_s))


def _rows(method: str, pairs: Pairs, at_least: float, size: int) -> list[Row]:
    """The ratio is judged; the rates are for information, because they are the machine's more than ours."""
    remark = quartiles(pairs.ratios) + " pairs" + _trouble(pairs.tallies)
    by_cpu = pairs.cpu_ratios
    return [
        Row(f"{method}, fake / bare app", median(pairs.ratios), "ratio", remark, at_least=at_least, digits=3),
        Row(
            f"{method}, the same by CPU time",
            median(by_cpu) if by_cpu else None,
            "ratio",
            "bare / fake CPU per answer: less moved by what else runs"
            if by_cpu
            else "not measured: this system has no /proc/PID/stat",
            digits=3,
        ),
        _rate(f"{method}, fake", pairs.fake, size),
        _rate(f"{method}, bare app", pairs.bare, size),
    ]


def _rate(name: str, runs: list[Run], size: int) -> Row:
    times = [run.cpu_us for run in runs if run.cpu_us]
    cpu = f", {median(times):.0f} µs of CPU each" if times else ""
    remark = f"{CONNECTIONS} connections, {len(runs)} runs, bodies of {size} bytes{cpu}"
    return Row(name, median(run.tally.rate for run in runs), "requests/s", remark, digits=0)


def _trouble(tallies: list[Tally]) -> str:
    """What makes the figures doubtful; empty when nothing does."""
    errors, busiest = sum(tally.errors for tally in tallies), max(tally.busy for tally in tallies)
    wrong = f"; {errors} ERRORS" if errors else ""
    slow = f"; the client was {busiest:.0%} busy, which limits both" if busiest > CLIENT_LIMIT else ""
    return wrong + slow
