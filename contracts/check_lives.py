"""Checks of the lives of generations: they can be retrieved, keep their id, go forward, and end as was promised."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from reelmock.contracts.evidence import Evidence, evidence_at
from reelmock.contracts.jsontree import Json, excerpt, text
from reelmock.contracts.judging import Failure, Life, Seen, id_of
from reelmock.contracts.life_trials import is_address
from reelmock.contracts.lifecycle import State
from reelmock.contracts.places import EMPTY, dotted, schema_at, value_at
from reelmock.contracts.reply_places import reply_schema
from reelmock.contracts.reply_states import is_there
from reelmock.contracts.trials import Attempt, Kind

# What a page, JSON or XML begins with; no video does.
PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*[<{\[]")
NO_VIDEO = ("text/", "application/json", "application/xml", "image/")

# How far each state is.
RANKS: Mapping[State, int] = {State.QUEUED: 0, State.GENERATING: 1, State.COMPLETED: 2, State.ERROR: 2}


def _known(seen: Seen, life: Life) -> Evidence:
    """How the document knows what a poll tells."""
    retrieve = life.route.retrieve
    return evidence_at(seen.contract.document, ("paths", retrieve.path, retrieve.method.lower()))


def created_id_is_retrievable(seen: Seen) -> Iterator[Failure]:
    """A reply that creates a generation has an id, and the generation is there under it from then on."""
    for attempt in seen.of(Kind.VALID, Kind.BROKEN, Kind.UNREADABLE):
        if attempt.taken and attempt.trial.creates and id_of(attempt) is None:
            place = dotted(attempt.trial.route.created.id)
            known = evidence_at(seen.contract.document, ("paths", attempt.trial.route.create.path, "post"))
            yield Failure(attempt, "a create reply has no id", f"an id in `{place}`", known, "POST:no_id")
    for life in seen.lives:
        for poll in life.polls:
            if poll.response is not None and not poll.taken and not poll.unavailable and life.created is not None:
                told = f"a generation that was created was answered with {poll.status}"
                yield Failure(poll, told, "200", _known(seen, life), f"GET:created_id:{poll.status}")


def id_is_stable(seen: Seen) -> Iterator[Failure]:
    """Every reply for a generation tells the id that was asked for."""
    for life in seen.lives:
        for attempt in life.told:
            operation = attempt.trial.operation
            told = value_at(attempt.body, life.route.places(operation).id) if operation is not None else None
            if told is not None and str(told) != life.id:
                message = f"the id {excerpt(life.id)} was asked for, and {excerpt(told)} answered"
                yield Failure(attempt, message, excerpt(life.id), _known(seen, life), "GET:id_is_stable")


def ids_are_unique(seen: Seen) -> Iterator[Failure]:
    """No two generations have the same id."""
    created: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for life in seen.lives:
        if life.created is not None:
            created[life.route.retrieve.key, life.id].append(life.created)
    for (_, identifier), attempts in created.items():
        if len(attempts) > 1:
            told = f"{len(attempts)} generations have the id {excerpt(identifier)}"
            known = evidence_at(seen.contract.document, ("paths", attempts[1].trial.route.create.path, "post"))
            yield Failure(attempts[1], told, "an id of its own", known, "POST:ids_are_unique")


def _steps(life: Life) -> Iterator[tuple[State, Attempt, State]]:
    """(State before, the reply after, its state) for each two replies in a row."""
    for (_, before), (attempt, after) in zip(life.states, life.states[1:], strict=False):
        yield before, attempt, after


def status_never_goes_back(seen: Seen) -> Iterator[Failure]:
    """A generation never goes back to an earlier state."""
    for life in seen.lives:
        for before, attempt, after in _steps(life):
            if RANKS[after] < RANKS[before]:
                told, case = f"{after.value} came after {before.value}", f"GET:{before.value}:{after.value}"
                yield Failure(attempt, told, f"{before.value}, or a later state", _known(seen, life), case)


def terminal_is_final(seen: Seen) -> Iterator[Failure]:
    """A generation that has ended keeps its state."""
    for life in seen.lives:
        for before, attempt, after in _steps(life):
            if before.terminal and after is not before:
                told, case = f"{after.value} came after {before.value}", f"GET:{before.value}:{after.value}"
                yield Failure(attempt, told, f"{before.value} for ever", _known(seen, life), case)


def completed_has_video(seen: Seen) -> Iterator[Failure]:
    """The result is there when a generation is completed, and not before."""
    for life in seen.lives:
        yield from _owned(seen, life, State.COMPLETED)


def error_has_reason(seen: Seen) -> Iterator[Failure]:
    """A generation that has failed says why, and no other does."""
    for life in seen.lives:
        yield from _owned(seen, life, State.ERROR)
        for attempt, state in life.states:
            reason = _reason(attempt)
            silent = [name for name, value in reason.items() if not _says(value)] if isinstance(reason, dict) else []
            if state is State.ERROR and silent:
                told = f"a failed generation has an error with an empty `{silent[0]}`"
                yield Failure(attempt, told, "words that say why", _known(seen, life), "GET:error:empty")


def _result(attempt: Attempt) -> Json:
    operation = attempt.trial.operation
    return None if operation is None else value_at(attempt.body, attempt.trial.route.places(operation).result)


def _is_address(attempt: Attempt) -> bool:
    """Whether the document says that the result has a URI in it."""
    operation, route = attempt.trial.operation, attempt.trial.route
    return operation is not None and says_uri(schema_at(reply_schema(operation), route.places(operation).result))


def _reason(attempt: Attempt) -> Json:
    operation = attempt.trial.operation
    return None if operation is None else value_at(attempt.body, attempt.trial.route.places(operation).error)


def _says(value: Json) -> bool:
    return bool(value.strip()) if isinstance(value, str) else True


def _owned(seen: Seen, life: Life, owner: State) -> Iterator[Failure]:
    """Where the result or the error is missing in its state, or there in another one."""
    for attempt, state in life.states:
        operation = attempt.trial.operation
        if operation is None:
            continue
        places = life.route.places(operation)
        place = places.result if owner is State.COMPLETED else places.error
        there = is_there(attempt.body, place)
        if place and there is not (state is owner) and not (there and place in life.route.always[operation.key]):
            what = "is missing" if state is owner else "is there"
            told = f"`{dotted(place)}` {what} although the status is {state.value}"
            wanted = "to be there" if state is owner else f"it in {owner.value} alone"
            case = f"{operation.method}:{state.value}:{dotted(place)}"
            yield Failure(attempt, told, wanted, _known(seen, life), case)


def video_is_downloadable(seen: Seen) -> Iterator[Failure]:
    """The result of a completed generation can be downloaded without a key, and is a video."""
    for life in seen.lives:
        for attempt, state in life.states:
            told = _result(attempt)
            if state is State.COMPLETED and told not in EMPTY and not any(addresses(told)) and _is_address(attempt):
                message = f"the result names no address that can be downloaded: {excerpt(told)}"
                yield Failure(attempt, message, "an http or https URL", _known(seen, life), "GET:no_address")
    for attempt in seen.attempts:
        if attempt.trial.kind is Kind.DOWNLOAD:
            yield from _not_a_video(attempt)


def _not_a_video(attempt: Attempt) -> Iterator[Failure]:
    media = attempt.response.header("content-type") if attempt.response is not None else None
    known = attempt.trial.evidence
    if attempt.response is None:
        yield Failure(attempt, f"no reply came for the result ({attempt.problem})", "the video", known)
    elif attempt.status not in (200, 206) or not attempt.response.body:
        told = f"the result was answered with {attempt.status} and {len(attempt.response.body)} bytes"
        yield Failure(attempt, told, "200 or 206, and the video", known)
    elif PAGE.match(attempt.response.body) or (media or "").lower().startswith(NO_VIDEO):
        told = f"the result is no video, but {excerpt(media)} that begins with {attempt.response.body[:20]!r}"
        yield Failure(attempt, told, "a video", known, f"{attempt.trial.case}:no_video")
    elif not (media or "").lower().startswith("video/"):
        guessed = Evidence("inferred", "which headers the clip host sends is not known", "")
        told = f"the result has the content type {excerpt(media)}"
        yield Failure(attempt, told, "`video/…`", guessed, f"{attempt.trial.case}:content-type")


def addresses(result: Json) -> Iterator[str]:
    """The http and https addresses in a result: the text itself, or those in an object or a list."""
    if isinstance(result, str):
        yield from [result] if is_address(result) else []
    elif isinstance(result, dict | list):
        for inner in result.values() if isinstance(result, dict) else result:
            yield from addresses(inner)


def says_uri(schema: Json) -> bool:
    """Whether a schema says anywhere that a text is a URI."""
    if isinstance(schema, list):
        return any(map(says_uri, schema))
    return isinstance(schema, dict) and (text(schema, "format") == "uri" or any(map(says_uri, schema.values())))
