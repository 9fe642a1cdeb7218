"""A recording is judged by what it holds: its requests, its replies, and the lives of the generations in it."""

import json
from dataclasses import replace

import pytest

from reelmock.contracts.checks import CHECKS
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.instances import minimal_payload
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.report import Report
from reelmock.contracts.runner import RECORDED_ALONE, SENT_ALONE, CheckError, judge_attempts
from reelmock.contracts.trials import Attempt, Kind, Trial
from reelmock.tests.contracts.checking import HOUSE, MODEL, ROUTE

KEYED: Fields = (("authorization", "Bearer ****"), ("content-type", "application/json"))
PLAIN: Fields = (("content-type", "application/json"),)
CLIP: Json = {"url": "https://cdn.aimlapi.com/clips/a.mp4"}
REFUSAL: JsonObject = {
    "title": "Bad Request",
    "status": 400,
    "message": "No",
    "instance": "/v2/video/generations?",
    "timestamp": "2026-01-01T00:00:00.000Z",
    "error": {"name": "BadRequestException", "message": "No"},
}


def recorded(request: Request, body: Json, status: int = 200, generation: str = "") -> Attempt:
    """A recorded exchange."""
    operation = ROUTE.create if request.method == "POST" else ROUTE.retrieve
    trial = Trial(
        *(Kind.RECORDED, request, "the recorded request 1", f"{request.method}:1", ROUTE, operation, ()),
        Evidence("documented", "", "/paths"),
        model=MODEL.id if request.method == "POST" else "",
        generation=generation,
    )
    return Attempt(trial, Response(status, PLAIN, json.dumps(body).encode()))


def post(body: Json, status: int = 200, payload: Json = None, headers: Fields = KEYED) -> Attempt:
    payload = minimal_payload(MODEL.schema) if payload is None else payload
    return recorded(Request("POST", ROUTE.create.path, (), headers, json.dumps(payload).encode()), body, status)


def poll(status: str, generation: str = "a", **more: Json) -> Attempt:
    request = Request("GET", ROUTE.retrieve.path, (("generation_id", generation),), KEYED)
    return recorded(request, {"id": "a", "status": status, **more}, 200, generation)


MADE: Json = {"id": "a", "status": "queued"}
GOOD = (post(MADE), poll("queued"), poll("generating"), poll("completed", video=CLIP), poll("completed", video=CLIP))


def judged(*attempts: Attempt, **more: str) -> Report:
    return judge_attempts(HOUSE, attempts, "cassette.yaml", "strict" if more.get("strict") else "lenient")


def told(report: Report) -> list[tuple[str, str]]:
    return [(finding.id, finding.severity.word) for finding in report.findings]


def test_a_recording_that_conforms_has_no_findings() -> None:
    report = judged(*GOOD)
    assert report.findings == ()
    assert report.title == "reelmock check --recording cassette.yaml"


def test_a_case_for_each_check_and_model_counts_the_exchanges() -> None:
    cases = judged(*GOOD).cases
    assert {case.rule for case in cases} == set(CHECKS) - SENT_ALONE
    assert {(case.model, case.requests) for case in cases} == {(MODEL.id, 1), ("", 4)}


