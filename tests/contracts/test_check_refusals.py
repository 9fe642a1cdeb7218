"""What is taken and what is refused: payloads, keys, ids and methods."""

from collections.abc import Callable, Iterator

import pytest

from reelmock.contracts.check_refusals import (
    ignored_auth,
    isolation_between_keys,
    negative_data_rejection,
    positive_data_acceptance,
    unknown_id_is_404,
    unsupported_method,
)
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import Json
from reelmock.contracts.judging import Failure, Seen
from reelmock.contracts.trials import Attempt, Kind, Sender
from reelmock.tests.contracts.checking import HOUSE, ROUTE, attempt_of, trial_of

SURE, GUESS = Evidence("documented", "", "/paths"), Evidence("inferred", "", "/x-errors")


def found(check: Callable[[Seen], Iterator[Failure]], *attempts: Attempt) -> list[tuple[str, Severity]]:
    return [(failure.message, failure.weight) for failure in check(Seen(HOUSE, attempts))]


def refused(kind: Kind, status: int, *expected: int, body: Json = None, **changes: object) -> Attempt:
    made = {"expected": expected or (400,), "evidence": GUESS, "forbidden": SURE, "what": "a slip", **changes}
    return attempt_of(kind, status, body, **made)


REFUSING: list[tuple[Callable[[Seen], Iterator[Failure]], Kind, int]] = [
    *((negative_data_rejection, kind, 400) for kind in (Kind.BROKEN, Kind.UNREADABLE, Kind.NO_ID)),
    (unsupported_method, Kind.METHOD, 405),
    (ignored_auth, Kind.KEYLESS, 401),
    (unknown_id_is_404, Kind.UNKNOWN_ID, 404),
    (isolation_between_keys, Kind.FOREIGN, 404),
]


@pytest.mark.parametrize(("check", "kind", "expected"), REFUSING)
def test_what_may_not_be_taken_is_refused(
    check: Callable[[Seen], Iterator[Failure]], kind: Kind, expected: int
) -> None:
    """That it is taken is drift by what forbids it; another refusal is known as well as the expected one is."""
    assert not any("slip" in message for message, _ in found(check, refused(kind, expected, expected)))
    assert found(check, refused(kind, 200, expected)) == [("a slip was taken", Severity.ERROR)]
    assert found(check, refused(kind, 302, expected)) == [("a slip was answered with 302, a redirect", Severity.INFO)]
    assert found(check, refused(kind, 410, expected)) == [("a slip was answered with 410", Severity.INFO)]
    assert found(check, refused(kind, 500, expected)) == [("a slip made the server fail", Severity.ERROR)]
    assert found(check, refused(kind, 429, expected)) == []


def test_of_a_broken_body_without_a_key_any_refusal_will_do() -> None:
    """Whether the key or the body is looked at first is the server's choice."""
    for status in (400, 401, 415, 422):
        assert found(negative_data_rejection, refused(Kind.KEYLESS_BROKEN, status)) == []
    assert found(negative_data_rejection, refused(Kind.KEYLESS_BROKEN, 200)) == [("a slip was taken", Severity.ERROR)]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"id": "a"}, "a slip was taken: this is a paid generation, its id is 'a'"),
        ({}, "a slip was taken: this is a paid generation, without an id"),
    ],
)
def test_what_was_paid_for_is_told_with_its_id(body: Json, told: str) -> None:
    attempt = refused(Kind.BROKEN, 200, body=body, sender=Sender.OWNER)
    assert found(negative_data_rejection, attempt) == [(told, Severity.ERROR)]


@pytest.mark.parametrize(
    ("statuses", "times"),
    [((502, 502), 1), ((502, 503), 1), ((502,), 0), ((502, 400), 0), ((502, 502, 400), 1), ((429, 429), 0)],
)
def test_where_most_mistakes_of_a_kind_make_the_server_vanish_it_fails(statuses: tuple[int, ...], times: int) -> None:
    """One time it may be the network; and too many requests are too many."""
    attempts = [refused(Kind.UNREADABLE, status) for status in statuses]
    failed = sum(status > 500 for status in statuses)
    told = f"{failed} of {len(statuses)} requests with one mistake each were answered with {statuses[0]}"
    assert found(negative_data_rejection, *attempts) == [(told, Severity.ERROR)] * times


