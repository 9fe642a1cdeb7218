"""The page on reports says what is true: its report is written as it shows, its tables name every member, its commands
print what it shows."""

import json
import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.findings import Finding, Proof, Severity
from reelmock.contracts.report import REPORT_FORMATS, Case, Report, ReportFormat
from reelmock.contracts.report_lines import report_lines

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/reports.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def members(heading: str) -> set[str]:
    """The first column of the table behind these words."""
    table = PAGE.partition(f"\n{heading}\n\n")[2].partition("\n\n")[0]
    return set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE))


SHOWN: Any = json.loads(blocks("json")[0])
[TEXT, GITHUB] = blocks("text")
WRITTEN: dict[ReportFormat, str] = {
    "text": TEXT,
    "json": blocks("json")[0],
    "junit": blocks("xml")[0],
    "github": GITHUB,
}


def finding(row: dict[str, str]) -> Finding:
    proof = Proof(**{field.name: row[field.name] for field in fields(Proof)})
    told = {field.name: row[field.name] for field in fields(Finding) if field.name not in ("severity", "proof")}
    return Finding(**told, severity=Severity[row["severity"].upper()], proof=proof)


@pytest.mark.parametrize("form", REPORT_FORMATS)
def test_the_report_of_the_page_is_written_as_it_shows(form: ReportFormat) -> None:
    """All four are of the report that the JSON tells."""
    report = Report(
        SHOWN["title"],
        tuple(finding(row) for row in SHOWN["findings"]),
        tuple(Case(**row) for row in SHOWN["cases"]),
    )
    assert "".join(f"{line}\n" for line in report_lines(report, form)) == WRITTEN[form]


def test_the_tables_name_every_member() -> None:
    assert members("One object, in ASCII, the same for each command.") == {*SHOWN}
    assert members("A finding:") == {*SHOWN["findings"][0]}
    assert members("A case:") == {*SHOWN["cases"][0]}


def test_the_members_about_a_server_alone_are_marked() -> None:
    marked = set(re.findall(r"^\| `(\w+)` \| only about a server", PAGE, re.MULTILINE))
    document = Finding("route-added", Severity.INFO, "new.json", "/paths/~1x", "it is new", "Nothing has to be done")
    [row] = json.loads("".join(report_lines(Report("reelmock spec diff", (document,)), "json")))["findings"]
    assert marked == members("A finding:") - {*row}


def test_the_commands_of_the_page_print_what_it_shows(tmp_path: Path) -> None:
    environment = os.environ | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    [block] = blocks("console")
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


def test_lines_are_short_and_links_lead_somewhere() -> None:
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.DOTALL | re.MULTILINE)
    assert [line for line in prose.splitlines() if len(line) > 130] == []
    assert [link for link in re.findall(r"\]\(([^)#:]+)\)", PAGE) if not (ROOT / "docs" / link).exists()] == []
