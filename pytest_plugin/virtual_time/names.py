"""Names that were bound to functions of `time` before: `from time import sleep`, `def poll(sleep=time.sleep)`.

They are found once, in modules that are new or have grown since the last look, and rebound each time.
"""

import sys
import time
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any
from weakref import ref

from reelmock.pytest_plugin.virtual_time.functions import Replacement
from reelmock.pytest_plugin.virtual_time.tools import keeps_its_names

Swap = Callable[[object], object]


class Names:
    """The names of this process that are bound to functions of `time`."""

    def __init__(self) -> None:
        self._looked: dict[str, tuple[int, int]] = {}
        self._owners: list[ref[Any]] = []

    def bind(self, replacements: dict[str, Replacement]) -> None:
        """Bind them to what stands in for the functions."""

        def virtual(value: object) -> object:
            if not _of_time(value):
                return value
            found = replacements.get(value.__name__)  # type: ignore[attr-defined]
            # Where a test has put something of its own into `time`, the name goes back to what it was nevertheless.
            return found.instead_of(value) if found is not None else value

        self._swap_all(virtual)

    def restore(self) -> None:
        """Bind them to the functions again, those too that were bound to a stand-in meanwhile."""
        self._swap_all(lambda value: value.function if type(value) is Replacement else value)

    def _swap_all(self, swap: Swap) -> None:
        owners = [owner for owner in (found() for found in self._owners) if owner is not None]
        known = {id(owner) for owner in owners}
        owners.extend(owner for owner in self._new_owners() if id(owner) not in known)
        self._owners = [ref(owner) for owner in owners]
        for owner in owners:
            _swap(owner, swap)

    def _new_owners(self) -> Iterator[Any]:
        for name, module in list(sys.modules.items()):
            if not issubclass(type(module), ModuleType):
                continue
            mark = (id(module), len(vars(module)))
            if self._looked.get(name) == mark or keeps_its_names(name):
                continue
            self._looked[name] = mark
            yield from _owners_in(module)


def _of_time(value: object) -> bool:
    return type(value) is BuiltinFunctionType and value.__module__ == "time"


def _bindable(value: object) -> bool:
    return type(value) is Replacement or _of_time(value)


def _owners_in(module: ModuleType) -> Iterator[Any]:
    """The module itself, and its classes and functions, as far as they hold functions of `time`."""
    values = list(vars(module).values())
    if not any(value is time or _bindable(value) for value in values):
        return  # then nothing in it can have bound one
    yield module
    # By their types: asking a proxy for anything else may run whatever it stands for.
    for value in values:
        if type(value) is FunctionType:
            yield from _if_holding(value)
        elif issubclass(type(value), type) and vars(value).get("__module__") == module.__name__:
            yield from _if_holding(value)
            for member in list(vars(value).values()):
                yield from _if_holding(member.__func__ if type(member) in (staticmethod, classmethod) else member)


def _if_holding(owner: Any) -> Iterator[Any]:
    if type(owner) is FunctionType:
        held = [*(owner.__defaults__ or ()), *(owner.__kwdefaults__ or {}).values()]
    elif issubclass(type(owner), type):
        held = list(vars(owner).values())
    else:
        return
    if any(_bindable(value) for value in held):
        yield owner


def _swap(owner: Any, swap: Swap) -> None:
    if type(owner) is FunctionType:
        if owner.__defaults__:
            owner.__defaults__ = tuple(map(swap, owner.__defaults__))
        if owner.__kwdefaults__:
            owner.__kwdefaults__ = {name: swap(value) for name, value in owner.__kwdefaults__.items()}
        return
    for name, value in list(vars(owner).items()):
        swapped = swap(value)
        if swapped is not value and issubclass(type(owner), type):
            type.__setattr__(owner, name, swapped)
        elif swapped is not value:
            vars(owner)[name] = swapped
