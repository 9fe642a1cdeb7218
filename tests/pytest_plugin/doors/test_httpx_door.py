"""The doors of httpx and httpx2: one code, two libraries."""

import runpy
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any, NamedTuple

import anyio
import httpx
import httpx2
import pytest
import respx

from reelmock.contracts.exchange import Response
from reelmock.pytest_plugin.doors import httpx2_door, httpx_door
from reelmock.pytest_plugin.doors.carrying import MissingExtraError
from reelmock.pytest_plugin.stack import Stack
from reelmock.tests.pytest_plugin.doors.conftest import API, KEY, PAYLOAD, REFUSED, Fake, Installed

Cassette = Callable[[], AbstractContextManager[Any]]


class Case(NamedTuple):
    """A library and its door."""

    library: Any
    door: Any


@pytest.fixture(params=[Case(httpx, httpx_door), Case(httpx2, httpx2_door)], ids=["httpx", "httpx2"])
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def test_a_client_made_before_creates_polls_and_streams_a_clip(case: Case, installed: Installed) -> None:
    with case.library.Client(headers=KEY) as client, installed(case.door):
        created = client.post(API, json=PAYLOAD)
        assert created.status_code == 200
        polls = [client.get(API, params={"generation_id": created.json()["id"]}).json() for _ in range(3)]
        assert [poll["status"] for poll in polls] == ["queued", "generating", "completed"]
        with client.stream("GET", polls[-1]["video"]["url"]) as clip:
            chunks = list(clip.iter_bytes(1024))
        assert len(chunks) > 1
        assert b"".join(chunks)[4:8] == b"ftyp"
        assert int(clip.headers["content-length"]) == clip.num_bytes_downloaded == sum(map(len, chunks))
        with client.stream("GET", polls[-1]["video"]["url"]) as clip:
            assert b"".join(clip.iter_raw()) == b"".join(chunks)
        assert clip.elapsed.total_seconds() >= 0


def test_an_async_client_does_the_same(case: Case, installed: Installed) -> None:
    async def run() -> None:
        async with case.library.AsyncClient(headers=KEY) as client:
            with installed(case.door):
                created = await client.post(API, json=PAYLOAD)
                for _ in range(3):
                    poll = await client.get(API, params={"generation_id": created.json()["id"]})
                async with client.stream("GET", poll.json()["video"]["url"]) as clip:
                    body = b"".join([chunk async for chunk in clip.aiter_bytes()])
                assert body[4:8] == b"ftyp"

    anyio.run(run)
    anyio.run(run, backend="trio")


def test_functions_of_the_module_are_answered_too(case: Case, installed: Installed) -> None:
    with installed(case.door):
        assert case.library.post(API, json=PAYLOAD, headers=KEY).status_code == 200


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_raised_as_the_library_does(case: Case, installed: Installed, status: int) -> None:
    method, url, headers, json = REFUSED[status]
    with installed(case.door):
        response = case.library.request(method, url, headers=headers, json=json)
        assert response.status_code == status
        with pytest.raises(case.library.HTTPStatusError, match=str(status)):
            response.raise_for_status()


def test_the_mock_sees_the_request_as_it_would_go_over_the_wire(case: Case, installed: Installed) -> None:
    with installed(case.door) as fake:
        case.library.put("https://api.aimlapi.com:8443/a%20b/%C3%A9?x=&y=1%202&x=2", content=iter([b"on", b"e"]))
        case.library.get("http://API.aimlapi.com")
    first, second = fake.seen
    assert (first.method, first.path, first.body) == ("PUT", "/a b/é", b"one")
    assert first.query == (("x", ""), ("y", "1 2"), ("x", "2"))
    assert first.origin == "https://api.aimlapi.com:8443"
    assert first.header("host") == "api.aimlapi.com:8443"
    assert first.header("transfer-encoding") == "chunked"
    assert (second.path, second.origin, second.body) == ("/", "http://api.aimlapi.com", b"")


def test_the_body_of_an_async_upload_is_read(case: Case, installed: Installed) -> None:
    async def upload() -> AsyncIterator[bytes]:
        yield b"on"
        yield b"e"

    async def run() -> None:
        async with case.library.AsyncClient() as client:
            await client.post(API, content=upload())

    with installed(case.door) as fake:
        anyio.run(run)
    assert fake.seen[0].body == b"one"


@pytest.mark.parametrize("value", ["Bearer sk-test\n", " Bearer sk-test", "Bearer\x00sk-test"])
def test_a_header_that_could_not_be_sent_is_refused_as_on_a_network(
    case: Case, installed: Installed, value: str
) -> None:
    with installed(case.door) as fake, pytest.raises(case.library.LocalProtocolError, match="Illegal header value"):
        case.library.get(API, headers={"Authorization": value})
    assert fake.seen == []


def test_other_hosts_go_to_the_network_or_the_transport_that_the_user_gave(
    case: Case, installed: Installed, elsewhere: str
) -> None:
    own = case.library.MockTransport(lambda _: case.library.Response(200, text="own"))
    with installed(case.door) as fake, case.library.Client(mounts={"https://": own}) as client:
        assert client.get(elsewhere).text == "elsewhere"
        assert client.get("https://api.aimlapi.com.example.com/").text == "own"
        assert fake.seen == []
        assert client.get(API).status_code == 401

    async def run() -> None:
        async with case.library.AsyncClient(mounts={"https://": own}) as client:
            assert (await client.get(elsewhere)).text == "elsewhere"
            assert (await client.get("https://example.com/")).text == "own"

    with installed(case.door) as fake:
        anyio.run(run)
    assert fake.seen == []


