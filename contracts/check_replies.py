"""Checks of the form of every reply: its status, content type, headers and body are as the document declares them."""

import re
from collections.abc import Iterator

from reelmock.contracts.contract import Contract
from reelmock.contracts.evidence import Evidence, evidence_at, evidence_in, weakest
from reelmock.contracts.exchange import Response
from reelmock.contracts.jsontree import Json, Path, excerpt, items, member
from reelmock.contracts.judging import Failure, Seen, id_of
from reelmock.contracts.models import close
from reelmock.contracts.operations import Operation, ResponseSpec, response_name
from reelmock.contracts.trials import Attempt, Kind
from reelmock.contracts.violations import Violation, violations_of

# How a header tells a number.
WHOLE = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?")

# So much is told about one body.
MOST = 20

# Members of envelopes that repeat the HTTP status.
STATUS_MEMBERS = ("status", "statusCode")

# The envelope of errors that the shipped document has beside the one that its responses declare.
OTHER_ENVELOPE = ("components", "schemas", "LegacyError")


def status_code_conformance(seen: Seen) -> Iterator[Failure]:
    """Every request gets a reply, with a status that the operation declares."""
    for attempt in seen.attempts:
        operation = attempt.trial.operation
        if attempt.response is None:
            if attempt.trial.kind in (Kind.RECORDED, Kind.DOWNLOAD):  # a recording may lack it; a download is no call
                continue
            where = Evidence("documented", "every operation declares its replies", "")
            yield Failure(attempt, f"no reply came to {attempt.trial.what}", "a reply", where)
        elif operation is not None and not attempt.unavailable and _undeclared_status(operation, attempt.status):
            declared = ", ".join(operation.responses)
            yield Failure(
                attempt,
                f"the status {attempt.status} is not declared for {operation.key}",
                f"one of {declared}",
                weakest(attempt.trial.evidence, _at(seen.contract, operation, "responses")),
                f"{operation.method}:status:{attempt.status}",
            )


def _undeclared_status(operation: Operation, status: int) -> bool:
    """Whether a status is not declared; where no refusal is, any 4xx and 5xx will do: real documents are silent."""
    silent = not any(name[:1] in "45d" for name in operation.responses)
    return response_name(operation, status) is None and not (silent and status >= 400)


def _at(contract: Contract, operation: Operation, *more: str) -> Evidence:
    return evidence_at(contract.document, ("paths", operation.path, operation.method.lower(), *more))


def _declared(seen: Seen) -> Iterator[tuple[Attempt, Response, Operation, ResponseSpec, Evidence]]:
    """Each reply with what the document declares for its status, and how it knows."""
    for attempt in seen.attempts:
        operation, response = attempt.operation, attempt.response
        if operation is None or response is None or attempt.unavailable:
            continue
        name = response_name(operation, response.status)
        if name is not None:
            evidence = _at(seen.contract, operation, "responses", name)
            known = weakest(evidence, attempt.trial.evidence) if response.status >= 400 else evidence
            yield attempt, response, operation, operation.responses[name], known


def content_type_conformance(seen: Seen) -> Iterator[Failure]:
    """A reply has the content type that is declared for its status."""
    for attempt, response, operation, spec, evidence in _declared(seen):
        for violation in attempt.violations:
            if violation.kind == "content_type":
                case = f"{operation.method}:{response.status}:content-type"
                told = f"{violation.message} in a reply {response.status} of {operation.key}"
                yield Failure(attempt, told, spec.media_type, evidence, case)


def response_schema_conformance(seen: Seen) -> Iterator[Failure]:
    """The body of a successful reply is JSON, and valid against the schema that is declared for its status."""
    for attempt, response, operation, spec, evidence in _declared(seen):
        if response.status < 400:
            yield from _broken_bodies(attempt, response, operation, spec, evidence)


def error_shape(seen: Seen) -> Iterator[Failure]:
    """The body of a refusal has the envelope that is declared for its status; the one that was in use before will do,
    and is noted."""
    other = seen.contract.document.resolve_object(_named(seen.contract))
    for attempt, response, operation, spec, evidence in _declared(seen):
        if response.status >= 400:
            failures = [*_broken_bodies(attempt, response, operation, spec, evidence)]
            legacy = bool(other) and isinstance(attempt.body, dict) and _fits(other, attempt.body)
            if failures and legacy:
                known = Evidence("inferred", "which of its two envelopes the API uses where is not known", "")
                case = f"{operation.method}:{response.status}:legacy"
                yield Failure(attempt, "the refusal has the legacy envelope", "the current envelope", known, case)
            else:
                yield from failures
                yield from _other_status(attempt, response, operation, spec, evidence)


def _other_status(
    attempt: Attempt, response: Response, operation: Operation, spec: ResponseSpec, evidence: Evidence
) -> Iterator[Failure]:
    """A refusal whose body tells another HTTP status than its own."""
    for name in STATUS_MEMBERS:
        told = member(attempt.body).get(name)
        if name in member(spec.schema, "properties") and isinstance(told, int) and told != response.status:
            case = f"{operation.method}:{response.status}:/{name}"
            message = f"a refusal with {response.status} says {told} in `/{name}`"
            yield Failure(attempt, message, str(response.status), evidence, case)


