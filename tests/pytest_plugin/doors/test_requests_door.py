"""The door of requests, with that of urllib3, which answers for it."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import requests
import responses
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.util import Retry

from reelmock.contracts.exchange import Response
from reelmock.pytest_plugin.doors import requests_door, urllib3_door
from reelmock.pytest_plugin.stack import Stack
from reelmock.tests.pytest_plugin.doors.conftest import API, KEY, PAYLOAD, REFUSED, Fake, Installed

Cassette = Callable[[], AbstractContextManager[Any]]
DOORS = (requests_door, urllib3_door)
BUSY = Response(503, (("content-length", "0"),))
RETRY = Retry(2, status_forcelist=[503], allowed_methods=None, backoff_factor=0)


class Impatient(HTTPAdapter):
    """A user's adapter: gives each request a time-out."""

    calls = 0

    def send(self, *args: Any, **options: Any) -> requests.Response:
        self.calls += 1
        return super().send(*args, **options | {"timeout": 1})


def test_a_session_made_before_creates_polls_and_streams_a_clip(installed: Installed) -> None:
    with requests.Session() as session, installed(*DOORS):
        session.headers.update(KEY)
        created = session.post(API, json=PAYLOAD)
        assert (created.status_code, created.reason, created.url) == (200, "OK", API)
        params = {"generation_id": created.json()["id"]}
        polls = [session.get(API, params=params).json() for _ in range(3)]
        assert [poll["status"] for poll in polls] == ["queued", "generating", "completed"]
        with session.get(polls[-1]["video"]["url"], stream=True) as clip:
            chunks = list(clip.iter_content(1024))
        assert len(chunks) > 1
        assert b"".join(chunks)[4:8] == b"ftyp"
        with session.get(polls[-1]["video"]["url"], stream=True) as clip:
            assert clip.raw.read() == b"".join(chunks)


def test_functions_of_the_module_are_answered_too(installed: Installed) -> None:
    with installed(*DOORS):
        assert requests.post(API, json=PAYLOAD, headers=KEY).status_code == 200


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_raised_as_requests_does(installed: Installed, status: int) -> None:
    method, url, headers, json = REFUSED[status]
    with installed(*DOORS):
        response = requests.request(method, url, headers=headers, json=json)
        assert response.status_code == status
        with pytest.raises(requests.HTTPError, match=f"{status} Client Error"):
            response.raise_for_status()


def test_the_mock_sees_the_request_as_it_would_go_over_the_wire(installed: Installed) -> None:
    with installed(*DOORS) as fake:
        url = "https://API.aimlapi.com:8443/a%20b/é"
        requests.put(url, params=[("x", ""), ("y", "1 2"), ("x", "2")], data=iter([b"on", b"e"]))
        requests.post(API, files={"f": io.BytesIO(b"one")})
    first, second = fake.seen
    assert (first.method, first.path, first.body) == ("PUT", "/a b/é", b"one")
    assert first.query == (("x", ""), ("y", "1 2"), ("x", "2"))
    assert first.origin == "https://api.aimlapi.com:8443"
    assert first.header("host") == "api.aimlapi.com:8443"
    assert b"\r\n\r\none\r\n" in second.body
    assert second.header("content-length") == str(len(second.body))


def test_other_hosts_go_to_the_network_or_the_adapter_that_the_user_mounted(
    installed: Installed, elsewhere: str
) -> None:
    class Stub(BaseAdapter):
        def send(self, *_: Any, **__: Any) -> requests.Response:
            response = requests.Response()
            response.status_code = 202
            response.raw = io.BytesIO()
            return response

        def close(self) -> None:
            """Nothing is open."""

    with requests.Session() as session, installed(*DOORS) as fake:
        session.mount("https://", Stub())
        assert session.get(elsewhere).text == "elsewhere"
        assert session.get("https://example.com/").status_code == 202
        assert fake.seen == []
        assert session.get(API).status_code == 401


