"""Servers that refuse in another way than was declared, or not at all: errors, unknown ids, methods, connections."""

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.trials import Send
from reelmock.tests.contracts.seeded.changes import (
    content,
    error_reply,
    header,
    json_reply,
    put,
    put_in,
    status,
    without,
)
from reelmock.tests.contracts.seeded.wraps import (
    KEY,
    PATH,
    Defect,
    When,
    answering,
    asked,
    creates,
    dropping,
    instead,
    keyed,
    polls,
    readable,
    refused,
)

ERRORS = ("error_shape", "response_schema_conformance")
TYPES = ("content_type_conformance",)
SCHEMA = ("response_schema_conformance",)
REJECTED = ("negative_data_rejection", "status_code_conformance")
UNKNOWN = ("unknown_id_is_404", "status_code_conformance")
METHODS = ("unsupported_method", "status_code_conformance", "response_headers_conformance")

LEGACY: Json = {"requestId": "r", "statusCode": 400, "timestamp": "2026-01-01T00:00:00Z", "path": PATH, "message": "No"}
REFUSALS: tuple[Defect, ...] = (
    Defect("another error shape", answering(refused(400), lambda _: json_reply(400, {"detail": "No."})), ERRORS),
    Defect("another error shape of 401", answering(refused(401), lambda _: json_reply(401, {"detail": "No."})), ERRORS),
    Defect("another error shape of 404", answering(refused(404), lambda _: json_reply(404, {"detail": "No."})), ERRORS),
    Defect("the legacy error shape", answering(refused(400), lambda _: json_reply(400, LEGACY)), ERRORS, guessed=True),
    Defect("a refusal as text", answering(refused(400), content(b"Bad Request", "text/plain")), (*ERRORS, *TYPES)),
    Defect("a refusal without a body", answering(refused(400), content(b"")), (*ERRORS, *TYPES)),
    Defect("a refusal as a list", answering(refused(400), lambda r: json_reply(400, [r.json()])), ERRORS),
    Defect("a refusal without its error", answering(refused(400), without("error")), ERRORS),
    Defect("a refusal without its title", answering(refused(400), without("title")), ERRORS),
    Defect("a refusal without its time", answering(refused(404), without("timestamp")), ERRORS),
    Defect("a refusal of no time", answering(refused(400), put(timestamp="now")), ERRORS),
    Defect("a refusal with a text for its status", answering(refused(400), put(status="400")), ERRORS),
    Defect("a refusal with a text for its error", answering(refused(400), put(error="No.")), ERRORS),
    Defect("an error without its name", answering(refused(400), put_in("error", {}, "name")), ERRORS),
    Defect("an error without its message", answering(refused(401), put_in("error", {}, "message")), ERRORS),
    Defect("an error with a text for its data", answering(refused(400), put_in("error", {"data": "No."})), ERRORS),
    Defect("issues without a path", answering(refused(400), put_in("error", {"data": [{"code": "custom"}]})), ERRORS),
)


def unasked(request: Request) -> bool:
    """Whether a poll with the key has no id."""
    return polls(request) and keyed(request) and "generation_id" not in dict(request.query)


def quoted(request: Request) -> bool:
    """Whether a poll with the key asks for an id that could break out of a query."""
    return polls(request) and keyed(request) and "'" in asked(request)


def empty(request: Request) -> bool:
    """Whether a poll with the key asks for an empty id."""
    return polls(request) and keyed(request) and dict(request.query).get("generation_id") == ""


def all_unknown(request: Request, response: Response) -> bool:
    """Whether a poll asked for an id that was never given."""
    return polls(request) and response.status == 404


