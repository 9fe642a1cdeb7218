"""Recordings of a project's own traffic: HAR files and cassettes, read as exchanges in the order of time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import cast

from reelmock.contracts.cassettes import LISTS, cassette_exchanges
from reelmock.contracts.har import har_exchanges
from reelmock.contracts.jsontree import Json, excerpt, member, printable
from reelmock.contracts.recorded import FormatError, Recorded
from reelmock.contracts.recorded_secrets import credentials
from reelmock.contracts.short_repr import ShortRepr
from reelmock.contracts.source_places import Place
from reelmock.contracts.source_text import SourceError, read_json_text, read_text

# What all bodies of a recording may have together once they are decompressed, in bytes.
MAX_BODIES_BYTES = 256 * 1024 * 1024

WANTED = "Give a HAR file, or a cassette of vcrpy or VCR, in one piece"


class RecordingError(ValueError):
    """A recording that can't be read. The text is one line: the file, the place in it, what is wrong and what to do."""

    def __init__(self, file: Path, problem: str, remedy: str, place: str = "") -> None:
        super().__init__(printable(f"{file}{' at ' + place if place else ''}: {problem}. {remedy}."))


@dataclass(frozen=True, repr=False)
class Recording(ShortRepr):
    """What a file has recorded.

    `exchanges` stand in the order of time as far as the file tells it. `secrets` are the credentials in them, the
    longest first: whoever prints something of a recording masks them.
    """

    file: Path
    exchanges: tuple[Recorded, ...]
    secrets: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Recording({self.file}, {len(self.exchanges)} exchanges)"


def read_recording(file: Path) -> Recording:
    """The recording in a HAR file (JSON) or a cassette (JSON or YAML). RecordingError for any other file."""
    try:
        exchanges = tuple(_limited(file, _exchanges(file, _value(file))))
    except SourceError as error:
        raise RecordingError(file, str(error), _remedy(error)) from None
    except FormatError as error:
        raise RecordingError(file, str(error), "Record it again, or leave this one out", error.place) from None
    except RecursionError:
        raise RecordingError(file, "a body in it is nested too deep", "Record it again as a text") from None
    return Recording(file, exchanges, credentials(exchanges))


def _remedy(error: SourceError) -> str:
    remedies = {
        "source-unreadable": "Check the path",
        "source-too-large": "Record less, or leave out what is not about the API",
        "yaml-not-installed": "Or record it as JSON",
    }
    return remedies.get(error.id, WANTED)


def _exchanges(file: Path, value: Json) -> Iterator[Recorded]:
    """The exchanges by the format that the value is of."""
    if isinstance(member(value, "log").get("entries"), list):
        return har_exchanges(value)
    if any(isinstance(member(value).get(name), list) for name in LISTS):
        return cassette_exchanges(value)
    names = ", ".join(f"`{name[:40]}`" for name in list(member(value))[:5])
    came = f"{excerpt(value)} ({names})" if names else excerpt(value)
    wanted = "a HAR file has `log` with `entries`, a cassette has `interactions` or `http_interactions`"
    raise RecordingError(file, f"this is {came}, and no recording: {wanted}", WANTED)


def _limited(file: Path, exchanges: Iterator[Recorded]) -> Iterator[Recorded]:
    """The exchanges, as long as their bodies stay within the limit: compressed ones may grow a thousand times."""
    size = 0
    for exchange in exchanges:
        size += len(exchange.request.body) + len(exchange.response.body if exchange.response else b"")
        if size > MAX_BODIES_BYTES:
            problem = f"its bodies have more than {MAX_BODIES_BYTES:,} bytes once they are decompressed"
            raise RecordingError(file, problem, "Record less, or leave out what is not about the API", exchange.place)
        yield exchange


def _value(file: Path) -> Json:
    """What is written in the file. SourceError when it can't be read."""
    text = read_text(Place(str(file), file), None)
    suffix = file.suffix.lower()
    is_json = suffix in (".json", ".har") or (suffix not in (".yaml", ".yml") and text.lstrip().startswith("{"))
    return read_json_text(text) if is_json else _yaml(text)


def _yaml(text: str) -> Json:
    """The value in a YAML text; PyYAML is an extra, and other recordings do without it."""
    try:
        module = import_module("reelmock.contracts.cassette_yaml")
    except ImportError:
        raise SourceError("yaml-not-installed", "YAML needs PyYAML: pip install 'reelmock[import]'") from None
    read = cast(Callable[[str], Json], module.read_cassette_yaml)
    try:
        return read(text)
    except ValueError as error:
        raise SourceError("source-broken", str(error)) from None
