"""Where sources lie: what the arguments of an import name, and what a page's links lead to."""

import os
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from reelmock.contracts.findings import Finding, Severity

SUFFIXES = frozenset({".json", ".yaml", ".yml", ".md"})


@dataclass(frozen=True, slots=True)
class Place:
    """A file or URL. `name` is how it is told, without secrets and paths of this machine; `found` when in a folder."""

    name: str
    at: Path | str
    found: bool = False

    @property
    def key(self) -> str:
        """The same for all places where the same thing lies."""
        return self.at if isinstance(self.at, str) else os.path.realpath(self.at)


def find_places(arguments: Sequence[str], *, as_given: bool = False) -> tuple[tuple[Place, ...], tuple[Finding, ...]]:
    """The places that files, folders and URLs name, each once, where it was named last; and what is not there.

    With `as_given` their names begin with the argument as it was given, so that they can be found by them.
    """
    places: dict[str, Place] = {}
    findings: list[Finding] = []
    for argument in arguments:
        try:
            named = list(_named(argument, as_given))
        except ValueError as error:
            findings.append(_no_source(argument, f"this is no URL ({error})"))
            continue
        if not named:
            kinds = ", ".join(sorted(SUFFIXES))
            problem = f"there is no {kinds} in this folder" if _there(argument) else "there is no such file or folder"
            findings.append(_no_source(argument, problem))
        for place in named:
            before = places.pop(place.key, place)
            # Named by itself and found in a folder, it is told in the way that does not depend on the order.
            places[place.key] = min(before, place, key=lambda one: (one.found, len(one.name), one.name))
    return tuple(places.values()), tuple(findings)


def _no_source(argument: str, problem: str) -> Finding:
    return Finding("no-source", Severity.ERROR, argument or "''", "", problem, "Nothing was read from it")


def is_url(text: str) -> bool:
    """Whether this is an http or https URL."""
    return text.lower().startswith(("http://", "https://"))


def linked_place(link: str, page: Place) -> Place | None:
    """Where a link of a page leads: a file of the same checkout, else a URL; None when there is neither.

    Its name is the same whether it is found in a checkout or downloaded.
    """
    if isinstance(page.at, str):
        target = urldefrag(urljoin(page.at, link)).url
        return Place(_shown(target), target) if is_url(target) else None
    address = urlsplit(link)
    path = unquote(address.path)
    file = None if address.netloc or path.startswith("/") else _existing(page.at.parent / path)
    file = file or _in_checkout([step for step in path.split("/") if step not in ("", ".", "..")], page.at)
    name = _shown(link) if address.scheme else posixpath.normpath(f"{posixpath.dirname(page.name)}/{path}")
    name = name if address.scheme or page.name.startswith("/") else name.lstrip("/")
    if file:
        return Place(name, file)
    return Place(name, urldefrag(link).url) if is_url(link) else None


def _shown(url: str) -> str:
    """A URL without what may be secret: a user's password, or a token in the query."""
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}{address.path}"


def _there(argument: str) -> bool:
    """Whether there is such a file or folder; a text that can be no path names none, and an empty one is no folder."""
    try:
        return bool(argument) and Path(argument).exists()
    except (OSError, ValueError):
        return False


def _named(argument: str, as_given: bool) -> Iterator[Place]:
    if is_url(argument):
        url = argument.partition("#")[0]
        yield Place(_shown(url), url)
        return
    if not _there(argument):
        return
    path = Path(argument)
    if path.is_dir():
        files = ((file, file if as_given else file.relative_to(path)) for file in _files(path))
        yield from (Place(shown.as_posix(), file, found=True) for file, shown in files)
    else:
        yield Place(path.as_posix() if as_given else path.name, path)


def _files(folder: Path) -> list[Path]:
    """The files below a folder that may be sources, by name; links to folders are not followed."""
    found: list[Path] = []
    # A folder that can't be searched is taken for a file: it can't be read, and that is told.
    for parent, folders, files in os.walk(folder, onerror=lambda error: found.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        shown = (Path(parent, name) for name in files if not name.startswith("."))
        found.extend(file for file in shown if file.suffix.lower() in SUFFIXES)
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _existing(file: Path) -> Path | None:
    """The file if there is one; a link may hold what can be no path."""
    try:
        return file if file.is_file() else None
    except (OSError, ValueError):
        return None


def _in_checkout(steps: list[str], page: Path) -> Path | None:
    """The file whose path ends in as many of the link's last steps as possible, below a folder above the page.

    A file beside the page will do by its name alone; nothing is looked for above the checkout's root.
    """
    parents = list(page.absolute().parents)
    root = next((number for number, parent in enumerate(parents) if (parent / ".git").exists()), len(parents))
    candidates = (
        _existing(parent.joinpath(*steps[start:])) for start in range(len(steps) - 1) for parent in parents[: root + 1]
    )
    beside = _existing(page.parent / steps[-1]) if steps else None
    return next((file for file in candidates if file), beside)
