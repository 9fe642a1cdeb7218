"""The command line as somebody at a terminal sees it."""

import json
import os
import pty
import shlex
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest
from click.testing import CliRunner

from reelmock.contracts.contract import load_contract
from reelmock.mockserver.cli import main
from reelmock.mockserver.live import listen
from reelmock.mockserver.quirks import known_quirks
from reelmock.tests.processes import serving


def test_help_has_examples() -> None:
    for command in ([], ["serve"], ["demo"]):
        result = CliRunner().invoke(main, [*command, "--help"])
        assert result.exit_code == 0
        assert "Usage:" in result.output
    assert "reelmock serve --polls 1,2" in CliRunner().invoke(main, ["serve", "--help"]).output


def test_the_version_names_the_contract() -> None:
    assert load_contract().version in CliRunner().invoke(main, ["--version"]).output


def test_the_list_of_quirks_fits_into_a_terminal() -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reelmock", "serve", "--list-quirks"]
    with (
        subprocess.Popen(command, stdout=theirs, env=os.environ | {"COLUMNS": "80"}),
        os.fdopen(ours, "rb") as terminal,
    ):
        os.close(theirs)
        lines = _shown_on(terminal)
    assert max(map(len, lines)) <= 80
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == list(known_quirks())
    assert " ".join(lines[0].split()).startswith("succeeded A completed job has the status `succeeded`. Seen in: ")


def _shown_on(terminal: BinaryIO) -> list[str]:
    """The lines of a terminal, until the last program on it ends, which Linux tells as an error."""
    lines: list[str] = []
    with suppress(OSError):
        lines.extend(line.decode().rstrip() for line in terminal)
    return lines


SPEC = "broken.json"

BAD_CALLS = [
    (["--spec", "nowhere.json"], "nowhere.json: the file can't be read (No such file or directory). Check the path."),
    (
        ["--spec", SPEC],
        "broken.json: this is not JSON (Expecting value in line 1, column 1). Give an OpenAPI document as JSON.",
    ),
    (
        ["--queued", "5..2"],
        "'5..2' is no span of seconds: wanted 0 <= MIN <= MAX <= 10,000,000",
    ),
    (["--polls", "1"], "'1' is no pair of polls: wanted Q,G, such as 1,2 (one poll queued, two generating)"),
    (
        ["--progression", "soon"],
        "'soon' is no progression: wanted immediate, polls:Q,G, time:Q,G (seconds, or MIN..MAX) or hold",
    ),
    (["--failure-rate", "2"], "the failure rate is 2.0: wanted a number from 0 to 1"),
    (["--public-url", "cdn"], "the public URL is 'cdn': wanted one such as https://cdn.example.com"),
    (["--max-body", "0"], "the largest body is 0 bytes: wanted at least 1"),
    (["--credits", "-1"], "the credits of a key are -1: wanted a whole number from 0"),
    (["--rate-limit", "0"], "the rate limit is 0: wanted a whole number from 1 to 1,000,000"),
    (["--max-concurrent", "0"], "the number of generations at once is 0: wanted a whole number from 1 to 1,000,000"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD_CALLS, ids=lambda value: " ".join(value)[:30])
def test_a_bad_call_gets_one_line_and_exit_code_2(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / SPEC).write_text("nope")
    result = CliRunner().invoke(main, ["serve", "--port", "0", *arguments])
    assert (result.exit_code, result.output) == (2, f"Error: {message}\n")


def test_a_taken_port_gets_one_line_and_exit_code_2() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert result.output == (
        f"Error: port {port} of 127.0.0.1 can't be used (Address already in use). "
        "Give another one with --port, or --port 0 for any\n"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_the_server_with_exit_code_0(number: signal.Signals) -> None:
    with serving() as server:
        server.process.send_signal(number)
        output, _ = server.process.communicate(timeout=10)
    assert (server.process.returncode, output) == (0, "")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize(
    "options", [[], ["--api-key", "sk-made-up", "--validation", "strict"]], ids=["any key", "a key"]
)
def test_the_printed_curl_line_works(options: list[str]) -> None:
    with serving("--immediate", *options) as server:
        line = next(line.strip() for line in server.banner if line.strip().startswith("curl "))
        answer = subprocess.run([*shlex.split(line), "--noproxy", "*"], capture_output=True, check=True)
    assert json.loads(answer.stdout)["status"] == "queued"


def test_the_log_has_a_line_for_each_request_and_names_what_was_tolerated() -> None:
    with serving("--immediate", "--seed", "7") as server:
        payload = {
            "model": "pixverse/v5.5/image-to-video",
            "prompt": "x",
            "image_url": "https://a.test/b",
            "duration": "5",
        }
        key = {"Authorization": "Bearer sk-secret-key"}
        created = httpx.post(f"{server.url}/v2/video/generations", json=payload, headers=key, trust_env=False)
        httpx.get(f"{server.url}/v2/%1b[31m", headers=key, trust_env=False)
        server.process.terminate()
        output, _ = server.process.communicate(timeout=10)
    generation_id = created.json()["id"]
    assert output.splitlines() == [
        f"POST /v2/video/generations → 200 queued {generation_id}",
        "    tolerated: `/duration`: '5' is not of type integer",
        "GET /v2/\\x1b[31m → 404 unknown_path",
    ]


def test_the_banner_names_the_keys_that_it_takes() -> None:
    with serving("--api-key", "one", "--api-key", "two") as server:
        assert "  keys         one, two" in server.banner
    with serving() as server:
        assert "  keys         any that is not empty" in server.banner


def test_the_demo_leaves_a_clip_behind(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["demo", "--output", str(tmp_path / "clips")])
    assert result.exit_code == 0, result.output
    (clip,) = (tmp_path / "clips").iterdir()
    assert result.output.endswith(f"The clip lies at {clip}\n")
    assert [word for word in result.output.split() if word in ("queued", "generating", "completed")] == [
        "queued",
        "generating",
        "completed",
    ]
    assert clip.read_bytes()[4:8] == b"ftyp"


def test_a_demo_that_can_not_write_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(main, ["demo", "--output", str(tmp_path / "file" / "clips")])
    assert (result.exit_code, result.output) == (2, f"Error: {tmp_path / 'file' / 'clips'}: Not a directory\n")
