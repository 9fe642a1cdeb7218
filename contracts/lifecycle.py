"""The states of a generation and the legal steps between them: one table, which knows neither client nor server."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from reelmock.contracts.jsontree import Json, fold, words


class State(StrEnum):
    """Where a generation stands. A document may use other words for these four; see `status_words`."""

    QUEUED = "queued"
    GENERATING = "generating"
    COMPLETED = "completed"
    ERROR = "error"

    @property
    def terminal(self) -> bool:
        """Whether the generation stays in this state for ever."""
        return not TRANSITIONS[self]


# From each state to those that may be seen next, besides the same one again. A poll may miss a state, so steps skip.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.GENERATING, State.COMPLETED, State.ERROR}),
    State.GENERATING: frozenset({State.COMPLETED, State.ERROR}),
    State.COMPLETED: frozenset(),
    State.ERROR: frozenset(),
}

# The words that APIs of this kind use, most usual first. A document's own word is looked for among these.
KNOWN_WORDS: Mapping[State, tuple[str, ...]] = {
    State.QUEUED: (
        *("queued", "pending", "waiting", "submitted", "created", "starting", "in_queue", "scheduled", "not_started"),
    ),
    State.GENERATING: (
        *("generating", "in_progress", "processing", "running", "active", "started", "rendering", "working"),
    ),
    State.COMPLETED: (
        *("completed", "succeeded", "success", "succeed", "done", "finished", "complete", "ready", "successful"),
    ),
    State.ERROR: (
        *("error", "failed", "failure", "fail", "rejected", "expired", "timed_out", "cancelled", "canceled", "aborted"),
    ),
}


def legal(before: State, after: State) -> bool:
    """Whether a client that saw `before` may see `after` next."""
    return before is after or after in TRANSITIONS[before]


def status_words(enum: Iterable[Json]) -> dict[str, State]:
    """The words of a status enum that are known, each with its state, the most usual one of each state first."""
    known = {fold(word): state for state, state_words in KNOWN_WORDS.items() for word in state_words}
    ranks = {word: rank for rank, word in enumerate(known)}
    found = sorted((word for word in words(enum) if fold(word) in known), key=lambda word: ranks[fold(word)])
    return {word: known[fold(word)] for word in found}


def word_for(state: State, vocabulary: Mapping[str, State]) -> str:
    """The document's word for `state`; a document with one pending word uses it for both pending states."""
    by_state = {found: word for word, found in reversed(list(vocabulary.items()))}
    pending = by_state.get(State.QUEUED) or by_state.get(State.GENERATING)
    return by_state.get(state) or (pending if not state.terminal else None) or state.value


def illegal_step(states: Sequence[State]) -> int | None:
    """The index of the first state that may not follow the one before it, or None when the history is legal."""
    for index in range(1, len(states)):
        if not legal(states[index - 1], states[index]):
            return index
    return None
