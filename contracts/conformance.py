"""The judge of requests, responses and histories: the same for the fake, a recording and the real API."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, Path, excerpt
from reelmock.contracts.lifecycle import illegal_step
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation, response_name
from reelmock.contracts.payloads import Judgement, Validation, judge_payload
from reelmock.contracts.places import dotted, value_at
from reelmock.contracts.reply_states import is_there, owned_places
from reelmock.contracts.violations import Violation, violations_of


def judge_query(operation: Operation, request: Request) -> list[Violation]:
    """Judge the query: required parameters there, none twice, none that is not declared."""
    declared = {parameter.name: parameter for parameter in operation.parameters_in("query")}
    counts = Counter(name for name, _ in request.query)
    found = [
        Violation("missing_parameter", (name,), "required", f"the query parameter `{name}` is missing")
        for name, parameter in declared.items()
        if parameter.required and name not in counts
    ]
    for name, count in counts.items():
        if name not in declared:
            message = f"the query parameter {excerpt(name)} is not declared"
            found.append(Violation("unknown_parameter", (name,), "parameters", message, name))
        elif count > 1:
            message = f"the query parameter `{name}` came {count} times"
            found.append(Violation("repeated_parameter", (name,), "parameters", message, count))
    return found


def judge_request(contract: Contract, request: Request, validation: Validation = "strict") -> Judgement:
    """Judge a whole request: its route, key, query, content type and payload."""
    operation = find_operation(contract, request)
    if operation is None:
        message = f"{request.method} {request.path} is no operation of the contract"
        return Judgement(None, None, (Violation("unknown_route", (), "paths", message),))
    query = judge_query(operation, request)
    tolerated = tuple(v for v in query if validation == "lenient" and v.kind == "unknown_parameter")
    violations = [
        *_judge_headers(operation, request),
        *(violation for violation in query if violation not in tolerated),
    ]
    if operation.request_schema is None:
        return Judgement(None, None, tuple(violations), tolerated)
    try:
        judged = judge_payload(contract, operation, parse_json(request.body), validation)
    except BodyError as error:
        violations.append(Violation("malformed_json", (), "content", f"the body is not valid JSON: {error}"))
        return Judgement(None, None, tuple(violations), tolerated)
    return replace(judged, violations=(*violations, *judged.violations), deviations=(*tolerated, *judged.deviations))


def _judge_headers(operation: Operation, request: Request) -> Iterator[Violation]:
    """The key that is wanted, and the content type of the body that is wanted."""
    if operation.bearer and bearer_key(request) is None:
        message = "the header `Authorization: Bearer <key>` is missing"
        yield Violation("missing_key", ("authorization",), "security", message)
    content_type = request.header("content-type")
    if operation.request_schema is not None and not is_json(content_type):
        message = f"the content type is {excerpt(content_type)}, not {JSON_MEDIA_TYPE}"
        yield Violation("wrong_content_type", ("content-type",), "content", message)


def find_operation(contract: Contract, request: Request) -> Operation | None:
    """The operation that a request calls, or None."""
    calls = (o for o in contract.operations if o.method == request.method and o.path_pattern.fullmatch(request.path))
    return min(calls, key=lambda operation: len(operation.path_parameters), default=None)


def bearer_key(request: Request) -> str | None:
    """The key in `Authorization: Bearer <key>`; None when there is none or it is empty."""
    scheme, _, key = (request.header("authorization") or "").partition(" ")
    return key.strip() or None if scheme.lower() == "bearer" else None


def is_json(content_type: str | None) -> bool:
    """Whether a content type is JSON in UTF-8 (which is what it is in when it does not say)."""
    if content_type == JSON_MEDIA_TYPE:
        return True
    media, _, parameters = (content_type or "").lower().partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", parameters)
    return media.strip() == JSON_MEDIA_TYPE and (charset is None or charset[1] in ("utf-8", "utf8", "us-ascii"))


def judge_response(operation: Operation, response: Response, route: JobRoute | None = None) -> list[Violation]:
    """Judge a response of `operation`: its status, content type, headers and body; with `route` also that result and
    error are there exactly in their states."""
    declared = response_name(operation, response.status)
    if declared is None:
        return [_wrong_response("status_code", f"the status {response.status} is not declared", response.status)]
    spec = operation.responses[declared]
    found = [
        _wrong_response("response_headers", f"the header `{name}` is required and missing", name)
        for name, header in spec.headers.items()
        if header.get("required") is True and response.header(name) is None
    ]
    if not spec.schema or "json" not in spec.media_type:
        return found
    media = (response.header("content-type") or "").partition(";")[0].strip().lower()
    if not is_json(response.header("content-type")) and not (media == spec.media_type and media.endswith("+json")):
        return [
            *found,
            _wrong_response("content_type", f"the content type is {excerpt(response.header('content-type'))}", None),
        ]
    try:
        body = parse_json(response.body)
    except BodyError as error:
        return [*found, _wrong_response("response_body", f"the body is not valid JSON: {error}", None)]
    found += violations_of(spec.validator.iter_errors(body))
    return (
        [*found, *_inconsistencies(route, operation, body)]
        if route is not None and 200 <= response.status < 300
        else found
    )


def _wrong_response(kind: str, message: str, received: Json) -> Violation:
    return Violation(kind, (), "responses", message, received)


def _inconsistencies(route: JobRoute, operation: Operation, body: Json) -> list[Violation]:
    """A result without `completed`, `completed` without a result, and the same for errors."""
    places = route.places(operation)
    state = places.words.get(str(value_at(body, places.status)))
    if state is None:
        return []
    found = []
    for place, owner in owned_places(places):
        there = is_there(body, place)
        forced = there and place in route.always[operation.key]
        if there is not (state is owner) and not forced:
            what = "is missing" if state is owner else "is there"
            message = f"`{dotted(place)}` {what} although the status is {state.value}"
            found.append(Violation("inconsistent", place, "status", message, value_at(body, place)))
    return found


def judge_history(route: JobRoute, bodies: Sequence[Json]) -> list[Violation]:
    """Judge the bodies of one generation in the order in which they came, the create reply first: the id stays, the
    status never goes back, a terminal one is final. Paths start with the body's index."""
    where = [route.created if index == 0 else route.retrieved for index in range(len(bodies))]
    found = []
    first_id = value_at(bodies[0], where[0].id) if bodies else None
    for index, (body, places) in enumerate(zip(bodies, where, strict=True)):
        told = value_at(body, places.id)
        if places.id and str(told) != str(first_id):  # a number in one reply may be declared as text in the other
            message = f"the id changed from {excerpt(first_id)} to {excerpt(told)}"
            found.append(Violation("id_changed", (index, *places.id), "id", message, told, first_id))
    known = [
        (index, places.words[word])
        for index, (body, places) in enumerate(zip(bodies, where, strict=True))
        if (word := str(value_at(body, places.status))) in places.words
    ]
    wrong = illegal_step([state for _, state in known])
    if wrong is not None:
        (_, before), (index, after) = known[wrong - 1], known[wrong]
        message = f"{after.value} came after {before.value}"
        path: Path = (index, *where[index].status)
        found.append(Violation("illegal_transition", path, "status", message, after.value, before.value))
    return found
