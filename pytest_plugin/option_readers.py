"""Reads the value of each option, as it may be written in Python or in an ini file."""

import re
from collections.abc import Callable, Iterable, Mapping
from os import PathLike
from typing import Literal, TypeAlias, cast, get_args

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.errors import ERROR_FORMATS
from reelmock.mockserver.plan import (
    GRAMMAR,
    Completed,
    Failed,
    Hold,
    Immediate,
    Outcome,
    Polls,
    Progression,
    Time,
    parse_outcome,
    parse_progression,
)
from reelmock.mockserver.quirks import check_quirks

Sleep: TypeAlias = Literal["real", "skip"]
OtherHosts: TypeAlias = Literal["pass", "block"]

HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?", re.ASCII)


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


def _keys(value: object) -> tuple[str, ...] | Mapping[str, int]:
    """The names of keys, or from a mapping the credits of each."""
    names = _names(value)
    if not isinstance(value, Mapping):
        return names
    return {name: _amount(amount) for name, amount in zip(names, value.values(), strict=True)}


def _amount(value: object) -> int:
    number = _whole(value)
    if number is None or number < 0:
        raise ValueError("wanted credits as a whole number from 0")
    return number


def _whole(value: object) -> int | None:
    """A whole number, as it may be written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        return int(value)
    except ValueError:
        return None


def _unless_none(read: Callable[[object], int]) -> Callable[[object], int | None]:
    return lambda value: None if value is None else read(value)


def _quirks(value: object) -> tuple[str, ...]:
    names = _names(value)
    check_quirks(names)
    return names


def _hosts(value: object) -> tuple[str, ...]:
    hosts = _names(value)
    for host in hosts:
        if not HOST.fullmatch(host):
            raise ValueError(
                f"wanted names of hosts such as api.example.com, without scheme, port or path; got '{host}'"
            )
    return tuple(host.lower() for host in hosts)


def _count(value: object) -> int:
    number = _whole(value)
    if number is None or number < 1:
        raise ValueError("wanted a whole number from 1")
    return number


def _scenarios(value: object) -> str | tuple[JsonObject, ...]:
    if isinstance(value, str | PathLike):
        return str(value)
    records = tuple(value) if isinstance(value, Iterable) and not isinstance(value, Mapping) else (value,)
    if not all(isinstance(record, Mapping) for record in records):
        raise TypeError("wanted the path of a TOML file, or rules as records such as {'nth': 2, 'code': 503}")
    return tuple(dict(record) for record in records)


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
    "api_keys": _keys,
    "hosts": _hosts,
    "other_hosts": _one_of(*get_args(OtherHosts)),
    "seed": _seed,
    "error_format": _one_of(*ERROR_FORMATS),
    "max_polls_per_generation": _count,
    "quirks": _quirks,
    "scenarios": _scenarios,
    "credits": _unless_none(_amount),
    "rate_limit": _unless_none(_count),
    "max_concurrent": _unless_none(_count),
}
