"""Finds the job routes of a document: which operation creates a generation, and which one retrieves it.

What the document says (`links`) counts first; the rest is inferred by the names and words that APIs of this kind use.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reelmock.contracts.jsontree import JsonObject, items, member, text
from reelmock.contracts.lifecycle import State, status_words
from reelmock.contracts.operations import Operation, Parameter
from reelmock.contracts.short_repr import ShortRepr

ID_NAMES = ("generation_id", "id", "task_id", "job_id", "video_id", "request_id")
ID_FIELDS = ("id", *ID_NAMES)
STATUS_FIELDS = ("status", "state", "task_status")
RESULT_FIELDS = ("video", "output", "result", "videos")
ERROR_FIELDS = ("error", "failure")


@dataclass(frozen=True, repr=False)
class JobRoute(ShortRepr):
    """A create operation and the retrieve operation that answers for what it made.

    The fields are members of both replies; `vocabulary` maps the document's status words to states.
    """

    create: Operation
    retrieve: Operation
    id_parameter: Parameter
    id_field: str
    status_field: str
    result_field: str
    error_field: str
    vocabulary: Mapping[str, State]

    def __repr__(self) -> str:
        return f"JobRoute({self.create.key}, {self.retrieve.key})"

    @property
    def bearer(self) -> bool:
        """Whether the route wants a key. Real documents declare it on one of the operations alone, and mean both."""
        return self.create.bearer or self.retrieve.bearer

    @property
    def example_call(self) -> str:
        """How a poll looks, for messages."""
        name = self.id_parameter.name
        path = self.retrieve.path
        return f"GET {path}" if self.id_parameter.location == "path" else f"GET {path}?{name}=<id>"


def find_job_routes(operations: Sequence[Operation]) -> tuple[JobRoute, ...]:
    """The job routes of the document, in the order of their create operations."""
    retrieves = [operation for operation in operations if operation.method == "GET" and _id_parameter(operation)]
    found = (_job_route(create, retrieves) for create in operations if create.method == "POST")
    return tuple(route for route in found if route is not None)


def _job_route(create: Operation, retrieves: Sequence[Operation]) -> JobRoute | None:
    retrieve = _partner(create, retrieves)
    if retrieve is None or create.success is None or retrieve.success is None:
        return None
    parameter = _id_parameter(retrieve)
    schema = retrieve.success.schema
    status_field = _first_field(schema, STATUS_FIELDS)
    vocabulary = status_words(items(schema, "properties", status_field, "enum"))
    id_field = _first_field(create.success.schema, ID_FIELDS)
    if parameter is None or not id_field or not vocabulary:
        return None
    return JobRoute(
        create=create,
        retrieve=retrieve,
        id_parameter=parameter,
        id_field=id_field,
        status_field=status_field,
        result_field=_first_field(schema, RESULT_FIELDS),
        error_field=_first_field(schema, ERROR_FIELDS),
        vocabulary=vocabulary,
    )


def _partner(create: Operation, retrieves: Sequence[Operation]) -> Operation | None:
    """The retrieve operation of `create`: the linked one, the one on its path or below it, or the only one there is."""
    linked = {text(link, "operationId") for link in create.links}
    for candidates in (
        [operation for operation in retrieves if operation.id in linked],
        [operation for operation in retrieves if operation.path == create.path],
        [operation for operation in retrieves if operation.path.startswith(create.path + "/")],
        list(retrieves),
    ):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _id_parameter(operation: Operation) -> Parameter | None:
    """The parameter that takes the generation's id: by a usual name, else the path's last one."""
    by_name = {p.name: p for p in operation.parameters if p.location in ("query", "path")}
    for name in ID_NAMES:
        if name in by_name:
            return by_name[name]
    in_path = operation.parameters_in("path")
    return in_path[-1] if in_path else None


def _first_field(schema: JsonObject, names: Sequence[str]) -> str:
    declared = member(schema, "properties")
    return next((name for name in names if name in declared), "")
