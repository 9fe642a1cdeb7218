"""A curl line does what the client did, shows no secret, and drives no terminal: it is run to see."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reelmock.contracts.curl import curl
from reelmock.contracts.exchange import Request
from reelmock.contracts.http_client import HttpClient
from reelmock.tests.contracts.listening import Got, Listener, listening

KEY = "sk-a/very+secret=key"
NAME = "AIMLAPI_API_KEY"
KEYS = {KEY: NAME}
BEARER = (("authorization", f"Bearer {KEY}"),)
JSON = (("content-type", "application/json"),)

# What each of the two says of itself.
INTRODUCTIONS = frozenset({"accept", "accept-encoding", "user-agent", "connection"})

needs_curl = pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")), reason="curl or bash is not installed here"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


def run(line: str) -> bytes:
    """What bash and curl make of a line, without configuration or proxies."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8", NAME: KEY}
    # By stdin: a line can be longer than an argument.
    done = subprocess.run(["bash"], input=line.encode(), env=environment, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, b""), line
    return done.stdout


def compared(got: Got, own: frozenset[str]) -> tuple[object, ...]:
    """What has to be the same; `own` are the headers that the request names, the others may be introductions."""
    headers = sorted((name, value.strip()) for name, value in got.headers if name in own or name not in INTRODUCTIONS)
    return got.method, got.target, headers, got.body


def both(request: Request, server: Listener) -> list[tuple[object, ...]]:
    """A request as curl sends it, and as the client does."""
    server.got.clear()
    output = run(curl(request, server.url, KEYS))
    HttpClient(server.url, "1").send(request)
    assert output.startswith(b"HTTP/1.1 200 OK")
    own = frozenset(name for name, _ in request.headers)
    return [compared(got, own) for got in server.got]


TRICKY = {
    "nothing": Request("GET", "/"),
    "a key": Request("POST", "/v1/videos", headers=BEARER + JSON, body=b'{"prompt": "a boat"}'),
    "a key in the query": Request("GET", "/v1", (("key", "a sk"), ("generation_id", "x&y=z#1"), ("", ""))),
    "a key in the body": Request("POST", "/", headers=JSON, body=f'{{"user": "{KEY}{KEY}\'s"}}'.encode()),
    "quotes": Request("POST", "/it's", headers=JSON, body=b"{'a': \"b\", `id`, $(id), $HOME, !!, \\n}"),
    "newlines": Request("POST", "/", body=b"\r\n\n\ta\n\n"),
    "no UTF-8": Request("POST", "/", headers=JSON, body=b'{"prompt": "\xff9\xc3"}'),
    "UTF-8": Request("POST", "/", headers=JSON, body='{"prompt": "Bär 🐻"}'.encode()),
    "a terminal": Request("POST", "/", headers=(("x", "\x1b[31m"),), body="\x1b[2J\x9b\u202e\u20289".encode()),
    "NUL": Request("POST", "/", headers=JSON, body=f"\x00'%s\\n\\{KEY}\x00%\x001'".encode() + b"\xff0"),
    "a file": Request("POST", "/", body=b"@/etc/hostname"),
    "a minus": Request("POST", "/", body=b"-d"),
    "an empty body": Request("POST", "/", headers=JSON),
    "an empty body, no content type": Request("PUT", "/"),
    "an empty content type": Request("POST", "/", headers=(("content-type", ""),), body=b"{}"),
    "no content type": Request("POST", "/", headers=BEARER, body=b"a=b&c"),
    "a GET with a body": Request("GET", "/", headers=JSON, body=b"{}"),
    "HEAD": Request("HEAD", "/v1"),
    "another method": Request("DELETE", "/v1"),
    "an invented method": Request("M-SEARCH", "/v1"),
    "a small method": Request("get", "/v1"),
    "percent signs": Request("GET", "/100%/%41/%", (("q", "100%"), ("p", "%41"))),
    "an odd path": Request("GET", "/ä b/?#[]{}\\^|\"<>/;,:@&=+$!*'()~\x00\x7f"),
    "dots": Request("GET", "/v1/../v2/./x"),
    "two slashes": Request("GET", "//v1//"),
    "brackets": Request("GET", "/{1,2}/[1-3]", (("a[]", "{x}"),)),
    "odd headers": Request(
        "GET", "/", headers=(("x-a", ""), ("x-b", "@x; 'y' \"z\" $PATH"), ("x-b", "ü"), ("accept", ""))
    ),
    "its own user agent": Request("GET", "/", headers=(("user-agent", "me/1"), ("accept-encoding", "gzip"))),
    "headers of the client": Request("POST", "/", headers=(("content-length", "9"), ("host", "h")), body=b"x"),
    "much": Request("POST", "/", headers=JSON, body=b'{"prompt": "' + b"it's %5 \\n " * 20_000 + KEY.encode() + b'"}'),
    "very much": Request("POST", "/", headers=JSON, body=b"x" * 1_100_000),
}


