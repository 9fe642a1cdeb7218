"""Clocks: what moves them, what does not, and that they stay exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.mockserver.clock import FIXED_START, RunningClock, VirtualClock


class Machine:
    """A machine's two clocks, moved by hand."""

    def __init__(self) -> None:
        self.wall = 1_800_000_000.0
        self.monotonic = 50.0

    def runs(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def clock(self) -> RunningClock:
        return RunningClock(lambda: self.wall, lambda: self.monotonic)


def test_a_virtual_clock_starts_in_2026_and_stands_still() -> None:
    clock = VirtualClock()
    assert FIXED_START == 1_767_225_600
    assert [clock.now(), clock.now()] == [FIXED_START, FIXED_START]


def test_a_virtual_clock_starts_where_it_is_told_and_moves_by_what_it_is_told() -> None:
    clock = VirtualClock(100)
    clock.advance(2.5)
    clock.advance(0)
    assert clock.now() == 102.5


@pytest.mark.parametrize("step", [0.1, 0.01, 0.3, 1 / 3])
def test_many_small_steps_are_as_exact_as_one_large_one(step: float) -> None:
    """On a clock that counts from 1970 a sum of rounded steps would be too early; see `RESOLUTION` of generations."""
    clock = VirtualClock()
    for _ in range(10_000):
        clock.advance(step)
    assert clock.now() - FIXED_START == pytest.approx(10_000 * step, abs=1e-6)


@pytest.mark.parametrize("seconds", [-0.001, float("-inf"), float("inf"), float("nan")])
@pytest.mark.parametrize("clock", [VirtualClock(), RunningClock(lambda: 0.0, lambda: 0.0)], ids=["virtual", "running"])
def test_a_clock_refuses_to_go_back_or_to_the_end_of_time_and_stays_where_it_is(
    clock: VirtualClock | RunningClock, seconds: float
) -> None:
    before = clock.now()
    wanted = f"a clock can't be advanced by {seconds} seconds: give a number from 0 that stays before the year 9999"
    with pytest.raises(ValueError, match=f"^{wanted}$"):
        clock.advance(seconds)
    assert clock.now() == before


def test_a_running_clock_runs_with_the_wall() -> None:
    machine = Machine()
    clock = machine.clock()
    assert clock.now() == machine.wall
    machine.runs(3)
    assert clock.now() == 1_800_000_003


def test_a_change_of_the_machines_time_moves_no_running_clock() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall += 3600
    assert clock.now() == 1_800_000_000


def test_a_frozen_clock_stands_still_and_resumes_from_there() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.freeze()
    machine.runs(10)
    clock.freeze()  # a frozen clock stays frozen, at its first moment
    assert clock.now() == 1_800_000_000
    clock.advance(5)
    assert clock.now() == 1_800_000_005
    clock.resume()
    assert clock.now() == 1_800_000_005
    machine.runs(2)
    clock.resume()  # a running clock runs on
    assert clock.now() == 1_800_000_007


def test_a_running_clock_can_be_advanced_while_it_runs() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.advance(60)
    machine.runs(1)
    assert clock.now() == 1_800_000_061


@given(st.lists(st.sampled_from(["freeze", "resume", "advance", "run"])))
def test_whatever_is_done_to_a_running_clock_it_never_goes_back(deeds: list[str]) -> None:
    machine = Machine()
    clock = machine.clock()
    seen = [clock.now()]
    for deed in deeds:
        if deed == "run":
            machine.runs(1)
        elif deed == "advance":
            clock.advance(7)
        else:
            (clock.freeze if deed == "freeze" else clock.resume)()
        seen.append(clock.now())
    assert seen == sorted(seen)
