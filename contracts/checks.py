"""The checks by name: what each sends and expects and may cost, and what they all find in what was seen."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from reelmock.contracts import check_lives, check_refusals, check_replies, check_requests
from reelmock.contracts.exchange import Request
from reelmock.contracts.findings import Finding, Proof, Severity
from reelmock.contracts.judging import Check, Failure, Seen, came
from reelmock.contracts.report import Case
from reelmock.contracts.trials import Cost, Kind

FREE = (Kind.KEYLESS, Kind.KEYLESS_BROKEN, Kind.UNKNOWN_ID, Kind.NO_ID, Kind.METHOD)
PROBES = (Kind.BROKEN, Kind.UNREADABLE)
LIVES = (Kind.VALID, Kind.POLL)

# Kinds of trials that are about a model.
OF_A_MODEL = frozenset({Kind.BROKEN, Kind.VALID, Kind.POLL, Kind.FOREIGN, Kind.DOWNLOAD})


def _check(
    judge: Callable[[Seen], Iterator[Failure]],
    cost: Cost,
    kinds: Iterable[Kind],
    sends: str,
    expects: str,
    *,
    shown_by: Kind | None = None,
) -> Check:
    return Check(judge, frozenset(kinds), cost, sends, expects, shown_by)


_ALL: tuple[Check, ...] = (
    _check(
        check_replies.status_code_conformance,
        *(Cost.FREE, Kind, "everything that the other checks send", "a reply with a declared status"),
    ),
    _check(
        check_replies.content_type_conformance,
        *(Cost.FREE, Kind, "everything that the other checks send", "the declared content type"),
    ),
    _check(
        check_replies.response_schema_conformance,
        *(Cost.PAID, LIVES, "a valid payload, polls", "a body that is valid by the declared schema"),
    ),
    _check(
        check_replies.response_headers_conformance,
        *(Cost.FREE, Kind, "everything that the other checks send", "valid headers; the id and the echo are right"),
    ),
    _check(
        check_refusals.positive_data_acceptance,
        *(
            Cost.FREE,
            (Kind.VALID, Kind.KEYLESS),
            "valid payloads, without a key or paid for",
            "no complaint about them",
        ),
    ),
    _check(
        check_refusals.negative_data_rejection,
        *(Cost.FREE, (*PROBES, Kind.NO_ID, Kind.KEYLESS_BROKEN)),
        *("payloads and calls with one broken place", "a refusal with the declared status"),
    ),
    _check(
        check_replies.error_shape,
        *(Cost.FREE, (*FREE, *PROBES, Kind.FOREIGN), "what has to be refused", "the declared envelope of errors"),
    ),
    _check(
        check_refusals.unsupported_method,
        *(Cost.FREE, (Kind.METHOD,), "PUT, PATCH and DELETE where they are not declared", "405 and `Allow`"),
    ),
    _check(
        check_refusals.ignored_auth,
        *(Cost.FREE, (Kind.KEYLESS,), "calls without a key; with wrong ones if a right one is given", "401"),
    ),
    _check(
        check_refusals.unknown_id_is_404,
        *(Cost.FREE, (Kind.UNKNOWN_ID,), "polls of ids that were never given", "404"),
    ),
    _check(
        check_lives.created_id_is_retrievable,
        *(Cost.PAID, LIVES, "a valid payload, polls", "an id, and the generation under it"),
    ),
    _check(check_lives.id_is_stable, *(Cost.PAID, LIVES, "a valid payload, polls", "the same id in every reply")),
    _check(check_lives.ids_are_unique, *(Cost.PAID, LIVES, "two valid payloads or more", "an id of its own for each")),
    _check(
        check_lives.status_never_goes_back,
        *(Cost.PAID, LIVES, "a valid payload, polls", "the same state, or a later one"),
    ),
    _check(
        check_lives.terminal_is_final,
        *(Cost.PAID, LIVES, "a valid payload, polls to the end and beyond", "the same state"),
    ),
    _check(
        check_lives.completed_has_video,
        *(Cost.PAID, LIVES, "a valid payload, polls", "a result when completed, none before"),
    ),
    _check(
        check_lives.error_has_reason,
        *(Cost.PAID, LIVES, "a valid payload, polls", "a reason when failed, none otherwise"),
    ),
    _check(
        check_lives.video_is_downloadable,
        *(Cost.PAID, (*LIVES, Kind.DOWNLOAD), "a GET of the result, without a key", "a video"),
        shown_by=Kind.DOWNLOAD,
    ),
    _check(
        check_replies.undeclared_response_field,
        *(Cost.FREE, Kind, "everything that the other checks send", "declared members alone"),
    ),
    _check(
        check_refusals.isolation_between_keys,
        *(Cost.PAID, (*LIVES, Kind.FOREIGN), "a poll of a generation with another key", "404"),
        shown_by=Kind.FOREIGN,
    ),
    _check(
        check_requests.request_conformance,
        *(Cost.FREE, (Kind.RECORDED,), "nothing: recordings alone", "requests that the document allows"),
    ),
)

# Name → check.
CHECKS: Mapping[str, Check] = MappingProxyType({check.name: check for check in _ALL})

DRIFT = "Accept it with a baseline, or use a document that says so"
LEARNED = "The document only guessed, so nothing has to be done"
LOOK = "See whether that is meant"
ANY_KEY = (
    "Where any key will do, as with `reelmock serve` without --api-key, check without one: --api-key '', which goes "
    "before AIMLAPI_API_KEY; else accept it with a baseline"
)
REMEDIES: Mapping[Severity, str] = {Severity.ERROR: DRIFT, Severity.INFO: LEARNED, Severity.WARNING: LOOK}


def judge(seen: Seen, checks: Sequence[Check], target: str, curl: Callable[[Request], str]) -> tuple[Finding, ...]:
    """What these checks find: drift first, then by check and case; what many attempts show is told once.

    `target` names what is judged, `curl` makes a line that repeats a request.
    """
    found = [finding for check in checks for finding in _findings(seen, check, target, curl)]
    return tuple(sorted(found, key=lambda one: (-one.severity, list(CHECKS).index(one.id), one.pointer)))


def _findings(seen: Seen, check: Check, target: str, curl: Callable[[Request], str]) -> Iterator[Finding]:
    alike: dict[tuple[str, str, Severity], list[Failure]] = defaultdict(list)
    for failure in check.judge(seen):
        trial = failure.attempt.trial
        several = f"@{trial.route.create.path}" if len(seen.contract.job_routes) > 1 else ""
        case = re.sub(r"\s", "_", f"{failure.case or trial.case}{several}")
        alike[case, failure.message, failure.weight].append(failure)
    for (case, message, severity), failures in alike.items():
        first, models = failures[0], {failure.attempt.trial.model for failure in failures}
        more = f" (and {len(failures) - 1} more times)" if len(failures) > 1 else ""
        repeated = "" if first.attempt.trial.kind is Kind.RECORDED else curl(first.attempt.trial.request)
        proof = Proof(repeated, first.expected, came(first.attempt), str(first.evidence))
        model = models.pop() if len(models) == 1 else ""
        yield Finding(check.name, severity, target, case, message + more, _remedy(check, failures), model, proof)


def _remedy(check: Check, failures: Sequence[Failure]) -> str:
    """What to do about failures that are alike; a server that looks behind the door may take any key."""
    severity = failures[0].weight
    open_door = any(failure.attempt.taken or failure.attempt.status == 404 for failure in failures)
    return ANY_KEY if check.name == "ignored_auth" and severity is Severity.ERROR and open_door else REMEDIES[severity]


def cases(checks: Sequence[Check], models: Sequence[str], seen: Seen | None = None) -> tuple[Case, ...]:
    """A case for each check and model, and for what a check does beside models; with `seen` also how often it asked."""
    return tuple(_case(check, model, seen) for check in checks for model in _models(check, models))


def _models(check: Check, models: Sequence[str]) -> Sequence[str]:
    if check.kinds <= OF_A_MODEL:
        return models or ("",)
    return ("", *models) if check.kinds & (OF_A_MODEL | {Kind.KEYLESS}) else ("",)


def _case(check: Check, model: str, seen: Seen | None) -> Case:
    attempts = () if seen is None else seen.attempts
    kinds = check.kinds if check.shown_by is None else {check.shown_by}
    count = sum(a.trial.kind in kinds and a.trial.model == model for a in attempts)
    return Case(check.name, model, count)
