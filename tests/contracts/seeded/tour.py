"""A walk through a server by hand, so that each defect is seen to be there whatever the checks make of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.instances import full_payload, minimal_payload
from reelmock.contracts.jsontree import Json, JsonObject, member, text
from reelmock.contracts.mutations import violations
from reelmock.contracts.trials import NoReplyError, Send
from reelmock.tests.contracts.seeded.changes import with_header
from reelmock.tests.contracts.seeded.wraps import KEY, OTHER_KEY, PATH

UNKNOWN = ("6f1c1a52-8f3e-4c5e-9d53-0d6c1b8f2a10", "123456789", "no-such-generation", "'", "")
CREDENTIALS = (
    *(None, "Bearer", "Bearer ", "Bearer wrong", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Bearer {KEY.upper()}"),
    *(KEY, "wrong", f"Basic {KEY}", f"Token {KEY}", "Basic c2s6", f"bearer {KEY}"),
)
BODIES = (
    *(b"", b"{", b"[]", b"null", b'"text"', b"{,}"),
    *(b'{"prompt": "a",}', b"{'prompt': 'a'}", b'{"seed": NaN}', b'{"prompt": "\xff"}', b'{"prompt": "a'),
)
MEDIA = (None, "text/plain", "text/html", "application/x-www-form-urlencoded", "application/json; charset=utf-8")
PROMPTS = ("", " ", "x" * 3000, "\U0001f6a2", "\u6d77", "\u00e9", "a\nb", '"<a>"')


def post(payload: Json, **headers: str | None) -> Request:
    """A create request with the key, and with headers of the caller's where `_` stands for a hyphen."""
    made = Request.build("POST", PATH, headers={"authorization": f"Bearer {KEY}"}, json=payload)
    for name, value in headers.items():
        made = replace(made, headers=with_header(made.headers, name.replace("_", "-"), value))
    return made


def poll(generation_id: str, credentials: str | None = f"Bearer {KEY}") -> Request:
    """A poll for a generation."""
    asked = (("generation_id", generation_id),)
    return Request("GET", PATH, asked, with_header((), "authorization", credentials))


def strangers() -> Iterator[Request]:
    """What finds no generation, makes none, and breaks no payload."""
    for credentials in CREDENTIALS:
        yield poll(UNKNOWN[0], credentials)
        yield post({}, authorization=credentials)
    yield from (poll(unknown) for unknown in UNKNOWN)
    yield Request("GET", PATH, (), (("authorization", f"Bearer {KEY}"),))
    yield from (replace(poll(UNKNOWN[0]), method=method) for method in ("PUT", "PATCH", "DELETE"))


def writings(payload: JsonObject) -> Iterator[Request]:
    """Good and bad ways to write a payload, and what stands around it."""
    yield from (post(payload, content_type=media) for media in MEDIA)
    yield from (replace(post({}, authorization=key), body=body) for body in BODIES for key in (f"Bearer {KEY}", None))
    good = json.dumps(payload)
    yield from (replace(post({}), body=good.replace("street", bad).encode()) for bad in ("\\u0073", '"'))
    yield replace(post({}), body=good.encode().replace(b"street", b"\xff"))
    yield replace(post({}), body=good[:-1].encode() + b",}")
    yield replace(post({}), body=good[:-1].encode() + b', "seed": NaN}')
    yield replace(post({}), body=good.replace('"', "'").encode())
    yield replace(post({}), body=good[:-2].encode())
    yield replace(post({}), body=json.dumps(payload, indent=1).encode() + b"\n")
    yield replace(post({}), body=json.dumps(payload, separators=(",", ":"), sort_keys=True).encode())
    yield replace(post({}), body=json.dumps(payload | {"prompt": "\u00e9"}, ensure_ascii=False).encode())
    yield post(payload, content_type="Application/JSON", x_client_request_id="mine")
    yield post(payload, authorization=f"bearer {KEY}")


def payloads(schema: JsonObject) -> Iterator[Json]:
    """Valid payloads with each option and many values, and broken ones."""
    smallest = minimal_payload(schema)
    yield from (smallest, full_payload(schema))
    properties = member(schema, "properties")
    if "image_url" in properties:
        yield from (smallest | {"prompt": prompt} for prompt in PROMPTS)
        yield from (smallest | {"seed": seed} for seed in (-1, 0, 5.0, 2**31, 2**32))
        yield from (smallest | {name: True} for name in properties if name.startswith("generate"))
        yield smallest | {"negative_prompt": ""}
        addresses = ("http://example.com/a?b=c", "data:image/png;base64,AAAA")
        yield from (smallest | {"image_url": address} for address in addresses)
        yield smallest | {"model": "pixverse/v5.5/another"}
        yield smallest | {"style": "ANIME"}
    else:
        frames: list[Json] = ["https://example.com/1"] * 4
        yield from (smallest | {"prompt": "x" * length, "frames": frames} for length in (3, 60))
        yield from (smallest | {"seconds": seconds} for seconds in (2, 12))
    for name, schema_of in properties.items():
        options = member(schema_of).get("enum")
        yield from (smallest | {name: option} for option in (options if isinstance(options, list) else []))
    yield from (mutation.payload for mutation in violations(schema))


def answer(send: Send, request: Request) -> Response:
    """The reply; one with the status 0 where none came."""
    try:
        return send(request)
    except NoReplyError as error:
        return Response(0, (), str(error).encode())


def tour(send: Send, contract: Contract, advance: Callable[[float], object]) -> Iterator[Response]:
    """What a server answers on the way."""
    schema = contract.models[0].schema
    for request in (*strangers(), *writings(minimal_payload(schema)), *map(post, payloads(schema))):
        yield answer(send, request)
    for number in range(3):
        yield from course(send, post(minimal_payload(schema) | {"prompt": f"Boat {number}"}), advance)


def course(send: Send, create: Request, advance: Callable[[float], object]) -> Iterator[Response]:
    """A generation from its creation to a while after its end, and what others see of it."""
    made = answer(send, create)
    yield made
    generation = text(body_of(made), "id", "lost")
    for _ in range(8):
        advance(15)
        polled = answer(send, poll(generation))
        yield polled
        yield from (answer(send, poll(generation, other)) for other in (None, "Bearer wrong", f"Bearer {OTHER_KEY}"))
    url = text(member(body_of(polled), "video"), "url")
    if url.startswith("https:"):
        yield answer(send, Request.build("GET", url))


def body_of(response: Response) -> JsonObject:
    """The object in the body; empty where it is none."""
    try:
        return member(response.json())
    except ValueError:
        return {}
