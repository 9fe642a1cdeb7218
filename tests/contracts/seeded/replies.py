"""Servers whose replies are not as they are declared: status, content type, headers and body."""

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import member
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
    PATH,
    Defect,
    answering,
    created,
    polled,
    refused,
    told,
    worded,
)

SCHEMA = ("response_schema_conformance",)
ERRORS = ("error_shape", "response_schema_conformance")
HEADERS = ("response_headers_conformance",)
TYPES = ("content_type_conformance",)
STATUS = ("status_code_conformance",)
REJECTED = ("status_code_conformance", "negative_data_rejection")
UNDECLARED = ("undeclared_response_field",)
IDS = ("response_schema_conformance", "created_id_is_retrievable", "id_is_stable")


def both_statuses(code: int) -> Response:
    """A refusal with this status on the wire and in its body."""
    return error_reply(code, "Unprocessable Entity")(Request("POST", PATH))


def broken_json(response: Response) -> Response:
    """The body ends in the middle."""
    return content(response.body[:-2])(response)


def doubled(response: Response) -> Response:
    """A member stands twice."""
    return content(response.body[:-1] + b', "status": "queued"}')(response)


def with_nan(response: Response) -> Response:
    """A number that no JSON has."""
    return content(response.body.replace(b"1040000", b"NaN"))(response)


STATUSES: tuple[Defect, ...] = (
    Defect("422 instead of 400", answering(refused(400), lambda _: both_statuses(422)), REJECTED),
    Defect("409 instead of 400", answering(refused(400), status(409)), REJECTED),
    Defect("200 with the refusal in it", answering(refused(400), status(200)), (*REJECTED, *SCHEMA)),
    Defect("polls answered 206", answering(polled, status(206)), STATUS),
    Defect("polls answered 202 until the end", answering(worded("queued", "generating"), status(202)), STATUS),
    Defect(
        "another status in the refusal",
        answering(refused(400), put(status=422)),
        ("error_shape", *SCHEMA),
        guessed=True,
    ),
)
TYPES_OF_CONTENT: tuple[Defect, ...] = (
    Defect("HTML content type", answering(told, header("content-type", "text/html; charset=utf-8")), TYPES),
    Defect("HTML content type on creates", answering(created, header("content-type", "text/html")), TYPES),
    Defect("text/plain on polls", answering(polled, header("content-type", "text/plain")), TYPES),
    Defect("no content type", answering(told, header("content-type", None)), TYPES),
    Defect("Latin-1", answering(told, header("content-type", "application/json; charset=latin-1")), TYPES),
    Defect(
        "HTML content type on refusals", answering(refused(400), header("content-type", "text/html")), (*TYPES, *ERRORS)
    ),
    Defect("HTML content type on 404", answering(refused(404), header("content-type", "text/html")), (*TYPES, *ERRORS)),
)
BODIES: tuple[Defect, ...] = (
    Defect("no id", answering(created, without("id")), IDS),
    Defect("no id in polls", answering(polled, without("id")), IDS),
    Defect("an id of null", answering(created, put(id=None)), IDS),
    Defect("a number for an id", answering(told, put(id=12345)), IDS),
    Defect("an empty id", answering(created, put(id="")), (*IDS, "ids_are_unique")),
    Defect("an empty id in polls", answering(polled, put(id="")), IDS),
    Defect("no status", answering(created, without("status")), SCHEMA),
    Defect("no status in polls", answering(polled, without("status")), SCHEMA),
    Defect("a number for a status", answering(polled, put(status=1)), SCHEMA),
    Defect("succeeded", answering(worded("completed"), put(status="succeeded")), SCHEMA),
    Defect("an unknown word", answering(worded("queued"), put(status="waiting")), SCHEMA),
    Defect("an unknown word on creates", answering(created, put(status="submitted")), SCHEMA),
    Defect(
        "words in capitals", answering(told, lambda r: put(status=str(member(r.json())["status"]).upper())(r)), SCHEMA
    ),
    Defect("a text for meta", answering(created, put(meta="1040000")), SCHEMA),
    Defect("a text for the credits", answering(created, put(meta={"usage": {"credits_used": "1040000"}})), SCHEMA),
    Defect("usage without its credits", answering(created, put(meta={"usage": {}})), SCHEMA),
    Defect("a list", answering(told, lambda r: json_reply(200, [r.json()])), SCHEMA),
    Defect("an envelope around the reply", answering(told, lambda r: json_reply(200, {"data": r.json()})), SCHEMA),
    Defect("null", answering(created, lambda _: json_reply(200, None)), SCHEMA),
    Defect("a body that ends in the middle", answering(told, broken_json), (*SCHEMA, *TYPES)),
    Defect("a body that is no UTF-8", answering(created, content(b'{"id": "\xff"}')), (*SCHEMA, *TYPES)),
    Defect("a name twice in a reply", answering(created, doubled), (*SCHEMA, *TYPES)),
    Defect("a byte order mark", answering(told, lambda r: content(b"\xef\xbb\xbf" + r.body)(r)), (*SCHEMA, *TYPES)),
    Defect("NaN in a reply", answering(created, with_nan), (*SCHEMA, *TYPES)),
    Defect("an empty body", answering(told, content(b"")), (*SCHEMA, *TYPES)),
    Defect("an empty body on polls", answering(polled, content(b"")), (*SCHEMA, *TYPES)),
    Defect("HTML", answering(told, content(b"<!doctype html><p>Hello", "text/html")), (*SCHEMA, *TYPES)),
    Defect("an undeclared field", answering(told, put(eta=12)), UNDECLARED, guessed=True),
    Defect("an undeclared field on creates", answering(created, put(queue_position=3)), UNDECLARED, guessed=True),
    Defect(
        "an undeclared field on polls", answering(worded("generating"), put(progress=0.5)), UNDECLARED, guessed=True
    ),
    Defect(
        "an undeclared field beside the URL",
        answering(worded("completed"), put_in("video", {"duration": 5})),
        UNDECLARED,
        guessed=True,
    ),
    Defect(
        "an undeclared field in meta", answering(created, put_in("meta", {"region": "eu"})), UNDECLARED, guessed=True
    ),
    Defect(
        "an undeclared field in refusals", answering(refused(400), put(trace="at line 7")), UNDECLARED, guessed=True
    ),
)


FIELDS: tuple[Defect, ...] = (
    Defect("another id in the header", answering(told, header("x-inference-id", "another")), HEADERS),
    Defect("another client's id echoed", answering(told, header("x-client-request-id", "another")), HEADERS),
    Defect("an echo that is none", answering(told, header("x-client-request-id", "no id at all")), HEADERS),
    Defect("credits that are no number", answering(created, header("x-aimlapi-credits-used", "many")), HEADERS),
    Defect("credits with a point", answering(created, header("x-aimlapi-credits-used", "1.5")), HEADERS),
    Defect("credits below 0", answering(created, header("x-aimlapi-credits-used", "-1")), HEADERS),
    Defect("dollars with their sign", answering(created, header("x-aimlapi-usd-spent", "$0.52")), HEADERS),
)


REPLIES: tuple[Defect, ...] = (*STATUSES, *TYPES_OF_CONTENT, *BODIES, *FIELDS)
