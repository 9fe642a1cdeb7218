"""Reading the sources of an import: documents and documentation pages become OpenAPI objects, as they were written.

What can't be read is a finding, and the rest is read all the same. What links lead to is read last, and only where it
is needed: the result does not depend on the order of the arguments, but for the order of the sources in it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.gathering import Gathered, Linked, Page, Source, gather, gather_document
from reelmock.contracts.source_places import find_places
from reelmock.contracts.source_text import Fetch

__all__ = ["Fetch", "Page", "Reading", "Source", "read_sources"]

Tell: TypeAlias = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read, what was named later coming later, and what was odd."""

    sources: tuple[Source, ...]
    findings: tuple[Finding, ...]


def _silent(done: int, total: int) -> None:
    """Nobody watches."""


def read_sources(
    arguments: Sequence[str], *, fetch: Fetch | None, tell: Tell = _silent, as_given: bool = False
) -> Reading:
    """Read files, folders and URLs, and what their pages link to; `fetch` is None where nothing may be downloaded.

    `tell` hears how many of how many places are done; the total grows once when links are found. With `as_given`
    sources are told as the arguments name them, and not by their own name alone. Never raises for what stands in a
    source.
    """
    places, findings = find_places(arguments, as_given=as_given)
    named: dict[str, Gathered] = {}
    for place in places:
        named[place.key] = gather(place, fetch)
        tell(len(named), len(places))
    links = [link for gathered in named.values() for link in gathered.links]
    linked, not_followed = _follow(links, named, fetch, tell)
    everything = [*named.values(), *linked.values()]
    return Reading(
        _in_order(named, linked),
        (*findings, *(finding for gathered in everything for finding in gathered.findings), *not_followed),
    )


def _follow(
    links: Iterable[Linked], named: dict[str, Gathered], fetch: Fetch | None, tell: Tell
) -> tuple[dict[str, Gathered], list[Finding]]:
    """What links lead to, by the key of the place, and a note for each that was not needed.

    Links of POST operations come first. They are needed for models that nothing named has, links of other operations
    where nothing that was read so far has the operation.
    """
    ids = {one for gathered in named.values() for usable in gathered.usable for one in usable.ids}
    operations = _operations(named.values())
    linked: dict[str, Gathered] = {}
    notes: dict[str, Finding] = {}
    groups = [group for group in _by_target(links) if group[0].target.key not in named]
    for done, group in enumerate(groups, len(named) + 1):
        target = min((link.target for link in group), key=lambda place: place.name)
        if target.key in linked:
            pass
        elif all(_is_known(link, ids, operations) for link in group):
            notes[target.key] = _not_followed(target.name, group)
        else:
            gathered = gather_document(target, fetch)
            findings = (replace(one, message=f"{one.message} ({_linked_from(group)})") for one in gathered.findings)
            linked[target.key] = replace(gathered, findings=tuple(findings))
            operations |= _operations([linked[target.key]])
        tell(done, len(named) + len(groups))
    return linked, [note for key, note in notes.items() if key not in linked]


def _by_target(links: Iterable[Linked]) -> list[list[Linked]]:
    """The links to one target together, those of POST operations first; then what most pages link to, then by name."""
    groups: dict[tuple[bool, str], list[Linked]] = {}
    for link in links:
        groups.setdefault((link.link.method != "post", link.target.key), []).append(link)
    ordered = sorted(
        groups.items(), key=lambda item: (item[0][0], -len(item[1]), min(one.target.name for one in item[1]))
    )
    return [group for _, group in ordered]


def _is_known(link: Linked, ids: set[str], operations: set[tuple[str, str]]) -> bool:
    """Whether what a link leads to is there already."""
    if link.link.method == "post":
        return bool(link.page.ids) and ids.issuperset(link.page.ids)
    return (link.link.method, link.link.path) in operations


def _operations(gathered: Iterable[Gathered]) -> set[tuple[str, str]]:
    return {operation for one in gathered for usable in one.usable for operation in usable.operations}


def _linked_from(group: Iterable[Linked]) -> str:
    pages = sorted({link.page.name for link in group})
    others = f" and {len(pages) - 1} more page{'s' * (len(pages) > 2)}" if len(pages) > 1 else ""
    return f"linked from {pages[0]}{others}"


def _not_followed(target: str, group: Sequence[Linked]) -> Finding:
    what = "the models of its page" if group[0].link.method == "post" else "this operation"
    message = f"other sources have {what} already ({_linked_from(group)})"
    return Finding("link-not-followed", Severity.INFO, target, "", message, "It was not read")


def _in_order(named: dict[str, Gathered], linked: dict[str, Gathered]) -> tuple[Source, ...]:
    """The sources with the pages that lead to them; what is linked comes behind the last page that links to it."""
    pages: dict[str, set[Page]] = {}
    last: dict[str, str] = {}
    for key, gathered in named.items():
        for link in gathered.links:
            last[link.target.key] = key
            if link.link.method == "post":
                pages.setdefault(link.target.key, set()).add(link.page)
    behind: dict[str, list[str]] = {}
    for target in linked:
        behind.setdefault(last[target], []).append(target)
    everything = {**named, **linked}
    return tuple(
        _with_pages(usable.source, pages.get(key, set()))
        for page in named
        for key in (page, *behind.get(page, ()))
        for usable in everything[key].usable
    )


def _with_pages(source: Source, pages: set[Page]) -> Source:
    both = pages.union(source.pages)
    return replace(source, pages=tuple(sorted(both, key=lambda page: (page.name, page.ids))))
