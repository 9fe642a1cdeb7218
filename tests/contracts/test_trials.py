"""A trial says what it may cost, and an attempt what a reply says of it."""

from dataclasses import replace

import pytest

from reelmock.contracts.exchange import Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.trials import Attempt, Cost, Kind, NoReplyError, Sender
from reelmock.tests.contracts.checking import HOUSE, ROUTE, SHAPES, attempt_of, trial_of


def test_costs_are_words_in_the_order_of_what_they_cost() -> None:
    assert [cost.word for cost in sorted(Cost)] == ["free", "probe", "paid"]


def test_no_reply_is_a_connection_error_that_tells_whether_somebody_was_there() -> None:
    assert issubclass(NoReplyError, ConnectionError)
    assert (str(NoReplyError("reset")), NoReplyError("reset").reached) == ("reset", True)
    assert not NoReplyError("refused", reached=False).reached


@pytest.mark.parametrize("sender", Sender)
@pytest.mark.parametrize("operation", [ROUTE.create, ROUTE.retrieve, None])
@pytest.mark.parametrize("kind", [Kind.VALID, Kind.BROKEN, Kind.METHOD, Kind.POLL])
def test_what_calls_the_create_operation_with_the_key_may_create(sender: Sender, operation: object, kind: Kind) -> None:
    """Whatever it is meant to be: a server may take anything."""
    trial = trial_of(kind, sender=sender, operation=operation)
    assert trial.creates is (sender is Sender.OWNER and operation is ROUTE.create)


def test_another_routes_operation_creates_nothing_here() -> None:
    first, second = SHAPES["two-creates"].job_routes
    assert trial_of(route=first, operation=first.create, sender=Sender.OWNER).creates
    assert not trial_of(route=first, operation=second.create, sender=Sender.OWNER).creates


def test_a_trial_costs_nothing_unless_it_says_so() -> None:
    assert (trial_of().cost, trial_of().sender, trial_of().creates) == (Cost.FREE, Sender.NOBODY, False)


@pytest.mark.parametrize(
    ("status", "taken", "unavailable"),
    [
        *((status, True, False) for status in (200, 201, 204, 299)),
        *((status, False, False) for status in (199, 300, 302, 400, 401, 404, 500, 501, 505, 519, 528)),
        *((status, False, True) for status in (429, 502, 503, 504, 520, 524, 527)),
    ],
)
def test_a_status_tells_whether_it_was_taken_or_nobody_could_answer(
    status: int, taken: bool, unavailable: bool
) -> None:
    attempt = attempt_of(status=status)
    assert (attempt.status, attempt.taken, attempt.unavailable) == (status, taken, unavailable)


def test_without_a_reply_nothing_is_told() -> None:
    attempt = Attempt(trial_of(), None, "the connection was reset")
    assert (attempt.status, attempt.taken, attempt.unavailable, attempt.body) == (0, False, False, None)


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (b'{"id": "a"}', {"id": "a"}),
        (b"[1]", [1]),
        (b"null", None),
        (b"", None),
        (b"<html>", None),
        (b'{"a": NaN}', None),
        (b'"\xff"', None),
        (b"[" * 100_000, None),
    ],
)
def test_the_body_is_read_as_json_and_is_none_where_it_is_none(body: bytes, read: Json) -> None:
    assert Attempt(trial_of(), Response(200, (), body)).body == read


def test_attempts_are_values() -> None:
    attempt = attempt_of()
    assert attempt == attempt_of()
    assert attempt.body == replace(attempt).body
    assert HOUSE.job_routes == (attempt.trial.route,)


def test_a_key_is_in_no_trial_that_is_printed() -> None:
    request = replace(trial_of().request, headers=(("authorization", "Bearer sk-secret"),))
    assert "sk-secret" not in repr(trial_of(request=request))
