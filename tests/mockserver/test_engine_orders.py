"""Orders: somebody tells a generation what to become, and an ended one never changes."""

from collections.abc import Callable

import pytest

from reelmock.contracts.jsontree import member
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clock import FIXED_START, VirtualClock
from reelmock.mockserver.engine import OrderError
from reelmock.mockserver.generations import Standing
from reelmock.mockserver.plan import Failed
from reelmock.tests.mockserver.asking import Make, NewEngine, made


def test_generations_are_listed_oldest_first(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine()
    ids = [made(engine, create()) for _ in range(3)]
    assert [generation.id for generation in engine.generations()] == ids


@pytest.mark.parametrize("progression", ["hold", "polls:5,5", "time:5,5"])
def test_orders_end_a_generation_at_once(new_engine: NewEngine, create: Make, poll: Make, progression: str) -> None:
    engine = new_engine(progression=progression)
    finished, failed = made(engine, create()), made(engine, create())
    engine.finish(finished)
    engine.fail(failed, name="Moderated", message="No face was found")
    assert member(engine.handle(poll(finished)).response.json())["status"] == "completed"
    assert engine.handle(poll(failed)).response.json() == {
        "id": failed,
        "status": "error",
        "error": {"name": "Moderated", "message": "No face was found"},
    }
    assert engine.generations()[1].orders[0].at == FIXED_START


@pytest.mark.parametrize("ended", ["finish", "fail", "plan"])
@pytest.mark.parametrize("order", ["finish", "fail"])
def test_a_terminal_state_is_never_left(new_engine: NewEngine, create: Make, ended: str, order: str) -> None:
    engine = new_engine(progression="immediate" if ended == "plan" else "hold")
    generation_id = made(engine, create())

    def give(name: str) -> None:
        if name == "finish":
            engine.finish(generation_id)
        elif name == "fail":
            engine.fail(generation_id, name="E", message="m")

    give(ended)
    before = engine.generations()
    with pytest.raises(OrderError) as caught:
        give(order)
    word = "error" if ended == "fail" else "completed"
    assert str(caught.value) == (
        f"generation '{generation_id}' has ended with '{word}' already, and an ended one never changes. "
        "Give orders earlier, or let generations wait for them with the progression `hold`"
    )
    assert engine.generations() == before


def test_an_order_to_nobody_names_the_newest(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold")
    with pytest.raises(OrderError) as caught:
        engine.finish("x")
    assert str(caught.value) == "there is no generation 'x'. The newest are: none"
    ids = [made(engine, create()) for _ in range(7)]
    with pytest.raises(OrderError) as caught:
        engine.peek("x")
    assert str(caught.value) == f"there is no generation 'x'. The newest are: {', '.join(ids[2:])}"


class InterruptedClock:
    """A clock that lets somebody else act at its nth question."""

    def __init__(self, nth: int, act: Callable[[], None]) -> None:
        self._left = nth
        self._act = act

    def now(self) -> float:
        self._left -= 1
        if self._left == 0:
            self._act()
        return FIXED_START


@pytest.mark.parametrize("nth", [1, 2])
def test_of_two_orders_at_once_one_is_refused_and_the_other_holds(
    new_engine: NewEngine, create: Make, nth: int
) -> None:
    """Another thread may finish the generation anywhere between the steps of this thread's `fail`."""
    engine = new_engine(progression="hold")
    generation_id = made(engine, create())
    carried_out = []

    def finish() -> None:
        engine.finish(generation_id)
        carried_out.append(Standing(State.COMPLETED))

    engine.clock = InterruptedClock(nth, finish)
    try:
        engine.fail(generation_id, name="E", message="m")
        carried_out.append(Standing(State.ERROR, Failed("E", "m")))
    except OrderError:
        assert carried_out
    engine.clock = VirtualClock()
    assert len(carried_out) == 1
    assert engine.peek(generation_id) == carried_out[0]
