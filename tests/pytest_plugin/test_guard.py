"""A real connection to a host of the document is refused by name, whatever library makes it; this machine never is."""

import asyncio
import errno
import http.client
import os
import pickle
import socket
import ssl
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import aiohttp
import anyio
import httpx
import pytest
import requests
import trio
import urllib3

from reelmock.contracts.exchange import Request
from reelmock.mockserver.reply import Reply
from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.guard import RealConnectionError, Switch, guard
from reelmock.pytest_plugin.stack import Stack

API = "api.aimlapi.com"
URL = f"https://{API}/v2/video/generations"

REFUSED = (
    f"reelmock refused a real connection to {API}: it stands in for that host, and this request got past it. "
    "It answers httpx, httpx2, requests, aiohttp, urllib3 or urllib; for any other library, or a transport of your "
    "own, give your client the URL of the fixture `reelmock_server`"
)
BLOCKED = (
    "reelmock refused a real connection to example.com: other_hosts='block' lets none through but to this machine. To "
    "have it answered, add it to hosts=('example.com',); to let it through, leave other_hosts at 'pass'"
)


class Mock:
    """An active mock without an engine: nothing gets as far."""

    def __init__(self, *, block: bool = False) -> None:
        self._block = block

    def answers(self, host: str) -> bool:
        return host == API

    def blocks(self, host: str) -> bool:
        return self._block or self.answers(host)

    def handle(self, request: Request) -> Reply:
        raise AssertionError(f"nothing hands {request!r} over")

    @property
    def skips(self) -> bool:
        """See `Answering`."""
        return False

    def waited(self, seconds: float) -> None:
        """See `Answering`."""


@pytest.fixture
def stack() -> Iterator[Stack]:
    """A guarded stack of mocks, with no mock."""
    stack = Stack()
    switch_off = guard(stack, lambda: "")
    yield stack
    switch_off()


@pytest.fixture
def mock(stack: Stack) -> Mock:
    """The only mock of the stack; it lets other hosts pass."""
    mock = Mock()
    stack.push(mock)
    return mock


@pytest.fixture
def blocking(stack: Stack) -> Mock:
    """The only mock of the stack; it blocks other hosts."""
    mock = Mock(block=True)
    stack.push(mock)
    return mock


def look_up(host: object) -> None:
    """What CPython tells audit hooks before it looks a name up; nothing is looked up."""
    sys.audit("socket.getaddrinfo", host, 443, 0, 0, 0)


def connect(address: object, family: int = socket.AF_INET, event: str = "socket.connect") -> None:
    """What CPython tells audit hooks before it connects; nothing is connected."""
    with socket.socket(family) as end:
        sys.audit(event, end, address)


def with_http_client() -> None:
    http.client.HTTPSConnection(API).request("GET", "/v2")


def with_tls() -> None:
    with ssl.create_default_context().wrap_socket(socket.create_connection((API, 443)), server_hostname=API):
        pass


def with_urllib3() -> None:
    with urllib3.PoolManager() as pool:
        pool.request("GET", URL)


async def with_httpx() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(URL)


async def with_aiohttp() -> None:
    async with aiohttp.ClientSession() as session, session.get(URL):
        pass


async def with_the_loop() -> None:
    await asyncio.get_running_loop().getaddrinfo(API, 443)


CLIENTS: dict[str, Callable[[], Any]] = {
    "http.client": with_http_client,
    "urllib": partial(urllib.request.urlopen, URL),
    "urllib3": with_urllib3,
    "requests": partial(requests.get, URL),
    "httpx": partial(httpx.get, URL, trust_env=False),
    "httpx, asyncio": lambda: asyncio.run(with_httpx()),
    "httpx, trio": lambda: trio.run(with_httpx),
    "aiohttp": lambda: asyncio.run(with_aiohttp()),
    "ssl": with_tls,
    "create_connection": partial(socket.create_connection, (API, 443)),
    "getaddrinfo": partial(socket.getaddrinfo, API, 443),
    "getaddrinfo, bytes": partial(socket.getaddrinfo, API.encode(), 443),
    "gethostbyname": partial(socket.gethostbyname, API),
    "gethostbyname_ex": partial(socket.gethostbyname_ex, API),
    "gethostbyaddr": partial(socket.gethostbyaddr, API),
    "asyncio": lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection(API, 443, ssl=True), 30)),
    "asyncio, eyeballs": lambda: asyncio.run(
        asyncio.wait_for(asyncio.open_connection(API, 443, happy_eyeballs_delay=1), 30)
    ),
    "asyncio, look-up": lambda: asyncio.run(with_the_loop()),
    "anyio": lambda: anyio.run(anyio.connect_tcp, API, 443),
    "trio": lambda: trio.run(trio.open_tcp_stream, API, 443),
}


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that sends nobody elsewhere."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
def test_a_client_that_no_door_answers_is_refused_and_told_why(
    mock: Mock, no_proxies: None, client: Callable[[], Any]
) -> None:
    """The text is in the very error that the client sees, not only in one that is chained to it."""
    with pytest.raises(Exception, match=r"reelmock refused a real connection") as caught:
        client()
    assert REFUSED in str(caught.value)


