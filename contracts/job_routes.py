"""Finds the job routes of a document: which operation creates a generation, and which one retrieves it.

What the document says counts first: an `x-lifecycle` object on the create operation, then `links`. The rest is inferred
by the names and words that APIs of this kind use. What can't be told is a finding, and never a guess.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import fold
from reelmock.contracts.lifecycle import State
from reelmock.contracts.operations import Operation, Parameter
from reelmock.contracts.places import Place, barred, declared, schema_at
from reelmock.contracts.reply_places import ID_NAMES, ReplyPlaces, find_places, reply_schema
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

    @cached_property
    def always(self) -> Mapping[str, frozenset[Place]]:
        """Operation's key → the places of result and error that its replies have to fill, whatever the state."""
        return {
            operation.key: frozenset(
                place
                for place in (self.places(operation).result, self.places(operation).error)
                if place and barred(reply_schema(operation), place) is None
            )
            for operation in (self.create, self.retrieve)
        }

    @property
    def bearer(self) -> bool:
        """Whether the route wants a key. Real documents declare it on one of the operations alone, and mean both."""
        return self.create.bearer or self.retrieve.bearer

    @property
    def example_call(self) -> str:
        """How a poll looks, for messages."""
        wanted = [p for p in self.retrieve.parameters_in("query") if p.required or p == self.id_parameter]
        query = "&".join(f"{p.name}=<{'id' if p == self.id_parameter else p.name}>" for p in wanted)
        return f"GET {self.retrieve.path}?{query}" if query else f"GET {self.retrieve.path}"


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Why an operation that seems to create jobs has no job route.

    `severity` is an error when the document says what can't be, and a note when the operation may well create none.
    """

    create: Operation
    reason: str
    remedy: str
    severity: Severity = Severity.WARNING


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
                what = "link" if create.lifecycle is None else "`x-lifecycle`"
                yield NoRoute(create, str(error), f"Correct its {what}", Severity.ERROR)
        elif create.lifecycle is not None:
            reason = "`x-lifecycle` stands on an operation that is no POST, or declares no successful reply"
            yield NoRoute(create, reason, "Let the POST that creates the jobs have it, and a reply", Severity.ERROR)


def _examine(create: Operation, operations: Sequence[Operation]) -> Iterator[JobRoute | NoRoute]:
    stated = stated_lifecycle(create, operations)
    if stated.retrieve is not None:
        yield _job_route(create, stated.retrieve, stated)
        return
    retrieves = [operation for operation in operations if _answers_for_jobs(operation)]
    near = _on_its_path(create, retrieves)
    retrieve = near or _elsewhere(create, operations, retrieves)
    found = _job_route(create, retrieve, stated) if retrieve else None
    told = find_places(create)
    if found is not None and (near or told.words or _tells_of_a_job(found)):
        yield found
    elif told.words or (told.id and retrieves):
        yield _unpolled(create, told, retrieves)


def _unpolled(create: Operation, told: ReplyPlaces, retrieves: Sequence[Operation]) -> NoRoute:
    """An operation that acts on a job, or tells only an id, may well create none."""
    polls = " or ".join(operation.key for operation in retrieves)
    reason = f"it could be polled with {polls}" if polls else "no GET takes an id and answers with a known status"
    if told.words and not any(_acts_on(create, retrieve) for retrieve in retrieves):
        return NoRoute(create, reason, "Say which operation retrieves its jobs, with `x-lifecycle` or `links`")
    remedy = "If it creates jobs, say which operation retrieves them, with `x-lifecycle` or `links`"
    return NoRoute(create, reason, remedy, Severity.INFO)


def _job_route(create: Operation, retrieve: Operation, stated: Stated) -> JobRoute | NoRoute:
    parameter = stated.parameter or _id_parameter(retrieve)
    if parameter is None:
        return NoRoute(create, f"{retrieve.key} takes no id", "Name the parameter in `x-lifecycle`")
    retrieved = find_places(retrieve, [parameter.name], stated, stated.retrieved_id)
    created = find_places(create, [parameter.name, *retrieved.id[-1:]], stated, stated.id)
    if not created.id:
        return NoRoute(create, "no id was found in its reply", "Say where it stands, with `id` in `x-lifecycle`")
    if not retrieved.words:
        remedy = "Say where it stands and what its words mean, with `status` and `words` in `x-lifecycle`"
        return NoRoute(create, f"no known status was found in the reply of {retrieve.key}", remedy)
    return JobRoute(create, retrieve, parameter, created.beside(retrieved), retrieved, stated.source)


def _on_its_path(create: Operation, retrieves: Sequence[Operation]) -> Operation | None:
    """The only retrieve operation on the path of `create`, or else below it."""
    return _only(o for o in retrieves if o.path == create.path) or _only(
        o for o in retrieves if o.path.startswith(create.path + "/")
    )


def _elsewhere(create: Operation, operations: Sequence[Operation], retrieves: Sequence[Operation]) -> Operation | None:
    """The only retrieve operation that is not another's, or else the only one of the same version."""
    others = {other.path for other in operations if other.method == "POST" and other is not create}
    free = [o for o in retrieves if not _belongs(o.path, others) and not _acts_on(create, o)]
    return _only(free) or _only(o for o in free if o.path.split("/")[1:2] == create.path.split("/")[1:2])


def _acts_on(operation: Operation, retrieve: Operation) -> bool:
    """Whether an operation is about a job that is there already: `POST /tasks/{id}/cancel`."""
    return operation.path.startswith(retrieve.path + "/") and bool(retrieve.path_parameters)


def _only(candidates: Iterable[Operation]) -> Operation | None:
    found = [*candidates]
    return found[0] if len(found) == 1 else None


def _belongs(path: str, creates: set[str]) -> bool:
    return path in creates or any(path.startswith(create + "/") for create in creates)


def _tells_of_a_job(found: JobRoute | NoRoute) -> bool:
    """Whether a create reply without a status is about the job that is retrieved elsewhere.

    It is when its id has the parameter's own name, or when a poll tells everything that stands beside the id.
    """
    if isinstance(found, NoRoute):
        return False
    name = fold(found.created.id[-1])
    if name == fold(found.id_parameter.name) != "id":
        return True
    beside = {*_around(found.create, found.created.id)} - {found.created.id[-1]}
    return beside <= {*_around(found.retrieve, found.retrieved.status)}


def _around(operation: Operation, place: Place) -> Iterable[str]:
    """The names that a reply has beside a place."""
    schema = reply_schema(operation)
    return declared(schema_at(schema, place[:-1]) if place[:-1] else schema)


def _answers_for_jobs(operation: Operation) -> bool:
    """Whether an operation takes an id and tells a status."""
    if operation.method != "GET" or operation.success is None or _id_parameter(operation) is None:
        return False
    return bool(find_places(operation).words)


def _id_parameter(operation: Operation) -> Parameter | None:
    """The parameter that takes the generation's id: by a usual name, else the path's last one.

    Of several usual names in the path the last one counts: those before it say whose generation it is.
    """
    ranks = {fold(name): rank for rank, name in enumerate(ID_NAMES)}
    in_path = sorted(operation.parameters_in("path"), key=lambda p: operation.path.find(f"{{{p.name}}}"))
    usual = [p for p in in_path if fold(p.name) in ranks][-1:]
    usual += [p for p in operation.parameters_in("query") if fold(p.name) in ranks]
    return min(usual, key=lambda p: ranks[fold(p.name)], default=in_path[-1] if in_path else None)
