"""The options of `mock()`, which are those of the marker and of the ini file: one typed record, checked once."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from os import PathLike
from typing import Any, Literal, Self, TypeAlias, TypedDict, Unpack, cast, get_args

from reelmock.contracts.contract import Contract
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.errors import ERROR_FORMATS, ErrorFormat
from reelmock.mockserver.plan import (
    GRAMMAR,
    Completed,
    Failed,
    Hold,
    Immediate,
    Outcome,
    PlanError,
    Polls,
    Progression,
    Time,
    parse_outcome,
    parse_progression,
)

Sleep: TypeAlias = Literal["real", "skip"]
OtherHosts: TypeAlias = Literal["pass", "block"]

MAX_POLLS = 1_000

HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?", re.ASCII)


class OptionError(TypeError):
    """An option that there is not, or a value that it can't have. The text names what there is."""


class OptionValues(TypedDict, total=False):
    """The options as they may be written; all have a default.

    `progression`: `immediate`, `polls:Q,G`, `time:Q,G` or `hold`. `outcome`: `completed` or `error:NAME:MESSAGE`.
    `validation`: `lenient` or `strict`. `sleep`: `real`, or `skip` to let sleeping advance the fake's clock.
    `spec`: path of another document, or a contract. `api_keys`: the keys that are taken; none means any.
    `hosts`: more hosts to answer. `other_hosts`: `pass` or `block`. `seed`: what ids and chances come from.
    `error_format`: `current` or `legacy`. `max_polls_per_generation`: more polls raise `EndlessPolling`.
    """

    progression: str | Progression
    outcome: str | Outcome
    validation: Validation
    sleep: Sleep
    spec: str | Contract | None
    api_keys: str | Iterable[str]
    hosts: str | Iterable[str]
    other_hosts: OtherHosts
    seed: str | int
    error_format: ErrorFormat
    max_polls_per_generation: int | str


@dataclass(frozen=True)
class Options:
    """The options, read and checked."""

    progression: Progression = field(default_factory=lambda: Polls(1, 1))
    outcome: Outcome = field(default_factory=Completed)
    validation: Validation = "lenient"
    sleep: Sleep = "real"
    spec: str | Contract | None = None
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    hosts: tuple[str, ...] = ()
    other_hosts: OtherHosts = "pass"
    seed: str = "reelmock"
    error_format: ErrorFormat = "current"
    max_polls_per_generation: int = MAX_POLLS

    @classmethod
    def of(cls, **values: Unpack[OptionValues]) -> Self:
        """The options from values as they may be written. OptionError for an unknown name or a wrong value."""
        return cls().updated(values)

    def updated(self, values: Mapping[str, object]) -> Self:
        """These options with others on top. OptionError for an unknown name or a wrong value."""
        for name in values:
            if name not in READERS:
                close = get_close_matches(name, READERS, n=1)
                meant = f" Did you mean '{close[0]}'?" if close else ""
                raise OptionError(f"there is no option '{name}'.{meant} There are: {', '.join(READERS)}")
        return replace(self, **{name: _read(name, value) for name, value in values.items()})


def _read(name: str, value: object) -> Any:
    """The value of an option, as its field wants it."""
    try:
        return READERS[name](value)
    except (PlanError, TypeError, ValueError) as error:
        raise OptionError(f"the option {name} is {value!r}: {error}") from None


def _progression(value: object) -> Progression:
    if isinstance(value, str):
        return parse_progression(value)
    if isinstance(value, Immediate | Hold | Polls | Time):
        return value
    raise TypeError(f"wanted {GRAMMAR}")


def _outcome(value: object) -> Outcome:
    if isinstance(value, str):
        return parse_outcome(value)
    if isinstance(value, Completed | Failed):
        return value
    raise TypeError("wanted completed or error:NAME:MESSAGE")


def _one_of(*allowed: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if value not in allowed:
            raise ValueError(f"wanted {' or '.join(allowed)}")
        return value

    return read


def _spec(value: object) -> str | Contract | None:
    if value is None or isinstance(value, str | Contract):
        return value or None
    if isinstance(value, PathLike):
        return str(value)
    raise TypeError("wanted the path of an OpenAPI document, or a Contract")


def _names(value: object) -> tuple[str, ...]:
    """A tuple of names; in an ini file they are separated by commas or line breaks."""
    if isinstance(value, str):
        return tuple(name for name in re.split(r"[\s,]+", value) if name)
    names = tuple(value) if isinstance(value, Iterable) else (value,)
    if not all(isinstance(name, str) for name in names):
        raise TypeError("wanted names")
    return cast("tuple[str, ...]", names)


def _hosts(value: object) -> tuple[str, ...]:
    hosts = _names(value)
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ValueError(
                f"wanted names of hosts such as api.example.com, without scheme, port or path; got '{host}'"
            )
    return tuple(host.lower() for host in hosts)


def _count(value: object) -> int:
    number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else 0
    if number < 1:
        raise ValueError("wanted a number from 1")
    return number


def _seed(value: object) -> str:
    if isinstance(value, str | int):
        return str(value)
    raise TypeError("wanted a text or a number")


# Option → what reads it; the names are those of the fields of `Options`.
READERS: Mapping[str, Callable[[object], object]] = {
    "progression": _progression,
    "outcome": _outcome,
    "validation": _one_of(*get_args(Validation)),
    "sleep": _one_of(*get_args(Sleep)),
    "spec": _spec,
    "api_keys": _names,
    "hosts": _hosts,
    "other_hosts": _one_of(*get_args(OtherHosts)),
    "seed": _seed,
    "error_format": _one_of(*ERROR_FORMATS),
    "max_polls_per_generation": _count,
}
