"""What `reelmock check` settles before anything is sent: what goes together, which keys go where, how fast."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reelmock.contracts.assignment import CheckError
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.mockserver.check_setup import (
    FAR,
    NEAR,
    Keys,
    Pace,
    keys_of,
    names_of,
    refuse_contradictions,
    refuse_reports,
    usual_pace,
)
from reelmock.tests.mockserver.checking import KEY, OTHER, options

REAL, NEARBY, STAGING = "https://api.aimlapi.com", "http://127.0.0.1:4010", "https://staging.example.com"
ENVIRONMENT = {"AIMLAPI_API_KEY": KEY, "AIMLAPI_OTHER_API_KEY": OTHER}


def test_a_server_and_a_recording_contradict_each_other() -> None:
    with pytest.raises(CheckError, match=r"^a URL and --recording contradict each other: give one of them$"):
        refuse_contradictions(options(url=NEARBY, recording=(Path("a.har"),)))


@pytest.mark.parametrize(
    "given",
    [
        *({"probe": True}, {"paid": 1}, {"yes": True}),
        *({"max_requests": 5}, {"rate": 2.0}, {"poll_interval": 1.0}, {"patience": 1.0}, {"timeout": 1.0}),
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_is_about_sending_makes_no_sense_with_a_recording(given: dict[str, object]) -> None:
    flag = "--" + next(iter(given)).replace("_", "-")
    with pytest.raises(CheckError, match=rf"^--recording is judged without sending anything: leave out {flag}$"):
        refuse_contradictions(options(recording=(Path("a.har"),), **given))
    refuse_contradictions(options(url=NEARBY, **given))


def test_what_is_about_judging_goes_with_a_recording() -> None:
    """Keys are masked."""
    wanted = {"spec": Path("a.json"), "validation": "strict", "model": "a*", "checks": ("a",), "github": True}
    refuse_contradictions(options(recording=(Path("a.har"),), **wanted, api_key=KEY, other_api_key=OTHER))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("check.txt", "'{}' is no kind of report: give a name that ends in .xml (JUnit) or in .json"),
        ("check", "'{}' is no kind of report: give a name that ends in .xml (JUnit) or in .json"),
        ("gone/check.xml", "there is no folder '{parent}' for the report: make it, or give another"),
        ("folder.xml", "the report '{}' is no regular file: name a file to write"),
    ],
)
def test_a_report_that_can_not_be_written_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.xml").mkdir()
    file = tmp_path / name
    with pytest.raises(CheckError) as caught:
        refuse_reports([tmp_path / "good.json", file])
    assert str(caught.value) == message.format(file, parent=file.parent)


def test_reports_are_known_by_their_suffix_in_any_case(tmp_path: Path) -> None:
    refuse_reports([tmp_path / "a.xml", tmp_path / "b.JSON"])


def test_names_stand_between_commas_and_in_several_options() -> None:
    assert names_of(["a, b", "c,,a"]) == ("a", "b", "c")
    assert names_of([]) == ()


def test_a_server_on_this_machine_is_asked_as_fast_as_it_goes(contract: Contract) -> None:
    assert usual_pace(contract, near=True) == NEAR == Pace(None, 0.2, 30.0)


def test_another_host_is_asked_slowly_and_polled_as_its_document_says(jobs_contract: Callable[..., Contract]) -> None:
    told = jobs_contract(extensions={"x-poll-interval": {"seconds": 7}})
    assert usual_pace(told, near=False) == Pace(5.0, 7.0, 900.0)
    silent = jobs_contract(extensions={"x-poll-interval": None})
    assert usual_pace(silent, near=False) == FAR == Pace(5.0, 15.0, 900.0)


def test_what_is_said_goes_before_what_is_usual() -> None:
    assert FAR.but(None, 0.5, None) == Pace(5.0, 0.5, 900.0)
    assert NEAR.but(2.0, None, 0.0) == Pace(2.0, 0.2, 0.0)


@pytest.mark.parametrize("url", [REAL, f"{REAL}/", "https://API.aimlapi.com:443", NEARBY, "http://[::1]:80"])
def test_keys_of_the_environment_go_to_the_documents_servers_and_to_this_machine(contract: Contract, url: str) -> None:
    assert keys_of(options(), ENVIRONMENT, contract, url) == Keys(KEY, OTHER)


@pytest.mark.parametrize(
    "url", [STAGING, "http://api.aimlapi.com", "https://api.aimlapi.com:8443", "https://api.aimlapi.com.example.com"]
)
def test_keys_of_the_environment_go_to_no_other_host(contract: Contract, url: str) -> None:
    assert keys_of(options(), ENVIRONMENT, contract, url) == Keys(
        None,
        None,
        (
            f"AIMLAPI_API_KEY was not sent: {url} is no server of the document; --api-key gives a key for it",
            f"AIMLAPI_OTHER_API_KEY was not sent: {url} is no server of the document; --other-api-key gives a key for "
            "it",
        ),
    )


def test_a_document_without_servers_trusts_no_host(jobs_contract: Callable[..., Contract]) -> None:
    assert keys_of(options(), ENVIRONMENT, jobs_contract(), STAGING).own is None
    nameless = jobs_contract(extensions={"servers": [{"url": "/v2"}, {"url": "https://{region}.example.com"}]})
    for url in (STAGING, "staging"):
        assert keys_of(options(), ENVIRONMENT, nameless, url).own is None


def test_a_key_that_is_given_goes_to_any_host_and_before_the_environments(contract: Contract) -> None:
    given = options(api_key="sk-given", other_api_key="sk-given-too")
    for url in (REAL, STAGING):
        assert keys_of(given, ENVIRONMENT, contract, url) == Keys("sk-given", "sk-given-too")


def test_an_empty_variable_is_no_key(contract: Contract) -> None:
    assert keys_of(options(), {"AIMLAPI_API_KEY": ""}, contract, STAGING) == Keys()


def test_an_empty_option_is_no_key_whatever_stands_in_the_environment(contract: Contract) -> None:
    assert keys_of(options(api_key=""), ENVIRONMENT, contract, NEARBY) == Keys(None, OTHER)
    assert keys_of(options(api_key="", other_api_key=""), ENVIRONMENT, contract, STAGING) == Keys()


@pytest.mark.parametrize("key", [" ", " sk-a", "sk-a\n", "sk-ä", "sk\x00a"])
def test_a_key_that_no_header_can_carry_is_refused_and_not_shown(contract: Contract, key: str) -> None:
    problem = "has characters that no header can carry, such as outer spaces"
    with pytest.raises(CheckError) as caught:
        keys_of(options(api_key=key), {}, contract, NEARBY)
    assert str(caught.value) == f"the key of --api-key {problem}"
    with pytest.raises(CheckError) as caught:
        keys_of(options(), {"AIMLAPI_OTHER_API_KEY": key}, contract, NEARBY)
    assert str(caught.value) == f"the key of AIMLAPI_OTHER_API_KEY {problem}"


@pytest.mark.parametrize(("given", "flag"), [({"probe": True}, "--probe"), ({"paid": 2, "probe": True}, "--paid")])
def test_what_costs_needs_a_key(contract: Contract, given: dict[str, object], flag: str) -> None:
    with pytest.raises(CheckError) as caught:
        keys_of(options(**given), {}, contract, NEARBY)
    assert str(caught.value) == (
        f"{flag} sends payloads with a key, and there is none: give --api-key or AIMLAPI_API_KEY"
    )
    with pytest.raises(CheckError) as caught:
        keys_of(options(**given), ENVIRONMENT, contract, STAGING)
    assert str(caught.value) == (
        f"{flag} sends payloads with a key, and there is none (AIMLAPI_API_KEY was not sent: {STAGING} is no server of "
        "the document; --api-key gives a key for it): give --api-key or AIMLAPI_API_KEY"
    )


def test_an_api_without_keys_needs_none(jobs_contract: Callable[..., Contract]) -> None:
    assert keys_of(options(paid=1), {}, jobs_contract(), NEARBY) == Keys()


def test_keys_show_in_no_repr() -> None:
    keys = Keys(KEY, OTHER)
    assert KEY not in repr(keys)
    assert OTHER not in repr(keys)
    assert keys.secrets == (KEY, OTHER)
    assert replace(keys, own=None).secrets == (OTHER,)


def test_a_request_carries_a_key_in_a_header() -> None:
    keys = Keys(KEY, OTHER)
    for key, carried in ((KEY, True), (OTHER, True), ("sk-wrong", False)):
        request = Request.build("POST", "/", headers={"authorization": f"Bearer {key}"})
        assert (keys.carried_by(request), Keys().carried_by(request)) == (carried, False)
