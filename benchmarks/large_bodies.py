"""What a photo in the payload costs: 10 MB as a `data:` URI."""

import base64
import json
import random
import time
from statistics import median
from typing import Final

from reelmock.benchmarks.engine import answer, post_request
from reelmock.benchmarks.load import always, load
from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.benchmarks.servers import fake_server
from reelmock.benchmarks.wire import ROUTE, payload, request_bytes
from reelmock.contracts.contract import load_contract
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine

URI_BYTES: Final = 10_000_000
LIMIT_S: Final = 60.0


def measure(effort: Effort) -> list[Row]:
    """The engine's time beyond what reading the JSON takes anyway, and the time over the socket."""
    body = payload(_data_uri())
    engine = Engine(load_contract(), RunningClock())
    request = post_request(body)
    beyond, reading = [], []
    answer(engine, request)
    for _ in range(effort.large_bodies):
        start = time.perf_counter()
        json.loads(body)
        middle = time.perf_counter()
        answer(engine, request)
        reading.append((middle - start) * 1000)
        beyond.append((time.perf_counter() - middle) * 1000 - reading[-1])
    remark = f"{spread(beyond, '.0f')}; json.loads alone takes {median(reading):.0f} ms"
    return [
        Row("10 MB data: URI, engine", median(beyond), "ms", remark, at_most=50, digits=1),
        _over_the_socket(body, effort.large_bodies),
    ]


def _data_uri() -> str:
    """A URI of `URI_BYTES` bytes, the same each time."""
    head = "data:image/jpeg;base64,"
    noise = random.Random(0).randbytes((URI_BYTES - len(head)) // 4 * 3)
    return head + base64.b64encode(noise).decode("ascii")


def _over_the_socket(body: bytes, times: int) -> Row:
    """The mean time of such a POST over one kept-alive connection."""
    with fake_server() as fake:
        post = always(request_bytes("POST", ROUTE, body))
        load(fake.url, post, 1, seconds=LIMIT_S, requests=1)
        tally = load(fake.url, post, 1, seconds=LIMIT_S, requests=times)
        held = fake.rss_mb
    errors = f"; {tally.errors} ERRORS" if tally.errors else ""
    memory = f", the server then holds {held:.0f} MB" if held is not None else ""
    remark = f"mean of {tally.answers}, with sending and reading{memory}{errors}"
    return Row("10 MB data: URI, over loopback", tally.seconds / max(1, tally.answers) * 1000, "ms", remark, digits=0)
