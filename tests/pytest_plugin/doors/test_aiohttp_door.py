"""aiohttp is answered where its connector makes a connection; everything above that stays aiohttp's own."""

import asyncio
import io
import json
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import aiohttp
import pytest
from aiohttp import web

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_progression
from reelmock.mockserver.reply import Reply
from reelmock.mockserver.settings import Settings
from reelmock.pytest_plugin.doors.aiohttp_door import LIBRARY, install
from reelmock.pytest_plugin.errors import EndlessPolling, ToleratedDeviationWarning
from reelmock.pytest_plugin.stack import Stack

API = "https://api.aimlapi.com/v2/video/generations"
KEY = {"Authorization": "Bearer sk-test"}
PAYLOAD = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat.",
    "image_url": "https://example.com/boat.jpg",
}

Handle: TypeAlias = Callable[[Request], Response]


class Mock:
    """An active mock: an engine of its own, or what `handle` says."""

    def __init__(self, *hosts: str, handle: Handle | None = None) -> None:
        settings = Settings(parse_progression("polls:1,1"), public_url="https://cdn.aimlapi.com", api_keys=("sk-test",))
        engine = Engine(load_contract(), VirtualClock(), settings)
        self.hosts = hosts or ("api.aimlapi.com", "cdn.aimlapi.com")
        self.came: list[Request] = []
        self._respond = handle or (lambda request: engine.handle(request).response)

    def answers(self, host: str) -> bool:
        return host in self.hosts

    def blocks(self, host: str) -> bool:
        return self.answers(host)

    def handle(self, request: Request) -> Reply:
        self.came.append(request)
        return Reply(self._respond(request))

    @property
    def skips(self) -> bool:
        """See `Answering`."""
        return False

    def waited(self, seconds: float) -> None:
        """See `Answering`."""


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A stack of mocks whose door is in aiohttp."""
    stack = Stack()
    remove = install(stack)
    yield stack
    remove()


@pytest.fixture
def mock(stack: Stack) -> Mock:
    """The only mock of the stack."""
    mock = Mock()
    stack.push(mock)
    return mock


def echo(request: Request) -> Response:
    """What came, as JSON."""
    told = {
        "method": request.method,
        "path": request.path,
        "query": request.query,
        "origin": request.origin,
        "headers": dict(request.headers),
        "body": request.body.decode("latin-1")[:100],
        "length": len(request.body),
    }
    return Response(200, (("content-type", "application/json"),), json.dumps(told).encode())


def echoing(stack: Stack, *hosts: str) -> Mock:
    """A mock that answers with what came, on top of the stack."""
    mock = Mock(*hosts, handle=echo)
    stack.push(mock)
    return mock


def with_session(use: Callable[[aiohttp.ClientSession], Awaitable[Any]], **options: Any) -> Any:
    """The result of a function that is given a session, in an event loop of its own."""

    async def main() -> Any:
        async with aiohttp.ClientSession(**options) as session:
            return await use(session)

    return asyncio.run(main())


async def create(session: aiohttp.ClientSession) -> str:
    async with session.post(API, json=PAYLOAD, headers=KEY) as response:
        response.raise_for_status()
        return str((await response.json())["id"])


async def poll(session: aiohttp.ClientSession, generation: str) -> Any:
    async with session.get(API, params={"generation_id": generation}, headers=KEY) as response:
        return await response.json()


async def wait(session: aiohttp.ClientSession) -> Any:
    """A whole job: create, and poll until it has ended."""
    generation = await create(session)
    states = [await poll(session, generation) for _ in range(3)]
    assert [state["status"] for state in states] == ["queued", "generating", "completed"]
    return states[-1]


def test_a_job_is_created_polled_and_its_clip_streamed(mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        done = await wait(session)
        async with session.get(done["video"]["url"]) as response:
            chunks = [chunk async for chunk in response.content.iter_chunked(500)]
        clip = b"".join(chunks)
        assert (response.status, response.content_type) == (200, "video/mp4")
        assert (clip[4:8], len(clip)) == (b"ftyp", response.content_length)
        assert len(chunks) > 2

    with_session(use)
    assert [request.origin for request in mock.came] == ["https://api.aimlapi.com"] * 4 + ["https://cdn.aimlapi.com"]


@pytest.mark.parametrize(
    ("url", "options", "status", "reason"),
    [
        (API, {"json": {"model": "pixverse/v5.5/image-to-video"}, "headers": KEY}, 400, "Bad Request"),
        (API, {"json": PAYLOAD}, 401, "Unauthorized"),
        (API + "s", {"json": PAYLOAD, "headers": KEY}, 404, "Not Found"),
    ],
)
def test_refusals_are_raised_by_aiohttp_itself(
    mock: Mock, url: str, options: dict[str, Any], status: int, reason: str
) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        async with session.post(url, **options) as response:
            assert "message" in await response.json()
            with pytest.raises(aiohttp.ClientResponseError) as caught:
                response.raise_for_status()
        assert (caught.value.status, caught.value.message) == (status, reason)

    with_session(use)


def test_a_request_arrives_as_it_was_sent(stack: Stack) -> None:
    mock = echoing(stack)

    async def use(session: aiohttp.ClientSession) -> None:
        url = "https://api.aimlapi.com:8443/a%20b//c?x=1&x=%C3%A4&empty="
        async with session.put(url, data=b"body", headers={"X-Two": "2"}, cookies={"c": "1"}) as response:
            assert response.status == 200

    with_session(use)
    (request,) = mock.came
    assert (request.method, request.path, request.origin) == ("PUT", "/a b//c", "https://api.aimlapi.com:8443")
    assert request.query == (("x", "1"), ("x", "ä"), ("empty", ""))
    assert (request.header("x-two"), request.header("cookie"), request.body) == ("2", "c=1", b"body")
    assert request.header("host") == "api.aimlapi.com:8443"


async def lines() -> AsyncIterator[bytes]:
    """A body whose length is not known before."""
    for number in range(1000):
        yield b"%d\n" % number


@pytest.mark.parametrize(
    ("options", "length"),
    [
        ({"data": lines}, 3890),
        ({"data": b"x" * 5000, "expect100": True}, 5000),
        ({"data": lines, "expect100": True}, 3890),
        ({"data": b"", "expect100": True}, 0),
        ({"data": b"x" * 5000, "chunked": True}, 5000),
        ({"data": b"x" * 5000, "headers": {"Connection": "close"}}, 5000),
    ],
)
def test_uploads_arrive_however_they_are_framed(stack: Stack, options: dict[str, Any], length: int) -> None:
    echoing(stack)

    async def use(session: aiohttp.ClientSession) -> None:
        body = options["data"]
        given = options | {"data": body() if callable(body) else body}
        async with session.post(API, **given) as response:
            assert (await response.json())["length"] == length

    with_session(use)


def test_an_http_1_0_client_is_answered(stack: Stack) -> None:
    echoing(stack)

    async def use(session: aiohttp.ClientSession) -> None:
        async with session.post(API, data=b"x" * 5000) as response:
            assert (await response.json())["length"] == 5000

    with_session(use, version=aiohttp.HttpVersion10)


def test_an_upload_of_many_megabytes_arrives(mock: Mock) -> None:
    photo = PAYLOAD | {"image_url": "data:image/png;base64," + "A" * 5_000_000}
    body = json.dumps(photo).encode()

    async def use(session: aiohttp.ClientSession) -> None:
        # A file, because aiohttp warns of bytes of this size.
        headers = KEY | {"Content-Type": "application/json"}
        async with session.post(API, data=io.BytesIO(body), headers=headers) as response:
            assert response.status == 200, await response.text()

    with_session(use)
    assert mock.came[0].body == body


def test_a_large_reply_is_streamed_to_a_slow_reader(stack: Stack) -> None:
    content = bytes(range(256)) * 20_000
    stack.push(Mock(handle=lambda _: Response(200, (("content-type", "video/mp4"),), content)))

    async def use(session: aiohttp.ClientSession) -> bytes:
        read = bytearray()
        async with session.get(API) as response:
            assert response.content_length == len(content)
            async for chunk in response.content.iter_chunked(10_000):
                read += chunk
                await asyncio.sleep(0)
                assert response.content.total_bytes - len(read) < 200_000
        return bytes(read)

    assert with_session(use, read_bufsize=1024) == content


@pytest.mark.parametrize("status", [200, 204, 304, 404, 599])
def test_replies_without_a_body_end_at_once(stack: Stack, status: int) -> None:
    stack.push(Mock(handle=lambda _: Response(status)))

    async def use(session: aiohttp.ClientSession) -> None:
        for method in ("GET", "HEAD", "OPTIONS"):
            async with session.request(method, API) as response:
                assert (response.status, await response.read()) == (status, b"")
                assert "Content-Length" not in response.headers

    with_session(use)


def test_the_reply_to_head_tells_the_length_of_the_clip(mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        url = (await wait(session))["video"]["url"]
        async with session.head(url) as response:
            assert await response.read() == b""
        async with session.get(url, headers={"Range": "bytes=0-9"}) as part:
            assert (part.status, len(await part.read())) == (206, 10)
        assert response.content_length == int(part.headers["Content-Range"].rpartition("/")[2])

    with_session(use)


def test_a_session_is_answered_that_is_older_than_the_door() -> None:
    stack = Stack()
    mock = Mock()

    async def use(session: aiohttp.ClientSession) -> None:
        remove = install(stack)
        stack.push(mock)
        await wait(session)
        remove()

    with_session(use)
    assert len(mock.came) == 4


def real() -> web.AppRunner:
    """A real server, which says the same to everything."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text="real")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    return web.AppRunner(app)


