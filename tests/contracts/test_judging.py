"""What checks judge: what a reply says of a generation, and the lives of generations in what was seen."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.jsontree import Json
from reelmock.contracts.judging import SHOWN, Check, Failure, Life, Seen, came, id_of, state_of
from reelmock.contracts.lifecycle import State
from reelmock.contracts.trials import Attempt, Cost, Kind, Sender
from reelmock.tests.contracts.checking import HOUSE, ROUTE, SHAPES, attempt_of, makers, trial_of


def created(body: Json, status: int = 200, kind: Kind = Kind.VALID, **changes: object) -> Attempt:
    """A reply to the key's own create request."""
    return attempt_of(kind, status, body, **{"sender": Sender.OWNER, "model": "m", **changes})


def polled(generation: str, body: Json, status: int = 200, kind: Kind = Kind.POLL) -> Attempt:
    """A reply to a poll."""
    changes = {"sender": Sender.OWNER, "operation": ROUTE.retrieve, "generation": generation}
    return attempt_of(kind, status, body, **changes)


def seen(*attempts: Attempt) -> Seen:
    return Seen(HOUSE, attempts)


STATES: list[tuple[Json, State | None]] = [
    ("queued", State.QUEUED),
    ("generating", State.GENERATING),
    ("completed", State.COMPLETED),
    ("error", State.ERROR),
    ("succeeded", State.COMPLETED),
    ("in_progress", State.GENERATING),
    ("green", None),
    ("", None),
    (None, None),
    (5, None),
    (True, None),
    (["queued"], None),
    ({"queued": 1}, None),
]


@pytest.mark.parametrize(("word", "state"), STATES, ids=str)
def test_a_state_is_told_in_the_words_of_the_document_or_else_in_usual_ones(word: Json, state: State | None) -> None:
    assert state_of(polled("a", {"id": "a", "status": word})) is state


@pytest.mark.parametrize("body", [None, [], "queued", {}, {"id": "a"}], ids=str)
def test_a_body_without_a_status_tells_no_state(body: Json) -> None:
    assert state_of(polled("a", body)) is None


def test_what_is_no_call_of_the_route_tells_neither_state_nor_id() -> None:
    attempt = attempt_of(Kind.DOWNLOAD, 200, {"id": "a", "status": "queued"}, operation=None)
    assert (state_of(attempt), id_of(attempt)) == (None, None)


IDS: list[tuple[Json, str | None]] = [
    *(("a", "a"), (5, "5"), ("", None), (None, None), (True, None), (1.5, None), ([], None), ({}, None)),
]


@pytest.mark.parametrize(("told", "found"), IDS, ids=str)
def test_an_id_is_a_text_or_a_whole_number(told: Json, found: str | None) -> None:
    assert id_of(created({"id": told})) == found


def test_states_and_ids_stand_where_the_route_has_them() -> None:
    """Elsewhere in the reply of the create operation than in that of a poll."""
    (maker,) = makers(SHAPES["nested"])
    route = maker.route
    body: Json = {"task_id": "7", "id": "no", "task": {"status": "submitted"}, "status": "failed"}
    for operation in (route.create, route.retrieve):
        attempt = attempt_of(Kind.POLL, 200, body, route=route, operation=operation)
        assert (id_of(attempt), state_of(attempt)) == ("7", State.QUEUED)


def test_attempts_of_a_kind_are_those_that_say_something_about_the_request() -> None:
    taken, refused, failed = (attempt_of(Kind.VALID, status) for status in (200, 400, 500))
    busy, lost = attempt_of(Kind.VALID, 503), replace(taken, response=None)
    other = attempt_of(Kind.POLL, 200)
    found = seen(taken, busy, other, refused, lost, failed)
    assert [*found.of(Kind.VALID)] == [taken, refused, failed]
    assert [*found.of(Kind.VALID, Kind.POLL)] == [taken, other, refused, failed]
    assert [*found.of()] == []


def test_a_life_is_the_reply_that_created_and_those_to_polls() -> None:
    made, first, second = (
        created({"id": "a", "status": "queued"}),
        polled("a", {"id": "a", "status": "generating"}),
        polled("a", {"id": "a", "status": "completed"}),
    )
    (life,) = seen(made, first, second).lives
    assert (life.route, life.id, life.created, life.polls, life.model) == (ROUTE, "a", made, (first, second), "m")
    assert [state for _, state in life.states] == [State.QUEUED, State.GENERATING, State.COMPLETED]
    assert life.ended


def test_lives_come_in_the_order_in_which_they_were_seen() -> None:
    found = seen(created({"id": "b"}), polled("c", {}), created({"id": "a"}), polled("b", {}), polled("a", {}))
    assert [life.id for life in found.lives] == ["b", "c", "a"]


