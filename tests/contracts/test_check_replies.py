"""The form of replies: status, content type, headers and body are as the document declares them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from reelmock.contracts.check_replies import (
    content_type_conformance,
    error_shape,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    undeclared_response_field,
)
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.judging import Failure, Seen
from reelmock.contracts.trials import Attempt, Kind
from reelmock.tests.contracts.checking import HOUSE, ROUTE, SHAPES, attempt_of, document, makers, polling, trial_of

REFUSAL: JsonObject = {
    "title": "Not Found",
    "status": 404,
    "message": "No",
    "instance": "/v2/video/generations?",
    "timestamp": "2026-01-01T00:00:00.000Z",
    "error": {"name": "NotFoundException", "message": "No"},
}
LEGACY = member(HOUSE.document.tree, "components", "schemas", "LegacyError")


def reply(status: int, body: Json, kind: Kind = Kind.POLL, **changes: object) -> Attempt:
    return attempt_of(kind, status, body, **{"operation": ROUTE.retrieve, **changes})


def failures(
    check: Callable[[Seen], Iterator[Failure]], *attempts: Attempt, contract: Contract = HOUSE, strict: bool = False
) -> list[tuple[str, str, Severity]]:
    """(Case, message, severity) of what a check finds."""
    found = check(Seen(contract, attempts, "strict" if strict else "lenient"))
    return [(one.case or one.attempt.trial.case, one.message, one.weight) for one in found]


def test_a_status_is_one_that_the_operation_declares() -> None:
    assert failures(status_code_conformance, reply(200, {}), reply(404, {}), reply(503, {})) == []
    assert failures(status_code_conformance, reply(418, {})) == [
        ("GET:status:418", "the status 418 is not declared for GET /v2/video/generations", Severity.ERROR)
    ]


def test_a_reply_that_did_not_come_is_drift_of_a_server_and_not_of_a_recording() -> None:
    lost = replace(reply(200, {}), response=None, problem="reset")
    assert failures(status_code_conformance, lost) == [("POST:trial", "no reply came to a trial", Severity.ERROR)]
    for kind in (Kind.RECORDED, Kind.DOWNLOAD):
        assert failures(status_code_conformance, Attempt(trial_of(kind), None)) == []


def test_a_document_that_is_silent_about_refusals_allows_all_of_them() -> None:
    (maker,) = makers(SHAPES["no text"])
    refused = [attempt_of(Kind.POLL, status, {}, operation=maker.route.retrieve) for status in (400, 418, 500)]
    assert failures(status_code_conformance, *refused) == []
    odd = attempt_of(Kind.POLL, 203, {}, operation=maker.route.retrieve)
    assert len(failures(status_code_conformance, odd)) == 1


def typed(attempt: Attempt, media: str) -> Attempt:
    assert attempt.response is not None
    return replace(attempt, response=replace(attempt.response, headers=(("content-type", media),)))


@pytest.mark.parametrize("media", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_is_declared_as_json(media: str) -> None:
    assert failures(content_type_conformance, typed(reply(200, {}), media)) == []


def test_another_content_type_is_drift() -> None:
    assert failures(content_type_conformance, typed(reply(200, {}), "text/html")) == [
        (
            "GET:200:content-type",
            "the content type is 'text/html' in a reply 200 of GET /v2/video/generations",
            Severity.ERROR,
        )
    ]


def test_a_body_breaks_its_schema_at_a_place() -> None:
    assert failures(response_schema_conformance, reply(200, {"id": "a", "status": "green"})) == [
        (
            "GET:200:/status:not_in_enum",
            "`/status`: 'green' is not one of 'queued', 'generating', 'completed', 'error' (in a reply 200 of "
            "GET /v2/video/generations)",
            Severity.ERROR,
        )
    ]


def test_a_body_that_is_no_json_is_told_as_such() -> None:
    broken = replace(reply(200, {}), response=Response(200, (("content-type", "application/json"),), b"<p>"))
    ((case, message, severity),) = failures(response_schema_conformance, broken)
    assert (case, severity) == ("GET:200:/:response_body", Severity.ERROR)
    assert "the body is not valid JSON" in message


def test_refusals_are_judged_by_their_envelope_and_successes_by_their_schema() -> None:
    good, bad = reply(404, REFUSAL), reply(404, {"message": "No"})
    assert failures(response_schema_conformance, bad) == []
    assert failures(error_shape, good, reply(200, {})) == []
    assert {case for case, *_ in failures(error_shape, bad)} >= {"GET:404:/title:missing_required"}


def test_a_refusal_tells_its_own_status() -> None:
    assert failures(error_shape, reply(404, {**REFUSAL, "status": 401})) == [
        ("GET:404:/status", "a refusal with 404 says 401 in `/status`", Severity.ERROR)
    ]


def test_the_envelope_that_was_in_use_before_is_noted() -> None:
    fields = member(LEGACY, "properties")
    legacy: JsonObject = {"requestId": "a", "statusCode": 404, "path": "/a", "timestamp": REFUSAL["timestamp"]}
    legacy |= {"message": "No", "error": "Not Found"}
    body = {name: value for name, value in legacy.items() if name in fields}
    assert failures(error_shape, reply(404, body)) == [
        ("GET:404:legacy", "the refusal has the legacy envelope", Severity.INFO)
    ]


@pytest.mark.parametrize(
    ("status", "body", "strict", "severity"),
    [
        (200, {"id": "a", "status": "queued", "eta": 5}, False, Severity.INFO),
        (200, {"id": "a", "status": "queued", "eta": 5}, True, Severity.ERROR),
        (404, {**REFUSAL, "eta": 5}, True, Severity.INFO),
    ],
)
def test_a_member_that_is_not_declared_is_noted_or_drift(
    status: int, body: Json, strict: bool, severity: Severity
) -> None:
    ((case, message, found),) = failures(undeclared_response_field, reply(status, body), strict=strict)
    assert (case, found) == (f"GET:{status}:/eta", severity)
    assert message == f"`/eta` is not declared for a reply {status} of GET /v2/video/generations"


@pytest.mark.parametrize("body", [[], "queued", None, {"id": "a", "status": "queued"}], ids=str)
def test_what_is_no_object_has_no_members(body: Json) -> None:
    assert failures(undeclared_response_field, reply(200, body), strict=True) == []


HEADERS: dict[str, JsonObject] = {
    "X-Id": {"x-value": "generation_id", "schema": {"type": "string"}},
    "X-Echo": {"x-value": "echo", "schema": {"type": "string"}},
    "X-Needed": {"required": True, "schema": {"type": "string", "minLength": 1}},
    "X-Count": {"schema": {"type": "integer", "minimum": 0}},
    "X-Share": {"schema": {"type": "number"}},
    "X-Fresh": {"schema": {"type": "boolean"}},
    "X-Maybe": {"schema": {"type": ["integer", "null"]}},
}


def with_headers(**told: str) -> list[str]:
    """What is wrong with the headers of a reply, of which the needed one is there."""
    get = polling()
    member(get, "responses", "200")["headers"] = {**HEADERS}
    contract = document({"/films": {"post": polling() | {"parameters": []}, "get": get}})
    (route,) = contract.job_routes
    fields = {"x-needed": "a", **{name.replace("_", "-"): value for name, value in told.items()}}
    trial = trial_of(Kind.POLL, route=route, operation=route.retrieve)
    trial = replace(trial, request=replace(trial.request, headers=(("x-echo", "mine"),)))
    body = json.dumps({"id": "a", "status": "queued"}).encode()
    found = failures(
        response_headers_conformance,
        Attempt(trial, Response(200, tuple((n, v) for n, v in fields.items() if v), body)),
        contract=contract,
    )
    return [message.removeprefix("the header `x-").partition(" of GET /films ")[2] for _, message, _ in found]


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({}, []),
        ({"x_id": "a", "x_echo": "mine", "x_count": "5", "x_share": "0.5", "x_fresh": "true", "x_maybe": "7"}, []),
        ({"x_needed": ""}, ["is missing"]),
        ({"x_id": "b"}, ["is 'b', not the id in the body"]),
        ({"x_echo": "yours"}, ["is 'yours', not the one that was sent"]),
        ({"x_count": "-1"}, ["is '-1', which its schema does not take"]),
        ({"x_count": "many"}, ["is 'many', which its schema does not take"]),
        ({"x_share": "half"}, ["is 'half', which its schema does not take"]),
        ({"x_fresh": "yes"}, ["is 'yes', which its schema does not take"]),
        ({"x_fresh": "false"}, []),
    ],
)
def test_a_header_is_what_its_declaration_says(told: dict[str, str], wrong: list[str]) -> None:
    assert with_headers(**told) == wrong