async def serving(use: Callable[[str], Awaitable[None]]) -> None:
    """A real server on loopback, whose base URL is handed to `use`."""
    runner = real()
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        await use(f"http://127.0.0.1:{port}")
    finally:
        await runner.cleanup()


def test_a_connector_for_unix_sockets_is_left_alone(mock: Mock, tmp_path: Path) -> None:
    """So are the connections of its pool: its requests never leave this machine."""
    seen: list[str] = []

    async def reused(*_: object) -> None:
        seen.append("reused")

    async def main() -> None:
        runner = real()
        await runner.setup()
        await web.UnixSite(runner, str(tmp_path / "s")).start()
        trace = aiohttp.TraceConfig()
        trace.on_connection_reuseconn.append(reused)
        connector = aiohttp.UnixConnector(str(tmp_path / "s"))
        async with aiohttp.ClientSession(connector=connector, trace_configs=[trace]) as session:
            assert await text_of(session, "http://api.aimlapi.com/") == "real"
            assert await text_of(session, "http://api.aimlapi.com/") == "real"
        await runner.cleanup()

    asyncio.run(main())
    assert (mock.came, seen) == ([], ["reused"])


async def text_of(session: aiohttp.ClientSession, url: str) -> str:
    async with session.get(url) as response:
        return await response.text()


