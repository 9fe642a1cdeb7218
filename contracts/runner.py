"""Runs the checks: against a server, request by request, or against a recording; either way a report comes of it."""

from collections.abc import Callable, Sequence
from difflib import get_close_matches

from reelmock.contracts.assignment import Assignment, CheckError
from reelmock.contracts.check_cases import judged_or_not, sent_or_not
from reelmock.contracts.check_run import CheckRun
from reelmock.contracts.check_scope import chosen_routes, ids_of, without_payload
from reelmock.contracts.checks import CHECKS, cases, judge
from reelmock.contracts.contract import Contract
from reelmock.contracts.curl import MIN_SECRET, curl
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.judging import Check, Seen
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_secrets import masker, without_secrets
from reelmock.contracts.trial_maker import WRONG_KEY, near_keys
from reelmock.contracts.trials import Kind, NoReplyError, Send, Sender

__all__ = ["NOTES", "Assignment", "CheckError", "cases_of", "chosen_checks", "run_checks"]

# The shell variables that stand for the keys in `curl` lines.
KEY_VARIABLE, OTHER_KEY_VARIABLE = "AIMLAPI_API_KEY", "AIMLAPI_OTHER_API_KEY"

# How bash makes a key that is nearly right out of the variable with the key.
IN_BASH = {"longer_key": "/%/x", "shorter_key": "%?", "other_case": "~~"}

# What is noted about a run itself, as a warning: id → what to do.
NOTES = {
    "server_unavailable": "Try again later, or with a lower --rate",
    "no_payload": "Mend the model's schema: its rules contradict each other, or a `pattern` needs an `example`",
    "request_limit": "Give a higher --max-requests, or fewer models with --model",
}

# What may well be answered with 404.
NOT_FOUND = frozenset({Kind.UNKNOWN_ID, Kind.METHOD})

# What only a recording is judged by.
RECORDED_ALONE = frozenset({"request_conformance"})


def run_checks(
    contract: Contract,
    send: Send,
    assignment: Assignment,
    *,
    target: str,
    pause: Callable[[float], object],
    tell: Callable[[int, int], object] = lambda *_: None,
) -> Report:
    """Judge the server behind `send` by `contract`.

    `target` names it in the report (its base URL), `pause` lets seconds pass, `tell` is told how many requests are done
    and how many there will be as far as is known. The report has a case for each model and check, and its findings
    sorted: drift first. CheckError where it can't run.
    """
    checks = _sending(assignment)
    chosen = chosen_routes(contract, assignment)
    kinds = frozenset(kind for check in checks for kind in check.kinds)
    variables = _variables(assignment)
    run = CheckRun(contract, _without_echo(send, masker(variables)), assignment, target, pause, tell, kinds)
    try:
        run.go(chosen)
    except NoReplyError as error:
        raise CheckError(f"nothing answers at {target}: {error}") from None
    seen = Seen(contract, tuple(run.attempts), assignment.validation)
    _check_that_it_could_run(seen, target)

    def repeat(request: Request) -> str:
        return curl(request, target, variables, (WRONG_KEY,))

    findings = judge(seen, checks, target, repeat)
    looked_at = cases(checks, ids_of(chosen), seen)
    told = {(finding.id, finding.model) for finding in findings}
    judged = tuple(
        case if (case.rule, case.model) in told else judged_or_not(case, assignment, seen) for case in looked_at
    )
    report = Report(f"reelmock check {target}", (*findings, *_notes(run, seen, target)), judged)
    return without_secrets(report, secrets_of(assignment))


def _without_echo(send: Send, clean: Callable[[str], str]) -> Send:
    """`send`, whose replies have no key in them: nothing that is made of a reply can show one, or a part of one."""

    def sent(request: Request) -> Response:
        response = send(request)
        headers = tuple((name, clean(value)) for name, value in response.headers)
        # Latin-1 has a character for each byte, so the rest of the body stays as it is.
        return Response(response.status, headers, clean(response.body.decode("latin-1")).encode("latin-1"))

    return sent


