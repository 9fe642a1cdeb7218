"""The judge of requests, responses and histories."""

from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.conformance import (
    bearer_key,
    find_operation,
    is_json,
    judge_history,
    judge_query,
    judge_request,
    judge_response,
)
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.violations import Violation

KITES = load_contract(Path(__file__).parent.parent / "data" / "kites.json")
(ROUTE,) = KITES.job_routes
KEY = {"Authorization": "Bearer k"}
BOAT: dict[str, Json] = {"engine": "boat/one", "prompt": "row"}
FIELDS = "/v1/clips/7?fields=all"


def kinds(violations: object) -> list[tuple[str, str]]:
    assert isinstance(violations, list | tuple)
    return [(violation.kind, str(violation)) for violation in violations]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ((("fields", "a"),), []),
        ((("fields", ""), ("debug", "1")), []),
        ((), [("missing_parameter", "`/fields`: the query parameter `fields` is missing")]),
        (
            (("field", "a"), ("debug", "1")),
            [
                ("missing_parameter", "`/fields`: the query parameter `fields` is missing"),
                ("unknown_parameter", "`/field`: the query parameter 'field' is not declared"),
            ],
        ),
        (
            (("fields", "a"), ("debug", "1"), ("fields", "a"), ("fields", "b")),
            [("repeated_parameter", "`/fields`: the query parameter `fields` came 3 times")],
        ),
        (
            (("fields", "a"), ("fields", "a")),
            [("repeated_parameter", "`/fields`: the query parameter `fields` came 2 times")],
        ),
        (
            (("fields", "a"), ("x", "1"), ("x", "2")),
            [("unknown_parameter", "`/x`: the query parameter 'x' is not declared")],
        ),
        (
            (("fields", "a"), ("task_id", "7")),
            [("unknown_parameter", "`/task_id`: the query parameter 'task_id' is not declared")],
        ),
    ],
)
def test_the_query_is_judged(query: Fields, expected: list[tuple[str, str]]) -> None:
    """Required parameters are there, none comes twice, none is undeclared; those of the path do not count."""
    assert kinds(judge_query(ROUTE.retrieve, Request("GET", "/v1/clips/7", query))) == expected


def send(json: Json = None, **change: Any) -> Request:
    body: dict[str, Any] = {"json": json} if json is not None else {}
    return Request.build(
        "POST", change.pop("url", "/v1/clips"), headers=KEY | change.pop("headers", {}), **body, **change
    )


MISSING_KEY = ("missing_key", "`/authorization`: the header `Authorization: Bearer <key>` is missing")


def wrong_type(received: str) -> tuple[str, str]:
    return ("wrong_content_type", f"`/content-type`: the content type is {received}, not application/json")


REQUESTS: dict[str, tuple[Request, list[tuple[str, str]]]] = {
    "valid": (send(BOAT), []),
    "a valid poll": (Request.build("GET", FIELDS, headers=KEY), []),
    "another method": (
        Request.build("DELETE", FIELDS, headers=KEY),
        [("unknown_route", "DELETE /v1/clips/7 is no operation of the contract")],
    ),
    "another path": (
        Request.build("GET", "/v1/clips/7/8"),
        [("unknown_route", "GET /v1/clips/7/8 is no operation of the contract")],
    ),
    "no key": (Request.build("POST", "/v1/clips", json=BOAT), [MISSING_KEY]),
    "no key, no parameter": (
        Request.build("GET", "/v1/clips/7"),
        [MISSING_KEY, ("missing_parameter", "`/fields`: the query parameter `fields` is missing")],
    ),
    "a form": (send(BOAT, headers={"Content-Type": "text/plain"}), [wrong_type("'text/plain'")]),
    "no content type": (send(body=b'{"engine": "kite/two"}'), [wrong_type("null")]),
    "no JSON": (
        send(body=b"{", headers={"Content-Type": "application/json"}),
        [
            (
                "malformed_json",
                "the body is not valid JSON: Expecting property name enclosed in double quotes at line 1, column 2",
            )
        ],
    ),
    "no body": (
        send(headers={"Content-Type": "application/json"}),
        [("malformed_json", "the body is not valid JSON: Expecting value at line 1, column 1")],
    ),
    "a wrong payload": (
        send({"engine": "kite/two", "wind": 5}),
        [("wrong_type", "`/wind`: 5 is not of type boolean")],
    ),
    "everything at once": (
        Request.build("POST", "/v1/clips?a=1", json={"engine": "bike"}, headers={"Content-Type": "text/json"}),
        [
            MISSING_KEY,
            wrong_type("'text/json'"),
            ("unknown_parameter", "`/a`: the query parameter 'a' is not declared"),
            ("not_in_enum", "`/engine`: 'bike' is not one of boat/one, kite/two"),
        ],
    ),
}


