"""Drawn URIs: every one is valid, and a URL that the usual libraries can call."""

import ipaddress
import json
import shutil
import subprocess
from collections.abc import Callable
from urllib.parse import SplitResult, unquote, urlsplit

import httpx
import pytest
import requests
import urllib3.util
from hypothesis import given
from jsonschema_rs import Draft202012Validator

from reelmock.contracts.formats import is_uri
from reelmock.contracts.strategies.uris import uris
from reelmock.tests.contracts.strategies.drawing import drawn, simplest, unreached

INDEPENDENT = Draft202012Validator({"type": "string", "format": "uri"}, validate_formats=True)

# Prints [host, port, protocol] of every URL of the array that it reads; what WHATWG's URL refuses ends it.
NODE = """
const urls = JSON.parse(require("node:fs").readFileSync(0, "utf-8")).map((text) => new URL(text));
console.log(JSON.stringify(urls.map((url) => [url.hostname, url.port, url.protocol])));
"""


@given(uris())
def test_a_uri_is_valid_and_the_libraries_agree_on_what_it_names(uri: str) -> None:
    assert is_uri(uri)
    assert INDEPENDENT.is_valid(uri)
    assert uri.isascii()
    assert uri.isprintable()
    parts = urlsplit(uri)
    if parts.scheme == "data":
        return
    host, port = parts.hostname, parts.port
    assert parts.scheme in ("http", "https")
    assert host
    assert port is None or 0 < port < 65536
    with_httpx = httpx.URL(uri)
    assert with_httpx.raw_host.decode().strip("[]") == host
    assert with_httpx.port in (port, None)
    with_urllib3 = urllib3.util.parse_url(uri)
    assert ((with_urllib3.host or "").strip("[]"), with_urllib3.port) == (host, port)
    prepared = requests.Request("GET", uri).prepare().url
    assert unquote(urlsplit(prepared or "").netloc) == parts.netloc.lower()


def test_a_browser_takes_every_uri() -> None:
    """`new URL` of Node is the one of browsers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    drawn_uris = drawn(uris(), 300)
    said = subprocess.run(
        [node, "-e", NODE], input=json.dumps(drawn_uris), capture_output=True, text=True, check=True, timeout=30
    )
    for uri, (host, port, protocol) in zip(drawn_uris, json.loads(said.stdout), strict=True):
        parts = urlsplit(uri)
        assert protocol == f"{parts.scheme}:"
        assert bool(host) is (parts.scheme != "data")
        default = {"http": 80, "https": 443}.get(parts.scheme)
        assert port == ("" if parts.port in (None, default) else str(parts.port))


def address(version: int) -> Callable[[SplitResult], bool]:
    def is_address(parts: SplitResult) -> bool:
        try:
            return ipaddress.ip_address(parts.hostname or "").version == version
        except ValueError:
            return False

    return is_address


REACHED: dict[str, Callable[[SplitResult], bool]] = {
    "https": lambda parts: parts.scheme == "https",
    "http": lambda parts: parts.scheme == "http",
    "name": lambda parts: parts.hostname == "cdn.example.org",
    "upper case": lambda parts: parts.netloc.startswith("EXAMPLE"),
    "IPv4": address(4),
    "IPv6": address(6),
    "port": lambda parts: parts.port is not None,
    "IPv6 with a port": lambda parts: address(6)(parts) and parts.port is not None,
    "punycode": lambda parts: "xn--" in (parts.hostname or ""),
    "no path": lambda parts: parts.scheme != "data" and not parts.path,
    "unusual characters in the path": lambda parts: "~" in parts.path,
    "escaped characters beyond ASCII": lambda parts: parts.path != "" and not unquote(parts.path).isascii(),
    "query": lambda parts: "=" in parts.query,
    "data": lambda parts: parts.scheme == "data" and len(parts.path) > len("image/png;base64,"),
    "data without content": lambda parts: parts.scheme == "data" and parts.path.endswith(";base64,"),
}


def test_every_sort_of_uri_is_reached() -> None:
    assert unreached(uris().map(urlsplit), REACHED) == []


def test_the_simplest_uri_is_a_plain_one() -> None:
    assert simplest(uris()) == "https://example.com"
