"""Requests and responses as plain values."""

import pytest

from reelmock.contracts.exchange import Fields, Request, Response, first, masked, masked_fields
from reelmock.contracts.jsontree import Json

SECRET = "sk-0123456789"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [((), None), ((("a", "1"), ("b", "2"), ("b", "3")), "2"), ((("B", "1"),), None), ((("b", ""),), "")],
)
def test_the_first_field_of_a_name_counts(fields: Fields, expected: str | None) -> None:
    assert first(fields, "b") == expected
    assert Request("GET", "/", headers=fields).header("b") == expected
    assert Response(200, fields).header("b") == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("authorization", f"Bearer {SECRET}", "Bearer ****"),
        ("authorization", SECRET, "****"),
        ("authorization", "", "****"),
        ("proxy-authorization", f"Basic {SECRET}", "Basic ****"),
        ("cookie", f"session={SECRET}", "****"),
        ("cookie", f"session={SECRET}; theme=dark", "****"),
        ("content-type", "application/json", "application/json"),
    ],
)
def test_credentials_are_masked_and_nothing_else(name: str, value: str, expected: str) -> None:
    assert masked(name, value) == expected
    assert masked_fields(((name, value), ("x", "y"))) == ((name, expected), ("x", "y"))


def test_the_repr_names_the_call_and_hides_the_key() -> None:
    request = Request.build(
        "POST", "https://a.example/v2/x?b=1", headers={"Authorization": f"Bearer {SECRET}"}, body=b"12345"
    )
    assert repr(request) == "Request(POST /v2/x?b=1, {'authorization': 'Bearer ****'}, 5 bytes)"


@pytest.mark.parametrize(
    ("url", "origin", "path", "query", "target"),
    [
        ("https://a.example:8443/v2/x", "https://a.example:8443", "/v2/x", (), "/v2/x"),
        ("/v2/x", "", "/v2/x", (), "/v2/x"),
        ("/v2/a%20b%2Fc", "", "/v2/a b/c", (), "/v2/a b/c"),
        ("/x?id=1&id=2&e=", "", "/x", (("id", "1"), ("id", "2"), ("e", "")), "/x?id=1&id=2&e="),
        ("/x?q=a%26b+c", "", "/x", (("q", "a&b c"),), "/x?q=a&b c"),
        ("/x?#top", "", "/x", (), "/x"),
    ],
)
def test_a_url_is_taken_apart(url: str, origin: str, path: str, query: Fields, target: str) -> None:
    request = Request.build("GET", url)
    assert (request.origin, request.path, request.query, request.target) == (origin, path, query, target)
    assert (request.headers, request.body) == ((), b"")


@pytest.mark.parametrize(
    ("json", "body", "headers", "expected_body", "expected_headers"),
    [
        ({"a": 1}, b"", {}, b'{"a": 1}', (("content-type", "application/json"),)),
        ({"a": 1}, b"", {"Content-Type": "text/plain"}, b'{"a": 1}', (("content-type", "text/plain"),)),
        ([], b"", {}, b"[]", (("content-type", "application/json"),)),
        (False, b"", {}, b"false", (("content-type", "application/json"),)),
        (None, b"raw", {"X-A": "1"}, b"raw", (("x-a", "1"),)),
    ],
)
def test_json_becomes_the_body_and_names_its_type(
    json: Json, body: bytes, headers: dict[str, str], expected_body: bytes, expected_headers: Fields
) -> None:
    request = Request.build("POST", "/x", headers=headers, json=json, body=body)
    assert (request.body, request.headers) == (expected_body, expected_headers)


def test_building_a_request_leaves_the_given_headers_alone() -> None:
    headers = {"X-A": "1"}
    Request.build("POST", "/x", headers=headers, json={})
    assert headers == {"X-A": "1"}


def test_a_response_body_reads_as_json() -> None:
    assert Response(200, (), b'{"a": [1, null]}').json() == {"a": [1, None]}


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\xfd", b"{"])
def test_a_body_that_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting|decode"):
        Response(502, (), body).json()


def test_a_url_without_a_path_asks_for_the_root() -> None:
    assert Request.build("GET", "https://host.example").path == "/"
