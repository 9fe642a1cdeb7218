"""The control API of `reelmock serve`: its token, its options, and what the server prints."""

from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from click.testing import CliRunner

from reelmock.contracts.contract import load_contract
from reelmock.mockserver.banner import banner
from reelmock.mockserver.cli import main
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.serve import ServeOptions, control_token_of
from reelmock.mockserver.settings import SettingsError
from reelmock.tests.processes import serving


def token(**given: Any) -> str | None:
    return control_token_of(cast("ServeOptions", {"no_control": False, "control_token": None} | given))


def test_the_token_is_drawn_unless_it_is_given() -> None:
    drawn, other = token(), token()
    assert drawn is not None
    assert len(drawn) >= 20
    assert drawn != other
    assert token(control_token="sesame") == "sesame"


def test_without_control_there_is_no_token() -> None:
    assert token(no_control=True) is None


def test_a_token_without_use_is_refused() -> None:
    with pytest.raises(SettingsError) as caught:
        token(no_control=True, control_token="sesame")
    assert str(caught.value) == "--no-control and --control-token contradict each other: give one of them"


def test_the_banner_says_where_and_with_which_token() -> None:
    engine = Engine(load_contract(), VirtualClock())
    told = banner(engine, "http://127.0.0.1:1", "sesame").splitlines()
    assert told[5] == "  control      http://127.0.0.1:1/__reelmock__/ (token sesame)"
    assert "control" not in banner(engine, "http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--no-control", "--control-token", "a"],
            "--no-control and --control-token contradict each other: give one of them",
        ),
        (
            ["--control-token", ""],
            "the control token is empty or has characters that no header can carry: give another one",
        ),
    ],
)
def test_a_bad_option_gets_one_line_and_exit_code_2(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "0", *arguments])
    assert (result.exit_code, result.output) == (2, f"Error: {message}\n")


def test_a_server_is_controlled_with_the_printed_token(tmp_path: Path) -> None:
    """A reset brings the rules of the start back; control calls are in no log."""
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\non = "retrieve"\ncode = 500\n')
    with serving("--seed", "7", "--scenarios", str(rules)) as server:
        [line] = [line for line in server.banner if line.startswith("  control ")]
        url, given = line.removeprefix("  control").strip().removesuffix(")").split(" (token ")
        with httpx.Client(base_url=url, headers={"X-Reelmock-Token": given}, trust_env=False) as client:
            assert [kept["rule"]["code"] for kept in client.get("scenarios").json()["scenarios"]] == [500]
            assert client.delete("scenarios").json() == {"scenarios": []}
            assert client.post("reset").json()["counts"]["scenarios"] == 1
            assert client.post("listener/refuse", json={"seconds": 60}).status_code == 200
        # On a connection of its own: the old one is closed, and a client may notice that too late.
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/health", trust_env=False)
        server.process.terminate()
        output, _ = server.process.communicate(timeout=10)
    assert (server.process.returncode, output) == (0, "")


def test_a_server_without_control_knows_no_such_path() -> None:
    with serving("--no-control") as server:
        assert [line for line in server.banner if "control" in line] == []
        reply = httpx.get(f"{server.url}/__reelmock__/health", trust_env=False)
    assert reply.status_code == 404
