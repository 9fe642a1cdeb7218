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


def credentials_of(body: bytes, media: str = "application/json") -> tuple[str, ...]:
    """The credentials in this body, which are the same whoever sent it."""
    headers = (("content-type", media),)
    sent = Recorded(Request("POST", "/", headers=headers, body=body), Response(200), "0")
    came = Recorded(Request("GET", "/"), Response(200, headers, body), "0")
    assert credentials([sent]) == credentials([came])
    return credentials([sent])


# A body in JSON → the secrets in it.
JSON: dict[str, tuple[str, ...]] = {
    '{"api_key": "sk-0123456789"}': ("sk-0123456789",),
    '{"a": [{"b": {"Access_Token": "0123456789"}}]}': ("0123456789",),
    '{"keys": ["0123456789", 5, null], "prompt": "a key, a token"}': ("0123456789",),
    '{"authorization": "Bearer sk-0123456789"}': ("sk-0123456789",),
    '{"api_key": "sk-\\u00fc-12345"}': ("sk-%C3%BC-12345", "sk-ü-12345"),
    '{"api_key": "12345", "token": 1234567, "secret": null, "password": {}}': (),
    '{"id": "0123456789", "status": "queued"}': (),
    '["token", "0123456789"]': (),
    '"token"': (),
    '{"token": "0123456789"': (),
    '{"image_url": "https://me:0123456789@example.com/a.png"}': ("0123456789",),
    '{"image_url": "https:\\/\\/me:p%40ss-word@example.com"}': ("p%2540ss-word", "p%40ss-word", "p@ss-word"),
    '{"prompt": "write to me@example.com: soon@home"}': (),
}


@pytest.mark.parametrize("body", JSON)
def test_credentials_are_found_in_json(body: str) -> None:
    assert credentials_of(body.encode()) == JSON[body]


def test_credentials_are_found_in_a_form() -> None:
    form = "application/x-www-form-urlencoded; charset=utf-8"
    assert credentials_of(b"prompt=token&API_KEY=sk%2D0123456789", form) == ("sk-0123456789",)
    assert credentials_of(b"API_KEY=sk%2D0123456789", "text/plain") == ()


def test_a_body_that_is_no_text_has_none() -> None:
    assert credentials_of(b"\xff\xfetoken@", "video/mp4") == ()


@pytest.mark.parametrize("login", ["me:0123456789", "0123456789", "0123456789:"])
def test_what_stood_in_the_url_is_a_credential(login: str) -> None:
    exchange = Recorded(Request("GET", "/"), None, "log/entries/0", "no reply was recorded", login=login)
    assert credentials([exchange]) == ("0123456789",)
    assert credentials([Recorded(Request("GET", "/"), None, "0", login="me:12345")]) == ()
