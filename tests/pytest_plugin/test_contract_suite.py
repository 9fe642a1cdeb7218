"""The ready-made tests for a server: the fake passes them behind each of its doors, and arguments do what they say."""

import asyncio
import re
from collections.abc import Iterator
from functools import partial
from math import inf, nan
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.document import ContractError
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import Polls
from reelmock.mockserver.settings import Settings
from reelmock.pytest_plugin.contract_suite import contract_suite
from reelmock.pytest_plugin.options import OptionError
from reelmock.tests.pytest_plugin.suite_project import OURS, THEIRS, run_suite

# Everything there is to check; each worker of pytest-xdist has fakes of its own.
checked = partial(contract_suite, api_key=OURS, other_api_key=THEIRS, paid=5, per_worker=True)


def make_engine(clock: VirtualClock, validation: Validation) -> Engine:
    settings = Settings(validation=validation, api_keys=(OURS, THEIRS), progression=Polls(1, 1))
    return Engine(load_contract(), clock, settings)


def through(app: Any, request: Request) -> Response:
    """What an ASGI application answers, without any server."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": request.body}

    async def send(message: Any) -> None:
        sent.append(message)

    host = urlsplit(request.origin).netloc or "testserver"
    headers = [(b"host", host.encode()), *((name.encode(), value.encode()) for name, value in request.headers)]
    scope = {"type": "http", "method": request.method, "scheme": "http", "path": request.path, "headers": headers}
    asyncio.run(app(scope | {"query_string": urlencode(request.query).encode()}, receive, send))
    start, *bodies = sent
    fields = tuple((name.decode(), value.decode()) for name, value in start["headers"])
    return Response(start["status"], fields, b"".join(message.get("body", b"") for message in bodies))


async def answering_later(request: Request) -> Response:
    raise AssertionError(f"asked for {request}")


def of_engine(validation: Validation) -> Any:
    clock = VirtualClock()
    engine = make_engine(clock, validation)
    return checked(lambda request: engine.handle(request).response, validation=validation, pause=clock.advance)


def of_asgi_door(validation: Validation) -> Any:
    clock = VirtualClock()
    app = create_app(make_engine(clock, validation))
    return checked(partial(through, app), validation=validation, pause=clock.advance)


def served(validation: Validation) -> Any:
    """A fixture: the URL of a live server."""

    @pytest.fixture(scope="module")
    def url() -> Iterator[str]:
        with LiveServer(create_app(make_engine(VirtualClock(), validation))) as server:
            yield server.url

    return url


live, live_strict = served("lenient"), served("strict")

test_the_engine_conforms = of_engine("lenient")
test_the_strict_engine_conforms = of_engine("strict")
test_the_asgi_door_conforms = of_asgi_door("lenient")
test_the_strict_asgi_door_conforms = of_asgi_door("strict")
test_the_live_server_conforms = checked(fixture="live", poll_interval=0)
test_the_strict_live_server_conforms = checked(fixture="live_strict", validation="strict", poll_interval=0)


def test_the_tests_are_named_by_model_and_check_and_nothing_is_sent_to_collect_them(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        test_our_fake = contract_suite("http://127.0.0.1:9", api_key=OURS, checks=("id_is_stable", "unknown_id_is_404"))
        """,
        *("--collect-only", "-q"),
    )
    assert output.splitlines()[:2] == [
        "test_client.py::test_our_fake[unknown_id_is_404]",
        "test_client.py::test_our_fake[pixverse/v5.5/image-to-video-id_is_stable]",
    ]


def test_all_tests_of_a_suite_rest_on_one_run_whichever_comes_first(tmp_path: Path) -> None:
    source = """
        test_our_fake = contract_suite(conforming, api_key=OURS, other_api_key=THEIRS, paid=2, pause=CLOCK.advance)

        def test_what_was_sent():
            print("sent", len(ASKED), "made", len(ENGINE.generations()))
        """
    outputs = [
        run_suite(tmp_path, source, "-rP", *chosen) for chosen in ((), ("-k", "ids_are_unique or what_was_sent"))
    ]
    [whole], [part] = [re.findall(r"^sent (\d+) made 2$", output, re.MULTILINE) for output in outputs]
    assert whole == part != "0"


