"""Every credential of a recording is known, so that reports can mask it, and no everyday word is taken for one."""

import pytest

from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.recorded import Recorded
from reelmock.contracts.recorded_secrets import credentials

# (A header's name and value) → the secrets in it.
HEADERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("authorization", "Bearer sk-0123456789"): ("sk-0123456789",),
    ("authorization", "Basic bWU6c2VjcmV0"): ("bWU6c2VjcmV0",),
    ("authorization", "sk-0123456789"): ("sk-0123456789",),
    ("authorization", "Digest username=me, response=6629fae4"): (
        "Digest%20username%3Dme%2C%20response%3D6629fae4",
        "Digest username=me, response=6629fae4",
    ),
    ("x-api-key", "abc/def=="): ("abc%2Fdef%3D%3D", "abc/def=="),
    ("x-amz-security-token", "FQoGZXIvYXdzE"): ("FQoGZXIvYXdzE",),
    ("proxy-authorization", "Bearer abcdef"): ("abcdef",),
    ("cookie", 'lang=english; session="0123456789abcdef"; theme=dark; id=fedcba9876543210'): (
        "0123456789abcdef",
        "fedcba9876543210",
    ),
    ("set-cookie", "session=0123456789abcdef; Path=/verylongpathindeed; Expires=Mon, 23 Nov 2026 06:45:06 GMT"): (
        "0123456789abcdef",
    ),
    ("authorization", "Bearer short"): (),
    ("authorization", "Bearer"): (),
    ("x-api-key", ""): (),
    ("content-type", "application/json"): (),
    ("x-request-id", "0123456789abcdef"): (),
}


def recorded(sent: Fields = (), query: Fields = (), came: Fields = ()) -> Recorded:
    return Recorded(Request("GET", "/", query, sent), Response(200, came), "interactions/0")


@pytest.mark.parametrize("field", HEADERS)
def test_credentials_are_found_in_the_headers_of_requests_and_replies(field: tuple[str, str]) -> None:
    assert credentials([recorded(sent=(field,))]) == HEADERS[field]
    assert credentials([recorded(came=(field,))]) == HEADERS[field]


def test_credentials_are_found_in_the_query() -> None:
    query = (("API_Key", "0123456789"), ("access_token", "9876543210"), ("id", "5555555555"))
    assert credentials([recorded(query=query)]) == ("0123456789", "9876543210")


def test_each_is_told_once_and_the_longest_first() -> None:
    exchanges = [recorded(sent=(("x-api-key", key),)) for key in ("sk-0123", "sk-0123-long", "sk-0123")]
    assert credentials(exchanges) == ("sk-0123-long", "sk-0123")


def test_a_request_without_a_reply_has_credentials_too() -> None:
    request = Request("GET", "/", headers=(("x-api-key", "0123456789"),))
    assert credentials([Recorded(request, None, "log/entries/0", "no reply was recorded")]) == ("0123456789",)
