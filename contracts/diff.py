"""What a client of one document must fear from another: the differences that it meets, as findings."""

import re
from collections.abc import Iterable, Iterator, Mapping

from reelmock.contracts.contract import Contract
from reelmock.contracts.diff_places import Difference, written_at
from reelmock.contracts.diff_requests import request_differences
from reelmock.contracts.diff_responses import response_differences
from reelmock.contracts.diff_rules import RULES
from reelmock.contracts.diff_sides import Side
from reelmock.contracts.findings import Finding
from reelmock.contracts.jsontree import Path, items, text


def diff(old: Contract, new: Contract) -> tuple[Finding, ...]:
    """The differences between two documents that a client of `old` meets: the worst first, then by place.

    Each has the id and the level of a rule in `diff_rules.RULES`, and a JSON pointer into the new document, or into the
    old one for what the new one has no place for. What both say in other words, or in another order, is no difference.
    """
    findings = _findings([*_servers(old, new), *_routes(old, new)], old, new)
    return tuple(sorted(findings, key=lambda one: (-one.severity, one.file != new.document.file, one.pointer, one.id)))


def _servers(old: Contract, new: Contract) -> Iterator[Difference]:
    mine, theirs = (_urls(contract) for contract in (old, new))
    for url in mine.keys() - theirs.keys():
        yield Difference("server-removed", url, "the base URL is gone", mine[url], ())
    for url in theirs.keys() - mine.keys():
        yield Difference("server-added", url, "it is another base URL", (), theirs[url])


def _urls(contract: Contract) -> Mapping[str, Path]:
    servers = items(contract.document.tree, "servers")
    return {text(server, "url").rstrip("/"): ("servers", index) for index, server in enumerate(servers)}


def _routes(old: Contract, new: Contract) -> Iterator[Difference]:
    mine, theirs = (_operations(contract) for contract in (old, new))
    paths, others = ({route for route, _ in sides} for sides in (mine, theirs))
    for (route, method), side in mine.items():
        if (route, method) in theirs:
            other = theirs[route, method]
            yield from request_differences(side, other)
            yield from response_differences(side, other)
        elif route in others:
            yield Difference("method-removed", side.operation.key, f"the path has no {method} any more", side.path, ())
        else:
            yield Difference("route-removed", side.operation.path, "the path is gone", side.path[:-1], ())
    for (route, method), side in theirs.items():
        if route not in paths:
            yield Difference("route-added", side.operation.path, "the path is new", (), side.path[:-1])
        elif (route, method) not in mine:
            yield Difference("method-added", side.operation.key, f"the path has a {method} now", (), side.path)


def _operations(contract: Contract) -> Mapping[tuple[str, str], Side]:
    """(Path without the names of its parameters, method) → operation: what a client sends knows no such names."""
    return {
        (re.sub(r"\{[^{}/]+\}", "{}", operation.path), operation.method): Side(contract, operation)
        for operation in contract.operations
    }


def _findings(differences: Iterable[Difference], old: Contract, new: Contract) -> Iterator[Finding]:
    """The differences as findings: one at a place that several operations share is told once."""
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for one in differences:
        if one.rule in RULES:  # what has no rule means nothing in its direction, such as a default in a reply
            file, place = _place(one, old, new)
            subjects = found.setdefault((one.rule, file, place, one.message), [])
            subjects += [one.subject] if one.subject not in subjects else []
    for (rule, file, place, message), subjects in found.items():
        more = f" and {len(subjects) - 1} more" if len(subjects) > 1 else ""
        yield Finding(rule, RULES[rule].level, file, place, f"{subjects[0]}{more}: {message}", RULES[rule].remedy)


def _place(one: Difference, old: Contract, new: Contract) -> tuple[str, str]:
    """The file and the JSON pointer of a difference: as exactly as it can be told, rather in the new document."""
    for inner, keyword in ((one.inner, one.keyword), (one.inner, ""), ((), "")):
        for contract, place in ((new, one.new), (old, one.old)):
            document = contract.document
            found = written_at(document.tree, place, inner, keyword) if place else None
            if found is not None:
                return document.file, found
    return new.document.file, ""
