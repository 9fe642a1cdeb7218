"""The door of urllib."""

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.error import HTTPError
from urllib.request import (
    AbstractHTTPHandler,
    HTTPCookieProcessor,
    ProxyHandler,
    Request,
    build_opener,
    install_opener,
    urlopen,
)

import pytest

from reelmock.contracts.exchange import Response
from reelmock.pytest_plugin.doors import urllib_door
from reelmock.pytest_plugin.stack import Stack
from reelmock.tests.pytest_plugin.doors.conftest import API, KEY, PAYLOAD, REFUSED, Fake, Installed

Cassette = Callable[[], AbstractContextManager[Any]]
JSON = KEY | {"Content-Type": "application/json"}


def status(url: str | Request) -> int:
    try:
        with urlopen(url) as response:
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def test_an_opener_made_before_creates_polls_and_streams_a_clip(installed: Installed) -> None:
    opener = build_opener()
    with installed(urllib_door):
        with opener.open(Request(API, json.dumps(PAYLOAD).encode(), JSON), timeout=5) as created:
            assert (created.status, created.geturl(), created.msg) == (200, API, "OK")
            generation = json.load(created)["id"]
        polls = []
        for _ in range(3):
            with opener.open(Request(f"{API}?generation_id={generation}", headers=KEY)) as poll:
                polls.append(json.load(poll))
        assert [poll["status"] for poll in polls] == ["queued", "generating", "completed"]
        with opener.open(polls[-1]["video"]["url"]) as clip:
            start = bytearray(1024)
            assert clip.readinto(start) == 1024
            body = bytes(start) + b"".join(iter(lambda: clip.read(1024), b""))
        assert body[4:8] == b"ftyp"
        assert len(body) == int(clip.headers["Content-Length"])


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_is_raised_as_urllib_does(installed: Installed, code: int) -> None:
    method, url, headers, payload = REFUSED[code]
    data = json.dumps(payload).encode() if payload else None
    request = Request(url, data, {**headers, "Content-Type": "application/json"}, method=method)
    with installed(urllib_door), pytest.raises(HTTPError, match=f"HTTP Error {code}") as caught:
        urlopen(request)
    with caught.value as error:
        assert json.load(error)["message"]


@pytest.mark.parametrize(
    "body", [b"one", io.BytesIO(b"one"), iter([b"on", b"e"])], ids=lambda body: type(body).__name__
)
def test_the_mock_sees_the_request_as_it_would_go_over_the_wire(installed: Installed, body: Any) -> None:
    url = "https://API.aimlapi.com:8443/a%20b/%C3%A9?x=&y=1%202&x=2#part"
    with installed(urllib_door) as fake:
        assert status(Request(url, body, {"A": "1"}, method="PUT")) == 404
        assert status("http://api.aimlapi.com") == 404
    first, second = fake.seen
    assert (first.method, first.path, first.body) == ("PUT", "/a b/é", b"one")
    assert first.query == (("x", ""), ("y", "1 2"), ("x", "2"))
    assert first.origin == "https://api.aimlapi.com:8443"
    assert first.header("host") == "API.aimlapi.com:8443"
    assert first.header("a") == "1"
    assert (second.path, second.origin, second.header("host")) == ("/", "http://api.aimlapi.com", "api.aimlapi.com")


def test_a_header_that_could_not_be_sent_is_refused_as_on_a_network(installed: Installed) -> None:
    with installed(urllib_door) as fake, pytest.raises(ValueError, match="Invalid header value"):
        urlopen(Request(API, headers={"Authorization": "Bearer sk-test\n"}))
    assert fake.seen == []


def test_other_hosts_go_to_the_network(installed: Installed, elsewhere: str) -> None:
    with installed(urllib_door) as fake, urlopen(elsewhere) as response:
        assert response.read() == b"elsewhere"
        assert fake.seen == []


def test_redirects_and_cookies_stay_urllib_s_own(installed: Installed) -> None:
    to = Response(302, (("location", "/moved"), ("set-cookie", "a=1; Path=/"), ("content-length", "0")))
    opener = build_opener(HTTPCookieProcessor())
    with installed(urllib_door, replies=(to, Response(200, (), b"there"))) as fake, opener.open(API) as response:
        assert (response.read(), response.geturl()) == (b"there", "https://api.aimlapi.com/moved")
    assert [seen.path for seen in fake.seen] == ["/v2/video/generations", "/moved"]
    assert fake.seen[1].header("cookie") == "a=1"


@pytest.mark.parametrize("url", [API, API.replace("https", "http")])
def test_a_proxy_is_not_asked(installed: Installed, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    proxies = {"http": "http://127.0.0.1:9", "https": "http://127.0.0.1:9"}
    monkeypatch.setattr("urllib.request._opener", None)
    with installed(urllib_door) as fake:
        install_opener(build_opener(ProxyHandler(proxies)))
        assert status(url) == 401
    (seen,) = fake.seen
    assert seen.origin + seen.path == url
    assert seen.header("host") == "api.aimlapi.com"


def test_the_innermost_mock_answers_and_leaving_it_restores_the_outer(installed: Installed, stack: Stack) -> None:
    inner = Fake(Response(418))
    with installed(urllib_door):
        stack.push(inner)
        assert status(API) == 418
        stack.drop(inner)
        assert status(API) == 401


def test_removal_restores_the_very_method(installed: Installed) -> None:
    before = vars(AbstractHTTPHandler)["do_open"]
    with installed(urllib_door):
        assert vars(AbstractHTTPHandler)["do_open"] is not before
    assert vars(AbstractHTTPHandler)["do_open"] is before


def test_vcrpy_records_other_hosts_alone(installed: Installed, cassette: Cassette, elsewhere: str) -> None:
    with installed(urllib_door), cassette() as tape:
        assert [status(url) for url in (API, elsewhere, API)] == [401, 200, 401]
        assert len(tape) == 1
    with cassette() as tape, installed(urllib_door):
        assert [status(url) for url in (API, elsewhere, API)] == [401, 200, 401]
        assert len(tape) == 1