def test_a_fixture_may_give_the_url_or_the_function_and_may_skip(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        @pytest.fixture
        def our_fake():
            return conforming

        @pytest.fixture
        def staging():
            return "http://127.0.0.1:9"

        @pytest.fixture
        def away():
            pytest.skip("no staging today")

        @pytest.fixture
        def odd():
            return 5

        CHECKS = ("unsupported_method", "unknown_id_is_404")
        test_fake = contract_suite(fixture="our_fake", api_key=OURS, checks=CHECKS)
        test_url = contract_suite(fixture="staging", api_key=OURS, checks=CHECKS)
        test_away = contract_suite(fixture="away", api_key=OURS, checks=CHECKS)
        test_odd = contract_suite(fixture="odd", api_key=OURS, checks=CHECKS)
        """,
    )
    assert "test_url[unsupported_method] - Failed: nothing answers at http://127.0.0.1:9" in output, output
    assert re.search(r"SKIPPED \[2\] .*: no staging today", output)
    assert (
        "test_odd[unsupported_method] - Failed: the fixture 'odd' gave int: wanted the URL of a server, or a function "
        "that takes a reelmock.Request and returns a reelmock.Response\n"
    ) in output
    assert "2 failed, 2 passed, 4 skipped" in output


def test_pauses_are_as_asked_for_or_else_short(tmp_path: Path) -> None:
    """A generation of this fake takes 10 seconds."""
    output = run_suite(
        tmp_path,
        """
        PAUSES = []

        def pause(seconds):
            PAUSES.append(seconds)
            CLOCK.advance(seconds)

        SUITE = {"api_key": OURS, "checks": "terminal_is_final", "paid": 1, "pause": pause}
        test_usual = contract_suite(conforming, **SUITE)
        test_end = lambda: PAUSES.append("asked")
        test_asked = contract_suite(conforming, rate=4, poll_interval=3, patience=4, **SUITE)

        def test_pauses():
            asked = PAUSES.index("asked")
            print("usual", {*PAUSES[:asked]}, "asked", {*PAUSES[asked + 1 :]})
        """,
        "-rsP",
    )
    assert "usual {0.2} asked {0.25, 3}\n" in output, output
    assert re.search(r"SKIPPED .* in 4 s .* with patience\)\n", output)
    assert "3 passed, 1 skipped" in output


def test_the_results_of_a_function_may_lie_on_this_machine(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        LOCAL = Engine(load_contract(), CLOCK, Settings(public_url="http://127.0.0.1:9"))
        ask = lambda request: LOCAL.handle(request).response
        test_local = contract_suite(ask, api_key=OURS, checks="video_is_downloadable", paid=1, pause=CLOCK.advance)
        """,
    )
    assert "1 passed" in output, output


def test_a_server_may_be_silent_for_as_long_as_was_asked(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        import socket

        SILENT = socket.create_server(("127.0.0.1", 0))
        URL = f"http://127.0.0.1:{SILENT.getsockname()[1]}"
        test_silent = contract_suite(URL, checks="ignored_auth", models="pixverse/*", timeout=0.05)
        """,
    )
    assert "was silent for 0.05 s" in output, output


def test_names_of_checks_may_stand_in_one_text_between_commas(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        test_our_fake = contract_suite(conforming, checks="unsupported_method, error_shape,error_shape", models="pix*")
        """,
        *("--collect-only", "-q"),
    )
    assert [line.split("::")[1] for line in output.splitlines() if "::" in line] == [
        "test_our_fake[error_shape]",
        "test_our_fake[pixverse/v5.5/image-to-video-error_shape]",
        "test_our_fake[unsupported_method]",
    ]


