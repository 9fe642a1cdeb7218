"""The requests of a job route, and how its document knows what answers them."""

import json

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import JsonObject, member
from reelmock.contracts.trial_maker import ECHOED, UNKNOWN_IDS, TrialMaker
from reelmock.tests.contracts.checking import (
    HOUSE,
    KEY,
    KITE,
    OTHER_KEY,
    ROUTE,
    SHAPES,
    answering,
    document,
    each_shape,
    makers,
    polling,
)

MAKER = TrialMaker(HOUSE, ROUTE, KEY, OTHER_KEY)


@each_shape
@pytest.mark.parametrize("key", [KEY, None])
def test_a_key_is_sent_where_the_route_wants_one(contract: Contract, key: str | None) -> None:
    for maker in makers(contract, key):
        assert maker.own_key == (key if maker.route.bearer else None)
        assert maker.let_in is (key is not None or not maker.route.bearer)


@each_shape
def test_ids_that_were_never_given_fit_the_parameter(contract: Contract) -> None:
    """Where ids are numbers, another one would be refused for its form."""
    for maker in makers(contract):
        numbers = maker.route.id_parameter.schema.get("type") == "integer"
        assert set(maker.unknown_ids) == ({"number"} if numbers else {"uuid", "nanoid", "number"})
        assert maker.unknown_id in maker.unknown_ids.values()
        assert maker.unknown_id.isdecimal() is numbers


def test_ids_that_were_never_given_need_no_escapes() -> None:
    assert all(unknown.replace("-", "").isalnum() for unknown in UNKNOWN_IDS.values())


@each_shape
def test_a_request_is_one_of_its_route(contract: Contract) -> None:
    for maker in makers(contract):
        creating, retrieving = maker.creating({"a": 1}, KEY), maker.retrieving("abc", KEY)
        assert (creating.method, retrieving.method) == ("POST", "GET")
        assert maker.route.create.path_pattern.fullmatch(creating.path)
        assert maker.route.retrieve.path_pattern.fullmatch(retrieving.path)
        assert "abc" in (retrieving.path.split("/")[-1], dict(retrieving.query).get(maker.route.id_parameter.name))
        assert json.loads(creating.body) == {"a": 1}
        assert {creating.header("authorization"), retrieving.header("authorization")} == {f"Bearer {KEY}"}


def test_without_a_key_or_a_payload_none_is_sent() -> None:
    request = MAKER.creating(None)
    assert (request.body, request.header("authorization"), request.header("content-type")) == (b"", None, None)


def test_what_a_server_echoes_is_sent() -> None:
    """Else nobody could see that it does not."""
    assert MAKER.creating({}).header("x-client-request-id") == ECHOED
    assert MAKER.retrieving("a").header("x-client-request-id") == ECHOED
    (other,) = makers(SHAPES["no text"])
    assert ECHOED not in str(other.creating({}).headers)


@pytest.mark.parametrize(
    ("refusal", "status"), [("missing_key", 401), ("unknown_generation", 404), ("no such refusal", 400)]
)
def test_a_refusal_has_its_documented_status(refusal: str, status: int) -> None:
    assert MAKER.status(refusal) == status


def test_a_status_that_is_no_number_is_400() -> None:
    (maker,) = makers(document({"/a": {"post": answering(), "get": polling()}}, {"x-errors": {"a": {"status": "?"}}}))
    assert maker.status("a") == 400


@pytest.mark.parametrize(
    ("row", "response", "word", "place"),
    [
        ("recorded", "documented", "recorded", "/x-errors/missing_key"),
        ("recorded", "inferred", "inferred", "/paths/~1films/post/responses/401"),
        ("inferred", "recorded", "inferred", "/x-errors/missing_key"),
    ],
)
def test_a_refusal_is_known_no_better_than_its_declared_response(
    row: str, response: str, word: str, place: str
) -> None:
    create = answering(KITE)
    create["responses"] = {**member(create, "responses"), "401": {"description": "", "x-evidence": response}}
    rows: JsonObject = {"missing_key": {"status": 401, "x-evidence": row}}
    (maker,) = makers(document({"/films": {"post": create, "get": polling()}}, {"x-errors": rows}))
    found = maker.evidence(maker.route.create, "missing_key")
    assert (found.word, found.place) == (word, place)


def test_what_the_shipped_document_promises_is_no_promise_of_another() -> None:
    """A refusal that a document neither declares nor lists in `x-errors` is guessed, whatever is known elsewhere."""
    (maker,) = makers(SHAPES["no text"])
    known = maker.evidence(maker.route.create, "unknown_generation")
    assert (known.word, known.source) == ("inferred", "the document does not say how it refuses this")


def test_that_a_key_is_wanted_may_have_evidence_of_its_own() -> None:
    stated, plain = MAKER.security(ROUTE.create), MAKER.security(ROUTE.retrieve)
    assert (stated.word, stated.place) == (
        "inferred",
        "/paths/~1v2~1video~1generations/post/x-security-evidence",
    )
    assert stated.source.startswith("the page declares bearer security")
    assert (plain.word, plain.place) == ("documented", "/paths/~1v2~1video~1generations/get/security")


def test_what_a_body_has_to_be_is_known_by_the_request_body() -> None:
    assert MAKER.body().place == "/paths/~1v2~1video~1generations/post/requestBody"
    guessed = answering(KITE)
    guessed["requestBody"] = {**member(guessed, "requestBody"), "x-evidence": "inferred"}
    (maker,) = makers(document({"/films": {"post": guessed, "get": polling()}}))
    assert maker.body().inferred


def test_keys_are_not_printed() -> None:
    assert KEY not in repr(MAKER)
    assert OTHER_KEY not in repr(MAKER)
