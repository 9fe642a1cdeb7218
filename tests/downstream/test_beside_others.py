"""Beside another mock or a real server, whichever is outer: each answers for its own hosts, and sees no others."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from reelmock.tests.downstream.running import run_tests

# How the libraries ask; each gives the status of the reply.
ASKING = """
import asyncio
import json
import urllib.error
import urllib.request

import aiohttp
import httpx
import httpx2
import urllib3

OTHER = "https://other.invalid/thing"


def by_requests(method, url, payload):
    return requests.request(method, url, json=payload, headers=KEY).status_code


def by_httpx(method, url, payload):
    return httpx.request(method, url, json=payload, headers=KEY).status_code


def by_httpx2(method, url, payload):
    return httpx2.request(method, url, json=payload, headers=KEY).status_code


def by_async_httpx(method, url, payload):
    async def ask():
        async with httpx.AsyncClient() as client:
            return (await client.request(method, url, json=payload, headers=KEY)).status_code

    return asyncio.run(ask())


def by_aiohttp(method, url, payload):
    async def ask():
        async with aiohttp.ClientSession() as session:
            async with session.request(method, url, json=payload, headers=KEY) as reply:
                await reply.read()
                return reply.status

    return asyncio.run(ask())


def by_urllib3(method, url, payload):
    body = {} if payload is None else {"json": payload}
    return urllib3.PoolManager().request(method, url, headers=KEY, **body).status


def by_urllib(method, url, payload):
    body = None if payload is None else json.dumps(payload).encode()
    headers = KEY | {"Content-Type": "application/json"}
    try:
        return urllib.request.urlopen(urllib.request.Request(url, method=method, headers=headers, data=body)).status
    except urllib.error.HTTPError as error:
        return error.code
"""

# `other` is the neighbour: it answers 418 where it answers, and may give another URL for that. `ask` are the clients.
BOTH = """
@pytest.mark.parametrize("order", [("reelmock_api", "other"), ("other", "reelmock_api")], ids="-".join)
@pytest.mark.parametrize("ask", CLIENTS)
def test_both_answer(request, order, ask):
    fixtures = {name: request.getfixturevalue(name) for name in order}
    url = fixtures["other"] or OTHER
    statuses = [ask("POST", URL, PAYLOAD), ask("GET", url, None), ask("POST", URL, PAYLOAD)]
    assert statuses == [200, 418, 200]
    assert [record.host for record in fixtures["reelmock_api"].requests] == ["api.aimlapi.com"] * 2
"""

VCRPY = """
import vcr

