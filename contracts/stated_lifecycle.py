"""What a document says of a job's life by itself: `x-lifecycle` on the create operation, or OpenAPI `links`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from reelmock.contracts.jsontree import Json, JsonObject, excerpt, items, member, text, words
from reelmock.contracts.lifecycle import State, status_words
from reelmock.contracts.operations import Operation, Parameter
from reelmock.contracts.places import IDS, RESULTS, Place, may_be, may_have, schema_at

MEMBERS = ("retrieve", "parameter", "id", "retrieved_id", "status", "words", "result", "error")
STATUSES = frozenset({"string"})
WORD_LISTS: Mapping[str, State] = {
    "pending": State.QUEUED,
    "success": State.COMPLETED,
    "failure": State.ERROR,
}

# How the parameter of a link names a member of the reply.
BODY_POINTER = "$response.body#"


class StatedError(ValueError):
    """What a document says of a job's life does not fit the rest of it. The text says where and why."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What is said of a job route; None, () and {} stand for what is not. `id` is a place in the create reply."""

    source: str = "names"
    retrieve: Operation | None = None
    parameter: Parameter | None = None
    id: Place = ()
    retrieved_id: Place = ()
    status: Place = ()
    result: Place = ()
    error: Place = ()
    words: Mapping[str, State] = field(default_factory=dict)


NOTHING = Stated()


def stated_lifecycle(create: Operation, operations: Sequence[Operation]) -> Stated:
    """What the document says of the jobs that `create` makes. StatedError when that can't be."""
    if create.lifecycle is not None:
        return _lifecycle(create, create.lifecycle, operations)
    return next(_linked(create, operations), NOTHING)


def _lifecycle(create: Operation, said: JsonObject, operations: Sequence[Operation]) -> Stated:
    if unknown := [name for name in said if name not in MEMBERS]:
        raise StatedError(f"`x-lifecycle` has {excerpt(unknown[0])}. It may have: {', '.join(MEMBERS)}")
    wanted = "It has to be an operationId, or a method and path such as 'GET /tasks/{id}'"
    if "retrieve" not in said:
        raise StatedError(f"`x-lifecycle` lacks `retrieve`, the operation that retrieves a job. {wanted}")
    retrieve = _operation(text(said, "retrieve"), operations)
    if retrieve is None:
        came = excerpt(said["retrieve"])
        raise StatedError(f"`retrieve` in `x-lifecycle` is {came}, which is no GET of the document. {wanted}")
    return Stated(
        source="x-lifecycle",
        retrieve=retrieve,
        parameter=_parameter(retrieve, said["parameter"]) if "parameter" in said else None,
        id=_place(said, "id", create, IDS),
        retrieved_id=_place(said, "retrieved_id", retrieve, IDS),
        status=_place(said, "status", retrieve, STATUSES),
        result=_place(said, "result", retrieve, RESULTS),
        error=_place(said, "error", retrieve, RESULTS),
        words=_words(said.get("words", {})),
    )


def _operation(named: str, operations: Sequence[Operation]) -> Operation | None:
    """The GET operation with this operationId, or method and path."""
    return next((o for o in operations if o.method == "GET" and named in (o.id, o.key)), None)


def _parameter(retrieve: Operation, name: Json) -> Parameter:
    found = next((p for p in retrieve.parameters if p.name == name and p.location in ("query", "path")), None)
    if found is None:
        raise StatedError(
            f"`parameter` in `x-lifecycle` is {excerpt(name)}, which {retrieve.key} does not take in its path or query"
        )
    return found


def _place(said: JsonObject, name: str, operation: Operation, types: frozenset[str]) -> Place:
    """The place that a JSON pointer names in the operation's reply; () when nothing is said."""
    if name not in said:
        return ()
    place = _steps(said[name])
    schema = operation.success.schema if operation.success else {}
    if not place or not may_have(schema, place):
        raise StatedError(
            f"`{name}` in `x-lifecycle` is {excerpt(said[name])}, and the reply of {operation.key} declares no such "
            "member. It has to be a JSON pointer such as '/task/status'; a list is named itself, and not its items"
        )
    if not may_be(schema_at(schema, place), types):
        raise StatedError(
            f"`{name}` in `x-lifecycle` is {excerpt(said[name])}, and the reply of {operation.key} declares another "
            f"type for that member. It has to be of type {' or '.join(sorted(types))}"
        )
    return place


def _steps(pointer: Json) -> Place:
    if not isinstance(pointer, str) or not pointer.startswith("/"):
        return ()
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))


def _words(lists: Json) -> Mapping[str, State]:
    """The status words of `pending`, `success` and `failure`, the most usual one first in each.

    Of pending words that are not known the first means queued, and the others generating.
    """
    if not isinstance(lists, dict) or any(name not in WORD_LISTS for name in lists):
        raise StatedError(f"`words` in `x-lifecycle` may have {', '.join(WORD_LISTS)}, each a list of words")
    for name, listed in lists.items():
        if not isinstance(listed, list) or list(words(listed)) != listed:
            raise StatedError(f"`{name}` in the `words` of `x-lifecycle` is {_shown(listed)}, and not a list of words")
    if lists and not (items(lists, "pending") and items(lists, "success")):
        raise StatedError("`words` in `x-lifecycle` lacks `pending` or `success`: a list of words for each")
    return _states({name: words(items(lists, name)) for name in WORD_LISTS})


def _shown(listed: Json) -> str:
    """What came in place of a list of words; of a list the item that is no word."""
    if not isinstance(listed, list):
        return excerpt(listed)
    return f"a list with {excerpt(next(item for item in listed if not isinstance(item, str)))}"


def _states(lists: Mapping[str, Sequence[str]]) -> Mapping[str, State]:
    found: dict[str, State] = {}
    for name, usual in WORD_LISTS.items():
        for index, word in enumerate(lists[name]):
            if twice := [other for other in lists if other != name and word in lists[other]]:
                raise StatedError(
                    f"{excerpt(word)} is in `{name}` and in `{twice[0]}` of the `words` of `x-lifecycle`. A word means "
                    "one of them"
                )
            known = status_words([word]).get(word)
            later = State.GENERATING if name == "pending" and index else usual
            found[word] = known if known is not None and name == "pending" and not known.terminal else later
    return found


def _linked(create: Operation, operations: Sequence[Operation]) -> Iterator[Stated]:
    """What each link of the create operation says that leads to a GET of the document."""
    for link in create.links:
        retrieve = _operation(text(link, "operationId") or _referred(text(link, "operationRef")), operations)
        if retrieve is None:
            continue
        said = {name: value for name, value in member(link, "parameters").items() if isinstance(value, str)}
        for name, value in said.items():
            parameter = next((p for p in retrieve.parameters if p.name == name.rpartition(".")[2]), None)
            if parameter is not None and value.startswith(BODY_POINTER):
                place = _steps(value.removeprefix(BODY_POINTER))
                if not place or not may_have(create.success.schema if create.success else {}, place):
                    raise StatedError(
                        f"a link takes `{parameter.name}` of {retrieve.key} from {excerpt(value)}, and the reply of "
                        f"{create.key} declares no such member"
                    )
                yield Stated("links", retrieve, parameter, place)
        yield Stated("links", retrieve)


def _referred(reference: str) -> str:
    """`#/paths/~1tasks~1{id}/get` → `GET /tasks/{id}`; "" for any other reference."""
    root, _, rest = reference.partition("/paths/")
    path, _, method = unquote(rest).rpartition("/")
    return f"{method.upper()} {path.replace('~1', '/').replace('~0', '~')}" if root in ("#", "") and path else ""
