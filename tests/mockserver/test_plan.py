"""The one grammar of progressions and outcomes: what it takes, what it refuses and in which words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.mockserver.plan import (
    GRAMMAR,
    MAX_POLLS,
    Completed,
    Failed,
    Hold,
    Immediate,
    Outcome,
    PlanError,
    Polls,
    Progression,
    Span,
    Time,
    parse_outcome,
    parse_polls,
    parse_progression,
    parse_span,
    seconds,
)


@pytest.mark.parametrize(
    ("text", "progression"),
    [
        ("immediate", Immediate()),
        (" immediate ", Immediate()),
        ("hold", Hold()),
        ("polls:0,0", Polls(0, 0)),
        ("polls: 1 , 2", Polls(1, 2)),
        ("polls:1000000,1000000", Polls(MAX_POLLS, MAX_POLLS)),
        ("time:2,8", Time(seconds(2), seconds(8))),
        ("time:0,0.5", Time(seconds(0), seconds(0.5))),
        ("time: 1..2 , 3..4.5 ", Time(seconds(1, 2), seconds(3, 4.5))),
        ("time:3..3,0", Time(seconds(3), seconds(0))),
        ("time:0,10000000", Time(seconds(0), seconds(10_000_000))),
    ],
)
def test_a_progression_is_read(text: str, progression: Progression) -> None:
    assert parse_progression(text) == progression


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"'' is no progression: wanted {GRAMMAR}"),
        ("fast", f"'fast' is no progression: wanted {GRAMMAR}"),
        ("Immediate", f"'Immediate' is no progression: wanted {GRAMMAR}"),
        ("immediate:1", f"'immediate:1' is no progression: wanted {GRAMMAR}"),
        ("hold:", f"'hold:' is no progression: wanted {GRAMMAR}"),
        ("time:5", f"'time:5' is no progression: wanted {GRAMMAR}"),
        ("time:1,2,3", f"'time:1,2,3' is no progression: wanted {GRAMMAR}"),
        ("time:-1,2", "'-1' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
        ("time:1e3,2", "'1e3' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
        ("time:nan,2", "'nan' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
        ("time:٣,2", "'٣' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
        ("time:2..,2", "'2..' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
        ("time:1,..2", "'..2' is no number of seconds: wanted a number such as 8, or a range such as 2..5"),
        ("time:5..2,1", "'5..2' is no span of seconds: wanted 0 <= MIN <= MAX <= 10,000,000"),
        ("polls:1", "'1' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)"),
        ("polls:1,2,3", "'1,2,3' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)"),
        ("polls:1.5,2", "'1.5,2' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)"),
        ("polls:-1,2", "'-1,2' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)"),
        ("polls:1,1000001", "'polls:1,1000001' is no progression: wanted two numbers of polls from 0 to 1,000,000"),
    ],
)
def test_what_is_no_progression_is_refused_with_what_came_and_what_is_wanted(text: str, message: str) -> None:
    with pytest.raises(PlanError, match=f"^{re.escape(message)}$"):
        parse_progression(text)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("completed", Completed()),
        (" completed\n", Completed()),
        ("error:Error:No face was found", Failed("Error", "No face was found")),
        ("error:E:a:b", Failed("E", "a:b")),
    ],
)
def test_an_outcome_is_read(text: str, outcome: Outcome) -> None:
    assert parse_outcome(text) == outcome


@pytest.mark.parametrize("text", ["", "error", "error:", "error:E", "error:E:", "error::m", "failed", "completed:x"])
def test_what_is_no_outcome_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match=f"^'{text}' is no outcome: wanted completed or error:NAME:MESSAGE$"):
        parse_outcome(text)


@pytest.mark.parametrize(
    ("low", "high"), [(-1, 2), (3, 2), (0, 10_000_001), (float("nan"), 1), (0, float("nan")), (0, float("inf"))]
)
def test_a_span_out_of_order_or_range_is_refused(low: float, high: float) -> None:
    with pytest.raises(PlanError, match=r"is no span of seconds: wanted 0 <= MIN <= MAX <= 10,000,000$"):
        Span(low, high)


@pytest.mark.parametrize(("queued", "generating"), [(-1, 0), (0, -1), (MAX_POLLS + 1, 0), (0, MAX_POLLS + 1)])
def test_polls_out_of_range_are_refused(queued: int, generating: int) -> None:
    with pytest.raises(PlanError, match="wanted two numbers of polls from 0 to 1,000,000"):
        Polls(queued, generating)


def test_a_bare_pair_and_a_bare_span_are_read_for_options_of_their_own() -> None:
    assert parse_polls("1,2") == Polls(1, 2)
    assert parse_span("2..5") == Span(2, 5)
    assert parse_span(" 8 ") == Span(8, 8)


def decimals(top: int) -> st.SearchStrategy[str]:
    """Numbers as the grammar writes them, up to `top`."""
    return st.decimals(0, top, allow_nan=False, places=9).map(lambda number: f"{number:f}")


spans = decimals(10_000_000) | st.tuples(decimals(1000), st.just("1000.5")).map("..".join)
pairs = st.integers(0, MAX_POLLS)
progressions = (
    st.sampled_from(["immediate", "hold"])
    | st.builds("polls:{},{}".format, pairs, pairs)
    | st.builds("time:{},{}".format, spans, spans)
)


@given(progressions)
def test_a_progression_written_out_is_read_as_the_same_one(text: str) -> None:
    progression = parse_progression(text)
    assert parse_progression(str(progression)) == progression


@given(st.text(min_size=1).filter(lambda name: ":" not in name and name.strip() == name), st.text(min_size=1))
def test_an_outcome_written_out_is_read_as_the_same_one(name: str, message: str) -> None:
    failed = Failed(name, message.strip() or "m")
    assert parse_outcome(str(failed)) == failed
    assert parse_outcome(str(Completed())) == Completed()


@given(st.text())
def test_any_text_is_read_or_refused_with_a_plan_error(text: str) -> None:
    for read in (parse_progression, parse_outcome):
        try:
            told = str(read(text))
        except PlanError as error:
            told = str(error).partition(" wanted ")[2]
        assert told


@given(st.floats(0, 1), st.floats(0, 1))
def test_drawn_spans_are_settled_within_their_range(first: float, second: float) -> None:
    drawn = Time(seconds(1, 2), seconds(3, 30)).drawn(first, second)
    assert drawn.queued.low == drawn.queued.high == 1 + first
    assert drawn.generating.low == drawn.generating.high == pytest.approx(3 + 27 * second)
    assert 3 <= drawn.generating.low <= 30


def test_settled_spans_are_left_as_they_are() -> None:
    settled = Time(seconds(2), seconds(8))
    assert settled.settled
    assert settled.drawn(0.5, 0.5) == settled
    assert not Time(seconds(1, 2), seconds(8)).settled
    assert not Time(seconds(1), seconds(8, 9)).settled
    assert str(settled) == "time:2,8"
    assert str(Time(seconds(1, 2), seconds(0.5))) == "time:1..2,0.5"
