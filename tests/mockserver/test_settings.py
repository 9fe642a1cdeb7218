"""Settings are checked once, and a wrong one is named with what came and what is allowed."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import member, text
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Completed, Time, seconds
from reelmock.mockserver.settings import Settings, SettingsError


def test_the_defaults() -> None:
    settings = Settings()
    assert settings.progression == Time(seconds(2), seconds(8))
    assert settings.outcome == Completed()
    assert (settings.failure_rate, settings.seed, settings.api_keys) == (0, "reelmock", ())
    assert (settings.validation, settings.error_format) == ("lenient", "current")
    assert (settings.public_url, settings.max_body, settings.elide) == (None, 32 * 1024 * 1024, True)


NO_KEY = "an API key is empty or has characters that no header can carry"


def no_url(url: str) -> str:
    return f"the public URL is '{url}': wanted one such as https://cdn.example.com"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"failure_rate": -0.1}, "the failure rate is -0.1: wanted a number from 0 to 1"),
        ({"failure_rate": 1.1}, "the failure rate is 1.1: wanted a number from 0 to 1"),
        ({"failure_rate": float("nan")}, "the failure rate is nan: wanted a number from 0 to 1"),
        ({"validation": "kind"}, "the validation is 'kind': wanted lenient or strict"),
        ({"error_format": "old"}, "the error format is 'old': wanted current or legacy"),
        ({"api_keys": ("a", "")}, NO_KEY),
        ({"api_keys": (" ",)}, NO_KEY),
        ({"api_keys": ("a\nb",)}, NO_KEY),
        ({"api_keys": ("clé",)}, NO_KEY),
        ({"max_body": 0}, "the largest body is 0 bytes: wanted at least 1"),
        ({"credits": -1}, "the credits of a key are -1: wanted a whole number from 0"),
        ({"api_keys": {"sk-a": 5, "sk-b": -2}}, "the credits of a key are -2: wanted a whole number from 0"),
        ({"rate_limit": 0}, "the rate limit is 0: wanted a whole number from 1 to 1,000,000"),
        ({"rate_limit": 1_000_001}, "the rate limit is 1000001: wanted a whole number from 1 to 1,000,000"),
        ({"max_concurrent": 0}, "the number of generations at once is 0: wanted a whole number from 1 to 1,000,000"),
        *(
            ({"public_url": url}, no_url(url))
            for url in (
                "",
                "cdn.example.com",
                "ftp://cdn.example.com",
                "https://",
                "https://cdn.example.com/?a=b",
                "https://cdn.example.com/#a",
                "https://[cdn.example.com",
            )
        ),
    ],
)
def test_a_wrong_setting_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=f"^{re.escape(message)}"):
        Settings(**given)


@pytest.mark.parametrize("url", ["https://cdn.example.com", "http://127.0.0.1:8080/files", "http://[::1]:80/"])
def test_a_public_url_may_have_a_port_and_a_path(url: str) -> None:
    assert Settings(public_url=url).public_url == url


@pytest.mark.parametrize("url", ["http://exa mple.com", "http://cdn.example.com/ü", "http://cdn.example.com/\n"])
def test_a_public_url_that_would_make_a_reply_break_the_document_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="the public URL is"):
        Settings(public_url=url)


def test_a_key_that_no_client_can_send_is_refused() -> None:
    """The engine reads a key without the blanks around it, so this one would refuse everybody."""
    with pytest.raises(SettingsError, match=NO_KEY):
        Settings(api_keys=(" sk-1",))


@pytest.mark.parametrize("keys", [("sk-secret",), {"sk-secret": 5}], ids=type)
def test_keys_never_stand_in_the_repr_of_settings(keys: Any) -> None:
    assert "sk-secret" not in repr(Settings(api_keys=keys))


def test_a_message_about_keys_does_not_show_them() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(api_keys=("sk-secret\n",))
    assert "sk-secret" not in str(caught.value)


@pytest.mark.parametrize("rate", [0, 0.5, 1])
def test_the_limits_of_the_failure_rate_are_allowed(rate: float) -> None:
    assert Settings(failure_rate=rate).failure_rate == rate


def test_an_engine_says_why_it_takes_no_contract_without_a_job_route(
    new_engine: Callable[..., Engine], jobs_contract: Callable[..., Contract]
) -> None:
    contract = jobs_contract()
    member(contract.document.tree, "paths").pop("/jobs/{task_id}")
    with pytest.raises(SettingsError) as caught:
        new_engine(contract=contract)
    assert str(caught.value) == (
        "jobs.json has no job route: wanted a POST whose reply has an id and a status, and a GET that takes that id. "
        "Give a document that has both operations"
    )
    assert text(member(contract.document.tree, "info"), "title") == "Jobs"
