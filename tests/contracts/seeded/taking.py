"""Servers that take bodies and payloads which they have to refuse."""

import json
import re
from collections.abc import Callable
from dataclasses import replace

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import minimal_payload
from reelmock.contracts.jsontree import Json, member
from reelmock.contracts.payloads import judge_payload
from reelmock.contracts.violations import Violation
from reelmock.tests.contracts.seeded.bounded import bounded
from reelmock.tests.contracts.seeded.changes import error_reply, with_header
from reelmock.tests.contracts.seeded.wraps import (
    Defect,
    When,
    Wrap,
    asking,
    creates,
    instead,
    keyed,
    payload_of,
    readable,
    shipped,
)

REJECTION = ("negative_data_rejection", "status_code_conformance")

# What a server may make of a body that is no JSON.
Mend = Callable[[bytes], bytes]


def media_type(request: Request) -> str | None:
    """The content type as it stands in the request."""
    return request.header("content-type")


def as_json(when: When) -> Wrap:
    """The content type does not count."""
    return asking(
        lambda request: creates(request) and when(request),
        lambda request: replace(request, headers=with_header(request.headers, "content-type", "application/json")),
    )


def unreadable(request: Request) -> bool:
    """Whether the body of a create request with the key is not JSON."""
    return creates(request) and keyed(request) and request.body != b"" and not readable(request.body)


def valid_body(contract: Contract) -> bytes:
    """A body that every server takes."""
    return json.dumps(minimal_payload(contract.models[0].schema)).encode()


def taken(when: When) -> Wrap:
    """Bodies that are read as a good one."""
    return asking(
        lambda request: creates(request) and when(request),
        lambda request: replace(request, body=valid_body(shipped())),
    )


def mended(mend: Mend) -> Wrap:
    """A reader that is kinder than JSON: what it can mend is what was sent."""

    def change(request: Request) -> Request:
        better = replace(request, body=mend(request.body))
        return better if readable(better.body) and not readable(request.body) else request

    return asking(creates, change)


def tolerating(rule: Callable[[Violation], bool], contract: Callable[[], Contract] = shipped) -> Wrap:
    """A payload is taken when every rule that it breaks is one of these."""

    def change(request: Request) -> Request:
        payload, chosen = payload_of(request), contract()
        if not isinstance(payload, dict):
            return request
        broken = judge_payload(chosen, chosen.job_routes[0].create, payload).violations
        return replace(request, body=valid_body(chosen)) if broken and all(map(rule, broken)) else request

    return asking(creates, change)


def tolerant(name: str, rule: Callable[[Violation], bool], *, bounds: bool = False, guessed: bool = False) -> Defect:
    """A server that does not know one rule."""
    return Defect(name, tolerating(rule, bounded if bounds else shipped), REJECTION, bounds=bounds, guessed=guessed)


def null(violation: Violation) -> bool:
    """Whether a violation is about null."""
    return violation.kind == "null"


def mistyped(*types: type) -> Callable[[Violation], bool]:
    """Violations about a value of one of these types in place of another."""
    return lambda violation: violation.kind == "wrong_type" and isinstance(violation.received, types)


def at(pointer: str, *kinds: str) -> Callable[[Violation], bool]:
    """Violations at one place."""
    return lambda violation: violation.pointer == pointer and (not kinds or violation.kind in kinds)


def kind(*kinds: str) -> Callable[[Violation], bool]:
    """Violations of these kinds."""
    return lambda violation: violation.kind in kinds


def another_case(violation: Violation) -> bool:
    """Whether a value is an option but for its case."""
    options = violation.expected if isinstance(violation.expected, list) else []
    return str(violation.received).lower() in [str(option).lower() for option in options]


def model_of(request: Request) -> Json:
    """The model that a payload names."""
    return member(payload_of(request)).get("model")


def unknown_model(request: Request) -> bool:
    """Whether a payload names a model that there is not."""
    return isinstance(model_of(request), str) and shipped().model_of(CREATE, model_of(request)) is None


def not_object(request: Request) -> bool:
    """Whether a body is JSON and no object."""
    payload = payload_of(request)
    return request.body.strip() == b"null" or (payload is not None and not isinstance(payload, dict))


def server_error(request: Request) -> bool:
    """Whether a payload names a model that there is not, with the key."""
    return creates(request) and keyed(request) and unknown_model(request)


CREATE = shipped().job_routes[0].create
# The document only guesses what becomes of bodies that are not declared as JSON.
MEDIA = ("negative_data_rejection", "content_type_conformance", "status_code_conformance")

