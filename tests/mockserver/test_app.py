"""The ASGI door: what a client sees over a real socket, and what a server may hand to it."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from reelmock import __version__
from reelmock.contracts.contract import load_contract
from reelmock.contracts.jsontree import member
from reelmock.mockserver.app import DRAINED, create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.settings import Settings

ROUTE = "/v2/video/generations"
KEY = {"Authorization": "Bearer any-key"}
PAYLOAD = {
    "model": "pixverse/v5-5-image-to-video",
    "prompt": "A paper boat sails down a rainy street.",
    "image_url": "https://example.com/boat.jpg",
}


def make_engine(**settings: Any) -> Engine:
    return Engine(load_contract(), VirtualClock(), Settings(**settings))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return make_engine(max_body=10_000)


@pytest.fixture(scope="module")
def client(engine: Engine) -> Iterator[httpx.Client]:
    with LiveServer(create_app(engine)) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


def test_a_generation_from_post_to_clip(client: httpx.Client, engine: Engine) -> None:
    created = client.post(ROUTE, json=PAYLOAD, headers=KEY | {"X-Client-Request-Id": "mine-1"})
    generation_id = created.json()["id"]
    assert created.headers["x-inference-id"] == generation_id
    assert created.headers["x-client-request-id"] == "mine-1"
    assert isinstance(engine.clock, VirtualClock)
    words = []
    for _ in range(3):
        body = client.get(ROUTE, params={"generation_id": generation_id}, headers=KEY).json()
        words.append(body["status"])
        engine.clock.advance(5)
    assert words == ["queued", "generating", "completed"]
    clip = client.get(body["video"]["url"])
    assert clip.headers["content-type"] == "video/mp4"
    assert clip.content[4:8] == b"ftyp"
    assert body["video"]["url"].startswith(str(client.base_url).rstrip("/") + "/clips/")


def test_health_tells_the_versions(client: httpx.Client) -> None:
    body = client.get("/health").json()
    assert body == {"status": "ok", "version": __version__, "contract": load_contract().version}


@pytest.mark.parametrize(
    ("settings", "closed", "envelope"),
    [({}, False, "title"), ({"validation": "strict"}, True, "title"), ({"error_format": "legacy"}, False, "requestId")],
)
def test_the_served_document_says_what_this_fake_does(settings: dict[str, str], closed: bool, envelope: str) -> None:
    with LiveServer(create_app(make_engine(**settings))) as server:
        answer = httpx.get(f"{server.url}/openapi.json", trust_env=False)
        assert answer.headers["access-control-allow-origin"] == "*"
        document = answer.json()
        assert document["servers"] == [{"url": server.url}]
    media = member(document, "paths", ROUTE, "post", "requestBody", "content", "application/json")
    assert (member(media, "schema").get("additionalProperties") is False) is closed
    assert envelope in member(document, "components", "schemas", "Error", "properties")


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "chunked"])
def test_an_upload_over_the_limit_is_answered_with_413_and_makes_nothing(
    client: httpx.Client, engine: Engine, chunked: bool
) -> None:
    before = len(engine.generations())
    body = b'{"prompt": "' + b"x" * 30_000 + b'"}'
    content = iter([body]) if chunked else body
    answer = client.post(ROUTE, content=content, headers=KEY | {"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert answer.json()["message"] == "request entity too large: the body has more than 10000 bytes"
    assert len(engine.generations()) == before


def test_below_a_prefix_the_fake_works_and_its_clips_lie_there_too() -> None:
    app = Starlette(routes=[Mount("/fake", app=create_app(make_engine()))])
    with LiveServer(app) as server, httpx.Client(base_url=f"{server.url}/fake", trust_env=False) as client:
        document = client.get("/openapi.json").json()
        assert document["servers"] == [{"url": f"{server.url}/fake"}]
        engine_reply = client.post(ROUTE, json=PAYLOAD, headers=KEY)
        assert engine_reply.status_code == 200
        assert client.get("/v2/nothing", headers=KEY).json()["instance"] == "/v2/nothing?"


def test_middleware_and_routes_that_somebody_adds_are_kept() -> None:
    async def hello(_: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    seen: list[str] = []

    class Watch:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            seen.append(scope["path"])
            await self.app(scope, receive, send)

    extended, watched = create_app(make_engine()), create_app(make_engine())
    extended.router.routes.append(Route("/hello", hello))
    watched.add_middleware(Watch)
    with LiveServer(extended) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.get("/hello").text == "hello"
        assert client.post(ROUTE, json=PAYLOAD, headers=KEY).status_code == 200
    with LiveServer(watched) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        assert client.post(ROUTE, json=PAYLOAD, headers=KEY).status_code == 200
    assert seen == [ROUTE]


def test_a_page_on_another_origin_may_read_everything(client: httpx.Client) -> None:
    wanted = {
        "Origin": "https://page.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = client.options(ROUTE, headers=wanted)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS, POST"
    assert preflight.headers["access-control-allow-headers"] == "authorization,content-type"
    exposed = (
        client.post(ROUTE, json=PAYLOAD, headers=KEY | wanted).headers["access-control-expose-headers"].split(", ")
    )
    names = {"x-inference-id", "x-client-request-id", "x-aimlapi-credits-used", "x-aimlapi-usd-spent"}
    assert set(exposed) == names


def test_without_an_engine_the_app_has_the_shipped_contract_and_defaults() -> None:
    engine = create_app().state.engine
    assert engine.settings == Settings()
    assert engine.contract.document.file == load_contract().document.file


def exchange(app: Any, scope: dict[str, Any], received: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What `app` sends to a server that hands it these messages."""
    sent: list[dict[str, Any]] = []
    queue = iter(received)

    async def receive() -> dict[str, Any]:
        return next(queue)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