def with_allow(allow: str | None) -> Attempt:
    request = Request("PUT", ROUTE.create.path)
    headers = () if allow is None else (("allow", allow),)
    trial = trial_of(Kind.METHOD, request=request, operation=None, expected=(405,), evidence=GUESS, forbidden=GUESS)
    return Attempt(trial, Response(405, headers))


@pytest.mark.parametrize(
    ("allow", "messages"),
    [
        ("GET, POST", []),
        ("post,get, OPTIONS,HEAD", []),
        (None, ["a 405 came without the header `allow`"]),
        ("", ["a 405 came with `allow: `"]),
        ("GET", ["a 405 came with `allow: GET`"]),
        ("GET, POST, PUT", ["a 405 came with `allow: GET, POST, PUT`"]),
    ],
)
def test_with_405_comes_what_is_allowed(allow: str | None, messages: list[str]) -> None:
    assert found(unsupported_method, with_allow(allow)) == [(message, Severity.INFO) for message in messages]


@pytest.mark.parametrize("status", [400, 422])
def test_a_complaint_about_a_payload_is_none_about_the_key(status: int) -> None:
    """But about a valid one it is drift."""
    attempt = refused(Kind.KEYLESS, status, 401, case="POST:m:no_key")
    assert found(ignored_auth, attempt) == []
    (failure,) = positive_data_acceptance(Seen(HOUSE, (attempt,)))
    assert (failure.message, failure.case) == (f"a valid payload was answered with {status}", "POST:m:valid")
    assert found(ignored_auth, refused(Kind.KEYLESS, status, 401, operation=ROUTE.retrieve)) != []


def test_an_id_may_be_of_a_form_that_a_server_does_not_know() -> None:
    """Where another one is just not found, something was learned; where none is, that is drift."""
    first, second = refused(Kind.UNKNOWN_ID, 404, 404), refused(Kind.UNKNOWN_ID, 400, 404, evidence=SURE)
    assert found(unknown_id_is_404, first, second) == [
        ("a slip was answered with 400, as one that can't be", Severity.INFO)
    ]
    assert found(unknown_id_is_404, second) == [("a slip was answered with 400", Severity.ERROR)]
    either = refused(Kind.UNKNOWN_ID, 400, 404, 400)
    assert found(unknown_id_is_404, first, either) == []


def valid(status: int, case: str = "POST:m:valid:first", **changes: object) -> Attempt:
    made = {"case": case, "what": "a payload with long texts", "evidence": SURE, **changes}
    return attempt_of(Kind.VALID, status, None, **made)


def test_a_valid_payload_is_taken() -> None:
    assert found(positive_data_acceptance, valid(200)) == []
    assert found(positive_data_acceptance, valid(400)) == [
        ("a payload with long texts was answered with 400", Severity.ERROR)
    ]


def test_what_makes_a_server_refuse_a_valid_payload_is_named() -> None:
    """With the trial that was taken without it, and how the document knows that."""
    attempts = (
        valid(400),
        valid(400, "POST:m:valid:first-without-zero", what="zeros"),
        valid(200, "POST:m:valid:first-without-long_text", what="long texts", evidence=GUESS),
        valid(200, "POST:m:valid:second"),
    )
    (failure,) = positive_data_acceptance(Seen(HOUSE, attempts))
    assert failure.message == (
        "a payload with long texts was answered with 400: with long texts it is refused, without them it is taken"
    )
    assert (failure.case, failure.weight) == ("POST:m:valid:first-without-long_text", Severity.INFO)


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_key_that_has_nothing_left_is_something_to_look_at(status: int) -> None:
    assert [weight for _, weight in found(positive_data_acceptance, valid(status))] == [Severity.WARNING]
