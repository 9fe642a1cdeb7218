"""What stays in real time, and what is put back after the block."""

import asyncio
import datetime
import http.client
import multiprocessing
import queue
import select
import selectors
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any
from urllib.request import urlopen

import pytest

from reelmock.mockserver.clock import FIXED_START, RunningClock, VirtualClock
from reelmock.mockserver.live import LiveServer
from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.virtual_time import RealTimeWarning, VirtualTime, exempt, real
from reelmock.pytest_plugin.virtual_time.timeline import PATIENCE_S
from reelmock.tests.pytest_plugin.virtual_time.skipping import impatient, near, row, skipping


def replaced() -> dict[str, object]:
    """Everything that a virtual time replaces."""
    names = ("sleep", "time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns")
    loop: Any = asyncio.BaseEventLoop
    return {
        **{name: getattr(time, name) for name in names},
        "now": vars(datetime.datetime)["now"],
        "utcnow": vars(datetime.datetime)["utcnow"],
        "wait": threading.Condition.wait,
        "join": threading.Thread.join,
        "start": threading.Thread.start,
        "submit": ThreadPoolExecutor.submit,
        "loop": (loop.time, loop._run_once, asyncio.Runner.run),
        "socket": dict(vars(socket.socket)),
        "threading": dict(vars(threading)),
        "queue": dict(vars(queue)),
        "finders": list(sys.meta_path),
    }


@row("outside the block")
def test_everything_is_put_back() -> None:
    before = replaced()
    with skipping():
        changed = replaced()
    assert [name for name in before if before[name] == changed[name]] in (["finders"], [])  # if trio is there
    assert replaced() == before


def sleep_and_raise(error: BaseException) -> None:
    time.sleep(15)
    raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, RealTimeWarning])
def test_everything_is_put_back_after_an_error(error: type[BaseException]) -> None:
    before = replaced()
    with pytest.raises(error, match="of the test"), skipping():
        sleep_and_raise(error("of the test"))
    assert replaced() == before


def test_everything_is_put_back_when_the_block_can_not_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    before = replaced()
    monkeypatch.setattr(selectors, "EVENT_READ", selectors.EVENT_READ)
    monkeypatch.delattr(socket.socket, "accept")
    with pytest.raises(AttributeError), skipping():
        pass
    monkeypatch.undo()
    assert replaced() == before
    with skipping() as elapsed:
        time.sleep(15)
        assert elapsed() == 15


def test_what_somebody_else_replaced_within_the_block_stays() -> None:
    def other(_: float) -> None:
        pass

    before: Any = time.sleep
    shared: Any = time
    try:
        with skipping():
            ours, shared.sleep = shared.sleep, other
        assert time.sleep is other
        # Put back as it was within the block: one more block makes it good.
        shared.sleep = ours
        with skipping() as elapsed:
            time.sleep(15)
            assert elapsed() == 15
            assert shared.sleep.function is before
    finally:
        shared.sleep = before


def test_a_block_begins_once() -> None:
    block = VirtualTime(VirtualClock())
    with block, pytest.raises(RuntimeError, match=r"make a new VirtualTime\(clock\) for each block"):
        block.start()
    block.stop()  # nothing more to do


@row("nested blocks")
def test_the_innermost_is_in_force() -> None:
    outer, inner = VirtualClock(), VirtualClock(5e9)
    before = replaced()
    with VirtualTime(outer):
        began = time.monotonic()
        time.sleep(15)
        with VirtualTime(inner):
            assert time.time() == 5e9
            assert time.monotonic() - began == 15
            time.sleep(100)
            asyncio.run(asyncio.sleep(100))
            assert time.monotonic() - began == near(215)
        assert (time.time(), time.monotonic() - began) == (FIXED_START + 15, 15)
        time.sleep(15)
        assert time.monotonic() - began == 30
    assert outer.now() == FIXED_START + 30
    assert inner.now() == near(5e9 + 200)
    assert replaced() == before


