"""Where the replies of a job's operations have their id, status, result and error: as stated, or by usual names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reelmock.contracts.jsontree import Json, JsonObject, fold
from reelmock.contracts.lifecycle import State, status_words
from reelmock.contracts.operations import Operation
from reelmock.contracts.places import Place, may_have, options_at, places
from reelmock.contracts.plain_schemas import alternatives, types_of
from reelmock.contracts.stated_lifecycle import Stated

ID_NAMES = ("generation_id", "id", "task_id", "job_id", "video_id", "request_id", "prediction_id", "operation_id")
STATUS_NAMES = ("status", "state", "task_status", "job_status")
RESULT_NAMES = (
    *("video", "output", "result", "videos", "outputs", "results", "video_url", "output_url", "result_url"),
    *("download_url", "assets", "generated_videos", "urls", "url"),
)
ERROR_NAMES = ("error", "failure", "errors", "failure_reason", "fail_reason", "error_message", "error_details")

# Types of which ids, and of which results and errors are. A member without a type may be of any.
IDS = frozenset({"string", "integer"})
RESULTS = frozenset({"string", "array", "object"})


@dataclass(frozen=True, slots=True)
class ReplyPlaces:
    """Where a reply has its members, () for one that it has not, and its status words with their states."""

    id: Place = ()
    status: Place = ()
    result: Place = ()
    error: Place = ()
    words: Mapping[str, State] = field(default_factory=dict)

    def speaking(self, usual: Mapping[str, State]) -> "ReplyPlaces":
        """These places, with the `usual` words where none are listed for the status."""
        return self if self.words or not self.status else replace(self, words=usual)


def find_places(operation: Operation, parameter: str, stated: Stated, stated_id: Place) -> ReplyPlaces:
    """Where the reply of an operation has its members, the id among them: that which `parameter` takes."""
    schema = reply_schema(operation)
    status, words = _status(schema, stated)
    return ReplyPlaces(
        id=stated_id or _id(schema, parameter, status),
        status=status,
        result=_stated(schema, stated.result) or _find(schema, RESULT_NAMES, status, RESULTS),
        error=_stated(schema, stated.error) or _find(schema, ERROR_NAMES, status, RESULTS),
        words=words,
    )


def reply_schema(operation: Operation) -> JsonObject:
    """What an operation declares for the body of its successful reply."""
    return operation.success.schema if operation.success else {}


def _stated(schema: JsonObject, place: Place) -> Place:
    """A stated place, if a reply of this schema may have it."""
    return place if place and may_have(schema, place) else ()


def _status(schema: JsonObject, stated: Stated) -> tuple[Place, Mapping[str, State]]:
    """The place of the status and its words: the stated place, or the nearest to the root that lists known words."""
    usual = {fold(name) for name in STATUS_NAMES}
    named = [place for place, _ in places(schema) if fold(place[-1]) in usual]
    if _stated(schema, stated.status):
        named = [stated.status]
    for place in named:
        options = options_at(schema, place)
        told = {word: state for word, state in stated.words.items() if word in options or not options}
        if words := told if stated.words else status_words(options):
            return place, words
    return (named[0] if named else ()), {}


def _id(schema: JsonObject, parameter: str, status: Place) -> Place:
    """The place of the id: under the parameter's own name, unless that is just `id`, else under a usual one."""
    own = () if fold(parameter) in ("", "id") else _find(schema, (parameter,), status, IDS)
    return own or _find(schema, ID_NAMES, status, IDS)


def _find(schema: JsonObject, names: Sequence[str], status: Place, types: frozenset[str]) -> Place:
    """The place with one of these names: beside the status, else nearest to the root, else by the order of names."""
    ranks = {fold(name): rank for rank, name in reversed(list(enumerate(names)))}
    found = [
        (place[:-1] != status[:-1], len(place), ranks[fold(place[-1])], place)
        for place, inner in places(schema)
        if fold(place[-1]) in ranks and _may_be(inner, types)
    ]
    return min(found)[-1] if found else ()


def _may_be(schema: Json, types: frozenset[str]) -> bool:
    return any("enum" not in plain and not types.isdisjoint(types_of(plain)) for plain in alternatives(schema))
