"""The states of a generation: every pair of them, and whole histories."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.jsontree import Json
from reelmock.contracts.lifecycle import KNOWN_WORDS, TRANSITIONS, State, illegal_step, legal, status_words, word_for

QUEUED, GENERATING, COMPLETED, ERROR = State.QUEUED, State.GENERATING, State.COMPLETED, State.ERROR

# Rows: the state seen before; columns: the one seen after, in the order queued, generating, completed, error.
TABLE = {
    QUEUED: (True, True, True, True),
    GENERATING: (False, True, True, True),
    COMPLETED: (False, False, True, False),
    ERROR: (False, False, False, True),
}


@pytest.mark.parametrize(("before", "after"), list(product(State, State)))
def test_every_step_is_legal_as_the_table_says(before: State, after: State) -> None:
    assert legal(before, after) is TABLE[before][list(State).index(after)]


def test_only_completed_and_error_are_final() -> None:
    assert [state for state in State if state.terminal] == [COMPLETED, ERROR]


@pytest.mark.parametrize(
    ("history", "index"),
    [
        ([], None),
        ([ERROR], None),
        ([QUEUED, QUEUED, GENERATING, GENERATING, COMPLETED, COMPLETED], None),
        ([QUEUED, ERROR, ERROR], None),
        ([GENERATING, QUEUED], 1),
        ([QUEUED, COMPLETED, ERROR], 2),
        ([QUEUED, COMPLETED, QUEUED, GENERATING, QUEUED], 2),
        ([ERROR, GENERATING], 1),
    ],
)
def test_the_first_illegal_step_of_a_history_is_found(history: list[State], index: int | None) -> None:
    assert illegal_step(history) == index


@given(st.lists(st.sampled_from(State), max_size=8))
def test_a_history_is_legal_when_each_of_its_steps_is(history: list[State]) -> None:
    wrong = [index for index, step in enumerate(pairwise(history), 1) if not legal(*step)]
    assert illegal_step(history) == (wrong[0] if wrong else None)


@given(st.lists(st.sampled_from(State), max_size=8))
def test_judging_changes_nothing(history: list[State]) -> None:
    """An illegal step is reported; neither the history nor the table moves."""
    given_history, table = list(history), dict(TRANSITIONS)
    illegal_step(history)
    assert (history, TRANSITIONS) == (given_history, table)


@pytest.mark.parametrize("known", KNOWN_WORDS.values())
def test_no_word_stands_for_two_states(known: tuple[str, ...]) -> None:
    every_word = [word for words in KNOWN_WORDS.values() for word in words]
    assert all(every_word.count(word) == 1 for word in known)


@pytest.mark.parametrize(
    ("enum", "expected"),
    [
        (["queued", "generating", "completed", "error"], [QUEUED, GENERATING, COMPLETED, ERROR]),
        (["PENDING", "RUNNING", "SUCCEEDED", "FAILED"], [QUEUED, GENERATING, COMPLETED, ERROR]),
        (["queued", "in_progress", "completed", "failed"], [QUEUED, GENERATING, COMPLETED, ERROR]),
        (["done", "waiting"], [COMPLETED, QUEUED]),
        (["active", "success"], [GENERATING, COMPLETED]),
    ],
)
def test_each_word_of_a_document_means_a_state(enum: list[Json], expected: list[State]) -> None:
    assert status_words(enum) == dict(zip(enum, expected, strict=True))


def test_the_most_usual_word_of_a_state_comes_first() -> None:
    found = status_words(["cancelled", "done", "FAILED", "Completed", "waiting"])
    assert list(found) == ["waiting", "Completed", "done", "FAILED", "cancelled"]


@pytest.mark.parametrize("word", ["in_progress", "in-progress", "In Progress", "inProgress", "IN_PROGRESS"])
def test_a_word_is_known_however_it_is_written(word: str) -> None:
    assert status_words([word]) == {word: GENERATING}


def test_a_word_that_is_not_known_is_left_out() -> None:
    assert status_words(["paused", "queued", None, 5]) == {"queued": QUEUED}


@pytest.mark.parametrize(
    ("enum", "words"),
    [
        (["queued", "generating", "completed", "error"], ["queued", "generating", "completed", "error"]),
        (["PENDING", "RUNNING", "SUCCEEDED", "FAILED"], ["PENDING", "RUNNING", "SUCCEEDED", "FAILED"]),
        (["processing", "done", "failed"], ["processing", "processing", "done", "failed"]),
        (["pending", "done"], ["pending", "pending", "done", "error"]),
        (["waiting", "queued", "completed", "succeeded"], ["queued", "queued", "completed", "error"]),
        ([], ["queued", "generating", "completed", "error"]),
    ],
)
def test_each_state_is_told_in_the_documents_words(enum: list[Json], words: list[str]) -> None:
    """The most usual word of a state counts; one pending word serves both pending states; else the state's own does."""
    assert [word_for(state, status_words(enum)) for state in State] == words
