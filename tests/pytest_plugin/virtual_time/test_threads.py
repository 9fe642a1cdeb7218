"""Threads in virtual time."""

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for_futures
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

import pytest

from reelmock.pytest_plugin.virtual_time import RealTimeWarning, real
from reelmock.tests.pytest_plugin.virtual_time.skipping import impatient, near, row, skipping


def in_threads(*functions: Callable[[], object]) -> None:
    """Run them at the same time, each in a thread."""
    threads = [threading.Thread(target=function) for function in functions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@row("`Event.wait(timeout)`")
def test_an_event_that_is_never_set() -> None:
    with skipping() as elapsed:
        assert not threading.Event().wait(15)
        assert elapsed() == 15


def test_an_event_that_is_set_by_one_who_sleeps() -> None:
    event = threading.Event()

    def setter() -> None:
        time.sleep(10)
        event.set()

    with skipping() as elapsed:
        thread = threading.Thread(target=setter)
        thread.start()
        assert event.wait(15)
        assert elapsed() == 10
        thread.join()


def test_an_event_that_is_set_by_one_who_works() -> None:
    event = threading.Event()

    def setter() -> None:
        real.sleep(0.2)
        event.set()

    with skipping() as elapsed:
        thread = threading.Thread(target=setter)
        thread.start()
        assert event.wait(15)
        assert elapsed() == 0
        thread.join()


@row("`Queue.get(timeout)`")
def test_queues() -> None:
    items: queue.Queue[str] = queue.Queue(maxsize=1)

    def producer() -> None:
        time.sleep(10)
        items.put("first")
        items.put("second", timeout=100)

    with skipping() as elapsed:
        with pytest.raises(queue.Empty):
            items.get(timeout=15)
        assert elapsed() == near(15)
        thread = threading.Thread(target=producer)
        thread.start()
        assert items.get(timeout=15) == "first"
        assert items.get(timeout=15) == "second"
        assert elapsed() == near(25)
        thread.join()


@row("`Condition`, `Semaphore`, `Barrier`, `Future.result`, `Thread.join`, `Timer`")
def test_whatever_is_built_on_conditions() -> None:
    with skipping() as elapsed:
        condition = threading.Condition()
        with condition:
            assert not condition.wait(10)
            assert not condition.wait_for(lambda: False, timeout=10)
        assert elapsed() == near(20)
        assert not threading.Semaphore(0).acquire(timeout=10)
        assert elapsed() == near(30)
        with pytest.raises(threading.BrokenBarrierError):
            threading.Barrier(2).wait(10)
        assert elapsed() == near(40)
        future: Future[None] = Future()
        with pytest.raises(TimeoutError):
            future.result(10)
        assert len(wait_for_futures([future], timeout=10).not_done) == 1
        assert elapsed() == near(60)
        thread = threading.Thread(target=time.sleep, args=(15,))
        thread.start()
        thread.join(10)
        assert (thread.is_alive(), elapsed()) == (True, near(70))
        thread.join(10)
        assert (thread.is_alive(), elapsed()) == (False, near(75))
        fired: list[float] = []
        timer = threading.Timer(10, lambda: fired.append(elapsed()))
        timer.start()
        timer.join()
        assert fired == [near(85)]


def test_a_condition_gives_up_no_notification() -> None:
    """Many threads that wait with a time-out, and as many notifications: everybody gets one."""
    condition, got = threading.Condition(), []

    def waiter() -> None:
        with condition:
            got.append(condition.wait(15))

    def notifier() -> None:
        for _ in range(20):
            time.sleep(0.1)
            with condition:
                condition.notify()

    with skipping():
        in_threads(*[waiter] * 20, notifier)
    assert got == [True] * 20


@pytest.mark.parametrize("wait", [threading.Condition().wait, threading.Thread().join], ids=["wait", "join"])
def test_what_can_not_be_waited_for_is_refused_as_ever(wait: Callable[[float], object]) -> None:
    with skipping(), pytest.raises(RuntimeError):
        wait(15)


@row("several threads that sleep")
def test_each_thread_has_its_own_deadline() -> None:
    ended: list[tuple[int, float]] = []

    def sleeper(seconds: int) -> None:
        time.sleep(seconds)
        ended.append((seconds, elapsed()))

    with skipping() as elapsed:
        in_threads(*(partial(sleeper, seconds) for seconds in (15, 5, 10)))
    assert ended == [(5, 5), (10, 10), (15, 15)]


def test_ten_pollers_keep_their_own_deadlines() -> None:
    ended: dict[int, tuple[int, float]] = {}

    def client(number: int) -> None:
        began, polls = time.monotonic(), 0
        while time.monotonic() - began < 300 + number:
            polls += 1
            time.sleep(15)
        ended[number] = (polls, elapsed())

    with skipping(at_most=10) as elapsed:
        in_threads(*(partial(client, number) for number in range(10)))
    assert ended == {number: (20 + (number > 0), near(300 + 15 * (number > 0))) for number in range(10)}


def test_a_pool_that_sleeps_and_works() -> None:
    def sleep(seconds: float) -> float:
        time.sleep(seconds)
        return elapsed()

    with skipping() as elapsed, ThreadPoolExecutor(3) as pool:
        assert list(pool.map(sleep, (30, 10, 20), timeout=100)) == [30, 10, 20]
        pool.submit(real.sleep, 0.2).result(15)
        assert elapsed() == 30


@row("a lock that a sleeping thread holds")
@pytest.mark.parametrize("lock", [threading.Lock(), threading.RLock()], ids=["Lock", "RLock"])
def test_threads_that_wait_for_a_lock_rest(lock: threading.Lock) -> None:
    class Limiter:
        def __init__(self) -> None:
            self.lock = lock

        def with_statement(self) -> None:
            with self.lock:
                time.sleep(15)

        def acquired(self) -> None:
            self.lock.acquire()
            time.sleep(15)
            lock.release()

    with skipping() as elapsed:
        limiter = Limiter()
        in_threads(limiter.with_statement, limiter.acquired, limiter.with_statement, limiter.acquired)
        assert elapsed() == 60


def sleep_beside(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work, name="worker")
    thread.start()
    began = real.monotonic()
    time.sleep(15)  # until the other one has ended
    assert 0.3 < real.monotonic() - began < 2
    thread.join()


@row("a thread at work while another one sleeps")
def test_a_thread_at_work_is_waited_for_and_named() -> None:
    told = (
        r"reelmock skips no time here, but waits in real time: thread 'worker' is at work in .*test_threads.py:\d+\. "
    )
    with impatient(), skipping(at_most=10) as elapsed, pytest.warns(RealTimeWarning, match=told) as warned:
        sleep_beside(lambda: real.sleep(0.5))
    assert len(warned) == 1
    assert elapsed() == 15


def test_no_sleep_takes_longer_than_it_says() -> None:
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            real.sleep(0.01)

    def sleep() -> None:
        began = real.monotonic()
        time.sleep(0.3)
        done.set()
        assert 0.3 <= real.monotonic() - began < 1

    thread = threading.Thread(target=work)
    with impatient(0.05), skipping(at_most=10):
        thread.start()
        with pytest.warns(RealTimeWarning):
            sleep()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Answers, and keeps the connection open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        real.sleep(0.1)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("when", ["before", "within"])
def test_a_server_of_the_standard_library_keeps_nobody_from_sleeping(when: str) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    if when == "before":
        thread.start()
    with skipping() as elapsed:
        if when == "within":
            thread.start()
        host, port = server.server_address[:2]
        with urlopen(f"http://{host!s}:{port}/", timeout=10) as reply:
            assert reply.read() == b"ok"
        time.sleep(15)
        assert elapsed() == 15
        server.shutdown()
        thread.join()
    server.server_close()


def test_a_thread_that_waits_on_after_the_block_waits_for_what_remains() -> None:
    waited: list[float] = []
    reached = threading.Event()

    def sleeper() -> None:
        reached.set()
        time.sleep(15.1)
        waited.append(real.monotonic())

    with skipping():
        thread = threading.Thread(target=sleeper)
        thread.start()
        time.sleep(15)
    began = real.monotonic()
    thread.join(5)
    assert 0.05 < waited[0] - began < 1
