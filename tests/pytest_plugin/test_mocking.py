"""`mock()` as a block: a fresh fake each time, the innermost answers, and nothing is left behind."""

import asyncio
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import anyio
import pytest
import requests
import trio
from requests import Session

from reelmock import EndlessPolling, ReelMock, ReelmockError, mock
from reelmock.pytest_plugin.interception import Interception
from reelmock.pytest_plugin.options import OptionError, Options
from reelmock.tests.pytest_plugin.calling import KEY, create, create_later, poll, poll_without_end, seams
from reelmock.tests.pytest_plugin.conftest import PAYLOAD

ORIGINAL = Session.get_adapter


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """After each test all seams are the originals. What a mock imports when it is first used is none of them."""
    with mock():
        asyncio.run(create_later())
        create()
    before = seams()
    yield
    after = seams()
    assert {key for key in before | after if key in before and before[key] != after.get(key)} == set()


def test_a_block_gives_the_fake_that_answers_in_it() -> None:
    with mock(progression="immediate") as api:
        generation = create()
        assert poll(generation) == "completed"
        assert [record.id for record in api.generations] == [generation]


def by_asyncio(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(main())


def by_anyio_on_trio(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    anyio.run(main, backend="trio")


@pytest.mark.parametrize("run", [by_asyncio, trio.run, anyio.run, by_anyio_on_trio])
def test_an_async_block_does_the_same_under_every_event_loop(run: Callable[[Any], None]) -> None:
    async def main() -> None:
        async with mock() as api:
            generation = await create_later()
        assert [record.id for record in api.generations] == [generation]

    run(main)


def test_each_block_of_one_mock_has_a_fresh_fake() -> None:
    fake = mock()
    for _ in range(2):
        with fake as api:
            assert api.generations == []
            create()


def test_the_innermost_answers_and_leaving_it_restores_the_outer() -> None:
    with mock() as outer:
        with mock() as inner:
            create()
        create()
        with pytest.raises(KeyError), mock():
            raise KeyError
        create()
    assert (len(outer.generations), len(inner.generations)) == (2, 1)


def test_a_host_that_the_innermost_does_not_answer_is_left_to_the_outer() -> None:
    with mock(hosts=["videos.example"]) as outer, mock() as inner:
        create()
        requests.post("https://videos.example/v2/video/generations", json=PAYLOAD, headers=KEY)
    assert (len(outer.generations), len(inner.generations)) == (1, 1)


def test_a_mock_that_is_at_work_can_not_be_entered_again() -> None:
    """Two blocks of one object that overlap, in threads or tasks, could not be told apart when they end."""
    fake = mock()
    with fake as api:
        with pytest.raises(ReelmockError, match=r"at work already.*make another"):
            fake.__enter__()
        create()
    assert len(api.generations) == 1


def test_the_threads_of_a_block_are_answered_by_its_fake() -> None:
    with mock() as api:
        threads = [threading.Thread(target=create) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({record.id for record in api.generations}) == 5


def test_whoever_begins_while_another_one_begins_or_ends_is_answered() -> None:
    """Threads that hardly overlap: the first one puts the hooks in, the last one takes them out."""
    past: list[str] = []

    def begin_and_end() -> None:
        interception = Interception(ReelMock(Options()))
        for _ in range(300):
            interception.start()
            if Session.get_adapter is ORIGINAL:
                past.append("a request would have got past the fake")
            interception.stop(None)

    threads = [threading.Thread(target=begin_and_end) for _ in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert past == []


def test_blocks_of_threads_that_overlap_may_end_in_any_order() -> None:
    """The one that began last answers, as hooks are process-wide; each ends its own."""
    first, second = mock(), mock()
    outer = first.__enter__()
    inner = second.__enter__()
    first.__exit__(None, None, None)
    create()
    second.__exit__(None, None, None)
    assert (len(outer.generations), len(inner.generations)) == (0, 1)


def test_of_blocks_that_overlap_in_threads_the_last_one_gets_the_requests_of_all() -> None:
    """Hooks are process-wide: a thread is not asked which block is its own."""
    begun, sent = threading.Barrier(2, timeout=10), threading.Barrier(2, timeout=10)

    def first() -> None:
        with mock() as api:
            begun.wait()
            begun.wait()
            create()
            sent.wait()
            found["first"] = len(api.generations)

    found: dict[str, int] = {}
    thread = threading.Thread(target=first)
    thread.start()
    begun.wait()
    with mock() as api:
        begun.wait()
        create()
        sent.wait()
        found["last"] = len(api.generations)
    thread.join()
    assert found == {"first": 0, "last": 2}


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit, EndlessPolling, GeneratorExit])
def test_what_is_raised_in_a_block_leaves_it(raised: type[BaseException]) -> None:
    with pytest.raises(raised, match=r"^mine$"), mock():  # noqa: PT012 - the block is what is tested
        create()
        raise raised("mine")


@pytest.mark.parametrize("spec", ["nowhere.json", __file__])
def test_a_block_that_can_not_begin_raises_at_its_begin(spec: str) -> None:
    fake = mock(spec=spec)
    with pytest.raises((OSError, ValueError), match=spec):
        fake.__enter__()


def test_an_option_that_there_is_not_is_an_error_at_once() -> None:
    with pytest.raises(OptionError, match=r"no option 'api_key'. Did you mean 'api_keys'\?"):
        mock(api_key="sk")  # type: ignore[call-arg]  # that is the mistake


def in_a_thread() -> None:
    with mock(progression="hold", max_polls_per_generation=5):
        thread = threading.Thread(target=poll_without_end, args=[create()])
        thread.start()
        thread.join()


def in_a_task() -> None:
    async def main() -> None:
        async with mock(progression="hold", max_polls_per_generation=5):
            await asyncio.create_task(asyncio.to_thread(poll_without_end, create()))

    asyncio.run(main())


@mock(progression="hold", max_polls_per_generation=5)
def in_a_function() -> None:
    poll_without_end(create())


@pytest.mark.parametrize("block", [in_a_thread, in_a_task, in_a_function])
def test_an_endless_polling_that_somebody_ate_is_raised_at_the_end(block: Callable[[], None]) -> None:
    with pytest.raises(EndlessPolling, match="was polled more than 5 times"):
        block()


def test_another_error_goes_before_an_endless_polling() -> None:
    with (  # noqa: PT012 - the block is what is tested
        pytest.raises(ValueError, match="mine"),
        mock(progression="hold", max_polls_per_generation=5),
    ):
        poll_without_end(create())
        raise ValueError("mine")
