"""`reelmock check` as somebody calls it: against fakes on a socket, at a terminal, and in CI without one."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import Result

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.checks import CHECKS
from reelmock.mockserver import check_plan
from reelmock.mockserver.check_plan import TIMEOUT
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import listen
from reelmock.tests.mockserver.checking import KEY, OTHER, RECORDINGS, charged, fake, run

MakeEngine = Callable[..., Engine]
KEYS = ("--api-key", KEY, "--other-api-key", OTHER)
MODEL = "pixverse/v5.5/image-to-video"
CTRL_C = b"\x03"


def test_help_says_what_it_costs_how_fast_it_is_and_how_it_ends() -> None:
    told = " ".join(run("--help").output.split())
    for text in (
        "by default nothing: no payload is ever sent with your key",
        "on this machine as fast as it goes, a poll every 0.2 s for 30 s; elsewhere 5 requests a second, a poll as",
        "0 conforms (what was learned, and warnings, are allowed); 1 drift; 2 the check could not run; 130 Ctrl-C",
        "reelmock check --recording traffic.har",
        f"Send at most N requests. [default: {Assignment.max_requests}]",
        f"Seconds to wait for a reply. [default: {TIMEOUT:g}]",
    ):
        assert text in told


def test_the_checks_are_listed() -> None:
    result = run("--list-checks")
    assert (result.exit_code, result.stderr) == (0, "")
    assert all(name in result.output for name in CHECKS)


@pytest.mark.parametrize("validation", ["lenient", "strict"])
def test_the_fake_conforms_and_a_free_check_charges_nothing(new_engine: MakeEngine, validation: str) -> None:
    with fake(new_engine, validation=validation) as (url, engine):
        result = run(url, *KEYS, "--validation", validation)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.output.splitlines()
    assert lines[0].split() == ["check", "cost", "requests", "verdict"]
    assert lines[-1].startswith(f"{url} conforms: 10 checks judged, 10 not judged, ")
    assert charged(engine) == 0


def test_with_generations_every_check_is_judged(new_engine: MakeEngine) -> None:
    with fake(new_engine, validation="strict") as (url, engine):
        result = run(url, *KEYS, "--validation", "strict", "--paid", "2", "--yes")
    assert result.exit_code == 0
    assert [line.split()[-1] for line in result.stdout.splitlines()[2:-2]] == ["conforms"] * 20
    assert result.stderr.splitlines()[0] == (
        f"--paid 2: at most 2 generations will be made at {url} and charged to the key, of:"
    )
    assert result.stderr.splitlines()[-1] == "That costs at most 2,080,000 credits = 1.04 USD."
    assert 0 < charged(engine) <= 2


def test_drift_ends_with_1_and_is_in_every_report(new_engine: MakeEngine, tmp_path: Path) -> None:
    xml, plain = tmp_path / "check.xml", tmp_path / "check.json"
    with fake(new_engine, quirks=("succeeded",)) as (url, _):
        result = run(url, *KEYS, "--paid", "1", "--yes", "--report", xml, "--report", plain)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith(f"drift response_schema_conformance: {url} at GET:200:/status:not_in_enum: ")
    assert '-H "authorization: Bearer $AIMLAPI_API_KEY"' in lines[1]
    assert lines[-1].startswith(f"{url} does not conform: 19 checks judged, ")
    [case] = [case for case in fromstring(xml.read_text()).iter("testcase") if case.find("failure") is not None]
    assert (case.get("classname"), case.get("name")) == (MODEL, "response_schema_conformance")
    [found] = json.loads(plain.read_text())["findings"]
    assert (found["id"], found["verdict"]) == ("response_schema_conformance", "drift")


def test_accepted_drift_ends_with_0(new_engine: MakeEngine, tmp_path: Path) -> None:
    known = tmp_path / "known.txt"
    known.write_text(
        "response_schema_conformance GET:200:/status:* # the API says succeeded\nunsupported_method # fixed since\n"
    )
    with fake(new_engine, quirks=("succeeded",)) as (url, _):
        result = run(url, *KEYS, "--paid", "1", "--yes", "--baseline", known)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == (
        f"warning unused-ignore: {known}: line 2: there is no unsupported_method any more. Take the line out, unless "
        "it is about what did not happen this time."
    )
    assert result.stdout.splitlines()[-1].endswith(", warning 1, accepted 1")


def test_a_workflow_gets_annotations(new_engine: MakeEngine) -> None:
    with fake(new_engine, quirks=("succeeded",)) as (url, _):
        result = run(url, *KEYS, "--paid", "1", "--yes", "--github")
    assert result.stdout.splitlines()[0].startswith("::error title=response_schema_conformance::")


def test_some_checks_and_models_can_be_chosen(new_engine: MakeEngine) -> None:
    with fake(new_engine) as (url, _):
        result = run(url, *KEYS, "--checks", "ignored_auth,unsupported_method", "--model", "pixverse/*")
    assert [line.split()[0] for line in result.stdout.splitlines()[2:-2]] == ["unsupported_method", "ignored_auth"]


def test_a_run_ends_after_as_many_requests_as_it_may_send(new_engine: MakeEngine) -> None:
    with fake(new_engine) as (url, engine):
        result = run(url, *KEYS, "--max-requests", "4")
    assert (result.exit_code, len(engine.journal.entries())) == (0, 4)
    assert result.stdout.startswith(f"warning request_limit: {url}: not everything was sent")


def test_the_pace_is_as_it_is_said(new_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(check_plan, "pause", pauses.append)
    pace = ("--rate", "50", "--poll-interval", "0.25", "--patience", "1")
    with fake(new_engine, progression="hold") as (url, engine):
        run(url, *KEYS, "--paid", "1", "--yes", "--checks", "terminal_is_final", *pace)
    assert pauses.count(0.02) == len(engine.journal.entries()) - 1
    assert pauses.count(0.25) == 4


def test_on_this_machine_nothing_waits_but_polls(new_engine: MakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(check_plan, "pause", pauses.append)
    with fake(new_engine) as (url, _):
        run(url, *KEYS, "--paid", "1", "--yes")
    assert {*pauses} == {0.2}


@pytest.mark.parametrize(("validation", "code"), [("lenient", 0), ("strict", 1)])
def test_a_recording_is_judged_as_strictly_as_it_is_said(tmp_path: Path, validation: str, code: int) -> None:
    """It has a reply with a member that is not declared."""
    written = (RECORDINGS / "charles.har").read_text(encoding="utf-8-sig")
    recording = tmp_path / "a.har"
    recording.write_text(written.replace('\\"queued\\"', '\\"queued\\", \\"more\\": 1'))
    chosen = ("--validation", validation, "--checks", "undeclared_response_field")
    result = run("--recording", recording, *chosen)
    assert result.exit_code == code
    assert [line.split()[0] for line in result.stdout.splitlines()[-4:-2]][1:] == ["undeclared_response_field"]


def test_a_recording_is_judged_without_a_server() -> None:
    result = run("--recording", RECORDINGS / "charles.har")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[0].split() == ["check", "requests", "verdict"]
    assert result.stdout.splitlines()[-1] == f"{RECORDINGS / 'charles.har'} conforms: 12 checks judged, 3 not judged"


def test_several_recordings_and_folders_of_them_are_one_report(tmp_path: Path) -> None:
    files = [RECORDINGS / name for name in ("charles.har", "vcrpy-gzip.yaml")]
    for file in files:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    single, both = (run(*(part for path in paths for part in ("--recording", path))) for paths in (files[:1], files))
    folder = run("--recording", tmp_path)
    assert {result.exit_code for result in (single, both, folder)} == {0}

    def requests(result: Result) -> int:
        (row,) = (line.split() for line in result.stdout.splitlines() if line.startswith("status_code_conformance"))
        return int(row[1])

    assert requests(both) == requests(folder) > requests(single)
    assert both.stdout.splitlines()[-1].startswith(f"{files[0]}, {files[1]} conforms: ")
    assert folder.stdout.splitlines()[-1].startswith(f"{tmp_path} conforms: ")


def test_a_recording_of_which_nothing_can_be_judged_could_not_run(tmp_path: Path) -> None:
    recording = tmp_path / "a.har"
    written = json.loads((RECORDINGS / "charles.har").read_text(encoding="utf-8-sig"))
    for entry in written["log"]["entries"]:
        entry["response"]["status"] = 503
    recording.write_text(json.dumps(written))
    result = run("--recording", recording)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{recording}: nothing in it can be judged: 503 came, which says nothing about the request" in result.stderr


def test_a_key_that_is_given_beside_a_recording_is_masked(tmp_path: Path) -> None:
    recording = tmp_path / "a.har"
    written = (RECORDINGS / "charles.har").read_text(encoding="utf-8-sig")
    recording.write_text(
        written.replace('\\"queued\\"', f'\\"{KEY}\\"', 1).replace('\\"generating\\"', f'\\"{OTHER}\\"', 1)
    )
    result = run("--recording", recording, "--api-key", KEY, environment={"AIMLAPI_OTHER_API_KEY": OTHER})
    assert (result.exit_code, KEY in result.output, OTHER in result.output) == (1, False, False)
    assert "'****' is not one of" in result.stdout


def test_keys_of_the_environment_are_used_on_this_machine(new_engine: MakeEngine) -> None:
    with fake(new_engine) as (url, _):
        result = run(url, "--checks", "unknown_id_is_404", environment={"AIMLAPI_API_KEY": KEY})
    assert (result.exit_code, result.stderr) == (0, "")


def test_it_is_told_when_a_key_of_the_environment_is_not_sent() -> None:
    """Nobody answers at a name that ends in `.invalid`."""
    result = run("http://api.invalid", environment={"AIMLAPI_API_KEY": KEY})
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[0] == (
        "AIMLAPI_API_KEY was not sent: http://api.invalid is no server of the document; --api-key gives a key for it"
    )


BAD_CALLS = [
    ([], "there is nothing to check: give a URL, such as http://127.0.0.1:4010, or --recording FILE"),
    (["127.0.0.1:4010"], "'127.0.0.1:4010' can't be asked: it has to begin with http:// or https://"),
    (["--recording", "a.har", "--probe"], "--recording is judged without sending anything: leave out --probe"),
    (["URL", "--report", "a.pdf"], "'a.pdf' is no kind of report: give a name that ends in .xml (JUnit) or in .json"),
    (["URL", "--probe"], "--probe sends payloads with a key, and there is none: give --api-key or AIMLAPI_API_KEY"),
    (["URL", "--spec", "gone.json"], "gone.json: the file can't be read (No such file or directory). Check the path."),
    (
        ["URL", "--baseline", "gone.txt"],
        "the baseline 'gone.txt' can't be read (No such file or directory): check the path",
    ),
    (["--recording", "gone.har"], "gone.har: it can't be read (No such file or directory). Check the path."),
    (
        ["URL", "--api-key", "sk", "--paid", "1"],
        "nothing was sent: there is no terminal to ask at. Give --yes as well, to agree beforehand",
    ),
    (["URL", "--rate", "nan"], "Invalid value for '--rate': nan is no number."),
    (["URL", "--patience", "inf"], "Invalid value for '--patience': inf is not in the range 0<=x<=86400."),
]


@pytest.mark.parametrize(("arguments", "message"), BAD_CALLS, ids=lambda value: " ".join(value)[:30])
def test_what_can_not_run_gets_one_line_and_exit_code_2(
    new_engine: MakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with fake(new_engine) as (url, engine):
        result = run(*(argument.replace("URL", url) for argument in arguments))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines()[-1] == f"Error: {message}"
    assert engine.journal.entries() == []


def test_a_server_that_is_not_there_gets_one_line_and_exit_code_2() -> None:
    with listen("127.0.0.1", 0) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    result = run(url)
    assert (result.exit_code, result.stdout) == (2, "")
    place = url.removeprefix("http://")
    assert result.stderr == (
        f"Error: nothing answers at {url}: {place} refused the connection: no server listens there\n"
    )


def test_a_report_that_can_not_be_written_costs_nothing_that_was_found(
    new_engine: MakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device", source)

    monkeypatch.setattr(os, "replace", full)
    file = tmp_path / "check.xml"
    with fake(new_engine) as (url, _):
        result = run(url, "--report", file)
    assert result.exit_code == 2
    assert result.stderr == f"Error: {file}: the report can't be written (No space left on device)\n"
    assert result.stdout.splitlines()[-1].startswith(f"{url} conforms: ")


class Telltale(BaseHTTPRequestHandler):
    """A server that tells everybody's key, in every way that it has."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        key = self.headers.get("authorization") or ""
        body = json.dumps({"id": key, "status": key, key: key, "path": self.path}).encode()
        self.send_response(200)
        self.send_header("content-type", f"application/json; was={key}")
        self.send_header("content-length", str(len(body)))
        self.send_header("x-key", key)
        self.end_headers()
        self.wfile.write(body)

    def __getattr__(self, name: str) -> Any:
        """`do_GET` and the like are all the same."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The URL of a server on loopback with this handler."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("github", [(), ("--github",)], ids=["text", "github"])
def test_no_key_is_in_anything_that_is_told_or_written(tmp_path: Path, github: tuple[str, ...]) -> None:
    files = tmp_path / "check.xml", tmp_path / "check.json"
    reports = [argument for file in files for argument in ("--report", file)]
    with serving(Telltale) as url:
        result = run(url, *KEYS, "--paid", "2", "--yes", "--patience", "0", *reports, *github)
    assert result.exit_code == 1
    told = result.output + "".join(file.read_text() for file in files)
    assert (KEY in told, OTHER in told, "****" in told, "$AIMLAPI_API_KEY" in told) == (False, False, True, True)


def test_no_credential_of_a_recording_is_told_or_written(tmp_path: Path) -> None:
    written = (RECORDINGS / "charles.har").read_text(encoding="utf-8-sig")
    recording = tmp_path / "a.har"
    recording.write_text(written.replace('\\"queued\\"', '\\"sk-recorded-0123456789abcdef\\"'))
    file = tmp_path / "check.json"
    result = run("--recording", recording, "--report", file)
    assert result.exit_code == 1
    told = result.output + file.read_text()
    assert ("sk-recorded" in told, "****" in told) == (False, True)


def test_ctrl_c_ends_it_with_130_and_tells_what_was_done() -> None:
    """The server presses it, when the first request has come."""

    class Pressing(Telltale):
        def answer(self) -> None:
            process.send_signal(signal.SIGINT)
            process.wait(30)

    with serving(Pressing) as url:
        command = [sys.executable, "-m", "reelmock", "check", url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        output, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, "Interrupted: broken off after 1 request\n")
    assert output.splitlines()[-1] == f"{url} could not be judged: 0 checks judged, 20 not judged, 1 request, warning 1"


def at_a_terminal(answer: bytes, *arguments: str) -> tuple[int, str]:
    """The exit code of the command at a terminal where `answer` is typed, and everything that stands there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "reelmock", "check", *arguments]
    with (
        subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=os.environ | {"COLUMNS": "50"}
        ) as one,
        os.fdopen(ours, "r+b", buffering=0) as terminal,
    ):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # Linux tells so that nobody is there any more
            while chunk := terminal.read(4096):
                shown += chunk
                if answer and shown.endswith(b"Go on? [y/N]: "):
                    if answer == CTRL_C:  # as the terminal of a session does
                        one.send_signal(signal.SIGINT)
                    # A signal that comes just before the command waits shows when the waiting ends.
                    terminal.write(b"\n" if answer == CTRL_C else answer)
    return one.returncode, shown.decode()


