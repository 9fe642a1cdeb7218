"""Servers that refuse what the document lets a client send."""

from collections.abc import Callable
from dataclasses import replace

from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.trials import Send
from reelmock.tests.contracts.seeded.changes import error_reply, status
from reelmock.tests.contracts.seeded.wraps import (
    Defect,
    When,
    Wrap,
    answering,
    created,
    creates,
    instead,
    keyed,
    payload_of,
    polls,
)

ACCEPTANCE = ("positive_data_acceptance", "status_code_conformance")
POLLING = ("created_id_is_retrievable", "status_code_conformance")
INTEGERS = ("seed", "duration")


def refusing(when: When) -> Wrap:
    """Create requests that are refused as if their payload were empty."""

    def wrap(send: Send) -> Send:
        def wrapped(request: Request) -> Response:
            wanted = creates(request) and keyed(request) and when(request)
            return send(replace(request, body=b"{}") if wanted else request)

        return wrapped

    return wrap


def unwelcome(name: str, when: Callable[[JsonObject], bool], *, bounds: bool = False, guessed: bool = False) -> Defect:
    """A server that refuses some payloads."""
    refuse = refusing(lambda r: when(member(payload_of(r))))
    return Defect(name, refuse, ACCEPTANCE, bounds=bounds, guessed=guessed)


def unwelcome_bytes(name: str, when: When, *, guessed: bool = False) -> Defect:
    """A server that refuses requests by how they are written."""
    return Defect(name, refusing(when), ACCEPTANCE, guessed)


def prompt(payload: JsonObject) -> str:
    """The prompt; empty where there is none."""
    return str(payload.get("prompt", ""))


def number(payload: JsonObject, name: str) -> float:
    """A member that is a number; 1 where it is none."""
    value = payload.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 1


def size(payload: JsonObject, name: str) -> int:
    """The length of a member; 1 where it has none."""
    value = payload.get(name)
    return len(value) if isinstance(value, str | list | dict) else 1


def has(name: str) -> Callable[[JsonObject], bool]:
    """Payloads with a member."""
    return lambda payload: name in payload


def says(name: str, *values: Json) -> Callable[[JsonObject], bool]:
    """Payloads in which a member has one of these values, of the same type."""
    return lambda payload: any(payload.get(name) == v and type(payload.get(name)) is type(v) for v in values)


def raw(request: Request) -> bytes:
    """The body without the blanks around it."""
    return request.body.strip()