@pytest.mark.parametrize(("request_", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_a_request_is_judged_strictly(request_: Request, expected: list[tuple[str, str]]) -> None:
    judgement = judge_request(KITES, request_)
    assert (kinds(judgement.violations), judgement.deviations) == (expected, ())


def test_leniently_an_undeclared_parameter_is_a_deviation() -> None:
    judgement = judge_request(KITES, send(BOAT | {"seed": "5"}, url="/v1/clips?a=1"), "lenient")
    assert judgement.violations == ()
    assert [found.kind for found in judgement.deviations] == ["unknown_parameter", "wrong_type"]
    assert judgement.payload == BOAT | {"seed": 5}


@pytest.mark.parametrize(
    "request_",
    [
        Request.build("GET", FIELDS + "&a=1", headers=KEY),
        send(url="/v1/clips?a=1", body=b"", headers={"Content-Type": "application/json"}),
    ],
)
def test_leniently_it_is_noted_with_any_body(request_: Request) -> None:
    judgement = judge_request(KITES, request_, "lenient")
    assert [found.kind for found in judgement.deviations] == ["unknown_parameter"]
    assert "unknown_parameter" not in [found.kind for found in judgement.violations]


def test_leniently_a_missing_parameter_is_still_a_violation() -> None:
    judgement = judge_request(KITES, Request.build("GET", "/v1/clips/7", headers=KEY), "lenient")
    assert [found.kind for found in judgement.violations] == ["missing_parameter"]


def contract_of(paths: dict[str, Any]) -> Contract:
    document = make_document({"openapi": "3.1.0", "paths": paths}, "api.json")
    return Contract(document, document)


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/a/7", "GET /a/{id}"),
        ("GET", "/a/latest", "GET /a/latest"),
        ("POST", "/a/latest", None),
        ("get", "/a/7", None),
    ],
)
def test_a_path_without_braces_comes_first(method: str, path: str, found: str | None) -> None:
    """As OpenAPI says, whatever the order in the document."""
    operation = find_operation(contract_of({"/a/{id}": {"get": {}}, "/a/latest": {"get": {}}}), Request(method, path))
    assert (operation.key if operation else None) == found


@pytest.mark.parametrize(
    ("value", "key"),
    [
        (None, None),
        ("", None),
        ("Bearer", None),
        ("Bearer   ", None),
        ("Bearer k", "k"),
        ("bearer  k ", "k"),
        ("Basic k", None),
        ("k", None),
        ("Bearerk", None),
    ],
)
def test_the_key_is_what_follows_bearer(value: str | None, key: str | None) -> None:
    headers = () if value is None else (("authorization", value),)
    assert bearer_key(Request("GET", "/", headers=headers)) == key


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/json", True),
        ("Application/JSON; Charset=UTF-8", True),
        ('application/json;charset="utf-8"', True),
        ("application/json; charset=us-ascii", True),
        ("application/json; boundary=x", True),
        ("application/json; charset=utf-16", False),
        ("application/jsonp", False),
        ("text/json", False),
        ("", False),
        (None, False),
    ],
)
def test_json_is_json_in_utf_8(content_type: str | None, expected: bool) -> None:
    assert is_json(content_type) is expected


