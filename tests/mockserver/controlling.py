"""What the tests of the control API say to it, without a socket."""

from dataclasses import replace

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json
from reelmock.mockserver.clock import FIXED_START, RunningClock
from reelmock.mockserver.control import Control, Restartable, reply_to_call
from reelmock.mockserver.control_api import PREFIX, ControlError, control_operations
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Polls
from reelmock.mockserver.settings import Settings

TOKEN = "open-sesame"
HEADERS = {"host": "127.0.0.1:4010", "authorization": f"Bearer {TOKEN}"}


def new_control(settings: Settings | None = None) -> Control:
    """The control of a fake whose clock moves only when it is told to."""
    clock, chosen = RunningClock(lambda: FIXED_START, lambda: 0.0), settings or Settings(Polls(1, 1))
    return Control(Restartable(lambda: Engine(load_contract(), clock, chosen)), clock, TOKEN)


def request_for(method: str, path: str, body: Json = None, **headers: str) -> Request:
    """A call as somebody makes it who may; its path stays percent-encoded."""
    request = Request.build(method, f"http://127.0.0.1:4010{PREFIX}{path}", headers=HEADERS | headers, json=body)
    return replace(request, path=PREFIX + path.partition("?")[0])


def replied(control: Control, request: Request) -> Response:
    """The reply to a call, which is checked against the document."""
    try:
        response = control.answer(control.call_of(request, None))
    except ControlError as error:
        response = reply_to_call(error.status, {"error": str(error)}, error.headers)
    check(request, response)
    return response


def ask(control: Control, method: str, path: str, body: Json = None) -> Json:
    """The body of the reply to a call that has to succeed."""
    response = replied(control, request_for(method, path, body))
    assert response.status < 300, response.body
    return response.json()


def refusal(control: Control, method: str, path: str, body: Json = None) -> tuple[int, Json]:
    """Status and text of the reply to a call that is refused."""
    response = replied(control, request_for(method, path, body))
    told = response.json()
    assert isinstance(told, dict), told
    return response.status, told["error"]


def check(request: Request, response: Response) -> None:
    """Whether a reply is as the document says; for a path that is not in it, as any of its errors."""
    path = request.path.removeprefix(PREFIX)
    operations = [one for one in control_operations() if one.path_pattern.fullmatch(path)] or [*control_operations()]
    called = next((one for one in operations if one.method == request.method), operations[0])
    if response.status < 300:
        assert str(response.status) in called.responses
    spec = called.responses.get(str(response.status)) or called.responses["default"]
    spec.validator.validate(response.json())
