"""What `reelmock check` settles before anything is sent, and what it counts meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reelmock.contracts.document import ContractError
from reelmock.contracts.exchange import Request, Response
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
            "nothing would be checked: id_is_stable needs paid generations (--paid)",
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


def test_a_payload_of_which_nobody_knows_may_have_been_charged() -> None:
    tally = Tally(lambda _: True)

    def silent(_: Request) -> Response:
        raise NoReplyError("nobody is there")

    for method in ("GET", "POST"):
        with pytest.raises(NoReplyError):
            tally.counting(silent)(Request.build(method, "/"))
    assert str(tally) == "broken off after 2 requests; 1 generation may have been charged"