def test_an_error_in_a_nested_block_gives_the_outer_one_back() -> None:
    with skipping() as elapsed:
        with pytest.raises(ValueError, match="of the test"), skipping():
            raise ValueError("of the test")
        time.sleep(15)
        assert elapsed() == 15


def test_a_thread_of_the_outer_block_waits_until_that_is_in_force_again() -> None:
    ended: list[float] = []
    with skipping() as elapsed:

        def sleeper() -> None:
            time.sleep(15)
            ended.append(elapsed())

        thread = threading.Thread(target=sleeper)
        thread.start()
        with skipping() as within:
            time.sleep(100)
            assert (within(), ended) == (100, [])
        thread.join()
        assert ended == [15]


def test_a_clock_that_somebody_else_moves_wakes_the_sleepers() -> None:
    clock = VirtualClock()
    with VirtualTime(clock):
        done = threading.Event()

        def work() -> None:
            real.sleep(0.05)
            clock.advance(15)
            done.wait()

        thread = threading.Thread(target=work)
        thread.start()
        began = time.monotonic()
        time.sleep(10)
        assert time.monotonic() - began == near(15)
        done.set()
        thread.join()


@row("a busy loop that never sleeps")
def test_a_busy_loop_ends() -> None:
    with impatient(), skipping() as elapsed:
        deadline = time.monotonic() + 0.2
        began = real.monotonic()
        while time.monotonic() < deadline:
            time.sleep(0)
        assert 0.25 <= real.monotonic() - began < 0.9
        assert 0.2 <= elapsed() < 0.3


def test_patience_ends_before_anybody_waits_for_long() -> None:
    assert PATIENCE_S <= 1


@row("`subprocess`, `multiprocessing`")
def test_another_process_takes_real_time() -> None:
    def send(pipe: Any) -> None:
        real.sleep(0.2)
        pipe.send("done")

    with skipping(at_most=5) as elapsed:
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.3)"]) as process:
            assert process.wait(timeout=30) == 0
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run([sys.executable, "-c", "import time; time.sleep(30)"], timeout=0.3, check=False)
        ours, theirs = multiprocessing.Pipe()
        thread = threading.Thread(target=send, args=(theirs,))
        thread.start()
        assert multiprocessing.connection.wait([ours], timeout=15) == [ours]
        assert elapsed() == 0
        thread.join()
        ours.close()
        theirs.close()


@row("time-outs of sockets, `select`")
def test_sockets_take_real_time() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, skipping() as elapsed:
        ours.settimeout(0.1)
        began = real.monotonic()
        with pytest.raises(TimeoutError):
            ours.recv(1)
        assert select.select([ours], [], [], 0.1) == ([], [], [])
        assert real.monotonic() - began >= 0.2
        assert elapsed() == 0


