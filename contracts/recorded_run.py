"""Judges recordings: what was sent and came is as the document says, as far as it was recorded."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import wraps
from itertools import chain

from reelmock.contracts.assignment import CheckError
from reelmock.contracts.checks import judge
from reelmock.contracts.contract import Contract
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.judging import Check, Failure, Seen
from reelmock.contracts.payloads import Validation
from reelmock.contracts.recorded_attempts import RecordedAttempt
from reelmock.contracts.recorded_scope import SHOWN, polls, why_nothing
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_secrets import MASK, masker, without_secrets
from reelmock.contracts.runner import chosen_checks
from reelmock.contracts.trials import Attempt

# What is noted about a recording itself, as a warning: id → what to do.
NOTES = {
    "server_unavailable": "Record it again while the server answers, or with fewer requests at a time",
    "not_recorded": "Record it again with all bodies, and until the reply is there",
}

# What needs the bodies of requests, and those of replies.
OF_REQUESTS = frozenset({"positive_data_acceptance", "request_conformance"})
OF_REPLIES = frozenset({"response_schema_conformance", "error_shape", "undeclared_response_field"})

# A name in a place of a reply that is too long to be read, in a message and in the name of a case.
LONG_NAMES = re.compile(r"(`/[^`]{100})[^`]+|(/[^/:\s]{100})[^/:\s]+")

# So many characters of a secret may be left at the end of a text that was cut.
HINT = 4


def judge_attempts(
    contract: Contract,
    recordings: Sequence[Sequence[RecordedAttempt]],
    target: str,
    validation: Validation = "lenient",
    checks: Sequence[str] = (),
    *,
    secrets: Collection[str] = (),
) -> Report:
    """Judge what was recorded, with one sequence for each recording: generations in two of them are never the same one.

    `target` names them in the report, in which none of the `secrets` stands. A finding says where the first exchange
    stands that shows it. CheckError where nothing in them can be judged by the `checks`.
    """
    named = [check for check in chosen_checks(checks) if check.name in SHOWN]
    if not named:
        raise CheckError(f"a recording can't show {', '.join(checks)}: these checks send requests of their own")
    seen = [Seen(contract, tuple(attempts), validation) for attempts in recordings]
    looked_at = tuple(chain(*(_cases(check, seen) for check in named)))
    notes = _notes(chain(*recordings), target)
    placed = [_over(check, seen, secrets) for check in named]
    findings = judge(Seen(contract, ()), placed, target, lambda _: "")
    if not findings and all(case.skipped for case in looked_at):
        reasons = [note.message for note in notes] or list(dict.fromkeys(case.skipped for case in looked_at))
        raise CheckError(f"{target}: nothing in it can be judged: {'; '.join(reasons)}")
    return without_secrets(Report(f"reelmock check --recording {target}", (*findings, *notes), looked_at), secrets)


def _fit(check: str, seen: Seen) -> Seen:
    """What is seen, without the exchanges of which a check needs a body that was not recorded."""
    if check not in OF_REQUESTS | OF_REPLIES:
        return seen
    return replace(seen, attempts=tuple(one for one in seen.attempts if _has_body(check, one)))


def _has_body(check: str, attempt: Attempt) -> bool:
    if not isinstance(attempt, RecordedAttempt):
        return True
    return attempt.request_body if check in OF_REQUESTS else attempt.response_body


def _cases(check: Check, seen: Sequence[Seen]) -> Iterator[Case]:
    """A case for each model: how many exchanges show whether the rule is kept, or why none does."""
    shown = Counter(one.trial.model for part in seen for one in SHOWN[check.name][0](_fit(check.name, part)))
    models = sorted({attempt.trial.model for part in seen for attempt in part.attempts})
    for model in models:
        if shown[model]:
            yield Case(check.name, model, shown[model])
        elif model or len(models) == 1:
            polled = any(poll.trial.model == model for part in seen for poll in polls(part))
            yield Case(check.name, model, 0, why_nothing(check.name, polled=polled))


def _over(check: Check, seen: Sequence[Seen], secrets: Collection[str]) -> Check:
    """The check of all that is seen, recording by recording, with the place of the first of what is alike."""
    clean = masker(secrets)

    @wraps(check.judge)
    def judged(_: Seen) -> Iterator[Failure]:
        alike: dict[tuple[str, str, Severity], list[Failure]] = defaultdict(list)
        for part in seen:
            for failure in check.judge(_fit(check.name, part)):
                alike[failure.case, failure.message, failure.weight].append(failure)
        for failures in alike.values():
            first = _shown(failures[0], clean, secrets)
            for failure in failures:
                yield replace(first, attempt=replace(first.attempt, trial=failure.attempt.trial))

    return replace(check, judge=judged)


def _shown(failure: Failure, clean: Callable[[str], str], secrets: Collection[str]) -> Failure:
    """The failure with its place, and without secrets or names that are too long."""
    attempt = failure.attempt
    body = attempt.response.body.decode("utf-8", "replace") if attempt.response is not None else ""
    response = attempt.response and replace(attempt.response, body=clean(body).encode())
    return replace(
        failure,
        attempt=replace(attempt, response=response),
        message=f"{_without_rests(_short(failure.message), secrets)}, in {attempt.trial.what}",
        expected=_without_rests(failure.expected, secrets),
        case=_without_rests(_short(failure.case), secrets),
    )


def _short(text: str) -> str:
    return LONG_NAMES.sub(lambda found: f"{found[1] or found[2]}…", text)


def _without_rests(text: str, secrets: Collection[str]) -> str:
    """The text without what is left of a secret where it was cut, which is in front of `…`."""
    pieces = text.split("…")
    return "…".join([*(_without_rest(piece, secrets) for piece in pieces[:-1]), pieces[-1]])


def _without_rest(piece: str, secrets: Collection[str]) -> str:
    for secret in secrets:
        for size in range(len(secret), HINT - 1, -1):
            if piece.endswith(secret[:size]):
                return f"{piece[:-size]}{MASK}"
    return piece


def _notes(attempts: Iterable[Attempt], target: str) -> list[Finding]:
    """What could not be judged, each reason once."""
    lost: dict[tuple[str, str], list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        if attempt.problem:
            lost["not_recorded", attempt.problem].append(attempt)
        if attempt.unavailable:
            lost["server_unavailable", f"{attempt.status} came, which says nothing about the request"].append(attempt)
    return [
        Finding(name, Severity.WARNING, target, "", f"{problem}, in {_places(alike)}", NOTES[name])
        for (name, problem), alike in lost.items()
    ]


def _places(alike: Sequence[Attempt]) -> str:
    """Where the first one stands, and how many more there are."""
    more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
    return f"{alike[0].trial.what}{more}"
