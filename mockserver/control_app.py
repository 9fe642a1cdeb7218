"""The ASGI door of a fake with a control API: `/__reelmock__/` beside the API itself."""

from dataclasses import replace
from typing import Final, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from reelmock.contracts.exchange import Response
from reelmock.mockserver.app import create_app, read_body, request_of
from reelmock.mockserver.control import Control, reply_to_call
from reelmock.mockserver.control_access import Bound
from reelmock.mockserver.control_api import MAX_BODY, PREFIX, Call, ControlError
from reelmock.mockserver.control_events import Streams, send_events
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.wire import send_response

ALL_BELOW: Final = f"{PREFIX}/"


class ControlledApp:
    """An ASGI application: a fake, and its control API."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._streams = Streams()
        self._current = _app_for(control.fake.engine)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        app = self._app()
        if scope["type"] == "http" and scope["path"].startswith(ALL_BELOW):
            await self._controlled(scope, receive, send)
        else:
            await app(scope, receive, send)

    def _app(self) -> ASGIApp:
        """The application for the engine of the moment: after a reset another one, and with it new streams."""
        if self._current[0] is not self._control.fake.engine:
            self._streams.end()
            self._current = _app_for(self._control.fake.engine)
        return self._current[1]

    async def _controlled(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await read_body(receive, MAX_BODY)
        if body is None:
            return
        raw_path: bytes = scope["raw_path"]
        request = replace(request_of(scope, body), path=raw_path.decode("latin-1"))
        server: tuple[str, int | None] | None = scope.get("server")
        try:
            call = self._control.call_of(request, Bound(*server, self._control.names) if server else None)
            if call.operation.id == "events":
                self._app()  # a stream is of the engine of the moment
                with self._streams.opened(self._current[0].journal) as stream:
                    await send_events(stream, receive, send)
                return
            if call.operation.id == "refuseConnections":
                response = await self._refuse(call)
            else:
                response = self._control.answer(call)
                self._app()  # it may have been a reset
        except ControlError as error:
            response = reply_to_call(error.status, {"error": str(error)}, error.headers)
        await send_response(response, send)

    async def _refuse(self, call: Call) -> Response:
        if self._control.refuse is None:
            raise ControlError(409, f"{call}: this server can't refuse connections. Start it with `reelmock serve`")
        await self._control.refuse(cast(float, call.body["seconds"]))
        return reply_to_call(200, call.body)


def _app_for(engine: Engine) -> tuple[Engine, ASGIApp]:
    return engine, create_app(engine)
