"""Each library raises for a fault what it raises for the real thing, and without waiting.

The table is what the libraries were seen to raise with a server on a socket that did so.
"""

import asyncio
import socket
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

import aiohttp
import httpx
import httpx2
import pytest
import requests
import urllib3
from urllib3.util import Retry

from reelmock.contracts.exchange import Response
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.reply import Reply
from reelmock.pytest_plugin.doors import aiohttp_door, httpx2_door, httpx_door, urllib3_door
from reelmock.pytest_plugin.errors import HangError
from reelmock.pytest_plugin.mocking import mock
from reelmock.tests.pytest_plugin.doors.conftest import API, PAYLOAD, Installed
from reelmock.tests.pytest_plugin.doors.fault_clients import CHUNK, CLIENTS, Use

BODY = bytes(range(250)) * 4
WHOLE = Response(200, (("content-type", "application/json"),), BODY)
HALF = len(BODY) // 2

# Fault → library → what is raised, and what it names as its cause.
RAISED: Mapping[Fault, Mapping[str, str]] = {
    Fault.REFUSE: {
        "httpx": "httpx.ConnectError",
        "requests": "requests.ConnectionError of NewConnectionError",
        "urllib3": "urllib3.NewConnectionError",
        "urllib": "urllib.URLError of ConnectionRefusedError",
        "aiohttp": "aiohttp.ClientConnectorError of ConnectionRefusedError",
    },
    Fault.RESET: {
        "httpx": "httpx.ReadError",
        "requests": "requests.ConnectionError of ConnectionResetError",
        "urllib3": "urllib3.ProtocolError of ConnectionResetError",
        "urllib": "builtins.ConnectionResetError",
        "aiohttp": "aiohttp.ClientOSError",
    },
    Fault.CLOSE: {
        "httpx": "httpx.RemoteProtocolError",
        "requests": "requests.ConnectionError of RemoteDisconnected",
        "urllib3": "urllib3.ProtocolError of RemoteDisconnected",
        "urllib": "http.RemoteDisconnected",
        "aiohttp": "aiohttp.ServerDisconnectedError",
    },
    Fault.RESET_BODY: {
        "httpx": "httpx.ReadError",
        "requests": "requests.ChunkedEncodingError of ConnectionResetError",
        "urllib3": "urllib3.ProtocolError of ConnectionResetError",
        "urllib": "builtins.ConnectionResetError",
        "aiohttp": "aiohttp.ClientPayloadError",
    },
    Fault.TRUNCATE: {
        "httpx": "httpx.RemoteProtocolError",
        "requests": "requests.ChunkedEncodingError of IncompleteRead",
        "urllib3": "urllib3.ProtocolError of IncompleteRead",
        "urllib": "http.IncompleteRead",
        "aiohttp": "aiohttp.ClientPayloadError",
    },
    Fault.HANG: {
        "httpx": "httpx.ReadTimeout",
        "requests": "requests.ReadTimeout of ReadTimeoutError",
        "urllib3": "urllib3.ReadTimeoutError",
        "urllib": "builtins.TimeoutError",
        "aiohttp": "aiohttp.SocketTimeoutError",
        "aiohttp, total": "builtins.TimeoutError",
    },
    Fault.STALL: {
        "httpx": "httpx.ReadTimeout",
        "requests": "requests.ConnectionError of ReadTimeoutError",
        "urllib3": "urllib3.ReadTimeoutError",
        "urllib": "builtins.TimeoutError",
        "aiohttp": "aiohttp.SocketTimeoutError",
        "aiohttp, total": "builtins.TimeoutError",
    },
    Fault.GARBAGE: {
        "httpx": "httpx.RemoteProtocolError",
        "requests": "requests.ConnectionError of BadStatusLine",
        "urllib3": "urllib3.ProtocolError of BadStatusLine",
        "urllib": "http.BadStatusLine",
        "aiohttp": "aiohttp.ClientResponseError",
    },
}
CUT = (Fault.RESET_BODY, Fault.TRUNCATE, Fault.STALL)
EVERYBODY = pytest.mark.parametrize("name", CLIENTS)


