"""A check that could not be judged says so, with the reason, and is never called conforming."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.check_cases import NOTHING_SENT
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.report import Case, Report
from reelmock.contracts.trials import Send
from reelmock.tests.contracts.checking import HOUSE, KEY, changed, fake, ran

LIVES = ("response_schema_conformance", "id_is_stable", "ids_are_unique", "terminal_is_final", "completed_has_video")


def reasons(report: Report) -> dict[str, str]:
    """Check → why it was not judged for the model, or ""."""
    return {case.rule: case.skipped for case in report.cases if case.model}


def creates(request: Request) -> bool:
    return request.method == "POST" and request.header("authorization") == f"Bearer {KEY}"


def instead(when: Callable[[Request], bool], status: int) -> Send:
    """The fake, which answers some requests with this status."""
    return changed(fake(), lambda request, response: Response(status) if when(request) else response)


def test_where_no_generation_was_made_nothing_is_said_of_one() -> None:
    told = reasons(ran(HOUSE, instead(creates, 402), Assignment(KEY, paid=3)))
    assert {told[name] for name in LIVES} == {"no generation was made"}


def test_where_no_poll_is_answered_nothing_is_said_of_states() -> None:
    polled = "generation_id"
    told = reasons(ran(HOUSE, instead(lambda r: polled in dict(r.query), 503), Assignment(KEY, paid=3)))
    states = (name for name in LIVES if name != "ids_are_unique")
    assert {told[name] for name in states} == {"no poll was answered"}
    assert told["ids_are_unique"] == ""


def test_one_generation_does_not_show_that_ids_are_unique() -> None:
    told = reasons(ran(HOUSE, fake(), Assignment(KEY, paid=1)))
    assert told["ids_are_unique"] == "takes two generations or more"
    assert told["id_is_stable"] == ""


def test_a_generation_that_does_not_end_shows_nothing_of_its_end() -> None:
    told = reasons(ran(HOUSE, fake(progression="hold"), Assignment(KEY, paid=1, patience=60)))
    ends = ("terminal_is_final", "completed_has_video", "error_has_reason")
    assert {told[name] for name in ends} == {"no generation ended in 60 s (give it more with --patience)"}
    assert told["status_never_goes_back"] == ""


def test_what_was_found_is_never_called_not_judged() -> None:
    def without_id(request: Request, response: Response) -> Response:
        return (
            replace(response, body=b'{"status": "queued"}') if creates(request) and response.status == 200 else response
        )

    report = ran(HOUSE, changed(fake(), without_id), Assignment(KEY, paid=1))
    found = {(finding.id, finding.model) for finding in report.findings}
    assert "created_id_is_retrievable" in {name for name, _ in found}
    assert not any(case.skipped for case in report.cases if (case.rule, case.model) in found)


@pytest.mark.parametrize(
    ("assignment", "rule", "reason"),
    [
        (Assignment(), "unknown_id_is_404", "needs a key (--api-key)"),
        (Assignment(KEY), "id_is_stable", "needs paid generations (--paid)"),
        (Assignment(KEY, paid=2), "isolation_between_keys", "needs another key (--other-api-key)"),
    ],
)
def test_what_would_have_to_be_given_is_named(assignment: Assignment, rule: str, reason: str) -> None:
    cases = [case for case in ran(HOUSE, fake(), assignment).cases if case.rule == rule]
    assert cases == [Case(rule, case.model, 0, reason) for case in cases] != []


def test_a_case_without_a_request_is_never_called_judged() -> None:
    """Of more models than generations some get none."""
    report = ran(HOUSE, fake(), Assignment(KEY, paid=1, max_requests=60))
    assert all(case.skipped or case.requests for case in report.cases)
    assert NOTHING_SENT == "nothing that was sent is about this"
