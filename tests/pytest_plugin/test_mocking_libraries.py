"""`mock()` and each HTTP library: clients older than the mock, downloads in pieces, hosts, and late imports."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from textwrap import dedent
from typing import Any, NamedTuple
from urllib.error import URLError

import aiohttp
import httpx
import httpx2
import pytest
import requests
import respx
import urllib3

from reelmock import mock
from reelmock.tests.pytest_plugin.conftest import API, PAYLOAD

KEY = {"Authorization": "Bearer sk-test"}
PIECE = 500


class Client(NamedTuple):
    """A client of some library: `ask(method, url, payload)` gives the reply's JSON, `pieces(url)` those of a file."""

    ask: Callable[[str, str, Any], Any]
    pieces: Callable[[str], list[bytes]]


def by_requests(open_now: ExitStack) -> Client:
    session = open_now.enter_context(requests.Session())

    def pieces(url: str) -> list[bytes]:
        with session.get(url, stream=True) as reply:
            return list(reply.iter_content(PIECE))

    return Client(lambda method, url, payload: session.request(method, url, json=payload, headers=KEY).json(), pieces)


def by_httpx(library: Any) -> Callable[[ExitStack], Client]:
    def make(open_now: ExitStack) -> Client:
        client = open_now.enter_context(library.Client())

        def pieces(url: str) -> list[bytes]:
            with client.stream("GET", url) as reply:
                return list(reply.iter_bytes(PIECE))

        return Client(
            lambda method, url, payload: client.request(method, url, json=payload, headers=KEY).json(), pieces
        )

    return make


def by_async_httpx(library: Any) -> Callable[[ExitStack], Client]:
    def make(open_now: ExitStack) -> Client:
        runner, client = open_now.enter_context(asyncio.Runner()), library.AsyncClient()
        open_now.callback(lambda: runner.run(client.aclose()))

        async def pieces(url: str) -> list[bytes]:
            async with client.stream("GET", url) as reply:
                return await _all(reply.aiter_bytes(PIECE))

        async def ask(method: str, url: str, payload: Any) -> Any:
            return (await client.request(method, url, json=payload, headers=KEY)).json()

        return Client(lambda *request: runner.run(ask(*request)), lambda url: runner.run(pieces(url)))

    return make


def by_aiohttp(open_now: ExitStack) -> Client:
    runner = open_now.enter_context(asyncio.Runner())

    async def session() -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    client = runner.run(session())
    open_now.callback(lambda: runner.run(client.close()))

    async def ask(method: str, url: str, payload: Any) -> Any:
        async with client.request(method, url, json=payload, headers=KEY) as reply:
            return await reply.json()

    async def pieces(url: str) -> list[bytes]:
        async with client.get(url) as reply:
            return await _all(reply.content.iter_chunked(PIECE))

    return Client(lambda *request: runner.run(ask(*request)), lambda url: runner.run(pieces(url)))


def by_urllib3(_: ExitStack) -> Client:
    pool = urllib3.PoolManager()

    def ask(method: str, url: str, payload: Any) -> Any:
        body = {} if payload is None else {"json": payload}
        return pool.request(method, url, headers=KEY, **body).json()

    return Client(ask, lambda url: list(pool.request("GET", url, preload_content=False).stream(PIECE)))


def by_urllib(_: ExitStack) -> Client:
    opener = urllib.request.build_opener()

    def ask(method: str, url: str, payload: Any) -> Any:
        body = None if payload is None else json.dumps(payload).encode()
        headers = KEY | {"Content-Type": "application/json"}
        with opener.open(urllib.request.Request(url, method=method, headers=headers, data=body)) as reply:
            return json.load(reply)

    def pieces(url: str) -> list[bytes]:
        with opener.open(url) as reply:
            return list(iter(lambda: reply.read(PIECE), b""))

    return Client(ask, pieces)


async def _all(pieces: AsyncIterator[bytes]) -> list[bytes]:
    return [piece async for piece in pieces]


LIBRARIES: Mapping[str, Callable[[ExitStack], Client]] = {
    "httpx": by_httpx(httpx),
    "httpx, async": by_async_httpx(httpx),
    "httpx2": by_httpx(httpx2),
    "httpx2, async": by_async_httpx(httpx2),
    "requests": by_requests,
    "aiohttp": by_aiohttp,
    "urllib3": by_urllib3,
    "urllib": by_urllib,
}


