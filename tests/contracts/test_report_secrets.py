"""No key stands in a report, whatever a server made of it."""

import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.findings import Finding, Proof, Severity
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_lines import WRITERS, report_lines
from reelmock.contracts.report_secrets import masker, without_secrets

SECRET = 'sk-123/45 6"78é'


def report(text: str) -> Report:
    """A report with `text` in everything that a server has a hand in."""
    proof = Proof(text, text, text, text)
    finding = Finding("error_shape", Severity.ERROR, text, text, text, text, "a-model", proof)
    return Report(text, (finding,), (Case("error_shape", "a-model", 1, text),))


def test_a_secret_is_masked_in_every_text_and_format() -> None:
    for form in (SECRET, quote(SECRET, safe=""), quote_plus(SECRET), json.dumps(SECRET)[1:-1]):
        clean = without_secrets(report(f"before{form}after"), ["no-such-key", SECRET])
        assert clean == report("before****after")
        assert all(form not in "\n".join(report_lines(clean, writer)) for writer in WRITERS)


def test_a_short_secret_is_masked_where_it_stands_alone() -> None:
    """It would be found in words otherwise; one of a few letters is a word itself, and masked as a credential alone."""
    told = without_secrets(report("A boat at an API with Bearer A, Bearer Ab"), ["A"])
    assert told == report("A boat at an API with Bearer ****, Bearer Ab")
    assert without_secrets(report("key-ab monkey-a key-a"), ["key-a"]) == report("key-ab monkey-a ****")


def test_the_longer_of_two_secrets_goes_first() -> None:
    secrets = ["sk-12345678", "sk-12345678-more"]
    assert without_secrets(report("sk-12345678-more sk-12345678"), secrets) == report("**** ****")


def test_a_report_without_secrets_is_the_same() -> None:
    given_report = report("nothing")
    assert without_secrets(given_report, []) is given_report
    assert without_secrets(given_report, [""]) is given_report


@given(st.text(), st.text(min_size=8), st.text())
def test_whatever_stands_around_it_a_long_secret_is_gone(before: str, secret: str, after: str) -> None:
    [finding] = without_secrets(report(before + secret + after), [secret]).findings
    assert secret not in finding.message or secret in before + "****" + after


@pytest.mark.parametrize(
    "written",
    [
        *("sk-12+34/56", r"sk-12+34\/56", r"sk-12\u002B34/56", r"sk-12\u002b34\u002F56", "sk-12%2B34%2F56"),
        *("sk-12%2b34%2f56", "sk-12&#43;34&#47;56", "sk-12&#x2B;34/56", "sk&#45;12+34/56"),
    ],
)
def test_a_secret_is_masked_in_every_spelling(written: str) -> None:
    """As PHP and .NET write JSON, as a URL has it in small letters, as HTML does."""
    assert masker(["sk-12+34/56"])(f"before {written} after") == "before **** after"
