"""Who may use the control API: the right token, from this machine, and no web page."""

import pytest

from reelmock.contracts.exchange import Request
from reelmock.mockserver.control import Control
from reelmock.mockserver.control_access import Bound
from reelmock.mockserver.control_api import PREFIX, ControlError
from reelmock.mockserver.settings import SettingsError
from reelmock.tests.mockserver.controlling import TOKEN, new_control

BOUND = Bound("192.168.1.5", 4010, ("Reel.internal",))
V6 = Bound("fd00::5", 4010)


def status(request: Request, bound: Bound | None = BOUND) -> tuple[int, str]:
    """200, or the status and the text of the refusal."""
    try:
        new_control().call_of(request, bound)
    except ControlError as error:
        return error.status, str(error)
    return 200, ""


def asking(path: str = "/state", **headers: str) -> Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    origin = f"http://{named.get('host', '')}"
    fields = ((name, value) for name, value in ({"host": "localhost:4010"} | named).items())
    return Request("GET", f"{PREFIX}{path}", (), tuple(fields), origin=origin)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost:4010", "LOCALHOST:4010", "localhost", "127.0.0.1:4010", "127.8.8.8:1", "[::1]:4010", "[::1]"),
        *("192.168.1.5:4010", "reel.internal:4010", "REEL.internal:4010"),
    ],
)
def test_the_names_of_this_machine_are_taken(host: str) -> None:
    assert status(asking("/health", host=host)) == (200, "")


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example:4010", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example#localhost", ""),
        *("192.168.1.5", "192.168.1.5:80", "192.168.1.6:4010", "reel.internal", "reel.internal:1", "0.0.0.0:4010"),
        *("localhost:", "localhost:x", "localhost:4010:4010", "[::1", "::1", "user@localhost"),
    ],
)
def test_other_names_are_refused_also_where_no_token_is_wanted(host: str) -> None:
    assert status(asking("/health", host=host)) == (
        403,
        f"the host '{host}' is not this machine: call /__reelmock__ at localhost, 127.0.0.1, [::1] or 192.168.1.5:4010",
    )


def test_the_bound_address_of_version_6_stands_in_brackets() -> None:
    assert status(asking("/health", host="[fd00::5]:4010"), V6) == (200, "")
    assert status(asking("/health", host="[fd00::6]:4010"), V6)[1].endswith("[::1] or [fd00::5]:4010")


def test_an_address_is_the_same_however_it_is_written() -> None:
    for host in ("[fd00:0:0::0005]:4010", "[FD00::5]:4010", "[::ffff:127.0.0.1]:4010"):
        assert status(asking("/health", host=host), V6) == (200, "")


def test_a_server_for_both_versions_is_reached_by_version_4() -> None:
    both = Bound("::ffff:192.168.1.5", 4010, ("::",))
    assert status(asking("/health", host="192.168.1.5:4010"), both) == (200, "")
    assert status(asking("/health", host="192.168.1.6:4010"), both)[1].endswith("[::1] or 192.168.1.5:4010")


def test_without_a_known_address_only_loopback_is_taken() -> None:
    assert status(asking("/health"), None) == (200, "")
    assert status(asking("/health", host="192.168.1.5:4010"), None)[0] == 403


@pytest.mark.parametrize("origin", ["http://localhost:4010", "HTTP://LocalHost:4010"])
def test_the_servers_own_origin_is_taken(origin: str) -> None:
    assert status(asking("/health", host="localhost:4010", origin=origin)) == (200, "")


@pytest.mark.parametrize(
    "origin",
    [
        *("http://localhost:3000", "https://localhost:4010", "http://127.0.0.1:4010", "http://localhost:4010/"),
        *("null", "", "http://evil.example", "http://localhost:4010.evil.example"),
    ],
)
def test_a_page_of_another_origin_is_refused_even_with_the_token(origin: str) -> None:
    request = asking(host="localhost:4010", origin=origin, authorization=f"Bearer {TOKEN}")
    assert status(request) == (
        403,
        f"the request comes from a page of '{origin}', and /__reelmock__ is not for web pages: call it from a program, "
        "without the header `Origin`",
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": f"Bearer {TOKEN}"},
        {"authorization": f"bearer  {TOKEN}"},
        {"x_reelmock_token": TOKEN},
        {"authorization": "Bearer sk-of-the-api", "x_reelmock_token": TOKEN},
        {"authorization": f"Bearer {TOKEN}", "x_reelmock_token": "another"},
    ],
)
def test_the_token_is_taken_in_either_header(headers: dict[str, str]) -> None:
    assert status(asking(**headers)) == (200, "")


@pytest.mark.parametrize(
    ("headers", "came"),
    [
        ({}, "none came"),
        ({"authorization": "Bearer "}, "none came"),
        ({"authorization": f"Basic {TOKEN}"}, "none came"),
        ({"authorization": f"Bearer {TOKEN}x"}, "another one came"),
        ({"x_reelmock_token": TOKEN[:-1]}, "another one came"),
        ({"x_reelmock_token": "öffne dich\udcff"}, "another one came"),
    ],
)
def test_anything_else_is_no_token(headers: dict[str, str], came: str) -> None:
    assert status(asking(**headers)) == (
        401,
        f"/__reelmock__ wants its token, and {came}: send `Authorization: Bearer TOKEN` or `X-Reelmock-Token: TOKEN` "
        "with the one that `reelmock serve` prints or takes (--control-token), or `reelmock_server.control_token`",
    )


@pytest.mark.parametrize("token", ["", " ", " a", "a ", "a\nb", "schlüssel"])
def test_a_token_that_no_header_carries_is_refused_at_the_start(token: str) -> None:
    control = new_control()
    with pytest.raises(SettingsError) as caught:
        Control(control.fake, control.clock, token)
    assert (
        str(caught.value) == "the control token is empty or has characters that no header can carry: give another one"
    )


def test_the_token_is_not_in_the_repr() -> None:
    assert TOKEN not in repr(new_control())
