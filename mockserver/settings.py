"""What can be set on an engine: one record, checked once, whoever fills it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import get_args
from urllib.parse import urlsplit

from reelmock.contracts.formats import is_uri
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.errors import ERROR_FORMATS, ErrorFormat
from reelmock.mockserver.plan import Completed, Outcome, Progression, Time, seconds
from reelmock.mockserver.quirks import QuirkError, check_quirks

MAX_BODY = 32 * 1024 * 1024
MAX_LIMIT = 1_000_000


class SettingsError(ValueError):
    """A setting that can't be used; the text says which, what came and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """How the fake behaves.

    `api_keys` empty means that any key will do; a mapping gives each key its credits. `failure_rate` (0 to 1) is the
    share of generations that end with an error instead of `outcome`. `public_url` is where clips lie as clients see
    it; without it they lie on the host that the client asked. `max_body` is in bytes. `elide` keeps long strings of
    payloads as beginning, length and hash. `credits` is what every other key has, `rate_limit` how many requests a key
    may make in any second, `max_concurrent` how many of its generations may be under way; None is no limit.
    `quirks` are the deviations that the replies for all generations have, by name.
    """

    progression: Progression = field(default_factory=lambda: Time(seconds(2), seconds(8)))
    outcome: Outcome = field(default_factory=Completed)
    failure_rate: float = 0.0
    seed: str = "reelmock"
    validation: Validation = "lenient"
    error_format: ErrorFormat = "current"
    api_keys: tuple[str, ...] | Mapping[str, int] = field(default=(), repr=False)
    public_url: str | None = None
    max_body: int = MAX_BODY
    elide: bool = True
    quirks: tuple[str, ...] = ()
    credits: int | None = None
    rate_limit: int | None = None
    max_concurrent: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.failure_rate <= 1:
            raise SettingsError(f"the failure rate is {self.failure_rate}: wanted a number from 0 to 1")
        if self.validation not in get_args(Validation):
            raise SettingsError(f"the validation is '{self.validation}': wanted lenient or strict")
        if self.error_format not in ERROR_FORMATS:
            raise SettingsError(f"the error format is '{self.error_format}': wanted {' or '.join(ERROR_FORMATS)}")
        if not all(key == key.strip() != "" and key.isascii() and key.isprintable() for key in self.api_keys):
            raise SettingsError("an API key is empty or has characters that no header can carry, such as outer spaces")
        if self.max_body < 1:
            raise SettingsError(f"the largest body is {self.max_body} bytes: wanted at least 1")
        if self.public_url is not None:
            _check_url(self.public_url)
        if self.quirks:
            _check_quirks(self.quirks)
        _check_credits(self.api_keys, self.credits)
        for name, limit in (("rate limit", self.rate_limit), ("number of generations at once", self.max_concurrent)):
            if limit is not None and not 1 <= limit <= MAX_LIMIT:
                raise SettingsError(f"the {name} is {limit}: wanted a whole number from 1 to {MAX_LIMIT:,}")


def _check_credits(keys: Collection[str], usual: int | None) -> None:
    """Whether the credits of each key are some; the message does not show the key."""
    amounts = [*keys.values()] if isinstance(keys, Mapping) else []
    for amount in amounts if usual is None else [*amounts, usual]:
        if amount < 0:
            raise SettingsError(f"the credits of a key are {amount}: wanted a whole number from 0")


def _check_quirks(names: tuple[str, ...]) -> None:
    try:
        check_quirks(names)
    except QuirkError as error:
        raise SettingsError(str(error)) from None


def _check_url(url: str) -> None:
    parts = urlsplit(url if is_uri(url) else "")
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(f"the public URL is '{url}': wanted one such as https://cdn.example.com")
