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
from reelmock.contracts.recorded_attempts import RecordedAttempt
from reelmock.contracts.recorded_run import NOTES, judge_attempts
from reelmock.contracts.recorded_scope import SHOWN
from reelmock.contracts.report import Report
from reelmock.contracts.runner import CheckError
from reelmock.contracts.trials import Kind, Trial
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


def recorded(request: Request, body: Json, status: int = 200, generation: str = "") -> RecordedAttempt:
    """A recorded exchange."""
    operation = ROUTE.create if request.method == "POST" else ROUTE.retrieve
    trial = Trial(
        *(Kind.RECORDED, request, "interactions/0", f"{request.method}:recorded", ROUTE, operation, ()),
        Evidence("documented", "", "/paths"),
        model=MODEL.id,
        generation=generation,
    )
    return RecordedAttempt(trial, Response(status, PLAIN, json.dumps(body).encode()))


def at(place: str, attempt: RecordedAttempt) -> RecordedAttempt:
    """The attempt at another place."""
    return replace(attempt, trial=replace(attempt.trial, what=place))


def post(body: Json, status: int = 200, payload: Json = None, headers: Fields = KEYED) -> RecordedAttempt:
    payload = minimal_payload(MODEL.schema) if payload is None else payload
    return recorded(Request("POST", ROUTE.create.path, (), headers, json.dumps(payload).encode()), body, status)


def poll(status: str, generation: str = "a", **more: Json) -> RecordedAttempt:
    request = Request("GET", ROUTE.retrieve.path, (("generation_id", generation),), KEYED)
    return recorded(request, {"id": "a", "status": status, **more}, 200, generation)


MADE: Json = {"id": "a", "status": "queued"}
GOOD = (post(MADE), poll("queued"), poll("generating"), poll("completed", video=CLIP), poll("completed", video=CLIP))


def judged(*attempts: RecordedAttempt, **more: str) -> Report:
    return judge_attempts(HOUSE, [attempts], "cassette.yaml", "strict" if more.get("strict") else "lenient")


def told(report: Report) -> list[tuple[str, str]]:
    return [(finding.id, finding.severity.word) for finding in report.findings]


def test_a_recording_that_conforms_has_no_findings() -> None:
    report = judged(*GOOD)
    assert report.findings == ()
    assert report.title == "reelmock check --recording cassette.yaml"


def test_a_case_for_each_check_and_model_counts_what_shows_it() -> None:
    """The names of checks that a recording can't show are those that need requests of their own."""
    cases = judged(*GOOD).cases
    assert {case.model for case in cases} == {MODEL.id}
    assert {case.rule: (case.requests, case.skipped) for case in cases} == {
        **dict.fromkeys(("status_code_conformance", "content_type_conformance"), (5, "")),
        **dict.fromkeys(("response_schema_conformance", "response_headers_conformance"), (5, "")),
        **dict.fromkeys(("undeclared_response_field", "request_conformance"), (5, "")),
        **dict.fromkeys(("created_id_is_retrievable", "id_is_stable", "status_never_goes_back"), (4, "")),
        **dict.fromkeys(("completed_has_video", "error_has_reason"), (5, "")),
        "positive_data_acceptance": (1, ""),
        "terminal_is_final": (1, ""),
        "ids_are_unique": (0, "takes two generations or more"),
        "error_shape": (0, "no body of a refusal in it"),
    }


def test_without_polls_the_checks_of_lives_are_not_judged() -> None:
    skipped = {case.rule: case.skipped for case in judged(post(MADE)).cases if case.skipped}
    assert {rule for rule, why in skipped.items() if why == "no poll in it"} == {
        *("created_id_is_retrievable", "id_is_stable", "status_never_goes_back", "terminal_is_final"),
        *("completed_has_video", "error_has_reason"),
    }
    assert skipped["ids_are_unique"] == "takes two generations or more"


