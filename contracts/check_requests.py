"""The check of recorded requests: a client sends what the document allows."""

from collections.abc import Iterator
from dataclasses import replace

from reelmock.contracts.conformance import judge_request
from reelmock.contracts.evidence import INFERRED, Evidence, evidence_at, evidence_in
from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import Json, Path, excerpt, pointer
from reelmock.contracts.judging import Failure, Seen
from reelmock.contracts.models import Model
from reelmock.contracts.payloads import Judgement, Validation
from reelmock.contracts.trials import Attempt, Kind
from reelmock.contracts.violations import Violation

# Longer texts of recorded requests are not shown: prompts and pictures are personal data. Longer names are cut.
SHORT, LONGEST_NAME = 24, 100

# Kinds of mistakes beside the payload → where in an operation the document speaks of them.
BESIDE = {
    "missing_parameter": "parameters",
    "unknown_parameter": "parameters",
    "repeated_parameter": "parameters",
}

TOLERATED = "lenient takes it, as the API is thought to"


def request_conformance(seen: Seen) -> Iterator[Failure]:
    """A recorded request is one that the document allows. What lenient tolerates is noted; a mistake that was refused
    is a warning, since tests make some on purpose."""
    for attempt in seen.of(Kind.RECORDED):
        judgement = mistakes(seen, attempt, seen.validation)
        for violation in judgement.violations:
            drift = attempt.taken and violation.kind != "unknown_route"  # which may be another product of the same host
            known = _evidence(seen, attempt, violation, judgement.model)
            yield _failure(attempt, violation, known, None if drift else Severity.WARNING)
        for deviation in judgement.deviations:
            known = _evidence(seen, attempt, deviation, judgement.model)
            yield _failure(attempt, deviation, Evidence(INFERRED, TOLERATED, known.place))


def mistakes(seen: Seen, attempt: Attempt, validation: Validation) -> Judgement:
    """What is wrong with a recorded request, beside that it has no key: recordings are made without them."""
    judged = judge_request(seen.contract, attempt.trial.request, validation)
    return replace(judged, violations=tuple(one for one in judged.violations if one.kind != "missing_key"))


def _failure(attempt: Attempt, violation: Violation, known: Evidence, weight: Severity | None = None) -> Failure:
    """What a mistake is told as."""
    case = f"{attempt.trial.request.method}:{pointer(_cut(violation.path)) or '/'}:{violation.kind}"
    return Failure(attempt, f"{violation.kind}: {unseen(violation)}", _wanted(violation), known, case, weight)


def _evidence(seen: Seen, attempt: Attempt, violation: Violation, model: Model | None) -> Evidence:
    """Where the document says what was not kept, and how it knows."""
    operation = attempt.trial.operation
    if operation is None:
        return attempt.trial.evidence
    part = BESIDE.get(violation.kind, "requestBody")
    known = evidence_at(seen.contract.document, ("paths", operation.path, operation.method.lower(), part))
    word = evidence_in(model.schema, violation.path) if model is not None and part == "requestBody" else None
    return replace(known, word=word or known.word)


def unseen(violation: Violation) -> str:
    """A broken rule with its place, but without texts that broke it, unless they are short."""
    place = pointer(_cut(violation.path))
    received, told = violation.received, violation.message
    if isinstance(received, str) and len(received) > SHORT and violation.kind != "undeclared_property":
        told = f"{len(received):,} characters break `{violation.keyword}`"
    elif any(text[:SHORT] in told for text in _long_texts(received)):
        told = f"{excerpt(received)} breaks `{violation.keyword}`"
    if violation.kind == "unknown_parameter":
        told = "a query parameter that is not declared"
    return f"`{place}`: {told}" if place else told


def _long_texts(value: Json) -> Iterator[str]:
    """The texts in a value, names as well, that are not to be shown."""
    if isinstance(value, str):
        yield from [value] if len(value) > SHORT else []
    elif isinstance(value, dict | list):
        for inner in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from _long_texts(inner)


def _cut(path: Path) -> Path:
    """A place whose names are not too long to be read."""
    return tuple(
        f"{step[:LONGEST_NAME]}…" if isinstance(step, str) and len(step) > LONGEST_NAME else step for step in path
    )


def _wanted(violation: Violation) -> str:
    """What the broken rule asks for."""
    wanted = violation.expected
    match violation.kind:
        case "undeclared_property" | "unknown_parameter":
            return "what the document declares alone"
        case "repeated_parameter":
            return "the parameter once"
        case "unknown_route":
            return "an operation of the document"
        case "wrong_content_type":
            return "`content-type: application/json`"
        case "malformed_json":
            return "valid JSON"
    if violation.kind in ("missing_required", "missing_parameter") or wanted is None:
        return f"to be there{f', as {excerpt(wanted)}' if isinstance(wanted, str) else ''}"
    if isinstance(wanted, list):
        return f"`{violation.keyword}`: {', '.join(map(excerpt, wanted[:10]))}{', …' * (len(wanted) > 10)}"
    return f"`{violation.keyword}`: {excerpt(wanted)}"
