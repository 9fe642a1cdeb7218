"""The journal: the last exchanges in order, bounded, readable, and without anybody's key."""

from dataclasses import replace

import pytest

from reelmock.contracts.exchange import Fields, Response
from reelmock.contracts.violations import Violation
from reelmock.mockserver.journal import Entry, Journal

ENTRY = Entry(1, 0.0, "POST", "/jobs", (), (), b"", Response(200))


def numbered(journal: Journal) -> list[int]:
    return [entry.number for entry in journal.entries()]


def test_entries_are_kept_oldest_first() -> None:
    journal = Journal()
    for number in (1, 2, 3):
        journal.record(replace(ENTRY, number=number))
    assert numbered(journal) == [1, 2, 3]


def test_what_entries_answers_with_is_the_callers_own() -> None:
    journal = Journal()
    journal.record(ENTRY)
    journal.entries().clear()
    assert numbered(journal) == [1]


def test_the_oldest_go_when_there_are_too_many() -> None:
    journal = Journal(max_entries=2)
    for number in (1, 2, 3, 4):
        journal.record(replace(ENTRY, number=number))
    assert numbered(journal) == [3, 4]


def test_the_oldest_go_when_they_are_too_large_and_the_newest_stays() -> None:
    journal = Journal(max_bytes=3 * ENTRY.size)
    for number in (1, 2, 3):
        journal.record(replace(ENTRY, number=number))
    assert numbered(journal) == [1, 2, 3]
    journal.record(replace(ENTRY, number=4, body=b"x"))
    assert numbered(journal) == [3, 4]
    journal.record(replace(ENTRY, number=5, body=bytes(100_000)))
    assert numbered(journal) == [5]
    journal.record(replace(ENTRY, number=6))
    assert numbered(journal) == [6]


@pytest.mark.parametrize(
    "large",
    [
        replace(ENTRY, body=bytes(10_000)),
        replace(ENTRY, path="/" + "x" * 10_000),
        replace(ENTRY, query=(("q", "x" * 10_000),)),
        replace(ENTRY, headers=(("h", "x" * 10_000),)),
        replace(ENTRY, response=Response(200, (), bytes(10_000))),
    ],
    ids=["body", "path", "query", "headers", "response"],
)
def test_the_size_counts_everything_that_a_client_can_make_large(large: Entry) -> None:
    assert large.size - ENTRY.size >= 9_000


def test_the_listener_is_told_of_each_new_entry_after_it_is_kept() -> None:
    journal = Journal()
    seen: list[tuple[int, list[int]]] = []
    journal.listener = lambda entry: seen.append((entry.number, numbered(journal)))
    journal.record(ENTRY)
    journal.record(replace(ENTRY, number=2))
    assert seen == [(1, [1]), (2, [1, 2])]


DEVIATION = Violation("wrong_type", ("duration",), "type", "'5' is not of type integer", "5", "integer")


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (ENTRY, "POST /jobs → 200"),
        (replace(ENTRY, status="queued", generation_id="a1"), "POST /jobs → 200 queued a1"),
        (replace(ENTRY, case="wrong_key", response=Response(401)), "POST /jobs → 401 wrong_key"),
        (
            replace(ENTRY, status="queued", deviations=(DEVIATION, DEVIATION)),
            "POST /jobs → 200 queued\n"
            "    tolerated: `/duration`: '5' is not of type integer\n"
            "    tolerated: `/duration`: '5' is not of type integer",
        ),
        (replace(ENTRY, path="/\x1b[31m\n\ud800"), "POST /\\x1b[31m\\n\\ud800 → 200"),
        (replace(ENTRY, method="PO\rST"), "PO\\rST /jobs → 200"),
    ],
)
def test_an_entry_reads_as_one_line_and_one_for_each_deviation(entry: Entry, text: str) -> None:
    assert str(entry) == text


def test_a_journal_may_be_given_a_listener_from_the_start() -> None:
    seen: list[Fields] = []
    Journal(listener=lambda entry: seen.append(entry.headers)).record(ENTRY)
    assert seen == [()]