# What was recorded → the reason why these checks are not judged.
NOT_JUDGED: list[tuple[tuple[RecordedAttempt, ...], str, str]] = [
    ((poll("queued"),), "created_id_is_retrievable", "no poll in it of what was created in it"),
    ((poll("queued"),), "status_never_goes_back", "no two replies in it tell the state of a generation"),
    ((poll("queued"), poll("generating")), "terminal_is_final", "no poll in it after a generation had ended"),
    (
        (poll("queued"), poll("completed", video=CLIP)),
        "terminal_is_final",
        "no poll in it after a generation had ended",
    ),
    ((poll("queued"), poll("generating")), "completed_has_video", "no generation ended in it"),
    ((poll("queued"), poll("generating")), "error_has_reason", "no generation ended in it"),
    ((poll("queued"),), "positive_data_acceptance", "no valid payload in it"),
    ((poll("queued"),), "error_shape", "no body of a refusal in it"),
    ((post(REFUSAL, 400),), "response_schema_conformance", "no body of a reply with success in it"),
    ((post(None, 418),), "content_type_conformance", "no reply with a declared status in it"),
    ((post(None, 418),), "response_headers_conformance", "no reply with a declared status in it"),
    ((post([], 400),), "undeclared_response_field", "no JSON object of a reply in it"),
    ((recorded(Request("GET", ROUTE.retrieve.path), {}),), "id_is_stable", "no poll in it"),
]


@pytest.mark.parametrize(("attempts", "check", "reason"), NOT_JUDGED)
def test_what_a_recording_does_not_show_is_not_judged(
    attempts: tuple[RecordedAttempt, ...], check: str, reason: str
) -> None:
    assert [case.skipped for case in judged(*attempts).cases if case.rule == check] == [reason]


def test_a_model_that_shows_nothing_of_a_check_has_a_case_that_says_so() -> None:
    """What is about no known model has none beside it."""
    other = replace(post(REFUSAL, 400), trial=replace(post(REFUSAL, 400).trial, model="other"))
    nameless = replace(post(REFUSAL, 400), trial=replace(post(REFUSAL, 400).trial, model=""))
    cases = [case for case in judged(*GOOD, other, nameless).cases if case.rule in ("id_is_stable", "error_shape")]
    assert [(case.rule, case.model, case.requests, case.skipped) for case in cases] == [
        ("error_shape", "", 1, ""),
        ("error_shape", "other", 1, ""),
        ("error_shape", MODEL.id, 0, "no body of a refusal in it"),
        ("id_is_stable", "other", 0, "no poll in it"),
        ("id_is_stable", MODEL.id, 4, ""),
    ]


def noted(report: Report) -> list[tuple[str, str, str]]:
    return [(finding.id, finding.message, finding.done) for finding in report.findings if finding.id in NOTES]


BODILESS = replace(
    poll("queued"), response=Response(200, PLAIN), problem="the body of the reply was not recorded", response_body=False
)
LOST = replace(poll("queued"), response=None, problem="no reply was recorded")


def test_of_a_reply_without_its_body_the_rest_is_judged() -> None:
    report = judged(BODILESS)
    counts = {case.rule: case.requests for case in report.cases if case.requests}
    assert counts == {
        **dict.fromkeys(("status_code_conformance", "content_type_conformance"), 1),
        **dict.fromkeys(("response_headers_conformance", "request_conformance"), 1),
    }
    undeclared = judged(replace(BODILESS, response=Response(418)))
    assert ("status_code_conformance", "error") in told(undeclared)


def test_of_a_request_without_its_body_the_reply_is_judged() -> None:
    """What its payload was like is not known."""
    lost = replace(post(REFUSAL, 400, {"model": 5}), problem="the body of the request was not recorded")
    report = judged(replace(lost, request_body=False))
    assert told(report) == [("not_recorded", "warning")]
    counts = {case.rule: case.requests for case in report.cases}
    assert (counts["positive_data_acceptance"], counts["request_conformance"], counts["error_shape"]) == (0, 0, 1)


def test_what_was_not_recorded_or_says_nothing_is_a_warning() -> None:
    away = replace(poll("queued"), response=Response(503))
    report = judged(*GOOD, at("a/1", LOST), at("a/2", LOST), at("a/3", BODILESS), at("a/4", away))
    more = "Record it again with all bodies, and until the reply is there"
    assert noted(report) == [
        ("not_recorded", "no reply was recorded, in a/1 and 1 more", more),
        ("not_recorded", "the body of the reply was not recorded, in a/3", more),
        (
            "server_unavailable",
            "503 came, which says nothing about the request, in a/4",
            "Record it again while the server answers, or with fewer requests at a time",
        ),
    ]
    assert {finding.severity for finding in report.findings} == {Severity.WARNING}
    assert {finding.file for finding in report.findings} == {"cassette.yaml"}