def test_other_hosts_are_left_alone(stack: Stack) -> None:
    mock = echoing(stack)

    async def use(url: str) -> None:
        async with aiohttp.ClientSession() as session:
            assert await text_of(session, url) == "real"
            assert json.loads(await text_of(session, API))["method"] == "GET"
            assert await text_of(session, url) == "real"

    asyncio.run(serving(use))
    assert len(mock.came) == 1


def test_a_kept_alive_connection_to_the_real_host_is_not_used(stack: Stack) -> None:
    """Nor is a connection to the mock, once it has gone."""

    async def use(url: str) -> None:
        async with aiohttp.ClientSession() as session:
            assert await text_of(session, url) == "real"
            mock = echoing(stack, "127.0.0.1")
            assert json.loads(await text_of(session, url))["origin"] == url
            assert json.loads(await text_of(session, url))["origin"] == url
            stack.drop(mock)
            assert await text_of(session, url) == "real"

    asyncio.run(serving(use))


def test_a_proxy_is_not_asked(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the environment's nor the request's own: nobody listens at its port."""
    mock = echoing(stack)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("REQUEST_METHOD", raising=False)

    async def use(session: aiohttp.ClientSession) -> None:
        for scheme in ("http", "https"):
            await text_of(session, f"{scheme}://api.aimlapi.com/v2?a=b")
            await session.get(f"{scheme}://api.aimlapi.com/v2?a=b", proxy="http://127.0.0.1:9")

    with_session(use, trust_env=True)
    seen = {(request.origin, request.path, request.query) for request in mock.came}
    assert seen == {(f"{scheme}://api.aimlapi.com", "/v2", (("a", "b"),)) for scheme in ("http", "https")}
    assert len(mock.came) == 4


def test_no_name_is_looked_up(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with_session(wait)


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_concurrent_requests_keep_to_the_limit_of_connections(mock: Mock, limit: int) -> None:
    async def main() -> list[Any]:
        connector = aiohttp.TCPConnector(limit=limit, limit_per_host=limit)
        async with aiohttp.ClientSession(connector=connector) as session:
            return await asyncio.gather(*[wait(session) for _ in range(20)])

    jobs = asyncio.run(main())
    assert len({job["id"] for job in jobs}) == 20
    assert len(mock.came) == 80


def test_a_cancelled_request_has_been_sent_and_harms_no_other(mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        task = asyncio.create_task(create(session))
        while not mock.came:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await wait(session)

    with_session(use)
    assert [request.method for request in mock.came] == ["POST", "POST", "GET", "GET", "GET"]


def test_a_reply_may_be_left_unread(stack: Stack) -> None:
    stack.push(Mock(handle=lambda _: Response(200, (), b"x" * 3_000_000)))

    async def use(session: aiohttp.ClientSession) -> None:
        for _ in range(3):
            async with session.get(API) as response:
                assert await response.content.read(1) == b"x"

    with_session(use)


@pytest.mark.parametrize("raised", [EndlessPolling("no end"), ToleratedDeviationWarning("a string"), KeyError("bug")])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_the_mock_raises_is_raised_by_the_request(stack: Stack, raised: BaseException, method: str) -> None:
    def fail(_: Request) -> Response:
        raise raised

    stack.push(Mock(handle=fail))

    async def use(session: aiohttp.ClientSession) -> None:
        with pytest.raises(type(raised)) as caught:
            await session.request(method, API, data=b"x" if method == "POST" else None)
        assert caught.value is raised

    with_session(use, timeout=aiohttp.ClientTimeout(total=30))


def test_a_request_that_no_server_can_read_is_refused_with_the_reason(mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        async with session.post(API, data=lines(), headers={"no name": "secret"}) as response:
            assert response.status == 400
            assert await response.text() == "reelmock can't read this request: illegal header line"

    with_session(use)
    assert mock.came == []


def test_a_websocket_is_refused_as_by_the_api(mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await session.ws_connect("wss://api.aimlapi.com/nothing")
        assert caught.value.status == 404

    with_session(use)


def test_traces_and_time_outs_stay_aiohttps_own(mock: Mock) -> None:
    seen: list[str] = []

    def noting(name: str) -> Callable[..., Coroutine[None, None, None]]:
        async def note(*_: object) -> None:
            seen.append(name)

        return note

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(noting("start"))
    trace.on_connection_create_end.append(noting("connection"))
    trace.on_dns_resolvehost_start.append(noting("dns"))
    trace.on_request_chunk_sent.append(noting("sent"))
    trace.on_request_end.append(noting("end"))

    timeout = aiohttp.ClientTimeout(total=60, connect=60, sock_read=60)
    with_session(create, trace_configs=[trace], timeout=timeout)
    assert seen == ["start", "connection", "sent", "end"]


def test_two_event_loops_are_answered_at_the_same_time(mock: Mock) -> None:
    done: list[Any] = []
    threads = [threading.Thread(target=lambda: done.append(with_session(wait))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job["id"] for job in done}) == 4


def test_the_innermost_mock_answers_and_leaving_it_restores_the_outer(stack: Stack, mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        inner = echoing(stack, "api.aimlapi.com")
        async with session.get("https://API.aimlapi.com./x") as response:
            assert (await response.json())["path"] == "/x"
        stack.drop(inner)
        await wait(session)
        assert (len(inner.came), len(mock.came)) == (1, 4)

    with_session(use)


def test_after_removal_the_seam_is_the_original() -> None:
    before = aiohttp.TCPConnector._create_connection, aiohttp.BaseConnector._get
    remove = install(Stack())
    assert aiohttp.TCPConnector._create_connection is not before[0]
    remove()
    assert (aiohttp.TCPConnector._create_connection, aiohttp.BaseConnector._get) == before
    assert "_get" not in vars(aiohttp.TCPConnector)
    assert LIBRARY == "aiohttp"


def test_a_connector_of_its_own_kind_is_answered_too(stack: Stack) -> None:
    """One that makes its connections through a proxy of its own, as aiohttp-socks has it."""
    echoing(stack)

    class Socks(aiohttp.TCPConnector):
        async def _wrap_create_connection(self, *_: object, **__: object) -> Any:
            raise AssertionError("a proxy was asked")

    async def main() -> None:
        async with aiohttp.ClientSession(connector=Socks()) as session:
            assert json.loads(await text_of(session, API))["method"] == "GET"

    asyncio.run(main())


def test_no_connection_to_the_mock_stays_in_a_pool(mock: Mock) -> None:
    async def use(session: aiohttp.ClientSession) -> None:
        await wait(session)
        assert session.connector is not None
        assert not session.connector._conns

    with_session(use)
