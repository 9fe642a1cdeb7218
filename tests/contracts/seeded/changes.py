"""What a defect does to a reply: other headers, another body, another status; and replies that no server gave."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.jsontree import Json, JsonObject, member


def with_header(fields: Fields, name: str, value: str | None) -> Fields:
    """Headers with another value of one, or without it."""
    kept = tuple(field for field in fields if field[0] != name)
    return kept if value is None else (*kept, (name, value))


def header(name: str, value: str | None) -> Callable[[Response], Response]:
    """Makes a reply have this header, or none of this name."""
    return lambda response: replace(response, headers=with_header(response.headers, name, value))


def content(body: bytes, media_type: str | None = None) -> Callable[[Response], Response]:
    """Makes a reply have this body, and this content type where one is given."""

    def change(response: Response) -> Response:
        headers = with_header(response.headers, "content-length", str(len(body)))
        headers = headers if media_type is None else with_header(headers, "content-type", media_type)
        return Response(response.status, headers, body)

    return change


def status(code: int) -> Callable[[Response], Response]:
    """Makes a reply have this status."""
    return lambda response: replace(response, status=code)


def put(**members: Json) -> Callable[[Response], Response]:
    """Makes the body have these members."""
    return lambda response: content(json.dumps(member(response.json()) | members).encode())(response)


def without(*names: str) -> Callable[[Response], Response]:
    """Makes the body lack these members."""

    def change(response: Response) -> Response:
        left = {name: value for name, value in member(response.json()).items() if name not in names}
        return content(json.dumps(left).encode())(response)

    return change


def put_in(name: str, members: JsonObject, *lost: str) -> Callable[[Response], Response]:
    """Makes one member of the body, an object, have these members and lack those that are `lost`."""

    def change(response: Response) -> Response:
        inner = {key: value for key, value in member(response.json(), name).items() if key not in lost}
        return put(**{name: inner | members})(response)

    return change


def json_reply(code: int, body: Json, headers: Mapping[str, str] | None = None) -> Response:
    """A reply with a JSON body."""
    raw = json.dumps(body).encode()
    fields = {"content-type": "application/json", "content-length": str(len(raw))} | dict(headers or {})
    return Response(code, tuple(fields.items()), raw)


def error_reply(code: int, title: str) -> Callable[[Request], Response]:
    """A refusal in the API's own envelope, so that nothing but its status can give it away."""

    def make(request: Request) -> Response:
        query = "&".join(f"{name}={value}" for name, value in request.query)
        envelope: JsonObject = {
            "title": title,
            "status": code,
            "message": title,
            "instance": f"{request.path}?{query}",
            "timestamp": "2026-01-01T00:00:00.000Z",
            "error": {"name": f"{title.title().replace(' ', '')}Exception", "message": title},
        }
        return json_reply(code, envelope)

    return make