BODIES: tuple[Defect, ...] = (
    Defect("any content type taken", as_json(lambda _: True), MEDIA, guessed=True),
    Defect("text/plain taken", as_json(lambda r: media_type(r) == "text/plain"), MEDIA, guessed=True),
    Defect("no content type taken", as_json(lambda r: media_type(r) is None), MEDIA, guessed=True),
    Defect("forms taken", as_json(lambda r: "form" in (media_type(r) or "")), MEDIA, guessed=True),
    Defect(
        "500 for another content type",
        instead(
            lambda r: creates(r) and keyed(r) and "json" not in (media_type(r) or ""),
            error_reply(500, "Internal Server Error"),
        ),
        MEDIA,
    ),
    Defect("500 on malformed JSON", instead(unreadable, error_reply(500, "Internal Server Error")), REJECTION),
    Defect("502 on malformed JSON", instead(unreadable, error_reply(502, "Bad Gateway")), REJECTION),
    Defect("404 on malformed JSON", instead(unreadable, error_reply(404, "Not Found")), REJECTION, guessed=True),
    Defect("malformed JSON taken", taken(unreadable), REJECTION, guessed=True),
    Defect("text that is not UTF-8 taken", mended(lambda b: b.decode("utf-8", "replace").encode()), REJECTION, True),
    Defect("a comma too many taken", mended(lambda b: re.sub(rb",\s*}", b"}", b)), REJECTION, True),
    Defect("NaN taken", mended(lambda b: re.sub(rb"NaN|-?Infinity", b"5", b)), REJECTION, True),
    Defect("single quotes taken", mended(lambda b: b.replace(b"'", b'"')), REJECTION, True),
    Defect("a body that ends in the middle taken", mended(lambda b: b.rstrip(b'"') + b'"}'), REJECTION, True),
    Defect(
        "500 on an empty body",
        instead(lambda r: creates(r) and keyed(r) and not r.body, error_reply(500, "Internal Server Error")),
        REJECTION,
    ),
    Defect("an empty body taken", taken(lambda r: not r.body), REJECTION, guessed=True),
    Defect("a non-object taken", taken(not_object), REJECTION, guessed=True),
    Defect("an array taken", taken(lambda r: isinstance(payload_of(r), list)), REJECTION, guessed=True),
    Defect("null taken", taken(lambda r: r.body.strip() == b"null"), REJECTION, guessed=True),
    Defect(
        "500 on an array",
        instead(lambda r: keyed(r) and isinstance(payload_of(r), list), error_reply(500, "Internal Server Error")),
        REJECTION,
    ),
)


RULES: tuple[Defect, ...] = (
    tolerant("missing fields taken", kind("missing_required")),
    tolerant("any option taken", kind("not_in_enum")),
    tolerant("any type taken", kind("wrong_type")),
    tolerant("any format taken", kind("bad_format")),
    tolerant("null taken for anything", null),
    tolerant("forbidden combinations taken", kind("forbidden_combination")),
    # These two lenient takes, as the real API is thought to.
    tolerant("undeclared fields taken", kind("undeclared_property")),
    tolerant("digits for a number taken", lambda v: mistyped(str)(v) and str(v.received).isdecimal()),
    tolerant("everything taken", lambda _: True),
    tolerant("any style taken", at("/style", "not_in_enum")),
    tolerant("any duration taken", at("/duration", "not_in_enum")),
    tolerant("any thinking type taken", at("/thinking_type", "not_in_enum")),
    tolerant("options in another case taken", another_case),
    tolerant("a missing picture taken", at("/image_url", "missing_required")),
    tolerant("a missing prompt taken", at("/prompt", "missing_required")),
    tolerant("a missing model taken", at("/model", "missing_required")),
    tolerant("a prompt of null taken", lambda v: null(v) and v.pointer == "/prompt"),
    tolerant("a seed of null taken", lambda v: null(v) and v.pointer == "/seed"),
    tolerant("a number for a text taken", lambda v: mistyped(int, float)(v) and v.expected == "string"),
    tolerant("words for a number taken", lambda v: mistyped(str)(v) and v.expected == "integer"),
    tolerant("words for a boolean taken", lambda v: mistyped(str)(v) and v.expected == "boolean"),
    tolerant("a fraction for an integer taken", lambda v: mistyped(float)(v) and v.expected == "integer"),
    tolerant("a boolean for an integer taken", lambda v: mistyped(bool)(v) and v.expected == "integer"),
    tolerant("a path for an address taken", lambda v: v.kind == "bad_format" and "://" not in str(v.received)),
    tolerant(
        "an address with a blank taken", lambda v: v.kind == "bad_format" and " " in str(v.received), guessed=True
    ),
    tolerant("an unknown model taken", at("/model", "not_in_enum")),
    Defect("500 on an unknown model", instead(server_error, error_reply(500, "Internal Server Error")), REJECTION),
    Defect("404 on an unknown model", instead(server_error, error_reply(404, "Not Found")), REJECTION),
    Defect("403 on an unknown model", instead(server_error, error_reply(403, "Forbidden")), REJECTION),
    tolerant("too small numbers taken", kind("below_minimum"), bounds=True),
    tolerant("too large numbers taken", kind("above_maximum"), bounds=True),
    tolerant("too short texts taken", kind("too_short"), bounds=True),
    tolerant("too long texts taken", kind("too_long"), bounds=True),
    tolerant("too few items taken", kind("too_few_items"), bounds=True),
    tolerant("too many items taken", kind("too_many_items"), bounds=True),
    tolerant("any pattern taken", at("/ratio", "bad_format"), bounds=True),
    tolerant("a pan without bounds taken", at("/camera/pan", "above_maximum"), bounds=True),
    tolerant("a camera without its pan taken", at("/camera/pan", "missing_required"), bounds=True),
    tolerant("items of another format taken", lambda v: v.pointer.startswith("/frames/"), bounds=True),
    tolerant("any step taken", lambda v: v.keyword == "multipleOf", bounds=True),
    tolerant("items twice taken", lambda v: v.keyword == "uniqueItems", bounds=True),
    tolerant("the open bound itself taken", lambda v: v.keyword == "exclusiveMinimum", bounds=True),
    tolerant("one member without the other taken", kind("forbidden_combination"), bounds=True),
)

TAKING: tuple[Defect, ...] = (*BODIES, *RULES)
