"""What is asked about a generation: by its owner, by strangers, and where its result is said to be."""

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Response
from reelmock.contracts.life_trials import (
    download_trial,
    is_address,
    may_be_asked,
    poll_trial,
    redirected,
    stranger_trials,
)
from reelmock.contracts.trial_maker import WRONG_KEY, TrialMaker
from reelmock.contracts.trials import Attempt, Cost, Kind, Sender
from reelmock.tests.contracts.checking import HOUSE, KEY, OTHER_KEY, ROUTE, SHAPES, TARGET, each_shape, makers, trial_of

MAKER = TrialMaker(HOUSE, ROUTE, KEY, OTHER_KEY)


@each_shape
def test_a_poll_asks_for_the_generation_with_the_key_that_created_it(contract: Contract) -> None:
    for maker in makers(contract):
        trial = poll_trial(maker, "abc", "a model")
        assert (trial.kind, trial.generation, trial.model, trial.case) == (Kind.POLL, "abc", "a model", "GET:poll")
        assert (trial.cost, trial.sender, trial.creates) == (Cost.PAID, Sender.OWNER, False)
        assert trial.request == maker.retrieving("abc", maker.own_key)
        assert trial.expected == (maker.route.retrieve.success_status,)
        assert trial.evidence.place.startswith("/paths/")


# Case → (kind, key, status).
STRANGERS = {
    "GET:other_key": (Kind.FOREIGN, f"Bearer {OTHER_KEY}", 404, Sender.OTHER),
    "GET:generation:no_key": (Kind.KEYLESS, None, 401, Sender.NOBODY),
    "GET:generation:wrong_key": (Kind.KEYLESS, f"Bearer {WRONG_KEY}", 401, Sender.NOBODY),
}


def test_strangers_may_not_see_a_generation() -> None:
    found = {trial.case: trial for trial in stranger_trials(MAKER, "abc", "m")}
    assert found.keys() == STRANGERS.keys()
    for case, (kind, key, status, sender) in STRANGERS.items():
        trial = found[case]
        assert (trial.kind, trial.request.header("authorization")) == (kind, key)
        assert (trial.expected, trial.sender, trial.forbidden is not None) == ((status,), sender, True)
        assert dict(trial.request.query) == {"generation_id": "abc"}


def test_without_another_key_only_those_without_a_right_one_are_strangers() -> None:
    (maker,) = makers(SHAPES["by-path"])
    assert [trial.case for trial in stranger_trials(maker, "abc", "")] == [
        "GET:generation:no_key",
        "GET:generation:wrong_key",
    ]


def test_where_no_key_is_wanted_nobody_is_a_stranger() -> None:
    (maker,) = makers(SHAPES["no key"], KEY, OTHER_KEY)
    assert [*stranger_trials(maker, "abc", "")] == []


def test_a_download_asks_for_the_beginning_without_a_key() -> None:
    trial = download_trial(MAKER, "https://cdn.example.com/a%20b.mp4?sig=a%2Bb", "m")
    assert (trial.kind, trial.case, trial.model, trial.operation) == (Kind.DOWNLOAD, "GET:result", "m", None)
    assert trial.request.headers == (("range", "bytes=0-65535"),)
    assert (trial.request.origin, trial.request.path) == ("https://cdn.example.com", "/a b.mp4")
    assert trial.request.query == (("sig", "a+b"),)
    assert (trial.expected, trial.sender) == ((200, 206), Sender.NOBODY)


@pytest.mark.parametrize(
    ("told", "address"),
    [
        *(
            (url, True)
            for url in ("https://a.example/b", "http://a.example:8080", "HTTPS://A.example", "http://[::1]/")
        ),
        *((url, False) for url in ("", "/files/a.mp4", "a.example/b", "ftp://a.example/b", "data:video/mp4;base64,AA")),
        *((url, False) for url in ("http://", "https:///b", "http://[broken", "http://a:port/", "http://a.example:0")),
        ("http://a.example:99999/", False),
    ],
)
def test_an_address_is_a_url_that_can_be_asked_for(told: str, address: bool) -> None:
    assert is_address(told) is address


HERE = "https://cdn.example.com/files/a.mp4?x=1"


@pytest.mark.parametrize(
    ("status", "location", "there"),
    [
        *((status, "https://b.example/a.mp4", "https://b.example/a.mp4") for status in (301, 302, 303, 307, 308)),
        (302, "/other.mp4", "https://cdn.example.com/other.mp4"),
        (302, "other.mp4", "https://cdn.example.com/files/other.mp4"),
        (302, "//b.example/a.mp4", "https://b.example/a.mp4"),
        (302, "ftp://b.example/a.mp4", None),
        (302, "data:video/mp4;base64,AA", None),
        (302, "http://[broken", None),
        (302, None, None),
        *((status, "https://b.example/a.mp4", None) for status in (200, 201, 300, 304, 404)),
    ],
)
def test_a_redirect_leads_to_another_address(status: int, location: str | None, there: str | None) -> None:
    """One that leads to none is the reply to judge."""
    headers = () if location is None else (("location", location),)
    assert redirected(Attempt(trial_of(), Response(status, headers)), HERE) == there


def test_no_reply_leads_nowhere() -> None:
    assert redirected(Attempt(trial_of(), None), HERE) is None


PRIVATE = (
    *("http://127.0.0.1/a", "http://localhost:8000", "http://10.1.2.3/", "http://192.168.0.9", "http://[::1]/"),
    *("http://169.254.169.254/latest/meta-data", "http://app.localhost/", "http://0.0.0.0/", "http://[fe80::1]/"),
    *("http://2130706433/admin", "http://127.1/", "http://0x7f000001/", "http://0177.0.0.1/", "http://localhost./"),
    *("http://\uff11\uff12\uff17.0.0.1/", "http://metadata.google.internal/", "http://intranet/", "http://a.lan/?x=1"),
    *("http://[64:ff9b::a9fe:a9fe]/", "http://user@cdn.example.com/a.mp4"),
)
PUBLIC = ("https://cdn.example.com/a.mp4", "http://93.184.215.14/a", "https://[2606:2800:21f:cb07::1]/")


@pytest.mark.parametrize("address", PRIVATE)
def test_a_public_server_sends_nobody_into_a_private_network(address: str) -> None:
    assert not may_be_asked(address, TARGET)
    assert all(may_be_asked(address, private) for private in PRIVATE)


@pytest.mark.parametrize("address", PUBLIC)
def test_every_server_may_name_a_public_address(address: str) -> None:
    assert all(may_be_asked(address, target) for target in (*PRIVATE, *PUBLIC, TARGET, "the engine"))


def test_what_is_no_url_is_at_home() -> None:
    """The fake in the process has no address; its clips may be anywhere."""
    assert may_be_asked("http://127.0.0.1:8000/clips/a.mp4", "the engine")


def test_a_signed_address_is_asked_for_in_its_own_spelling() -> None:
    """Another spelling of the same path and query has another signature."""
    address = "https://cdn.example.com/o/videos%2Fboat.mp4?flag&sig=a+b%2fc&K=caf%E9#end"
    request = download_trial(MAKER, address, "").request
    assert request.origin == "https://cdn.example.com"
    assert request.target_as_is == "/o/videos%2Fboat.mp4?flag&sig=a+b%2fc&K=caf%E9"