def test_a_proxy_of_the_environment_leads_nowhere_else(
    case: Case, installed: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with case.library.Client() as client, installed(case.door):
        assert client.get(API).status_code == 401


def test_redirects_cookies_hooks_and_authentication_stay_the_library_s(case: Case, installed: Installed) -> None:
    to = Response(307, (("location", "/moved"), ("set-cookie", "a=1; Path=/")))
    events: list[Any] = []
    hooks = {"request": [events.append], "response": [events.append]}
    client = case.library.Client(follow_redirects=True, event_hooks=hooks, auth=("u", "p"))
    with client, installed(case.door, replies=(to, Response(200, (), b"there"))) as fake:
        response = client.post(API, json=PAYLOAD)
    assert (response.text, len(response.history), len(events)) == ("there", 1, 4)
    assert [request.path for request in fake.seen] == ["/v2/video/generations", "/moved"]
    assert fake.seen[0].body == fake.seen[1].body
    assert fake.seen[1].header("cookie") == "a=1"
    assert fake.seen[1].header("authorization") == "Basic dTpw"


def test_the_innermost_mock_answers_and_leaving_it_restores_the_outer(
    case: Case, installed: Installed, stack: Stack
) -> None:
    inner = Fake(Response(418))
    with installed(case.door):
        stack.push(inner)
        assert case.library.get(API).status_code == 418
        stack.drop(inner)
        assert case.library.get(API).status_code == 401


def seams(library: ModuleType) -> list[Any]:
    return [vars(client)["_send_single_request"] for client in (library.Client, library.AsyncClient)]


def test_removal_restores_the_very_methods(case: Case, installed: Installed) -> None:
    before = seams(case.library)
    with installed(case.door):
        assert all(now is not then for now, then in zip(seams(case.library), before, strict=True))
    assert seams(case.library) == before


def test_a_hook_that_came_on_top_meanwhile_stays_and_ours_hands_on(
    case: Case, installed: Installed, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def on_top(seam: Any) -> Any:
        def send(client: Any, request: Any) -> Any:
            calls.append(request)
            return seam(client, request)

        return send

    with monkeypatch.context() as patch:
        with installed(case.door):
            patch.setattr(case.library.Client, "_send_single_request", on_top(seams(case.library)[0]))
            assert case.library.get(API).status_code == 401
        assert case.library.get(elsewhere).text == "elsewhere"
        assert len(calls) == 2


def test_a_library_without_the_seam_is_refused_by_name(
    case: Case, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(case.library.AsyncClient, "_send_single_request")
    before = case.library.Client._send_single_request
    with pytest.raises(AttributeError, match=r"httpx2? [\d.]+ have no method _send_single_request"):
        case.door.install(stack)
    assert case.library.Client._send_single_request is before


def test_without_respx_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "respx"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'reelmock\[httpx\]'"):
        runpy.run_path(str(httpx_door.__file__))


@pytest.fixture(params=["httpcore", "httpx"])
def respx_block(request: pytest.FixtureRequest) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: respx.mock(using=request.param)


def both_answer(router: Any) -> Iterator[int]:
    router.get("https://example.com/").respond(202)
    yield httpx.get(API).status_code
    yield httpx.get("https://example.com/").status_code

    async def run() -> list[int]:
        async with httpx.AsyncClient() as client:
            return [(await client.get(url)).status_code for url in (API, "https://example.com/")]

    yield from anyio.run(run)


def test_respx_inside_of_a_mock(installed: Installed, respx_block: Cassette) -> None:
    with installed(httpx_door), respx_block() as router:
        assert list(both_answer(router)) == [401, 202, 401, 202]
        with pytest.raises(respx.models.AllMockedAssertionError):
            httpx.get("https://example.org/")


def test_respx_around_a_mock(installed: Installed, respx_block: Cassette) -> None:
    with respx_block() as router, installed(httpx_door):
        assert list(both_answer(router)) == [401, 202, 401, 202]
        with pytest.raises(respx.models.AllMockedAssertionError):
            httpx.get("https://example.org/")


def recorded(case: Case, tape: Any, elsewhere: str) -> list[Any]:
    async def run() -> list[Any]:
        async with case.library.AsyncClient() as client:
            return [(await client.get(API)).status_code, (await client.get(elsewhere)).text]

    return [case.library.get(API).status_code, case.library.get(elsewhere).text, *anyio.run(run), len(tape)]


def test_vcrpy_records_other_hosts_alone(case: Case, installed: Installed, cassette: Cassette, elsewhere: str) -> None:
    expected = [401, "elsewhere", 401, "elsewhere", 2]
    with installed(case.door), cassette() as tape:
        assert recorded(case, tape, elsewhere) == expected
    with cassette() as tape, installed(case.door):
        assert recorded(case, tape, elsewhere) == expected
