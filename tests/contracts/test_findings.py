"""A finding reads as one line, and notes collect them for one file."""

import pytest

from reelmock.contracts.findings import Finding, Notes, Severity


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/paths/~1a", "warning odd-path: api.json at /paths/~1a: it is odd. Left out."),
        ("", "warning odd-path: api.json: it is odd. Left out."),
    ],
)
def test_a_finding_is_a_line(pointer: str, text: str) -> None:
    assert str(Finding("odd-path", Severity.WARNING, "api.json", pointer, "it is odd", "Left out")) == text


def test_notes_keep_the_order_and_name_the_file() -> None:
    notes = Notes("api.json")
    notes.warning("b", ("paths", "/a"), "m", "d")
    notes.info("a", (), "m", "d")
    notes.error("c", ("x", 0), "m", "d")
    assert notes.found == [
        Finding("b", Severity.WARNING, "api.json", "/paths/~1a", "m", "d"),
        Finding("a", Severity.INFO, "api.json", "", "m", "d"),
        Finding("c", Severity.ERROR, "api.json", "/x/0", "m", "d"),
    ]


def test_severities_are_in_order() -> None:
    assert [severity.word for severity in sorted(Severity)] == ["info", "warning", "error"]
