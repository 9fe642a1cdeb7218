"""The pages on importing and on job routes say what is true: commands print what they show, the example works."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from reelmock.contracts.stated_lifecycle import MEMBERS

ROOT = Path(__file__).parent.parent
IMPORT = (ROOT / "docs/import-models.md").read_text(encoding="utf-8")
ROUTES = (ROOT / "docs/job-routes.md").read_text(encoding="utf-8")


def blocks(page: str, language: str, fence: str = "```") -> list[str]:
    return re.findall(rf"^{fence}{language}\n(.*?)^{fence}$", page, re.DOTALL | re.MULTILINE)


def shown(block: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    return [(command, output) for command, output in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)]


def told(output: str) -> str:
    """An output without what changes with the shipped document, and without the spaces at the ends of lines."""
    return re.sub(r"version: \S+", "version: …", re.sub(r" +$", "", output, flags=re.MULTILINE))


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    [balloon] = blocks(IMPORT, "markdown", "````")
    (tmp_path / "balloon.md").write_text(balloon, encoding="utf-8")
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    commands = [shown_one for block in blocks(IMPORT, "console") for shown_one in shown(block)]
    assert len(commands) == 6
    for command, output in commands:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert told(done.stdout) == told(output), command
    assert shlex.split(commands[0][0])[-1] == "api.json"


def test_the_members_of_x_lifecycle_are_listed() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \|", ROUTES, re.MULTILINE)) == MEMBERS


def test_the_example_of_x_lifecycle_works_as_it_stands(tmp_path: Path) -> None:
    [document], [module] = blocks(ROUTES, "json"), blocks(ROUTES, "python")
    (tmp_path / "bakery.json").write_text(document, encoding="utf-8")
    (tmp_path / "test_bakery.py").write_text(module, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_bakery.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 passed" in run.stdout, run.stdout


def test_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", IMPORT + ROUTES)
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
