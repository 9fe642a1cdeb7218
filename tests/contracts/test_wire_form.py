"""Which URLs an API can be asked at, and that a target says what a request does."""

from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.exchange import Request
from reelmock.contracts.wire_form import Address, UrlError, is_loopback, target_of

ADDRESSES = {
    "http://127.0.0.1:8000": Address("http", "127.0.0.1", 8000),
    "HTTPS://API.test/": Address("https", "api.test", 443),
    "https://api.test:8443/v1/%41/": Address("https", "api.test", 8443, "/v1/%41"),
    "http://[::1]:8": Address("http", "::1", 8),
    "http://bücher.test": Address("http", "xn--bcher-kva.test", 80),
    "http://under_score.test:80": Address("http", "under_score.test", 80),
}


@pytest.mark.parametrize(("url", "address"), ADDRESSES.items())
def test_an_address_is_read(url: str, address: Address) -> None:
    assert Address.of(url) == address


def test_an_address_names_its_port_only_where_it_is_not_the_scheme_s_own() -> None:
    assert [Address.of(url).netloc for url in ("https://[::1]", "http://a:443", "http://a:80")] == [
        "[::1]",
        "a:443",
        "a",
    ]


SCHEME = "it has to begin with http:// or https://"
CREDENTIALS = "it has credentials in it, which would be printed; leave out what stands before the @"
HOST = "there has to be a host behind ://, such as http://127.0.0.1:8000"
ENDING = "it has to end with the path, without ? and #"
ENCODED = "it has to be percent-encoded, without spaces"
REFUSED = {
    "": f"'' can't be asked: {SCHEME}",
    "localhost:8000": f"'localhost:8000' can't be asked: {SCHEME}",
    "ftp://host": f"'ftp://host' can't be asked: {SCHEME}",
    "http:/host": f"'http:/host' can't be asked: {SCHEME}",
    "http://": f"'http://' can't be asked: {HOST}",
    "http:///v1": f"'http:///v1' can't be asked: {HOST}",
    "http://a..b": f"'http://a..b' can't be asked: {HOST}",
    "http://a\x1bb": f"'http://a\\x1bb' can't be asked: {ENCODED}",
    "http://h\n": f"'http://h\\n' can't be asked: {ENCODED}",
    "http://h/a b": f"'http://h/a b' can't be asked: {ENCODED}",
    "http://h/ä": f"'http://h/ä' can't be asked: {ENCODED}",
    "http://h/?key=secret": f"'http://h/' can't be asked: {ENDING}",
    "http://h#": f"'http://h' can't be asked: {ENDING}",
    "https://me:secret@h/v1": f"'https://****@h/v1' can't be asked: {CREDENTIALS}",
    "me:secret@h": f"'****@h' can't be asked: {SCHEME}",
    "https://me:sec/ret@h": "'https://****@h' can't be asked: its host or its port can't be read",
    "http://h:99999": "'http://h:99999' can't be asked: its host or its port can't be read",
    "http://[::1": "'http://[::1' can't be asked: its host or its port can't be read",
}


@pytest.mark.parametrize(("url", "told"), REFUSED.items())
def test_a_url_at_which_nothing_can_be_asked_is_told_without_its_secrets(url: str, told: str) -> None:
    with pytest.raises(UrlError) as caught:
        Address.of(url)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:8000", True),
        ("https://LOCALHOST./v1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8", True),
        ("http://localhost.test", False),
        ("http://128.0.0.1", False),
        ("http://0.0.0.0", False),
        ("http://127.0.0.1@host.test", False),
        ("localhost", False),
    ],
)
def test_loopback_is_this_machine_alone(url: str, expected: bool) -> None:
    assert is_loopback(url) is expected


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(texts.map("/".__add__), st.lists(st.tuples(texts, texts)).map(tuple))
def test_a_server_decodes_a_target_to_path_and_query(path: str, query: tuple[tuple[str, str], ...]) -> None:
    target = target_of(Request("GET", path, query))
    assert target.isascii()
    assert target.isprintable()
    encoded, _, fields = target.partition("?")
    assert unquote(encoded) == path
    assert tuple(parse_qsl(fields, keep_blank_values=True)) == query


def test_a_path_without_a_slash_gets_one_and_half_a_character_does_no_harm() -> None:
    assert target_of(Request("GET", "a\ud800", (("\ud800", ""),))) == "/a%ED%A0%80?%ED%A0%80="
