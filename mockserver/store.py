"""Where generations are kept. A store is asked for little, so that a shared one can take the place of memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Protocol

from reelmock.mockserver.generations import Generation, Order

MAX_GENERATIONS = 10_000
MAX_BYTES = 64 * 1024 * 1024
REMEMBERED_DROPS = 10_000


class Store(Protocol):
    """Keeps generations by id. Every call is atomic; nothing outside a store may hold a generation."""

    max_generations: int

    def next_number(self) -> int:
        """A number that was never given before: 1, 2, 3, …"""

    def put(self, generation: Generation, finished: Callable[[Generation], bool]) -> Sequence[Generation]:
        """Keep a new generation, and give those that were dropped to make room: `finished` ones first, then the
        oldest."""

    def get(self, generation_id: str) -> Generation | None:
        """The generation with this id, or None."""

    def count_poll(self, generation_id: str) -> Generation | None:
        """The generation with one more poll counted, or None."""

    def append_order(self, generation_id: str, order: Order, ended: Callable[[Generation], bool]) -> Generation | None:
        """The generation with one more order, or None when there is none or it has `ended`."""

    def list(self) -> list[Generation]:
        """All generations, oldest first."""

    def drop(self, generation_id: str) -> None:
        """Forget a generation, remembering that it was there."""

    def was_dropped(self, generation_id: str, owner: str) -> bool:
        """Whether this id is one of the last 10,000 that were dropped, and was this owner's."""


class MemoryStore:
    """A store in this process, bounded by count and by bytes."""

    def __init__(self, max_generations: int = MAX_GENERATIONS, max_bytes: int = MAX_BYTES) -> None:
        if max_generations < 1:
            raise ValueError(f"a store can't keep {max_generations} generations: give at least 1")
        self.max_generations = max_generations
        self._max_bytes = max_bytes
        self._generations: dict[str, Generation] = {}
        # Ordered: a plain dict gets slow when its oldest entry is taken out again and again.
        self._dropped: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0
        self._number = 0
        self._lock = threading.Lock()

    def next_number(self) -> int:
        """See `Store`."""
        with self._lock:
            self._number += 1
            return self._number

    def put(self, generation: Generation, finished: Callable[[Generation], bool]) -> Sequence[Generation]:
        """See `Store`."""
        dropped: Sequence[Generation] = ()
        with self._lock:
            if len(self._generations) >= self.max_generations or self._bytes + generation.size > self._max_bytes:
                dropped = self._make_room(generation.size, finished)
            self._generations[generation.id] = generation
            self._bytes += generation.size
        return dropped

    def get(self, generation_id: str) -> Generation | None:
        """See `Store`."""
        return self._generations.get(generation_id)

    def count_poll(self, generation_id: str) -> Generation | None:
        """See `Store`."""
        with self._lock:
            generation = self._generations.get(generation_id)
            if generation is not None:
                generation = self._generations[generation_id] = generation.polled()
            return generation

    def append_order(self, generation_id: str, order: Order, ended: Callable[[Generation], bool]) -> Generation | None:
        """See `Store`."""
        with self._lock:
            generation = self._generations.get(generation_id)
            if generation is None or ended(generation):
                return None
            generation = self._generations[generation_id] = replace(generation, orders=(*generation.orders, order))
            return generation

    def list(self) -> list[Generation]:
        """See `Store`."""
        with self._lock:
            return list(self._generations.values())

    def drop(self, generation_id: str) -> None:
        """See `Store`."""
        with self._lock:
            self._drop(generation_id)

    def was_dropped(self, generation_id: str, owner: str) -> bool:
        """See `Store`."""
        return self._dropped.get(generation_id) == owner

    def _drop(self, generation_id: str) -> None:
        generation = self._generations.pop(generation_id, None)
        if generation is None:
            return
        self._bytes -= generation.size
        self._dropped[generation_id] = generation.owner
        if len(self._dropped) > REMEMBERED_DROPS:
            self._dropped.popitem(last=False)

    def _make_room(self, size: int, finished: Callable[[Generation], bool]) -> Sequence[Generation]:
        """Drop an eighth at once: looking for finished generations one by one would cost every POST a full scan."""
        known = list(self._generations.values())
        target = len(known) - max(1, len(known) // 8)
        for generation in chain(filter(finished, known), known):
            if len(self._generations) <= target and not self._is_full(size):
                break
            self._drop(generation.id)
        return [generation for generation in known if generation.id not in self._generations]

    def _is_full(self, size: int) -> bool:
        return len(self._generations) >= self.max_generations or self._bytes + size > self._max_bytes
