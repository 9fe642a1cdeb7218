"""A generation's price is set aside when it is made, charged when it completes, and free again when it fails."""

import sys
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, member
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.accounts import Account, Accounts
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.gate import owner_of
from reelmock.mockserver.generations import standing
from reelmock.mockserver.settings import Settings
from reelmock.mockserver.store import MemoryStore
from reelmock.tests.mockserver.asking import Make, NewEngine, made, message

PRICE = 1_040_000
OUT_OF_CREDITS = (
    "You've run out of credits. Please top up your balance or update your payment method to continue: "
    "https://aimlapi.com/app/billing/"
)


def left(engine: Engine, key: str = "key-a") -> int | None:
    """The credits of a key that are not spent."""
    assert engine.accounts is not None
    return engine.accounts.balance(owner_of(key), engine.clock.now())


def statuses_of(engine: Engine, *requests: Request) -> list[int]:
    return [engine.handle(request).response.status for request in requests]


def hint(response: Response) -> Json:
    return member(response.json(), "error").get("hint")


def test_a_price_is_reserved_at_once_and_charged_at_the_end(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", credits=2 * PRICE)
    first, second = made(engine, create()), made(engine, create())
    assert left(engine) == 2 * PRICE
    assert statuses_of(engine, create()) == [403]
    engine.finish(first)
    assert left(engine) == PRICE
    assert statuses_of(engine, create()) == [403]
    engine.fail(second, name="Error", message="no")
    assert left(engine) == PRICE
    assert statuses_of(engine, create(), create()) == [200, 403]


def test_without_enough_credits_nothing_is_made_and_the_reply_is_the_recorded_one(
    new_engine: NewEngine, create: Make
) -> None:
    engine = new_engine(progression="hold", credits=2 * PRICE - 1)
    made(engine, create())
    response = engine.handle(create()).response
    assert (response.status, message(response)) == (403, OUT_OF_CREDITS)
    assert member(response.json(), "error")["data"] == {"kind": "err_insufficent_credits"}
    assert hint(response) == (
        "This generation costs 1,040,000 credits, and 1,039,999 are available: 1,040,000 are reserved for generations "
        "that are under way."
    )
    assert len(engine.generations()) == 1
    assert engine.journal.entries()[-1].case == "insufficient_credits"


@pytest.mark.parametrize(("balance", "status"), [(PRICE, 200), (PRICE - 1, 403), (0, 403)])
def test_the_last_credit_counts(balance: int, status: int, new_engine: NewEngine, create: Make) -> None:
    assert statuses_of(new_engine(credits=balance), create()) == [status]


def test_an_invalid_payload_is_told_before_the_money(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(credits=0, max_concurrent=1)
    assert statuses_of(engine, create(duration=7), create(body=b"{"), create()) == [400, 400, 403]


def test_a_refused_create_takes_no_number_and_no_order(new_engine: NewEngine, create: Make) -> None:
    plain, short = new_engine(progression="hold"), new_engine(progression="hold", max_concurrent=1)
    first = made(plain, create())
    assert first == made(short, create())
    assert statuses_of(short, create()) == [429]
    short.finish(first)
    assert made(plain, create()) == made(short, create())


def test_keys_may_have_balances_of_their_own(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(api_keys={"sk-rich": 2 * PRICE, "sk-poor": 5}, credits=PRICE)
    asked = [create(key=key) for key in ("sk-rich", "sk-poor", "sk-rich", "sk-rich", "sk-other")]
    assert statuses_of(engine, *asked) == [200, 403, 200, 403, 401]
    assert "sk-rich" not in str(vars(engine.accounts))
    assert "sk-rich" not in repr(engine.settings)


def test_where_nothing_is_limited_there_are_no_accounts(new_engine: NewEngine) -> None:
    assert new_engine().accounts is None
    assert new_engine(api_keys=("sk-a",), rate_limit=3).accounts is None
    assert Accounts.of(Settings(max_concurrent=1), MemoryStore(), owner_of) is not None


def test_who_has_no_limit_has_no_balance(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(max_concurrent=5)
    made(engine, create())
    assert left(engine) is None


@pytest.mark.parametrize(
    ("progression", "after", "told"),
    [
        ("time:2,8", 0.0, "10"),
        ("time:2,8", 3.7, "7"),
        ("time:0,0.5", 0.0, "1"),
        ("hold", 0.0, "1"),
        ("polls:3,3", 0, "1"),
    ],
)
def test_one_generation_too_many_gets_429_until_another_may_have_ended(
    progression: str, after: float, told: str, new_engine: NewEngine, create: Make
) -> None:
    clock = VirtualClock()
    engine = new_engine(progression=progression, max_concurrent=1, clock=clock)
    generation = made(engine, create())
    clock.advance(after)
    response = engine.handle(create()).response
    assert (response.status, response.header("retry-after"), message(response)) == (429, told, "Too Many Requests")
    assert hint(response) == "One key may have 1 generations under way at once here (max_concurrent)."
    if progression.startswith("time"):
        clock.advance(float(told))
    else:
        engine.fail(generation, name="Error", message="no")
    assert statuses_of(engine, create(), create(key="key-b")) == [200, 200]


def test_it_may_be_tried_again_when_the_first_of_several_will_have_ended(new_engine: NewEngine, create: Make) -> None:
    clock = VirtualClock()
    engine = new_engine(progression="time:2,8", max_concurrent=2, clock=clock)
    made(engine, create())
    clock.advance(4)
    made(engine, create())
    assert engine.handle(create()).response.header("retry-after") == "6"


def test_too_many_are_told_before_too_few_credits(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", max_concurrent=1, credits=PRICE)
    assert statuses_of(engine, create(), create()) == [200, 429]


def test_each_key_has_its_own_generations_at_once(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", max_concurrent=2)
    keys = ("a", "a", "a", "b", "b", "b")
    assert statuses_of(engine, *(create(key=key) for key in keys)) == [200, 200, 429, 200, 200, 429]


def test_what_completed_stays_charged_when_the_store_drops_it(new_engine: NewEngine, create: Make) -> None:
    """Whoever makes the room, and whether or not anybody looked in between."""
    engine = new_engine(progression="immediate", credits=10 * PRICE, store=MemoryStore(max_generations=2))
    for key in ("key-a", "key-b", "key-a", "key-b", "key-b"):
        made(engine, create(key=key))
    assert (left(engine, "key-a"), left(engine, "key-b")) == (8 * PRICE, 7 * PRICE)


def test_what_is_dropped_before_its_end_is_never_charged(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", credits=2 * PRICE, store=MemoryStore(max_generations=2))
    made(engine, create())
    made(engine, create(key="key-b"))
    made(engine, create(key="key-b"))
    assert left(engine) == 2 * PRICE
    assert statuses_of(engine, create(), create(), create()) == [200, 200, 403]


def test_what_somebody_else_dropped_frees_its_price(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", credits=PRICE)
    engine.store.drop(made(engine, create()))
    assert statuses_of(engine, create()) == [200]
    assert left(engine) == PRICE


@pytest.mark.parametrize(("state", "spent"), [(State.COMPLETED, 5), (State.ERROR, 0), (None, 0)])
def test_an_account_settles_a_generation_once(state: State | None, spent: int) -> None:
    account = Account(0, 5, {"id": 5})
    account.settle("id", state)
    account.settle("id", State.COMPLETED)
    assert account == Account(spent, 0, {})


def test_threads_cant_spend_the_last_credits_twice(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", credits=200 * PRICE)
    threads = [Thread(target=statuses_of, args=(engine, *[create()] * 100)) for _ in range(4)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(engine.generations()) == 200


deeds = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "poll", "finish", "fail", "advance", "look"]),
        st.integers(0, 5),
        st.sampled_from([0.5, 1.0, 3.0]),
    ),
    max_size=60,
)


@given(
    deeds=deeds,
    progression=st.sampled_from(["immediate", "hold", "polls:1,1", "time:1,1"]),
    failure_rate=st.sampled_from([0.0, 0.5]),
    affordable=st.integers(0, 6),
    room=st.sampled_from([2, 3, 1_000]),
)
@settings(max_examples=200)
def test_the_balance_is_what_completed_ones_left_of_it_and_never_below_zero(
    *,
    new_engine: NewEngine,
    create: Make,
    poll: Make,
    deeds: list[tuple[str, int, float]],
    progression: str,
    failure_rate: float,
    affordable: int,
    room: int,
) -> None:
    """Counted from outside, right after each deed: which of all that were ever made are complete."""
    clock, initial = VirtualClock(), affordable * PRICE + 7
    store = MemoryStore(max_generations=room)
    engine = new_engine(progression=progression, failure_rate=failure_rate, credits=initial, clock=clock, store=store)
    completed: set[str] = set()
    for deed, index, seconds in deeds:
        if deed == "create":
            engine.handle(create())
        elif deed == "advance":
            clock.advance(seconds)
        elif deed != "look":
            tell(engine, deed, index, poll)
        now = [(generation.id, standing(generation, clock.now()).state) for generation in store.list()]
        completed |= {generation_id for generation_id, state in now if state is State.COMPLETED}
        balance = initial - len(completed) * PRICE
        assert balance >= sum(not state.terminal for _, state in now) * PRICE
        if deed == "look":
            assert left(engine) == balance
    assert left(engine) == initial - len(completed) * PRICE


def tell(engine: Engine, deed: str, index: int, poll: Make) -> None:
    """Poll, finish or fail one of the generations that are under way, if there are so many."""
    now = engine.clock.now()
    open_ones = [one.id for one in engine.generations() if not standing(one, now).state.terminal]
    for generation_id in open_ones[index : index + 1]:
        if deed == "poll":
            engine.handle(poll(generation_id))
        elif deed == "finish":
            engine.finish(generation_id)
        else:
            engine.fail(generation_id, name="Error", message="no")