def secrets_of(assignment: Assignment) -> tuple[str, ...]:
    """What may stand in no report: the keys, and those that are nearly right and sent as well."""
    return tuple(_variables(assignment))


def _variables(assignment: Assignment) -> dict[str, str]:
    """What stands for the keys in `curl` lines; of the keys that are nearly right, bash makes them out of the key."""
    named: dict[str, str] = {}
    if key := assignment.key:
        # Of a key of a few letters, what is near it is a word of any text.
        near = near_keys(key) if len(key) > MIN_SECRET else {}
        named = {other: f"{KEY_VARIABLE}{IN_BASH[name]}" for name, other in near.items()} | {key: KEY_VARIABLE}
    return named | ({assignment.other_key: OTHER_KEY_VARIABLE} if assignment.other_key else {})


def chosen_checks(names: Sequence[str]) -> tuple[Check, ...]:
    """The checks of these names, or all of them. CheckError for a name that is none."""
    for name in names:
        if name not in CHECKS:
            near = get_close_matches(name, CHECKS, n=1)
            meant = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(CHECKS)}"
            raise CheckError(f"there is no check '{name}': {meant}")
    return tuple(check for check in CHECKS.values() if not names or check.name in names)


def cases_of(contract: Contract, assignment: Assignment) -> tuple[Case, ...]:
    """The cases that a run will have, before it ran. CheckError where it can't run."""
    chosen = chosen_routes(contract, assignment)
    looked_at = cases(_sending(assignment), ids_of(chosen))
    return tuple(sent_or_not(case, contract, assignment) for case in looked_at)


def _sending(assignment: Assignment) -> tuple[Check, ...]:
    """The checks that a run against a server makes."""
    checks = tuple(check for check in chosen_checks(assignment.checks) if check.name not in RECORDED_ALONE)
    if not checks:
        raise CheckError(f"{', '.join(assignment.checks)} judges recordings alone: give one with --recording")
    return checks


def _check_that_it_could_run(seen: Seen, target: str) -> None:
    """CheckError where what came says nothing about the API, such as behind a wrong base URL or with a wrong key."""
    answered = [attempt for attempt in seen.attempts if attempt.response is not None]
    if seen.attempts and all(attempt.unavailable for attempt in answered):
        came = answered[0].status if answered else "no reply"
        raise CheckError(f"{target} is not available: every request was answered with {came}. Try again later")
    if answered and all(300 <= attempt.status < 400 for attempt in answered):
        there = answered[0].response.header("location") if answered[0].response else None
        raise CheckError(f"{target} sends every request elsewhere ({there}): give that URL, since none is followed")
    asked = [attempt for attempt in answered if attempt.trial.kind not in NOT_FOUND]
    if asked and all(attempt.status == 404 for attempt in answered):
        raise CheckError(f"every request to {target} was answered with 404: is that the base URL of the API?")
    own = [a for a in answered if a.trial.sender is Sender.OWNER and a.trial.operation is not None]
    if own and all(attempt.status in (401, 403) for attempt in own):
        raise CheckError(
            f"{target} does not take the API key: each of {len(own)} requests was answered with {own[0].status}"
        )


def _notes(run: CheckRun, seen: Seen, target: str) -> list[Finding]:
    """What has to be known about the run itself."""
    told = []
    if lost := [attempt for attempt in seen.attempts if attempt.unavailable]:
        statuses = ", ".join(sorted({str(attempt.status) for attempt in lost}))
        told.append(
            ("server_unavailable", f"{len(lost)} of the requests came back with {statuses}, and were not judged")
        )
    if run.stopped:
        told.append(("request_limit", "not everything was sent, since no more requests were allowed"))
    if silent := [model.id for model in without_payload(run.contract)]:
        told.append(("no_payload", f"no valid payload was found for {', '.join(silent)}, so nothing was sent for it"))
    return [Finding(name, Severity.WARNING, target, "", message, NOTES[name]) for name, message in told]
