"""What has to hold of a request before an operation acts: size, content type, query, and a JSON object as its body."""

from reelmock.contracts.conformance import is_json, judge_query
from reelmock.contracts.exchange import Request
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import JsonObject, excerpt
from reelmock.contracts.operations import JSON_MEDIA_TYPE
from reelmock.contracts.payloads import Validation
from reelmock.contracts.violations import Violation
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.routing import Call


def check_envelope(request: Request, limit: int) -> None:
    """Refuse a body of more than `limit` bytes, or of another content type than JSON."""
    declared = request.header("content-length") or ""
    if len(request.body) > limit or (declared.isdecimal() and len(declared) < 20 and int(declared) > limit):
        raise Refusal("body_too_large", limit=limit)
    content_type = request.header("content-type")
    if not is_json(content_type):
        raise Refusal("unsupported_media_type", received=excerpt(content_type), expected=JSON_MEDIA_TYPE)


def check_query(call: Call, request: Request, validation: Validation) -> tuple[Violation, ...]:
    """Refuse a wrong query; what lenient tolerates is returned."""
    if tuple(name for name, _ in request.query) == call.usual_query:
        return ()
    found = judge_query(call.operation, request)
    unknown = [violation for violation in found if violation.kind == "unknown_parameter"]
    for violation in found:
        if violation.kind == "missing_parameter":
            raise _missing(call.route, violation, unknown)
        if violation.kind == "repeated_parameter":
            raise Refusal("repeated_parameter", parameter=violation.path[0], count=violation.received)
    if unknown and validation == "strict":
        raise Refusal("unknown_parameter", received=unknown[0].path[0], call=call.example)
    return tuple(unknown)


def _missing(route: JobRoute, violation: Violation, unknown: list[Violation]) -> Refusal:
    name = violation.path[0]
    if unknown:
        return Refusal("mistaken_parameter", parameter=name, received=unknown[0].path[0], call=route.example_call)
    return Refusal("missing_parameter", parameter=name, call=route.example_call)


def asked_id(call: Call, request: Request) -> str:
    """The id for which a retrieve operation is asked, or ""."""
    name = call.route.id_parameter.name
    return call.path_values.get(name) or dict(request.query).get(name, "")


def json_object(body: bytes) -> JsonObject:
    """The object in a body. Refusal for anything else."""
    if not body or body.isspace():
        raise Refusal("empty_body")
    try:
        value = parse_json(body)
    except BodyError as error:
        raise Refusal("malformed_json", detail=error) from None
    if not isinstance(value, dict):
        raise Refusal("not_an_object", received=excerpt(value))
    return value
