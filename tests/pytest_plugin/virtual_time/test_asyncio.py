"""Event loops of asyncio in virtual time."""

import asyncio
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import anyio
import anyio.to_thread
import backoff
import pytest
import stamina
import tenacity

from reelmock.pytest_plugin.virtual_time import RealTimeWarning, real
from reelmock.tests.pytest_plugin.virtual_time.skipping import impatient, near, row, skipping


class Unfinished(Exception):
    """What a poll raises that comes too early."""


async def poll() -> None:
    raise Unfinished


@row("`asyncio.sleep`")
def test_sleeping_takes_no_time() -> None:
    with skipping() as elapsed:
        asyncio.run(asyncio.sleep(15))
        assert elapsed() == 15


async def give_up_after_1000() -> None:
    async with asyncio.timeout(1000):
        while True:
            await asyncio.sleep(15)


@row("`asyncio.timeout`, `asyncio.wait_for`")
def test_time_outs_fire_at_their_moment_and_not_before() -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(15), 10)
        assert elapsed() == near(10)
        await asyncio.wait_for(asyncio.sleep(15), 20)
        assert elapsed() == near(25)
        with pytest.raises(TimeoutError):
            await give_up_after_1000()
        assert elapsed() == near(1025)
        done, pending = await asyncio.wait([asyncio.create_task(asyncio.sleep(n)) for n in (5, 15)], timeout=10)
        assert (len(done), len(pending), elapsed()) == (1, 1, near(1035))

    with skipping() as elapsed:
        asyncio.run(main())


@row("ten pollers in one event loop")
def test_ten_pollers_keep_their_own_deadlines() -> None:
    ended: list[tuple[int, float]] = []

    async def client(number: int) -> None:
        try:
            async with asyncio.timeout(1000 + number):
                while True:
                    await asyncio.sleep(15)
        except TimeoutError:
            ended.append((number, elapsed()))

    async def main() -> None:
        await asyncio.gather(*map(client, range(10)))

    with skipping() as elapsed:
        asyncio.run(main())
    assert ended == [(number, near(1000 + number)) for number in range(10)]


def test_a_callback_that_sleeps_takes_its_time_from_the_others() -> None:
    async def main() -> None:
        async with asyncio.timeout(10):
            time.sleep(9)
        assert asyncio.get_running_loop().time() - began == near(9)

    with skipping() as elapsed:
        began = time.monotonic()
        asyncio.run(main())
        assert elapsed() == 9


def test_cancelled_timers_are_nobodys_deadline() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        for _ in range(3):
            loop.call_later(5, lambda: None).cancel()
        await asyncio.sleep(15)

    with skipping() as elapsed:
        asyncio.run(main())
        assert elapsed() == near(15)


@row("anyio on asyncio")
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
        anyio.run(main)
        assert elapsed() == near(10 + 20 + 15 + 30)


@row("tenacity, async")
def test_tenacity() -> None:
    async def main() -> None:
        retrying = tenacity.AsyncRetrying(wait=tenacity.wait_fixed(15), stop=tenacity.stop_after_delay(1000))
        with pytest.raises(tenacity.RetryError):
            await retrying(poll)

    with skipping() as elapsed:
        asyncio.run(main())
        assert elapsed() == near(1005)


@row("stamina, async")
def test_stamina() -> None:
    async def main() -> None:
        caller = stamina.AsyncRetryingCaller(attempts=None, timeout=1000, wait_initial=15, wait_max=15, wait_jitter=0)
        with pytest.raises(Unfinished):
            await caller.on(Unfinished)(poll)

    with skipping() as elapsed:
        asyncio.run(main())
        assert elapsed() == near(1000, off=15)


@row("backoff, async")
@pytest.mark.filterwarnings("ignore:.*iscoroutinefunction:DeprecationWarning")
def test_backoff() -> None:
    tried: list[float] = []

    @backoff.on_exception(backoff.constant, Unfinished, interval=15, max_time=1000, jitter=None)
    async def client() -> None:
        tried.append(elapsed())
        await poll()

    with skipping() as elapsed:
        with pytest.raises(Unfinished):
            asyncio.run(client())
        assert tried[-1] == near(1000)


