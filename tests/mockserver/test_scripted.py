"""What a scenario makes of a response: headers, `Retry-After`, bodies with something wrong."""

from email.utils import parsedate_to_datetime

import pytest

from reelmock.contracts.exchange import Response
from reelmock.mockserver.rules import BodyFault, Effect
from reelmock.mockserver.scripted import with_effect

USUAL = Response(200, (("content-type", "application/json"), ("content-length", "2")), b"{}")


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0"), (2, "2"), (0.5, "0.5"), (1_234_567, "1234567"), (10_000_000, "10000000")]
)
def test_retry_after_is_told_in_digits(seconds: float, told: str) -> None:
    assert with_effect(USUAL, Effect(retry_after_s=seconds), 0).header("retry-after") == told


def test_a_date_lets_nobody_come_too_early() -> None:
    told = with_effect(USUAL, Effect(retry_after_s=1, retry_after_date=True), 1_700_000_000.75).header("retry-after")
    assert told is not None
    assert parsedate_to_datetime(told).timestamp() == 1_700_000_002


def test_headers_go_before_what_a_faulty_body_says() -> None:
    headers = (("content-length", "999"), ("content-type", "text/csv"))
    response = with_effect(USUAL, Effect(body=BodyFault.HTML, headers=headers), 0)
    assert (response.header("content-length"), response.header("content-type")) == ("999", "text/csv")
    assert response.body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_status_that_allows_no_body_has_none(status: int) -> None:
    response = with_effect(Response(status, USUAL.headers, USUAL.body), Effect(code=status, retry_after_s=1), 0)
    assert response == Response(status, (("retry-after", "1"),))
