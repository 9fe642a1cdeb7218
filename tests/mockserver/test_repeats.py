"""A creation that comes again since its reply was lost is a second job and a second charge, and the journal says so."""

import pytest

from reelmock.contracts.exchange import Request
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.repeats import REMEMBERED, Repeats
from reelmock.mockserver.rules import BodyFault, Effect
from reelmock.tests.mockserver.asking import Make, NewEngine

RESET = Effect(fault=Fault.RESET)
REPEATED = "repeats request 1: a second job, and a second charge"


def notes(engine: Engine, *requests: Request) -> list[str]:
    """What the journal says of each request."""
    for request in requests:
        engine.handle(request)
    return [entry.note for entry in engine.journal.entries()]


def test_a_post_after_a_lost_reply_is_noted_and_charged_again(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="immediate", credits=5_000_000)
    found = notes(engine, create(headers={"prefer": "fault=reset"}), create(), create(prompt="Another"))
    assert found[1:] == [REPEATED, ""]
    assert str(engine.journal.entries()[1]).endswith(f"\n    note: {REPEATED}")
    assert engine.accounts is not None
    assert engine.accounts.balance(engine.journal.entries()[0].owner, engine.clock.now()) == 5_000_000 - 3 * 1_040_000


def test_the_third_repeats_the_second_when_that_was_lost_too(new_engine: NewEngine, create: Make) -> None:
    lost = create(headers={"prefer": "fault=close"})
    found = notes(new_engine(), lost, lost, create())
    assert [note.partition(":")[0] for note in found[1:]] == ["repeats request 1", "repeats request 2"]


def test_what_came_again_and_arrived_is_repeated_no_more(new_engine: NewEngine, create: Make) -> None:
    found = notes(new_engine(), create(headers={"prefer": "fault=reset"}), create(), create())
    assert found[1:] == [REPEATED, ""]


@pytest.mark.parametrize("again", [{"prompt": "Another"}, {"key": "key-b"}, {"duration": 7}, {"key": None}], ids=str)
def test_another_body_another_key_or_a_refusal_repeats_nothing(
    again: dict[str, str], new_engine: NewEngine, create: Make
) -> None:
    engine = new_engine()
    assert notes(engine, create(headers={"prefer": "fault=reset"}), create(**again))[1] == ""


def test_alike_jobs_whose_replies_arrived_repeat_nothing(new_engine: NewEngine, create: Make) -> None:
    assert notes(new_engine(), create(), create()) == ["", ""]


def test_what_made_no_job_is_not_repeated(new_engine: NewEngine, create: Make) -> None:
    refused = create(headers={"prefer": "code=503"})
    assert notes(new_engine(), refused, create())[1] == ""


def test_what_was_refused_is_not_repeated_although_its_reply_was_lost(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold", max_concurrent=1)
    notes(engine, create(prompt="Another"), create(headers={"prefer": "fault=reset"}))
    engine.finish(engine.generations()[0].id)
    assert [entry.case for entry in engine.journal.entries()] == ["", "too_many_generations"]
    assert notes(engine, create())[2] == ""


@pytest.mark.parametrize(
    ("effect", "lost"),
    [
        (Effect(), False),
        (RESET, True),
        (Effect(fault=Fault.HANG), True),
        (Effect(fault=Fault.TRICKLE), False),
        (Effect(body=BodyFault.TRUNCATED_JSON), True),
        (Effect(body=BodyFault.EMPTY), True),
        (Effect(body=BodyFault.WRONG_CONTENT_TYPE), False),
        (Effect(body=BodyFault.WRONG_CONTENT_TYPE, fault=Fault.STALL), True),
    ],
    ids=str,
)
def test_a_reply_is_lost_when_its_client_does_not_get_the_id(effect: Effect, lost: bool) -> None:
    repeats = Repeats()
    repeats.told("owner", b"body", 1, effect)
    assert repeats.note("owner", b"body") == (REPEATED if lost else "")


def test_a_thousand_are_remembered() -> None:
    repeats = Repeats()
    for number in range(REMEMBERED + 1):
        repeats.told("owner", str(number).encode(), number, RESET)
    assert [repeats.note("owner", body) != "" for body in (b"0", b"1", str(REMEMBERED).encode())] == [False, True, True]


def test_one_that_is_lost_again_is_remembered_longer() -> None:
    repeats = Repeats()
    for number in range(REMEMBERED):
        repeats.told("owner", str(number).encode(), number, RESET)
    repeats.told("owner", b"0", REMEMBERED, RESET)
    repeats.told("owner", b"new", REMEMBERED + 1, RESET)
    assert repeats.note("owner", b"0").startswith(f"repeats request {REMEMBERED}:")
    assert repeats.note("owner", b"1") == ""
