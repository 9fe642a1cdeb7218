"""The page on comparing documents says what is true: its commands print what it shows, its tables are the code's."""

import os
import re
import subprocess
import sys
from pathlib import Path

from reelmock.contracts.diff_rules import KINDS, LEVELS, STRUCTURE

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/spec-diff.md").read_text(encoding="utf-8")
WORDS = {severity: word for word, severity in LEVELS.items()} | {None: "–"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def rows(cells: int) -> list[tuple[str, ...]]:
    """The rows of the table with so many columns."""
    found = [tuple(cell.strip() for cell in row.split("|")) for row in re.findall(r"^\| (`.*) \|$", PAGE, re.MULTILINE)]
    return [row for row in found if len(row) == cells]


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    [document] = blocks("json")
    (tmp_path / "old.json").write_text(document, encoding="utf-8")
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    for block in blocks("console"):
        shown = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
        done = subprocess.run(
            ["sh", "-c", "\n".join(command for command, _ in shown)],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.stdout == "".join(output for _, output in shown)


def test_the_tables_of_rules_are_those_of_the_code() -> None:
    assert rows(3) == [(f"`{rule.id}`", WORDS[rule.level], rule.when) for rule in STRUCTURE]
    assert rows(4) == [(f"`{name}`", when, WORDS[sent], WORDS[got]) for name, (when, sent, got) in KINDS.items()]


def test_lines_are_short_and_links_lead_somewhere() -> None:
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert [line for line in prose.splitlines() if len(line) > 130] == []
    assert [link for link in re.findall(r"\]\(([^)#:]+)\)", PAGE) if not (ROOT / "docs" / link).exists()] == []