def test_the_error_is_both_ours_and_one_of_connections(mock: Mock) -> None:
    with pytest.raises(RealConnectionError) as caught:
        look_up(API)
    error = caught.value
    assert isinstance(error, ReelmockError)
    assert isinstance(error, ConnectionError)
    assert (str(error), error.errno, error.args) == (REFUSED, errno.EACCES, (errno.EACCES, REFUSED))
    assert str(pickle.loads(pickle.dumps(error))) == REFUSED


@pytest.mark.parametrize("hint", ["Install `reelmock[httpx]`", "Install `reelmock[httpx]`."])
def test_a_hint_stands_where_the_reader_asks_why(hint: str) -> None:
    stack = Stack()
    stack.push(Mock())
    switch_off = guard(stack, lambda: hint)
    try:
        with pytest.raises(RealConnectionError, match=r"got past it\. Install `reelmock\[httpx\]`\. It answers httpx,"):
            look_up(API)
    finally:
        switch_off()


@pytest.mark.parametrize("name", ["API.AIMLAPI.COM", f"{API}.", API.encode(), bytearray(API.encode())])
def test_a_host_is_known_however_it_is_written(mock: Mock, name: object) -> None:
    with pytest.raises(RealConnectionError, match="it stands in for that host"):
        look_up(name)


def test_other_hosts_pass_unless_they_are_blocked(stack: Stack, mock: Mock) -> None:
    look_up("example.com")
    connect(("192.0.2.1", 443))
    inner = Mock(block=True)
    stack.push(inner)
    with pytest.raises(RealConnectionError) as caught:
        look_up("example.com")
    assert str(caught.value) == BLOCKED
    stack.drop(inner)
    look_up("example.com")


OUTSIDE = [
    (("192.0.2.1", 443), socket.AF_INET, "socket.connect"),
    (("192.0.2.1", 443), socket.AF_INET, "socket.sendto"),
    (("192.0.2.1", 443), socket.AF_INET, "socket.sendmsg"),
    (("2001:db8::1", 443, 0, 0), socket.AF_INET6, "socket.connect"),
    (("::ffff:192.0.2.1", 443, 0, 0), socket.AF_INET6, "socket.connect"),
    ((b"192.0.2.1", 443), socket.AF_INET, "socket.connect"),
]


@pytest.mark.parametrize(("address", "family", "event"), OUTSIDE)
def test_an_address_is_blocked_where_other_hosts_are(blocking: Mock, address: object, family: int, event: str) -> None:
    with pytest.raises(RealConnectionError, match=r"refused a real connection to [0-9a-f:.]+: other_hosts='block'"):
        connect(address, family, event)


async def connect_to_an_address() -> None:
    await asyncio.open_connection("192.0.2.1", 443, happy_eyeballs_delay=1)


@pytest.mark.parametrize(
    "client",
    [
        partial(socket.create_connection, ("192.0.2.1", 443)),
        lambda: asyncio.run(connect_to_an_address()),
        lambda: asyncio.run(asyncio.wait_for(asyncio.open_connection("192.0.2.1", 443), 30)),
        partial(requests.get, "http://192.0.2.1/"),
        partial(httpx.get, "http://192.0.2.1/", trust_env=False),
    ],
)
def test_a_client_of_an_address_is_blocked_before_it_connects(
    blocking: Mock, no_proxies: None, client: Callable[[], Any]
) -> None:
    with pytest.raises(Exception, match=r"reelmock refused a real connection to 192\.0\.2\.1: other_hosts='block'"):
        client()


