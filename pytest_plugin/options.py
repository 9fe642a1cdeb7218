"""The options of `mock()`, which are those of the marker and of the ini file: one typed record, checked once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from os import PathLike
from typing import Any, Self, TypedDict, Unpack

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.errors import ErrorFormat
from reelmock.mockserver.plan import (
    Completed,
    Outcome,
    PlanError,
    Polls,
    Progression,
)
from reelmock.mockserver.settings import Settings
from reelmock.pytest_plugin.option_readers import READERS, OtherHosts, Sleep

MAX_POLLS = 1_000


class OptionError(TypeError):
    """An option that there is not, or a value that it can't have. The text names what there is."""


class OptionValues(TypedDict, total=False):
    """The options as they may be written; all have a default.

    `progression`: `immediate`, `polls:Q,G`, `time:Q,G` or `hold`. `outcome`: `completed` or `error:NAME:MESSAGE`.
    `validation`: `lenient` or `strict`. `sleep`: `real`, or `skip` to let sleeping advance the fake's clock.
    `spec`: path of another document, or a contract. `api_keys`: the keys that are taken, or a mapping from key to
    credits; none means any.
    `hosts`: more hosts to answer. `other_hosts`: `pass` or `block`. `seed`: what ids and chances come from.
    `error_format`: `current` or `legacy`. `max_polls_per_generation`: more polls raise `EndlessPolling`.
    `quirks`: deviations of the real API to play, by name; `reelmock.quirks()` has them all.
    `scenarios`: path of a TOML file with rules, or rules as records.
    `credits`: the balance of every key. `rate_limit`: requests per second and key. `max_concurrent`: generations of a
    key at once. None is no limit.
    """

    progression: str | Progression
    outcome: str | Outcome
    validation: Validation
    sleep: Sleep
    spec: str | Contract | None
    api_keys: str | Iterable[str] | Mapping[str, int]
    hosts: str | Iterable[str]
    other_hosts: OtherHosts
    seed: str | int
    error_format: ErrorFormat
    max_polls_per_generation: int | str
    quirks: str | Iterable[str]
    scenarios: str | PathLike[str] | Iterable[Mapping[str, object]]
    credits: int | str | None
    rate_limit: int | str | None
    max_concurrent: int | str | None


@dataclass(frozen=True)
class Options:
    """The options, read and checked."""

    progression: Progression = field(default_factory=lambda: Polls(1, 1))
    outcome: Outcome = field(default_factory=Completed)
    validation: Validation = "lenient"
    sleep: Sleep = "real"
    spec: str | Contract | None = None
    api_keys: tuple[str, ...] | Mapping[str, int] = field(default=(), repr=False)
    hosts: tuple[str, ...] = ()
    other_hosts: OtherHosts = "pass"
    seed: str = "reelmock"
    error_format: ErrorFormat = "current"
    max_polls_per_generation: int = MAX_POLLS
    quirks: tuple[str, ...] = ()
    # The path of a file, or records, which may name keys.
    scenarios: str | tuple[JsonObject, ...] = field(default="", repr=False)
    credits: int | None = None
    rate_limit: int | None = None
    max_concurrent: int | None = None

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

    def settings(self, public_url: str | None) -> Settings:
        """What of them an engine needs; `public_url` is where its clips lie."""
        return Settings(
            progression=self.progression,
            outcome=self.outcome,
            validation=self.validation,
            error_format=self.error_format,
            api_keys=self.api_keys,
            seed=self.seed,
            public_url=public_url,
            elide=False,
            quirks=self.quirks,
            credits=self.credits,
            rate_limit=self.rate_limit,
            max_concurrent=self.max_concurrent,
        )


def _read(name: str, value: object) -> Any:
    """The value of an option, as its field wants it."""
    try:
        return READERS[name](value)
    except (PlanError, TypeError, ValueError) as error:
        shown = "a mapping" if isinstance(value, Mapping) else repr(value)  # one from keys to credits is not shown
        raise OptionError(f"the option {name} is {shown}: {error}") from None