@row("work in flight in `to_thread` or an executor")
@pytest.mark.parametrize("in_thread", [asyncio.to_thread, None], ids=["to_thread", "executor"])
def test_work_in_a_thread_is_waited_for(in_thread: Callable[..., Awaitable[str]] | None) -> None:
    def work() -> str:
        real.sleep(0.2)  # as a request to another server
        assert sum(range(100_000)) > 0
        return "done"

    def sleeping_work() -> str:
        time.sleep(15)
        return "done"

    async def main() -> None:
        with ThreadPoolExecutor(1) as pool:

            async def run(function: Callable[[], str]) -> str:
                if in_thread is not None:
                    return await in_thread(function)
                return await asyncio.get_running_loop().run_in_executor(pool, function)

            for _ in range(2):
                async with asyncio.timeout(10):
                    assert await run(work) == "done"
            assert elapsed() == 0
            async with asyncio.timeout(20):
                assert await run(sleeping_work) == "done"
            assert elapsed() == near(15)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(10):
                    await run(sleeping_work)
            assert elapsed() == near(25)

    with skipping(at_most=2) as elapsed:
        asyncio.run(main())


@contextmanager
def slow_server(delay: float, answers: int = 1) -> Iterator[tuple[str, int]]:
    """Another program's server, which answers each line in so many parts, after `delay` real seconds each."""
    source = f"""
import socket, time
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    while True:
        connection = server.accept()[0]
        while connection.recv(100):
            for _ in range({answers}):
                time.sleep({delay})
                connection.send(b"part\\n")
"""
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield "127.0.0.1", int(process.stdout.readline())
        finally:
            process.kill()


@row("a request in flight to a real server")
def test_an_answer_on_its_way_is_waited_for() -> None:
    async def main(address: tuple[str, int]) -> None:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*address)
        for _ in range(2):
            async with asyncio.timeout(10):
                writer.write(b"question\n")
                assert await reader.readline() == b"part\n"
        assert elapsed() == 0
        # The connection that stays open keeps nobody from sleeping.
        await asyncio.sleep(15)
        assert elapsed() == near(15)
        writer.close()
        await writer.wait_closed()

    with slow_server(0.2) as address, skipping() as elapsed:
        asyncio.run(main(address))


def test_an_answer_in_parts_is_waited_for() -> None:
    async def main(address: tuple[str, int]) -> None:
        reader, writer = await asyncio.open_connection(*address)
        async with asyncio.timeout(1):
            writer.write(b"question\n")
            for _ in range(10):
                await reader.readline()
        assert elapsed() == 0
        writer.close()
        await writer.wait_closed()

    with slow_server(0.02, 10) as address, skipping() as elapsed:
        asyncio.run(main(address))


def test_a_server_in_the_same_loop_may_sleep_before_it_answers() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            await asyncio.sleep(15)
            writer.write(b"answer\n")
        writer.close()
        await writer.wait_closed()
        closed.set()

    async def main() -> None:
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            async with asyncio.timeout(20):
                writer.write(b"question\n")
                assert await reader.readline() == b"answer\n"
            assert elapsed() == near(15)
            await asyncio.sleep(100)
            assert elapsed() == near(115)
            writer.close()
            await writer.wait_closed()
            await closed.wait()

    closed = asyncio.Event()
    with skipping() as elapsed:
        asyncio.run(main())


def test_a_server_that_speaks_first_is_waited_for() -> None:
    async def main(address: tuple[str, int]) -> None:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(*address)
            assert await reader.readline() == b"hello\n"
        assert elapsed() == 0
        writer.close()
        await writer.wait_closed()

    def greet(server: socket.socket) -> None:
        with server.accept()[0] as connection:
            real.sleep(0.2)
            connection.send(b"hello\n")

    with socket.create_server(("127.0.0.1", 0)) as server, skipping() as elapsed:
        thread = threading.Thread(target=greet, args=(server,))
        thread.start()
        asyncio.run(main(server.getsockname()))
        thread.join()


