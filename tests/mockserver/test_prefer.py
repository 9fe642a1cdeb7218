"""The header Prefer: what of it is understood, and what is not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.mockserver.faults import Fault
from reelmock.mockserver.plan import Failed, Polls
from reelmock.mockserver.prefer import Preferences, read_preferences
from reelmock.mockserver.rules import Effect, On, RuleError

ERRORS = {"error": Failed("Error", "It failed")}


def read(header: str, on: On = On.CREATE) -> Preferences:
    return read_preferences(header, on, ERRORS)


@pytest.mark.parametrize(
    ("header", "effect", "applied"),
    [
        ("code=429, retry-after=2", Effect(code=429, retry_after_s=2), ("code=429", "retry-after=2")),
        ("retry-after=0.5", Effect(retry_after_s=0.5), ("retry-after=0.5",)),
        ("outcome=error", Effect(outcome=Failed("Error", "It failed")), ("outcome=error",)),
        ('progression="polls:3,0"', Effect(progression=Polls(3, 0)), ('progression="polls:3,0"',)),
        ("  Fault = reset ;x=y , code = 503", Effect(fault=Fault.RESET, code=503), ("fault=reset", "code=503")),
        (
            'outcome="error:A:say \\"no\\""',
            Effect(outcome=Failed("A", 'say "no"')),
            ('outcome="error:A:say \\"no\\""',),
        ),
        ('code=503; why="a, b", fault=close', Effect(code=503, fault=Fault.CLOSE), ("code=503", "fault=close")),
        ("fault=drop", Effect(fault=Fault.RESET), ("fault=drop",)),
        ('outcome="error:Ä:ü"', Effect(outcome=Failed("Ä", "ü")), ("outcome",)),
        ("quirk=succeeded", Effect(quirks=("succeeded",)), ("quirk=succeeded",)),
    ],
)
def test_known_preferences_are_applied(header: str, effect: Effect, applied: tuple[str, ...]) -> None:
    assert read(header) == Preferences(effect, applied)


@pytest.mark.parametrize(
    ("header", "on", "unknown"),
    [
        ("respond-async, wait=10", On.CREATE, ("respond-async", "wait")),
        ("outcome=error, progression=hold, quirk=a", On.RETRIEVE, ("outcome", "progression", "quirk")),
        ("", On.CREATE, ()),
        (",,;", On.CREATE, ()),
        ("code=429 retry-after=2", On.CREATE, ("code=429 retry-after=2",)),
        ('code="429', On.CREATE, ('code="429',)),
    ],
)
def test_what_means_nothing_here_is_told(header: str, on: On, unknown: tuple[str, ...]) -> None:
    assert read(header, on) == Preferences(unknown=unknown)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("code=99", "Prefer/code: 99 is less than 200"),
        ("code=many", "Prefer/code: 'many' is not of type integer"),
        ("code=4_29", "Prefer/code: '4_29' is not of type integer"),
        ("retry-after=1e2", "Prefer/retry_after: '1e2' is not of type number"),
        (
            "progression=polls:3,0",
            "Prefer: '3' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating). A value with "
            'a comma stands in quotes, such as progression="polls:3,0"',
        ),
        ("code=429, code=500", "the preference code came twice: send it once"),
        ("retry-after=-1", "Prefer/retry_after: -1 is less than 0"),
        (
            "outcome=fine",
            "Prefer: 'fine' is no outcome: wanted completed or error:NAME:MESSAGE, or one of error",
        ),
    ],
)
def test_a_known_preference_with_a_wrong_value_is_an_error(header: str, message: str) -> None:
    with pytest.raises(RuleError) as caught:
        read(header)
    assert str(caught.value) == message


def test_with_a_code_nothing_is_created_that_could_be_shaped() -> None:
    header = 'outcome=error, code=429, retry-after=2, fault=drop, progression="polls:3,0"'
    assert read(header) == Preferences(
        Effect(code=429, retry_after_s=2, fault=Fault.RESET),
        ("code=429", "retry-after=2", "fault=drop"),
        ("outcome", "progression"),
    )


@given(st.text(max_size=60) | st.lists(st.sampled_from(["code=429", "x", ",", ";", '"', "=", "\\"])).map("".join))
def test_no_header_is_too_odd_to_be_read(header: str) -> None:
    with suppress(RuleError):
        found = read(header)
        assert found.effect.aspects() == [] or found.applied
