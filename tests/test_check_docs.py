"""The page on checks says what is true: its commands print what it shows, against the server that it starts, and its
table is the code's."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from reelmock.contracts.checks import CHECKS
from reelmock.contracts.runner import Assignment
from reelmock.mockserver.cli import main
from reelmock.tests.processes import serving

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/check.md").read_text(encoding="utf-8")
URL = "http://127.0.0.1:4010"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def rows(heading: str) -> list[tuple[str, ...]]:
    """The rows of the table below this head."""
    table = PAGE.partition(f"\n{heading}\n")[2].partition("\n\n")[0]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()[1:]]


def printed(commands: list[str], folder: Path) -> str:
    """What the commands print, one after another in one shell, in which nothing special is set."""
    hidden = ("AIMLAPI", "COLUMNS", "PYTEST", "COV")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["sh", "-c", "\n".join(commands)],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    """The server is on another port than the page's, which somebody may use."""
    [start] = blocks("sh")
    [recording] = blocks("json")
    (tmp_path / "seen.json").write_text(recording, encoding="utf-8")
    options = shlex.split(start)[2:]
    assert options[:2] == ["--port", URL.rpartition(":")[2]]
    with serving(*options[2:], "--log-level", "warning") as server:
        for block in blocks("console"):
            shown = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
            came = printed([command.replace(URL, server.url) for command, _ in shown], tmp_path)
            assert came.replace(server.url, URL) == "".join(output for _, output in shown)


def test_the_table_of_checks_is_the_codes() -> None:
    told = [(f"`{check.name}`", check.cost.word, check.sends, check.expects) for check in CHECKS.values()]
    assert rows("| check | cost | sends | expects |") == told


def test_the_exit_codes_and_the_options_are_those_of_the_command() -> None:
    told = CliRunner().invoke(main, ["check", "--help"]).output
    told_here = PAGE.partition("\nExit code: ")[2].partition("\n\n")[0]
    assert re.findall(r"\d+", told_here) == re.findall(r"\d+", told.partition("Exit code: ")[2])
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", prose))
    assert {option for option in options if not re.search(rf"{option}\b", told)} == set()
    assert f"`--max-requests` ({Assignment.max_requests})" in PAGE


def test_lines_are_short_and_links_lead_somewhere() -> None:
    prose = re.sub(r"^```.*?^```$|^\|.*$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert [line for line in prose.splitlines() if len(line) > 130] == []
    assert [link for link in re.findall(r"\]\(([^)#:]+)\)", PAGE) if not (ROOT / "docs" / link).exists()] == []


def test_the_page_stays_short() -> None:
    assert len(PAGE.splitlines()) < 165
