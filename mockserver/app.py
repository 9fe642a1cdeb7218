"""The ASGI door: carries requests from a server to the engine, and its replies back. It decides nothing."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request as StarletteRequest
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from reelmock import __version__
from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Fields, Request
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.courses import course_of
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.published import published
from reelmock.mockserver.wire import send_course, send_response

HOST = re.compile(rb"([A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")

BODILESS = frozenset({"GET", "HEAD"})

# Longer query strings are read anew each time.
MAX_REMEMBERED = 256

# An upload over the limit is read to its end up to this many times the limit, so that the client sees the 413 and not a
# broken connection; what comes beyond the limit is thrown away at once.
DRAINED = 8

# Answers one of the application's own pages.
Page: TypeAlias = Callable[[StarletteRequest], Awaitable[JSONResponse]]

ANY_ORIGIN: Mapping[str, str] = {"access-control-allow-origin": "*"}


class App(Starlette):
    """The fake as an ASGI application: a few pages of its own, and everything else straight to the engine's door.

    Starlette's layers would cost a poll a tenth of its time and have nothing to do there. An application that was given
    middleware or more routes goes through all of them.
    """

    def __init__(self, engine: Engine, pages: Mapping[str, Page]) -> None:
        super().__init__(routes=[Route(path, page) for path, page in pages.items()])
        self.state.engine = engine
        self._paths = frozenset(pages)
        self._door = Door(engine)
        # The engine knows its own routes, and what to say about every other path; a trailing slash is not mended.
        self.router.redirect_slashes = False
        self.router.default = self._door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification."""
        extended = self.user_middleware or len(self.router.routes) > len(self._paths)
        if scope["type"] == "http" and not extended and _path(scope) not in self._paths:
            await self._door(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(engine: Engine | None = None) -> Starlette:
    """The fake as an ASGI application; `app.state.engine` is its engine.

    Without an engine it is one with the shipped contract, the running clock and the default settings. Faults that need
    the connection itself (a reset, a close, a body cut off, garbage) are played by reelmock's own server alone; under
    any other one they are a 500 that says so.
    """
    engine = engine or Engine(load_contract(), RunningClock())

    async def health(_: StarletteRequest) -> JSONResponse:
        contract = engine.contract
        body = {"status": "ok", "version": __version__, "contract": contract.version}
        return JSONResponse(body, headers=ANY_ORIGIN)

    async def openapi(request: StarletteRequest) -> JSONResponse:
        server = _origin(request.scope) + str(request.scope.get("root_path", ""))
        return JSONResponse(published(engine.contract, engine.settings, server), headers=ANY_ORIGIN)

    return App(engine, {"/health": health, "/openapi.json": openapi})


@dataclass(frozen=True, slots=True)
class Door:
    """An ASGI application that hands every HTTP request to an engine."""

    engine: Engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See the ASGI specification; a WebSocket is closed."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        # The body of a GET means nothing (RFC 9110); waiting for one would cost every poll a turn of the loop.
        body = b"" if scope["method"] in BODILESS else await read_body(receive, self.engine.settings.max_body)
        if body is None:
            return
        reply = self.engine.handle(request_of(scope, body))
        course = course_of(scope["method"], reply)
        if course is None:
            await send_response(reply.response, send)
        else:
            await send_course(course, scope, receive, send)


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """The body, with at least one byte beyond `limit` when it is longer; None when the client has gone."""
    message = await receive()
    chunks: list[bytes] = []
    size = 0
    while message["type"] == "http.request":
        chunk: bytes = message.get("body", b"")
        if size <= limit:
            chunks.append(chunk)
        size += len(chunk)
        if not message.get("more_body", False) or size > limit * DRAINED:
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)
        message = await receive()
    return None


def request_of(scope: Scope, body: bytes) -> Request:
    """The request that an ASGI scope and a body are."""
    query: bytes = scope["query_string"]
    return Request(
        method=scope["method"],
        path=_path(scope),
        query=_fields_of(query) if len(query) < MAX_REMEMBERED else _fields_of.__wrapped__(query),
        headers=tuple([(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]),
        body=body,
        origin=_origin(scope) + scope.get("root_path", ""),
    )


@lru_cache(maxsize=1024)
def _fields_of(query: bytes) -> Fields:
    """The fields of a query string; a client that polls sends the same one again and again."""
    return tuple(parse_qsl(query.decode("latin-1"), keep_blank_values=True))


def _path(scope: Scope) -> str:
    """The path below the prefix that the application is mounted at."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _origin(scope: Scope) -> str:
    """`scheme://host[:port]` as the client wrote it in `Host`, or the server's own when it wrote nothing sensible."""
    for name, value in scope["headers"]:
        if name == b"host":
            return _origin_of(scope["scheme"], value, scope.get("server"))
    return _origin_of(scope["scheme"], b"", scope.get("server"))


@lru_cache(maxsize=64)
def _origin_of(scheme: str, host: bytes, server: tuple[str, int | None] | None) -> str:
    if HOST.fullmatch(host):
        return f"{scheme}://{host.decode('ascii')}"
    name, port = server or ("127.0.0.1", None)
    return f"{scheme}://{f'[{name}]' if ':' in name else name}{f':{port}' if port else ''}"