@row("a subprocess of asyncio")
def test_a_subprocess_is_waited_for() -> None:
    async def main() -> None:
        source = "import time; time.sleep(0.3); print('done')"
        async with asyncio.timeout(10):
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", source, stdout=subprocess.PIPE)
            output, _ = await process.communicate()
        assert output.split() == [b"done"]
        async with asyncio.timeout(10):
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", source)
            assert await process.wait() == 0
        assert elapsed() < 5  # on a machine that needs more than a second to start them

    with skipping(at_most=10) as elapsed:
        asyncio.run(main())


@row("an event loop or a trio run that was begun before")
def test_a_loop_that_was_begun_before_keeps_what_remains_of_its_timers() -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        with skipping() as elapsed:
            began = loop.time()
            await asyncio.sleep(1000)
            assert elapsed() == near(1000)
            assert loop.time() - began == near(1000)
            fired: list[float] = []
            loop.call_later(0.05, lambda: fired.append(loop.time()))
        began = loop.time()
        assert abs(began - real.monotonic()) < 0.1
        await asyncio.sleep(0.2)
        assert 0.01 < fired[0] - began < 0.15

    asyncio.run(main())


def test_a_loop_in_another_thread_keeps_what_remains_of_its_timers() -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    fired: list[float] = []
    done = threading.Event()

    async def main() -> None:
        await asyncio.sleep(1000)
        loop.call_later(0.05, fire)

    def fire() -> None:
        fired.append(real.monotonic())
        done.set()

    with skipping() as elapsed:
        asyncio.run_coroutine_threadsafe(main(), loop).result(2000)
        assert elapsed() == near(1000)
    began = real.monotonic()
    assert done.wait(5)
    assert fired[0] - began < 1
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


class OtherLoop(asyncio.SelectorEventLoop):
    """A loop with a time of its own, as uvloop's."""

    def time(self) -> float:
        return real.monotonic()


@row("uvloop, or another loop with a time of its own")
def test_a_loop_with_a_time_of_its_own_sleeps_really_and_says_so() -> None:
    async def main() -> None:
        began = real.monotonic()
        await asyncio.sleep(0.05)
        assert real.monotonic() - began >= 0.04

    told = (
        "reelmock can't skip time in an event loop of .*OtherLoop, which keeps a time of its own: it sleeps in real "
        "time. Run the test on asyncio's own loop, or use sleep='real'"
    )
    with skipping() as elapsed, asyncio.Runner(loop_factory=OtherLoop) as runner:
        with pytest.warns(RealTimeWarning, match=told):
            runner.run(main())
        runner.run(main())  # once is enough: a second one would be an error here
        assert elapsed() == 0


def test_a_block_within_a_loop_with_a_time_of_its_own_says_so_too() -> None:
    async def main() -> None:
        with pytest.warns(RealTimeWarning, match="OtherLoop"), skipping():
            pass

    with asyncio.Runner(loop_factory=OtherLoop) as runner:
        runner.run(main())


def test_an_answer_that_does_not_come_is_waited_for_really_and_says_so() -> None:
    async def main(address: Any) -> None:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(b"question\n")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await reader.readline()
        writer.close()
        await writer.wait_closed()

    with socket.create_server(("127.0.0.1", 0)) as server, impatient():
        began = real.monotonic()
        told = r"waits in real time: an answer is awaited from \('127.0.0.1', \d+\)\. Let that end"
        with skipping(at_most=3), pytest.warns(RealTimeWarning, match=told) as warned:
            asyncio.run(main(server.getsockname()))
        assert len(warned) == 1
        assert real.monotonic() - began >= 0.5
