"""The README's first example and the pages by task say what is true: their code runs, prints what they show, and their
tables are those of the code."""

import os
import re
import subprocess
import sys
from inspect import signature
from pathlib import Path

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.jsontree import member, text
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.planning import usual_errors
from reelmock.mockserver.quirks import known_quirks
from reelmock.mockserver.rules import RULE_SCHEMA
from reelmock.mockserver.scenario_file import read_scenarios
from reelmock.pytest_plugin.contract_suite import contract_suite
from reelmock.pytest_plugin.plugin import INI_OPTIONS
from reelmock.pytest_plugin.reelmock_api import ReelMock
from reelmock.pytest_plugin.stack import Answering

ROOT = Path(__file__).parent.parent

# Page → how many tests it has; those of a suite grow with the checks.
PAGES: dict[str, int | str] = {
    "docs/pytest.md": 7,
    "docs/replace-respx-stubs.md": 5,
    "docs/test-a-failure.md": 6,
    "docs/test-a-timeout.md": 5,
    "docs/other-languages.md": 2,
    "docs/control-api.md": 1,
    "docs/scenarios.md": 7,
    "docs/limits-and-credits.md": 5,
    "docs/quirks.md": 12,
    "docs/contract-suite.md": r"\d+",
}


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    """The blocks of code in a page that are in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(page), re.DOTALL | re.MULTILINE)


def rows(page: str, heading: str) -> dict[str, str]:
    """The table below a heading: first cell → second cell."""
    section = text_of(page).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| (`.+`) \| (.+) \|$", section, re.MULTILINE))


def run(folder: Path, *command: str, **variables: str) -> str:
    """What a command prints to a developer, whose shell has set nothing special."""
    hidden = ("PYTEST", "COV", "CI", "COLUMNS", "NO_COLOR", "FORCE_COLOR")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(hidden)} | variables
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return done.stdout + done.stderr


def run_pytest(folder: Path, *arguments: str) -> str:
    return run(folder, sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments)


@pytest.mark.parametrize(("page", "count"), PAGES.items())
def test_the_module_of_a_page_passes_as_it_stands(page: str, count: int | str, tmp_path: Path) -> None:
    (tmp_path / "test_page.py").write_text("\n\n".join(blocks(page, "python")), encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("".join(blocks(page, "ini")) or "[pytest]\n", encoding="utf-8")
    (tmp_path / "known.txt").write_text("".join(blocks(page, "conf")), encoding="utf-8")
    output = run_pytest(tmp_path, "-W", "error", "--strict-markers", "--strict-config")
    assert re.search(rf"=+ {count} passed in", output), output


@pytest.mark.parametrize("page", ["README.md", *PAGES])
def test_the_code_of_a_page_is_formatted(page: str, tmp_path: Path) -> None:
    for number, block in enumerate(blocks(page, "python")):
        (tmp_path / f"block_{number}.py").write_text(block, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", "120", "--diff", "."]
    output = run(tmp_path, *ruff)
    assert "already formatted" in output
    assert "would be" not in output, output


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", text_of(page))
    assert [link for link in links if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_the_options_are_those_of_the_plugin() -> None:
    assert rows("docs/pytest.md", "Options") == {f"`{name}`": told for name, told in INI_OPTIONS.items()}


def test_the_arguments_of_a_suite_are_those_of_its_function() -> None:
    assert [*rows("docs/contract-suite.md", "Arguments")] == [
        f"`{name}`" for name in signature(contract_suite).parameters
    ]


def test_the_quirks_are_those_of_the_document() -> None:
    told = {f"`{quirk.name}`": f"{quirk.description} | {quirk.source}" for quirk in known_quirks().values()}
    assert rows("docs/quirks.md", "The quirks") == told


def test_the_members_of_a_rule_are_those_of_its_schema() -> None:
    said = {name: text(inner, "description") for name, inner in member(RULE_SCHEMA, "properties").items()}
    assert rows("docs/scenarios.md", "In a file") == {f"`{name}`": told for name, told in said.items()}


def test_the_faults_and_the_usual_errors_are_listed() -> None:
    assert [*rows("docs/scenarios.md", "Faults")] == [f"`{fault}`" for fault in Fault]
    usual = ", ".join(f"`{name}`" for name in usual_errors(load_contract()))
    assert f"Usual errors: {usual}.\n" in text_of("docs/scenarios.md")


def test_the_file_of_the_page_on_scenarios_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "bad-day.toml"
    file.write_text("".join(blocks("docs/scenarios.md", "toml")), encoding="utf-8")
    assert len(read_scenarios(file, load_contract())) == 2


def test_the_members_are_those_of_the_class() -> None:
    """All but those by which the doors ask it."""
    cells = rows("docs/pytest.md", "What the fake can be asked and told")
    listed = {name for cell in cells for name in re.findall(r"`(\w+)", cell)}
    public = {name for name in vars(ReelMock) if not name.startswith("_")}
    assert listed == public - set(vars(Answering))


def test_the_shell_lines_for_ci_work(tmp_path: Path) -> None:
    """`npm test` is played by the program of the same page."""
    program = blocks("docs/other-languages.md", "python")[0].split('"""')[1]
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f"#!{sys.executable}\n{program}", encoding="utf-8")
    npm.chmod(0o755)
    path = os.pathsep.join([str(npm.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    [script] = blocks("docs/other-languages.md", "sh")
    output = run(tmp_path, "sh", "-eu", "-c", script, PATH=path, VIDEO_KEY="sk-anything")
    assert "\ncompleted\n" in output, output


def test_the_readmes_first_example_passes_and_fails_as_shown(tmp_path: Path) -> None:
    """Its mistake is the one line that the README gives as a difference."""
    good = blocks("README.md", "python")[0]
    [difference] = blocks("README.md", "diff")
    before, after = (re.findall(rf"^\{sign}(.*\n)", difference, re.MULTILINE) for sign in "-+")
    assert good.count("".join(before)) == 1
    bad = good.replace("".join(before), "".join(after))
    for source, shown in zip((good, bad), blocks("README.md", "text")[:2], strict=True):
        (tmp_path / "test_video.py").write_text(source, encoding="utf-8")
        output = run_pytest(tmp_path, "-q")
        for part in plain(shown).removeprefix("$ pytest -q\n").split("...\n"):
            assert part in plain(output), f"{part}\n\nis not in\n\n{output}"


def plain(output: str) -> str:
    """An output without what differs between two runs, and without spaces at the ends of lines."""
    return re.sub(r"\d+\.\d\ds", "0.00s", re.sub(r" +$", "", output, flags=re.MULTILINE))
