"""Runs the checks: against a server, request by request, or against a recording; either way a report comes of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from reelmock.contracts.assignment import Assignment, CheckError
from reelmock.contracts.check_run import CheckRun
from reelmock.contracts.check_scope import chosen_routes, ids_of, without_payload
from reelmock.contracts.checks import CHECKS, cases, judge
from reelmock.contracts.contract import Contract
from reelmock.contracts.curl import MIN_SECRET, curl
from reelmock.contracts.exchange import Request
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.judging import Check, Seen
from reelmock.contracts.payloads import Validation
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_secrets import masker, without_secrets
from reelmock.contracts.trial_maker import WRONG_KEY
from reelmock.contracts.trials import Attempt, Cost, Kind, NoReplyError, Send, Sender

__all__ = ["NOTES", "Assignment", "CheckError", "cases_of", "chosen_checks", "judge_attempts", "run_checks"]

# The shell variables that stand for the keys in `curl` lines.
KEY_VARIABLE, OTHER_KEY_VARIABLE = "AIMLAPI_API_KEY", "AIMLAPI_OTHER_API_KEY"

# What is noted about a run itself, as a warning: id → what to do.
NOTES = {
    "server_unavailable": "Try again later, or with a lower --rate",
    "no_payload": "Mend the model's schema: its rules contradict each other, or a `pattern` needs an `example`",
    "request_limit": "Give a higher --max-requests, or fewer models with --model",
}

# Why a case was not judged that could have been.
NOTHING_SENT = "nothing that was sent is about this"

# What may well be answered with 404.
NOT_FOUND = frozenset({Kind.UNKNOWN_ID, Kind.METHOD})

# What shows only when a generation has ended.
AT_THE_END = frozenset({"terminal_is_final", "completed_has_video", "error_has_reason", "video_is_downloadable"})

# What only a recording is judged by, and what a recording can't be judged by.
RECORDED_ALONE = frozenset({"request_conformance"})
SENT_ALONE = frozenset(
    {"negative_data_rejection", "unsupported_method", "ignored_auth", "unknown_id_is_404", "isolation_between_keys"}
    | {"video_is_downloadable"}
)


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
    run = CheckRun(contract, send, assignment, target, pause, tell, kinds)
    try:
        run.go(chosen)
    except NoReplyError as error:
        raise CheckError(f"nothing answers at {target}: {error}") from None
    seen = Seen(contract, tuple(run.attempts), assignment.validation)
    _check_that_it_could_run(seen, target)

    variables = _variables(assignment)

    def repeat(request: Request) -> str:
        return curl(request, target, variables, (WRONG_KEY,))

    findings = judge(seen, checks, target, repeat, masker(variables))
    looked_at = cases(checks, ids_of(chosen), seen)
    explained = tuple(_ended(_explained(case, contract, assignment, NOTHING_SENT), run) for case in looked_at)
    report = Report(f"reelmock check {target}", (*findings, *_notes(run, seen, target)), explained)
    return without_secrets(report, tuple(variables))


def _variables(assignment: Assignment) -> dict[str, str]:
    """What stands for the keys in `curl` lines; of the keys that are nearly right, bash makes them out of the key."""
    named = {}
    if key := assignment.key:
        name = KEY_VARIABLE
        near = {f"{key}x": f"{name}/%/x", key[:-1]: f"{name}%?", key.swapcase(): f"{name}~~"}
        # Of a key of a few letters, what is near it is a word of any text.
        named = {**(near if len(key) > MIN_SECRET else {}), key: name}
    if assignment.other_key:
        named[assignment.other_key] = OTHER_KEY_VARIABLE
    return {secret: name for secret, name in named.items() if secret}


def judge_attempts(
    contract: Contract,
    attempts: Sequence[Attempt],
    target: str,
    validation: Validation = "lenient",
    checks: Sequence[str] = (),
    *,
    secrets: Sequence[str] = (),
) -> Report:
    """Judge what was recorded; `target` names it in the report, in which none of the `secrets` stands."""
    named = [check for check in chosen_checks(checks) if check.name not in SENT_ALONE]
    if not named:
        raise CheckError(f"a recording can't show {', '.join(checks)}: these checks send requests of their own")
    seen = Seen(contract, tuple(attempts), validation)
    findings = judge(seen, named, target, lambda _: "", masker(secrets))
    models = sorted({attempt.trial.model for attempt in attempts})
    count = {model: sum(attempt.trial.model == model for attempt in attempts) for model in models}
    looked_at = tuple(Case(check.name, model, count[model]) for check in named for model in models)
    return without_secrets(Report(f"reelmock check --recording {target}", findings, looked_at), secrets)


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
    return tuple(_explained(case, contract, assignment) for case in looked_at)


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
    asked = [attempt for attempt in answered if attempt.trial.kind not in NOT_FOUND]
    if asked and all(attempt.status == 404 for attempt in answered):
        raise CheckError(f"every request to {target} was answered with 404: is that the base URL of the API?")
    own = [a for a in answered if a.trial.sender is Sender.OWNER and a.trial.operation is not None]
    if own and all(attempt.status in (401, 403) for attempt in own):
        raise CheckError(
            f"{target} does not take the API key: each of {len(own)} requests was answered with {own[0].status}"
        )


def _explained(case: Case, contract: Contract, assignment: Assignment, otherwise: str = "") -> Case:
    """The case, with the reason where nothing is sent for it; `otherwise` is that of a case that could have been."""
    if case.requests:
        return case
    return replace(case, skipped=_why_not(CHECKS[case.rule], contract, assignment) or otherwise)


def _ended(case: Case, run: CheckRun) -> Case:
    """The case, with the reason where the generations that were made could not show it."""
    jobs = [job for job in run.jobs if job.model == case.model]
    if case.rule == "ids_are_unique" and len(run.jobs) < 2 and not case.skipped:
        return replace(case, skipped="takes two generations or more")
    if case.rule in AT_THE_END and jobs and not any(job.over for job in jobs):
        reason = f"no generation ended in {run.assignment.patience:g} s (give it more with --patience)"
        return replace(case, skipped=reason)
    return case


def _why_not(check: Check, contract: Contract, assignment: Assignment) -> str:
    """Why nothing is sent for a check, or "" where something is."""
    bearer = any(route.bearer for route in contract.job_routes)
    if check.cost is Cost.PAID and not assignment.paid:
        return "needs paid generations (--paid)"
    if check.name == "isolation_between_keys" and not (bearer and assignment.other_key):
        return "needs another key (--other-api-key)" if bearer else "no key is wanted"
    if check.name == "unknown_id_is_404" and bearer and not assignment.key:
        return "needs a key (--api-key)"
    if check.name == "ignored_auth" and not bearer:
        return "no key is wanted"
    return ""


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
