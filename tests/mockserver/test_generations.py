"""Where a generation stands: a pure function of its plan, its orders and the clock or its polls."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.lifecycle import State, illegal_step
from reelmock.mockserver.clips import ClipSpec
from reelmock.mockserver.clock import FIXED_START
from reelmock.mockserver.generations import Generation, Order, Standing, standing
from reelmock.mockserver.plan import Completed, Failed, Outcome, Plan, parse_progression

FAILED = Failed("Error", "No face was found")
Q, G, C = State.QUEUED, State.GENERATING, State.COMPLETED


def made(progression: str, outcome: Outcome | None = None, *, polls: int = 0) -> Generation:
    plan = Plan(parse_progression(progression), outcome or Completed())
    clip = ClipSpec(640, 360, 5, audio=False)
    return Generation("id", "owner", "POST /jobs", "m", b'{"prompt": "p"}', FIXED_START, plan, clip, 1, polls)


def state_after(progression: str, seconds: float) -> State:
    return standing(made(progression), FIXED_START + seconds).state


@pytest.mark.parametrize("queued", range(4))
@pytest.mark.parametrize("generating", range(4))
@pytest.mark.parametrize("outcome", [Completed(), FAILED])
def test_polls_answer_queued_then_generating_then_the_outcome_for_ever(
    queued: int, generating: int, outcome: Outcome
) -> None:
    end = State.ERROR if outcome is FAILED else C
    seen = [standing(made(f"polls:{queued},{generating}", outcome, polls=n), FIXED_START).state for n in range(1, 10)]
    assert seen == ([Q] * queued + [G] * generating + [end] * 9)[:9]


def test_before_the_first_poll_a_generation_is_queued() -> None:
    assert standing(made("polls:0,0"), FIXED_START + 1e6).state is Q


@pytest.mark.parametrize(
    ("progression", "seconds", "state"),
    [
        ("time:2,8", 0, Q),
        ("time:2,8", 1.999, Q),
        ("time:2,8", 2, G),
        ("time:2,8", 9.999, G),
        ("time:2,8", 10, C),
        ("time:2,8", 1e6, C),
        ("time:0,0", 0, C),
        ("time:0,1", 0, G),
        ("time:1,0", 0.999, Q),
        ("time:1,0", 1, C),
        ("time:0.1,0.2", 0.0999, Q),
        ("time:0.1,0.2", 0.1, G),
        ("time:0.1,0.2", 0.2999, G),
        ("time:0.1,0.2", 0.1 + 0.2, C),
        ("time:0.001,0.001", 0.0009, Q),
        ("time:0.001,0.001", 0.001, G),
        ("time:0.001,0.001", 0.002, C),
    ],
)
def test_seconds_pass_through_the_states_and_each_boundary_belongs_to_the_next_one(
    progression: str, seconds: float, state: State
) -> None:
    assert state_after(progression, seconds) is state


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_on_a_clock_of_2026_a_boundary_in_milliseconds_is_neither_early_nor_late(queued: int, generating: int) -> None:
    progression = f"time:{queued / 1000},{generating / 1000}"
    total = (queued + generating) / 1000
    assert state_after(progression, queued / 1000 - 0.001) is Q
    assert state_after(progression, queued / 1000) is G
    assert state_after(progression, total - 0.001) is (Q if generating == 0 else G)
    assert state_after(progression, total) is C


@pytest.mark.parametrize(("progression", "state"), [("immediate", C), ("hold", Q)])
@pytest.mark.parametrize("seconds", [0, 1e9])
def test_immediate_has_ended_at_once_and_hold_never_ends(progression: str, state: State, seconds: float) -> None:
    assert state_after(progression, seconds) is state


def test_a_failed_generation_says_why_and_another_says_nothing() -> None:
    assert standing(made("immediate", FAILED), FIXED_START) == Standing(State.ERROR, FAILED)
    assert standing(made("immediate"), FIXED_START) == Standing(C, None)


@pytest.mark.parametrize("progression", ["hold", "polls:5,5", "time:5,5", "immediate"])
@pytest.mark.parametrize("outcome", [Completed(), FAILED])
def test_an_order_counts_more_than_the_plan(progression: str, outcome: Outcome) -> None:
    ordered = replace(made(progression), orders=(Order(outcome, FIXED_START),))
    expected = Standing(C) if outcome == Completed() else Standing(State.ERROR, FAILED)
    assert standing(ordered, FIXED_START) == expected


def test_the_payload_is_read_from_the_body() -> None:
    assert made("hold").payload == {"prompt": "p"}


def test_the_size_grows_with_the_body() -> None:
    small = made("hold")
    assert replace(small, body=bytes(10_000)).size - small.size == 10_000 - len(small.body)


@given(st.sampled_from(["time:3,4", "time:0.5,0", "immediate", "hold"]), st.lists(st.floats(0, 10), min_size=1))
def test_asking_is_pure_and_later_moments_give_a_legal_history(progression: str, moments: list[float]) -> None:
    generation = made(progression)
    asked = {moment: standing(generation, FIXED_START + moment) for moment in moments}
    again = {moment: standing(generation, FIXED_START + moment) for moment in reversed(moments)}
    assert asked == again
    assert illegal_step([asked[moment].state for moment in sorted(asked)]) is None
