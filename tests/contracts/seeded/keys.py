"""Servers that let calls in which they have to refuse, or refuse them in another way."""

from dataclasses import replace

from reelmock.contracts.exchange import Request
from reelmock.tests.contracts.seeded.changes import content, error_reply, json_reply, status, with_header
from reelmock.tests.contracts.seeded.wraps import (
    KEY,
    OTHER_KEY,
    Defect,
    When,
    Wrap,
    answering,
    asking,
    creates,
    downloads,
    instead,
    key_of,
    polls,
    refused,
)

AUTH = ("ignored_auth", "status_code_conformance")


def let_in(when: When, key: str = KEY) -> Wrap:
    """Requests that come in as if they carried a good key."""
    return asking(when, lambda request: with_key(request, key))


def with_key(request: Request, key: str) -> Request:
    """`request` with the key as it should be."""
    return replace(request, headers=with_header(request.headers, "authorization", f"Bearer {key}"))


def unknown(request: Request) -> bool:
    """Whether a request has no good key."""
    return not downloads(request) and key_of(request) not in (f"Bearer {KEY}", f"Bearer {OTHER_KEY}")


def scheme(request: Request) -> str:
    """The scheme of the credentials in small letters."""
    return key_of(request).partition(" ")[0].lower()


def secret(request: Request) -> str:
    """The credentials without their scheme."""
    return key_of(request).partition(" ")[2].strip()


def both(*conditions: When) -> When:
    """Requests for which all of these hold."""
    return lambda request: all(condition(request) for condition in conditions)


KEYS: tuple[Defect, ...] = (
    Defect("auth ignored", let_in(unknown), AUTH),
    Defect("any bearer taken", let_in(lambda r: unknown(r) and scheme(r) == "bearer" and secret(r) != ""), AUTH),
    Defect("auth ignored on reads", let_in(both(unknown, polls)), AUTH),
    # The page declares the key on reads alone.
    Defect("auth ignored on creates", let_in(both(unknown, creates)), AUTH, guessed=True),
    Defect(
        "any bearer taken on creates",
        let_in(lambda r: unknown(r) and creates(r) and secret(r) != ""),
        AUTH,
        guessed=True,
    ),
    Defect("no key is a key on reads", let_in(lambda r: polls(r) and r.header("authorization") is None), AUTH),
    Defect("an empty bearer taken", let_in(lambda r: scheme(r) == "bearer" and secret(r) == ""), AUTH),
    Defect("the key taken without its scheme", let_in(lambda r: key_of(r) == KEY), AUTH, guessed=True),
    Defect("anything without a scheme taken", let_in(lambda r: key_of(r) != "" and " " not in key_of(r)), AUTH),
    Defect("any Basic taken", let_in(lambda r: scheme(r) == "basic"), AUTH),
    Defect("any scheme taken", let_in(lambda r: secret(r) == KEY), AUTH, guessed=True),
    Defect("a key that begins as one taken", let_in(lambda r: unknown(r) and secret(r).startswith(KEY)), AUTH),
    Defect("the beginning of a key taken", let_in(lambda r: secret(r) != "" and KEY.startswith(secret(r))), AUTH),
    Defect("the case of a key ignored", let_in(lambda r: secret(r).lower() == KEY), AUTH),
    Defect("403 without a key", answering(refused(401), status(403)), AUTH),
    Defect("500 for a wrong key", instead(lambda r: unknown(r) and secret(r) != "", error_reply(500, "Oops")), AUTH),
    Defect("404 for a wrong key", instead(both(unknown, polls), error_reply(404, "Not Found")), AUTH),
    Defect("200 and nothing without a key", instead(both(unknown, polls), lambda _: json_reply(200, {})), AUTH),
    Defect(
        "to the front door without a key",
        answering(refused(401), lambda _: json_reply(302, None, {"location": "https://api.example.com/login"})),
        AUTH,
    ),
    Defect(
        "401 as text",
        answering(refused(401), content(b"Unauthorized", "text/plain")),
        ("error_shape", "content_type_conformance", "response_schema_conformance"),
    ),
    Defect(
        "401 with nothing",
        answering(refused(401), content(b"")),
        ("error_shape", "response_schema_conformance", "content_type_conformance"),
    ),
)
