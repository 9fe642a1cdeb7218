"""HAR files are read as the exchanges that went over the wire, whatever a tool adds, leaves out or writes otherwise."""

import base64
import gzip
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.har import har_exchanges
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.recorded import FormatError, Recorded

URL = "https://api.example.com/v2/jobs"


def har(*entries: Json) -> JsonObject:
    return {"log": {"version": "1.2", "entries": [*entries]}}


def entry(*, start: str = "", request: JsonObject | None = None, response: JsonObject | None = None) -> JsonObject:
    """An entry with what is given in place of what is usual."""
    content: Json = {"size": 2, "mimeType": "application/json", "text": "{}"}
    sent: JsonObject = {"method": "GET", "url": URL, "headers": [], "bodySize": 0}
    came: JsonObject = {"status": 200, "headers": [], "content": content, "bodySize": 2}
    return {"startedDateTime": start, "request": sent | (request or {}), "response": came | (response or {})}


def only(*, request: JsonObject | None = None, response: JsonObject | None = None) -> Recorded:
    (found,) = har_exchanges(har(entry(request=request, response=response)))
    return found


def headers(**fields: str) -> list[Json]:
    return [{"name": name.replace("_", "-"), "value": value} for name, value in fields.items()]


def test_an_entry_is_a_request_and_its_reply() -> None:
    request: JsonObject = {
        "method": "post",
        "url": f"{URL}/a%20b?id=1&id=%C3%A9&empty=#fragment",
        "headers": headers(Content_Type="application/json", Authorization="Bearer k"),
        "postData": {"mimeType": "application/json", "text": '{"prompt": "é 🚤"}', "params": []},
    }
    assert only(request=request, response={"headers": headers(X_One="1")}) == Recorded(
        Request(
            "POST",
            "/v2/jobs/a b",
            (("id", "1"), ("id", "é"), ("empty", "")),
            (("content-type", "application/json"), ("authorization", "Bearer k")),
            '{"prompt": "é 🚤"}'.encode(),
            "https://api.example.com",
        ),
        Response(200, (("x-one", "1"),), b"{}"),
        "log/entries/0",
    )


# The starts of the entries in a file → the order in which they are read.
ORDERS: dict[tuple[str, ...], list[int]] = {
    ("2026-11-23T06:45:07.250Z", "2026-11-23T06:45:06Z"): [1, 0],
    ("2026-11-23T06:45:07.250Z", "2026-11-23T06:45:07.25Z", "2026-11-23T06:45:07.249999Z"): [2, 0, 1],
    ("2026-11-23T08:00:00+02:00", "2026-11-23T06:30:00Z", "2026-11-23T01:15:00-05:00"): [0, 2, 1],
    ("2026-11-23T06:00:01Z", "2026-11-23T06:00:00"): [1, 0],
    ("2026-11-23T06:00:02Z", "", "2026-11-23T06:00:01Z", "yesterday"): [2, 3, 0, 1],
    ("", "", ""): [0, 1, 2],
}


@pytest.mark.parametrize("starts", ORDERS)
def test_entries_are_read_in_the_order_of_their_start(starts: tuple[str, ...]) -> None:
    """Those that began together stay in the file's order, and one without a start stays behind the one before it."""
    places = [found.place for found in har_exchanges(har(*(entry(start=start) for start in starts)))]
    assert places == [f"log/entries/{index}" for index in ORDERS[starts]]


def test_a_time_without_a_zone_is_in_utc_wherever_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        starts = ("2026-11-23T06:00:01Z", "2026-11-23T06:00:00", "2026-11-23T05:59:59Z")
        places = [found.place for found in har_exchanges(har(*(entry(start=start) for start in starts)))]
    time.tzset()
    assert places == ["log/entries/2", "log/entries/1", "log/entries/0"]


def test_pseudo_headers_are_left_out_and_joined_headers_are_taken_apart() -> None:
    found = only(
        request={"headers": [{"name": ":authority", "value": "api.example.com"}, {"name": "Accept", "value": " * "}]},
        response={"headers": [{"name": "Set-Cookie", "value": "a=1\nb=2"}, {"name": "X", "value": ""}, {"name": ""}]},
    )
    assert found.request.headers == (("accept", "*"),)
    assert found.response is not None
    assert found.response.headers == (("set-cookie", "a=1"), ("set-cookie", "b=2"), ("x", ""))


def test_a_name_and_a_password_in_the_url_are_dropped() -> None:
    """They are kept apart, so that nothing shows them."""
    found = only(request={"url": "https://me:secret@api.example.com:8443/v2"})
    assert (found.request.origin, found.login) == ("https://api.example.com:8443", "me:secret")


# What is posted → the body.
POSTED: list[tuple[JsonObject, bytes]] = [
    ({"text": "{}"}, b"{}"),
    ({"text": "e30=", "encoding": "base64"}, b"{}"),
    ({"params": [{"name": "a b", "value": "1"}, {"name": "c", "value": "é"}]}, b"a+b=1&c=%C3%A9"),
    ({"params": [{"name": "a", "value": "1"}], "text": "a=2"}, b"a=2"),
    ({"text": "half a \ud83d"}, b"half a ?"),
    ({}, b""),
]


@pytest.mark.parametrize(("posted", "body"), POSTED)
def test_a_request_has_what_was_posted(posted: JsonObject, body: bytes) -> None:
    found = only(request={"method": "POST", "postData": posted})
    assert (found.request.body, found.problem) == (body, "")


