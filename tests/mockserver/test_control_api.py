"""The control API is what its document says: every operation exists, every reply is valid, a wrong call is told so."""

import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, member
from reelmock.mockserver.control import Control
from reelmock.mockserver.control_api import MAX_BODY, PREFIX, control_document, control_operations
from reelmock.mockserver.control_routes import HANDLERS
from reelmock.mockserver.rules import RULE_SCHEMA
from reelmock.mockserver.settings import Settings
from reelmock.tests.mockserver.asking import Make, made
from reelmock.tests.mockserver.controlling import HEADERS, ask, new_control, refusal, replied, request_for

# What the socket is needed for; see test_control_app.py.
OF_THE_DOOR = {"events", "refuseConnections"}

RULE: Json = {"on": "create", "code": 503, "retry_after": 1, "times": 1, "key": "sk-secret"}

# Operation → a call of it that succeeds, once there are the generation `{id}` and the rule `rule-1`.
CALLS: dict[str, tuple[str, str, Json]] = {
    "health": ("GET", "/health", None),
    "document": ("GET", "/openapi.json", None),
    "state": ("GET", "/state", None),
    "reset": ("POST", "/reset", None),
    "clock": ("GET", "/clock", None),
    "advanceClock": ("POST", "/clock/advance", {"seconds": 1.5}),
    "freezeClock": ("POST", "/clock/freeze", None),
    "resumeClock": ("POST", "/clock/resume", {}),
    "generations": ("GET", "/generations", None),
    "generation": ("GET", "/generations/{id}", None),
    "finishGeneration": ("POST", "/generations/{id}/finish", None),
    "failGeneration": ("POST", "/generations/{id}/fail", {"name": "Error", "message": "No luck"}),
    "planNext": ("POST", "/next", {"progression": "hold", "outcome": "error:Error:No luck"}),
    "rules": ("GET", "/scenarios", None),
    "addRule": ("POST", "/scenarios", RULE),
    "clearRules": ("DELETE", "/scenarios", None),
    "rule": ("GET", "/scenarios/rule-1", None),
    "replaceRule": ("PUT", "/scenarios/rule-1", {"fault": "reset"}),
    "deleteRule": ("DELETE", "/scenarios/rule-1", None),
    "journal": ("GET", "/journal?since=0&status=200&bodies=true", None),
    "models": ("GET", "/models", None),
    "credits": ("GET", "/credits", None),
    "quirks": ("GET", "/quirks", None),
}


@pytest.fixture
def control(create: Make) -> Control:
    """A fake with a generation and a rule."""
    control = new_control(Settings(api_keys={"key-a": 5_000_000, "sk-secret": 0}, quirks=("succeeded",)))
    made(control.fake.engine, create())
    ask(control, "POST", "/scenarios", RULE)
    return control


def state(control: Control) -> tuple[Json, ...]:
    return tuple(ask(control, "GET", path) for path in ("/state", "/generations", "/scenarios", "/journal?bodies=true"))


def test_the_document_is_valid() -> None:
    validate(json.loads(json.dumps(control_document())))


def test_every_operation_of_the_document_is_done_and_no_other() -> None:
    assert HANDLERS.keys() | OF_THE_DOOR == {operation.id for operation in control_operations()}
    assert HANDLERS.keys() == CALLS.keys()


@pytest.mark.parametrize("name", CALLS)
def test_every_reply_is_valid(control: Control, name: str) -> None:
    method, path, body = CALLS[name]
    generation_id = control.fake.engine.generations()[0].id
    call = control.call_of(request_for(method, path.replace("{id}", generation_id), body), None)
    assert call.operation.id == name
    ask(control, method, path.replace("{id}", generation_id), body)


def test_the_document_is_served_with_the_schema_of_rules() -> None:
    served = ask(new_control(), "GET", "/openapi.json")
    assert served == control_document()
    assert RULE_SCHEMA["properties"] == member(served, "components", "schemas", "Rule")["properties"]


def test_only_health_and_document_need_no_token() -> None:
    assert [operation.id for operation in control_operations() if not operation.bearer] == ["health", "document"]


