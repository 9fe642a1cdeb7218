"""Faults and delays on a real socket, from the server's side: no noise, nothing left behind, nobody else disturbed."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import Immediate
from reelmock.mockserver.reply import Reply
from reelmock.mockserver.settings import Settings
from reelmock.tests.mockserver.asking import PATH
from reelmock.tests.mockserver.conftest import PAYLOAD

KEY = {"Authorization": "Bearer any-key"}
BODY = bytes(range(150))
WHOLE = Reply(Response(200, (("content-type", "video/mp4"), ("content-length", "150")), BODY))
BROKEN = httpx.ReadError, httpx.RemoteProtocolError, httpx.ReadTimeout
SLOW = (Fault.HANG, Fault.STALL)
LONG_S = 60.0


class Scripted(Engine):
    """Gives the reply that it is told to give to every path but `/whole`; None is its own."""

    def __init__(self) -> None:
        super().__init__(load_contract(), VirtualClock(), Settings(progression=Immediate()))
        self.next: Reply | None = WHOLE

    def handle(self, request: Request) -> Reply:
        if request.path == "/whole":
            return WHOLE
        return self.next or super().handle(request)


class Counted:
    """An application that tells of each request that has come to its end."""

    def __init__(self, engine: Engine) -> None:
        self._app = create_app(engine)
        self.ended = threading.Semaphore(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
        self.ended.release()


@pytest.fixture
def engine() -> Scripted:
    return Scripted()


@pytest.fixture
def app(engine: Scripted) -> Counted:
    return Counted(engine)


@pytest.fixture
def server(app: Counted, caplog: pytest.LogCaptureFixture) -> Iterator[LiveServer]:
    """A server that ends without having had anything to log."""
    with LiveServer(app) as server:
        yield server
    assert caplog.records == []


@pytest.fixture
def client(server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=5) as client:
        yield client


def get(server: LiveServer, path: str = "/", **options: Any) -> httpx.Response:
    """The reply over a connection of its own."""
    return httpx.get(server.url + path, trust_env=False, **options)


def address(server: LiveServer) -> tuple[str, int]:
    url = httpx.URL(server.url)
    return url.host, url.port or 0


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_ends_its_request_and_disturbs_no_other_connection(
    engine: Scripted, app: Counted, server: LiveServer, client: httpx.Client, fault: Fault
) -> None:
    def kept_alive() -> str:
        response = client.get("/whole")
        assert app.ended.acquire(timeout=5)
        stream: Any = response.extensions["network_stream"]
        return str(stream.get_extra_info("client_addr"))

    before = kept_alive()
    engine.next = replace(WHOLE, fault=fault)
    if fault is Fault.TRICKLE:
        assert get(server).content == BODY
    else:
        with pytest.raises(BROKEN):
            get(server, timeout=0.1 if fault in SLOW else 5.0)
    assert app.ended.acquire(timeout=5)
    assert kept_alive() == before


def test_a_fault_breaks_its_own_connection_and_not_the_newest(
    engine: Scripted, server: LiveServer, client: httpx.Client
) -> None:
    client.get("/whole")
    with httpx.Client(base_url=server.url, trust_env=False) as newer:
        newer.get("/whole")
        engine.next = replace(WHOLE, fault=Fault.RESET)
        with pytest.raises(httpx.ReadError):
            client.get("/")
        assert newer.get("/whole").content == BODY


def test_a_trickle_leaves_the_connection_as_it_was(engine: Scripted, client: httpx.Client) -> None:
    engine.next = replace(WHOLE, fault=Fault.TRICKLE)
    ports = set()
    for path in ("/", "/whole"):
        stream: Any = client.get(path).extensions["network_stream"]
        ports.add(stream.get_extra_info("client_addr"))
    assert len(ports) == 1


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(replace(WHOLE, fault=Fault.HANG), id="hang"),
        pytest.param(replace(WHOLE, fault=Fault.STALL), id="stall"),
        pytest.param(replace(WHOLE, delay_s=LONG_S), id="delay"),
        pytest.param(
            Reply(Response(200, (("content-length", "99999"),), bytes(99_999)), fault=Fault.TRICKLE), id="trickle"
        ),
    ],
)
def test_the_end_of_the_server_waits_for_nobody_who_waits(
    app: Counted, engine: Scripted, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    engine.next = reply
    with LiveServer(app) as server:
        with pytest.raises(httpx.TimeoutException):
            asyncio.run(_asked_for(server.url, 0.05))
        assert app.ended.acquire(timeout=5)
        waiting = socket.create_connection(address(server))
        waiting.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        get(server, "/whole")
        assert app.ended.acquire(timeout=5)
        assert not app.ended.acquire(blocking=False)
    with waiting:
        assert app.ended.acquire(blocking=False)
    assert caplog.records == []


async def _asked_for(url: str, seconds: float) -> None:
    """Ask, and go away after so many seconds, whatever has come by then."""
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            await asyncio.wait_for(client.get(url), seconds)
        except TimeoutError:
            raise httpx.ReadTimeout("gone") from None


def test_a_reply_comes_after_its_delay(engine: Scripted, server: LiveServer) -> None:
    engine.next = replace(WHOLE, delay_s=0.3)
    with pytest.raises(httpx.ReadTimeout):
        get(server, timeout=0.1)
    assert get(server, timeout=5).content == BODY


def test_a_fault_comes_after_its_delay(engine: Scripted, server: LiveServer) -> None:
    engine.next = replace(WHOLE, delay_s=0.3, fault=Fault.CLOSE)
    with pytest.raises(httpx.ReadTimeout):
        get(server, timeout=0.1)
    with pytest.raises(httpx.RemoteProtocolError):
        get(server, timeout=5)


def test_an_upload_is_read_before_the_connection_breaks(engine: Scripted, client: httpx.Client) -> None:
    engine.next = replace(WHOLE, fault=Fault.CLOSE)
    with pytest.raises(httpx.RemoteProtocolError, match="Server disconnected without sending a response"):
        client.post("/", content=bytes(1_000_000))


@pytest.mark.parametrize("fault", [Fault.TRUNCATE, Fault.RESET_BODY])
def test_a_clip_may_be_cut(engine: Scripted, client: httpx.Client, fault: Fault) -> None:
    engine.next = None
    generation_id = client.post(PATH, json=PAYLOAD, headers=KEY).json()["id"]
    url = client.get(PATH, params={"generation_id": generation_id}, headers=KEY).json()["video"]["url"]
    clip = client.get(url)
    engine.next = Reply(Response(200, tuple(clip.headers.items()), clip.content), fault=fault)
    got: list[bytes] = []
    with pytest.raises(BROKEN), client.stream("GET", url) as response:
        got.extend(response.iter_raw())
    assert response.headers["content-length"] == str(len(clip.content))
    assert b"".join(got) == clip.content[: len(clip.content) // 2]


def test_a_wrong_length_is_no_error_of_the_server(engine: Scripted, client: httpx.Client) -> None:
    engine.next = Reply(Response(200, (("content-length", "151"),), BODY))
    with pytest.raises(httpx.RemoteProtocolError, match=r"received 150 bytes, expected 151"):
        client.get("/")
    engine.next = Reply(Response(200, (("content-length", "100"),), BODY))
    assert client.get("/").content == BODY[:100]


@pytest.mark.parametrize("fault", [Fault.TRUNCATE, Fault.STALL, Fault.TRICKLE])
def test_head_has_no_body_that_could_break(engine: Scripted, client: httpx.Client, fault: Fault) -> None:
    engine.next = Reply(Response(200, (("content-length", "150"),)), fault=fault)
    assert client.head("/").headers["content-length"] == "150"


@pytest.mark.parametrize("fault", Fault)
def test_a_client_that_leaves_while_its_connection_breaks_is_no_error_of_the_server(
    engine: Scripted, app: Counted, server: LiveServer, fault: Fault
) -> None:
    engine.next = replace(WHOLE, fault=fault)
    with socket.create_connection(address(server)) as hasty:
        hasty.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        if fault in (Fault.RESET_BODY, Fault.TRUNCATE, Fault.STALL, Fault.TRICKLE):
            hasty.recv(10)
    assert app.ended.acquire(timeout=5)


def test_a_fault_reaches_through_an_application_around_ours(engine: Scripted) -> None:
    engine.next = replace(WHOLE, fault=Fault.RESET)
    around = Starlette(routes=[Mount("/fake", create_app(engine))])
    with LiveServer(around) as server, pytest.raises(httpx.ReadError):
        get(server, "/fake/v2")
