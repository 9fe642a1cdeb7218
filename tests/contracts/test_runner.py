"""A run against a server: what it is asked to do, where it can't, what it reports, and why something was not judged."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from reelmock.contracts.assignment import Assignment, documented_interval
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.contract import Contract
from reelmock.contracts.document import make_document
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import Json
from reelmock.contracts.report import Case, Report
from reelmock.contracts.runner import NOTES, CheckError, cases_of, chosen_checks, run_checks
from reelmock.contracts.trials import NoReplyError, Send
from reelmock.tests.contracts.checking import (
    HOUSE,
    KEY,
    MODEL,
    OTHER_KEY,
    SHAPES,
    TARGET,
    Clock,
    Talk,
    changed,
    document,
    each_shape,
    fake,
    ran,
)

PAYING = Assignment(KEY, OTHER_KEY, "strict", probe=True, paid=5)
ASSIGNMENTS = {
    "free without a key": Assignment(),
    "free": Assignment(KEY),
    "two keys": Assignment(KEY, OTHER_KEY),
    "probes": Assignment(KEY, probe=True),
    "paid": PAYING,
}


def refusing(status: int) -> Send:
    return lambda _: Response(status, (("content-type", "application/json"),), b"{}")


def lost(request: Request) -> Response:
    raise NoReplyError("the connection was reset")


def nobody(request: Request) -> Response:
    raise NoReplyError("the connection was refused", reached=False)


EMPTY = Contract(make_document({"openapi": "3.1.0", "paths": {}}, "empty.json"), HOUSE.house)

# What is wrong → (document, server, assignment, what is said).
ERRORS: dict[str, tuple[Contract, Send, Assignment, str]] = {
    "no job route": (
        *(EMPTY, fake(), Assignment(KEY)),
        "empty.json has no job route, so there is nothing to check: see `spec lint`",
    ),
    "a probe without a key": (
        *(HOUSE, fake(), Assignment(probe=True)),
        "probes and paid generations need an API key: give one with --api-key",
    ),
    "paying without a key": (
        *(HOUSE, fake(), Assignment("", paid=1)),
        "probes and paid generations need an API key: give one with --api-key",
    ),
    "one key twice": (
        *(HOUSE, fake(), Assignment(KEY, KEY)),
        "the other API key is the same as the first: give one of somebody else",
    ),
    "no such model": (
        *(HOUSE, fake(), Assignment(KEY, models="kling*")),
        f"no model is like 'kling*'. There are: {MODEL.id}",
    ),
    "no model at all": (
        *(SHAPES["no payload"], fake(), Assignment(KEY, models="kling*")),
        "no model is like 'kling*'. There are: none",
    ),
    "a check with a slip": (
        *(HOUSE, fake(), Assignment(KEY, checks=("error_shape", "ignored_aut"))),
        "there is no check 'ignored_aut': did you mean 'ignored_auth'?",
    ),
    "no such check": (
        *(HOUSE, fake(), Assignment(KEY, checks=("xyz",))),
        f"there is no check 'xyz': there are: {', '.join(CHECKS)}",
    ),
    "a check of recordings": (
        *(HOUSE, fake(), Assignment(KEY, checks=("request_conformance",))),
        "request_conformance judges recordings alone: give one with --recording",
    ),
    "nobody is there": (
        *(HOUSE, nobody, Assignment(KEY)),
        f"nothing answers at {TARGET}: the connection was refused",
    ),
    "somebody never answers": (
        *(HOUSE, lost, Assignment(KEY)),
        f"nothing answers at {TARGET}: the connection was reset",
    ),
    "not available": (
        *(HOUSE, refusing(503), Assignment(KEY)),
        f"{TARGET} is not available: every request was answered with 503. Try again later",
    ),
    "another base URL": (
        *(HOUSE, refusing(404), PAYING),
        f"every request to {TARGET} was answered with 404: is that the base URL of the API?",
    ),
    "another key": (
        *(HOUSE, refusing(401), Assignment(KEY)),
        f"{TARGET} does not take the API key: each of 8 requests was answered with 401",
    ),
    "a key that may not do that": (
        *(HOUSE, refusing(403), Assignment(KEY)),
        f"{TARGET} does not take the API key: each of 8 requests was answered with 403",
    ),
}


@pytest.mark.parametrize("wrong", ERRORS)
def test_a_run_that_can_not_be_says_why(wrong: str) -> None:
    contract, send, assignment, told = ERRORS[wrong]
    with pytest.raises(CheckError) as caught:
        ran(contract, send, assignment)
    assert str(caught.value) == told


def test_a_server_that_sends_everybody_elsewhere_is_not_the_one_to_ask() -> None:
    def elsewhere(request: Request) -> Response:
        return Response(301, (("location", f"https://api.example.com{request.path}"),))

    with pytest.raises(
        CheckError, match=r"sends every request elsewhere \(https://api.example.com/v2/video/generations\): "
    ):
        ran(HOUSE, elsewhere, Assignment(KEY))


@pytest.mark.parametrize("status", [302, 303, 307, 502, 503, 504, 524])
@pytest.mark.parametrize(("probe", "paid", "most"), [(True, 0, 1), (False, 1, 1), (False, 3, 3)])
def test_a_post_whose_end_is_not_known_counts_as_paid_for(status: int, probe: bool, paid: int, most: int) -> None:
    """A gateway gives up while the server goes on; a redirect may come after the generation was made."""
    sound, sent = fake(), Counter[bool]()

    def lost(request: Request) -> Response:
        keyed = request.method == "POST" and request.header("authorization") == f"Bearer {KEY}"
        sent[keyed] += 1
        return Response(status) if keyed else sound(request)

    ran(HOUSE, lost, Assignment(KEY, probe=probe, paid=paid))
    assert sent[True] <= most


ASKED_FOR = ("no job route", "a probe without a key", "paying without a key", "one key twice", "no such model")


@pytest.mark.parametrize("wrong", [*ASKED_FOR, "a check with a slip", "a check of recordings"])
def test_what_contradicts_itself_is_told_before_anything_is_sent(wrong: str) -> None:
    contract, _, assignment, told = ERRORS[wrong]
    talk = Talk(fake())
    with pytest.raises(CheckError) as caught:
        ran(contract, talk, assignment)
    with pytest.raises(CheckError) as before:
        cases_of(contract, assignment)
    assert (str(caught.value), str(before.value), talk.sent) == (told, told, [])


def test_where_no_key_is_wanted_probes_need_none() -> None:
    report = ran(SHAPES["no key"], fake(SHAPES["no key"]), Assignment(probe=True))
    assert report.findings == ()
    assert any(case.requests for case in report.cases if case.rule == "negative_data_rejection")


@pytest.mark.parametrize("glob", ["*", MODEL.id, "pixverse/*", MODEL.aliases[0], "*5-5*"])
def test_a_model_is_meant_by_its_id_and_its_aliases(glob: str) -> None:
    models = {case.model for case in cases_of(HOUSE, Assignment(KEY, models=glob))}
    assert models == {"", MODEL.id}


def test_of_several_models_those_that_are_meant_are_asked_for() -> None:
    """And routes without any of them are left alone."""
    contract = SHAPES["two-creates"]
    talk = Talk(fake(contract))
    report = ran(contract, talk, Assignment(KEY, models="gen-b"))
    assert {case.model for case in report.cases} == {"", "gen-b"}
    assert "/v1/text_to_video" not in {request.path for request in talk.sent}


@each_shape
@pytest.mark.parametrize("allowed", ASSIGNMENTS)
def test_the_cases_of_a_run_are_known_before_it(contract: Contract, allowed: str) -> None:
    """Each once, and for the same reasons skipped."""
    assignment = ASSIGNMENTS[allowed]
    report, before = ran(contract, fake(contract), assignment), cases_of(contract, assignment)
    assert [(case.rule, case.model) for case in report.cases] == [(case.rule, case.model) for case in before]
    assert Counter((case.rule, case.model) for case in before).most_common(1)[0][1] == 1
    for case, known in zip(report.cases, before, strict=True):
        assert case.requests or case.skipped == (known.skipped or "nothing that was sent is about this")
    assert {case.requests for case in before} == {0}


def skipped(contract: Contract, assignment: Assignment) -> dict[str, set[str]]:
    """Check → why its cases are skipped."""
    found: dict[str, set[str]] = {}
    for case in cases_of(contract, assignment):
        found.setdefault(case.rule, set()).add(case.skipped)
    return found


def test_what_is_not_judged_has_a_reason() -> None:
    free, bare = skipped(HOUSE, Assignment(KEY)), skipped(HOUSE, Assignment())
    assert free["terminal_is_final"] == {"needs paid generations (--paid)"}
    assert free["isolation_between_keys"] == {"needs paid generations (--paid)"}
    assert free["unknown_id_is_404"] == {""}
    assert bare["unknown_id_is_404"] == {"needs a key (--api-key)"}
    assert skipped(HOUSE, Assignment(KEY, paid=1))["isolation_between_keys"] == {"needs another key (--other-api-key)"}
    assert skipped(HOUSE, PAYING)["isolation_between_keys"] == {""}
    keyless = skipped(SHAPES["no key"], replace(PAYING))
    assert keyless["isolation_between_keys"] == keyless["ignored_auth"] == {"no key is wanted"}


@each_shape
def test_what_costs_something_is_skipped_unless_it_may(contract: Contract) -> None:
    found = skipped(contract, Assignment(KEY))
    paid = {name for name, reasons in found.items() if reasons == {"needs paid generations (--paid)"}}
    assert paid == {name for name, check in CHECKS.items() if check.cost.word == "paid"}


def test_what_shows_at_the_end_alone_is_not_judged_where_there_was_none() -> None:
    report = ran(HOUSE, fake(progression="hold"), replace(PAYING, patience=30))
    told = {case.skipped for case in report.cases if case.rule == "completed_has_video"}
    assert told == {"no generation ended in 30 s (give it more with --patience)"}
    ended = ran(HOUSE, fake(), PAYING)
    assert {case.skipped for case in ended.cases if case.rule == "completed_has_video"} == {""}


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "request_conformance"])
def test_a_run_of_one_check_sends_what_it_needs_and_reports_nothing_else(name: str) -> None:
    talk = Talk(fake())
    report = ran(HOUSE, talk, replace(PAYING, checks=(name,)))
    assert {case.rule for case in report.cases} == {name}
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []
    assert sum(case.requests for case in report.cases) > 0
    everything = Talk(fake())
    ran(HOUSE, everything, PAYING)
    assert len(talk.sent) <= len(everything.sent)


def test_checks_restrict_what_is_sent() -> None:
    talk = Talk(fake())
    ran(HOUSE, talk, replace(PAYING, checks=("unsupported_method",)))
    assert {request.method for request in talk.sent} == {"PUT", "PATCH", "DELETE"}


def test_chosen_checks_come_in_their_own_order() -> None:
    assert [check.name for check in chosen_checks(["ignored_auth", "error_shape"])] == ["error_shape", "ignored_auth"]
    assert chosen_checks([]) == tuple(CHECKS.values())


def test_where_nothing_can_be_sent_nothing_is_judged() -> None:
    """That is no failure of the server."""
    talk = Talk(fake())
    report = ran(HOUSE, talk, Assignment(KEY, checks=("terminal_is_final",)))
    assert (talk.sent, report.findings) == ([], ())
    assert report.cases == (Case("terminal_is_final", MODEL.id, 0, "needs paid generations (--paid)"),)


def notes(report: Report) -> dict[str, tuple[str, str]]:
    assert all(finding.proof is None for finding in report.findings if finding.id in NOTES)
    return {finding.id: (finding.message, finding.done) for finding in report.findings if finding.id in NOTES}


def test_a_run_that_was_stopped_says_so() -> None:
    report = ran(HOUSE, fake(), Assignment(KEY, max_requests=5))
    assert notes(report) == {
        "request_limit": (
            "not everything was sent, since no more requests were allowed",
            "Give a higher --max-requests, or fewer models with --model",
        )
    }
    assert report.worst is Severity.WARNING


def test_requests_that_nobody_could_answer_are_counted() -> None:
    asked = Counter[Request]()

    def send(request: Request) -> Response:
        asked[request] += 1
        busy = request.method == "PUT" or (request.method == "GET" and asked[request] == 1)
        return Response(429 if request.method == "PUT" else 503) if busy else sound(request)

    sound = fake()
    assert notes(ran(HOUSE, send)) == {
        "server_unavailable": (
            "1 of the requests came back with 429, and were not judged",
            "Try again later, or with a lower --rate",
        )
    }


def test_notes_are_warnings_about_the_target() -> None:
    report = ran(HOUSE, fake(), Assignment(KEY, max_requests=5))
    (note,) = [finding for finding in report.findings if finding.id == "request_limit"]
    assert (note.severity, note.file, note.pointer) == (Severity.WARNING, TARGET, "")
    assert set(NOTES) == {"server_unavailable", "request_limit", "no_payload"}


def with_status_of(status: Json) -> Send:
    """The fake, which tells another status."""

    def change(request: Request, response: Response) -> Response:
        body = json.loads(response.body)
        return replace(response, body=json.dumps({**body, "status": status}).encode())

    return changed(fake(), lambda q, r: change(q, r) if r.status == 200 and not q.origin else r)


@pytest.mark.parametrize("status", [["queued"], {"queued": 1}, 5, None, True])
def test_an_odd_status_is_drift(status: Json) -> None:
    report = ran(HOUSE, with_status_of(status), replace(PAYING, patience=30))
    assert "response_schema_conformance" in {f.id for f in report.findings if f.severity is Severity.ERROR}


def test_a_report_names_the_target_and_puts_drift_first() -> None:
    report = ran(HOUSE, with_status_of("done"), replace(PAYING, patience=30))
    severities = [finding.severity for finding in report.findings if finding.id not in NOTES]
    assert report.title == f"reelmock check {TARGET}"
    assert severities == sorted(severities, reverse=True)
    assert {finding.file for finding in report.findings} == {TARGET}


def test_curl_lines_have_variables_for_keys() -> None:
    """Also for those that are nearly right; a key that nobody has may be read."""
    open_door = changed(fake(), lambda q, r: Response(200, r.headers, b"{}") if r.status == 401 else r)
    report = ran(HOUSE, open_door, Assignment(KEY))
    lines = {f.pointer: f.proof.curl for f in report.findings if f.id == "ignored_auth" and f.proof is not None}
    assert KEY not in str(lines)
    assert KEY[:-1] not in str(lines)
    assert '"Authorization: Bearer ${AIMLAPI_API_KEY/%/x}"' in lines["GET:longer_key"].replace(
        "authorization", "Authorization"
    )
    assert "reelmock-check-wrong-key" in lines["GET:wrong_key"]
    assert TARGET in lines["GET:no_key"]


def test_the_other_key_has_a_variable_of_its_own() -> None:
    visible = changed(fake(), lambda q, r: Response(200, r.headers, b"{}") if OTHER_KEY in str(q.headers) else r)
    report = ran(HOUSE, visible, replace(PAYING, paid=1))
    (line,) = {f.proof.curl for f in report.findings if f.id == "isolation_between_keys" and f.proof is not None}
    assert "$AIMLAPI_OTHER_API_KEY" in line
    assert OTHER_KEY not in line


def test_progress_is_told() -> None:
    steps: list[tuple[int, int]] = []
    run_checks(
        *(HOUSE, fake(), Assignment(KEY)),
        target=TARGET,
        pause=Clock(),
        tell=lambda done, expected: steps.append((done, expected)),
    )
    assert steps[-1][0] == steps[-1][1] == len(steps)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [({"seconds": 10}, 10.0), ({"seconds": 2.5}, 2.5), ({"seconds": 0}, 15.0), ({"seconds": "9"}, 15.0), ({}, 15.0)],
)
def test_the_interval_between_polls_is_the_documented_one(told: Json, seconds: float) -> None:
    assert documented_interval(document({}, {"x-poll-interval": told})) == seconds


def test_keys_are_in_no_assignment_that_is_printed() -> None:
    assert KEY not in repr(PAYING)
    assert OTHER_KEY not in repr(PAYING)


def test_an_id_that_can_not_be_may_be_refused_for_its_form() -> None:
    """Whether it is unknown or wrong is the server's choice: nothing is to be learned from it."""
    sound = fake()

    def send(request: Request) -> Response:
        response = sound(request)
        empty = request.method == "GET" and dict(request.query).get("generation_id") == "" and response.status == 404
        return replace(response, status=400, body=response.body.replace(b"404", b"400")) if empty else response

    assert ran(HOUSE, send).findings == ()


def test_a_key_that_is_taken_in_one_form_is_taken() -> None:
    """`bearer` in small letters may be refused; that is learned, and no reason to end."""
    picky = changed(fake(), lambda q, r: replace(r, status=401) if "bearer " in str(q.headers) else r)
    report = ran(HOUSE, picky)
    assert "GET:unknown_id:small_bearer" in {finding.pointer for finding in report.findings}
