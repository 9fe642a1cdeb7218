"""A key gets so many requests in any second, and is told how long to wait for the next."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import member
from reelmock.mockserver.clock import FIXED_START, VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.limits import MANY_OWNERS, WINDOW_S, RateLimit, refused
from reelmock.tests.mockserver.asking import PATH, Make, NewEngine, made, message

# Requests of one or two owners, each some time after the one before.
GAPS = st.sampled_from([0.0, 0.0, 0.1, 0.25, 0.5, 1.0, 3.0]) | st.floats(0, 2)


def let_in(limit: RateLimit, owner: str, now: float) -> bool:
    try:
        limit.check(owner, now)
    except Refusal:
        return False
    return True


@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from("ab"), GAPS), max_size=40))
def test_no_second_has_more_than_the_limit_and_none_is_refused_without_need(
    limit: int, visits: list[tuple[str, float]]
) -> None:
    """Compared with a count over all that were let in, to within the clock's resolution."""
    rate, now, taken = RateLimit(limit), FIXED_START, list[tuple[str, float]]()
    for owner, gap in visits:
        now += gap
        within = [at for known, at in taken if known == owner and now - at < WINDOW_S]
        doubtful = any(math.isclose(now - at, WINDOW_S, abs_tol=1e-4) for known, at in taken if known == owner)
        entered = let_in(rate, owner, now)
        assert doubtful or entered is (len(within) < limit)
        if entered:
            taken.append((owner, now))


@pytest.mark.parametrize(
    ("wait", "told"), [(-1.0, "1"), (0.0, "1"), (0.2, "1"), (1.0, "1"), (1.000001, "1"), (1.1, "2"), (7.5, "8")]
)
def test_retry_after_is_in_whole_seconds_and_at_least_one(wait: float, told: str) -> None:
    assert refused("too_many_requests", wait, 3).headers == (("retry-after", told),)


def test_owners_that_are_quiet_are_forgotten_and_others_are_not() -> None:
    rate = RateLimit(1)
    for number in range(MANY_OWNERS - 1):
        rate.check(f"early {number}", FIXED_START)
    rate.check("late", FIXED_START + 4.5)
    rate.check("new", FIXED_START + 5)
    assert list(rate._times) == ["late", "new"]
    assert not let_in(rate, "late", FIXED_START + 5)


def test_too_many_requests_get_429_and_a_second_later_it_goes_on(new_engine: NewEngine, poll: Make) -> None:
    clock = VirtualClock()
    engine = new_engine(rate_limit=2, clock=clock)
    assert [engine.handle(poll("x")).response.status for _ in range(3)] == [404, 404, 429]
    response = engine.handle(poll("x")).response
    assert (response.header("retry-after"), message(response)) == ("1", "Too Many Requests")
    assert member(response.json(), "error")["hint"] == "One key may make 2 requests in any second here (rate_limit)."
    assert engine.journal.entries()[-1].case == "too_many_requests"
    clock.advance(1)
    assert engine.handle(poll("x")).response.status == 404


def test_each_key_has_its_own_limit_and_the_limit_never_sees_a_key(new_engine: NewEngine, poll: Make) -> None:
    engine = new_engine(rate_limit=1)
    assert [engine.handle(poll("x", key=key)).response.status for key in ("sk-1", "sk-2", "sk-1")] == [404, 404, 429]
    assert "sk-1" not in str(vars(engine._gate._rate))


def spent(engine: Engine, create: Make) -> Engine:
    """An engine whose key has used up its one request."""
    made(engine, create())
    return engine


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request("GET", "/nowhere"), 404),
        (Request("PUT", PATH), 405),
        (Request("POST", PATH), 401),
        (Request("POST", PATH, (), (("authorization", "Bearer key-a"),), b"{"), 429),
        (Request("POST", PATH, (), (("authorization", "Bearer key-a"), ("content-type", "application/json"))), 429),
        (Request("GET", PATH, (), (("authorization", "Bearer key-a"),)), 429),
        (Request("OPTIONS", PATH), 204),
    ],
    ids=str,
)
def test_the_limit_is_looked_at_after_path_method_and_key_and_before_all_else(
    request_: Request, status: int, new_engine: NewEngine, create: Make
) -> None:
    engine = spent(new_engine(rate_limit=1), create)
    assert engine.handle(request_).response.status == status


def test_a_refused_request_makes_nothing(new_engine: NewEngine, create: Make) -> None:
    engine = spent(new_engine(rate_limit=1), create)
    assert engine.handle(create()).response.status == 429
    assert len(engine.generations()) == 1


def test_a_reply_to_one_too_many_is_as_the_document_declares(new_engine: NewEngine, create: Make) -> None:
    engine = spent(new_engine(rate_limit=1, error_format="legacy"), create)
    response = engine.handle(create(headers={"x-client-request-id": "mine"})).response
    assert member(response.json())["statusCode"] == 429
    assert response.header("x-client-request-id") == "mine"


def test_where_no_key_is_wanted_all_clients_are_one(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract]
) -> None:
    engine = new_engine(rate_limit=1, contract=jobs_contract())
    assert [engine.handle(Request("GET", "/jobs/1")).response.status for _ in range(2)] == [404, 429]
