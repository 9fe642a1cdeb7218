"""`reelmock spec diff`: what it prints, and how it ends."""

import json
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner, Result

from reelmock.contracts.contract import SHIPPED
from reelmock.mockserver.cli import main

DATA = Path(__file__).parent.parent / "data"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["spec", "diff", *map(str, arguments)])


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document in which a default is another, in the working directory; `old.json` is the shipped one."""
    monkeypatch.chdir(tmp_path)
    tree: Any = json.loads(SHIPPED.read_text(encoding="utf-8"))
    Path("old.json").write_text(json.dumps(tree), encoding="utf-8")
    tree["components"]["schemas"]["PixverseV55ImageToVideo"]["properties"]["duration"]["default"] = 8
    Path("new.json").write_text(json.dumps(tree), encoding="utf-8")
    return Path("new.json")


PLACE = "/components/schemas/PixverseV55ImageToVideo/properties/duration/default"
MESSAGE = "pixverse/v5.5/image-to-video: `duration`: the default is 8; it was 5"


def test_the_same_document_ends_with_0() -> None:
    result = run(SHIPPED, SHIPPED)
    assert (result.exit_code, result.output) == (0, "nothing that a client meets has changed\n")
    assert run(SHIPPED, SHIPPED, "--format", "github").output == ""
    assert json.loads(run(SHIPPED, SHIPPED, "--format", "json").output) == {
        "title": f"reelmock spec diff {SHIPPED} {SHIPPED}",
        "summary": {"error": 0, "warning": 0, "info": 0},
        "findings": [],
        "cases": [],
    }


@pytest.mark.parametrize(("level", "code"), [("ERR", 0), ("WARN", 1), ("warn", 1)])
def test_the_level_decides_how_it_ends(new: Path, level: str, code: int) -> None:
    result = run("old.json", new, "--fail-on", level)
    assert result.exit_code == code
    assert result.output.splitlines() == [
        f"warning request-property-default-changed: new.json at {PLACE}: {MESSAGE}. Change the requests before the "
        "new document holds.",
        "1 warning",
    ]


def test_an_error_ends_with_1() -> None:
    result = run(SHIPPED, DATA / "specs" / "luma-ai-ray-2.json")
    assert result.exit_code == 1
    assert "error model-removed: " in result.output


def test_programs_and_github_get_their_own(new: Path) -> None:
    [row] = json.loads(run("old.json", new, "--format", "json").stdout)["findings"]
    assert {key: row[key] for key in ("id", "severity", "file", "pointer")} == {
        "id": "request-property-default-changed",
        "severity": "warning",
        "file": "new.json",
        "pointer": PLACE,
    }
    assert run("old.json", new, "--format", "github").stdout == (
        f"::warning file=new.json,title=request-property-default-changed::{PLACE}: {MESSAGE}. Change the requests "
        "before the new document holds.\n"
    )
    [suite] = fromstring(run("old.json", new, "--format", "junit").stdout)
    assert (suite.get("name"), suite.get("failures")) == ("reelmock spec diff old.json new.json", "0")
    assert [case.get("name") for case in suite] == ["request-property-default-changed"]


def test_what_is_accepted_is_counted_and_what_is_not_there_is_told(new: Path) -> None:
    accepted = Path("accepted.txt")
    accepted.write_text("request-property-default-changed *duration* # tested with 8\n", encoding="utf-8")
    result = run("old.json", new, "--fail-on", "WARN", "--ignore", accepted)
    assert (result.exit_code, result.output) == (
        0,
        "nothing else that a client meets has changed\n1 accepted by accepted.txt\n",
    )
    result = run("old.json", "old.json", "--fail-on", "WARN", "--ignore", accepted)
    assert (result.exit_code, result.output.splitlines()) == (
        1,
        [
            "warning unused-ignore: accepted.txt: line 1: there is no request-property-default-changed at *duration* "
            "any more. Take the line out.",
            "1 warning",
        ],
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"model-remove", "accepted.txt at line 1: 'model-remove' is no known id. Write 'model-removed'."),
        (b"\xff\xfe", "accepted.txt: this is not text in UTF-8. Save it as such."),
        (None, "accepted.txt: No such file or directory"),
    ],
)
def test_an_ignore_file_that_can_not_be_used_ends_with_2(new: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        Path("accepted.txt").write_bytes(content)
    result = run("old.json", new, "--ignore", "accepted.txt")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {message}\n")


def test_a_document_that_can_not_be_used_ends_with_2() -> None:
    result = run(SHIPPED, DATA / "gone.json")
    assert (result.exit_code, result.stderr) == (
        2,
        f"Error: {DATA / 'gone.json'}: the file can't be read (No such file or directory). Check the path.\n",
    )


def test_help_has_examples() -> None:
    result = run("--help")
    assert (result.exit_code, "reelmock spec diff old.json new.json" in result.output) == (0, True)