def test_retries_of_a_mounted_adapter_are_its_own(installed: Installed) -> None:
    with requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=RETRY))
        with installed(*DOORS, replies=(BUSY, BUSY, Response(200, (), b"there"))) as fake:
            assert session.post(API, json=PAYLOAD).text == "there"
            assert [seen.body for seen in fake.seen] == [fake.seen[0].body] * 3
        with installed(*DOORS, replies=(BUSY,)) as fake, pytest.raises(requests.exceptions.RetryError):
            session.post(API, json=PAYLOAD)
        assert len(fake.seen) == 3


def test_redirects_cookies_hooks_and_authentication_stay_requests_own(installed: Installed) -> None:
    to = Response(307, (("location", "/moved"), ("set-cookie", "a=1; Path=/"), ("content-length", "0")))
    events: list[Any] = []
    with installed(*DOORS, replies=(to, Response(200, (), b"there"))) as fake, requests.Session() as session:
        response = session.post(
            API, json=PAYLOAD, auth=("u", "p"), hooks={"response": lambda reply, **_: events.append(reply)}
        )
        assert session.cookies.get("a") == "1"
    assert (response.text, len(response.history), len(events)) == ("there", 1, 2)
    assert [seen.path for seen in fake.seen] == ["/v2/video/generations", "/moved"]
    assert fake.seen[0].body == fake.seen[1].body
    assert fake.seen[1].header("cookie") == "a=1"
    assert fake.seen[1].header("authorization") == "Basic dTpw"


@pytest.mark.parametrize("url", [API, API.replace("https", "http")])
def test_a_proxy_of_the_environment_leads_nowhere_else(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with installed(*DOORS) as fake:
        assert requests.get(url).status_code == 401
    assert fake.seen[0].origin + fake.seen[0].path == url


def test_the_innermost_mock_answers_and_leaving_it_restores_the_outer(installed: Installed, stack: Stack) -> None:
    inner = Fake(Response(418))
    with installed(*DOORS):
        stack.push(inner)
        assert requests.get(API).status_code == 418
        stack.drop(inner)
        assert requests.get(API).status_code == 401


def test_removal_restores_the_very_method_and_a_session_keeps_its_adapters(installed: Installed) -> None:
    before = vars(requests.Session)["get_adapter"]
    with requests.Session() as session:
        own = session.adapters["https://"]
        with installed(*DOORS):
            assert vars(requests.Session)["get_adapter"] is not before
            assert session.get_adapter(API) is own
            assert session.get(API).status_code == 401
        assert vars(requests.Session)["get_adapter"] is before
        assert session.adapters["https://"] is own


def both_answer(fake: Fake) -> None:
    """What holds beside `responses`, whichever is outer."""
    responses.get("https://example.com/", status=202)
    with requests.Session() as session:
        adapter = Impatient(max_retries=RETRY)
        session.mount("https://api.aimlapi.com/v2", adapter)
        assert session.get("https://example.com/").status_code == 202
        assert session.get("https://api.aimlapi.com/").status_code == 404
        assert fake.seen[-1].path == "/"
        assert session.post(API, json=PAYLOAD, headers=KEY).status_code == 200
        assert adapter.calls == 1
        with pytest.raises(requests.ConnectionError, match="doesn't match any registered mock"):
            session.get("https://example.org/")
    assert len(responses.calls) == 2


@responses.activate
def test_a_mock_inside_of_responses(installed: Installed) -> None:
    with installed(*DOORS) as fake:
        both_answer(fake)


def test_responses_inside_of_a_mock(installed: Installed) -> None:
    with installed(*DOORS) as fake:
        responses.activate(both_answer)(fake)


def test_retries_go_on_beside_responses(installed: Installed) -> None:
    with installed(*DOORS, replies=(BUSY, Response(200, (), b"there"))), responses.mock, requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=RETRY))
        assert session.post(API, json=PAYLOAD).text == "there"


def test_vcrpy_records_other_hosts_alone(installed: Installed, cassette: Cassette, elsewhere: str) -> None:
    def recorded(tape: Any) -> list[Any]:
        with requests.Session() as session:
            return [*(session.get(url).status_code for url in (API, elsewhere, API)), len(tape)]

    with installed(*DOORS), cassette() as tape:
        assert recorded(tape) == [401, 200, 401, 1]
    with cassette() as tape, installed(*DOORS):
        assert recorded(tape) == [401, 200, 401, 1]