# What is wrong → (exchanges, checks that say so).
WRONG: dict[str, tuple[tuple[Attempt, ...], set[tuple[str, str]]]] = {
    "a status that goes back": (
        (post(MADE), poll("generating"), poll("queued")),
        {("status_never_goes_back", "error")},
    ),
    "an end that changes": (
        (poll("completed", video=CLIP), poll("error", error={"name": "A", "message": "B"})),
        {("terminal_is_final", "error")},
    ),
    "a result that is missing": ((poll("completed"),), {("completed_has_video", "error")}),
    "an error without words": (
        (poll("error", error={"name": "A", "message": " "}),),
        {("error_has_reason", "error")},
    ),
    "another id": ((poll("queued", generation="b"),), {("id_is_stable", "error")}),
    "one id twice": ((post(MADE), post(MADE)), {("ids_are_unique", "error")}),
    "a word that is not declared": (
        (poll("succeeded", video=CLIP),),
        {("response_schema_conformance", "error")},
    ),
    "a member that is not declared": (
        (poll("queued", eta=5),),
        {("undeclared_response_field", "info")},
    ),
    "a status that is not declared": (
        (replace(poll("queued"), response=Response(418, PLAIN, b"{}")),),
        {("status_code_conformance", "error")},
    ),
    "no JSON": (
        (replace(poll("queued"), response=Response(200, PLAIN, b"<p>")),),
        {("response_schema_conformance", "error")},
    ),
    "another content type": (
        (replace(poll("queued"), response=Response(200, (("content-type", "text/html"),), b"{}")),),
        {("content_type_conformance", "error")},
    ),
    "a request with a mistake that was taken": (
        (post(MADE, payload={"model": MODEL.id}),),
        {("request_conformance", "error")},
    ),
    "a request with a mistake that was refused": (
        (post(REFUSAL, 400, payload={"model": MODEL.id}),),
        {("request_conformance", "warning")},
    ),
    "a request that lenient tolerates": (
        (post(MADE, payload={**minimal_payload(MODEL.schema), "duration": "5"}),),
        {("request_conformance", "info")},
    ),
    "a request without its key": ((post(MADE, headers=PLAIN),), set()),
    "a valid request that was refused": ((post(REFUSAL, 400),), {("positive_data_acceptance", "error")}),
    "a valid request without its key that was refused": (
        (post(REFUSAL, 400, headers=PLAIN),),
        {("positive_data_acceptance", "error")},
    ),
    "a reply that was not recorded": ((replace(poll("queued"), response=None, problem="none was recorded"),), set()),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_in_a_recording_is_found(wrong: str) -> None:
    attempts, checks = WRONG[wrong]
    assert {*told(judged(*attempts))} == checks


def test_under_strict_validation_what_lenient_tolerates_is_drift() -> None:
    attempts = (post(MADE, payload={**minimal_payload(MODEL.schema), "duration": "5"}), poll("queued", eta=5))
    assert {*told(judged(*attempts, strict="yes"))} == {
        ("request_conformance", "error"),
        ("undeclared_response_field", "error"),
    }


def test_findings_of_a_recording_have_no_curl_line() -> None:
    """Its keys are gone, and what it asked for too."""
    (finding,) = judged(poll("completed")).findings
    assert finding.proof is not None
    assert (finding.proof.curl, finding.file) == ("", "cassette.yaml")
    assert finding.severity is Severity.ERROR


def test_checks_may_be_chosen() -> None:
    report = judge_attempts(HOUSE, (poll("completed", eta=5),), "a.har", checks=["completed_has_video"])
    assert {case.rule for case in report.cases} == {"completed_has_video"}
    assert told(report) == [("completed_has_video", "error")]


@pytest.mark.parametrize(
    ("checks", "problem"),
    [
        (
            ["ignored_auth", "unsupported_method"],
            "a recording can't show ignored_auth, unsupported_method: these checks send requests of their own",
        ),
        (["error_shap"], "there is no check 'error_shap': did you mean 'error_shape'?"),
    ],
)
def test_a_recording_that_can_not_be_judged_is_told_why(checks: list[str], problem: str) -> None:
    with pytest.raises(CheckError) as caught:
        judge_attempts(HOUSE, GOOD, "a.har", checks=checks)
    assert str(caught.value) == problem


def test_of_the_chosen_checks_those_are_made_that_can_be() -> None:
    report = judge_attempts(HOUSE, GOOD, "a.har", checks=["ignored_auth", "id_is_stable"])
    assert {case.rule for case in report.cases} == {"id_is_stable"}


def test_the_checks_for_one_kind_of_source_alone_are_checks() -> None:
    assert set(CHECKS) >= SENT_ALONE | RECORDED_ALONE
    assert SENT_ALONE.isdisjoint(RECORDED_ALONE)
