"""The server on a real socket: it starts and stops at once, and says why it can't."""

import socket
import threading

import httpx
import pytest

from reelmock.contracts.contract import load_contract
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import ListenError, LiveServer, listen, url_of


@pytest.fixture
def engine() -> Engine:
    return Engine(load_contract(), VirtualClock())


def test_a_port_that_is_taken_is_named_with_the_way_out() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ListenError) as caught:
            listen("127.0.0.1", port)
    assert str(caught.value) == (
        f"port {port} of 127.0.0.1 can't be used (Address already in use). "
        "Give another one with --port, or --port 0 for any"
    )


def test_a_host_that_is_none_is_named_with_the_way_out() -> None:
    with pytest.raises(ListenError) as caught:
        listen("256.0.0.1.", 0)
    assert str(caught.value).startswith("the host '256.0.0.1.' can't be used (")
    assert str(caught.value).endswith("Give another one with --host")


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]")])
def test_the_url_is_one_that_this_machine_reaches(host: str, shown: str) -> None:
    with listen(host, 0) as listener:
        assert url_of(listener) == f"http://{shown}:{listener.getsockname()[1]}"


def test_replies_do_not_wait_for_acknowledgements() -> None:
    """Asyncio sets TCP_NODELAY only on a socket whose protocol is named."""
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_the_server_answers_within_the_block_and_is_gone_after_it(engine: Engine) -> None:
    with LiveServer(create_app(engine)) as server:
        first = httpx.get(f"{server.url}/health", trust_env=False)
        assert first.status_code == 200
        assert "date" in first.headers
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health", trust_env=False)


def test_a_hanging_upload_does_not_hold_the_end_up(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with LiveServer(create_app(engine)) as server:
        port = int(server.url.rsplit(":", 1)[1])
        upload = socket.create_connection(("127.0.0.1", port))
        upload.sendall(b"POST /v2/video/generations HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
        httpx.get(f"{server.url}/health", trust_env=False)
    with upload:
        assert upload.recv(100) == b""
    assert caplog.records == []
    assert [thread.name for thread in threading.enumerate() if thread.name == "reelmock"] == []