# What was recorded, and by what it is judged → why nothing was.
NOTHING: list[tuple[tuple[RecordedAttempt, ...], list[str], str]] = [
    (
        (replace(post(MADE), response=Response(503)),),
        [],
        "503 came, which says nothing about the request, in interactions/0",
    ),
    ((LOST,), [], "no reply was recorded, in interactions/0"),
    ((post(MADE),), ["ids_are_unique", "id_is_stable"], "no poll in it; takes two generations or more"),
]


@pytest.mark.parametrize(("attempts", "checks", "reason"), NOTHING)
def test_a_recording_of_which_nothing_can_be_judged_is_told_why(
    attempts: tuple[RecordedAttempt, ...], checks: list[str], reason: str
) -> None:
    with pytest.raises(CheckError) as caught:
        judge_attempts(HOUSE, [attempts], "a.har", checks=checks)
    assert str(caught.value) == f"a.har: nothing in it can be judged: {reason}"


def test_a_finding_says_where_the_first_of_what_is_alike_stands() -> None:
    report = judged(at("a/1", poll("completed")), at("a/2", poll("completed")))
    assert [finding.message for finding in report.findings] == [
        "`video` is missing although the status is completed, in a/1 (and 1 more times)"
    ]


def test_generations_of_two_recordings_are_never_the_same_one() -> None:
    """A server that was started anew may give the same ids again."""
    report = judge_attempts(HOUSE, [GOOD, GOOD], "a, b")
    assert report.findings == ()
    assert {case.rule: case.requests for case in report.cases}["status_never_goes_back"] == 8
    assert {case.rule: case.skipped for case in report.cases}["ids_are_unique"] == "takes two generations or more"


def test_what_two_recordings_show_is_told_once() -> None:
    broken = [[at("0 of a", poll("completed"))], [at("0 of b", poll("completed"))]]
    (finding,) = judge_attempts(HOUSE, broken, "a, b").findings
    assert finding.message == "`video` is missing although the status is completed, in 0 of a (and 1 more times)"
    assert finding.file == "a, b"


def saying(name: str) -> RecordedAttempt:
    """A reply with a member of this name, which is not declared."""
    body: Json = {"id": "a", "status": "queued", name: 1}
    return replace(poll("queued"), response=Response(200, PLAIN, json.dumps(body).encode()))


SECRET = "sk-0123456789-" + "x" * 100


def test_no_secret_is_told_also_where_it_would_be_cut() -> None:
    """A text is cut after 80 characters, a reply after 400."""
    key = f"{'a' * 60}{SECRET}"
    attempts = (poll(f"no {key}", note="-" * 250), saying(f"{'b' * 90}{SECRET}"))
    report = judge_attempts(HOUSE, [attempts], "a.har", secrets=(SECRET,))
    assert "sk-0" not in str(report)
    assert "****" in str(report)


def test_long_names_in_replies_are_cut() -> None:
    (finding,) = judged(saying("prompt" * 40)).findings
    name = ("prompt" * 40)[:100]
    assert finding.pointer == f"GET:200:/{name}…"
    assert finding.message.startswith(f"`/{name}…` is not declared for a reply 200 of ")


# What is wrong → (exchanges, checks that say so).
WRONG: dict[str, tuple[tuple[RecordedAttempt, ...], set[tuple[str, str]]]] = {
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
    report = judge_attempts(HOUSE, [(poll("completed", eta=5),)], "a.har", checks=["completed_has_video"])
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
        judge_attempts(HOUSE, [GOOD], "a.har", checks=checks)
    assert str(caught.value) == problem


def test_of_the_chosen_checks_those_are_made_that_can_be() -> None:
    report = judge_attempts(HOUSE, [GOOD], "a.har", checks=["ignored_auth", "id_is_stable"])
    assert {case.rule for case in report.cases} == {"id_is_stable"}


def test_what_a_recording_can_show_are_checks() -> None:
    assert set(CHECKS) - set(SHOWN) == {
        *("negative_data_rejection", "unsupported_method", "ignored_auth", "unknown_id_is_404"),
        *("isolation_between_keys", "video_is_downloadable"),
    }
