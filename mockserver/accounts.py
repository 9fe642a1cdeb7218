"""What the keys have: a balance in credits, and how many generations may be under way.

A generation's price is reserved when it is made, charged when it completes, and free again when it fails. Nothing is
done at those moments: a state is worked out when somebody asks, and so is an account.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from reelmock.contracts.lifecycle import State
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.generations import Generation, standing
from reelmock.mockserver.limits import refused
from reelmock.mockserver.plan import Time
from reelmock.mockserver.settings import Settings
from reelmock.mockserver.store import Store

# Makes and keeps a generation: what it made, and which ones were dropped to make room for it.
Make: TypeAlias = Callable[[], tuple[Generation, Iterable[Generation]]]


@dataclass(slots=True)
class Account:
    """One key's figures in credits: what was `spent`, and what is `reserved` for the generations in `open`, by id.

    A generation stays in `open` until somebody looks: what is reserved is the most that may yet be spent.
    """

    spent: int = 0
    reserved: int = 0
    open: dict[str, int] = field(default_factory=dict)

    def reserve(self, generation: Generation) -> None:
        """Set the price of a new generation aside."""
        self.open[generation.id] = generation.credits
        self.reserved += generation.credits

    def settle(self, generation_id: str, state: State | None) -> None:
        """Charge for a generation that completed, and free what was set aside for any other; a second time is nothing.

        `state` is None for one that nobody knows any more.
        """
        price = self.open.pop(generation_id, 0)
        self.reserved -= price
        self.spent += price if state is State.COMPLETED else 0


class Accounts:
    """The accounts of all keys, by the owner that stands for a key.

    `balances` are in credits; an owner without one has `usual`, or with None as many as it likes. `max_concurrent` is
    how many generations of one owner may be under way at once.
    """

    def __init__(
        self, store: Store, balances: Mapping[str, int], usual: int | None = None, max_concurrent: int | None = None
    ) -> None:
        self._store = store
        self._balances = balances
        self._usual = usual
        self._max_concurrent = max_concurrent
        self._accounts: dict[str, Account] = {}
        self._lock = threading.Lock()

    @classmethod
    def of(cls, settings: Settings, store: Store, owner_of: Callable[[str], str]) -> "Accounts | None":
        """The accounts that the settings ask for; None when they limit nothing, so that nothing is to be counted."""
        keys = settings.api_keys
        balances = {owner_of(key): amount for key, amount in keys.items()} if isinstance(keys, Mapping) else {}
        if not balances and settings.credits is None and settings.max_concurrent is None:
            return None
        return cls(store, balances, settings.credits, settings.max_concurrent)

    def admit(self, owner: str, price: int, now: float, make: Make) -> Generation:
        """Make a generation for `price` credits. Refusal, with nothing made, when this owner may not have one more.

        Nobody else is admitted meanwhile: two requests at once can't both spend the last credits.
        """
        with self._lock:
            account = self._accounts.get(owner) or Account()
            self._check_concurrent(account, now)
            self._check_credits(account, owner, price, now)
            made, dropped = make()
            account.reserve(made)
            self._accounts[owner] = account
            for generation in dropped:
                self._accounts.get(generation.owner, Account()).settle(generation.id, standing(generation, now).state)
            return made

    def balance(self, owner: str, now: float) -> int | None:
        """The credits that are not spent, reserved ones among them; None where there is no limit."""
        initial = self._initial(owner)
        if initial is None:
            return None
        with self._lock:
            account = self._accounts.get(owner) or Account()
            self._unfinished(account, now)
            return initial - account.spent

    def _initial(self, owner: str) -> int | None:
        return self._balances.get(owner, self._usual)

    def _check_concurrent(self, account: Account, now: float) -> None:
        limit = self._max_concurrent
        # Those that may have ended meanwhile are only looked at when it matters: a client may have thousands.
        if limit is not None and len(account.open) >= limit:
            unfinished = self._unfinished(account, now)
            if len(unfinished) >= limit:
                raise refused("too_many_generations", min(_seconds_left(one, now) for one in unfinished), limit)

    def _check_credits(self, account: Account, owner: str, price: int, now: float) -> None:
        initial = self._initial(owner)
        if initial is None or account.spent + account.reserved + price <= initial:
            return
        self._unfinished(account, now)
        available = initial - account.spent - account.reserved
        if price > available:
            raise Refusal(
                "insufficient_credits",
                price=f"{price:,}",
                available=f"{available:,}",
                reserved=f"{account.reserved:,}",
            )

    def _unfinished(self, account: Account, now: float) -> list[Generation]:
        """The generations that are under way; the others are settled."""
        unfinished = []
        for generation_id in [*account.open]:
            generation = self._store.get(generation_id)
            state = None if generation is None else standing(generation, now).state
            if generation is None or state is None or state.terminal:
                account.settle(generation_id, state)
            else:
                unfinished.append(generation)
        return unfinished


def _seconds_left(generation: Generation, now: float) -> float:
    """When an unfinished generation will have ended, as far as the clock alone decides it; else 0."""
    progression = generation.plan.progression
    if not isinstance(progression, Time):
        return 0.0
    return generation.created_at + progression.queued.low + progression.generating.low - now
