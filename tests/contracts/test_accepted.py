"""Accepted findings: what a line covers, lines that cover nothing, and lines that can't be read."""

from dataclasses import replace
from pathlib import Path

import pytest

from reelmock.contracts.accepted import Accepted, accepted_in, covered, left, read_accepted
from reelmock.contracts.document import ContractError
from reelmock.contracts.findings import Finding, Severity
from reelmock.tests.contracts.reports import DRIFT, LEARNED

GONE = Finding("model-removed", Severity.ERROR, "new.json", "/components/schemas/Kite", "it is gone", "Use another")
ROUTE = Finding("route-removed", Severity.ERROR, "old.json", "/paths/~1v2~1x", "it is gone", "Use another")
KNOWN = ("model-removed", "route-removed", DRIFT.id, LEARNED.id)


def read(content: str, *, reasons: bool = False) -> tuple[Accepted, ...]:
    return read_accepted(content, "accepted.txt", KNOWN, "docs/rules.md", reasons=reasons)


def test_a_line_is_an_id_with_an_optional_place_and_reason() -> None:
    assert read("# all of it\n\nmodel-removed\nroute-removed /paths/~1v2* # moved on 2026-01, see #4\n") == (
        Accepted(3, "model-removed", "*", ""),
        Accepted(4, "route-removed", "/paths/~1v2*", "moved on 2026-01, see #4"),
    )


def test_white_space_of_any_kind_stands_before_a_reason() -> None:
    assert read("model-removed\t# moved") == read("model-removed # moved") == read("model-removed\u00a0#moved")
    assert read("model-removed /a#b") == (Accepted(1, "model-removed", "/a#b", ""),)


@pytest.mark.parametrize(
    ("line", "kept", "gone"),
    [
        ("model-removed", (ROUTE,), (GONE,)),
        ("model-removed /components/schemas/K*", (ROUTE,), (GONE,)),
        ("route-removed /paths/~1v2~1x", (GONE,), (ROUTE,)),
        ("route-removed /paths/~1v2~1x:", (GONE,), (ROUTE,)),
        ("route-removed /paths/*:", (GONE,), (ROUTE,)),
        ("model-removed\nroute-removed\nroute-removed /paths*", (), (GONE, ROUTE)),
        ("", (GONE, ROUTE), ()),
    ],
)
def test_what_a_line_covers_is_left_out(line: str, kept: tuple[Finding, ...], gone: tuple[Finding, ...]) -> None:
    accepted = read(line)
    assert left([GONE, ROUTE], accepted, "accepted.txt") == kept
    assert covered([GONE, ROUTE], accepted) == gone


def test_drift_and_what_was_learned_are_accepted_alike() -> None:
    accepted = read(f"{DRIFT.id} GET:unknown_id:* # told them\n{LEARNED.id} # so be it", reasons=True)
    worse = replace(LEARNED, severity=Severity.ERROR)
    assert left([DRIFT, LEARNED, worse], accepted, "accepted.txt") == ()


def test_a_line_that_covers_nothing_is_told() -> None:
    accepted = read("model-removed\nmodel-removed /paths/*\nroute-removed")
    assert [str(finding) for finding in left([GONE], accepted, "accepted.txt")] == [
        "warning unused-ignore: accepted.txt: line 2: there is no model-removed at /paths/* any more. "
        "Take the line out.",
        "warning unused-ignore: accepted.txt: line 3: there is no route-removed any more. Take the line out.",
    ]


def test_a_line_about_what_nobody_looked_for_is_no_worse() -> None:
    accepted = read("model-removed\nroute-removed")
    told = left([], accepted, "accepted.txt", judged=lambda line: line.id == "route-removed")
    assert [finding.message for finding in told] == ["line 2: there is no route-removed any more"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("model-remove", "'model-remove' is no known id. Write 'model-removed'."),
        ("zzz", "'zzz' is no known id. docs/rules.md lists the ids."),
        (
            "model-removed since we moved",
            "there are 4 words, 'model-removed since we moved'. Write `ID`, or `ID PLACE`, and `# REASON` behind it.",
        ),
        (
            "model-removed",
            "'model-removed' has no reason. Write why it is accepted, as `# REASON` behind it.",
        ),
        (
            "model-removed /paths/* # ",
            "'model-removed /paths/*' has no reason. Write why it is accepted, as `# REASON` behind it.",
        ),
    ],
)
def test_a_line_that_can_not_be_read_says_what_to_write(line: str, message: str) -> None:
    with pytest.raises(ContractError) as raised:
        read(f"# first\n{line}", reasons=True)
    assert str(raised.value) == f"accepted.txt at line 2: {message}"


def test_a_file_is_read_with_and_without_a_byte_order_mark(tmp_path: Path) -> None:
    file = tmp_path / "accepted.txt"
    for mark in (b"", b"\xef\xbb\xbf"):
        file.write_bytes(mark + "model-removed # für immer".encode())
        assert accepted_in(file, KNOWN, "docs/rules.md") == (Accepted(1, "model-removed", "*", "für immer"),)


def test_a_file_that_is_no_text_says_so(tmp_path: Path) -> None:
    file = tmp_path / "accepted.txt"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(ContractError) as raised:
        accepted_in(file, KNOWN, "docs/rules.md")
    assert str(raised.value) == f"{file}: this is not text in UTF-8. Save it as such."
