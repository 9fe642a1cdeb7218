"""HTTP/1.1 as bytes: requests that are built once and sent many times, and the reading of their replies."""

import json
import re
import socket
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

ROUTE: Final = "/v2/video/generations"
MODEL: Final = "pixverse/v5-5-image-to-video"
PROMPT: Final = "The lighthouse keeper waves from the gallery while the sun goes down."
IMAGE_URL: Final = "https://images.example.com/lighthouse.jpg"
KEY: Final = "benchmark-key"

HEAD_END: Final = b"\r\n\r\n"
LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
TIMEOUT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply: its status and its body."""

    status: int
    body: bytes


class BrokenReplyError(Exception):
    """Bytes that are no HTTP/1.1 reply with a Content-Length."""


def payload(image_url: str = IMAGE_URL) -> bytes:
    """The body of a POST, in the manner of the documentation page's example."""
    return json.dumps({"model": MODEL, "prompt": PROMPT, "image_url": image_url}).encode()


def request_bytes(method: str, target: str, body: bytes = b"") -> bytes:
    """A request with the headers that client libraries send."""
    fields = [
        f"{method} {target} HTTP/1.1",
        "host: 127.0.0.1",
        "accept: */*",
        "user-agent: reelmock-benchmark",
        f"authorization: Bearer {KEY}",
        *(("content-type: application/json", f"content-length: {len(body)}") if body else ()),
    ]
    return "\r\n".join(fields).encode() + HEAD_END + body


def create_bytes() -> bytes:
    """The POST that makes a generation."""
    return request_bytes("POST", ROUTE, payload())


def poll_bytes(generation_id: str) -> bytes:
    """The GET that asks for a generation."""
    return request_bytes("GET", f"{ROUTE}?generation_id={generation_id}")


def generation_id_of(body: bytes) -> str:
    """The id in a reply of either route."""
    return str(json.loads(body)["id"])


def take_answer(received: bytes) -> Answer | None:
    """The reply that `received` holds; None as long as some of it is missing. BrokenReplyError when it can't be one."""
    end = received.find(HEAD_END)
    if end < 0:
        return None
    length = LENGTH.search(received, 0, end)
    if length is None or not received.startswith(b"HTTP/1.1 "):
        raise BrokenReplyError(received[:200])
    start = end + len(HEAD_END)
    missing = start + int(length[1]) - len(received)
    if missing < 0:
        raise BrokenReplyError(f"{-missing} bytes too many")
    return Answer(int(received[9:12]), received[start:]) if missing == 0 else None


def address_of(url: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return str(parts.hostname), parts.port or 80


def ask(url: str, request: bytes) -> Answer:
    """Send one request over a connection of its own, and wait for the reply."""
    received = b""
    with socket.create_connection(address_of(url), timeout=TIMEOUT_S) as connection:
        connection.sendall(request)
        while (answer := take_answer(received)) is None:
            chunk = connection.recv(65536)
            if not chunk:
                raise BrokenReplyError(f"the connection was closed after {received[:200]!r}")
            received += chunk
    return answer


def create(url: str) -> tuple[str, int]:
    """Make a generation: its id, and the length of the reply's body."""
    answer = ask(url, create_bytes())
    if answer.status != 200:
        raise BrokenReplyError(f"the POST was answered with {answer.status}: {answer.body[:200]!r}")
    return generation_id_of(answer.body), len(answer.body)
