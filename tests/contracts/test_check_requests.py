"""What a client sent is judged by the document, and what it wrote in its prompts is nobody's business."""

import json
from dataclasses import replace

import pytest

from reelmock.contracts.check_requests import request_conformance, unseen
from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.instances import minimal_payload
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.judging import Failure, Seen
from reelmock.contracts.payloads import Validation
from reelmock.contracts.recorded_attempts import RecordedAttempt
from reelmock.contracts.trials import Kind
from reelmock.contracts.violations import Violation
from reelmock.tests.contracts.checking import HOUSE, MODEL, ROUTE, trial_of

HEADERS: Fields = (("content-type", "application/json"),)
PLACE = "/paths/~1v2~1video~1generations"
BODY = f"{PLACE}/post/requestBody"


def failures(request: Request, status: int = 200, validation: Validation = "lenient") -> list[Failure]:
    operation = {"POST": ROUTE.create, "GET": ROUTE.retrieve}.get(request.method)
    trial = replace(trial_of(Kind.RECORDED), request=request, operation=operation)
    return [*request_conformance(Seen(HOUSE, (RecordedAttempt(trial, Response(status)),), validation))]


def sent(payload: Json) -> Request:
    return Request("POST", ROUTE.create.path, (), HEADERS, json.dumps(payload).encode())


def with_(**changes: Json) -> Request:
    payload: JsonObject = {**minimal_payload(MODEL.schema), **changes}
    return sent(payload)


def poll(*query: tuple[str, str]) -> Request:
    return Request("GET", ROUTE.retrieve.path, query)


# A request → (the case, what is told, what was expected, the place in the document).
TOLD: list[tuple[Request, tuple[str, str, str, str]]] = [
    (
        with_(duration=7),
        (
            "POST:/duration:not_in_enum",
            "not_in_enum: `/duration`: 7 is not one of 5, 8, 10",
            "`enum`: 5, 8, 10",
            BODY,
        ),
    ),
    (
        with_(duration="5"),
        ("POST:/duration:wrong_type", "wrong_type: `/duration`: '5' is not of type integer", "`type`: 'integer'", BODY),
    ),
    (
        with_(colour="red"),
        (
            "POST:/colour:undeclared_property",
            "undeclared_property: `/colour`: is not a property that the schema declares",
            "what the document declares alone",
            BODY,
        ),
    ),
    (
        sent({name: value for name, value in minimal_payload(MODEL.schema).items() if name != "prompt"}),
        (
            "POST:/prompt:missing_required",
            "missing_required: `/prompt`: is required and missing",
            "to be there, as 'string'",
            BODY,
        ),
    ),
    (
        replace(with_(), body=b"{"),
        (
            "POST:/:malformed_json",
            "malformed_json: the body is not valid JSON: "
            "Expecting property name enclosed in double quotes at line 1, column 2",
            "valid JSON",
            BODY,
        ),
    ),
    (
        replace(with_(), headers=(("content-type", "text/plain"),)),
        (
            "POST:/content-type:wrong_content_type",
            "wrong_content_type: `/content-type`: the content type is 'text/plain', not application/json",
            "`content-type: application/json`",
            BODY,
        ),
    ),
    (
        poll(),
        (
            "GET:/generation_id:missing_parameter",
            "missing_parameter: `/generation_id`: the query parameter `generation_id` is missing",
            "to be there",
            f"{PLACE}/get/parameters",
        ),
    ),
    (
        poll(("generation_id", "a"), ("generation_id", "b")),
        (
            "GET:/generation_id:repeated_parameter",
            "repeated_parameter: `/generation_id`: the query parameter `generation_id` came 2 times",
            "the parameter once",
            f"{PLACE}/get/parameters",
        ),
    ),
    (
        poll(("generation_id", "a"), ("page", "5")),
        (
            "GET:/page:unknown_parameter",
            "unknown_parameter: `/page`: a query parameter that is not declared",
            "what the document declares alone",
            f"{PLACE}/get/parameters",
        ),
    ),
    (
        Request("DELETE", ROUTE.create.path),
        (
            "DELETE:/:unknown_route",
            "unknown_route: DELETE /v2/video/generations is no operation of the contract",
            "an operation of the document",
            "/paths",
        ),
    ),
]


@pytest.mark.parametrize(("request_", "wanted"), TOLD, ids=[wanted[0] for _, wanted in TOLD])
def test_a_mistake_is_told_with_its_place_and_its_rule(request_: Request, wanted: tuple[str, str, str, str]) -> None:
    (failure,) = failures(request_)
    assert (failure.case, failure.message, failure.expected, failure.evidence.place) == wanted


@pytest.mark.parametrize(
    ("request_", "status", "validation", "weight"),
    [
        (with_(duration=7), 200, "lenient", "error"),
        (with_(duration=7), 400, "lenient", "warning"),
        (with_(duration="5"), 200, "lenient", "info"),
        (with_(duration="5"), 200, "strict", "error"),
        (poll(("generation_id", "a"), ("page", "5")), 200, "lenient", "info"),
        (Request("DELETE", ROUTE.create.path), 200, "lenient", "warning"),
    ],
)
def test_a_mistake_that_was_taken_is_drift(request_: Request, status: int, validation: Validation, weight: str) -> None:
    (failure,) = failures(request_, status, validation)
    assert failure.weight.word == weight


def test_that_a_key_is_missing_is_no_mistake() -> None:
    assert failures(with_()) == []
    assert failures(poll(("generation_id", "a"))) == []


LONG = "a boat that don't sink" + " in the rain" * 3
NESTED: Json = {"text": [{LONG: 1}]}


@pytest.mark.parametrize(
    ("received", "message", "told"),
    [
        ("red", "'red' is not one of 'a'", "`/a`: 'red' is not one of 'a'"),
        (LONG, f"'{LONG}' is not one of 'a'", "`/a`: 58 characters break `enum`"),
        (
            [LONG],
            f"an array of 1 item does not fit. In the nearest one, '{LONG}'",
            "`/a`: an array of 1 item breaks `enum`",
        ),
        (NESTED, f"In the nearest one, '{LONG}'", "`/a`: an object with 1 member breaks `enum`"),
        (
            NESTED,
            "an object with 1 member is not of type string",
            "`/a`: an object with 1 member is not of type string",
        ),
        (5, f"5 is not one of '{LONG}'", f"`/a`: 5 is not one of '{LONG}'"),
    ],
)
def test_long_texts_of_a_request_are_not_shown(received: Json, message: str, told: str) -> None:
    assert unseen(Violation("not_in_enum", ("a",), "enum", message, received)) == told


def test_long_names_are_cut() -> None:
    name = "name" * 40
    (failure,) = failures(with_(**{name: 1}))
    assert failure.case == f"POST:/{name[:100]}…:undeclared_property"
    assert failure.message == f"undeclared_property: `/{name[:100]}…`: is not a property that the schema declares"
    (failure,) = failures(poll(("generation_id", "a"), (name, "1")))
    assert failure.message == f"unknown_parameter: `/{name[:100]}…`: a query parameter that is not declared"
