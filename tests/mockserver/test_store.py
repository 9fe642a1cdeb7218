"""Memory's store: bounded by count and bytes, finished generations go first, and dropped ids are remembered."""

from collections.abc import Iterable
from dataclasses import replace
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.mockserver.clips import ClipSpec
from reelmock.mockserver.generations import Generation, Order
from reelmock.mockserver.plan import Completed, Failed, Immediate, Plan
from reelmock.mockserver.store import REMEMBERED_DROPS, MemoryStore

PLAN = Plan(Immediate(), Completed())
MADE = Generation("", "owner", "POST /jobs", "m", b"", 0.0, PLAN, ClipSpec(640, 360, 5, audio=False), 1)
NO_BODY = MADE.size


def made(generation_id: str, size: int = 0) -> Generation:
    return replace(MADE, id=generation_id, body=bytes(size))


def filled(store: MemoryStore, generations: Iterable[Generation], finished: str = "") -> list[str]:
    """The ids that are there after all were put; those whose first letter is in `finished` have ended."""
    for generation in generations:
        store.put(generation, lambda known: known.id[0] in finished)
    return [generation.id for generation in store.list()]


def never(_: Generation) -> bool:
    return False


def test_numbers_are_never_given_twice() -> None:
    store = MemoryStore()
    assert [store.next_number() for _ in range(3)] == [1, 2, 3]


def test_what_was_put_is_found_and_listed_oldest_first() -> None:
    store = MemoryStore()
    assert filled(store, [made("b"), made("a")]) == ["b", "a"]
    assert store.get("a") == made("a")
    assert store.get("c") is None


def test_a_put_gives_what_was_dropped_for_it_as_it_stood_at_the_end() -> None:
    store = MemoryStore(max_generations=2)
    assert [*store.put(made("a"), never), *store.put(made("b"), never)] == []
    store.count_poll("a")
    assert [*store.put(made("c"), never)] == [made("a").polled()]


def test_polls_are_counted_one_by_one() -> None:
    store = MemoryStore()
    filled(store, [made("a"), made("b")])
    first, second = store.count_poll("a"), store.count_poll("a")
    assert first is not None
    assert second is not None
    assert (first.polls, second.polls) == (1, 2)
    assert store.get("a") == second
    assert store.get("b") == made("b")
    assert store.count_poll("c") is None


def test_orders_are_appended() -> None:
    store = MemoryStore()
    filled(store, [made("a")])
    first, second = Order(Completed(), 1.0), Order(Failed("E", "m"), 2.0)
    store.append_order("a", first, never)
    found = store.append_order("a", second, never)
    assert found is not None
    assert found.orders == (first, second)
    assert store.get("a") == found
    assert store.append_order("c", first, never) is None


def test_a_dropped_generation_is_gone_and_remembered() -> None:
    store = MemoryStore()
    filled(store, [made("a"), made("b")])
    store.drop("a")
    store.drop("never there")
    assert [generation.id for generation in store.list()] == ["b"]
    assert [store.was_dropped(name, "owner") for name in ("a", "b", "never there")] == [True, False, False]


def test_without_finished_ones_the_oldest_makes_room() -> None:
    store = MemoryStore(max_generations=3)
    assert filled(store, map(made, "abcde")) == ["c", "d", "e"]
    assert [store.was_dropped(name, "owner") for name in "abc"] == [True, True, False]


def test_finished_ones_make_room_before_older_ones() -> None:
    assert filled(MemoryStore(max_generations=3), map(made, "abcd"), finished="b") == ["a", "c", "d"]


def test_a_full_store_makes_room_for_an_eighth_at_once() -> None:
    names = [f"f{n}" for n in range(32)]
    kept = filled(MemoryStore(max_generations=32), map(made, [*names, "new"]), finished="f")
    assert kept == [*names[4:], "new"]


def test_bytes_are_bounded_too() -> None:
    store = MemoryStore(max_bytes=3 * (NO_BODY + 100))
    assert filled(store, [made(name, 100) for name in "abc"]) == ["a", "b", "c"]
    assert filled(store, [made("d", 100)]) == ["b", "c", "d"]
    assert filled(store, [made("e", 101)]) == ["d", "e"]
    store.drop("d")
    assert filled(store, [made("f", 100)]) == ["e", "f"]


def test_every_finished_one_goes_before_an_unfinished_one_when_bytes_run_out() -> None:
    store = MemoryStore(max_generations=4, max_bytes=3 * (NO_BODY + 100))
    filled(store, [made("a", 100), made("f1", 100), made("f2", 100)], finished="f")
    assert filled(store, [made("b", 200)], finished="f") == ["a", "b"]


def test_the_newest_is_kept_even_when_it_alone_is_over_the_bound() -> None:
    """Its POST was answered with its id, so a poll has to find it."""
    store = MemoryStore(max_bytes=10)
    assert filled(store, [made("a", 100), made("b", 100)]) == ["b"]


def test_only_the_last_ten_thousand_drops_are_remembered() -> None:
    store = MemoryStore(max_generations=1)
    filled(store, (made(str(number)) for number in range(REMEMBERED_DROPS + 2)))
    assert not store.was_dropped("0", "owner")
    assert store.was_dropped("1", "owner")
    assert store.was_dropped(str(REMEMBERED_DROPS), "owner")


@given(
    st.integers(1, 6),
    st.integers(1, 4000),
    st.lists(st.tuples(st.sampled_from("fu"), st.integers(0, 1500)), max_size=30),
)
def test_whatever_is_put_the_bounds_hold_and_nothing_vanishes_unremembered(
    count: int, size: int, puts: list[tuple[str, int]]
) -> None:
    store = MemoryStore(count, size)
    for number, (kind, length) in enumerate(puts):
        newest = made(f"{kind}{number}", length)
        before = store.list()
        store.put(newest, lambda known: known.id.startswith("f"))
        kept = store.list()
        assert kept[-1] == newest
        assert len(kept) <= count
        assert sum(known.size for known in kept) <= max(size, newest.size)
        gone = [known for known in before if known not in kept]
        assert all(store.was_dropped(known.id, "owner") for known in gone)
        if any(known.id.startswith("u") for known in gone):
            assert not any(known.id.startswith("f") for known in kept[:-1])


@pytest.mark.parametrize("threads", [8])
def test_threads_lose_no_poll_no_order_and_no_number(threads: int) -> None:
    store = MemoryStore()
    filled(store, [made("a")])
    numbers: list[int] = []

    def work() -> None:
        for _ in range(200):
            store.count_poll("a")
            store.append_order("a", Order(Completed(), 0.0), never)
            numbers.append(store.next_number())

    workers = [Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found = store.get("a")
    assert found is not None
    assert (found.polls, len(found.orders)) == (200 * threads, 200 * threads)
    assert sorted(numbers) == list(range(1, 200 * threads + 1))


def test_a_store_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a store can't keep 0 generations: give at least 1$"):
        MemoryStore(max_generations=0)


def test_a_dropped_id_is_remembered_for_its_owner_alone() -> None:
    store = MemoryStore()
    filled(store, [made("a")])
    store.drop("a")
    assert store.was_dropped("a", "owner")
    assert not store.was_dropped("a", "somebody else")
