"""Finds the job routes of a document: which operation creates a generation, and which one retrieves it.

What the document says counts first: an `x-lifecycle` object on the create operation, then `links`. The rest is inferred
by the names and words that APIs of this kind use. What can't be told is a finding, and never a guess.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reelmock.contracts.jsontree import fold
from reelmock.contracts.lifecycle import State
from reelmock.contracts.operations import Operation, Parameter
from reelmock.contracts.reply_places import ID_NAMES, ReplyPlaces, find_places
from reelmock.contracts.short_repr import ShortRepr
from reelmock.contracts.stated_lifecycle import Stated, StatedError, stated_lifecycle


@dataclass(frozen=True, repr=False)
class JobRoute(ShortRepr):
    """A create operation and the retrieve operation that answers for what it made.

    `created` and `retrieved` tell where the replies of the two have their members, and with which words they tell the
    state. `source` says how that was found: `x-lifecycle`, `links` or `names`.
    """

    create: Operation
    retrieve: Operation
    id_parameter: Parameter
    created: ReplyPlaces
    retrieved: ReplyPlaces
    source: str = "names"

    def __repr__(self) -> str:
        return f"JobRoute({self.create.key}, {self.retrieve.key})"

    @cached_property
    def vocabulary(self) -> Mapping[str, State]:
        """The status words of both replies, each with its state."""
        return {**self.retrieved.words, **self.created.words}

    def places(self, operation: Operation) -> ReplyPlaces:
        """The places in the replies of one of the route's operations."""
        return self.created if operation.key == self.create.key else self.retrieved

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


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Why an operation that seems to create jobs has no job route; `broken` when the document says what can't be."""

    create: Operation
    reason: str
    remedy: str
    broken: bool = False


def find_job_routes(operations: Sequence[Operation]) -> tuple[JobRoute, ...]:
    """The job routes of the document, in the order of their create operations."""
    return tuple(found for found in examine(operations) if isinstance(found, JobRoute))


def examine(operations: Sequence[Operation]) -> Iterator[JobRoute | NoRoute]:
    """For each operation that creates jobs its job route, or why there is none."""
    for create in operations:
        if create.method == "POST" and create.success is not None:
            try:
                yield from _examine(create, operations)
            except StatedError as error:
                yield NoRoute(create, str(error), "Correct its `x-lifecycle`", broken=True)


def _examine(create: Operation, operations: Sequence[Operation]) -> Iterator[JobRoute | NoRoute]:
    stated = stated_lifecycle(create, operations)
    retrieves = [operation for operation in operations if stated.retrieve is None and _answers_for_jobs(operation)]
    retrieve = stated.retrieve or _partner(create, operations, retrieves)
    if retrieve is not None:
        yield _job_route(create, retrieve, stated)
    elif find_places(create, "", stated, ()).words:
        found = " or ".join(operation.key for operation in retrieves)
        reason = f"it could be polled with {found}" if found else "no GET takes an id and answers with a known status"
        yield NoRoute(create, reason, "Say which operation retrieves its jobs, with `x-lifecycle` or `links`")


def _job_route(create: Operation, retrieve: Operation, stated: Stated) -> JobRoute | NoRoute:
    parameter = stated.parameter or _id_parameter(retrieve)
    if parameter is None:
        return NoRoute(create, f"{retrieve.key} takes no id", "Name the parameter in `x-lifecycle`")
    created = find_places(create, parameter.name, stated, stated.id)
    retrieved = find_places(retrieve, parameter.name, stated, stated.retrieved_id)
    if not created.id:
        return NoRoute(create, "no id was found in its reply", "Say where it stands, with `id` in `x-lifecycle`")
    if not retrieved.words:
        remedy = "Say where it stands and what its words mean, with `status` and `words` in `x-lifecycle`"
        return NoRoute(create, f"no known status was found in the reply of {retrieve.key}", remedy)
    return JobRoute(create, retrieve, parameter, created.speaking(retrieved.words), retrieved, stated.source)


def _partner(create: Operation, operations: Sequence[Operation], retrieves: Sequence[Operation]) -> Operation | None:
    """The retrieve operation of `create`: on its path, or below it, or the only one that is not another's."""
    others = {other.path for other in operations if other.method == "POST" and other is not create}
    for candidates in (
        [operation for operation in retrieves if operation.path == create.path],
        [operation for operation in retrieves if operation.path.startswith(create.path + "/")],
        [operation for operation in retrieves if not _belongs(operation.path, others)],
    ):
        if len(candidates) == 1:
            return candidates[0]
    return None


def _belongs(path: str, creates: set[str]) -> bool:
    return path in creates or any(path.startswith(create + "/") for create in creates)


def _answers_for_jobs(operation: Operation) -> bool:
    """Whether an operation takes an id and tells a status."""
    if operation.method != "GET" or operation.success is None or _id_parameter(operation) is None:
        return False
    return bool(find_places(operation, "", Stated(), ()).words)


def _id_parameter(operation: Operation) -> Parameter | None:
    """The parameter that takes the generation's id: by a usual name, else the path's last one."""
    by_name = {fold(p.name): p for p in operation.parameters if p.location in ("query", "path")}
    for name in ID_NAMES:
        if fold(name) in by_name:
            return by_name[fold(name)]
    in_path = operation.parameters_in("path")
    return in_path[-1] if in_path else None
