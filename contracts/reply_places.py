"""Where the replies of a job's operations have their id, status, result and error: as stated, or by usual names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from reelmock.contracts.jsontree import Json, JsonObject, fold
from reelmock.contracts.lifecycle import State, status_words
from reelmock.contracts.operations import Operation
from reelmock.contracts.places import IDS, RESULTS, Place, may_have, options_at, places
from reelmock.contracts.plain_schemas import alternatives, types_of
from reelmock.contracts.stated_lifecycle import NOTHING, Stated

ID_NAMES = ("generation_id", "id", "task_id", "job_id", "video_id", "request_id", "prediction_id", "operation_id")
STATUS_NAMES = ("status", "state", "task_status", "job_status")
RESULT_NAMES = (
    *("video", "output", "result", "videos", "outputs", "results", "video_url", "output_url", "result_url"),
    *("download_url", "assets", "generated_videos", "urls", "url"),
)
ERROR_NAMES = ("error", "failure", "errors", "failure_reason", "fail_reason", "error_message", "error_details")


@dataclass(frozen=True, slots=True)
class ReplyPlaces:
    """Where a reply has its members, () for one that it has not, and its status words with their states."""

    id: Place = ()
    status: Place = ()
    result: Place = ()
    error: Place = ()
    words: Mapping[str, State] = field(default_factory=dict)

    def beside(self, retrieved: "ReplyPlaces") -> "ReplyPlaces":
        """These places of a create reply, as far as they are about the job that `retrieved` tells of.

        Its status has the other's words where it lists none of its own, and tells of a pending job, or else of
        something else, such as that the request was taken. Result and error have the same names in both.
        """
        words = self.words or (retrieved.words if self.status else {})
        pending = any(not state.terminal for state in words.values())
        return replace(
            self,
            status=self.status if pending else (),
            words=words if pending else {},
            result=_same(self.result, retrieved.result),
            error=_same(self.error, retrieved.error),
        )


def _same(place: Place, other: Place) -> Place:
    """A place, if the other one has the same name."""
    return place if place and other and fold(place[-1]) == fold(other[-1]) else ()


def find_places(
    operation: Operation, own_names: Sequence[str] = (), stated: Stated = NOTHING, stated_id: Place = ()
) -> ReplyPlaces:
    """Where the reply of an operation has its members; the id is under one of its own names, or under a usual one."""
    schema = reply_schema(operation)
    status, words = _status(schema, stated)
    return ReplyPlaces(
        id=stated_id or _id(schema, own_names, status),
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
    """The place of the status and its words: the stated place, or the nearest to the root that lists known words.

    One that knows pending jobs goes before one that does not, which may tell how the request itself went.
    """
    usual = {fold(name) for name in STATUS_NAMES}
    named = [place for place, _ in places(schema) if fold(place[-1]) in usual]
    if _stated(schema, stated.status):
        named = [stated.status]
    found = [(place, words) for place in named if (words := _words(options_at(schema, place), stated))]
    pending = (one for one in found if any(not state.terminal for state in one[1].values()))
    # Where nothing is listed, it may be any words; a list without a known one is no status of ours.
    silent = [place for place in named if not options_at(schema, place)]
    return next(chain(pending, found), (silent[0] if silent else (), {}))


def _words(options: Sequence[str], stated: Stated) -> Mapping[str, State]:
    """The words among the options of a status, as stated or as known."""
    told = {word: state for word, state in stated.words.items() if word in options or not options}
    return told if stated.words else status_words(options)


def _id(schema: JsonObject, own_names: Sequence[str], status: Place) -> Place:
    """The place of the id: under one of its own names, unless that is just `id`, else under a usual one."""
    own = (_find(schema, (name,), status, IDS) for name in own_names if fold(name) != "id")
    return next(filter(None, own), ()) or _find(schema, ID_NAMES, status, IDS)


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
