"""The client sends what it is given, once, and names in one line whatever keeps a reply from coming."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.http_client import HttpClient, paced
from reelmock.contracts.trials import NoReplyError
from reelmock.contracts.wire_form import UrlError
from reelmock.tests.contracts.listening import HANG, OK, RESET, Listener, listening

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.upper(), raising=False)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@pytest.fixture
def server(listener: Listener) -> Listener:
    listener.got.clear()
    listener.connections, listener.reply = 0, OK
    return listener


def send(server: Listener, request: Request, *, prefix: str = "", timeout: float = 5.0, limit: int = 1000) -> Response:
    return HttpClient(server.url + prefix, "1.2", timeout, limit).send(request)


def problem(client: HttpClient, request: Request | None = None) -> tuple[str, bool]:
    """Why no reply came, and whether somebody was there."""
    with pytest.raises(NoReplyError) as caught:
        client.send(request or Request("GET", "/v1"))
    return str(caught.value), caught.value.reached


# --- what is sent


def test_a_request_says_what_the_client_is_and_that_it_leaves(server: Listener) -> None:
    assert send(server, Request("GET", "/v1")) == Response(200, (("content-length", "2"),), b"{}")
    assert server.got[0].headers == (
        ("host", f"127.0.0.1:{server.port}"),
        ("accept", "application/json, */*"),
        ("accept-encoding", "identity"),
        ("user-agent", "reelmock/1.2"),
        ("connection", "close"),
    )


def test_headers_of_a_request_go_out_as_they_are_and_in_order(server: Listener) -> None:
    headers = (("x-a", "1"), ("accept", "text/x"), ("x-a", "ü\x1b"), ("user-agent", "me"), ("x-b", ""), ("x-c", "ʘ"))
    send(server, Request("GET", "/", headers=headers))
    got = [field for field in server.got[0].headers if field[0] not in {"host", "accept-encoding", "connection"}]
    assert got == [*headers[:-1], ("x-c", "ʘ".encode().decode("latin-1"))]


def test_host_and_length_are_the_client_s_own(server: Listener) -> None:
    headers = (("content-length", "99"), ("host", "other"), ("transfer-encoding", "chunked"), ("connection", "x"))
    send(server, Request("POST", "/", headers=headers, body=b"\xff\0{"))
    (got,) = server.got
    assert got.header("content-length") == ["3"]
    assert got.header("host") == [f"127.0.0.1:{server.port}"]
    assert (got.header("transfer-encoding"), got.header("connection"), got.body) == ([], ["close"], b"\xff\0{")
    assert got.header("content-type") == []


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("POST", b"", ["0"]),
        ("PUT", b"", ["0"]),
        ("PATCH", b"", ["0"]),
        ("GET", b"", []),
        ("DELETE", b"", []),
        ("GET", b"{}", ["2"]),
        ("M-SEARCH", b"{}", ["2"]),
    ],
)
def test_a_length_is_sent_with_a_body_and_where_one_is_due(
    server: Listener, method: str, body: bytes, length: list[str]
) -> None:
    send(server, Request(method, "/", body=body))
    assert (server.got[0].method, server.got[0].header("content-length")) == (method, length)


def test_a_path_goes_behind_that_of_the_base(server: Listener) -> None:
    send(server, Request("GET", "/v1/ö ?", (("a", "b c"),)), prefix="/base/%41/")
    assert server.got[0].target == "/base/%41/v1/%C3%B6%20%3F?a=b%20c"


def test_an_origin_of_the_request_s_own_goes_before_the_base(server: Listener) -> None:
    client = HttpClient("http://127.0.0.1:1/base", "1")
    assert client.send(Request("GET", "/a.mp4", origin=server.url)).status == 200
    assert server.got[0].target == "/a.mp4"


@pytest.mark.parametrize("reply", [b"", RESET, b"HTTP/1.1 307 Moved\r\nlocation: /b\r\ncontent-length: 0\r\n\r\n", OK])
def test_nothing_is_sent_twice_and_every_request_has_a_connection_of_its_own(server: Listener, reply: bytes) -> None:
    server.reply = reply
    for _ in range(2):
        try:
            status = send(server, Request("GET", "/a")).status
        except NoReplyError:
            status = 0
        assert status in {0, 200, 307}
    assert (len(server.got), server.connections) == (2, 2)


# --- what comes


def test_headers_of_a_reply_keep_their_order_and_their_doubles(server: Listener) -> None:
    server.reply = HEAD + b"X-B: 1\r\nSet-Cookie: a\r\nx-b:  two \r\n  lines\r\nX-C: \xff \r\n\r\nbody"
    response = send(server, Request("GET", "/"))
    assert response.headers == (("x-b", "1"), ("set-cookie", "a"), ("x-b", "two  lines"), ("x-c", "ÿ"))
    assert response.body == b"body"


@pytest.mark.parametrize(
    ("method", "reply", "status", "body"),
    [
        ("GET", CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nx-t: 1\r\n\r\n", 200, b"abcde"),
        ("GET", HEAD + b"content-length: 3\r\n\r\nabcde", 200, b"abc"),
        ("HEAD", HEAD + b"content-length: 3\r\n\r\n", 200, b""),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"{}"),
        ("GET", b"HTTP/1.0 500\r\n\r\n\xff", 500, b"\xff"),
        ("GET", HEAD + b"content-encoding: gzip\r\n\r\n\x1f\x8b", 200, b"\x1f\x8b"),
        ("GET", HEAD + b"\r\n" + b"x" * 1000, 200, b"x" * 1000),
    ],
)
def test_a_body_comes_whole(server: Listener, method: str, reply: bytes, status: int, body: bytes) -> None:
    server.reply = reply
    response = send(server, Request(method, "/"))
    assert (response.status, response.body) == (status, body)


def test_a_reply_to_a_body_that_was_not_read_is_read() -> None:
    """A server may answer 413 and hang up; what is left of the body is not worth an error."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(10)
                connection.sendall(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
                connection.shutdown(socket.SHUT_RDWR)

        thread = Thread(target=refuse)
        thread.start()
        try:
            client = HttpClient(f"http://127.0.0.1:{server.getsockname()[1]}", "1")
            assert client.send(Request("POST", "/", body=b"x" * 20_000_000)).status == 413
        finally:
            thread.join()


# What the server says, and what is told of it behind its address.
BROKEN = {
    b"": "closed the connection without a reply",
    RESET: "broke off the connection (Connection reset by peer)",
    HEAD + b"\r\nab" + RESET: "broke off the connection (Connection reset by peer)",
    HANG: "was silent for 0.2 s",
    HEAD + b"content-length: 9\r\n\r\nab" + HANG: "was silent for 0.2 s",
    HEAD + b"content-length: 9\r\n\r\nab": "ended its reply in the middle: 2 bytes of the body came, and 7 are missing",
    HEAD + b"content-length: 9\r\n\r\n": "ended its reply in the middle: 0 bytes of the body came, and 9 are missing",
    CHUNKED + b"3\r\nabc\r\n": "ended its reply in the middle: 3 bytes of the body came",
    CHUNKED + b"9\r\nabc": "ended its reply in the middle: 0 bytes of the body came",
    CHUNKED + b"no\r\nabc": "ended its reply in the middle: 0 bytes of the body came",
    CHUNKED + b"-5\r\nabc": "sent HTTP that can't be read (read length must be non-negative or -1)",
    b"SSH-2.0-x \x1b[2J\r\n": r"sent no HTTP: SSH-2.0-x \x1b[2J",
    b"HTTP/1.1 abc OK\r\n\r\n": "sent no HTTP: HTTP/1.1 abc OK",
    b"HTTP/3.0 200 OK\r\n\r\n": "sent HTTP that can't be read (HTTP/3.0)",
    HEAD + b"no colon\r\nx: y\r\n\r\n{}": "sent a line among its headers that is none",
    HEAD + b"x: y\r\n" * 200 + b"\r\n": "sent HTTP that can't be read (got more than 100 headers)",
    HEAD + b"x: " + b"y" * 70_000: "sent HTTP that can't be read (got more than 65536 bytes when reading header line)",
    HEAD + b"content-length: 1001\r\n\r\n": "announced more than 1,000 bytes, which is the limit of a reply",
    HEAD + b"\r\n" + b"x" * 1001: "sent more than 1,000 bytes, which is the limit of a reply",
    CHUNKED + b"3e9\r\n" + b"x" * 1001: "sent more than 1,000 bytes, which is the limit of a reply",
}


@pytest.mark.parametrize(("reply", "told"), BROKEN.items(), ids=BROKEN.values())
def test_what_is_no_reply_is_told_in_one_line(reply: bytes, told: str) -> None:
    with listening(reply) as server:
        client = HttpClient(server.url, "1", timeout=0.2 if HANG in reply else 5, limit=1000)
        assert problem(client) == (f"127.0.0.1:{server.port} {told}", True)


# --- where nobody is


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    told = f"127.0.0.1:{port} refused the connection: no server listens there"
    assert problem(HttpClient(f"http://127.0.0.1:{port}", "1")) == (told, False)


def test_nobody_takes_the_connection() -> None:
    """A full backlog is what a host that drops everything looks like."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        address = server.getsockname()[:2]
        waiting = [socket.socket() for _ in range(3)]
        for connection in waiting:
            connection.setblocking(False)
            connection.connect_ex(address)
        told = f"127.0.0.1:{address[1]} was not there within 0.2 s"
        assert problem(HttpClient(f"http://127.0.0.1:{address[1]}", "1", timeout=0.2)) == (told, False)
        for connection in waiting:
            connection.close()


@pytest.mark.parametrize("url", ["http://no-such-name.invalid", "https://no-such-name.invalid"])
def test_a_name_that_nobody_knows(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)  # a real one would ask a network
    told = "the name of no-such-name.invalid is not known (Name or service not known)"
    assert problem(HttpClient(url, "1")) == (told, False)


# --- what is not sent

UNSENDABLE = [
    (Request("GET /", "/"), "'GET /' is no name for a method"),
    (Request("", "/"), "'' is no name for a method"),
    (Request("GET", "/", headers=(("x y", "1"),)), "'x y' is no name for a header"),
    (
        Request("GET", "/", headers=(("authorization", "Bearer sk-secret\n"),)),
        "the header authorization has a line break or a NUL in it, which HTTP can't carry",
    ),
    (
        Request("GET", "/", origin="ftp://host\x1b"),
        r"'ftp://host\x1b' can't be asked: it has to begin with http:// or https://",
    ),
]


@pytest.mark.parametrize(("request_", "told"), UNSENDABLE)
def test_what_http_can_t_carry_is_not_sent_and_no_key_is_told(server: Listener, request_: Request, told: str) -> None:
    assert problem(HttpClient(server.url, "1"), request_) == (f"not sent: {told}", False)
    assert server.connections == 0


def test_a_base_at_which_nothing_can_be_asked_is_refused_at_once() -> None:
    with pytest.raises(UrlError, match="'localhost:8000' can't be asked: it has to begin with http:// or https://"):
        HttpClient("localhost:8000", "1")


# --- TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that no authority has signed, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed here")
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    line = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    words = [*line.split(), "-addext", "subjectAltName=IP:127.0.0.1,DNS:api.test", "-keyout", str(file), "-out", "-"]
    done = subprocess.run(words, capture_output=True, check=True)
    file.write_bytes(file.read_bytes() + done.stdout)
    return file


@pytest.fixture
def tls_port(certificate: Path) -> Iterator[int]:
    """Where a server waits for one connection with TLS, and answers."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as secured:
                    secured.recv(1000)
                    secured.sendall(OK)
            except OSError:
                connection.close()

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_certificate_that_is_trusted_is_enough(
    tls_port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert HttpClient(f"https://127.0.0.1:{tls_port}", "1").send(Request("GET", "/")).status == 200


def test_a_certificate_of_nobody_is_not_trusted(tls_port: int) -> None:
    told, reached = problem(HttpClient(f"https://127.0.0.1:{tls_port}", "1"))
    assert told == (
        f"the certificate of 127.0.0.1:{tls_port} is not trusted: self-signed certificate"
        " (SSL_CERT_FILE can name one that is)"
    )
    assert reached


def test_a_server_without_tls_speaks_none() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(10_000)

        thread = Thread(target=answer)
        thread.start()
        port = server.getsockname()[1]
        told, reached = problem(HttpClient(f"https://127.0.0.1:{port}", "1"))
        thread.join()
    assert told == f"127.0.0.1:{port} speaks no TLS that can be used: wrong version number"
    assert reached


# --- proxies


def test_a_proxy_of_the_environment_is_asked_for_another_host(
    server: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://me:p%40ss@127.0.0.1:{server.port}/")
    assert HttpClient("http://api.test/base", "1").send(Request("GET", "/v1", (("a", "b"),))).status == 200
    (got,) = server.got
    assert got.target == "http://api.test/base/v1?a=b"
    assert got.header("host") == ["api.test"]
    assert got.header("proxy-authorization") == ["Basic bWU6cEBzcw=="]


def test_no_proxy_is_asked_for_this_machine_or_for_what_no_proxy_names(
    server: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"127.0.0.1:{server.port}")
    monkeypatch.setenv("no_proxy", "api.test")
    look_up = socket.getaddrinfo
    asked: list[object] = []

    def note(host: str, *rest: int) -> object:
        asked.append(host)
        return look_up("127.0.0.1", *rest)

    monkeypatch.setattr(socket, "getaddrinfo", note)
    for url in ("http://api.test:1", "http://localhost:1"):
        told = f"{url.removeprefix('http://')} refused the connection: no server listens there"
        assert problem(HttpClient(url, "1")) == (told, False)
    assert asked == ["api.test", "localhost"]
    assert server.connections == 0


def test_tls_goes_through_a_tunnel(certificate: Path, tls_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        asked: list[bytes] = []

        def carry() -> None:
            inner, _ = proxy.accept()
            with inner, socket.create_connection(("127.0.0.1", tls_port)) as outer:
                asked.append(inner.recv(1000))
                inner.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                back = Thread(target=pump, args=(outer, inner))
                back.start()
                pump(inner, outer)
                back.join()

        thread = Thread(target=carry)
        thread.start()
        monkeypatch.setenv("all_proxy", f"http://me:x@127.0.0.1:{proxy.getsockname()[1]}")
        response = HttpClient("https://api.test", "1").send(Request("GET", "/"))
        thread.join()
    assert response.status == 200
    assert asked[0].startswith(b"CONNECT api.test:443 HTTP/1.")
    assert b"Proxy-Authorization: Basic bWU6eA==" in asked[0] or b"proxy-authorization: Basic bWU6eA==" in asked[0]


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes until there are no more."""
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def test_a_proxy_that_refuses_is_named(server: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{server.port}")
    server.reply = b"HTTP/1.1 403 Forbidden\r\n\r\n"
    told = f"the proxy 127.0.0.1:{server.port} opened no way to the server (Tunnel connection failed: 403 Forbidden)"
    assert problem(HttpClient("https://api.test", "1")) == (told, False)


@pytest.mark.parametrize("scheme", ["socks5", "https"])
def test_a_proxy_of_another_kind_is_refused_without_its_password(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"{scheme}://me:secret@proxy:1")
    assert problem(HttpClient("http://api.test", "1")) == (
        f"not sent: 'proxy:1' can't be asked: the proxy of the environment is one for {scheme},"
        " and only http proxies are used",
        False,
    )


# --- the pace


def test_a_pause_comes_before_every_request_but_the_first() -> None:
    done: list[object] = []

    def note(request: Request) -> Response:
        done.append(request.path)
        return Response(200)

    send = paced(note, done.append, rate=4)
    for path in ("/a", "/b", "/c"):
        send(Request("GET", path))
    assert done == ["/a", 0.25, "/b", 0.25, "/c"]


@pytest.mark.parametrize("rate", [0, -1.5, float("nan")])
def test_a_pace_is_more_than_nothing(rate: float) -> None:
    with pytest.raises(ValueError, match=f"a rate has to be more than 0 requests a second, and is {rate:g}"):
        paced(lambda _: Response(200), lambda _: None, rate)


def test_a_target_goes_out_as_it_is() -> None:
    with listening() as listener:
        target = "/o/videos%2Fboat.mp4?flag&sig=a+b%2fc"
        HttpClient("http://unused.example", "1").send(Request("GET", "/", origin=listener.url, target_as_is=target))
    assert [got.target for got in listener.got] == [target]


def test_of_a_whole_where_a_part_was_asked_for_the_beginning_is_read() -> None:
    """A video may be larger than any reply."""
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"v" * 100_000
    with listening(large) as listener:
        client = HttpClient(listener.url, "1")
        response = client.send(Request("GET", "/a.mp4", headers=(("range", "bytes=0-65535"),)))
        assert (response.status, len(response.body)) == (200, 65536)
        with pytest.raises(NoReplyError, match="announced more than"):
            client.send(Request("GET", "/a.mp4"))