CASSETTE = \"\"\"
version: 1
interactions:
- request: {{body: null, headers: {{}}, method: GET, uri: https://other.invalid/thing}}
  response: {{body: {{string: ''}}, headers: {{}}, status: {{code: 418, message: Teapot}}}}
\"\"\"

CLIENTS = [by_requests, by_httpx, by_async_httpx, by_aiohttp, by_urllib3, by_urllib]


@pytest.fixture
def other(tmp_path):
    file = tmp_path / "cassette.yaml"
    file.write_text(CASSETTE)
    with vcr.use_cassette(str(file), record_mode="{mode}") as cassette:
        yield
        assert [request.host for request in cassette.requests] == ["other.invalid"]
"""


# Each gives a fixture `other`, and the clients for which it has something to answer.
NEIGHBOURS: Mapping[str, str] = {
    "respx_mock": """
        CLIENTS = [by_httpx, by_async_httpx]

        @pytest.fixture
        def other(respx_mock):
            respx_mock.get(OTHER).respond(418)
        """,
    "respx in place of httpx's transports": """
        import respx

        CLIENTS = [by_httpx, by_async_httpx]

        @pytest.fixture
        def other():
            with respx.mock(using="httpx") as router:
                router.get(OTHER).respond(418)
                yield
        """,
    "responses": """
        import responses

        CLIENTS = [by_requests]

        @pytest.fixture
        def other():
            with responses.RequestsMock() as router:
                router.get(OTHER, status=418)
                yield
        """,
    "httpx_mock": """
        CLIENTS = [by_httpx, by_async_httpx]

        @pytest.fixture
        def other(httpx_mock):
            httpx_mock.add_response(url=OTHER, status_code=418)
        """,
    "vcrpy, none": VCRPY.format(mode="none"),
    "vcrpy, once": VCRPY.format(mode="once"),
    "vcrpy, new episodes": VCRPY.format(mode="new_episodes"),
    "Starlette's TestClient": """
        from starlette.applications import Starlette
        from starlette.responses import Response
        from starlette.routing import Route
        from starlette.testclient import TestClient

        async def thing(request):
            async with httpx.AsyncClient() as client:  # the app itself calls the API
                created = await client.post(URL, json=PAYLOAD, headers=KEY)
            return Response(status_code=418 if created.status_code == 200 else 500)

        APP = Starlette(routes=[Route("/thing", thing)])

        @pytest.mark.parametrize("base_url", ["http://testserver", "https://app.example"])
        def test_the_app_under_test_calls_the_api(reelmock_api, base_url):
            with TestClient(APP, base_url=base_url) as client:
                assert client.get("/thing").status_code == 418
            assert [record.host for record in reelmock_api.requests] == ["api.aimlapi.com"]
        """,
    "a server on this machine": """
        import threading
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        CLIENTS = [by_requests, by_httpx, by_httpx2, by_async_httpx, by_aiohttp, by_urllib3, by_urllib]
        pytestmark = pytest.mark.reelmock(other_hosts="block")  # which never means this machine

        class Teapot(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(418)
                self.send_header("Content-Length", "0")
                self.end_headers()

        @pytest.fixture
        def other():
            with ThreadingHTTPServer(("127.0.0.1", 0), Teapot) as server:
                threading.Thread(target=server.serve_forever, args=[0.01]).start()
                yield f"http://localhost:{server.server_port}/"
                server.shutdown()
        """,
}


# A stub for the API's own host, which is never asked: what the other one says of it.
STUBS: Mapping[str, str] = {
    "RESPX: some routes were not called!": """
        @pytest.mark.respx(assert_all_called=True)
        def test_it(reelmock_api, respx_mock):
            respx_mock.post(URL).respond(418)
            assert httpx.post(URL, json=PAYLOAD, headers=KEY).status_code == 200
        """,
    "The following responses are mocked but not requested": """
        def test_it(httpx_mock, reelmock_api):
            httpx_mock.add_response(url=URL, status_code=418)
            assert httpx.post(URL, json=PAYLOAD, headers=KEY).status_code == 200
        """,
    "Not all requests have been executed": """
        import responses

        def test_it(reelmock_api):
            with responses.RequestsMock() as router:
                router.post(URL, status=418)
                assert create()
        """,
}


def test_both_answer_for_their_own(tmp_path: Path) -> None:
    """One run for all: starting pytest with all these plugins takes longer than the tests."""
    files = {}
    for name, source in NEIGHBOURS.items():
        both = BOTH if "CLIENTS = " in source else ""
        files[f"test_{re.sub(r'[^a-z]+', '_', name.lower())}.py"] = ASKING + dedent(source) + both
    run = run_tests(tmp_path, files)
    assert run.failed == [], run.output
    assert len(run.outcomes) == 2 * (2 + 2 + 1 + 2 + 3 * 6 + 1 + 7)


def test_a_stub_for_the_apis_own_host_is_not_asked_and_its_library_says_so(tmp_path: Path) -> None:
    files = {f"test_stub_{number}.py": ASKING + dedent(source) for number, source in enumerate(STUBS.values())}
    output = run_tests(tmp_path, files).output
    assert [words for words in STUBS if words not in output] == [], output
    assert output.count("POST /v2/video/generations  200 queued") == len(STUBS), output