def test_two_generations_with_one_id_are_two_lives() -> None:
    """Else nobody would see that they have one."""
    first, second, poll = created({"id": "a"}), created({"id": "a"}), polled("a", {"id": "a"})
    lives = seen(first, second, poll).lives
    assert [(life.created, life.polls) for life in lives] == [(first, (poll,)), (second, (poll,))]


@pytest.mark.parametrize(
    "attempt",
    [
        created({"id": "a"}, 400),
        created({"id": ""}),
        created({}),
        created({"id": "a"}, sender=Sender.NOBODY),
        created({"id": "a"}, kind=Kind.KEYLESS, sender=Sender.NOBODY),
        polled("a", {}, kind=Kind.FOREIGN),
        polled("a", {}, 401, kind=Kind.KEYLESS),
        polled("", {}),
        polled("a", {}, kind=Kind.UNKNOWN_ID),
    ],
)
def test_what_was_not_created_by_the_key_has_no_life(attempt: Attempt) -> None:
    assert seen(attempt).lives == ()


def test_a_recording_is_of_one_client() -> None:
    """Its keys are gone, and what it polls may have been created before."""
    made = created({"id": "a"}, kind=Kind.RECORDED, sender=Sender.NOBODY)
    own, other = polled("a", {}, kind=Kind.RECORDED), polled("b", {}, kind=Kind.RECORDED)
    lives = seen(made, own, other).lives
    assert [(life.id, life.created, life.polls, life.model) for life in lives] == [
        ("a", made, (own,), "m"),
        ("b", None, (other,), ""),
    ]


def test_generations_of_two_routes_are_two_though_they_have_one_id() -> None:
    contract = SHAPES["two routes for one model"]
    attempts = [
        attempt_of(Kind.VALID, 200, {"id": "a"}, route=route, operation=route.create, sender=Sender.OWNER)
        for route in contract.job_routes
    ]
    first, second = contract.job_routes
    poll = attempt_of(Kind.POLL, 200, {}, route=second, operation=second.retrieve, generation="a")
    lives = Seen(contract, (*attempts, poll)).lives
    assert [(life.route, len(life.polls)) for life in lives] == [(first, 0), (second, 1)]


def test_what_tells_of_a_generation_is_an_object_that_was_not_refused() -> None:
    good = polled("a", {"status": "green"})
    life = Life(ROUTE, "a", created([]), (polled("a", {}, 404), polled("a", "completed"), good))
    assert (life.told, life.states, life.ended) == ((good,), (), False)


def failure(evidence: str, severity: Severity | None = None) -> Failure:
    return Failure(attempt_of(), "it is wrong", "that it is right", Evidence(evidence, "", ""), "", severity)


@pytest.mark.parametrize(
    ("evidence", "severity", "weight"),
    [
        ("documented", None, Severity.ERROR),
        ("recorded", None, Severity.ERROR),
        ("inferred", None, Severity.INFO),
        ("documented", Severity.WARNING, Severity.WARNING),
        ("inferred", Severity.WARNING, Severity.WARNING),
    ],
)
def test_what_the_document_only_guesses_is_learned_and_all_else_is_drift(
    evidence: str, severity: Severity | None, weight: Severity
) -> None:
    assert failure(evidence, severity).weight is weight


def grass_is_green(seen: Seen) -> Iterator[Failure]:
    """Grass is green,
    whatever grows beside it."""
    yield from ()


def test_a_check_has_the_name_and_the_rule_of_its_function() -> None:
    check = Check(grass_is_green, frozenset(), Cost.FREE, "a look", "green")
    assert (check.name, check.rule) == ("grass_is_green", "Grass is green, whatever grows beside it.")


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (Response(200, (("content-type", "text/html"),), b"<p>"), "200 text/html: <p>"),
        (Response(404, (), b""), "404 without a content type: no body"),
        (Response(200, (), b"\xffa"), "200 without a content type: \ufffda"),
        (Response(200, (), b"x" * SHOWN), f"200 without a content type: {'x' * SHOWN}"),
        (
            Response(200, (), b"x" * 50_000),
            f"200 without a content type: {'x' * SHOWN}… (50,000 characters)",
        ),
    ],
)
def test_what_came_is_told_as_far_as_it_is_short(response: Response, told: str) -> None:
    assert came(Attempt(trial_of(), response)) == told


def test_that_nothing_came_is_told_with_the_reason() -> None:
    assert came(Attempt(trial_of(), None, "the connection was reset")) == "the connection was reset"