def expected(fault: Fault, name: str) -> str:
    """What the table says; httpx2 has classes of its own with the names of httpx's."""
    row = RAISED[fault]
    library = name.removeprefix("async ")
    if library == "httpx2":
        return row["httpx"].replace("httpx", "httpx2")
    return row.get(library) or row[library.partition(",")[0]]


def told(error: BaseException) -> str:
    """The class of an error and its library, and the class of what lies behind it at last."""
    cause = error
    while isinstance(behind := getattr(cause, "reason", (None, *cause.args)[-1]), BaseException):
        cause = behind
    name = f"{type(error).__module__.partition('.')[0]}.{type(error).__name__}"
    return name if cause is error else f"{name} of {type(cause).__name__}"


def raised(use: Use, got: list[bytes], timeout: float | None = 5.0) -> str:
    """What is raised, or "" for nothing."""
    try:
        use(API, timeout, got)
    except Exception as error:
        return told(error)
    return ""


@EVERYBODY
@pytest.mark.parametrize("fault", RAISED)
def test_a_fault_raises_what_the_real_thing_does(installed: Installed, name: str, fault: Fault) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    with installed(*client.doors, replies=(Reply(WHOLE, fault=fault),)):
        assert raised(client.fetch, got) == expected(fault, name)
    assert got == []


