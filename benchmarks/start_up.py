"""How long it takes from the start of the process until GET /health answers."""

from statistics import median

from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.benchmarks.servers import BARE, FAKE, server_of


def measure(effort: Effort) -> list[Row]:
    """The fake's start-up in seconds, and as a multiple of the bare app's."""
    found: dict[str, list[float]] = {FAKE: [], BARE: []}
    for kind in found:
        _start(kind)  # so that byte code and files are in their caches
    for number in range(effort.start_ups):
        for kind in (FAKE, BARE) if number % 2 == 0 else (BARE, FAKE):
            found[kind].append(_start(kind))
    ratios = [fake / bare for fake, bare in zip(found[FAKE], found[BARE], strict=True)]
    return [
        Row("start-up, fake / bare app", median(ratios), "ratio", spread(ratios) + " pairs", at_most=2.5),
        Row("start-up, fake", median(found[FAKE]), "s", spread(found[FAKE]), at_most=0.6),
        Row("start-up, bare app", median(found[BARE]), "s", spread(found[BARE])),
    ]


def _start(kind: str) -> float:
    with server_of(kind) as server:
        return server.start_s
