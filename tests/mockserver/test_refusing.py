"""A server that refuses connections for a while, and goes on running meanwhile."""

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import ListenError, LiveServer, listen
from reelmock.mockserver.refusing import stream_socket
from reelmock.mockserver.reply import Reply


@pytest.fixture
def server(caplog: pytest.LogCaptureFixture) -> Iterator[LiveServer]:
    """A server that ends without having had anything to log."""
    with LiveServer(create_app()) as server:
        yield server
    assert caplog.records == []


def port_of(server: LiveServer) -> int:
    return httpx.URL(server.url).port or 0


def answers_in_the_end(server: LiveServer) -> bool:
    """Asked by a client that tries to connect again at once, and after 0.5, 1, 2 and 4 seconds."""
    with httpx.Client(transport=httpx.HTTPTransport(retries=5)) as client:
        return client.get(f"{server.url}/health").status_code == 200


def answers(server: LiveServer) -> bool:
    try:
        return httpx.get(f"{server.url}/health", trust_env=False, timeout=5).status_code == 200
    except httpx.ConnectError:
        return False


def test_connections_are_refused_within_the_block_and_no_longer(server: LiveServer) -> None:
    for _ in range(3):
        assert answers(server)
        with server.refusing():
            assert not answers(server)
            assert not answers(server)
    assert answers(server)


def test_connections_are_refused_for_some_seconds(server: LiveServer) -> None:
    server.refuse(0.1)
    assert not answers(server)
    assert answers_in_the_end(server)


def test_of_two_refusals_the_newest_counts(server: LiveServer) -> None:
    server.refuse(60)
    server.refuse(0)
    assert answers_in_the_end(server)
    with server.refusing():
        server.refuse(60)
        assert not answers(server)
    assert answers(server)


def test_a_longer_refusal_outlasts_a_shorter_one_before_it() -> None:
    class Late(Engine):
        def handle(self, request: Request) -> Reply:
            return replace(super().handle(request), delay_s=0.2)

    app = create_app(Late(load_contract(), VirtualClock()))
    with LiveServer(app) as server, socket.create_connection(("127.0.0.1", port_of(server))) as busy:
        busy.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert answers(server)
        server.refuse(0.01)
        server.refuse(60)
        # The reply that is under way takes longer than the first refusal.
        assert b"".join(iter(lambda: busy.recv(4096), b"")).startswith(b"HTTP/1.1 404 ")
        assert not answers(server)


def test_nobody_else_gets_the_port_meanwhile(server: LiveServer) -> None:
    with server.refusing(), socket.socket() as other, pytest.raises(OSError, match="Address already in use"):
        other.bind(("127.0.0.1", port_of(server)))
    with server.refusing(), pytest.raises(ListenError):
        listen("127.0.0.1", port_of(server))
    assert answers(server)


def test_of_refusals_at_the_same_moment_the_last_counts(server: LiveServer) -> None:
    loop_server = server._server

    async def at_once() -> None:
        calls = (loop_server.accept(), loop_server.refuse(0), loop_server.refuse(0.01), loop_server.refuse(60))
        await asyncio.gather(*calls)
        await asyncio.sleep(0.05)

    with server.refusing():
        loop_server.run_inside(at_once)
        assert not answers(server)


def test_replies_do_not_wait_for_acknowledgements_after_a_refusal_either() -> None:
    """Asyncio sets TCP_NODELAY only on a socket whose protocol is named."""
    with stream_socket(socket.AF_INET) as found:
        assert found.proto == socket.IPPROTO_TCP


def test_a_connection_that_rests_is_closed(server: LiveServer) -> None:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        client.get("/health")
        with server.refusing(), pytest.raises(httpx.ConnectError):
            client.get("/health")
        assert client.get("/health").status_code == 200


def test_a_reply_that_is_under_way_still_comes_and_then_the_connection_is_closed(server: LiveServer) -> None:
    with socket.create_connection(("127.0.0.1", port_of(server))) as busy:
        busy.sendall(b"POST /v2/video/generations HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{")
        assert answers(server)
        with server.refusing():
            assert not answers(server)
            busy.sendall(b"}")
            received = b"".join(iter(lambda: busy.recv(4096), b""))
    assert received.startswith(b"HTTP/1.1 401 ")


def test_a_server_that_refuses_connections_ends_like_any_other(caplog: pytest.LogCaptureFixture) -> None:
    with LiveServer(create_app()) as server:
        server.refuse(60)
        port = port_of(server)
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
    assert caplog.records == []


@pytest.mark.parametrize("seconds", [-1, float("nan")])
def test_a_time_that_is_none_changes_nothing(server: LiveServer, seconds: float) -> None:
    with pytest.raises(ValueError, match="connections can't be refused for") as caught:
        server.refuse(seconds)
    assert str(caught.value) == f"connections can't be refused for {seconds} seconds: give a number from 0"
    assert answers(server)


def test_only_a_server_that_runs_can_refuse() -> None:
    server = LiveServer(create_app())
    expected = "the server does not run: call this within its `with` block"
    with pytest.raises(RuntimeError) as caught:
        server.refuse(1)
    assert str(caught.value) == expected
    with server:
        pass
    with pytest.raises(RuntimeError) as caught:
        server.refuse(1)
    assert str(caught.value) == expected
