"""Replies that a scenario asks for: any status in the API's own words, and bodies with something wrong."""

import math
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Final

from reelmock.contracts.exchange import Fields, Response
from reelmock.mockserver.rules import BodyFault, Effect

HTML: Final = (
    b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>\n"
)

BODILESS: Final = frozenset({204, 205, 304})


def with_effect(response: Response, effect: Effect, now: float) -> Response:
    """A response as an effect changes it: a faulty body, `Retry-After` (counted from `now`), and more headers, which
    go before those that are there."""
    if effect.body is not None:
        response = BODIES[effect.body](response)
    added = _added(effect, now)
    names = {name for name, _ in added}
    kept = tuple((name, value) for name, value in response.headers if name not in names)
    return _sendable(Response(response.status, (*kept, *added), response.body))


def _sendable(response: Response) -> Response:
    """The response as HTTP lets it be: without a body, and what describes it, where its status allows none."""
    if response.status not in BODILESS:
        return response
    kept = tuple((name, value) for name, value in response.headers if name not in ("content-type", "content-length"))
    return Response(response.status, kept)


def _added(effect: Effect, now: float) -> Fields:
    if effect.retry_after_s is None:
        return effect.headers
    seconds = effect.retry_after_s
    # A date has whole seconds: rounded up, since nobody may come earlier than told.
    in_seconds = f"{seconds:.9f}".rstrip("0").rstrip(".")
    told = formatdate(math.ceil(now + seconds), usegmt=True) if effect.retry_after_date else in_seconds
    return (("retry-after", told), *effect.headers)


def _replaced(response: Response, body: bytes, content_type: str | None = None) -> Response:
    """The response with another body, and with another content type where one is given."""
    other = {"content-length": str(len(body))} | ({"content-type": content_type} if content_type else {})
    return Response(response.status, tuple((name, other.get(name, value)) for name, value in response.headers), body)


BODIES: Final[Mapping[BodyFault, Callable[[Response], Response]]] = {
    BodyFault.HTML: lambda response: _replaced(response, HTML),
    BodyFault.EMPTY: lambda response: _replaced(response, b""),
    BodyFault.TRUNCATED_JSON: lambda response: _replaced(response, response.body[: len(response.body) // 2]),
    BodyFault.WRONG_CONTENT_TYPE: lambda response: _replaced(response, response.body, "text/plain; charset=utf-8"),
}
