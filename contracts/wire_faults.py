"""Every way to break a create request beside its payload: the body, its content type, the key."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from reelmock.contracts.exchange import Request

# What a body can be that is no JSON: (body, what is wrong with it).
MALFORMED: tuple[tuple[bytes, str], ...] = (
    (b'{"prompt": "a boat"', "the body ends in the middle"),
    (b"{'prompt': 'a boat'}", "the body has single quotes"),
    (b'{"prompt": "a boat",}', "the body has a comma too many"),
    (b'{"duration": NaN}', "the body has NaN in it, which is no JSON"),
    (b'{"prompt": "\xff"}', "the body is not UTF-8"),
    (b"prompt=a+boat&duration=5", "the body is a form"),
)
WRONG_CONTENT_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json")
BAD_KEYS = ("Bearer", "Bearer ", "Basic c2s6", "sk-without-a-scheme")


@dataclass(frozen=True, slots=True)
class WireFault:
    """A request that is broken in one way, whatever its payload: `kind` names it, `sentence` says what is wrong.

    Kinds: `malformed_json, empty_body, wrong_content_type, missing_content_type, bad_key, missing_key`.
    """

    kind: str
    sentence: str
    request: Request


def wire_faults(request: Request) -> list[WireFault]:
    """Every way to break `request`, which has to be a good one with a JSON body, in an order that stays the same.

    The kinds about keys are left out when the request has no `Authorization`.
    """
    return list(_wire_faults(request))


WIRE_KINDS = ("malformed_json", "empty_body", "wrong_content_type", "missing_content_type", "missing_key", "bad_key")


def _wire_faults(request: Request) -> Iterator[WireFault]:
    for body, what in MALFORMED:
        yield WireFault("malformed_json", what, replace(request, body=body))
    yield WireFault("empty_body", "the body is empty", replace(request, body=b""))
    for content_type in WRONG_CONTENT_TYPES:
        sentence = f"the content type is {content_type}"
        yield WireFault("wrong_content_type", sentence, _with(request, "content-type", content_type))
    yield WireFault("missing_content_type", "there is no content type", _with(request, "content-type", None))
    if request.header("authorization") is not None:
        yield WireFault("missing_key", "there is no key", _with(request, "authorization", None))
        for key in BAD_KEYS:
            sentence = f"`Authorization: {key}` is no bearer key"
            yield WireFault("bad_key", sentence, _with(request, "authorization", key))


def _with(request: Request, name: str, value: str | None) -> Request:
    """`request` with another value of a header, or without it."""
    kept = tuple(field for field in request.headers if field[0] != name)
    return replace(request, headers=kept if value is None else (*kept, (name, value)))
