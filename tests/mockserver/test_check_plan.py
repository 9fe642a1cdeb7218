"""What `reelmock check` settles before anything is sent, and what it counts meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reelmock.contracts.check_run import Enough
from reelmock.contracts.document import ContractError
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.http_client import HttpClient
from reelmock.contracts.runner import CheckError
from reelmock.contracts.trials import NoReplyError
from reelmock.mockserver.check_plan import Tally, plan
from reelmock.tests.mockserver.checking import KEY, options

URL = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "there is nothing to check: give a URL, such as http://127.0.0.1:4010, or --recording FILE"),
        (
            {"url": URL, "checks": ("id_is_stable",)},
            "nothing would be checked: id_is_stable: needs paid generations (--paid)",
        ),
        (
            {"url": URL, "checks": ("id_is_stable,unknown_id_is_404", "error_has_reason")},
            "nothing would be checked: unknown_id_is_404: needs a key (--api-key); id_is_stable, error_has_reason: "
            "needs paid generations (--paid)",
        ),
        (
            {"url": URL, "baseline": Path("/gone.txt")},
            "the baseline '/gone.txt' can't be read (No such file or directory): check the path",
        ),
        ({"url": URL, "checks": ("id_is_stabel",)}, "there is no check 'id_is_stabel': did you mean 'id_is_stable'?"),
        (
            {"url": URL, "model": "kling*"},
            "no model is like 'kling*'. There are: pixverse/v5.5/image-to-video",
        ),
        (
            {"url": URL, "api_key": KEY, "other_api_key": KEY},
            "the other API key is the same as the first: give one of somebody else",
        ),
    ],
)
def test_what_can_not_run_is_refused_before_anything_is_sent(given: dict[str, object], message: str) -> None:
    with pytest.raises(CheckError) as caught:
        plan(options(**given), {})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("unknown_id_is_404", "'unknown_id_is_404' has no reason. Write why it is accepted, as `# REASON` behind it."),
        ("nope # because", "'nope' is no known id. reelmock check --list-checks lists the ids."),
    ],
)
def test_a_baseline_of_no_use_is_refused_before_anything_is_sent(tmp_path: Path, line: str, problem: str) -> None:
    file = tmp_path / "known.txt"
    file.write_text(f"# what is known\n{line}\n")
    with pytest.raises(ContractError) as caught:
        plan(options(url=URL, baseline=file), {})
    assert str(caught.value) == f"{file} at line 2: {problem}"


@pytest.mark.parametrize("paid", [0, 2])
def test_what_costs_is_announced_and_nothing_else(paid: int) -> None:
    announced = plan(options(url=URL, api_key=KEY, paid=paid, probe=True), {}).announcement
    assert bool(announced) == (paid > 0)


def answered(status: int) -> Callable[[Request], Response]:
    return lambda _: Response(status)


def test_a_check_that_is_broken_off_tells_what_it_has_done() -> None:
    tally = Tally(lambda request: request.header("authorization") == f"Bearer {KEY}")
    assert str(tally) == "broken off after 0 requests"
    own = {"authorization": f"Bearer {KEY}"}
    tally.counting(answered(200))(Request.build("POST", "/"))
    tally.counting(answered(200))(Request.build("GET", "/", headers=own))
    tally.counting(answered(404))(Request.build("GET", "/", headers=own))
    tally.counting(answered(400))(Request.build("POST", "/", headers=own))
    assert str(tally) == "broken off after 4 requests"
    tally.counting(answered(201))(Request.build("POST", "/", headers=own))
    assert str(tally) == "broken off after 5 requests; 1 generation may have been charged"


ANSWERS = [(201, b"boat-1"), (201, b""), (400, b"refused"), (201, b"boat-2")]


def test_the_ids_of_what_was_made_are_told() -> None:
    tally = Tally(lambda _: True, lambda _, response: response.body.decode())
    replies = iter([Response(status, (), body) for status, body in ANSWERS])
    send = tally.counting(lambda _: next(replies))
    for _ in ANSWERS:
        send(Request.build("POST", "/"))
    assert str(tally) == "broken off after 4 requests; 3 generations may have been charged (made: boat-1, boat-2)"


@pytest.mark.parametrize(("status", "charged"), [(202, 1), (302, 1), (400, 0), (429, 0), (500, 1), (503, 1)])
def test_what_is_not_refused_may_have_been_charged(status: int, charged: int) -> None:
    tally = Tally(lambda _: True)
    tally.counting(answered(status))(Request.build("POST", "/"))
    assert tally.taken == charged


def test_ctrl_c_ends_a_run_as_a_limit_does() -> None:
    tally = Tally()

    def pressed(_: float) -> None:
        raise KeyboardInterrupt

    assert tally.ending(abs)(-1) == 1
    assert not tally.interrupted
    with pytest.raises(Enough):
        tally.ending(pressed)(1.0)
    assert tally.interrupted


def test_a_check_that_can_not_go_on_tells_what_it_may_have_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_: HttpClient, request: Request) -> Response:
        raise NoReplyError("no reply")

    monkeypatch.setattr(HttpClient, "send", lost)
    chosen = options(url=URL, api_key=KEY, paid=2, checks=("created_id_is_retrievable",))
    with pytest.raises(CheckError) as caught:
        plan(chosen, {}).run(lambda *_: None)
    assert str(caught.value).endswith(". 2 generations may have been charged")


def test_why_a_check_can_not_run_tells_no_key_and_drives_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: HttpClient, request: Request) -> Response:
        raise NoReplyError(f"\x1b {KEY}", reached=False)

    monkeypatch.setattr(HttpClient, "send", refused)
    with pytest.raises(CheckError) as caught:
        plan(options(url=URL, api_key=KEY), {}).run(lambda *_: None)
    assert str(caught.value) == f"nothing answers at {URL}: \\x1b ****"


def test_a_payload_of_which_nobody_knows_may_have_been_charged() -> None:
    tally = Tally(lambda _: True)

    def silent(_: Request) -> Response:
        raise NoReplyError("nobody is there")

    for method in ("GET", "POST"):
        with pytest.raises(NoReplyError):
            tally.counting(silent)(Request.build(method, "/"))
    assert str(tally) == "broken off after 2 requests; 1 generation may have been charged"
