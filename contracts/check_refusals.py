"""Checks of what is taken and what is refused: payloads, keys, ids and methods."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from reelmock.contracts.check_requests import mistakes
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.findings import Severity
from reelmock.contracts.judging import Failure, Seen, id_of
from reelmock.contracts.paid_trials import WITHOUT
from reelmock.contracts.trials import Attempt, Kind

# Statuses with which a valid payload is refused for another reason than what is in it.
NOT_ABOUT_THE_PAYLOAD = frozenset({401, 402, 403})

SERVER_FAILED = Evidence("documented", "500 says that the server failed, not the request", "")


def positive_data_acceptance(seen: Seen) -> Iterator[Failure]:
    """A payload that is valid by the document is taken, however unusual it is."""
    refused = [attempt for attempt in seen.of(Kind.VALID) if not attempt.taken and WITHOUT not in attempt.trial.case]
    for attempt in refused:
        case, trial = attempt.trial.case, attempt.trial
        without = next((a for a in seen.of(Kind.VALID) if a.taken and a.trial.case.startswith(case + WITHOUT)), None)
        cause = f": with {without.trial.what} it is refused, without them it is taken" if without else ""
        other = attempt.status in NOT_ABOUT_THE_PAYLOAD
        yield Failure(
            attempt,
            f"{trial.what} was answered with {attempt.status}{cause}",
            f"{trial.expected[0]}, since the payload is valid",
            without.trial.evidence if without else trial.evidence,
            without.trial.case if without else "",
            Severity.WARNING if other else None,
        )
    for attempt in seen.of(Kind.KEYLESS, Kind.RECORDED):
        trial = attempt.trial
        create = trial.operation == trial.route.create
        valid = trial.kind is Kind.KEYLESS or not mistakes(seen, attempt, "lenient").violations
        if create and valid and attempt.status in (400, 422):
            known = Evidence("documented", "the payload is valid by its schema", "")
            case = trial.case.replace(":no_key", ":valid")
            told = f"a valid payload was answered with {attempt.status}"
            yield Failure(attempt, told, "no complaint about the payload", known, case)


def negative_data_rejection(seen: Seen) -> Iterator[Failure]:
    """What breaks a rule of the document is refused, with the status that the document has for it, and never makes the
    server fail."""
    for attempt in seen.of(Kind.BROKEN, Kind.UNREADABLE, Kind.NO_ID, Kind.KEYLESS_BROKEN):
        yield from _not_refused(attempt, exact=attempt.trial.kind is not Kind.KEYLESS_BROKEN)
    for alike in _by_refusal(seen).values():
        failed = [attempt for attempt in alike if attempt.unavailable and attempt.status != 429]
        if len(failed) > 1 and 2 * len(failed) > len(alike):
            told = f"{len(failed)} of {len(alike)} requests with one mistake each were answered with {failed[0].status}"
            yield Failure(failed[0], told, str(failed[0].trial.expected[0]), SERVER_FAILED)


def _by_refusal(seen: Seen) -> Mapping[str, list[Attempt]]:
    """The attempts with a broken body, by the refusal that they should get."""
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in seen.attempts:
        if attempt.trial.kind is Kind.UNREADABLE:
            found[attempt.trial.evidence.place].append(attempt)
    return found


def unsupported_method(seen: Seen) -> Iterator[Failure]:
    """A method that a path does not have is answered with 405 and `Allow`, and does nothing."""
    for attempt in seen.of(Kind.METHOD):
        yield from _not_refused(attempt)
        if attempt.status == 405 and attempt.response is not None:
            request, route = attempt.trial.request, attempt.trial.route
            there = (route.create, route.retrieve)
            declared = {operation.method for operation in there if operation.path_pattern.fullmatch(request.path)}
            allow = attempt.response.header("allow")
            told = {word.strip().upper() for word in (allow or "").split(",")}
            if allow is None or request.method in told or not declared <= told:
                what = "without the header `allow`" if allow is None else f"with `allow: {allow}`"
                case, wanted = f"{attempt.trial.case}:allow", ", ".join(sorted(declared))
                yield Failure(attempt, f"a 405 came {what}", wanted, attempt.trial.evidence, case)


def ignored_auth(seen: Seen) -> Iterator[Failure]:
    """Without a key, and with a wrong one, a call is answered with 401 and tells nothing."""
    for attempt in seen.of(Kind.KEYLESS):
        about_payload = attempt.trial.operation == attempt.trial.route.create and attempt.status in (400, 422)
        if not about_payload:
            yield from _not_refused(attempt)


def unknown_id_is_404(seen: Seen) -> Iterator[Failure]:
    """An id that was never given is answered with 404."""
    asked = [*seen.of(Kind.UNKNOWN_ID)]
    known_form = any(attempt.status == 404 for attempt in asked)
    for attempt in asked:
        if attempt.status == 400 and known_form and attempt.status not in attempt.trial.expected:
            told = f"{attempt.trial.what} was answered with 400, as one that can't be"
            known = Evidence("inferred", "which forms of ids the API knows is not known", "")
            yield Failure(attempt, told, "404", known)
        else:
            yield from _not_refused(attempt)


def isolation_between_keys(seen: Seen) -> Iterator[Failure]:
    """A generation is there for the key that created it alone: for another one its id is answered with 404."""
    for attempt in seen.of(Kind.FOREIGN):
        if attempt.status == 401:
            told = "the other API key is not taken, so nothing was judged"
            yield Failure(attempt, told, "404", attempt.trial.evidence, "", Severity.WARNING)
        else:
            yield from _not_refused(attempt)


def _not_refused(attempt: Attempt, *, exact: bool = True) -> Iterator[Failure]:
    """What is wrong with the answer to something that has to be refused."""
    trial, status = attempt.trial, attempt.status
    expected = " or ".join(map(str, trial.expected)) if exact else "a refusal"
    if 300 <= status < 400:
        yield Failure(attempt, f"{trial.what} was answered with {status}, a redirect", expected, trial.evidence)
    elif status < 300:
        made = f"its id is '{id_of(attempt)}'" if id_of(attempt) else "without an id"
        paid = f": this is a paid generation, {made}" if trial.creates and attempt.taken else ""
        yield Failure(attempt, f"{trial.what} was taken{paid}", expected, trial.forbidden or trial.evidence)
    elif status == 500:
        yield Failure(attempt, f"{trial.what} made the server fail", expected, SERVER_FAILED)
    elif exact and status not in trial.expected:
        yield Failure(attempt, f"{trial.what} was answered with {status}", expected, trial.evidence)