TEXTS: tuple[Defect, ...] = (
    unwelcome("a long prompt refused", lambda p: len(prompt(p)) > 1000),
    unwelcome("a prompt over 2,000 characters refused", lambda p: len(prompt(p)) > 2000),
    unwelcome("an empty prompt refused", lambda p: "prompt" in p and not prompt(p)),
    unwelcome("a blank prompt refused", lambda p: prompt(p) != "" and not prompt(p).strip()),
    unwelcome("non-BMP text refused", lambda p: any(ord(c) > 0xFFFF for c in prompt(p))),
    unwelcome("non-Latin text refused", lambda p: any(ord(c) > 0xFF for c in prompt(p))),
    unwelcome("text that is not ASCII refused", lambda p: not prompt(p).isascii()),
    unwelcome("line breaks refused", lambda p: "\n" in prompt(p)),
    unwelcome("quotes refused", lambda p: '"' in prompt(p)),
    unwelcome("angle brackets refused", lambda p: "<" in prompt(p)),
    unwelcome("an empty negative prompt refused", lambda p: p.get("negative_prompt") == ""),
)
NUMBERS: tuple[Defect, ...] = (
    unwelcome("a negative seed refused", lambda p: number(p, "seed") < 0),
    unwelcome("a seed of 0 refused", says("seed", 0)),
    unwelcome("a seed over 31 bits refused", lambda p: number(p, "seed") >= 2**31),
    unwelcome("a seed over 32 bits refused", lambda p: number(p, "seed") >= 2**32),
    unwelcome(
        "an integer with a point refused",
        lambda p: any(isinstance(p.get(name), float) for name in INTEGERS),
        guessed=True,
    ),
)
FIELDS: tuple[Defect, ...] = (
    *(unwelcome(f"{name} refused", has(name)) for name in ("negative_prompt", "style", "seed", "thinking_type")),
    *(unwelcome(f"{name} refused", has(name)) for name in ("generate_audio_switch", "generate_multi_clip_switch")),
    unwelcome("a small payload refused", lambda p: len(p) <= 3),
    unwelcome("a full payload refused", lambda p: len(p) >= 11),
    unwelcome("the other id of the model refused", says("model", "pixverse/v5-5-image-to-video")),
    unwelcome("the first id of the model refused", says("model", "pixverse/v5.5/image-to-video")),
    *(unwelcome(f"the style {style} refused", says("style", style)) for style in ("anime", "clay", "cyberpunk")),
    *(unwelcome(f"{word} refused", says("resolution", word)) for word in ("360p", "540p", "720p", "1080p")),
    *(unwelcome(f"{seconds} seconds refused", says("duration", seconds)) for seconds in (5, 8, 10)),
    *(unwelcome(f"thinking {word} refused", says("thinking_type", word)) for word in ("enabled", "disabled", "auto")),
    unwelcome("sound refused", says("generate_audio_switch", True)),
    unwelcome("silence refused", says("generate_audio_switch", False)),
    unwelcome("several clips refused", says("generate_multi_clip_switch", True)),
    unwelcome("an explicit default refused", says("duration", 5)),
    unwelcome("an address with a query refused", lambda p: "?" in str(p.get("image_url"))),
    unwelcome("a picture in the payload refused", lambda p: str(p.get("image_url")).startswith("data:"), guessed=True),
    unwelcome("http refused", lambda p: str(p.get("image_url")).startswith("http:")),
)
BOUNDS: tuple[Defect, ...] = (
    unwelcome("the smallest number refused", lambda p: number(p, "seconds") == 2, bounds=True),
    unwelcome("the largest number refused", lambda p: number(p, "seconds") == 12, bounds=True),
    unwelcome("the shortest text refused", lambda p: size(p, "prompt") == 3, bounds=True),
    unwelcome("the longest text refused", lambda p: size(p, "prompt") == 60, bounds=True),
    unwelcome("the fewest items refused", lambda p: size(p, "frames") == 2, bounds=True),
    unwelcome("the most items refused", lambda p: size(p, "frames") == 4, bounds=True),
    unwelcome("tags refused", has("tags"), bounds=True),
    unwelcome("a camera refused", has("camera"), bounds=True),
    unwelcome("a tilt refused", lambda p: "tilt" in member(p, "camera"), bounds=True),
)
# What the document does not say of the content type and the key is what HTTP says of them.
WRITINGS: tuple[Defect, ...] = (
    unwelcome_bytes("a charset refused", lambda r: "charset" in (r.header("content-type") or ""), guessed=True),
    unwelcome_bytes(
        "a content type in capitals refused", lambda r: (r.header("content-type") or "") != lower(r), guessed=True
    ),
    unwelcome_bytes("escapes refused", lambda r: b"\\u" in r.body),
    unwelcome_bytes("plain UTF-8 refused", lambda r: not r.body.isascii()),
    unwelcome_bytes("compact JSON refused", lambda r: raw(r).startswith(b'{"') and b'": ' not in r.body),
    unwelcome_bytes("indented JSON refused", lambda r: b"\n" in r.body),
    unwelcome_bytes("blanks around the body refused", lambda r: r.body != raw(r)),
    unwelcome_bytes("another order of members refused", lambda r: next(iter(member(payload_of(r))), "") != "model"),
    unwelcome_bytes("a client's own id refused", lambda r: r.header("x-client-request-id") is not None),
    # The scheme of a key is the same in small letters (RFC 9110).
    Defect(
        "a small bearer refused",
        instead(lambda r: (r.header("authorization") or "").startswith("bearer "), error_reply(401, "Unauthorized")),
        (*ACCEPTANCE, *POLLING, "ignored_auth", "unknown_id_is_404"),
        guessed=True,
    ),
)


def lower(request: Request) -> str:
    """The content type in small letters."""
    return (request.header("content-type") or "").lower()


def valid(request: Request) -> bool:
    """Whether a create request with the key has a payload with all that has to be there."""
    return (
        creates(request) and keyed(request) and {"model", "prompt", "image_url"} <= member(payload_of(request)).keys()
    )


def second(send: Send) -> Send:
    """Only the first generation is created."""
    made: list[Request] = []

    def wrapped(request: Request) -> Response:
        if made and valid(request):
            return send(replace(request, body=b"{}"))
        response = send(request)
        if created(request, response):
            made.append(request)
        return response

    return wrapped


OUTRIGHT: tuple[Defect, ...] = (
    Defect("the second payload refused", second, ACCEPTANCE),
    Defect("every payload refused", refusing(lambda _: True), ACCEPTANCE),
    Defect("500 on every create", instead(valid, error_reply(500, "Internal Server Error")), ACCEPTANCE),
    Defect("404 on every create", instead(valid, error_reply(404, "Not Found")), ACCEPTANCE),
    Defect("405 on every create", instead(creates, error_reply(405, "Method Not Allowed")), ACCEPTANCE),
    Defect("201 instead of 200", answering(created, status(201)), ("status_code_conformance",)),
    Defect("202 instead of 200", answering(created, status(202)), ("status_code_conformance",)),
    Defect("500 on every poll", instead(polls, error_reply(500, "Internal Server Error")), POLLING),
)

REFUSING: tuple[Defect, ...] = (*TEXTS, *NUMBERS, *FIELDS, *BOUNDS, *WRITINGS, *OUTRIGHT)