def http_scope(**changes: Any) -> dict[str, Any]:
    base = {"type": "http", "method": "POST", "scheme": "http", "path": ROUTE, "query_string": b"", "headers": []}
    return base | {"server": ("127.0.0.1", 4010)} | changes


def test_a_client_that_leaves_during_its_upload_leaves_no_trace() -> None:
    engine = make_engine()
    chunks: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.disconnect"},
    ]
    assert exchange(create_app(engine), http_scope(), chunks) == []
    assert engine.journal.entries() == []


def test_an_upload_without_end_is_read_only_so_far() -> None:
    engine = make_engine(max_body=1_000)
    chunk = {"type": "http.request", "body": b"x" * 1_000, "more_body": True}
    headers = [(b"authorization", b"Bearer k"), (b"content-type", b"application/json")]
    sent = exchange(create_app(engine), http_scope(headers=headers), [chunk] * (DRAINED + 1))
    assert sent[0]["status"] == 413


def test_a_websocket_is_closed() -> None:
    sent = exchange(create_app(make_engine()), http_scope(type="websocket"), [{"type": "websocket.connect"}])
    assert [message["type"] for message in sent] == ["websocket.close"]


@pytest.mark.parametrize(
    ("host", "server", "origin"),
    [
        (b"fake.test:81", ("127.0.0.1", 4010), "http://fake.test:81"),
        (b"[::1]:81", ("::1", 4010), "http://[::1]:81"),
        (b"", ("127.0.0.1", 4010), "http://127.0.0.1:4010"),
        (b"", ("::1", 4010), "http://[::1]:4010"),
        (b"", ("/tmp/socket", None), "http:///tmp/socket"),
        (b"", None, "http://127.0.0.1"),
        (b'evil"><script>', ("127.0.0.1", 4010), "http://127.0.0.1:4010"),
        (b"a b", ("127.0.0.1", 4010), "http://127.0.0.1:4010"),
    ],
)
def test_the_server_of_the_document_is_the_host_that_was_asked_when_it_is_one(
    host: bytes, server: Any, origin: str
) -> None:
    headers = [(b"host", host)] if host else []
    asked = http_scope(method="GET", path="/openapi.json", headers=headers, server=server)
    sent = exchange(create_app(make_engine()), asked, [{"type": "http.request"}])
    body = httpx.Response(200, content=sent[1]["body"]).json()
    assert body["servers"] == [{"url": origin}]