def test_this_machine_is_never_refused(blocking: Mock) -> None:
    for name in (
        "localhost",
        "LOCALHOST.",
        "app.localhost",
        "127.0.0.1",
        "127.8.9.1",
        "::1",
        "::1%lo",
        "::ffff:127.0.0.1",
    ):
        look_up(name)
        look_up(name.encode())
    for anywhere in ("0.0.0.0", "::", "", None, socket.gethostname()):
        look_up(anywhere)
        sys.audit("socket.gethostbyaddr", anywhere)
    connect(("127.0.0.1", 1))
    connect(("", 1))
    connect(("::1", 1, 0, 0), socket.AF_INET6)
    connect("/run/a.sock", socket.AF_UNIX)
    connect(("192.0.2.1", 1), socket.AF_UNIX)
    connect(None, event="socket.sendmsg")


class Hello(BaseHTTPRequestHandler):
    """Answers every GET."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def test_a_server_on_loopback_is_reached(blocking: Mock, no_proxies: None) -> None:
    with HTTPServer(("localhost", 0), Hello) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            assert requests.get(f"http://localhost:{server.server_port}", timeout=30).text == "hello"
            assert requests.get(f"http://127.0.0.1:{server.server_port}", timeout=30).text == "hello"
        finally:
            server.shutdown()
            thread.join()


def test_a_unix_socket_is_reached(blocking: Mock, tmp_path: Path) -> None:
    async def main() -> bytes:
        async def hello(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"hello")
            writer.close()

        async with await asyncio.start_unix_server(hello, tmp_path / "s"):
            reader, writer = await asyncio.open_unix_connection(tmp_path / "s")
            read = await reader.read()
            writer.close()
            return read

    assert asyncio.run(main()) == b"hello"


def test_threads_are_guarded_too(mock: Mock) -> None:
    async def main() -> None:
        with pytest.raises(RealConnectionError, match=API):
            await asyncio.to_thread(socket.getaddrinfo, API, 443)

    asyncio.run(main())


def test_nothing_is_refused_without_a_mock_and_after_the_end() -> None:
    stack, mock = Stack(), Mock()
    switch_off = guard(stack, lambda: "")
    look_up(API)
    stack.push(mock)
    with pytest.raises(RealConnectionError, match=API):
        look_up(API)
    switch_off()
    look_up(API)


def test_two_guards_end_by_themselves(stack: Stack, mock: Mock) -> None:
    other = Stack()
    other.push(Mock(block=True))
    switch_off: Callable[[], None] = guard(other, lambda: "")
    with pytest.raises(RealConnectionError, match=r"example\.com"):
        look_up("example.com")
    switch_off()
    look_up("example.com")
    with pytest.raises(RealConnectionError, match=API):
        look_up(API)


def test_a_process_gets_one_audit_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[Callable[[str, tuple[Any, ...]], None]] = []
    monkeypatch.setattr(sys, "addaudithook", added.append)
    switch = Switch()
    assert added == []
    hosts: list[str] = []
    refuse = hosts.append
    for _ in range(3):
        switch.turn_on(refuse)
        added[0]("socket.getaddrinfo", ("example.com", 443, 0, 0, 0))
        switch.turn_off(refuse)
    added[0]("socket.getaddrinfo", ("example.com", 443, 0, 0, 0))
    assert (len(added), hosts) == (1, ["example.com"] * 3)


def test_a_process_ends_quietly_with_the_guard_on() -> None:
    """Its audit hook hears the events of the end as well, when the modules are empty already."""
    source = (
        "import gc, socket, sys\n"
        "from reelmock.pytest_plugin.guard import guard\n"
        "from reelmock.pytest_plugin.stack import Stack\n"
        "guard(Stack(), str)\n"
        "class Late:\n"
        "    def __del__(self, audit=sys.audit):\n"
        "        audit('socket.getaddrinfo', 'example.com', 443, 0, 0, 0); audit('other')\n"
        "late = Late(); late.own = late\n"
        "sys.modules['late'] = late\n"
    )
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