def reply(body: bytes, status: int = 201, **headers: str) -> Response:
    fields = {"content-type": "application/json", "x-trace": "1"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return Response(status, tuple((name, value) for name, value in fields.items() if value), body)


QUEUED = b'{"task_id": "7", "state": "PENDING"}'
NO_TRACE = ("response_headers", "the header `x-trace` is required and missing")

RESPONSES: dict[str, tuple[Response, list[tuple[str, str]]]] = {
    "valid": (reply(QUEUED), []),
    "no required header": (reply(QUEUED, x_trace=""), [NO_TRACE]),
    "HTML": (
        reply(b"<html>", x_trace="", content_type="text/html"),
        [NO_TRACE, ("content_type", "the content type is 'text/html'")],
    ),
    "no content type": (reply(QUEUED, content_type=""), [("content_type", "the content type is null")]),
    "no JSON": (
        reply(b"", x_trace=""),
        [NO_TRACE, ("response_body", "the body is not valid JSON: Expecting value at line 1, column 1")],
    ),
    "another shape": (
        reply(b'{"state": 5}'),
        [
            ("wrong_type", "`/state`: 5 is not of type string"),
            ("missing_required", "`/task_id`: is required and missing"),
        ],
    ),
    "no object": (reply(b"[]"), [("non_object", "an array of 0 items is not of type object")]),
    "an undeclared member is no violation": (reply(b'{"task_id": "7", "state": "PENDING", "more": 1}'), []),
    "another status, judged as default": (
        reply(b"{}", 418),
        [("missing_required", "`/reason`: is required and missing")],
    ),
    "a valid default": (reply(b'{"reason": "tea"}', 418), []),
}


@pytest.mark.parametrize(("response", "expected"), RESPONSES.values(), ids=RESPONSES)
def test_a_response_is_judged(response: Response, expected: list[tuple[str, str]]) -> None:
    assert kinds(judge_response(ROUTE.create, response)) == expected


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (reply(b"", 500), [Violation("status_code", (), "responses", "the status 500 is not declared", 500)]),
        (Response(204), []),
        (Response(204, (("content-type", "text/html"),), b"<html>"), []),
    ],
)
def test_the_status_decides_what_is_expected(response: Response, expected: list[Violation]) -> None:
    assert judge_response(ROUTE.retrieve, response) == expected


PROBLEM = {"type": "object", "required": ["title"]}
JSON, PROBLEM_JSON = "application/json", "application/problem+json"


def judged(responses: dict[str, str], status: int, media: str, content: bytes) -> list[str]:
    """The kinds of what is wrong with a response, for an operation that declares these statuses and media types."""
    declared = {code: {"content": {kind: {"schema": PROBLEM}}} for code, kind in responses.items()}
    operation = contract_of({"/a": {"get": {"responses": declared}}}).operations[0]
    found = judge_response(operation, Response(status, (("content-type", media),), content))
    return [violation.kind for violation in found]


@pytest.mark.parametrize(
    ("responses", "status", "content", "expected"),
    [
        ({"4XX": JSON}, 404, b'{"title": 1}', []),
        ({"4XX": JSON}, 404, b"{}", ["missing_required"]),
        ({"4XX": "text/html", "404": JSON}, 404, b'{"title": 1}', []),
        ({"4XX": JSON, "default": "text/html"}, 404, b"{}", ["missing_required"]),
        ({"4XX": JSON}, 500, b"{}", ["status_code"]),
    ],
)
def test_4xx_stands_for_every_status_from_400_to_499(
    responses: dict[str, str], status: int, content: bytes, expected: list[str]
) -> None:
    """The status itself counts first, then its range, then `default`."""
    assert judged(responses, status, JSON, content) == expected


