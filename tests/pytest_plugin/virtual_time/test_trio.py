"""trio, and anyio on it, in virtual time."""

import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import anyio.to_thread
import pytest
import trio
import trio.testing

from reelmock.pytest_plugin.virtual_time import RealTimeWarning, real
from reelmock.tests.pytest_plugin.virtual_time.skipping import Elapsed, impatient, near, row, skipping


async def give_up_after_1000() -> None:
    with trio.fail_after(1000):
        while True:
            await trio.sleep(15)


@row("trio")
def test_trio() -> None:
    async def main() -> None:
        began = trio.current_time()
        await trio.sleep(15)
        assert elapsed() == near(15)
        with pytest.raises(trio.TooSlowError):
            await give_up_after_1000()
        assert elapsed() == near(1015)
        assert trio.current_time() - began == near(1015)

    with skipping() as elapsed:
        trio.run(main)


def test_ten_pollers_keep_their_own_deadlines() -> None:
    ended: list[tuple[int, float]] = []

    async def client(number: int) -> None:
        with trio.move_on_after(1000 + number):
            while True:
                await trio.sleep(15)
        ended.append((number, elapsed()))

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            for number in range(10):
                nursery.start_soon(client, number)

    with skipping() as elapsed:
        trio.run(main)
    assert ended == [(number, near(1000 + number)) for number in range(10)]


def test_trio_that_is_first_imported_within_the_block() -> None:
    source = """
import sys
from reelmock.mockserver.clock import VirtualClock
from reelmock.pytest_plugin.virtual_time import VirtualTime, real
assert "trio" not in sys.modules
clock = VirtualClock(0)
with VirtualTime(clock):
    import trio
    before = clock.now()
    trio.run(trio.sleep, 1000)
    assert abs(clock.now() - before - 1000) < 1, clock.now()
began = real.monotonic()
trio.run(trio.sleep, 0.05)
assert 0.04 < real.monotonic() - began
assert isinstance(trio._core._run.SystemClock, type)
"""
    subprocess.run([sys.executable, "-W", "error", "-c", source], check=True, timeout=30)


@row("anyio on trio")
def test_anyio() -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError), anyio.fail_after(10):
            await anyio.sleep(15)
        with anyio.move_on_after(20) as scope:
            await anyio.sleep(30)
        assert scope.cancelled_caught
        async with anyio.create_task_group() as group:
            for seconds in (5, 15, 10):
                group.start_soon(anyio.sleep, seconds)
        with anyio.fail_after(5):
            await anyio.to_thread.run_sync(real.sleep, 0.1)
        with anyio.fail_after(50):
            await anyio.to_thread.run_sync(time.sleep, 30)

    with skipping() as elapsed:
        anyio.run(main, backend="trio")
        assert elapsed() == near(10 + 20 + 15 + 30)


@row("work in flight in `to_thread` or an executor")
def test_work_in_a_thread_is_waited_for() -> None:
    async def main() -> None:
        for _ in range(2):
            with trio.fail_after(10):
                await trio.to_thread.run_sync(real.sleep, 0.2)
        assert elapsed() == 0
        with trio.move_on_after(10) as scope:
            await trio.to_thread.run_sync(time.sleep, 15, abandon_on_cancel=True)
        assert scope.cancelled_caught
        assert elapsed() == near(10)

    with skipping() as elapsed:
        trio.run(main)


