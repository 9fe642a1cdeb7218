"""What of a recording a check can judge: of a recording it is not known beforehand what is in it."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from reelmock.contracts.check_requests import mistakes
from reelmock.contracts.judging import Life, Seen
from reelmock.contracts.operations import response_name
from reelmock.contracts.trials import Attempt

# The attempts that show whether a rule is kept.
Shown: TypeAlias = Callable[[Seen], Iterator[Attempt]]

NO_POLL = "no poll in it"


def replies(seen: Seen) -> Iterator[Attempt]:
    """Replies of operations of the document."""
    for attempt in seen.attempts:
        if attempt.response is not None and attempt.trial.operation is not None and not attempt.unavailable:
            yield attempt


def _declared(seen: Seen) -> Iterator[Attempt]:
    for attempt in replies(seen):
        if attempt.trial.operation is not None and response_name(attempt.trial.operation, attempt.status) is not None:
            yield attempt


def _successes(seen: Seen) -> Iterator[Attempt]:
    return (attempt for attempt in _declared(seen) if attempt.status < 400)


def _refusals(seen: Seen) -> Iterator[Attempt]:
    return (attempt for attempt in _declared(seen) if attempt.status >= 400)


def _objects(seen: Seen) -> Iterator[Attempt]:
    return (attempt for attempt in _declared(seen) if isinstance(attempt.body, dict))


def _requests(seen: Seen) -> Iterator[Attempt]:
    return (attempt for attempt in seen.attempts if attempt.response is not None and not attempt.unavailable)


def _valid(seen: Seen) -> Iterator[Attempt]:
    for attempt in replies(seen):
        create = attempt.trial.operation == attempt.trial.route.create
        if create and not mistakes(seen, attempt, "lenient").violations:
            yield attempt


def polls(seen: Seen) -> Iterator[Attempt]:
    """The polls that were answered."""
    for life in seen.lives:
        yield from _answered(life)


def _answered(life: Life) -> Iterator[Attempt]:
    return (poll for poll in life.polls if poll.response is not None and not poll.unavailable)


def _polls_of_created(seen: Seen) -> Iterator[Attempt]:
    for life in seen.lives:
        yield from _answered(life) if life.created is not None else ()


def _told_polls(seen: Seen) -> Iterator[Attempt]:
    for life in seen.lives:
        yield from (poll for poll in life.polls if poll in life.told)


def _creations(seen: Seen) -> Iterator[Attempt]:
    """The replies that created a generation, where a route has more than one."""
    made: dict[str, list[Attempt]] = defaultdict(list)
    for life in seen.lives:
        if life.created is not None:
            made[life.route.retrieve.key].append(life.created)
    for created in made.values():
        yield from created if len(created) > 1 else ()


def _steps(seen: Seen) -> Iterator[Attempt]:
    """Replies that tell a state after another one that does."""
    for life in seen.lives:
        yield from (attempt for attempt, _ in life.states[1:])


def _after_the_end(seen: Seen) -> Iterator[Attempt]:
    for life in seen.lives:
        before = [state for _, state in life.states]
        yield from (attempt for (attempt, _), state in zip(life.states[1:], before, strict=False) if state.terminal)


def _of_ended(seen: Seen) -> Iterator[Attempt]:
    for life in seen.lives:
        yield from (attempt for attempt, _ in life.states if life.ended)


# Check → what shows it, and why a recording without that shows nothing of it.
SHOWN: Mapping[str, tuple[Shown, str]] = {
    "status_code_conformance": (replies, "no reply in it"),
    "content_type_conformance": (_declared, "no reply with a declared status in it"),
    "response_schema_conformance": (_successes, "no body of a reply with success in it"),
    "response_headers_conformance": (_declared, "no reply with a declared status in it"),
    "positive_data_acceptance": (_valid, "no valid payload in it"),
    "error_shape": (_refusals, "no body of a refusal in it"),
    "undeclared_response_field": (_objects, "no JSON object of a reply in it"),
    "request_conformance": (_requests, "no request in it that was answered"),
    "created_id_is_retrievable": (_polls_of_created, "no poll in it of what was created in it"),
    "id_is_stable": (_told_polls, "no poll in it that tells of a generation"),
    "ids_are_unique": (_creations, "takes two generations or more"),
    "status_never_goes_back": (_steps, "no two replies in it tell the state of a generation"),
    "terminal_is_final": (_after_the_end, "no poll in it after a generation had ended"),
    "completed_has_video": (_of_ended, "no generation ended in it"),
    "error_has_reason": (_of_ended, "no generation ended in it"),
}

# What is said to be missing in a recording without any poll, for these.
ABOUT_POLLS = frozenset(
    {"created_id_is_retrievable", "id_is_stable", "status_never_goes_back", "terminal_is_final"}
    | {"completed_has_video", "error_has_reason"}
)


def why_nothing(check: str, *, polled: bool) -> str:
    """Why a recording shows nothing of a check; `polled` is whether there is an answered poll in it."""
    return NO_POLL if check in ABOUT_POLLS and not polled else SHOWN[check][1]
