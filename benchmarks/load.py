"""A load client that costs little: prebuilt requests over kept-alive connections, in one thread."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from reelmock.benchmarks.wire import (
    Answer,
    BrokenReplyError,
    address_of,
    create_bytes,
    generation_id_of,
    poll_bytes,
    take_answer,
)

# What a connection sends next, given the body of the last reply: empty at first, and after a reply that was not a 200.
Script: TypeAlias = Callable[[bytes], bytes]

# How long the last replies may take once no more requests are sent, in seconds.
GRACE_S: Final = 15.0


@dataclass(slots=True)
class Tally:
    """What came of a load. `seconds` is wall time, `busy` the share of it for which this client held the CPU."""

    answers: int = 0
    wrong: int = 0
    broken: int = 0
    seconds: float = 0.0
    busy: float = 0.0

    @property
    def rate(self) -> float:
        """Answers with status 200 per second."""
        return (self.answers - self.wrong) / self.seconds if self.seconds else 0.0

    @property
    def errors(self) -> int:
        """Answers with another status than 200, and connections that broke or hung."""
        return self.wrong + self.broken


@dataclass(slots=True)
class Quota:
    """How much may still be sent: so many requests, and none after a moment of `time.perf_counter()`."""

    requests: int
    end: float

    def take(self) -> bool:
        """Whether one more request may be sent; it is counted."""
        if self.requests <= 0 or time.perf_counter() >= self.end:
            return False
        self.requests -= 1
        return True


class Connection(asyncio.Protocol):
    """One connection: it sends, waits for the whole reply, and sends the next. `done` is set when it has ended."""

    def __init__(self, script: Script, quota: Quota, tally: Tally) -> None:
        self._script = script
        self._quota = quota
        self._tally = tally
        self._received = b""
        self._transport: asyncio.Transport | None = None
        self.done = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to send."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """Count a connection that the server closed."""
        self._break()

    def send_next(self, body: bytes = b"") -> None:
        """Send the next request, or end when the quota is used up."""
        if self._transport is not None and not self._transport.is_closing() and self._quota.take():
            self._transport.write(self._script(body))
        else:
            self.done.set()

    def data_received(self, data: bytes) -> None:
        """Count a reply once it is complete."""
        self._received = self._received + data if self._received else data
        try:
            answer: Answer | None = take_answer(self._received)
        except BrokenReplyError:
            self._break()
            return
        if answer is not None:
            self._received = b""
            self._tally.answers += 1
            self._tally.wrong += answer.status != 200
            self.send_next(answer.body if answer.status == 200 else b"")

    def close(self) -> None:
        """Close; whoever still waits for a reply counts as broken."""
        self._break()
        if self._transport is not None:
            self._transport.abort()

    def _break(self) -> None:
        if not self.done.is_set():
            self._tally.broken += 1
            self.done.set()


def load(url: str, make_script: Callable[[], Script], connections: int, *, seconds: float, requests: int) -> Tally:
    """Load a server until `seconds` have passed or `requests` have been sent, whichever is first."""
    return asyncio.run(_load(url, make_script, connections, seconds, requests))


async def _load(url: str, make_script: Callable[[], Script], connections: int, seconds: float, requests: int) -> Tally:
    loop = asyncio.get_running_loop()
    host, port = address_of(url)
    tally, quota = Tally(), Quota(requests, 0.0)
    crowd = [Connection(make_script(), quota, tally) for _ in range(connections)]
    try:
        for connection in crowd:
            await loop.create_connection(lambda made=connection: made, host, port)  # type: ignore[misc]
        start, busy = time.perf_counter(), time.process_time()
        quota.end = start + seconds
        for connection in crowd:
            connection.send_next()
        ended = asyncio.gather(*(connection.done.wait() for connection in crowd))
        await asyncio.wait([asyncio.ensure_future(ended)], timeout=seconds + GRACE_S)
        tally.seconds = time.perf_counter() - start
        tally.busy = (time.process_time() - busy) / tally.seconds
    finally:
        for connection in crowd:
            connection.close()
    return tally


def always(request: bytes) -> Callable[[], Script]:
    """Scripts that send the same request again and again."""
    return lambda: lambda _: request


def create_and_poll() -> Script:
    """A script that makes a generation, asks for it, makes the next, and so on."""
    post = create_bytes()
    polled = True

    def following(body: bytes) -> bytes:
        nonlocal polled
        polled = not polled or not body
        return post if polled else poll_bytes(generation_id_of(body))

    return following