@row("`Lock.acquire(timeout)`, `SimpleQueue.get(timeout)`")
def test_what_is_written_in_c_takes_real_time() -> None:
    lock = threading.Lock()
    with lock, skipping() as elapsed:
        began = real.monotonic()
        assert not lock.acquire(timeout=0.1)
        with pytest.raises(queue.Empty):
            queue.SimpleQueue[int]().get(timeout=0.1)
        assert real.monotonic() - began >= 0.2
        assert elapsed() == 0


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Takes 0.2 seconds of its own time for an answer, and tells what it measured."""
    began, wall = time.monotonic(), time.time()
    await asyncio.sleep(0.2)
    body = f"{time.monotonic() - began:.3f} {wall:.0f}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@row("`reelmock_server`")
def test_the_thread_of_a_live_server_lives_in_real_time() -> None:
    with LiveServer(app) as server:
        host, port = server.url.removeprefix("http://").split(":")

        async def ask() -> bytes:
            reader, writer = await asyncio.open_connection(host, int(port))
            async with asyncio.timeout(10):
                writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
                await reader.readuntil(b"\r\n\r\n")
                body = await reader.read(100)
            writer.close()
            await writer.wait_closed()
            return body

        with skipping() as elapsed:
            connection = http.client.HTTPConnection(host, int(port), timeout=10)
            for _ in range(2):
                connection.request("GET", "/")
                measured, wall = connection.getresponse().read().split()
                assert 0.19 < float(measured) < 1
                assert abs(float(wall) - real.time()) < 5
                time.sleep(15)
            assert elapsed() == 30
            connection.close()
            measured, _ = asyncio.run(ask()).split()
            assert 0.19 < float(measured) < 1
            assert elapsed() == 30


def test_a_thread_may_be_left_alone() -> None:
    done = threading.Event()
    told: list[float] = []

    def work() -> None:
        while not done.wait(0.05):
            told.append(time.time())

    thread = threading.Thread(target=work)
    exempt(thread)
    with skipping() as elapsed:
        thread.start()
        time.sleep(100)
        real.sleep(0.2)
        assert elapsed() == 100
        done.set()
        thread.join()
    assert 1 <= len(told) <= 6
    assert abs(told[0] - real.time()) < 5


def test_the_clocks_of_engines_run_on() -> None:
    with skipping():
        time.sleep(15)
        assert abs(RunningClock().now() - real.time()) < 5


@row("pytest, its plugins, Hypothesis, coverage")
@pytest.mark.parametrize("name", ["_pytest.timing", "pytest_timeout", "hypothesis.internal", "xdist.remote"])
def test_tools_live_in_real_time(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(name)
    exec("import time\nfrom time import perf_counter\ndef measure(): return time.time()", vars(module))
    bound = module.perf_counter
    monkeypatch.setitem(sys.modules, name, module)
    with skipping():
        assert abs(module.measure() - real.time()) < 5
        assert module.perf_counter is bound


@row("pytest, its plugins, Hypothesis, coverage")
def test_a_timer_of_pytest_timeout_runs_in_real_time() -> None:
    module = ModuleType("pytest_timeout")
    exec("def start(timer): timer.start()", vars(module))
    fired: list[float] = []
    timer = threading.Timer(0.3, lambda: fired.append(real.monotonic()))
    with skipping() as elapsed:
        began = real.monotonic()
        module.start(timer)
        time.sleep(100)
        assert (elapsed(), fired) == (100, [])
        timer.join()
        assert fired[0] - began >= 0.3


@row("`reelmock_server`")
def test_a_live_server_that_is_started_within_the_block_lives_in_real_time() -> None:
    with skipping() as elapsed, LiveServer(app) as server, urlopen(server.url, timeout=10) as reply:
        measured, _ = reply.read().split()
        assert 0.19 < float(measured) < 1
        assert elapsed() == 0


@row("gevent, eventlet")
@pytest.mark.parametrize(
    ("module", "function"), [("gevent.monkey", "is_module_patched"), ("eventlet.patcher", "is_monkey_patched")]
)
def test_patched_threads_are_refused(module: str, function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType(module)
    setattr(library, function, lambda name: name == "time")
    monkeypatch.setitem(sys.modules, module, library)
    before = replaced()
    told = f"time can't be skipped beside {module.partition('.')[0]}, which has replaced the functions of `time`"
    with pytest.raises(ReelmockError, match=told), skipping():
        pass
    assert replaced() == before


def sleep_beside_a_worker() -> None:
    thread = threading.Thread(target=lambda: real.sleep(0.3), name="worker")
    thread.start()
    time.sleep(15)
    thread.join()


def test_a_warning_that_is_an_error_is_raised_at_the_end() -> None:
    before = replaced()
    with impatient(0.05), pytest.raises(RealTimeWarning, match="thread 'worker' is at work"), skipping(at_most=3):
        sleep_beside_a_worker()
    assert replaced() == before


def test_a_warning_that_is_an_error_hides_no_other_error() -> None:
    with impatient(0.05), pytest.raises(ValueError, match="of the test"), skipping(at_most=3):
        sleep_and_raise_beside_a_worker()


def sleep_and_raise_beside_a_worker() -> None:
    sleep_beside_a_worker()
    raise ValueError("of the test")
