"""What has changed in the replies of an operation: statuses, media types, headers and bodies."""

from collections.abc import Iterator

from reelmock.contracts.diff_places import Difference, schema_difference
from reelmock.contracts.diff_rules import RESPONSE
from reelmock.contracts.diff_schemas import changes
from reelmock.contracts.diff_sides import Side
from reelmock.contracts.jsontree import Path
from reelmock.contracts.operations import ResponseSpec

# Kind of a change where a job tells its state → the rule.
WORDS = {
    "enum-value-added": "response-status-word-added",
    "enum-value-removed": "response-status-word-removed",
}


def response_differences(old: Side, new: Side) -> Iterator[Difference]:
    """Everything about the replies of an operation that both documents have."""
    key, mine, theirs = new.operation.key, old.operation.responses, new.operation.responses
    success, succeeding = _success(old), _success(new)
    if success and succeeding and success != succeeding:
        told = f"success is {succeeding}; it was {success}"
        yield Difference("response-success-status-changed", key, told, _place(old, success), _place(new, succeeding))
        yield from _reply(old, success, new, succeeding)
    for status in mine:
        if status in theirs:
            yield from _reply(old, status, new, status)
        elif status != success or not succeeding:
            rule = "response-success-status-changed" if status == success else "response-status-removed"
            yield Difference(rule, key, f"{status} does not come any more", _place(old, status), ())
    for status in theirs:
        if status not in mine and (status != succeeding or not success):
            yield Difference("response-status-added", key, f"{status} may come", (), _place(new, status))


def _success(side: Side) -> str:
    """The status of a success as it is written, or "" when none is declared."""
    success = side.operation.success
    return next((status for status, reply in side.operation.responses.items() if reply is success), "")


def _place(side: Side, status: str) -> Path:
    return (*side.path, "responses", status)


def _reply(old: Side, status: str, new: Side, other: str) -> Iterator[Difference]:
    """The changes of one reply, which may have another status now."""
    was, now = old.operation.responses[status], new.operation.responses[other]
    places, told = (_place(old, status), _place(new, other)), f"reply {other} of {new.operation.key}"
    for name in was.headers:
        if name not in now.headers:
            yield Difference("response-header-removed", told, f"the header `{name}` is gone", *places)
    for name in now.headers:
        if name not in was.headers:
            yield Difference("response-header-added", told, f"it has the header `{name}`", *places)
    if was.schema and not now.schema:
        yield Difference("response-body-removed", told, "it has no body any more", *places)
    elif now.schema and not was.schema:
        yield Difference("response-body-added", told, "it has a body", *places)
    elif was.schema and was.media_type != now.media_type:
        message = f"it comes as {now.media_type}; it was {was.media_type}"
        yield Difference("response-media-type-changed", told, message, *places)
    elif was.schema:
        yield from _body(was, now, old, (_body_place(places[0], was), _body_place(places[1], now)), told)


def _body_place(place: Path, reply: ResponseSpec) -> Path:
    return (*place, "content", reply.media_type, "schema")


def _body(
    was: ResponseSpec, now: ResponseSpec, side: Side, places: tuple[Path, Path], subject: str
) -> Iterator[Difference]:
    success = was is side.operation.success
    states = {
        tuple(step for name in route.places(side.operation).status for step in ("properties", name))
        for route in side.contract.job_routes
        if success and side.operation.key in (route.create.key, route.retrieve.key)
    } - {()}
    for change in changes(was.schema, now.schema):
        found = schema_difference(RESPONSE, subject, change, *places)
        if change.path in states and change.kind in WORDS:
            rule = WORDS[change.kind]
            found = Difference(rule, subject, found.message, *places, change.path, change.keyword)
        yield found
