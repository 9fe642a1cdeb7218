"""Refusals in both envelopes, worded by the document."""

from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.mockserver.clock import FIXED_START
from reelmock.mockserver.errors import ERROR_FORMATS, ErrorFormat, Errors, Refusal, timestamp

REQUEST = Request("POST", "/v2/video/generations")
ISSUES: list[Json] = [
    {"code": "custom", "path": ["a", 0], "message": "is odd"},
    {"code": "custom", "path": [], "message": "and 3 more"},
]


def rendered(
    contract: Contract, refusal: Refusal, envelope: ErrorFormat = "current", request: Request = REQUEST
) -> Json:
    return Errors.of(contract, envelope).render(refusal, request, FIXED_START + 0.1239, "a-request").json()


def test_the_current_envelope_is_the_recorded_one(contract: Contract) -> None:
    assert rendered(contract, Refusal("invalid_payload", data=ISSUES)) == {
        "title": "Bad Request",
        "status": 400,
        "message": "Invalid payload provided",
        "instance": "/v2/video/generations?",
        "timestamp": "2026-01-01T00:00:00.123Z",
        "error": {"name": "BadRequestException", "message": "Invalid payload provided", "data": ISSUES},
    }


def test_the_legacy_envelope_says_the_details_in_its_message(contract: Contract) -> None:
    assert rendered(contract, Refusal("invalid_payload", data=ISSUES), "legacy") == {
        "requestId": "a-request",
        "statusCode": 400,
        "timestamp": "2026-01-01T00:00:00.123Z",
        "path": "/v2/video/generations",
        "message": "Invalid payload provided. a.0: is odd. and 3 more",
    }


def test_the_legacy_message_has_the_hint_too_and_alone_it_stays_as_it_is(contract: Contract) -> None:
    hinted = member(rendered(contract, Refusal("unknown_generation"), "legacy"))
    assert hinted["message"] == "Inference not found. There is no generation with this id for this key."
    bare = member(rendered(contract, Refusal("empty_body"), "legacy"))
    assert bare["message"] == "The body is empty. It has to be a JSON object"


def test_a_hint_stands_beside_the_providers_own_words(contract: Contract) -> None:
    assert member(rendered(contract, Refusal("unknown_generation")), "error") == {
        "name": "NotFoundException",
        "message": "Inference not found",
        "hint": "There is no generation with this id for this key.",
    }


def test_a_case_may_have_data_of_its_own(contract: Contract) -> None:
    body = member(rendered(contract, Refusal("insufficient_credits")), "error")
    assert body["data"] == {"kind": "err_insufficent_credits"}


def test_the_instance_has_path_and_query(contract: Contract) -> None:
    request = Request("GET", "/a", (("x", "1"), ("y", "?")))
    assert member(rendered(contract, Refusal("unknown_path"), request=request))["instance"] == "/a?x=1&y=?"
    legacy = member(rendered(contract, Refusal("unknown_path"), "legacy", request))
    assert legacy["path"] == "/a"


@pytest.mark.parametrize("envelope", ERROR_FORMATS)
def test_every_case_of_the_document_renders_into_a_body_that_the_document_allows(
    contract: Contract, envelope: ErrorFormat
) -> None:
    name = "Error" if envelope == "current" else "LegacyError"
    schema = contract.document.resolve_object({"$ref": f"#/components/schemas/{name}"})
    validator = Draft202012Validator(schema, format_checker=format_checker())
    cases = member(contract.document.tree, "x-errors")
    assert len(cases) > 25
    for case, row in cases.items():
        response = Errors.of(contract, envelope).render(Refusal(case), REQUEST, FIXED_START, "r")
        assert response.status == member(row)["status"], case
        assert list(validator.iter_errors(response.json())) == [], case
        assert response.header("content-type") == "application/json"


def test_values_fill_the_text_and_are_cut_when_they_are_long(contract: Contract) -> None:
    refusal = Refusal("unsupported_media_type", received="x" * 10_000, expected="application/json")
    message = member(rendered(contract, refusal))["message"]
    assert message == f"The content type {'x' * 500} is not supported. Send the body as application/json"


def test_a_value_with_a_dollar_is_no_placeholder(contract: Contract) -> None:
    message = member(rendered(contract, Refusal("malformed_json", detail="$path ${x} $")))["message"]
    assert message == "The body is not valid JSON: $path ${x} $"


@pytest.mark.parametrize("envelope", ERROR_FORMATS)
def test_a_refusal_stays_small_however_long_the_target_is(contract: Contract, envelope: ErrorFormat) -> None:
    request = Request("X" * 9000, "/" + "p" * 9000, (("q" * 9000, "v" * 9000),))
    response = Errors.of(contract, envelope).render(Refusal("unknown_path"), request, FIXED_START, "r")
    assert len(response.body) < 4000


def test_headers_of_the_refusal_follow_the_content_type(contract: Contract) -> None:
    refusal = Refusal("method_not_allowed", allow="GET", headers=(("allow", "GET"),))
    response = Errors.of(contract, "current").render(refusal, REQUEST, FIXED_START, "r")
    length = ("content-length", str(len(response.body)))
    assert response.headers == (("content-type", "application/json"), ("allow", "GET"), length)


def test_a_document_words_its_own_errors_and_the_shipped_one_words_the_rest(
    jobs_contract: Callable[..., Contract],
) -> None:
    own: JsonObject = {"wrong_key": {"status": 499, "name": "Nope", "message": "Not $method"}, "missing_key": "odd"}
    contract = jobs_contract(extensions={"x-errors": own})
    assert rendered(contract, Refusal("wrong_key")) == {
        "title": "Error",
        "status": 499,
        "message": "Not POST",
        "instance": "/v2/video/generations?",
        "timestamp": "2026-01-01T00:00:00.123Z",
        "error": {"name": "Nope", "message": "Not POST"},
    }
    assert member(rendered(contract, Refusal("empty_body")))["status"] == 400


def test_a_case_without_a_status_is_a_500(jobs_contract: Callable[..., Contract]) -> None:
    contract = jobs_contract(extensions={"x-errors": {"wrong_key": {"status": "401", "message": "m"}}})
    assert Errors.of(contract, "current").render(Refusal("wrong_key"), REQUEST, 0.0, "r").status == 500


@pytest.mark.parametrize(
    ("now", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (FIXED_START, "2026-01-01T00:00:00.000Z"),
        (FIXED_START + 86_399.9995, "2026-01-01T23:59:59.999Z"),
    ],
)
def test_a_timestamp_is_utc_with_milliseconds(now: float, written: str) -> None:
    assert timestamp(now) == written
