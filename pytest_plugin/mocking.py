"""`reelmock.mock(...)`: a fake API for the length of a block or a function, with pytest or without it."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Self, TypeVar, Unpack, cast

from reelmock.pytest_plugin.callers import Place, place_of_function
from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.interception import Interception
from reelmock.pytest_plugin.options import Options, OptionValues
from reelmock.pytest_plugin.reelmock_api import ReelMock

P = ParamSpec("P")
T = TypeVar("T")

# The argument by which a decorated function gets its `ReelMock`; the fixture has the same name.
ARGUMENT = "reelmock_api"


class mock:  # noqa: N801 - used like a function: `with mock(): …`, `@mock()`
    """Answer every request of an HTTP library to the API's hosts with a fake, within a `with` block or a function.

    `with` and `async with` give a `ReelMock`, a fresh one each time. As a decorator of a plain or async function it
    passes one as the argument `reelmock_api`, where the function has it. The options are those of `OptionValues`.
    OptionError for an option that there is not, ContractError for a document that can't be used.
    """

    def __init__(self, *misplaced: object, **options: Unpack[OptionValues]) -> None:
        if misplaced:
            raise TypeError(f"mock takes options by name only, and got {misplaced[0]!r}. As a decorator it is @mock()")
        self._options = Options.of(**options)
        self._running: Interception | None = None
        self._home: Place | None = None

    def __enter__(self) -> ReelMock:
        if self._running is not None:
            raise ReelmockError("this mock is at work already: make another one with mock(...) for each block")
        self._running = Interception(ReelMock(self._options))
        self._running.api.home = self._home or self._running.api.home
        try:
            self._running.start()
        except BaseException:
            self._running = None
            raise
        return self._running.api

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.stop(error)

    async def __aenter__(self) -> ReelMock:
        return self.__enter__()

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.__exit__(kind, error, trace)

    def __call__(self, function: Callable[..., T]) -> Callable[..., T]:
        """Decorate a function: each call has a fake of its own. TypeError for what has no call of that kind."""
        _check(function)
        signature = inspect.signature(function)
        wanted = ARGUMENT in signature.parameters

        def arguments(api: ReelMock, given: dict[str, Any]) -> dict[str, Any]:
            return {**given, ARGUMENT: api} if wanted else given

        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def call_later(*args: Any, **kwargs: Any) -> Any:
                async with self._again(function) as api:
                    return await function(*args, **arguments(api, kwargs))

            found = cast("Callable[..., T]", call_later)
        else:

            @wraps(function)
            def call(*args: Any, **kwargs: Any) -> T:
                with self._again(function) as api:
                    return _finished(function(*args, **arguments(api, kwargs)), function)

            found = call
        # Whoever fills in arguments by name, as pytest and Hypothesis do, must not look for ours.
        kept = [parameter for name, parameter in signature.parameters.items() if name != ARGUMENT]
        found.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]  # functions may have one
        return found

    def _again(self, function: Callable[..., object]) -> Self:
        """The same options for a call of a function: calls may overlap."""
        again = object.__new__(type(self))
        again._options, again._running, again._home = self._options, None, place_of_function(function)
        return again


def _check(function: Callable[..., object]) -> None:
    """Refuse what would run without a fake of its own."""
    name = getattr(function, "__name__", repr(function))
    if isinstance(function, type):
        raise TypeError(f"{name} is a class: decorate its methods with @mock(), or use `with reelmock.mock()` in setUp")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        raise TypeError(
            f"{name} is a generator, which runs after its call is over. Write a block inside of it: "
            f"with reelmock.mock() as {ARGUMENT}"
        )
    if getattr(function, "is_hypothesis_test", False):
        raise TypeError(
            f"{name} would have one fake for all its examples: put @mock() below @given, or write "
            "`with reelmock.mock()` inside of it"
        )


def _finished(result: T, function: Callable[..., T]) -> T:
    """What a plain function gave, unless it is something that has yet to run."""
    if inspect.iscoroutine(result):
        result.close()
        raise TypeError(
            f"{function.__name__} gave a coroutine, which would run without the fake: make it an `async def`, and "
            "await the coroutine"
        )
    return result
