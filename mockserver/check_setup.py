"""Who is checked with which keys at which pace: settled, and refused, before anything is sent."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reelmock.contracts.assignment import USUAL_INTERVAL_S, CheckError, documented_interval
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import items, text
from reelmock.contracts.report import ReportFormat
from reelmock.contracts.runner import KEY_VARIABLE, OTHER_KEY_VARIABLE
from reelmock.contracts.wire_form import Address, UrlError, is_loopback
from reelmock.mockserver.check_options import CheckOptions

# What is about sending, of which nothing is done with a recording.
SENDING = frozenset(
    {
        *("probe", "paid", "yes"),
        *("max_requests", "rate", "poll_interval", "patience", "timeout"),
    }
)

# What a report ends in → its format.
FORMATS: Mapping[str, ReportFormat] = {".xml": "junit", ".json": "json"}


@dataclass(frozen=True, slots=True)
class Pace:
    """Requests a second (None is no limit), seconds between two polls, and after how many polling is given up."""

    rate: float | None
    interval: float
    patience: float

    def but(self, rate: float | None, interval: float | None, patience: float | None) -> "Pace":
        """The same with what is not None."""
        return Pace(
            self.rate if rate is None else rate,
            self.interval if interval is None else interval,
            self.patience if patience is None else patience,
        )


# A fake on this machine is in no hurry and charges nobody; another host is asked as its document wants it.
NEAR = Pace(rate=None, interval=0.2, patience=30.0)
FAR = Pace(rate=5.0, interval=USUAL_INTERVAL_S, patience=900.0)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys to check with, and `notes` about those that are there and are not sent."""

    own: str | None = field(default=None, repr=False)
    other: str | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys that there are."""
        return tuple(key for key in (self.own, self.other) if key is not None)

    def carried_by(self, request: Request) -> bool:
        """Whether a request has one of the keys in a header."""
        return any(key in value for key in self.secrets for _, value in request.headers)


def refuse_contradictions(options: CheckOptions) -> None:
    """CheckError for options that do not go together."""
    if options["recording"] is None:
        return
    if options["url"] is not None:
        raise CheckError("a URL and --recording contradict each other: give one of them")
    given = [f"--{name.replace('_', '-')}" for name, value in options.items() if name in SENDING and value]
    if given:
        raise CheckError(f"--recording is judged without sending anything: leave out {', '.join(given)}")


def refuse_reports(files: Sequence[Path]) -> None:
    """CheckError for reports that could not be written."""
    for file in files:
        if why := unwritable(file):
            raise CheckError(why)


def unwritable(file: Path) -> str:
    """Why a report can't be written there, or "" where nothing is in the way."""
    if file.suffix.lower() not in FORMATS:
        return f"'{file}' is no kind of report: give a name that ends in .xml (JUnit) or in .json"
    if not file.parent.is_dir():
        return f"there is no folder '{file.parent}' for the report: make it, or give another"
    if file.exists() and not file.is_file():
        return f"the report '{file}' is no regular file: name a file to write"
    return ""


def names_of(asked: Sequence[str]) -> tuple[str, ...]:
    """The names in texts that have them between commas, each once."""
    return tuple(dict.fromkeys(name.strip() for text in asked for name in text.split(",") if name.strip()))


def usual_pace(contract: Contract, *, near: bool) -> Pace:
    """How fast to ask unless somebody says otherwise; `near` is for a server on this machine."""
    return NEAR if near else replace(FAR, interval=documented_interval(contract))


def keys_of(options: CheckOptions, environment: Mapping[str, str], contract: Contract, url: str) -> Keys:
    """The keys that the options name, or else the environment's, which go to none but the API's own hosts. An option
    that is "" stands for no key.

    CheckError for a key that no header can carry, and where one is needed and missing.
    """
    trusted = is_loopback(url) or _origin(url) in {*map(_origin, _servers(contract))} - {None}
    found: list[str | None] = []
    notes: list[str] = []
    for given, flag, variable in (
        (options["api_key"], "--api-key", KEY_VARIABLE),
        (options["other_api_key"], "--other-api-key", OTHER_KEY_VARIABLE),
    ):
        kept = environment.get(variable) or None
        if given is None and kept is not None and not trusted:
            notes.append(f"{variable} was not sent: {url} is no server of the document; {flag} gives a key for it")
            kept = None
        found.append(_sendable(given or None, flag) if given is not None else _sendable(kept, variable))
    own, other = found
    if own is None and (options["probe"] or options["paid"]) and any(route.bearer for route in contract.job_routes):
        flag = "--paid" if options["paid"] else "--probe"
        why = f" ({notes[0]})" if notes else ""
        raise CheckError(f"{flag} sends payloads with a key, and there is none{why}: give --api-key or {KEY_VARIABLE}")
    return Keys(own, other, tuple(notes))


def _sendable(key: str | None, source: str) -> str | None:
    """The key, unless no header can carry it; the message does not show it."""
    if key is None or (key == key.strip() != "" and key.isascii() and key.isprintable()):
        return key
    raise CheckError(f"the key of {source} has characters that no header can carry, such as outer spaces")


def _servers(contract: Contract) -> list[str]:
    return [text(server, "url") for server in items(contract.document.tree, "servers")]


def _origin(url: str) -> tuple[str, str, int] | None:
    """What of a URL says who gets a key: scheme, host and port; None for a URL without them."""
    with suppress(UrlError):
        address = Address.of(url)
        return address.scheme, address.host, address.port
    return None