def test_a_request_whose_body_was_left_out_says_so() -> None:
    found = only(request={"method": "POST", "bodySize": 5_000_000, "postData": {"mimeType": "image/png"}})
    assert (found.problem, found.request_body) == ("the body of the request was not recorded", False)
    assert (found.response is not None, found.response_body) == (True, True)


@pytest.mark.parametrize(
    "response",
    [{"status": 0}, {"status": -1}, {"status": None}, {"status": 0, "headers": [], "content": {}}],
    ids=str,
)
def test_a_request_that_failed_has_no_reply(response: JsonObject) -> None:
    assert (only(response=response).response, only(response=response).problem) == (None, "no reply was recorded")


def test_an_entry_without_a_reply_has_none() -> None:
    (found,) = har_exchanges(har({"request": {"method": "GET", "url": URL}, "response": None}))
    assert (found.response, found.problem) == (None, "no reply was recorded")


# What tells of a reply's body → whether that was empty; otherwise it was left out.
BODIES: list[tuple[JsonObject, bool]] = [
    ({"content": {"size": 0, "mimeType": "x"}}, True),
    ({"content": {"size": 0, "text": ""}, "bodySize": 0}, True),
    ({"content": {"text": ""}, "bodySize": -1}, True),
    ({"content": {}, "bodySize": 0}, True),
    ({"content": {}, "bodySize": -1, "headers": headers(Content_Length="0")}, True),
    ({"content": {}, "bodySize": -1, "status": 204}, True),
    ({"content": {"size": 97, "mimeType": "application/json"}}, False),
    ({"content": {"size": 97, "text": ""}}, False),
    ({"content": {"size": 0}, "bodySize": 97}, False),
    ({"content": {"size": 0}, "bodySize": -1, "headers": headers(content_length="97")}, False),
    ({"content": {}, "bodySize": -1}, False),
    ({}, False),
]


@pytest.mark.parametrize(("response", "empty"), BODIES)
def test_an_empty_body_is_told_from_one_that_was_left_out(response: JsonObject, empty: bool) -> None:
    found = only(response={"content": None, "bodySize": None} | response)
    assert found.problem == ("" if empty else "the body of the reply was not recorded")
    assert (found.response is not None, found.response_body, found.request_body) == (True, empty, True)


def test_both_bodies_may_have_been_left_out() -> None:
    found = only(request={"method": "POST", "bodySize": 5}, response={"content": {"size": 5}})
    assert (found.request_body, found.response_body) == (False, False)
    assert found.problem == "the body of the request was not recorded; the body of the reply was not recorded"


# What an entry says that it took → the seconds from its begin to its end.
TAKEN: list[tuple[Json, float]] = [
    *((1500, 1.5), (0.5, 0.0005), (0, 0.0)),
    *((-1, 0.0), (None, 0.0), ("5", 0.0), (float("nan"), 0.0), (float("inf"), 0.0), (10**400, 0.0)),
]


@pytest.mark.parametrize(("told", "seconds"), TAKEN, ids=[str(told)[:8] for told, _ in TAKEN])
def test_an_entry_ends_after_what_it_took(told: Json, seconds: float) -> None:
    (found,) = har_exchanges(har({**entry(start="1970-01-01T00:01:00Z"), "time": told}))
    assert (found.began, found.ended) == (60.0, 60.0 + seconds)


CODED = headers(Content_Encoding="gzip", Content_Length="22", Transfer_Encoding="chunked", X="1")
RAW = gzip.compress(b"{}")


@pytest.mark.parametrize(
    ("content", "fields", "body"),
    [
        ({"text": "{}"}, (("x", "1"),), b"{}"),
        ({"text": base64.b64encode(RAW).decode(), "encoding": "base64"}, (("x", "1"),), b"{}"),
        ({"text": "AP8=", "encoding": "base64"}, None, b"\x00\xff"),
    ],
    ids=["decompressed", "compressed after all", "decompressed, and no text"],
)
def test_a_body_is_not_compressed(content: JsonObject, fields: tuple[tuple[str, str], ...] | None, body: bytes) -> None:
    """The headers about its compression go, once it is known to be gone."""
    found = only(response={"headers": CODED, "content": content}).response
    assert found is not None
    assert found.body == body
    assert fields is None or found.headers == fields


def test_the_place_of_a_broken_entry_is_told() -> None:
    with pytest.raises(FormatError) as error:
        list(har_exchanges(har(entry(), {"request": "GET /"})))
    assert (error.value.place, str(error.value)) == (
        "log/entries/1",
        "`request` is 'GET /', where an object was expected",
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MESSAGE = st.fixed_dictionaries(
    {},
    optional={
        "method": st.sampled_from(["GET", "POST"]) | JSON,
        "url": st.just(URL) | JSON,
        "status": st.integers() | JSON,
        "bodySize": JSON,
        "headers": st.lists(st.fixed_dictionaries({"name": JSON, "value": JSON})) | JSON,
        "postData": st.fixed_dictionaries({"text": JSON, "params": JSON, "encoding": st.just("base64") | JSON}) | JSON,
        "content": st.fixed_dictionaries({"text": JSON, "size": JSON, "encoding": st.just("base64") | JSON}) | JSON,
    },
)


@given(st.lists(JSON | st.fixed_dictionaries({"request": MESSAGE, "response": MESSAGE, "startedDateTime": JSON})))
def test_whatever_stands_in_a_har_it_is_read_or_refused_with_its_place(entries: list[Json]) -> None:
    told = f"log/entries/{len(entries)}"
    try:
        found = list(har_exchanges(har(*entries)))
    except FormatError as error:
        told = error.place
    else:
        assert len(found) == len(entries)
    assert told.startswith("log/entries/")