def test_at_a_terminal_somebody_has_to_agree(new_engine: MakeEngine) -> None:
    with fake(new_engine) as (url, engine):
        code, shown = at_a_terminal(b"n\n", url, *KEYS, "--paid", "1")
        assert (code, engine.journal.entries()) == (2, [])
        assert "That costs at most 1,040,000 credits = 0.52 USD." in shown
        assert shown.splitlines()[-1] == "Error: nothing was sent: you did not agree"
        code, shown = at_a_terminal(b"\x04", url, *KEYS, "--paid", "1")
        assert (code, engine.journal.entries()) == (2, [])
        assert shown.splitlines()[-2:] == ["Go on? [y/N]: ", "Error: nothing was sent: you did not agree"]
        code, shown = at_a_terminal(CTRL_C, url, *KEYS, "--paid", "1")
        assert (code, engine.journal.entries()) == (130, [])
        assert shown.split("\r\n")[-3:].count("Interrupted: nothing was sent") == 1  # beside the echo
        code, shown = at_a_terminal(b"y\n", url, *KEYS, "--paid", "1")
    assert (code, charged(engine)) == (0, 1)
    assert "checking" in shown
    table = shown[shown.index("check    ") :].splitlines()
    assert max(map(len, table[:-1])) <= 50


def test_the_other_commands_do_not_load_what_this_one_needs() -> None:
    own = ["mockserver.check", "contracts.runner", "contracts.http_client", "contracts.recordings"]
    program = (
        f"import sys, reelmock.mockserver.cli; print([name for name in {own} if f'reelmock.{{name}}' in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert told.stdout == "[]\n"
