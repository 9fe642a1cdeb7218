"""How `reelmock check` ends where something outside of it goes wrong: never with 1, which means drift."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import listen
from reelmock.tests.mockserver.checking import KEY, fake, run

MakeEngine = Callable[..., Engine]
COMMAND = f"'{sys.executable}' -m reelmock check"
FEW = f"--api-key {KEY} --checks unsupported_method"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a line for bash, in which no key is set; its exit code is that of the first program."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AIMLAPI")}
    script = f"{line}; exit ${{PIPESTATUS[0]}}"
    return subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=kept, timeout=60, check=False)


@pytest.mark.parametrize(
    ("redirection", "told"),
    [
        ("> /dev/full", "Error: the output can't be written (No space left on device)\n"),
        (">&-", "Error: there is no output to write to: give one, such as > check.txt or > /dev/null\n"),
        ("| (exec <&-; sleep 0)", ""),
        ("> /dev/full 2>&1", ""),
    ],
)
def test_output_that_can_not_be_written_ends_with_2(new_engine: MakeEngine, redirection: str, told: str) -> None:
    with fake(new_engine, quirks=("succeeded",)) as (url, _):
        done = shell(f"{COMMAND} {url} {FEW} {redirection}")
    assert (done.returncode, done.stderr) == (2, told)


def test_nothing_is_sent_where_nothing_can_be_told(new_engine: MakeEngine) -> None:
    with fake(new_engine) as (url, engine):
        shell(f"{COMMAND} {url} {FEW} >&-")
    assert engine.journal.entries() == []


@pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-", "< /dev/null 2>&-", "<&-"])
def test_other_streams_that_are_not_there_are_no_drift_either(redirection: str) -> None:
    with listen("127.0.0.1", 0) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    assert shell(f"{COMMAND} {url} {redirection}").returncode == 2
    assert shell(f"{COMMAND} {url} --api-key sk-a --paid 1 {redirection}").returncode == 2


def test_what_the_output_can_not_spell_is_escaped(new_engine: MakeEngine, tmp_path: Path) -> None:
    known = tmp_path / "k\u00f6nnte.txt"
    known.write_text("unsupported_method # mended")
    with fake(new_engine) as (url, _):
        done = shell(f"PYTHONIOENCODING=ascii {COMMAND} {url} {FEW} --baseline '{known}'")
    assert (done.returncode, "k\\xf6nnte.txt: line 1" in done.stdout) == (0, True)


def test_why_a_check_could_not_run_is_in_its_report(tmp_path: Path) -> None:
    """CI shows the report, and the last one may lie there."""
    with listen("127.0.0.1", 0) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    report = tmp_path / "check.xml"
    report.write_text("of the last run")
    result = run(url, "--report", report)
    assert result.exit_code == 2
    [case] = fromstring(report.read_text()).iter("testcase")
    assert case.get("name") == "could_not_run"
    [failure] = case
    assert f"Error: {failure.get('message')}\n" == result.stderr


def test_ctrl_c_tells_and_writes_what_was_found_and_what_was_made(new_engine: MakeEngine, tmp_path: Path) -> None:
    """It is pressed when the generation is polled, which never ends."""
    report = tmp_path / "check.json"
    with fake(new_engine, progression="hold") as (url, engine):
        pace = ("--paid", "1", "--yes", "--poll-interval", "0.01", "--patience", "60")
        command = [sys.executable, "-m", "reelmock", "check", url, "--api-key", KEY, *pace, "--report", str(report)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            while not (made := [one.id for one in engine.store.list() if one.polls]):
                with suppress(subprocess.TimeoutExpired):
                    pytest.fail(f"it ended with {process.wait(0.02)}")
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    told = f"1 generation may have been charged (made: {made[0]})"
    assert errors.splitlines()[-1].startswith("Interrupted: broken off after ")
    assert errors.endswith(f" requests; {told}\n")
    assert output.startswith(f"warning interrupted: {url}: Ctrl-C: broken off after ")
    assert "\nunknown_id_is_404             free  7         conforms\n" in output
    [finding] = json.loads(report.read_text())["findings"]
    assert (finding["id"], told in finding["message"]) == ("interrupted", True)