@row("a request in flight to a real server")
def test_an_answer_on_its_way_is_waited_for() -> None:
    async def main() -> None:
        listener = (await trio.open_tcp_listeners(0, host="127.0.0.1"))[0]
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.serve_listeners, answer, [listener])
            with trio.fail_after(10):
                stream = await trio.testing.open_stream_to_socket_listener(listener)
                await stream.send_all(b"question")
                assert await stream.receive_some() == b"answer"
            await stream.aclose()
            assert elapsed() == 0
            await trio.sleep(15)  # the server that listens keeps nobody from sleeping
            assert elapsed() == near(15)
            nursery.cancel_scope.cancel()

    async def answer(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await trio.to_thread.run_sync(real.sleep, 0.2)
        await stream.send_all(b"answer")

    with skipping() as elapsed:
        trio.run(main)


def test_an_answer_that_does_not_come_is_waited_for_really_and_says_so() -> None:
    async def main() -> None:
        ours, theirs = trio.socket.socketpair()
        with trio.move_on_after(0.5):
            await ours.recv(1)
        ours.close()
        theirs.close()

    began = real.monotonic()
    told = r"waits in real time: a trio task waits for file descriptor \d+\. Let that end"
    with impatient(), skipping(at_most=3), pytest.warns(RealTimeWarning, match=told) as warned:
        trio.run(main)
    assert len(warned) == 1
    assert real.monotonic() - began >= 0.5


@row("an event loop or a trio run that was begun before")
def test_a_run_that_was_begun_before_goes_on_from_where_it_is() -> None:
    async def main() -> None:
        first = trio.current_time()
        with trio.CancelScope(deadline=first + 2000) as scope:
            for _ in range(2):
                with skipping() as elapsed:
                    before = trio.current_time()
                    await trio.sleep(500)
                    assert elapsed() == near(500)
                    assert trio.current_time() - before == near(500)
            assert 1000 <= trio.current_time() - first < 1001
            began = real.monotonic()
            await trio.sleep(0.05)
            assert 0.04 < real.monotonic() - began < 1
        assert not scope.cancelled_caught

    trio.run(main)


def test_a_run_in_another_thread_that_was_begun_before() -> None:
    begun, go, ended = threading.Event(), threading.Event(), threading.Event()
    times: list[float] = []

    async def main() -> None:
        begun.set()
        await trio.to_thread.run_sync(go.wait)
        times.append(trio.current_time())
        await trio.sleep(500)
        times.append(trio.current_time())
        ended.set()

    thread = threading.Thread(target=trio.run, args=(main,))
    thread.start()
    assert begun.wait(5)
    with skipping() as elapsed:
        go.set()
        assert ended.wait(1000)
        assert elapsed() == near(500)
        assert times[1] - times[0] == near(500)
        thread.join()


def guest_run(function: Callable[[], Any]) -> None:
    """Run it in trio's guest mode, as anyio's pytest plugin does."""
    calls: queue.Queue[Callable[[], object]] = queue.Queue()
    outcomes: list[Any] = []
    trio.lowlevel.start_guest_run(function, run_sync_soon_threadsafe=calls.put, done_callback=outcomes.append)
    while not outcomes:
        calls.get()()
    outcomes[0].unwrap()


def test_a_guest_run_within_the_block() -> None:
    async def main() -> None:
        with trio.fail_after(10):
            await trio.to_thread.run_sync(real.sleep, 0.1)
        for _ in range(60):
            await trio.sleep(15)

    with skipping() as elapsed:
        guest_run(main)
        assert elapsed() == near(900)


def test_a_block_within_a_guest_run() -> None:
    async def main() -> None:
        with skipping() as elapsed:
            for _ in range(60):
                await trio.sleep(15)
            assert elapsed() == near(900)
        began = real.monotonic()
        await trio.sleep(0.05)
        assert 0.04 < real.monotonic() - began < 1

    guest_run(main)


def test_a_clock_of_the_tests_own_stays() -> None:
    clock = trio.testing.MockClock(autojump_threshold=0)

    async def main() -> None:
        await trio.sleep(15)
        assert trio.lowlevel.current_clock() is clock
        assert elapsed() == 0
        with skipping():
            assert trio.lowlevel.current_clock() is clock

    with skipping() as elapsed:
        trio.run(main, clock=clock)


def test_waiting_until_all_tasks_are_blocked_comes_before_any_deadline() -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.sleep, 15)
            await trio.testing.wait_all_tasks_blocked(0.01)
            assert elapsed() == 0

    with skipping() as elapsed:
        trio.run(main)
        assert elapsed() == near(15)


@pytest.fixture
def elapsed() -> Iterator[Elapsed]:
    with skipping() as elapsed:
        yield elapsed


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
class TestUnderAnyiosPlugin:
    """It begins its loop or guest run before a test, and keeps it for the next one."""

    @pytest.fixture
    async def begun_before(self) -> None:
        await anyio.sleep(0)

    async def test_within_the_test(self) -> None:
        with skipping() as elapsed:
            with anyio.move_on_after(1000):
                while True:
                    await anyio.sleep(15)
            assert elapsed() == near(1000)

    @pytest.mark.usefixtures("begun_before")
    async def test_around_the_test(self, elapsed: Elapsed) -> None:
        with anyio.fail_after(10):
            await anyio.to_thread.run_sync(real.sleep, 0.1)
        assert elapsed() == 0
        with anyio.move_on_after(1000):
            while True:
                await anyio.sleep(15)
        assert elapsed() == near(1000)

    async def test_in_real_time_afterwards(self) -> None:
        began = real.monotonic()
        await anyio.sleep(0.05)
        assert 0.04 < real.monotonic() - began < 1