@needs_curl
@pytest.mark.parametrize("request_", TRICKY.values(), ids=TRICKY)
def test_a_line_sends_what_the_client_sends(request_: Request, server: Listener) -> None:
    from_curl, from_client = both(request_, server)
    assert from_curl == from_client
    assert from_client[0] == request_.method
    assert from_client[3] == request_.body


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.text(st.characters(max_codepoint=255, exclude_characters="\0\r\n"), max_size=12).map(str.strip)
requests = st.builds(
    Request,
    method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    path=texts.map("/".__add__),
    query=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    headers=st.lists(st.tuples(st.sampled_from(["content-type", "x-a", "accept"]), values), max_size=2).map(tuple),
    body=st.binary(max_size=20) | texts.map(str.encode),
)


@needs_curl
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(request=requests)
def test_a_line_of_any_request_sends_what_the_client_sends(request: Request, server: Listener) -> None:
    """And a server decodes path and query to what they were."""
    from_curl, from_client = both(request, server)
    assert from_curl == from_client
    path, _, query = str(from_client[1]).partition("?")
    assert unquote(path) == request.path
    assert tuple(parse_qsl(query, keep_blank_values=True)) == request.query


@given(request=requests)
def test_a_line_is_one_line_that_drives_no_terminal(request: Request) -> None:
    assert curl(request, "http://127.0.0.1:8000", KEYS).isprintable()


@pytest.mark.parametrize("request_", TRICKY.values(), ids=TRICKY)
def test_no_line_has_a_secret(request_: Request) -> None:
    line = curl(request_, "http://127.0.0.1", KEYS)
    assert line.isprintable()
    assert KEY not in line


BASE = "https://api.test/base/"
# Request, and its line.
LINES = {
    "a poll": (
        Request("GET", "/v2/video", (("generation_id", "a:b"),), BEARER),
        "curl -sS -i 'https://api.test/base/v2/video?generation_id=a%3Ab'"
        ' -H "authorization: Bearer $AIMLAPI_API_KEY"',
    ),
    "a generation": (
        Request("POST", "/v2/video", (), BEARER + JSON, b'{"prompt": "it\'s"}'),
        "curl -sS -i -X POST https://api.test/base/v2/video"
        " -H \"authorization: Bearer $AIMLAPI_API_KEY\" -H 'content-type: application/json'"
        " --data-raw '{\"prompt\": \"it'\\''s\"}'",
    ),
    "an origin of its own": (
        Request("GET", "/a.mp4", origin="http://[::1]:8"),
        "curl -sS -i 'http://[::1]:8/a.mp4' -g",
    ),
    "dots": (Request("GET", "/../a"), "curl -sS -i https://api.test/base/../a --path-as-is"),
    "a letter behind the key": (
        Request("GET", "/", (), (("authorization", f"Bearer {KEY}"), ("x-trace", f"{KEY}x"))),
        'curl -sS -i https://api.test/base/ -H "authorization: Bearer $AIMLAPI_API_KEY"'
        ' -H "x-trace: ${AIMLAPI_API_KEY}x"',
    ),
    "HEAD": (Request("HEAD", "/"), "curl -sS -i -I https://api.test/base/"),  # with -X, curl waits for a body
    "an exclamation mark, which an interactive shell expands": (
        Request("POST", "/", (), JSON, b"a!\n"),
        "curl -sS -i -X POST https://api.test/base/ -H 'content-type: application/json' --data-raw $'a\\x21\\n'",
    ),
    "a NUL": (
        Request("POST", "/", (), JSON, b"\0'\n" + KEY.encode()),
        "printf %b%s '\\0000\\0047\\0012' \"$AIMLAPI_API_KEY\" | curl -sS -i -X POST https://api.test/base/"
        " -H 'content-type: application/json' --data-binary @-",
    ),
    "no headers that HTTP can't carry": (
        Request("GET", "/", (), ((":authority", "x"), ("x-a", "1\r\nx-b: 2"))),
        "curl -sS -i https://api.test/base/ -H 'x-a: 1  x-b: 2'",
    ),
}


