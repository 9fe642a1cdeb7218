"""HAR 1.2, the format in which browsers, proxies and Playwright save what went over their network."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from reelmock.contracts.exchange import Fields, first
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text
from reelmock.contracts.recorded import (
    Recorded,
    decompressed,
    from_base64,
    header_fields,
    login_of,
    readable,
    recorded_request,
    recorded_response,
    wanted_object,
)

# Statuses of replies that have no body.
BODILESS = frozenset({204, 205, 304})

# An exchange that is said to have taken longer, in milliseconds, was not measured.
MOST_MS = 86_400_000


def har_exchanges(har: Json) -> Iterator[Recorded]:
    """The exchanges of a HAR file in the order of their start. FormatError, which tells the place, for a broken one."""
    entries = items(har, "log", "entries")
    starts = _starts(entries)
    for index in sorted(range(len(entries)), key=starts.__getitem__):
        entry = entries[index]
        login = login_of(member(entry, "request").get("url"))
        ended = starts[index] + _took(member(entry).get("time"))
        yield replace(_exchange(entry, f"log/entries/{index}"), began=starts[index], ended=ended, login=login)


def _starts(entries: list[Json]) -> list[float]:
    """When each entry began; one that does not tell it began with the one before it."""
    starts: list[float] = []
    for entry in entries:
        before = starts[-1] if starts else 0.0
        starts.append(_start(text(entry, "startedDateTime"), before))
    return starts


def _took(told: Json) -> float:
    """Seconds that an exchange took, of its milliseconds; 0 where they are none."""
    return told / 1000 if isinstance(told, int | float) and 0 <= told <= MOST_MS else 0.0


def _start(written: str, before: float) -> float:
    """Seconds since 1970, of a time that is in UTC unless it says otherwise; `before` when it is no time."""
    try:
        told = datetime.fromisoformat(written)
    except ValueError:
        return before
    return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()


def _exchange(entry: Json, place: str) -> Recorded:
    sent = wanted_object(entry, "request", place)
    headers, body = _plain(_headers(sent), _posted(member(sent, "postData"), place))
    request = recorded_request(sent, sent.get("url"), headers, body, place)
    # Large bodies and files are often left out, or lie in a file beside the HAR.
    unsent = not body and _left_out(sent.get("bodySize"))
    came = member(entry, "response")
    content = member(came, "content")
    headers, body = _headers(came), _text(content, place)
    response = recorded_response(came.get("status"), *_plain(headers, body))
    if response is None:
        return Recorded(request, None, place, "no reply was recorded", request_body=not unsent)
    sizes = content.get("size"), came.get("bodySize"), _number(first(headers, "content-length"))
    empty = response.status in BODILESS or (("text" in content or 0 in sizes) and not _left_out(*sizes))
    there = {"request": not unsent, "reply": bool(body) or empty}
    problem = "; ".join(f"the body of the {name} was not recorded" for name, known in there.items() if not known)
    return Recorded(request, response, place, problem, there["request"], there["reply"])


def _headers(message: JsonObject) -> Fields:
    return header_fields((text(header, "name"), text(header, "value")) for header in items(message, "headers"))


def _plain(headers: Fields, body: bytes) -> tuple[Fields, bytes]:
    """Headers and body before compression; HAR has bodies without it, and not all tools keep to that."""
    return decompressed(headers, body) or (headers, body)


def _posted(posted: JsonObject, place: str) -> bytes:
    """The body of a request: a text, or the fields of a form."""
    if text(posted, "text"):
        return _text(posted, place)
    fields = [(readable(text(field, "name")), readable(text(field, "value"))) for field in items(posted, "params")]
    return urlencode(fields).encode()


def _text(content: JsonObject, place: str) -> bytes:
    if text(content, "encoding").lower() == "base64":
        return from_base64(content.get("text"), place)
    return readable(text(content, "text")).encode()


def _left_out(*sizes: Json) -> bool:
    """Whether a body that is not there had a size."""
    return any(isinstance(size, int) and size > 0 for size in sizes)


def _number(written: str | None) -> int | None:
    return int(written) if written and written.isdecimal() and len(written) < 20 else None
