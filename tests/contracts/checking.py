"""Documents of several shapes, servers, trials and attempts, for the tests of the checks."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.document import load_document, make_document
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.report import Report
from reelmock.contracts.runner import Assignment, run_checks
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Attempt, Kind, Send, Trial
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_outcome, parse_progression
from reelmock.mockserver.settings import Settings
from reelmock.tests.contracts.seeded.bounded import bounded

DATA = Path(__file__).parent.parent / "data"
KEY, OTHER_KEY = "sk-1f8b2c", "sk-9d53ab"
TARGET = "https://api.example.com"
HOUSE = load_contract()
(ROUTE,) = HOUSE.job_routes
(MODEL,) = HOUSE.models

REPLY: JsonObject = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": {"type": "string"},
        "status": {"type": "string", "enum": ["queued", "generating", "completed", "error"]},
        "video": {"type": "object", "required": ["url"], "properties": {"url": {"type": "string", "format": "uri"}}},
        "error": {"type": "object", "properties": {"message": {"type": "string"}}},
    },
}
KITE: JsonObject = {
    "type": "object",
    "required": ["model"],
    "properties": {"model": {"enum": ["kite two"]}, "wind": {"type": "boolean"}},
}
TITLED: JsonObject = {
    "type": "object",
    "title": "Kite Two",
    "required": ["wind"],
    "properties": {"wind": {"type": "boolean"}, "colour": {"type": "string"}},
}
OPTIONAL: JsonObject = {"type": "object", "title": "free", "properties": {"wind": {"type": "boolean"}}}


def answering(schema: JsonObject | None = None, **more: Json) -> JsonObject:
    """An operation that takes a payload of this schema, or none, and tells of a generation."""
    made: JsonObject = {"responses": {"200": {"content": {"application/json": {"schema": REPLY}}}}}
    if schema is not None:
        made["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return {**made, **more}


def polling(schema: JsonObject | None = None, *, required: bool = True) -> JsonObject:
    """An operation that tells of the generation with an id of this schema."""
    taken: Json = {"name": "id", "in": "query", "required": required, "schema": schema or {"type": "string"}}
    return answering(parameters=[taken])


def document(paths: JsonObject, more: JsonObject | None = None, *, keyed: bool = True) -> Contract:
    """The contract of a document with these paths, whose operations want a key unless they are not `keyed`."""
    tree: JsonObject = {
        "openapi": "3.1.0",
        "info": {"title": "Made", "version": "1"},
        "security": [{"key": []}] if keyed else [],
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        **(more or {}),
    }
    return Contract(make_document(tree, "made.json"), load_document(SHIPPED))


def taking(schema: JsonObject | None) -> Contract:
    """The contract of one route that takes payloads of this schema."""
    return document({"/films": {"post": answering(schema), "get": polling()}})


SHAPES: Mapping[str, Contract] = {
    "shipped": HOUSE,
    "bounds": bounded(),
    **{file.stem: load_contract(file) for file in [*sorted((DATA / "jobs").glob("*")), DATA / "kites.json"]},
    "shapes": load_contract(DATA / "shapes.json"),
    "no payload": taking(None),
    "no key": document({"/films": {"post": answering(KITE), "get": polling()}}, keyed=False),
    "no key, no payload": document({"/films": {"post": answering(), "get": polling()}}, keyed=False),
    "no text": taking(KITE),
    "a title with a blank": taking(TITLED),
    "nothing is required": taking(OPTIONAL),
    "ids are numbers in the query": document(
        {"/films": {"post": answering(KITE), "get": polling({"type": "integer"}, required=False)}}
    ),
    "two routes for one model": document(
        {path: {"post": answering(KITE), "get": polling()} for path in ("/films", "/reels")}
    ),
}
each_shape = pytest.mark.parametrize("contract", SHAPES.values(), ids=SHAPES)


def makers(contract: Contract, key: str | None = KEY, other_key: str | None = None) -> list[TrialMaker]:
    """What makes the trials of each route."""
    return [TrialMaker(contract, route, key, other_key) for route in contract.job_routes]


def trial_of(kind: Kind = Kind.KEYLESS, **changes: object) -> Trial:
    """A trial of the shipped document's create operation."""
    made = Trial(
        kind,
        Request("POST", ROUTE.create.path, headers=(("content-type", "application/json"),), body=b"{}"),
        "a trial",
        "POST:trial",
        ROUTE,
        ROUTE.create,
        (200,),
        Evidence("documented", "a page", "/paths"),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # whatever a test is about


def attempt_of(kind: Kind = Kind.KEYLESS, status: int = 200, body: Json = None, **changes: object) -> Attempt:
    """An attempt that got this reply."""
    headers = (("content-type", "application/json"),)
    return Attempt(trial_of(kind, **changes), Response(status, headers, json.dumps(body).encode()))


@dataclass
class Talk:
    """A server that answers by `reply`, or keeps its peace by raising; it keeps what it was sent."""

    reply: Send
    sent: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.sent.append(request)
        return self.reply(request)


@dataclass
class Clock:
    """Lets seconds pass at once."""

    paused: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.paused.append(seconds)


def fake(contract: Contract = HOUSE, progression: str = "polls:1,1", outcome: str = "completed") -> Send:
    """The fake, which is as strict as its document."""
    chosen = Settings(
        progression=parse_progression(progression),
        outcome=parse_outcome(outcome),
        validation="strict",
        api_keys=(KEY, OTHER_KEY),
    )
    engine = Engine(contract, VirtualClock(), chosen)
    return lambda request: engine.handle(request).response


def changed(send: Send, change: Callable[[Request, Response], Response]) -> Send:
    """A server whose replies are changed on their way."""
    return lambda request: change(request, send(request))


def ran(contract: Contract, send: Send, assignment: Assignment | None = None) -> Report:
    """What a run finds; without an assignment it is free."""
    return run_checks(contract, send, assignment or Assignment(KEY), target=TARGET, pause=Clock())