@pytest.mark.parametrize(("request_", "line"), LINES.values(), ids=LINES)
def test_a_line_is_short_and_can_be_read(request_: Request, line: str) -> None:
    assert curl(request_, BASE, KEYS) == line


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ('quo"te\\x', r"quo\"te\\x"),
        ("schlüssel", "schl\\u00fcssel"),
        ("schlüssel", "schlüssel"),
        ("a/b+c d", "a%2Fb%2Bc%20d"),
        ("a/b+c d", "a%2Fb%2Bc+d"),
        ("a/b+c d", "a/b+c%20d"),
        ("a/b+c d", "a/b+c d"),
    ],
)
def test_a_secret_is_found_in_every_form(secret: str, text: str) -> None:
    line = curl(Request("POST", "/", (), JSON, f"<{text}>".encode()), BASE, {secret: "K"})
    assert line.endswith("--data-raw '<'\"$K\"'>'")


def test_a_secret_is_found_in_path_and_query() -> None:
    line = curl(Request("GET", "/a/s3 cr?t", (("x", "s3 cr?t"), ("s3 cr?t", "")), ()), BASE, {"s3 cr?t": "K"})
    assert line == 'curl -sS -i "https://api.test/base/a/$K?x=$K&$K="'


def test_a_secret_that_reads_like_a_scheme_is_one() -> None:
    line = curl(Request("GET", "/", (), (("x-api-key", "token"),)), "http://h", {"token": "K"})
    assert line == 'curl -sS -i http://h/ -H "x-api-key: $K"'


def test_the_longest_secret_is_found_first() -> None:
    line = curl(
        Request("GET", "/", (), (("authorization", "Bearer sk-12345"),)), BASE, {"sk-1234": "A", "sk-12345": "B"}
    )
    assert line.endswith('-H "authorization: Bearer $B"')


def test_a_secret_of_a_letter_or_two_is_only_looked_for_where_credentials_stand() -> None:
    request = Request("POST", "/A", (), (("authorization", "Bearer A"), ("x-trace", "A")), b"A")
    line = curl(request, BASE, {"A": "K"})
    assert line == (
        "curl -sS -i -X POST https://api.test/base/A -H \"authorization: Bearer $K\" -H 'x-trace: A'"
        " -H 'Content-Type:' --data-raw A"
    )


# Header, secrets that may be shown, and what is shown.
CREDENTIALS = [
    ("authorization", "Bearer sk-unknown", (), "Bearer ****"),
    ("authorization", "Bearer wrong", ("wrong",), "Bearer wrong"),
    ("authorization", "Bearer", (), "Bearer"),
    ("authorization", "Basic c2s6", ("wrong",), "Basic ****"),
    ("authorization", "sk-without-a-scheme", (), "****"),
    ("authorization", "tokens", (), "****"),
    ("x-api-key", "wrong, other", ("wrong",), "wrong****"),
    ("cookie", "session=1", (), "****"),
    ("x-request-id", "r-1", (), "r-1"),
]


@pytest.mark.parametrize(("name", "value", "shown", "expected"), CREDENTIALS)
def test_other_credentials_are_masked_unless_they_may_be_shown(
    name: str, value: str, shown: tuple[str, ...], expected: str
) -> None:
    assert curl(Request("GET", "/", (), ((name, value),)), "http://h", {}, shown) == (
        f"curl -sS -i http://h/ -H '{name}: {expected}'"
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (KEY, '"authorization: $K"'),
        (f"Bearer {KEY}x", '"authorization: Bearer $K****"'),
        (f"Bearer {KEY} {KEY}", '"authorization: Bearer $K $K"'),
    ],
)
def test_a_key_is_never_shown_though_something_that_has_it_in_it_may_be(value: str, expected: str) -> None:
    line = curl(Request("GET", "/", (), (("authorization", value),)), "http://h", {KEY: "K"}, (f"{KEY}x",))
    assert line == f"curl -sS -i http://h/ -H {expected}"
