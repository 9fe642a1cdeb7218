"""From a recording to attempts: what in it is about the jobs of a contract, as checks take it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from reelmock.contracts.check_lives import RANKS
from reelmock.contracts.conformance import find_operation
from reelmock.contracts.contract import Contract
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Request, first
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import items, pointer, text
from reelmock.contracts.judging import id_of, state_of
from reelmock.contracts.operations import Operation
from reelmock.contracts.recorded import Recorded
from reelmock.contracts.recorded_order import arranged
from reelmock.contracts.recordings import Recording
from reelmock.contracts.trials import Attempt, Kind, Trial

# What browsers and clients ask beside their work: whether they may, and whether something is there.
ASIDE = frozenset({"OPTIONS", "HEAD"})

# Says that a body is as it was, and holds none: a browser's poll with an `ETag`.
NOT_MODIFIED = 304


@dataclass(frozen=True)
class RecordedAttempt(Attempt):
    """A recorded exchange; `problem` also says which body was not recorded: of its request or its reply.

    It went on from `began` to `ended`, in seconds since 1970; these are equal where that is not known. Its trial's
    `what` is the place where it stands.
    """

    request_body: bool = True
    response_body: bool = True
    began: float = 0.0
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Servers:
    """Where a document says that its API is: host names, and the paths before its own paths, the longest first."""

    hosts: frozenset[str]
    prefixes: tuple[str, ...]


def recorded_attempts(contract: Contract, recording: Recording) -> tuple[RecordedAttempt, ...]:
    """The exchanges about the contract's job routes, on any host, and those with its hosts that are no operation.

    Other operations of the contract and other hosts are left out, and so are OPTIONS, HEAD and replies with 304. The
    path of a request loses what a server's URL has before the contract's paths, to its `origin`. Polls have the model
    of the generation that they ask for, where its creation was recorded too, and stand in the order of its states where
    they overlap: which of them the server answered first is not known.
    """
    servers = servers_of(contract)
    found = [
        attempt
        for exchange in recording.exchanges
        if exchange.request.method not in ASIDE
        for attempt in _attempts(contract, servers, exchange)
        if attempt.status != NOT_MODIFIED
    ]
    return tuple(_with_models(_in_order(found)))


def _in_order(attempts: Sequence[RecordedAttempt]) -> list[RecordedAttempt]:
    """The attempts, with those that poll one generation in the order in which they may have been answered."""
    polls: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, attempt in enumerate(attempts):
        if attempt.trial.generation:
            polls[attempt.trial.route.retrieve.key, attempt.trial.generation].append(index)
    found = list(attempts)
    for slots in polls.values():
        spans = [(attempts[slot].began, attempts[slot].ended) for slot in slots]
        ranks = [_rank(attempts[slot]) for slot in slots]
        for slot, place in zip(slots, arranged(spans, ranks), strict=True):
            found[slot] = attempts[slots[place]]
    return found


def _rank(attempt: RecordedAttempt) -> int:
    state = state_of(attempt)
    return RANKS[state] if state is not None else -1


def _with_models(attempts: Sequence[RecordedAttempt]) -> Iterator[RecordedAttempt]:
    """The attempts, with the models of the generations that they poll."""
    made: Mapping[tuple[str, str | None], str] = {
        (attempt.trial.route.retrieve.key, id_of(attempt)): attempt.trial.model
        for attempt in attempts
        if attempt.taken and attempt.trial.operation == attempt.trial.route.create
    }
    for attempt in attempts:
        trial = attempt.trial
        model = made.get((trial.route.retrieve.key, trial.generation)) if trial.generation else None
        yield replace(attempt, trial=replace(trial, model=model)) if model else attempt


def servers_of(contract: Contract) -> Servers:
    """What the document's `servers` say."""
    urls = [urlsplit(text(server, "url")) for server in items(contract.document.tree, "servers")]
    prefixes = {url.path.rstrip("/") for url in urls} - {""}
    return Servers(frozenset(url.hostname or "" for url in urls) - {""}, (*sorted(prefixes, key=len, reverse=True), ""))


def _attempts(contract: Contract, servers: Servers, exchange: Recorded) -> Iterator[RecordedAttempt]:
    """The attempt that an exchange is, or nothing."""
    for request in _readings(servers, exchange.request):
        operation = find_operation(contract, request)
        route = _route(contract, operation, request)
        if route is not None:
            yield _attempt(contract, route, operation, replace(exchange, request=request))
            return
        if operation is not None:
            return
    if contract.job_routes and (urlsplit(exchange.request.origin).hostname or "") in servers.hosts:
        yield _attempt(contract, contract.job_routes[0], None, exchange)


def _readings(servers: Servers, request: Request) -> Iterator[Request]:
    """The request as it came, and without what a server's URL has before the contract's paths."""
    for prefix in servers.prefixes:
        if request.path.startswith(f"{prefix}/"):
            yield replace(request, path=request.path.removeprefix(prefix), origin=request.origin + prefix)


def _route(contract: Contract, operation: Operation | None, request: Request) -> JobRoute | None:
    """The job route of an operation; without one, that on whose path a request with another method came."""
    for route in contract.job_routes:
        for own in (route.create, route.retrieve):
            if operation.key == own.key if operation is not None else own.path_pattern.fullmatch(request.path):
                return route
    return None


def _attempt(contract: Contract, route: JobRoute, operation: Operation | None, exchange: Recorded) -> RecordedAttempt:
    request = exchange.request
    place = ("paths", operation.path, operation.method.lower()) if operation is not None else ("paths",)
    trial = Trial(
        kind=Kind.RECORDED,
        request=request,
        what=exchange.place,
        case=f"{request.method}:recorded",
        route=route,
        operation=operation,
        expected=(),
        evidence=Evidence("documented", "", pointer(place)),
        model=_model(contract, operation, request),
        generation=_asked_id(route, request) if operation is not None and operation.key == route.retrieve.key else "",
    )
    return RecordedAttempt(
        *(trial, exchange.response, exchange.problem, exchange.request_body, exchange.response_body),
        *(exchange.began, exchange.ended),
    )


def _model(contract: Contract, operation: Operation | None, request: Request) -> str:
    """The id of the model that a payload names, or "" where it names none that is known."""
    models = contract.models_of(operation) if operation is not None else ()
    if operation is None or not models:
        return ""
    try:
        payload = parse_json(request.body)
    except BodyError:
        return ""
    model = contract.model_of(operation, payload.get(models[0].selector)) if isinstance(payload, dict) else None
    return model.id if model is not None else ""


def _asked_id(route: JobRoute, request: Request) -> str:
    """The id that a poll asks for, or ""."""
    name = route.id_parameter.name
    if route.id_parameter.location != "path":
        return first(request.query, name) or ""
    found = route.retrieve.path_pattern.fullmatch(request.path)
    return found[f"p{route.retrieve.path_parameters.index(name)}"] if found else ""
