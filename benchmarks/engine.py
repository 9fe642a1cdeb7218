"""What the engine itself costs, without any socket: this is what the in-process doors add to a test."""

import time
from statistics import mean, median

from reelmock.benchmarks.rows import Effort, Row
from reelmock.benchmarks.wire import KEY, ROUTE, generation_id_of, payload
from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine

WARM_UP_CYCLES = 100


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