def test_a_path_that_there_is_not_names_those_that_there_are() -> None:
    status, told = refusal(new_control(), "GET", "/clocks")
    assert status == 404
    paths = ", ".join(dict.fromkeys(PREFIX + operation.path for operation in control_operations()))
    assert told == f"there is no '/__reelmock__/clocks'. There are: {paths}"


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "HEAD", "PUT"])
def test_a_method_that_there_is_not_names_those_that_there_are(method: str) -> None:
    response = replied(new_control(), request_for(method, "/clock/advance"))
    assert (response.status, response.header("allow")) == (405, "POST")
    assert response.json() == {"error": f"/__reelmock__/clock/advance takes POST, and not '{method}'"}


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("POST", "/clock/advance", {}, "POST /__reelmock__/clock/advance: /seconds: is required and missing"),
        (
            "POST",
            "/clock/advance",
            {"seconds": 1, "minutes": 2},
            "POST /__reelmock__/clock/advance: /minutes: there is no such member. There are: seconds",
        ),
        ("POST", "/clock/advance", {"seconds": "1"}, "POST /__reelmock__/clock/advance: /seconds: "),
        ("POST", "/clock/advance", {"seconds": -1}, "POST /__reelmock__/clock/advance: /seconds: "),
        (
            "POST",
            "/clock/advance",
            {"seconds": 1e12},
            "POST /__reelmock__/clock/advance: a clock can't be advanced by 1000000000000.0 seconds: give a number "
            "from 0 that stays before the year 9999",
        ),
        (
            "POST",
            "/reset",
            {"hard": True},
            "POST /__reelmock__/reset: /hard: there is no such member. This call takes none",
        ),
        ("POST", "/reset", [], "POST /__reelmock__/reset: the body: "),
        ("POST", "/next", {}, "POST /__reelmock__/next: the body: "),
        (
            "POST",
            "/next",
            {"progression": "polls:1,1", "outcome": "lost"},
            "POST /__reelmock__/next: 'lost' is no outcome: wanted completed or error:NAME:MESSAGE, or one of ",
        ),
        (
            "POST",
            "/next",
            {"progression": "soon"},
            "POST /__reelmock__/next: 'soon' is no progression: wanted immediate, polls:Q,G, ",
        ),
        ("POST", "/scenarios", {"code": 1000}, "POST /__reelmock__/scenarios: /code: "),
        ("POST", "/scenarios", {"on": "create"}, "POST /__reelmock__/scenarios: the rule: the rule does nothing. Give"),
        (
            "PUT",
            "/scenarios/rule-1",
            {"fault": "reset", "model": "nobody/*"},
            "PUT /__reelmock__/scenarios/{id}: the rule: no model is called like 'nobody/*'. There are: ",
        ),
        (
            "GET",
            "/journal?from=1",
            None,
            "GET /__reelmock__/journal: the query parameter 'from' is not declared. "
            "It may have: generation, status, since, bodies",
        ),
        ("GET", "/journal?since=x", None, "GET /__reelmock__/journal: the query parameter `since`: "),
        ("GET", "/journal?since=-1", None, "GET /__reelmock__/journal: the query parameter `since`: "),
        (
            "GET",
            "/journal?since=1&since=2",
            None,
            "GET /__reelmock__/journal: the query parameter `since` came 2 times",
        ),
        (
            "GET",
            "/clock?at=1",
            None,
            "GET /__reelmock__/clock: the query parameter 'at' is not declared. It takes none",
        ),
    ],
)
def test_a_wrong_call_is_told_what_came_and_what_is_allowed_and_changes_nothing(
    control: Control, method: str, path: str, body: Json, told: str
) -> None:
    before = state(control)
    status, text = refusal(control, method, path, body)
    assert status == 400
    assert str(text).startswith(told), text
    assert state(control) == before


@pytest.mark.parametrize(
    ("headers", "body", "status", "told"),
    [
        ({}, b"{}", 415, "the content type is null, and the body has to be application/json"),
        ({"content-type": "text/plain"}, b"{}", 415, "the content type is 'text/plain', and the body has to be"),
        ({"content-type": "application/json"}, b"{", 400, "the body is no JSON: "),
        ({"content-type": "application/json"}, b'{"seconds": NaN}', 400, "the body is no JSON: NaN is not JSON"),
        ({"content-type": "application/json"}, b" " * (MAX_BODY + 1), 413, "the body has more than 1,048,576 bytes"),
    ],
)
def test_a_body_that_is_none_is_refused(headers: Any, body: bytes, status: int, told: str) -> None:
    request = Request.build("POST", f"{PREFIX}/clock/advance", headers=HEADERS | headers, body=body)
    response = replied(new_control(), request)
    assert response.status == status
    assert told in response.body.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/generations/none"), ("POST", "/generations/none/finish"), ("POST", "/generations/none/fail")],
)
def test_an_unknown_generation_is_404_and_names_the_newest(control: Control, method: str, path: str) -> None:
    status, told = refusal(control, method, path)
    known = control.fake.engine.generations()[0].id
    assert status == 404
    assert str(told).endswith(f": there is no generation 'none'. The newest are: {known}")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_rule_is_404_and_names_those_that_there_are(control: Control, method: str) -> None:
    status, told = refusal(control, method, "/scenarios/none", {"code": 500})
    assert (status, told) == (
        404,
        f"{method} /__reelmock__/scenarios/{{id}}: there is no rule 'none'. There are: rule-1",
    )
