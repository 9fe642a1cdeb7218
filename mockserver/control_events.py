"""New entries of a journal as server-sent events: `GET /__reelmock__/journal/events`."""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from starlette.types import Receive, Send

from reelmock.mockserver.control_records import entry_record
from reelmock.mockserver.journal import Entry, Journal

# How many entries wait for a client that is slow to read; then the oldest are lost, as their numbers show.
MAX_WAITING: Final = 1_000

HEADERS: Final = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store")]


@dataclass(eq=False)
class Stream:
    """What one client has yet to be sent, and the bell that rings when there is something, or when it is over."""

    loop: asyncio.AbstractEventLoop
    waiting: deque[Entry] = field(default_factory=lambda: deque(maxlen=MAX_WAITING))
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    over: bool = False

    def tell(self, entry: Entry) -> None:
        """Let an entry wait for its client; may be called from any thread."""
        self.waiting.append(entry)
        self.loop.call_soon_threadsafe(self.bell.set)

    def end(self) -> None:
        """Let the stream end once everything is sent; may be called from any thread."""
        self.over = True
        self.loop.call_soon_threadsafe(self.bell.set)


class Streams:
    """The streams that are open."""

    def __init__(self) -> None:
        self._open: set[Stream] = set()

    def end(self) -> None:
        """End all of them: what they tell of is no more."""
        for stream in [*self._open]:
            stream.end()

    @contextmanager
    def opened(self, journal: Journal) -> Iterator[Stream]:
        """A stream of a journal's new entries, for the length of a `with` block."""
        stream = Stream(asyncio.get_running_loop())
        self._open.add(stream)
        try:
            with journal.heard_by(stream.tell):
                yield stream
        finally:
            self._open.discard(stream)


async def send_events(stream: Stream, receive: Receive, send: Send) -> None:
    """Send entries as they come, until the stream is over or the client has gone."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    # A comment: with it the client knows that from now on it misses nothing.
    await send({"type": "http.response.body", "body": b": reelmock\n\n", "more_body": True})
    gone = asyncio.create_task(_gone(receive))
    try:
        while await _rings(stream.bell, gone):
            stream.bell.clear()
            while stream.waiting and not gone.done():
                await send({"type": "http.response.body", "body": _event(stream.waiting.popleft()), "more_body": True})
            if stream.over:
                await send({"type": "http.response.body", "body": b""})
                return
    finally:
        gone.cancel()


async def _rings(bell: asyncio.Event, gone: asyncio.Task[None]) -> bool:
    """Wait for the bell; False when the client has gone before."""
    rung = asyncio.create_task(bell.wait())
    try:
        await asyncio.wait((rung, gone), return_when=asyncio.FIRST_COMPLETED)
    finally:
        rung.cancel()
    return not gone.done()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(entry: Entry) -> bytes:
    return f"event: entry\nid: {entry.number}\ndata: {json.dumps(entry_record(entry))}\n\n".encode()
