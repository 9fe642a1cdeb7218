"""From a place to the text that stands there, and from a text to the JSON value that it stands for."""

import json
import re
from collections.abc import Callable
from enum import Enum
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import NoReturn, TypeAlias, cast

from reelmock.contracts.document import MAX_FILE_BYTES
from reelmock.contracts.fetching import FetchError
from reelmock.contracts.jsontree import Json
from reelmock.contracts.source_places import Place

Fetch: TypeAlias = Callable[[str], bytes]

YAML_DOCUMENT = re.compile(r"^['\"]?(openapi|swagger)['\"]?[ \t]*:", re.MULTILINE)


class Kind(Enum):
    """How a source is written."""

    JSON = "JSON"
    YAML = "YAML"
    PAGE = "a page"


KINDS = {".json": Kind.JSON, ".yaml": Kind.YAML, ".yml": Kind.YAML, ".md": Kind.PAGE, ".markdown": Kind.PAGE}


class SourceError(ValueError):
    """A source that can't be read. `id` and `pointer` are the finding's, the text says what is wrong."""

    def __init__(self, identifier: str, problem: str, pointer: str = "") -> None:
        super().__init__(problem)
        self.id = identifier
        self.pointer = pointer


def read_text(place: Place, fetch: Fetch | None) -> str:
    """What stands at a place. SourceError when it can't be had, is too large or is no text."""
    content = _read_file(place.at) if isinstance(place.at, Path) else _download(place.at, fetch)
    if len(content) > MAX_FILE_BYTES:
        raise SourceError("source-too-large", f"it has more than {MAX_FILE_BYTES:,} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError("source-broken", f"this is not text in UTF-8 (byte {error.start + 1:,})") from None


def kind_of(place: Place, text: str) -> Kind:
    """How a text is written: its name tells, or else its beginning."""
    address = place.at.partition("?")[0] if isinstance(place.at, str) else place.at.name
    told = KINDS.get(PurePosixPath(address).suffix.lower())
    if told:
        return told
    if text.lstrip().startswith("{"):
        return Kind.JSON
    return Kind.YAML if YAML_DOCUMENT.search(text) else Kind.PAGE


def read_value(text: str, kind: Kind) -> Json:
    """The value in JSON or YAML. SourceError where it is broken, with line and column."""
    if kind is Kind.PAGE:
        raise SourceError("source-unusable", "this is a page, where an OpenAPI document was expected")
    return _yaml(text) if kind is Kind.YAML else read_json_text(text)


def read_json_text(text: str, first_line: int = 1) -> Json:
    """The value in a JSON text, which begins in the source's line `first_line`. SourceError where it is broken."""
    try:
        value: Json = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno + first_line - 1}, column {error.colno}"
        raise SourceError("source-broken", f"this is not JSON ({error.msg} in {where})") from None
    except RecursionError:
        raise SourceError("source-broken", "this is not JSON that can be read: it is nested too deep") from None
    except ValueError as error:
        raise SourceError("source-broken", f"this is not JSON ({error})") from None
    return value


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON value")


def _yaml(text: str) -> Json:
    """The value in a YAML text; PyYAML is an extra, and other sources do without it."""
    try:
        read = cast(Callable[[str], Json], import_module("reelmock.contracts.yaml_documents").read_yaml)
    except ImportError:
        raise SourceError("yaml-not-installed", "YAML needs PyYAML: pip install 'reelmock[import]'") from None
    try:
        return read(text)
    except ValueError as error:
        raise SourceError("source-broken", str(error)) from None


def _read_file(file: Path) -> bytes:
    """The content, and at most one byte more than is allowed."""
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SourceError("source-unreadable", f"it can't be read ({error.strerror})") from None


def _download(url: str, fetch: Fetch | None) -> bytes:
    if fetch is None:
        raise SourceError("not-downloaded", "not downloaded, since --offline")
    try:
        return fetch(url)
    except FetchError as error:
        raise SourceError("not-downloaded", error.problem) from None
