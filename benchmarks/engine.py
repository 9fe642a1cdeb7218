"""What the engine itself costs, without any socket: this is what the in-process doors add to a test."""

import time
from statistics import mean, median
from typing import Final

from reelmock.benchmarks.rows import Effort, Row
from reelmock.benchmarks.wire import KEY, ROUTE, generation_id_of, payload
from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Hold
from reelmock.mockserver.settings import Settings
from reelmock.mockserver.store import MAX_GENERATIONS

WARM_UP_CYCLES: Final = 100
FULL_STORE_POSTS: Final = 500


def post_request(body: bytes) -> Request:
    """A POST with the headers that client libraries send."""
    headers = (
        ("host", "127.0.0.1"),
        ("accept", "*/*"),
        ("user-agent", "reelmock-benchmark"),
        ("authorization", f"Bearer {KEY}"),
        ("content-type", "application/json"),
        ("content-length", str(len(body))),
    )
    return Request("POST", ROUTE, (), headers, body, "http://127.0.0.1")


def get_request(generation_id: str) -> Request:
    """A GET with the headers that client libraries send."""
    headers = (
        ("host", "127.0.0.1"),
        ("accept", "*/*"),
        ("user-agent", "reelmock-benchmark"),
        ("authorization", f"Bearer {KEY}"),
    )
    return Request("GET", ROUTE, (("generation_id", generation_id),), headers, b"", "http://127.0.0.1")


def answer(engine: Engine, request: Request) -> Response:
    """The engine's response. RuntimeError when it is not a 200: a refusal must not be measured as an answer."""
    response = engine.handle(request).response
    if response.status != 200:
        raise RuntimeError(f"{request!r} was answered with {response.status}: {response.body[:200]!r}")
    return response


def measure(effort: Effort) -> list[Row]:
    """The time of one POST and three GETs."""
    engine = Engine(load_contract(), RunningClock())
    for _ in range(WARM_UP_CYCLES):
        _cycle(engine)
    times = [_cycle(engine) for _ in range(effort.cycles)]
    posts, gets = [post for post, _ in times], [get for _, get in times]
    whole = [post + get for post, get in times]
    remark = f"mean of {len(times):,}, median {median(whole) * 1000:.3f}; the four together"
    return [
        Row("engine, one POST and three GETs", mean(whole) * 1000, "ms", remark, at_most=0.25, digits=3),
        Row("engine, the POST", mean(posts) * 1000, "ms", f"median {median(posts) * 1000:.3f}", digits=3),
        Row("engine, one GET", mean(gets) / 3 * 1000, "ms", f"median {median(gets) / 3 * 1000:.3f}", digits=3),
    ]


def measure_full_store(effort: Effort) -> list[Row]:
    """The time of a POST for which the store has to make room, when nothing in it has finished: for information."""
    engine = Engine(load_contract(), RunningClock(), Settings(progression=Hold()))
    post = post_request(payload())
    before = _mean_ms(engine, post, effort.cycles)
    for _ in range(MAX_GENERATIONS - effort.cycles):
        answer(engine, post)
    after = _mean_ms(engine, post, FULL_STORE_POSTS)
    remark = f"{after / before:.1f} times a POST into a store with room; nothing in it has finished"
    return [Row("engine, a POST with a full store", after, "ms", remark, digits=3)]


def _mean_ms(engine: Engine, request: Request, times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        answer(engine, request)
    return (time.perf_counter() - start) / times * 1000


def _cycle(engine: Engine) -> tuple[float, float]:
    """The seconds that a POST takes, and three GETs together; the making of the requests is not counted."""
    post = post_request(payload())
    start = time.perf_counter()
    created = answer(engine, post)
    middle = time.perf_counter()
    get = get_request(generation_id_of(created.body))
    begin = time.perf_counter()
    for _ in range(3):
        answer(engine, get)
    return middle - start, time.perf_counter() - begin