@pytest.mark.parametrize(
    ("media", "content", "expected"),
    [
        (PROBLEM_JSON, b'{"title": 1}', []),
        (PROBLEM_JSON, b"{}", ["missing_required"]),
        ("text/html", b"<html>", ["content_type"]),
    ],
)
def test_a_json_type_that_is_declared_is_expected(media: str, content: bytes, expected: list[str]) -> None:
    assert judged({"404": PROBLEM_JSON}, 404, media, content) == expected


SUCCEEDED, FAILED = '"state": "SUCCEEDED"', '"state": "FAILED"'


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ('"state": "PENDING"', []),
        ('"state": "RUNNING", "output": null, "failure": null', []),
        (f'{SUCCEEDED}, "output": {{}}', []),
        (f'{SUCCEEDED}, "output": {{}}, "failure": null', []),
        (f'{FAILED}, "failure": {{}}', []),
        ('"state": "PAUSED", "output": {}', []),
        (SUCCEEDED, ["`/output`: `output` is missing although the status is completed"]),
        (f'{SUCCEEDED}, "output": null', ["`/output`: `output` is missing although the status is completed"]),
        ('"state": "RUNNING", "output": {}', ["`/output`: `output` is there although the status is generating"]),
        ('"state": "PENDING", "failure": {}', ["`/failure`: `failure` is there although the status is queued"]),
        (
            f'{FAILED}, "output": {{}}',
            [
                "`/output`: `output` is there although the status is error",
                "`/failure`: `failure` is missing although the status is error",
            ],
        ),
    ],
)
def test_result_and_error_are_there_exactly_in_their_states(members: str, expected: list[str]) -> None:
    response = reply(f'{{"task_id": "7", {members}}}'.encode(), 200)
    found = judge_response(ROUTE.retrieve, response, ROUTE)
    assert [(violation.kind, str(violation)) for violation in found] == [("inconsistent", text) for text in expected]
    assert judge_response(ROUTE.retrieve, response) == []


def test_only_a_success_that_is_an_object_can_be_inconsistent() -> None:
    assert judge_response(ROUTE.create, reply(b'{"reason": "r", "state": "SUCCEEDED"}', 400), ROUTE) == []
    assert [found.kind for found in judge_response(ROUTE.create, reply(b"[]"), ROUTE)] == ["non_object"]


def body(state: str, task_id: str = "7") -> Json:
    return {"task_id": task_id, "state": state}


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([], []),
        ([body("PENDING"), body("PENDING"), body("RUNNING"), body("SUCCEEDED"), body("SUCCEEDED")], []),
        ([body("PENDING"), body("FAILED")], []),
        ([body("RUNNING"), body("PAUSED"), body("RUNNING")], []),
        (
            [body("RUNNING"), body("PAUSED"), body("PENDING")],
            [("illegal_transition", "`/2/state`: queued came after generating")],
        ),
        (
            [body("PENDING"), body("SUCCEEDED"), body("FAILED"), body("RUNNING")],
            [("illegal_transition", "`/2/state`: error came after completed")],
        ),
        (
            [body("PENDING"), body("PENDING", "8"), body("RUNNING")],
            [("id_changed", "`/1/task_id`: the id changed from '7' to '8'")],
        ),
        ([body("PENDING"), "gone"], [("id_changed", "`/1/task_id`: the id changed from '7' to null")]),
        (
            [body("SUCCEEDED"), body("RUNNING", "8")],
            [
                ("id_changed", "`/1/task_id`: the id changed from '7' to '8'"),
                ("illegal_transition", "`/1/state`: generating came after completed"),
            ],
        ),
    ],
)
def test_a_history_keeps_its_id_and_never_goes_back(bodies: list[Json], expected: list[tuple[str, str]]) -> None:
    assert kinds(judge_history(ROUTE, bodies)) == expected


def test_a_history_tells_what_came_and_what_was_before() -> None:
    changed, back = judge_history(ROUTE, [body("SUCCEEDED"), body("RUNNING", "8")])
    assert (changed.received, changed.expected) == ("8", "7")
    assert (back.received, back.expected) == ("generating", "completed")
