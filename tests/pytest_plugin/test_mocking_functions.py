"""`mock()` as a decorator: each call has a fake of its own, and what can't be decorated is refused."""

import asyncio
import inspect
import unittest
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock import ReelMock, mock
from reelmock.tests.pytest_plugin.calling import create, create_later, poll


@mock()
def with_the_fake(first: int, *, reelmock_api: ReelMock, last: int = 3) -> tuple[int, int, int]:
    """What it is."""
    create()
    return first, last, len(reelmock_api.generations)


@mock()
async def with_the_fake_later(reelmock_api: ReelMock) -> int:
    await create_later()
    return len(reelmock_api.generations)


@mock(progression="immediate")
def without_it(first: int) -> str:
    return f"{first} {poll(create())}"


@mock()
def inside_of_itself(deeper: bool, reelmock_api: ReelMock) -> list[int]:
    below = inside_of_itself(False) if deeper else []
    create()
    return [len(reelmock_api.generations), *below]


def test_a_decorated_function_has_a_fresh_fake_in_each_call() -> None:
    assert [with_the_fake(1, last=2), with_the_fake(1)] == [(1, 2, 1), (1, 3, 1)]
    assert [asyncio.run(with_the_fake_later()) for _ in range(2)] == [1, 1]
    assert without_it(7) == "7 completed"
    assert inside_of_itself(True) == [1, 1]


def test_the_argument_is_hidden_and_all_else_stays() -> None:
    assert str(inspect.signature(with_the_fake)) == "(first: int, *, last: int = 3) -> tuple[int, int, int]"
    assert inspect.signature(with_the_fake_later).parameters == {}
    assert inspect.iscoroutinefunction(with_the_fake_later)
    assert (with_the_fake.__name__, with_the_fake.__doc__) == ("with_the_fake", "What it is.")


class Plain(unittest.TestCase):
    @mock()
    def test_it(self, reelmock_api: ReelMock) -> None:
        assert [create()] == [record.id for record in reelmock_api.generations]


class Async(unittest.IsolatedAsyncioTestCase):
    @mock()
    async def test_it(self, reelmock_api: ReelMock) -> None:
        assert [await create_later()] == [record.id for record in reelmock_api.generations]


@pytest.mark.parametrize("case", [Plain, Async])
def test_methods_of_unittest_are_functions_like_others(case: type[unittest.TestCase]) -> None:
    result = unittest.defaultTestLoader.loadTestsFromTestCase(case).run(unittest.TestResult())
    assert (result.testsRun, result.errors, result.failures) == (1, [], [])


@pytest.mark.parametrize("number", [1, 2])
@mock()
def test_fixtures_and_parameters_stand_beside_it(number: int, tmp_path: Path, reelmock_api: ReelMock) -> None:
    assert (number in (1, 2), tmp_path.is_dir(), reelmock_api.generations) == (True, True, [])
    create()


@given(number=st.integers())
@mock()
def test_each_example_of_hypothesis_has_a_fresh_fake(number: int, reelmock_api: ReelMock) -> None:
    assert reelmock_api.generations == []
    create()


@given(st.integers())
def test_a_block_in_each_example_trips_no_health_check(number: int) -> None:
    with mock() as api:
        create()
        assert len(api.generations) == 1


def a_generator() -> Iterator[str]:
    yield create()


async def an_async_generator() -> AsyncIterator[str]:
    yield create()


class AClass:
    """Has methods."""


@given(st.integers())
def an_example(number: int) -> None:
    create()


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (a_generator, "a_generator is a generator.* with reelmock.mock"),
        (an_async_generator, "an_async_generator is a generator.* with reelmock.mock"),
        (AClass, "AClass is a class.* its methods"),
        (an_example, "an_example .*below @given"),
    ],
)
def test_what_would_not_have_a_fake_of_its_own_is_refused(thing: Callable[..., Any], words: str) -> None:
    """A generator runs when its call is over; a class has many calls, and @given calls once for all examples."""
    with pytest.raises(TypeError, match=words):
        mock()(thing)


@mock()
def a_plain_function_that_gives_a_coroutine() -> Any:
    return create_later()


def test_a_coroutine_that_would_run_without_the_fake_is_refused() -> None:
    with pytest.raises(TypeError, match="gave a coroutine, which would run without the fake"):
        a_plain_function_that_gives_a_coroutine()


def test_the_parentheses_must_not_be_forgotten() -> None:
    with pytest.raises(TypeError, match=r"@mock\(\)"):
        mock(without_it)
