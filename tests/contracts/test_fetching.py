"""Downloads: http and https only, also after redirects, bounded in size and time, and one clear line for what fails."""

import re
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from reelmock.contracts import fetching
from reelmock.contracts.fetching import FetchError, fetch

BODY = b'{"openapi": "3.1.0"}'


class Server(ThreadingHTTPServer):
    """Answers by path; `released` ends what hangs."""

    released: Event
    agents: list[str]


class Answers(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.agents.append(self.headers["User-Agent"])
        if self.path == "/slow":
            self.server.released.wait()
        elif self.path == "/no-http":
            self.wfile.write(b"hello\r\n")
        elif self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        else:
            self.send_response({"/missing": 404, "/broken": 500}.get(self.path, 200))
            self.send_header("Content-Length", str(len(BODY) + (self.path == "/cut")))
            self.end_headers()
            self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """A test's output is for the test."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    server = Server(("127.0.0.1", 0), Answers)
    server.released, server.agents = Event(), []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


def url(server: Server, path: str) -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


@pytest.mark.parametrize("path", ["/spec.json", "/to//spec.json"])
def test_what_a_url_answers_is_downloaded_also_after_a_redirect(server: Server, path: str) -> None:
    assert fetch(url(server, path)) == BODY
    assert set(server.agents) == {"reelmock"}


# Path → what is told behind the URL.
FAILING = {
    "/missing": "the server answered 404 Not Found",
    "/broken": "the server answered 500 Internal Server Error",
    "/to/ftp://127.0.0.1/spec.json": r"the server answered 302 .*ftp.*|.*unknown url type: ftp.*",
    "/to/file:///etc/hostname": "the server answered 302 .*file.*",
    "/no-http": r"there is no answer that can be read \(.*hello.*\)",
}


@pytest.mark.parametrize(("path", "told"), FAILING.items())
def test_a_url_that_can_not_be_had_is_told_in_one_line(server: Server, path: str, told: str) -> None:
    with pytest.raises(FetchError) as failed:
        fetch(url(server, path))
    assert re.fullmatch(f"{re.escape(url(server, path))}: (?:{told})", str(failed.value))
    assert re.fullmatch(told, failed.value.problem)


def test_a_silent_server_is_waited_for_in_vain_only_for_a_while(server: Server) -> None:
    with pytest.raises(FetchError, match=r"/slow: the server was silent for 0\.05 s$"):
        fetch(url(server, "/slow"), timeout=0.05)


def test_more_than_the_limit_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MAX_FILE_BYTES", len(BODY) - 1)
    with pytest.raises(FetchError, match=r": the server sent more than 19 bytes$"):
        fetch(url(server, "/spec.json"))


def test_a_server_that_is_not_there_can_not_be_reached(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(FetchError, match=r": the server can't be reached \(Connection refused\)$"):
        fetch(f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/a", "data:,a", "/etc/hostname", ""])
def test_nothing_but_http_and_https_is_downloaded(address: str) -> None:
    with pytest.raises(FetchError, match=r": only http and https URLs are downloaded$"):
        fetch(address)


@pytest.mark.parametrize("address", ["http://127.0.0.1:port/", "http://", "http://[::1", "http://127.0.0.1/a b"])
def test_a_malformed_url_is_one_clear_line(address: str) -> None:
    with pytest.raises(FetchError) as failed:
        fetch(address)
    assert str(failed.value).startswith(f"{address}: ")
    assert "\n" not in str(failed.value)
