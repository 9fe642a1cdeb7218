"""Defects are found by any document that has a job route, and in any one of its models."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import read_json
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.instances import minimal_payload
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, member
from reelmock.contracts.merge import merge
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import violations
from reelmock.contracts.payloads import judge_payload
from reelmock.contracts.places import put, value_at
from reelmock.contracts.runner import Assignment, run_checks
from reelmock.contracts.sources import Source
from reelmock.contracts.trials import Send
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Polls
from reelmock.mockserver.settings import Settings
from reelmock.tests.contracts.seeded.changes import content, error_reply
from reelmock.tests.contracts.seeded.keys import with_key
from reelmock.tests.contracts.seeded.wraps import KEY, OTHER_KEY, Wrap, answering, payload_of

DATA = Path(__file__).parent.parent / "data"
HOUSE = load_contract()
SPECS = [Source(file.name, read_json(file)) for file in sorted((DATA / "specs").glob("*.json"))]
MERGED = Contract(merge(SPECS, HOUSE.document, file="merged.json").document, HOUSE.document)
DOCUMENTS = [load_contract(file) for file in sorted((DATA / "jobs").glob("*.json"))]
ROUTES = [(contract, route) for contract in DOCUMENTS for route in contract.job_routes]


def found(contract: Contract, wrap: Wrap, paid: int = 5) -> list[Finding]:
    """What is drift on a fake with a defect."""
    clock = VirtualClock()
    settings = Settings(progression=Polls(1, 1), validation="strict", api_keys=(KEY, OTHER_KEY))
    engine = Engine(contract, clock, settings)
    assignment = Assignment(KEY, OTHER_KEY, "strict", probe=True, paid=paid)
    send = wrap(lambda request: engine.handle(request).response)
    report = run_checks(contract, send, assignment, target="https://api.example.com", pause=clock.advance)
    return [finding for finding in report.findings if finding.severity is Severity.ERROR]


def changed(response: Response, place: tuple[str, ...], value: Json) -> Response:
    """The reply with another member at a place of its body."""
    body = member(response.json())
    put(body, place, value)
    return content(json.dumps(body).encode())(response)


def asks(route: JobRoute, request: Request) -> bool:
    """Whether a request is a poll of the route."""
    return request.method == "GET" and route.retrieve.path_pattern.fullmatch(request.path) is not None


def told(route: JobRoute) -> Callable[[Request, Response], bool]:
    """Polls of the route that find something."""
    return lambda request, response: asks(route, request) and response.status < 300


def ended(route: JobRoute) -> Callable[[Request, Response], bool]:
    """Polls of the route that find a generation with its result."""
    return lambda request, response: (
        told(route)(request, response) and value_at(response.json(), route.retrieved.result) is not None
    )


def let_in(route: JobRoute) -> Wrap:
    """Everybody is the first client."""
    return lambda send: lambda request: send(with_key(request, KEY) if asks(route, request) else request)


def once_back(route: JobRoute) -> Wrap:
    """After the first poll that tells of the end, the next tells the first word again."""

    def wrap(send: Send) -> Send:
        first: list[Response] = []
        seen: list[str] = []

        def wrapped(request: Request) -> Response:
            response = send(request)
            if not told(route)(request, response):
                return response
            first.append(response)
            over = ended(route)(request, response)
            seen.extend([request.target] * over)
            return first[0] if seen.count(request.target) == 2 and over else response

        return wrapped

    return wrap


GENERIC: dict[str, tuple[Callable[[JobRoute], Wrap], set[str]]] = {
    "a created id answered 404": (
        lambda route: answering(told(route), lambda _: error_reply(404, "Not Found")(Request("GET", "/"))),
        {"created_id_is_retrievable"},
    ),
    "an unknown id answered 500": (
        lambda route: answering(
            lambda request, response: asks(route, request) and response.status == 404,
            lambda _: error_reply(500, "Internal Server Error")(Request("GET", "/")),
        ),
        {"unknown_id_is_404"},
    ),
    "completed without a result": (
        lambda route: answering(ended(route), lambda r: changed(r, route.retrieved.result, None)),
        {"completed_has_video", "response_schema_conformance"},
    ),
    "an unknown word": (
        lambda route: answering(told(route), lambda r: changed(r, route.retrieved.status, "stuck")),
        {"response_schema_conformance"},
    ),
    "queued again": (once_back, {"terminal_is_final", "status_never_goes_back", "id_is_stable"}),
    "HTML": (
        lambda route: answering(told(route), content(b"<p>Hello", "text/html")),
        {"content_type_conformance", "response_schema_conformance"},
    ),
}


@pytest.mark.parametrize("name", GENERIC)
@pytest.mark.parametrize(("contract", "route"), ROUTES, ids=[f"{c.title}-{r.create.path}" for c, r in ROUTES])
def test_a_defect_is_found_by_another_document(contract: Contract, route: JobRoute, name: str) -> None:
    make, checks = GENERIC[name]
    drift = found(contract, make(route))
    assert {finding.id for finding in drift} & checks, [str(finding) for finding in drift]


@pytest.mark.parametrize(("contract", "route"), ROUTES, ids=[f"{c.title}-{r.create.path}" for c, r in ROUTES])
def test_ignored_auth_is_found_where_a_key_is_wanted(contract: Contract, route: JobRoute) -> None:
    drift = {finding.id for finding in found(contract, let_in(route))}
    assert ("ignored_auth" in drift) is route.bearer


def takes(model: Model) -> Wrap:
    """Anything is taken for one model."""

    def change(request: Request) -> Request:
        payload = payload_of(request)
        if not isinstance(payload, dict) or payload.get(model.selector) != model.id:
            return request
        return replace(request, body=json.dumps(minimal_payload(model.schema)).encode())

    return lambda send: lambda request: send(change(request) if request.method == "POST" else request)


@pytest.mark.parametrize("model", MERGED.models, ids=lambda model: model.id)
def test_a_model_that_takes_everything_is_found_among_others(model: Model) -> None:
    """It is named: who reads the report has to know which one."""
    drift = [finding for finding in found(MERGED, takes(model), paid=0) if finding.id == "negative_data_rejection"]
    assert model.id in {finding.model for finding in drift}


@pytest.mark.parametrize("model", MERGED.models, ids=lambda model: model.id)
def test_each_rule_of_each_model_is_asked_for_by_a_probe(model: Model) -> None:
    """A server that refuses all it should gets a broken payload for every place and rule that lenient keeps."""
    sent: list[Request] = []

    def noting(send: Send) -> Send:
        def wrapped(request: Request) -> Response:
            sent.append(request)
            return send(request)

        return wrapped

    assert found(MERGED, noting, paid=0) == []
    route = MERGED.job_routes[0]
    asked = set()
    for request in sent:
        if isinstance(payload := payload_of(request), dict) and payload.get(model.selector) == model.id:
            broken = judge_payload(MERGED, route.create, payload).violations
            asked |= {(one.pointer, one.kind) for one in broken if len(broken) == 1}
    wanted = {
        (mutation.pointer, mutation.kind)
        for mutation in violations(model.schema)
        # Combinations stand in prose alone, and the API may well take them.
        if not mutation.tolerated and mutation.kind != "forbidden_combination" and isinstance(mutation.payload, dict)
        if mutation.payload.get(model.selector) == model.id
    }
    assert wanted <= asked