def _named(contract: Contract) -> Json:
    node: Json = contract.document.tree
    for step in OTHER_ENVELOPE:
        node = member(node).get(step)
    return node


def _fits(schema: dict[str, Json], body: Json) -> bool:
    return ResponseSpec(schema, {}).validator.is_valid(body)


def _broken_bodies(
    attempt: Attempt, response: Response, operation: Operation, spec: ResponseSpec, evidence: Evidence
) -> Iterator[Failure]:
    """What is wrong with the body: that it is no JSON, or where it breaks the schema."""
    for violation in attempt.violations[:MOST]:
        if violation.keyword == "responses" and violation.kind != "response_body":
            continue
        field = evidence_in(spec.schema, violation.path)
        known = Evidence(field, evidence.source, evidence.place) if field == "inferred" else evidence
        case = f"{operation.method}:{response.status}:{violation.pointer or '/'}:{violation.kind}".replace(" ", "_")
        told = f"{violation} (in a reply {response.status} of {operation.key})"
        yield Failure(attempt, told, _wanted(violation), known, case)


def _wanted(violation: Violation) -> str:
    if violation.kind == "response_body":
        return "valid JSON"
    wanted = violation.expected
    if isinstance(wanted, list):
        return f"`{violation.keyword}`: {', '.join(map(excerpt, wanted[:10]))}{', …' * (len(wanted) > 10)}"
    return f"`{violation.keyword}`: {excerpt(wanted)}" if wanted is not None else "to be there"


def undeclared_response_field(seen: Seen) -> Iterator[Failure]:
    """A reply has no member that its schema does not declare. Under lenient validation, and in refusals, a new one is
    only noted: a client reads past it."""
    other = seen.contract.document.resolve_object(_named(seen.contract))
    closed: dict[int, ResponseSpec] = {}  # to close a schema takes longer than to judge a reply by it
    for attempt, response, operation, spec, evidence in _declared(seen):
        if not isinstance(attempt.body, dict) or not spec.schema:
            continue
        if response.status >= 400 and other and _fits(other, attempt.body):  # `error_shape` tells of it
            continue
        if id(spec) not in closed:
            closed[id(spec)] = ResponseSpec(close(spec.schema), {})
        for violation in violations_of(closed[id(spec)].validator.iter_errors(attempt.body))[:MOST]:
            if violation.kind == "undeclared_property":
                noted = seen.validation == "lenient" or response.status >= 400
                known = Evidence("inferred", "lenient reads past what is not declared", "") if noted else evidence
                case = f"{operation.method}:{response.status}:{violation.pointer}".replace(" ", "_")
                told = f"`{violation.pointer}` is not declared for a reply {response.status} of {operation.key}"
                yield Failure(attempt, told, "the declared members alone", known, case)


def response_headers_conformance(seen: Seen) -> Iterator[Failure]:
    """Declared headers are valid where they are there, required ones are there, an echo is what was sent, and an id is
    that of the generation."""
    for attempt, response, operation, spec, _ in _declared(seen):
        name = response_name(operation, response.status) or ""
        for header, declared in spec.headers.items():
            value = response.header(header)
            if wrong := _wrong_header(attempt, header, declared, value):
                known = _at(
                    seen.contract, operation, "responses", name, "headers", _spelled(operation, seen, name, header)
                )
                case = f"{operation.method}:{response.status}:header:{header}"
                told = f"the header `{header}` of a reply {response.status} of {operation.key} {wrong[0]}"
                yield Failure(attempt, told, wrong[1], weakest(known, attempt.trial.evidence), case)


def _spelled(operation: Operation, seen: Seen, name: str, header: str) -> str:
    """A header's name as the document writes it."""
    place: Path = ("paths", operation.path, operation.method.lower(), "responses", name, "headers")
    node: Json = seen.contract.document.tree
    for step in place:
        node = seen.contract.document.named(member(node).get(str(step)))
    return next((spelled for spelled in member(node) if spelled.lower() == header), header)


def _wrong_header(
    attempt: Attempt, header: str, declared: dict[str, Json], value: str | None
) -> tuple[str, str] | None:
    """(What is wrong with a header, what was expected), or None."""
    if value is None:
        return ("is missing", "the header, which is required") if declared.get("required") is True else None
    match declared.get("x-value"):
        case "echo" if (sent := attempt.trial.request.header(header)) is not None and sent != value:
            return f"is {excerpt(value)}, not the one that was sent", excerpt(sent)
        case "generation_id" if (told := id_of(attempt)) is not None and told != value:
            return f"is {excerpt(value)}, not the id in the body", excerpt(told)
    schema = member(declared, "schema")
    if any(ResponseSpec(schema, {}).validator.is_valid(reading) for reading in _readings(value, schema)):
        return None
    return f"is {excerpt(value)}, which its schema does not take", excerpt(schema)


def _readings(value: str, schema: dict[str, Json]) -> Iterator[Json]:
    """What the text of a header may stand for."""
    yield value
    types = items(schema, "type") or [schema.get("type")]
    if "integer" in types and WHOLE.fullmatch(value):
        yield int(value)
    if "number" in types and NUMBER.fullmatch(value):
        yield float(value)
    if "boolean" in types and value in ("true", "false"):
        yield value == "true"
