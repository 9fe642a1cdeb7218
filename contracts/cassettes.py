"""Cassettes: the files of vcrpy, in YAML or JSON, and those of Ruby's VCR, which only name things otherwise."""

import json
from collections.abc import Iterator
from dataclasses import replace

from reelmock.contracts.exchange import Fields, first
from reelmock.contracts.jsontree import Json, JsonObject, items, member
from reelmock.contracts.operations import JSON_MEDIA_TYPE
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

# The members that hold the exchanges: vcrpy's, and Ruby's.
LISTS = ("interactions", "http_interactions")

# A body that is an object with these members alone tells how it is written; any other is a payload.
BODY_MEMBERS = frozenset({"string", "base64_string", "encoding"})


def cassette_exchanges(cassette: Json) -> Iterator[Recorded]:
    """The exchanges of a cassette in its order. FormatError, which tells the place, for a broken one."""
    for name in LISTS:
        for index, interaction in enumerate(items(cassette, name)):
            login = login_of(member(interaction, "request").get("uri"))
            yield replace(_exchange(interaction, f"{name}/{index}"), login=login)


def _exchange(interaction: Json, place: str) -> Recorded:
    sent = wanted_object(interaction, "request", place)
    headers = _headers(sent, place)
    # vcrpy keeps what aiohttp was given as `json`, before aiohttp says what type it is of.
    if _is_payload(sent.get("body")) and first(headers, "content-type") is None:
        headers = (*headers, ("content-type", JSON_MEDIA_TYPE))
    plain = decompressed(headers, _body(sent.get("body"), place))
    problems = [] if plain else [f"the body of the request {_compressed(headers)}"]
    request = recorded_request(sent, sent.get("uri"), *(plain or (headers, b"")), place)
    came = member(interaction, "response")
    headers = _headers(came, place)
    # The members of the reply itself are those that older versions wrote for httpx.
    reply = decompressed(headers, _body(came.get("body", came.get("content")), place))
    status = member(came, "status").get("code", came.get("status_code"))
    response = recorded_response(status, *(reply or (headers, b"")))
    if response is None:
        return Recorded(request, None, place, "no reply was recorded", request_body=plain is not None)
    problems += [] if reply else [f"the body of the reply {_compressed(headers)}"]
    there = plain is not None, reply is not None
    return Recorded(request, response, place, "; ".join(problems), *there)


def _compressed(headers: Fields) -> str:
    return f"can't be decompressed (content-encoding: {first(headers, 'content-encoding')})"


def _headers(message: JsonObject, place: str) -> Fields:
    """Headers with one value each, or with a list of values."""
    return header_fields(
        (name, _header(value, place))
        for name, values in member(message, "headers").items()
        for value in (values if isinstance(values, list) else [values])
    )


def _header(value: Json, place: str) -> str:
    """A header's value: a text, also where it is written as a number or as bytes."""
    if isinstance(value, dict):
        return from_base64(value.get("base64_string"), place).decode("latin-1")
    return "" if value is None else str(value)


def _is_payload(body: Json) -> bool:
    """Whether a body is a value that was sent as JSON, and not written in one of the ways to write a text or bytes."""
    if isinstance(body, list):
        return not all(isinstance(piece, str) or "base64_string" in member(piece) for piece in body)
    return isinstance(body, dict) and not body.keys() <= BODY_MEMBERS


def _body(body: Json, place: str) -> bytes:
    """A body: a payload, or a text or bytes, by itself, in an object that tells which, or in pieces."""
    if _is_payload(body):
        return json.dumps(body).encode()
    if isinstance(body, dict) and "base64_string" not in body:
        body = body.get("string")
    return b"".join(_piece(piece, place) for piece in (body if isinstance(body, list) else [body]))


def _piece(piece: Json, place: str) -> bytes:
    if isinstance(piece, dict) and "base64_string" in piece:
        return from_base64(piece["base64_string"], place)
    return b"" if piece is None else readable(piece if isinstance(piece, str) else json.dumps(piece)).encode()