def test_validation_is_judged_as_asked(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        SUITE = {"api_key": OURS, "checks": "negative_data_rejection", "paid": 20, "pause": CLOCK.advance}
        test_lenient = contract_suite(conforming, **SUITE)
        test_strict = contract_suite(conforming, validation="strict", **SUITE)
        """,
    )
    assert "test_strict[pixverse/v5.5/image-to-video-negative_data_rejection] - Failed: drift negative_" in output, (
        output
    )
    assert "1 failed, 3 passed" in output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({}, "contract_suite() wants one of these: a URL, a function, or fixture='NAME'"),
        ({"target": "http://x", "fixture": "x"}, "contract_suite() wants one of these"),
        ({"target": 5}, "contract_suite() got int: wanted the URL of a server, or a function that takes a "),
        ({"target": answering_later}, "got answering_later, which is async: wanted a function that returns a reelm"),
        ({"target": partial(answering_later)}, "got partial, which is async: "),
        ({"target": create_app(make_engine(VirtualClock(), "lenient"))}, "got App, which is async: "),
        ({"target": "http://x", "validation": "odd"}, "validation='odd': wanted 'lenient' or 'strict'"),
        ({"target": "http://x", "checks": "error_shape,error_shap"}, "there is no check 'error_shap': did you mean"),
        ({"target": "http://x", "checks": "error_shap"}, "there is no check 'error_shap': did you mean 'error_shape'?"),
        ({"target": "http://x", "checks": "request_conformance"}, "request_conformance judges recordings alone"),
        ({"target": "http://x", "models": "acme/*"}, "no model is like 'acme/*'. There are: pixverse/v5.5/"),
    ],
)
def test_a_value_that_an_argument_can_not_have_is_refused_when_tests_are_collected(
    arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(OptionError, match=re.escape(told)):
        contract_suite(**arguments)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"paid": -1}, "paid=-1: wanted how many generations may be charged, a whole number from 0"),
        ({"paid": "3"}, "paid='3': wanted how many generations may be charged, a whole number from 0"),
        ({"paid": True}, "paid=True: wanted how many generations may be charged, a whole number from 0"),
        ({"max_requests": 0}, "max_requests=0: wanted after how many requests the run ends, a whole number from 1"),
        ({"max_requests": 2.5}, "max_requests=2.5: wanted after how many requests the run ends, a whole number from 1"),
        ({"rate": 0}, "rate=0: wanted how many requests a second may be sent, from 0.001 to 86,400"),
        ({"rate": inf}, "rate=inf: wanted how many requests a second may be sent, from 0.001 to 86,400"),
        ({"poll_interval": -1}, "poll_interval=-1: wanted how many seconds lie between two polls, from 0 to 86,400"),
        ({"patience": -1}, "patience=-1: wanted after how many seconds a generation is given up, from 0 to 86,400"),
        ({"patience": nan}, "patience=nan: wanted after how many seconds a generation is given up, from 0 to 86,400"),
        ({"timeout": 0}, "timeout=0: wanted for how many seconds a server may be silent, from 0.001 to 86,400"),
        ({"timeout": None}, "timeout=None: wanted for how many seconds a server may be silent, from 0.001 to 86,400"),
    ],
)
def test_a_number_that_the_command_refuses_is_refused_when_tests_are_collected(
    arguments: dict[str, Any], told: str
) -> None:
    with pytest.raises(OptionError, match=f"^{re.escape(told)}$"):
        contract_suite("http://127.0.0.1:9", **arguments)


def test_a_baseline_that_is_not_there_is_named(tmp_path: Path) -> None:
    for given in ("none.txt", tmp_path / "none.txt"):
        there = Path(__file__).parent / given
        told = f"baseline={str(given)!r}: {there} can't be read (No such file or directory): wanted a file, whose path "
        with pytest.raises(OptionError, match=re.escape(told)):
            contract_suite("http://127.0.0.1:9", baseline=given)


@pytest.mark.parametrize(
    ("line", "told"), [("unknown_id", "Write 'unknown_id_is_404'"), ("unknown_id_is_404", "has no reason")]
)
def test_a_line_of_a_baseline_needs_a_known_check_and_a_reason(line: str, told: str, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text(line, encoding="utf-8")
    with pytest.raises(ContractError, match=re.escape(told)):
        contract_suite("http://127.0.0.1:9", baseline=known)
