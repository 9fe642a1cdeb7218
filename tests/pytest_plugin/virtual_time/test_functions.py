"""The functions of `time` and `datetime`, under whatever name, and what is built on them."""

import pickle
import sched
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from time import sleep as bound_sleep
from types import ModuleType
from typing import Any, ClassVar

import backoff
import pytest
import stamina
import tenacity
import urllib3
from urllib3.util.retry import Retry

from reelmock.mockserver.clock import FIXED_START
from reelmock.pytest_plugin.virtual_time import real
from reelmock.tests.pytest_plugin.virtual_time.skipping import near, row, skipping

START = datetime.fromtimestamp(FIXED_START, UTC)


class Unfinished(Exception):
    """What a poll raises that comes too early."""


def poll() -> None:
    raise Unfinished


@row("`time.sleep`")
def test_sleeping_takes_no_time() -> None:
    with skipping() as elapsed:
        time.sleep(15)
        time.sleep(0.5)
        assert elapsed() == 15.5


def test_the_loop_of_the_documentation_runs_to_its_own_time_out() -> None:
    with skipping() as elapsed:
        began, polls = time.time(), 0
        while time.time() - began < 1000:
            polls += 1
            time.sleep(15)
        assert (polls, elapsed()) == (67, 1005)


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), "1", None])
def test_what_can_not_be_slept_is_refused_as_ever(seconds: float) -> None:
    with pytest.raises(Exception) as real_error:  # noqa: PT011 - whatever it is
        real.sleep(seconds)
    with skipping() as elapsed, pytest.raises(real_error.type):
        time.sleep(seconds)
    assert elapsed() == 0


def test_no_seconds_are_no_wait() -> None:
    with skipping() as elapsed:
        time.sleep(0)
        assert elapsed() == 0


@row("`from time import sleep`")
def test_a_name_that_was_bound_before_is_bound_anew() -> None:
    with skipping() as elapsed:
        bound_sleep(15)
        assert elapsed() == 15
    assert bound_sleep is time.sleep


def keeps(
    seconds: float, sleep: Callable[[float], None] = time.sleep, *, clock: Callable[[], float] = time.time
) -> float:
    began = clock()
    sleep(seconds)
    return clock() - began


