"""How much memory the fake holds, and whether it stops growing."""

from itertools import pairwise
from typing import Final

from reelmock.benchmarks.load import create_and_poll, load
from reelmock.benchmarks.rows import Effort, Row
from reelmock.benchmarks.servers import RunningServer, fake_server

CONNECTIONS: Final = 16
LARGEST_MB: Final = 70.0
LARGEST_GROWTH: Final = 3.0

# The load gives up after this many seconds for each thousand requests.
LIMIT_S_PER_THOUSAND: Final = 1.5

# From here on the store (10,000 generations) and its list of dropped ids (10,000) are full: every second request posts.
FULL_AFTER: Final = 40_000


def measure(effort: Effort) -> list[Row]:
    """RSS after the start and after so many POSTs and GETs, and the growth between the last two marks."""
    with fake_server() as fake:
        start = fake.rss_mb
        if start is None:
            return [Row("memory, fake", None, "MB", "not measured: this system has no /proc/PID/status")]
        rows = [Row("memory after the start", start, "MB", "VmRSS", at_most=LARGEST_MB, digits=1)]
        sizes: list[float] = []
        for before, mark in pairwise((0, *effort.memory_marks)):
            remark = _load(fake, mark - before)
            sizes.append(fake.rss_mb or 0.0)
            name = f"memory after {mark:,} requests"
            rows.append(Row(name, sizes[-1], "MB", remark, at_most=LARGEST_MB, digits=1))
    return [*rows, _growth(effort.memory_marks[-2], sizes)]


def _load(fake: RunningServer, requests: int) -> str:
    """Send so many requests; the remark says what went wrong, or how fast it was."""
    limit = requests / 1000 * LIMIT_S_PER_THOUSAND
    tally = load(fake.url, create_and_poll, CONNECTIONS, seconds=limit, requests=requests)
    errors = f"; {tally.errors} ERRORS" if tally.errors else ""
    missing = f"; STOPPED {requests - tally.answers:,} short of it" if tally.answers < requests else ""
    return f"POST and GET in turn, {tally.rate:,.0f} requests/s{errors}{missing}"


def _growth(since: int, sizes: list[float]) -> Row:
    growth = (sizes[-1] / sizes[-2] - 1) * 100
    name = f"growth since {since:,} requests"
    if since < FULL_AFTER:
        return Row(name, growth, "%", f"not judged: the store is full from {FULL_AFTER:,} requests on", digits=1)
    return Row(name, growth, "%", "flat: everything that is kept is bounded", at_most=LARGEST_GROWTH, digits=1)
