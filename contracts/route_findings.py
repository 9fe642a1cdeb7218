"""What was understood of a document's job routes, and what was not: for a person who has to correct the document."""

from collections.abc import Iterator

from reelmock.contracts.contract import Contract
from reelmock.contracts.findings import Finding, Notes, Severity
from reelmock.contracts.job_routes import JobRoute, NoRoute, examine
from reelmock.contracts.jsontree import Path
from reelmock.contracts.lifecycle import State
from reelmock.contracts.operations import Operation
from reelmock.contracts.places import Place, dotted, options_at
from reelmock.contracts.reply_places import reply_schema

STATES_OF = {
    "pending": {State.QUEUED, State.GENERATING},
    "success": {State.COMPLETED},
    "failure": {State.ERROR},
}
SAY_SO = "say what it means with `words` in `x-lifecycle`"


def route_findings(contract: Contract) -> tuple[Finding, ...]:
    """A note for each job route that tells how it was found, and a warning for each that was not."""
    notes = Notes(contract.document.file)
    examined = list(examine(contract.operations))
    for found in examined:
        if isinstance(found, JobRoute):
            _route(found, notes)
        else:
            _no_route(found, notes)
    if all(isinstance(found, NoRoute) and found.severity is Severity.INFO for found in examined):
        wanted = "wanted a POST whose reply has an id, and a GET that takes an id and tells a status"
        notes.warning("no-job-route", ("paths",), f"no job route was found: {wanted}", "The fake can't serve it alone")
    return tuple(dict.fromkeys(notes.found))  # routes that share an operation share what is odd about it


def _route(route: JobRoute, notes: Notes) -> None:
    place = _place(route.create)
    how = "inferred by names" if route.source == "names" else f"stated by {route.source}"
    notes.info(
        "job-route",
        place,
        f"{route.create.key} creates jobs, {route.retrieve.key} retrieves them",
        f"{how[0].upper()}{how[1:]}: {'; '.join(_parts(route))}",
    )
    words = route.retrieved.words
    listed = options_at(reply_schema(route.retrieve), route.retrieved.status)
    for word in (word for word in listed if word not in words):
        message = f"the status word '{word}' of {route.retrieve.key} is not known"
        notes.warning("unknown-status-word", _place(route.retrieve), message, f"The fake never tells it; {SAY_SO}")
    told = set(words.values())
    for what, states in STATES_OF.items():
        if told.isdisjoint(states):
            message = f"the status of {route.retrieve.key} has no known word for {what}"
            notes.warning("missing-status-word", _place(route.retrieve), message, f"The fake uses its own; {SAY_SO}")
    if not route.retrieved.result:
        message = f"no place for the result was found in the reply of {route.retrieve.key}"
        notes.warning("no-result", _place(route.retrieve), message, "Name it with `result` in `x-lifecycle`")


def _parts(route: JobRoute) -> Iterator[str]:
    """What is known of a job route, part by part."""
    yield f"id in `{dotted(route.created.id)}`, polled as `{route.id_parameter.name}` ({route.id_parameter.location})"
    words = ", ".join(f"{word} = {state.value}" for word, state in route.retrieved.words.items())
    yield f"status in `{dotted(route.retrieved.status)}` ({words})"
    members: dict[str, Place] = {"result": route.retrieved.result, "error": route.retrieved.error}
    yield from (f"{name} in `{dotted(place)}`" for name, place in members.items() if place)


def _no_route(found: NoRoute, notes: Notes) -> None:
    message = f"{found.create.key} has no job route: {found.reason}"
    place = _place(found.create)
    match found.severity:
        case Severity.ERROR:
            stated = ("responses",) if found.create.lifecycle is None else ("x-lifecycle",)
            notes.error("broken-lifecycle", (*place, *stated), message, found.remedy)
        case Severity.WARNING:
            notes.warning("no-job-route", place, message, found.remedy)
        case _:
            notes.info("no-job-route", place, message, found.remedy)


def _place(operation: Operation) -> Path:
    return ("paths", operation.path, operation.method.lower())