class Keeper:
    # A function of C, which does not become a method.
    sleep: ClassVar[Any] = time.sleep

    @staticmethod
    def static(seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        sleep(seconds)


@row("`def poll(sleep=time.sleep)`")
def test_defaults_and_names_in_classes_are_bound_anew() -> None:
    before = keeps.__defaults__, keeps.__kwdefaults__, vars(Keeper)["sleep"], Keeper.static.__defaults__
    with skipping() as elapsed:
        assert keeps(15) == 15
        Keeper.sleep(15)
        Keeper().sleep(15)  # no method, as the function itself would be none
        Keeper.static(15)
        assert elapsed() == 60
    assert (keeps.__defaults__, keeps.__kwdefaults__, vars(Keeper)["sleep"], Keeper.static.__defaults__) == before


@row("`time.time`, `monotonic`, `perf_counter`, and their `_ns`")
def test_the_functions_of_time_move_along() -> None:
    names = ("time", "monotonic", "perf_counter")
    with skipping() as elapsed:
        before = {name: getattr(time, name)() for name in (*names, *(f"{name}_ns" for name in names))}
        assert before["time"] == FIXED_START
        time.sleep(15)
        after = {name: getattr(time, name)() for name in before}
        assert all(after[name] - before[name] == near(15) for name in names)
        assert all(after[f"{name}_ns"] - before[f"{name}_ns"] == near(15e9) for name in names)
        assert elapsed() == 15


def test_monotonic_goes_on_from_where_it_was() -> None:
    before = real.monotonic()
    with skipping():
        assert before <= time.monotonic() <= before + 0.5
        assert time.monotonic() == time.monotonic()


@row("`datetime.now`, `utcnow`, `today`")
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
def test_dates_move_along() -> None:
    east = timezone(timedelta(hours=5))
    with skipping():
        time.sleep(15)
        later = START + timedelta(seconds=15)
        assert datetime.now(UTC) == datetime.now(tz=UTC) == later
        assert datetime.now(east) == later
        assert datetime.now(east).utcoffset() == timedelta(hours=5)
        assert datetime.now() == datetime.today() == later.astimezone().replace(tzinfo=None)  # noqa: DTZ002, DTZ005
        assert datetime.utcnow() == later.replace(tzinfo=None)  # noqa: DTZ003
        assert date.today() == later.astimezone().date()  # noqa: DTZ011
        assert pickle.loads(pickle.dumps(datetime.now(UTC))) == later
    assert abs(datetime.now(UTC).timestamp() - real.time()) < 5
    assert abs(datetime.utcnow().replace(tzinfo=UTC).timestamp() - real.time()) < 5  # noqa: DTZ003


def test_a_subclass_of_datetime_stays_one() -> None:
    class Stamp(datetime):
        pass

    with skipping():
        assert type(Stamp.now(UTC)) is Stamp
        assert type(Stamp.now()) is Stamp
    assert type(Stamp.now(UTC)) is Stamp


def test_a_module_that_is_imported_within_the_block_gets_its_functions_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module = ModuleType("downstream_client")
    with skipping() as elapsed:
        monkeypatch.setitem(sys.modules, "downstream_client", module)
        exec("from time import sleep, monotonic as clock\ndef wait(s=sleep): s(15)", vars(module))
        module.wait()
        module.sleep(15)
        assert elapsed() == 30
    assert (module.sleep, module.clock) == (time.sleep, time.monotonic)
    assert module.wait.__defaults__ == (time.sleep,)


def test_a_module_that_has_grown_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("downstream_client")
    monkeypatch.setitem(sys.modules, "downstream_client", module)
    with skipping():
        pass
    module.nap = time.sleep  # type: ignore[attr-defined]
    with skipping() as elapsed:
        module.nap(15)
        assert elapsed() == 15


def test_a_proxy_in_a_module_is_not_asked_for_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    class Proxy:
        def __getattribute__(self, name: str) -> object:
            raise RuntimeError("outside of its context")

    module = ModuleType("downstream_client")
    vars(module).update(proxy=Proxy(), time=time)
    monkeypatch.setitem(sys.modules, "downstream_client", module)
    with skipping():
        pass


def test_a_function_that_was_kept_within_the_block_is_the_real_one_afterwards() -> None:
    with skipping():
        sleep, clock = time.sleep, time.time
    assert repr(sleep) == "<<built-in function sleep>, in reelmock's virtual time>"
    began = real.monotonic()
    sleep(0.01)
    assert real.monotonic() - began >= 0.01
    assert abs(clock() - real.time()) < 5


def test_a_function_that_a_test_put_there_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[float] = []
    real_sleep = time.sleep
    monkeypatch.setattr(time, "sleep", calls.append)
    with skipping() as elapsed:
        time.sleep(15)
        bound_sleep(15)
        assert elapsed() == 30
    time.sleep(3)
    assert calls == [3]
    assert bound_sleep is real_sleep


@row("`sched`")
def test_the_scheduler_of_the_standard_library() -> None:
    with skipping() as elapsed:
        ran: list[float] = []
        scheduler = sched.scheduler()
        for delay in (20, 10):
            scheduler.enter(delay, 1, lambda: ran.append(elapsed()))
        scheduler.run()
        assert ran == [10, 20]


@row("tenacity")
def test_tenacity() -> None:
    with skipping() as elapsed:
        retrying = tenacity.Retrying(wait=tenacity.wait_fixed(15), stop=tenacity.stop_after_delay(1000))
        with pytest.raises(tenacity.RetryError):
            retrying(poll)
        assert elapsed() == 1005


@row("stamina")
def test_stamina() -> None:
    with skipping() as elapsed:
        caller = stamina.RetryingCaller(attempts=None, timeout=1000, wait_initial=15, wait_max=15, wait_jitter=0)
        with pytest.raises(Unfinished):
            caller.on(Unfinished)(poll)
        assert elapsed() == near(1000, off=15)


@row("backoff")
@pytest.mark.filterwarnings("ignore:.*iscoroutinefunction:DeprecationWarning")
def test_backoff() -> None:
    with skipping() as elapsed:
        tried = []

        @backoff.on_exception(backoff.constant, Unfinished, interval=15, max_time=1000, jitter=None)
        def client() -> None:
            tried.append(elapsed())
            poll()

        with pytest.raises(Unfinished):
            client()
        assert (len(tried), tried[-1]) == (68, 1000)


@row("urllib3's `Retry`")
def test_the_retries_of_urllib3() -> None:
    with skipping() as elapsed:
        retry = Retry(total=5, backoff_factor=15, backoff_max=1000)
        for _ in range(3):
            retry = retry.increment("GET", "/", error=urllib3.exceptions.ProtocolError("gone"))
            retry.sleep()
        assert elapsed() == 30 + 60
        told = urllib3.HTTPResponse(headers={"Retry-After": "120"}, status=503)
        retry.sleep(told)
        assert elapsed() == 30 + 60 + 120
