"""The control API of a running fake: what it is about, who may use it, and what becomes of a call."""

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TypeAlias

from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.operations import JSON_MEDIA_TYPE
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.control_access import Bound, check_origin, check_token
from reelmock.mockserver.control_api import Call, find_call, read_call
from reelmock.mockserver.control_routes import Fake, perform
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.settings import SettingsError

# Lets a server refuse connections for so many seconds.
Refuse: TypeAlias = Callable[[float], Awaitable[None]]


@dataclass(frozen=True)
class Control:
    """What the control API is about, and who may use it: whoever knows the `token`.

    `names` are further names of the host that the server listens on, `refuse` is what its server can do with
    connections. SettingsError for a token that no header can carry.
    """

    fake: Fake
    clock: RunningClock
    token: str = field(repr=False)
    names: Collection[str] = ()
    refuse: Refuse | None = None

    def __post_init__(self) -> None:
        token = self.token
        if not token.strip() == token != "" or not (token.isascii() and token.isprintable()):
            raise SettingsError(
                "the control token is empty or has characters that no header can carry: give another one"
            )

    def call_of(self, request: Request, bound: Bound | None) -> Call:
        """What a request asks for; its path is still percent-encoded. ControlError for a wrong one."""
        check_origin(request, bound)
        operation, values = find_call(request)
        if operation.bearer:
            check_token(request, self.token)
        return read_call(operation, values, request)

    def answer(self, call: Call) -> Response:
        """Do what a call asks for. ControlError when it can't be done."""
        return reply_to_call(call.operation.success_status, perform(self.fake, self.clock, call))


class Restartable:
    """A fake that `reset` starts anew: `make` gives an engine with nothing in it yet."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self.engine: Engine = make()

    def reset(self) -> None:
        """Put a new engine in the place of the old one, on which every request ends that has begun."""
        self.engine = self._make()


def reply_to_call(status: int, body: Json, headers: Fields = ()) -> Response:
    """The reply to a call of the control API: never kept by anybody, and not for pages of other origins."""
    content = json.dumps(body).encode()
    usual = (("content-type", JSON_MEDIA_TYPE), ("content-length", str(len(content))), ("cache-control", "no-store"))
    return Response(status, (*usual, *headers), content)