QUEUED: Json = {"id": "any", "status": "queued"}
NOWHERE: tuple[Defect, ...] = (
    Defect("an unknown id answered 200", answering(all_unknown, lambda _: json_reply(200, QUEUED)), UNKNOWN),
    Defect(
        "an unknown number answered 200",
        answering(lambda q, r: all_unknown(q, r) and asked(q).isdecimal(), lambda _: json_reply(200, QUEUED)),
        UNKNOWN,
    ),
    Defect(
        "an unknown UUID answered 200",
        answering(lambda q, r: all_unknown(q, r) and asked(q).count("-") == 4, lambda _: json_reply(200, QUEUED)),
        UNKNOWN,
    ),
    Defect("an unknown id answered 200 with nothing", answering(all_unknown, lambda _: json_reply(200, {})), UNKNOWN),
    Defect("an unknown id answered 204", answering(all_unknown, lambda _: Response(204)), UNKNOWN),
    Defect(
        "an unknown id has failed",
        answering(
            all_unknown,
            lambda _: json_reply(
                200, {"id": "any", "status": "error", "error": {"name": "NotFound", "message": "Not found"}}
            ),
        ),
        UNKNOWN,
    ),
    Defect("500 for an unknown id", answering(all_unknown, status(500)), UNKNOWN),
    Defect("403 for an unknown id", answering(all_unknown, status(403)), UNKNOWN),
    Defect("400 for an unknown id", answering(all_unknown, status(400)), UNKNOWN),
    Defect("410 for an unknown id", answering(all_unknown, status(410)), UNKNOWN),
    Defect(
        "an unknown id leads elsewhere",
        answering(all_unknown, lambda _: Response(302, (("location", "/"), ("content-length", "0")))),
        UNKNOWN,
    ),
    Defect("404 as HTML", answering(all_unknown, content(b"<h1>Not Found</h1>", "text/html")), (*ERRORS, *TYPES)),
    Defect("500 for an id with a quote", instead(quoted, error_reply(500, "Internal Server Error")), UNKNOWN),
    Defect("500 for an empty id", instead(empty, error_reply(500, "Internal Server Error")), (*UNKNOWN, *REJECTED)),
    Defect("500 without an id", instead(unasked, error_reply(500, "Internal Server Error")), REJECTED),
    Defect("a list without an id", instead(unasked, lambda _: json_reply(200, [])), (*REJECTED, *SCHEMA), guessed=True),
    Defect("something without an id", instead(unasked, lambda _: json_reply(200, QUEUED)), REJECTED, guessed=True),
)


def undeclared(request: Request) -> bool:
    """Whether a request has a method that the path does not have."""
    return request.path == PATH and request.method not in ("GET", "HEAD", "OPTIONS", "POST")


def method(name: str) -> When:
    """Requests with this method."""
    return lambda request: request.path == PATH and request.method == name


def refused_method(request: Request, _: Response) -> bool:
    """Exchanges with a method that the path does not have."""
    return undeclared(request)


ELSEWHERE: tuple[Defect, ...] = (
    Defect("Allow missing", answering(refused_method, header("allow", None)), METHODS, True),
    Defect("Allow without POST", answering(refused_method, header("allow", "GET, HEAD")), METHODS, True),
    Defect(
        "Allow with the method itself",
        answering(refused_method, header("allow", "GET, POST, PUT, PATCH, DELETE")),
        METHODS,
        True,
    ),
    Defect("404 for 405", instead(undeclared, error_reply(404, "Not Found")), METHODS, True),
    Defect("400 for 405", instead(undeclared, error_reply(400, "Bad Request")), METHODS, True),
    Defect("401 for 405", instead(undeclared, error_reply(401, "Unauthorized")), METHODS, True),
    Defect("405 without a body", answering(refused_method, content(b"")), (*METHODS, *ERRORS, *TYPES), True),
    Defect("500 for PUT", instead(method("PUT"), error_reply(500, "Internal Server Error")), METHODS, True),
    Defect("DELETE taken", instead(method("DELETE"), lambda _: json_reply(200, {})), METHODS, True),
    Defect("DELETE taken in silence", instead(method("DELETE"), lambda _: Response(204)), METHODS, True),
    Defect("PUT taken", instead(method("PUT"), lambda _: json_reply(200, QUEUED)), METHODS, True),
    Defect("PATCH taken", instead(method("PATCH"), lambda _: json_reply(200, QUEUED)), METHODS, True),
)


def garbled(request: Request) -> bool:
    """Whether a create request without the key has a body that is no JSON."""
    return creates(request) and not keyed(request) and not readable(request.body)


def every_third(send: Send) -> Send:
    """Each third request finds the connection closed."""
    count = 0

    def wrapped(request: Request) -> Response:
        nonlocal count
        count += 1
        return dropping(lambda _: count % 3 == 0)(send)(request)

    return wrapped


LOST = ("status_code_conformance", "negative_data_rejection", "created_id_is_retrievable", "positive_data_acceptance")
KEYLESS = ("negative_data_rejection", "ignored_auth", "status_code_conformance")
CONNECTIONS: tuple[Defect, ...] = (
    Defect("500 on malformed JSON without a key", instead(garbled, error_reply(500, "Internal Server Error")), KEYLESS),
    Defect("malformed JSON taken without a key", instead(garbled, lambda _: json_reply(200, QUEUED)), KEYLESS, True),
    Defect("dropped on malformed JSON", dropping(lambda r: creates(r) and keyed(r) and not readable(r.body)), LOST),
    Defect("dropped on every third request", every_third, LOST),
    Defect("dropped on polls", dropping(lambda r: polls(r) and keyed(r)), (*LOST, "unknown_id_is_404")),
    Defect("dropped on creates with the key", dropping(lambda r: creates(r) and keyed(r)), LOST),
    Defect("dropped without a key", dropping(lambda r: KEY not in str(r.headers)), (*LOST, "ignored_auth")),
)

FAILING: tuple[Defect, ...] = (*REFUSALS, *NOWHERE, *ELSEWHERE, *CONNECTIONS)
