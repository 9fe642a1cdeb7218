"""What counts as a URI or a moment, and which formats count at all."""

import time
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from reelmock.contracts.formats import MAX_URI_LENGTH, format_checker, is_date_time, is_uri

# All the formats that are checked.
CHECKED = {"email", "ipv4", "ipv6", "date", "uuid", "uri", "date-time"}

PHOTO = "data:image/png;base64," + "A" * 10_000_000
LONGEST = "https://a.example/" + "a" * (MAX_URI_LENGTH - len("https://a.example/"))

ACCEPTED = [
    "http://a.example",
    "https://a.example:8443/b/c.png?d=1&e=%20#f",
    "https://[2001:db8::1]:80/a",
    "https://xn--bcher-kva.example/x",
    "https://user@a.example/",
    "urn:isbn:0451450523",
    "mailto:a@b.example",
    "HTTPS://A.EXAMPLE/",
    "data:,",
    "data:text/plain,a b",
    "data:image/svg+xml;charset=utf-8;base64,PHN2Zz4=",
    "data:;base64,AAAA",
    "DATA:Image/PNG;BASE64,AAAA",
    LONGEST,
    PHOTO,
]

REFUSED = [
    "",
    "not a uri",
    "a.example/b.png",
    "//a.example/b",
    "/b.png",
    "?a=1",
    "http://a.example/b c",
    "http://a.example/b\n",
    "http://a.example/\t",
    " http://a.example/",
    "http://a.example/é",
    "http://bücher.example/",
    "http://a.example/%zz",
    "https://[2001:db8::1",
    "1http://a.example",
    LONGEST + "a",
    "data:",
    "data:image/png;base64",
    "data:image png;base64,AAAA",
    "data:" + "a" * 300 + "/b,",
]


def shown(value: object) -> str:
    return f"{str(value)[:40]!a}({len(str(value))})"


@pytest.mark.parametrize("value", ACCEPTED, ids=shown)
def test_an_absolute_uri_is_accepted(value: str) -> None:
    assert is_uri(value)


@pytest.mark.parametrize("value", REFUSED, ids=shown)
def test_anything_else_is_refused(value: str) -> None:
    assert not is_uri(value)


@pytest.mark.parametrize("value", [None, 5, True, [], {}])
def test_a_format_judges_strings_only(value: object) -> None:
    assert is_uri(value)
    assert is_date_time(value)
    assert all(format_checker().conforms(value, name) for name in CHECKED)


def test_a_photo_is_judged_by_its_beginning() -> None:
    """A data URI of 10 MB takes no longer than a short one: a thousand of them in less than a second."""
    begun = time.perf_counter()
    assert all(is_uri(PHOTO) for _ in range(1000))
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    "value",
    [
        "http://" + "1." * 4000 + "^",
        "http://[" + "1:" * 4000,
        "a:" + "/" * 8000 + "^",
        "http://a/" + "%41" * 2600 + "^",
    ],
    ids=shown,
)
def test_a_hostile_uri_is_refused_at_once(value: str) -> None:
    begun = time.perf_counter()
    assert not is_uri(value)
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("schema", "value", "valid"),
    [
        ({"format": "uri"}, "a.example", False),
        ({"format": "uri"}, "https://a.example", True),
        ({"format": "uri"}, 5, True),
        ({"format": "ipv4"}, "1.2.3.999", False),
        ({"format": "date-time"}, "2026-01-31", False),
        ({"format": "date"}, "2026-02-30", False),
        ({"format": "uuid"}, "6f1c1a52", False),
        ({"format": "email"}, "someone", False),
        ({"format": "ipv6"}, "1.2.3.4", False),
        *(({"format": name}, "??", True) for name in ("hostname", "idn-email", "time", "duration", "regex", "byte")),
        ({"format": "of-my-own"}, "anything", True),
    ],
)
def test_the_checker_has_our_formats_and_the_usual_ones(schema: dict[str, Any], value: Any, valid: bool) -> None:
    assert Draft202012Validator(schema, format_checker=format_checker()).is_valid(value) is valid


def test_what_is_checked_hangs_on_no_other_package() -> None:
    """More are known to jsonschema, and yet more where other packages are; its own checker stays as it is."""
    assert set(format_checker().checkers) == CHECKED
    assert FormatChecker.checkers["date"] is format_checker().checkers["date"]
    assert FormatChecker.checkers.get("uri") != format_checker().checkers["uri"]


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z",
        "2026-01-31T12:00:00.5Z",
        "2026-01-31T12:00:00.123456789+05:30",
        "2024-02-29T23:59:59-00:00",
    ],
)
def test_a_moment_has_a_date_a_time_and_an_offset(value: str) -> None:
    assert is_date_time(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "yesterday",
        "2026-01-31",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00Z",
        "2026-01-31T12:00Z",
        "2026-01-31T12:00:00.Z",
        "2026-01-31T12:00:00+0530",
        "2026-01-31T12:00:00+24:00",
        "2026-02-30T12:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-01-31T24:30:00Z",
        "2026-01-31T12:60:00Z",
        "2026-01-31T12:00:00Z\n",
        " 2026-01-31T12:00:00Z",
        "٢٠٢٦-01-31T12:00:00Z",
        "26-01-31T12:00:00Z",
    ],
)
def test_anything_else_is_no_moment(value: str) -> None:
    assert not is_date_time(value)


OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS))
def test_every_moment_that_python_writes_is_one(moment: datetime) -> None:
    assert is_date_time(moment.isoformat())
    assert not is_date_time(moment.replace(tzinfo=None).isoformat())
