"""The door of urllib3."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import urllib3
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError
from urllib3.util import Retry

from reelmock.contracts.exchange import Response
from reelmock.pytest_plugin.doors import urllib3_door
from reelmock.pytest_plugin.stack import Stack
from reelmock.tests.pytest_plugin.doors.conftest import API, KEY, PAYLOAD, REFUSED, Fake, Installed

Cassette = Callable[[], AbstractContextManager[Any]]
BUSY = Response(503, (("content-length", "0"),))


def test_a_pool_made_before_creates_polls_and_streams_a_clip(installed: Installed) -> None:
    with urllib3.PoolManager(headers=KEY) as pools, installed(urllib3_door):
        created = pools.request("POST", API, json=PAYLOAD)
        assert (created.status, created.reason) == (200, "OK")
        fields = {"generation_id": created.json()["id"]}
        polls = [pools.request("GET", API, fields=fields).json() for _ in range(3)]
        assert [poll["status"] for poll in polls] == ["queued", "generating", "completed"]
        clip = pools.request("GET", polls[-1]["video"]["url"], preload_content=False)
        chunks = list(clip.stream(1024))
        assert len(chunks) > 1
        assert b"".join(chunks)[4:8] == b"ftyp"
        assert len(b"".join(chunks)) == int(clip.headers["content-length"])
        assert pools.request("HEAD", polls[-1]["video"]["url"]).data == b""


def test_a_streamed_reply_gives_its_place_in_the_pool_back(installed: Installed) -> None:
    with HTTPSConnectionPool("api.aimlapi.com", maxsize=1, block=True) as pool, installed(urllib3_door):
        for _ in range(3):
            response = pool.urlopen("GET", "/v2/nothing", preload_content=False, pool_timeout=1)
            assert response.status == 404
            response.read()
            response.release_conn()


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_a_response(installed: Installed, status: int) -> None:
    method, url, headers, json = REFUSED[status]
    with installed(urllib3_door):
        response = urllib3.request(method, url, headers=headers, json=json)
        assert response.status == status
        assert response.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize(
    "body", [b"one", "one", io.BytesIO(b"one"), bytearray(b"one"), [b"on", b"e"]], ids=lambda body: type(body).__name__
)
def test_the_mock_sees_the_request_as_it_would_go_over_the_wire(installed: Installed, body: Any) -> None:
    with installed(urllib3_door) as fake:
        urllib3.request("PUT", "https://API.aimlapi.com:8443/a%20b/é?x=&y=1%202&x=2", body=body, headers={"A": "1"})
    (seen,) = fake.seen
    assert (seen.method, seen.path, seen.body) == ("PUT", "/a b/é", b"one")
    assert seen.query == (("x", ""), ("y", "1 2"), ("x", "2"))
    assert seen.origin == "https://api.aimlapi.com:8443"
    assert seen.header("host") == "api.aimlapi.com:8443"
    assert seen.header("a") == "1"
    assert (seen.header("content-length") == "3") is not (seen.header("transfer-encoding") == "chunked")


def test_a_header_that_could_not_be_sent_is_refused_as_on_a_network(installed: Installed) -> None:
    with installed(urllib3_door) as fake, pytest.raises(ValueError, match="Invalid header value"):
        urllib3.request("GET", API, headers={"Authorization": "Bearer sk-test\n"})
    assert fake.seen == []


def test_other_hosts_go_to_the_network(installed: Installed, elsewhere: str) -> None:
    with urllib3.PoolManager() as pools, installed(urllib3_door) as fake:
        assert pools.request("GET", elsewhere).data == b"elsewhere"
        assert pools.request("GET", elsewhere).data == b"elsewhere"
        assert fake.seen == []


def test_retries_are_urllib3_s_own(installed: Installed) -> None:
    retry = Retry(2, status_forcelist=[503], allowed_methods=None, backoff_factor=0)
    with installed(urllib3_door, replies=(BUSY, BUSY, Response(200, (), b"there"))) as fake:
        response = urllib3.request("POST", API, json=PAYLOAD, retries=retry)
        assert (response.data, response.retries and len(response.retries.history)) == (b"there", 2)
        assert len(fake.seen) == 3
    with installed(urllib3_door, replies=(BUSY,)) as fake, pytest.raises(MaxRetryError, match="too many 503"):
        urllib3.request("POST", API, json=PAYLOAD, retries=retry)
    assert len(fake.seen) == 3


def test_redirects_are_urllib3_s_own(installed: Installed) -> None:
    to = Response(303, (("location", "/moved"), ("content-length", "0")))
    with installed(urllib3_door, replies=(to, Response(200, (), b"there"))) as fake:
        assert urllib3.request("POST", API, json=PAYLOAD).data == b"there"
    assert [(seen.method, seen.path) for seen in fake.seen] == [("POST", "/v2/video/generations"), ("GET", "/moved")]


@pytest.mark.parametrize("url", [API, API.replace("https", "http")])
def test_a_proxy_is_not_asked(installed: Installed, url: str) -> None:
    with urllib3.ProxyManager("http://127.0.0.1:9") as pools, installed(urllib3_door) as fake:
        assert pools.request("GET", url, retries=False).status == 401
    assert fake.seen[0].origin + fake.seen[0].path == url


def test_no_certificate_is_looked_at_and_none_is_missed(installed: Installed) -> None:
    with urllib3.PoolManager(cert_reqs="CERT_NONE", assert_hostname=False) as pools, installed(urllib3_door):
        assert pools.request("GET", API).status == 401


def test_the_innermost_mock_answers_and_leaving_it_restores_the_outer(installed: Installed, stack: Stack) -> None:
    inner = Fake(Response(418))
    with installed(urllib3_door):
        stack.push(inner)
        assert urllib3.request("GET", API).status == 418
        stack.drop(inner)
        assert urllib3.request("GET", API).status == 401


def seams() -> list[Any]:
    return [vars(HTTPConnectionPool)["_make_request"], vars(HTTPSConnectionPool)["_prepare_proxy"]]


def test_removal_restores_the_very_methods(installed: Installed) -> None:
    before = seams()
    with installed(urllib3_door):
        assert all(now is not then for now, then in zip(seams(), before, strict=True))
    assert seams() == before


def test_a_hook_that_came_on_top_meanwhile_stays_and_the_next_of_ours_takes_the_place_of_what_is_left(
    installed: Installed, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = seams()[0]
    calls: list[Any] = []

    def on_top(*args: Any, **options: Any) -> Any:
        calls.append(args)
        return ours(*args, **options)

    with monkeypatch.context() as patch:
        with installed(urllib3_door):
            ours = seams()[0]
            patch.setattr(HTTPConnectionPool, "_make_request", on_top)
            assert urllib3.request("GET", API).status == 401
        assert urllib3.request("GET", elsewhere).data == b"elsewhere"
        assert len(calls) == 2
    assert seams()[0] is ours
    with installed(urllib3_door):
        assert urllib3.request("GET", API).status == 401
    assert seams()[0] is original


def test_a_library_without_the_seam_is_refused_by_name(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(HTTPConnectionPool, "_make_request")
    with pytest.raises(AttributeError, match=r"urllib3\S+HTTPConnectionPool has no method _make_request"):
        urllib3_door.install(stack)


def test_vcrpy_records_other_hosts_alone(installed: Installed, cassette: Cassette, elsewhere: str) -> None:
    def recorded(tape: Any) -> list[Any]:
        with urllib3.PoolManager() as pools:
            return [*(pools.request("GET", url).status for url in (API, elsewhere, API)), len(tape)]

    with installed(urllib3_door), cassette() as tape:
        assert recorded(tape) == [401, 200, 401, 1]
    with cassette() as tape, installed(urllib3_door):
        assert recorded(tape) == [401, 200, 401, 1]