@EVERYBODY
@pytest.mark.parametrize("fault", CUT)
def test_who_streams_gets_the_beginning_of_a_body_that_is_cut(installed: Installed, name: str, fault: Fault) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    with installed(*client.doors, replies=(Reply(WHOLE, fault=fault),)):
        error = raised(client.stream, got)
    # http.client takes the end of a connection for the end of a body that is read in parts, and gives whole parts only.
    unnoticed = name == "urllib" and fault is Fault.TRUNCATE
    in_parts = name in ("requests", "urllib3", "urllib") and not unnoticed
    assert error == ("" if unnoticed else expected(fault, name))
    assert b"".join(got) == BODY[: HALF // CHUNK * CHUNK if in_parts else HALF]


@EVERYBODY
def test_a_trickle_is_a_whole_reply_in_pieces(installed: Installed, name: str) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    with installed(*client.doors, replies=(Reply(WHOLE, fault=Fault.TRICKLE),)) as fake:
        client.fetch(API, 0.05, got)
        assert got == [BODY]
        client.stream(API, 0.05, got)
    assert b"".join(got[1:]) == BODY
    assert len(got[1:]) == 16
    assert fake.waits == []


@EVERYBODY
@pytest.mark.parametrize("fault", [Fault.HANG, Fault.STALL])
def test_a_client_without_a_time_out_is_told_so_instead_of_waiting_for_ever(
    installed: Installed, name: str, fault: Fault
) -> None:
    client = CLIENTS[name]
    told = (
        f"GET {API} hangs, and your client has no time-out, so it would wait for ever. Give it one: "
        f"{client.without_timeout}"
    )
    with installed(*client.doors, replies=(Reply(WHOLE, fault=fault),)) as fake:
        for use in (client.fetch, client.stream):
            with pytest.raises(HangError) as caught:
                use(API, None, [])
            assert str(caught.value) == told
    assert fake.waits == []


@EVERYBODY
def test_who_waits_for_less_than_the_delay_times_out_and_the_others_get_the_reply(
    installed: Installed, name: str
) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    with installed(*client.doors, replies=(Reply(WHOLE, delay_s=7.0),)) as fake:
        assert raised(client.fetch, got, 5.0) == expected(Fault.HANG, name)
        assert raised(client.stream, got, 5.0) == expected(Fault.HANG, name)
        assert got == []
        for patient in (7.0, 8.0, None):
            client.fetch(API, patient, got)
            assert got.pop() == BODY
    # Where others go on meanwhile, a client waits in its own event loop.
    in_loop = "aiohttp" in name or "async" in name
    assert fake.waits == ([] if in_loop else [5.0, 5.0, 7.0, 7.0, 7.0])


@EVERYBODY
def test_a_length_that_is_too_large_is_a_body_that_is_cut_and_one_that_is_too_small_cuts_it(
    installed: Installed, name: str
) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    large, small = (Response(200, (("content-length", str(length)),), BODY) for length in (1001, 400))
    with installed(*client.doors, replies=(large, small)):
        assert raised(client.fetch, got) == expected(Fault.TRUNCATE, name)
        client.fetch(API, 5.0, got)
    assert got == [BODY[:400]]


@EVERYBODY
@pytest.mark.parametrize("fault", CUT)
def test_a_reply_without_a_body_has_no_middle_where_anything_could_happen(
    installed: Installed, name: str, fault: Fault
) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    with installed(*client.doors, replies=(Reply(Response(204), fault=fault), Reply(Response(200), fault=fault))):
        client.fetch(API, 5.0, got)
        client.fetch(API, 5.0, got)
    assert got == [b"", b""]


def test_each_attempt_of_a_retry_is_a_request_of_its_own(installed: Installed) -> None:
    went_wrong = (Reply(WHOLE, fault=fault) for fault in (Fault.REFUSE, Fault.RESET, Fault.HANG, Fault.GARBAGE))
    retry = Retry(connect=1, read=3, allowed_methods=None, backoff_factor=0)
    with installed(urllib3_door, replies=(*went_wrong, WHOLE)) as fake:
        response = urllib3.request("POST", API, json=PAYLOAD, retries=retry, timeout=5.0)
    history = response.retries.history if response.retries is not None else ()
    assert [told(attempt.error) for attempt in history if attempt.error is not None] == [
        "urllib3.NewConnectionError",
        "urllib3.ProtocolError of ConnectionResetError",
        "urllib3.ReadTimeoutError",
        "urllib3.ProtocolError of BadStatusLine",
    ]
    assert [seen.method for seen in fake.seen] == ["POST"] * 5
    assert response.data == BODY


def test_a_retry_of_connections_alone_ends_with_any_other_fault(installed: Installed) -> None:
    replies = tuple(Reply(WHOLE, fault=fault) for fault in (Fault.REFUSE, Fault.REFUSE, Fault.RESET))
    retry = Retry(connect=5, read=False, allowed_methods=None, backoff_factor=0)
    with installed(urllib3_door, replies=replies) as fake, pytest.raises(urllib3.exceptions.ProtocolError):
        urllib3.request("POST", API, json=PAYLOAD, retries=retry, timeout=5.0)
    assert len(fake.seen) == 3


def test_aiohttp_repeats_what_may_be_repeated_once_after_a_reset(installed: Installed) -> None:
    async def status(method: str) -> int:
        async with aiohttp.ClientSession() as session, session.request(method, API) as response:
            return response.status

    for method, attempts in (("GET", 2), ("POST", 1)):
        with installed(aiohttp_door, replies=(Reply(WHOLE, fault=Fault.RESET), WHOLE)) as fake:
            if attempts == 2:
                assert asyncio.run(status(method)) == 200
            else:
                with pytest.raises(aiohttp.ClientOSError, match="Connection reset by peer"):
                    asyncio.run(status(method))
        assert len(fake.seen) == attempts


def test_who_comes_late_for_the_beginning_of_a_body_still_gets_it(installed: Installed) -> None:
    """A few turns of the loop lie between what a connection gives and who asked for it through tasks."""

    async def main() -> list[bytes]:
        got = []
        async with aiohttp.ClientSession() as session:
            asking = asyncio.gather(asyncio.wait_for(session.get(API), 5.0))
            (response,) = await asyncio.wait_for(asking, 5.0)
            async with response:
                with suppress(aiohttp.ClientPayloadError):
                    while True:
                        got.append(await asyncio.wait_for(response.content.readany(), 5.0))
        return got

    with installed(aiohttp_door, replies=(Reply(WHOLE, fault=Fault.RESET_BODY),)):
        assert asyncio.run(main()) == [BODY[:HALF]]


@EVERYBODY
def test_a_long_body_that_comes_late_is_whole(installed: Installed, name: str) -> None:
    client = CLIENTS[name]
    got: list[bytes] = []
    with installed(*client.doors, replies=(Reply(Response(200, (), BODY * 300), delay_s=1.0),)):
        client.fetch(API, 5.0, got)
        client.stream(API, 5.0, got)
    assert got[0] == b"".join(got[1:]) == BODY * 300


@pytest.mark.parametrize("library", [httpx, httpx2])
def test_of_the_time_outs_of_httpx_the_one_for_reading_counts(installed: Installed, library: Any) -> None:
    with installed(httpx_door, httpx2_door, replies=(Reply(WHOLE, fault=Fault.HANG),)) as fake:
        with pytest.raises(library.ReadTimeout):
            library.get(API, timeout=library.Timeout(1.0, read=3.0))
        with pytest.raises(HangError):
            library.get(API, timeout=library.Timeout(1.0, read=None))
    assert fake.waits == [3.0]


def test_requests_tells_of_its_own_time_out(installed: Installed) -> None:
    """A `timeout` that means two in requests: to connect, and to read."""
    client = CLIENTS["requests"]
    with installed(*client.doors, replies=(Reply(WHOLE, fault=Fault.HANG),)) as fake:
        with pytest.raises(requests.ReadTimeout, match=r"Read timed out\. \(read timeout=3\)"):
            requests.get(API, timeout=(1, 3))
        assert fake.waits == [3]


@pytest.mark.parametrize("name", ["urllib3", "urllib"])
def test_the_usual_time_out_of_sockets_is_a_time_out_too(installed: Installed, name: str) -> None:
    """Who names none in the call gets it: `socket.setdefaulttimeout`."""

    def ask() -> None:
        if name == "urllib":
            urllib.request.urlopen(API)
        else:
            with urllib3.PoolManager(retries=False) as pools:
                pools.request("GET", API)

    usual = socket.getdefaulttimeout()
    with installed(*CLIENTS[name].doors, replies=(Reply(WHOLE, fault=Fault.HANG),)) as fake:
        with pytest.raises(HangError):
            ask()
        socket.setdefaulttimeout(4.0)
        try:
            with pytest.raises((TimeoutError, urllib3.exceptions.ReadTimeoutError)):
                ask()
        finally:
            socket.setdefaulttimeout(usual)
    assert fake.waits == [4.0]


def test_what_comes_late_to_head_has_no_body(installed: Installed) -> None:
    async def length() -> str:
        async with aiohttp.ClientSession() as session, session.head(API) as response:
            assert await response.read() == b""
            return response.headers["content-length"]

    late = Reply(Response(200, (("content-length", "1000"),)), delay_s=1.0)
    with installed(httpx_door, aiohttp_door, urllib3_door, replies=(late,)) as fake:
        assert asyncio.run(length()) == "1000"
        assert httpx.head(API).headers["content-length"] == "1000"
        assert urllib3.request("HEAD", API).headers["content-length"] == "1000"
    assert fake.waits == [1.0] * 2


@pytest.mark.parametrize(("sleep", "passed"), [("skip", 2.5), ("real", 0.0)])
def test_waiting_moves_the_clock_where_sleeping_does(sleep: str, passed: float) -> None:
    with mock(sleep=cast("Any", sleep)) as api:
        before = api.clock.now()
        api.waited(2.5)
        assert api.clock.now() - before == pytest.approx(passed, abs=0.1)
