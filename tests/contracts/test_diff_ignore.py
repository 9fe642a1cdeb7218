"""Accepted differences: what a line covers, lines that cover nothing, and lines that can't be read."""

import pytest

from reelmock.contracts.diff_ignore import Accepted, left, read_accepted
from reelmock.contracts.document import ContractError
from reelmock.contracts.findings import Finding, Severity

GONE = Finding("model-removed", Severity.ERROR, "new.json", "/components/schemas/Kite", "it is gone", "Use another")
ROUTE = Finding("route-removed", Severity.ERROR, "old.json", "/paths/~1v2~1x", "it is gone", "Use another")


def test_a_line_is_an_id_with_an_optional_place_and_reason() -> None:
    content = "# all of it\n\nmodel-removed\nroute-removed /paths/~1v2* # moved on 2026-01, see #4\n"
    assert read_accepted(content, "accepted.txt") == (
        Accepted(3, "model-removed", "*", ""),
        Accepted(4, "route-removed", "/paths/~1v2*", "moved on 2026-01, see #4"),
    )


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("model-removed", (ROUTE,)),
        ("model-removed /components/schemas/K*", (ROUTE,)),
        ("route-removed /paths/~1v2~1x", (GONE,)),
    ],
)
def test_what_a_line_covers_is_left_out(line: str, kept: tuple[Finding, ...]) -> None:
    assert left([GONE, ROUTE], read_accepted(line, "accepted.txt"), "accepted.txt") == kept


def test_a_line_that_covers_nothing_is_told() -> None:
    accepted = read_accepted("model-removed\nmodel-removed /paths/*", "accepted.txt")
    assert [str(finding) for finding in left([GONE], accepted, "accepted.txt")] == [
        "warning unused-ignore: accepted.txt: line 2: there is no model-removed at /paths/* any more. "
        "Take the line out."
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("model-remove", "'model-remove' is no rule. Write 'model-removed'."),
        ("zzz", "'zzz' is no rule. docs/spec-diff.md lists the rules."),
        (
            "model-removed since we moved",
            "there are 4 words, 'model-removed since we moved'. Write `ID`, or `ID PLACE`, and `# REASON` behind it.",
        ),
    ],
)
def test_a_line_that_can_not_be_read_says_what_to_write(line: str, message: str) -> None:
    with pytest.raises(ContractError) as raised:
        read_accepted(f"# first\n{line}", "accepted.txt")
    assert str(raised.value) == f"accepted.txt at line 2: {message}"
