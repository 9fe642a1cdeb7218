"""Files in memory over HTTP, as RFC 9110 has it: ranges, entity tags and conditions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.downloads import UnsatisfiableRangeError, download

CONTENT = bytes(range(100))
ETAG = download(Request("GET", "/"), CONTENT, "video/mp4").header("etag") or ""


def asked(method: str = "GET", **headers: str) -> Response:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return download(Request(method, "/f", (), fields), CONTENT, "video/mp4")


def test_the_whole_file_comes_with_its_type_tag_and_that_ranges_are_taken() -> None:
    response = asked()
    assert (response.status, response.body) == (200, CONTENT)
    assert dict(response.headers) == {
        "etag": ETAG,
        "accept-ranges": "bytes",
        "cache-control": "no-cache",
        "vary": "origin",
        "content-length": "100",
        "content-type": "video/mp4",
    }


def test_the_tag_is_strong_and_goes_with_the_bytes() -> None:
    other = download(Request("GET", "/"), b"other", "video/mp4").header("etag")
    assert ETAG.startswith('"')
    assert ETAG.endswith('"')
    assert other != ETAG


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=99-99", 99, 100),
        ("bytes=10-19", 10, 20),
        ("bytes=90-", 90, 100),
        ("bytes=90-1000", 90, 100),
        ("bytes=0-99", 0, 100),
        ("bytes=0-", 0, 100),
        ("bytes=-1", 99, 100),
        ("bytes=-30", 70, 100),
        ("bytes=-1000", 0, 100),
    ],
)
def test_a_range_gives_those_bytes_and_says_which(wanted: str, start: int, stop: int) -> None:
    response = asked(range=wanted)
    assert (response.status, response.body) == (206, CONTENT[start:stop])
    assert response.header("content-range") == f"bytes {start}-{stop - 1}/100"
    assert response.header("content-type") == "video/mp4"
    assert response.header("etag") == ETAG


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=100-200", "bytes=5000-", "bytes=-0"])
def test_a_range_outside_of_the_file_can_not_be_satisfied(wanted: str) -> None:
    with pytest.raises(UnsatisfiableRangeError) as caught:
        asked(range=wanted)
    assert (caught.value.received, caught.value.length) == (wanted, 100)


@pytest.mark.parametrize(
    "wanted",
    ["bytes=0-1,5-6", "bytes=9-3", "bytes=-", "bytes=", "bytes=a-b", "items=0-1", "0-1", "bytes=٣-٤", "bytes=--1"],
)
def test_several_parts_or_what_is_no_range_give_the_whole_file(wanted: str) -> None:
    response = asked(range=wanted)
    assert (response.status, response.body, response.header("content-range")) == (200, CONTENT, None)


def test_a_head_takes_no_range() -> None:
    """RFC 9110, 14.2: ranges are defined for GET alone."""
    assert asked("HEAD", range="bytes=0-1").status == 200
    assert asked("HEAD", range="bytes=1000-").status == 200


def test_no_range_of_an_empty_file_can_be_satisfied() -> None:
    with pytest.raises(UnsatisfiableRangeError):
        download(Request("GET", "/", (), (("range", "bytes=0-"),)), b"", "video/mp4")


@pytest.mark.parametrize("condition", [ETAG, f"W/{ETAG}", f'"other", {ETAG}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_the_file_is_told_so(method: str, condition: str) -> None:
    response = asked(method, if_none_match=condition, range="bytes=0-1")
    assert (response.status, response.body) == (304, b"")
    assert response.header("etag") == ETAG
    assert response.header("content-type") is None


@pytest.mark.parametrize("condition", ['"other"', "", ETAG.strip('"')])
def test_a_client_that_has_another_file_gets_this_one(condition: str) -> None:
    assert asked(if_none_match=condition).status == 200


@pytest.mark.parametrize(
    ("condition", "status"),
    [(ETAG, 206), (f"W/{ETAG}", 200), ('"other"', 200), ("Thu, 01 Jan 2026 00:00:00 GMT", 200), ("", 200)],
)
def test_if_range_gives_the_part_only_of_the_same_file(condition: str, status: int) -> None:
    assert asked(range="bytes=0-1", if_range=condition).status == status
    assert asked(range="bytes=500-", if_range='"other"').status == 200


@given(st.integers(0, 120), st.integers(0, 120), st.integers(0, 50))
def test_any_range_gives_what_slicing_gives(first: int, last: int, length: int) -> None:
    content = bytes(range(length))
    request = Request("GET", "/", (), (("range", f"bytes={first}-{last}"),))
    try:
        response = download(request, content, "video/mp4")
    except UnsatisfiableRangeError:
        assert first >= length
        return
    assert response.body == (content if last < first else content[first : last + 1])
    assert response.status == (200 if last < first else 206)


conditions = st.sampled_from([ETAG, f"W/{ETAG}", "*"]) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
wanted_ranges = st.from_regex(r"bytes=[0-9]{0,3}-[0-9]{0,3}", fullmatch=True) | conditions


@given(wanted_ranges, conditions, conditions)
def test_whatever_stands_in_the_headers_the_answer_is_whole_part_or_nothing(
    wanted: str, if_none_match: str, if_range: str
) -> None:
    try:
        response = asked(range=wanted, if_none_match=if_none_match, if_range=if_range)
    except UnsatisfiableRangeError as error:
        response = Response(416, body=error.received.encode())
    expected = {200: [CONTENT], 206: [response.body], 304: [b""], 416: [wanted.encode()]}
    assert response.body in expected[response.status]
    assert response.status != 206 or response.body in CONTENT
