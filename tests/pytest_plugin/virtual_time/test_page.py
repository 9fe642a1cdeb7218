"""The table in docs/virtual-time.md has what the tests have."""

import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "virtual-time.md"


def test_every_row_of_the_page_has_a_test_and_every_test_a_row() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## What is covered")[2].partition("##")[0]
    rows = re.findall(r"^\| (?!what )(.*?) \|", table, re.MULTILINE)
    tests = "".join(file.read_text(encoding="utf-8") for file in HERE.glob("test_*.py"))
    assert len(rows) > 30
    assert sorted(set(re.findall(r'^@row\("(.*)"\)$', tests, re.MULTILINE))) == sorted(rows)