@pytest.fixture(scope="module", params=LIBRARIES)
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client that is older than every mock of this module, and outlives it."""
    with ExitStack() as open_now:
        yield LIBRARIES[request.param](open_now)


@pytest.mark.parametrize("block", ["first", "second"])
def test_a_client_of_before_is_answered_in_each_block_by_its_fake(client: Client, block: str) -> None:
    with mock(seed=block) as api:
        generation = client.ask("POST", API, PAYLOAD)["id"]
        polled = [client.ask("GET", f"{API}?generation_id={generation}", None) for _ in range(3)]
        assert [found["status"] for found in polled] == ["queued", "generating", "completed"]
        assert [record.id for record in api.generations] == [generation]
        assert [record.host for record in api.requests] == ["api.aimlapi.com"] * 4


def test_a_clip_is_downloaded_in_pieces(client: Client) -> None:
    with mock(progression="immediate") as api:
        generation = client.ask("POST", API, PAYLOAD)["id"]
        url = client.ask("GET", f"{API}?generation_id={generation}", None)["video"]["url"]
        pieces = client.pieces(url)
        assert len(pieces) > 1
        assert b"".join(pieces) == api.requests[-1].reply.body
        assert api.requests[-1].host == "cdn.aimlapi.com"


def test_other_hosts_are_answered_when_they_are_named(client: Client) -> None:
    with mock(hosts=["videos.example"]) as api:
        assert client.ask("POST", "https://videos.example:8443/v2/video/generations", PAYLOAD)["status"] == "queued"
        assert client.ask("POST", "http://VIDEOS.example/v2/video/generations", PAYLOAD)["status"] == "queued"
        assert client.ask("POST", API, PAYLOAD)["status"] == "queued"
        assert [record.host.lower() for record in api.requests][1:] == ["videos.example", "api.aimlapi.com"]


def test_other_hosts_can_be_blocked(client: Client) -> None:
    errors = (OSError, URLError, httpx.HTTPError, httpx2.HTTPError, urllib3.exceptions.HTTPError)
    with mock(other_hosts="block") as api:
        with pytest.raises(errors, match=r"reelmock refused a real connection to pictures\.invalid: other_hosts="):
            client.ask("GET", "https://pictures.invalid/boat.jpg", None)
        assert api.requests == []


@pytest.mark.parametrize("outer", ["reelmock", "respx"])
@pytest.mark.parametrize("using", ["httpcore", "httpx"])
@pytest.mark.parametrize("make", [by_httpx(httpx), by_async_httpx(httpx)])
def test_a_route_of_respx_for_the_apis_host_is_not_reached(
    make: Callable[[ExitStack], Client], using: str, outer: str
) -> None:
    """Whichever is the outer one, and only while the mock is active."""
    stubs = respx.mock(using=using, assert_all_called=False)
    route = stubs.post(API).respond(json={"id": "of respx"})
    blocks: dict[str, AbstractContextManager[Any]] = {"reelmock": mock(), "respx": stubs}
    with ExitStack() as open_now:
        client = make(open_now)
        with ExitStack() as active:
            for name in sorted(blocks, key=lambda name: name != outer):
                active.enter_context(blocks[name])
            assert client.ask("POST", API, PAYLOAD)["status"] == "queued"
            assert route.call_count == 0
        with stubs:
            assert client.ask("POST", API, PAYLOAD) == {"id": "of respx"}


def test_a_library_that_is_first_imported_inside_of_the_block_is_answered() -> None:
    source = """
        import sys
        from reelmock import mock

        URL = "https://api.aimlapi.com/v2/video/generations"
        LIBRARIES = ("urllib.request", "urllib3", "requests", "httpx", "httpx2", "aiohttp")
        assert not set(LIBRARIES) & set(sys.modules), set(LIBRARIES) & set(sys.modules)
        with mock() as api:
            import urllib.request
            urllib.request.urlopen(urllib.request.Request(URL, method="OPTIONS")).close()
            import urllib3
            urllib3.request("OPTIONS", URL)
            from requests import options
            options(URL)
            from httpx import Client
            Client().options(URL)
            import httpx2
            httpx2.options(URL)
            import asyncio
            import aiohttp

            async def main():
                async with aiohttp.ClientSession() as session, session.options(URL) as reply:
                    await reply.read()

            asyncio.run(main())
            assert [request.method for request in api.requests] == ["OPTIONS"] * len(LIBRARIES)
    """
    run = subprocess.run([sys.executable, "-c", dedent(source)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
