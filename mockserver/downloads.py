"""Answers a GET or HEAD for a file held in memory, as RFC 9110 has it: ranges, entity tags, conditions."""

import hashlib
import re
from dataclasses import dataclass

from reelmock.contracts.exchange import Fields, Request, Response

ONE_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnsatisfiableRangeError(Exception):
    """The range that was asked for lies outside of a file of `length` bytes."""

    received: str
    length: int


def download(request: Request, content: bytes, media_type: str) -> Response:
    """The file, the part of it that `Range` asks for (206), or 304 when the client has it already.

    A range of several parts, or one that can't be read, is answered with the whole file, as the RFC allows.
    UnsatisfiableRangeError for one that lies outside (416).
    """
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    common: Fields = (("etag", etag), ("accept-ranges", "bytes"), ("cache-control", "no-cache"), ("vary", "origin"))
    if _lists(request.header("if-none-match"), etag):
        return Response(304, common)
    wanted = _range(request, etag, len(content))
    start, stop = wanted or (0, len(content))
    typed: Fields = (*common, ("content-type", media_type), ("content-length", str(stop - start)))
    if wanted is None:
        return Response(200, typed, content)
    spread = (("content-range", f"bytes {start}-{stop - 1}/{len(content)}"),)
    return Response(206, (*typed, *spread), content[start:stop])


def _lists(condition: str | None, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in (condition or "").split(",")]
    return etag in tags or "*" in tags


def _range(request: Request, etag: str, length: int) -> tuple[int, int] | None:
    """The bytes that are asked for as start and stop, or None for the whole file."""
    received = request.header("range") or ""
    match = ONE_RANGE.fullmatch(received)
    condition = request.header("if-range")
    if match is None or request.method != "GET" or (condition is not None and condition != etag):
        return None
    first, last = match.groups()
    if first:
        start, stop = int(first), min(int(last) + 1, length) if last else length
        if last and int(last) < int(first):
            return None
    elif last:
        start, stop = max(length - int(last), 0), length
    else:
        return None
    if start >= length or start >= stop:
        raise UnsatisfiableRangeError(received, length)
    return start, stop
