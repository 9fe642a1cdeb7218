"""What the report of a failed test says beside the journal: why requests were refused, and what was left undone."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import items, member, printable, text
from reelmock.mockserver.generations import Generation
from reelmock.mockserver.journal import Entry
from reelmock.mockserver.scenarios import Scenarios

# So many of a kind are explained; the others will be alike.
EXPLAINED = 3


def refusals(entries: Sequence[Entry], contract: Contract, api_key: str) -> Iterator[str]:
    """A line for each of the newest refused requests: what the reply says, and what to do."""
    refused = [entry for entry in entries if entry.response.status >= 400]
    for entry in refused[-EXPLAINED:]:
        parts = [*_said(entry)]
        if entry.case == "wrong_key":
            parts.append(f"reelmock_api.api_key ('{api_key}') is one that is taken.")
        if entry.case in ("missing_parameter", "unknown_path", "method_not_allowed"):
            parts.append(f"The calls are {calls(contract)}.")
        refusal = f"request {entry.number}, {entry.response.status} {entry.case}".rstrip()
        yield printable(": ".join(filter(None, (refusal, " ".join(filter(None, parts))))))


def _said(entry: Entry) -> Iterator[str]:
    """The message of a reply, the places that it names, and its hint (in the legacy envelope a part of the message)."""
    try:
        body = cast(Any, entry.response.json())
    except ValueError:
        return
    error = member(body, "error")
    yield f"{text(error, 'message') or text(body, 'message')}."
    for item in items(error, "data")[:EXPLAINED]:
        where = ".".join(str(step) for step in items(item, "path"))
        yield f"{where}: {text(item, 'message')}." if where else f"{text(item, 'message')}."
    yield text(error, "hint")


def rules_in_force(scenarios: Scenarios) -> Iterator[str]:
    """A line for each rule: the journal names those that decided, and one that decided nothing may be the mistake."""
    for kept in scenarios.list():
        yield printable(f"{kept.id} ({kept.rule}) decided {kept.used} of the {kept.seen} requests like it")


def never_polled(generations: Sequence[Generation], contract: Contract) -> Iterator[str]:
    """A line for each of the newest generations that nobody asked for."""
    routes = {route.create.key: route for route in contract.job_routes}
    for generation in [generation for generation in generations if not generation.polls][-EXPLAINED:]:
        call = routes[generation.operation].example_call.replace("<id>", generation.id)
        yield f"generation {generation.id} was never polled; a create reply has no result yet. The poll is {call}"


def calls(contract: Contract) -> str:
    """What a client may call, for messages."""
    return ", ".join(f"{route.create.key} to create, {route.example_call} to poll" for route in contract.job_routes)
