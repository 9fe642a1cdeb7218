"""Quirks: each makes the replies that were recorded, changes no others, and is never played unasked."""

import json
import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import reelmock
from reelmock.contracts.calls import call
from reelmock.contracts.conformance import judge_response
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Response
from reelmock.contracts.instances import example_payload
from reelmock.contracts.jsontree import Json, JsonObject, fresh, member
from reelmock.contracts.lifecycle import State
from reelmock.contracts.places import Place, value_at
from reelmock.mockserver.cli import main
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Completed, Failed, Outcome, Polls
from reelmock.mockserver.quirks import (
    QuirkError,
    Told,
    apply,
    check_quirks,
    known_quirks,
    quirk_words,
    told_word,
)
from reelmock.mockserver.settings import Settings, SettingsError
from reelmock.tests.mockserver.asking import Make, NewEngine

CLIP: Final = "https://cdn.aimlapi.com/clips/ID.mp4"
FACE: Final = Failed("face_detection_error", "Could not detect face in the image")
PICTURE: Final = "https://images.example.com/boat.jpg"
JOBS: Final = Path(__file__).parent.parent / "data" / "jobs"

# What a generation's life looks like to a client, reply by reply, without a quirk: what is said here of a quirk
# replaces what stands there. The ids are `ID`, the clip lies at CLIP.
CREATED: Final[JsonObject] = {"id": "ID", "status": "queued", "meta": {"usage": {"credits_used": 1_040_000}}}
QUEUED: Final[JsonObject] = {"id": "ID", "status": "queued"}
GENERATING: Final[JsonObject] = {"id": "ID", "status": "generating"}
COMPLETED: Final[JsonObject] = {"id": "ID", "status": "completed", "video": {"url": CLIP}}
FAILED: Final[JsonObject] = {
    "id": "ID",
    "status": "error",
    "error": {"name": "face_detection_error", "message": "Could not detect face in the image"},
}
USUAL: Final[dict[str, JsonObject]] = {
    "created": CREATED,
    "queued": QUEUED,
    "generating": GENERATING,
    "completed": COMPLETED,
    "error": FAILED,
}

# Quirk → the replies that it changes, as they were recorded (or, of the pending words, as clients expect them).
RECORDED: Final[dict[str, dict[str, JsonObject]]] = {
    "succeeded": {"completed": {"id": "ID", "status": "succeeded", "video": {"url": CLIP}}},
    "waiting": {
        "created": {"id": "ID", "status": "waiting", "meta": {"usage": {"credits_used": 1_040_000}}},
        "queued": {"id": "ID", "status": "waiting"},
    },
    "active": {"generating": {"id": "ID", "status": "active"}},
    "video-list": {"completed": {"id": "ID", "status": "completed", "video": [{"url": CLIP}]}},
    "video-strings": {"completed": {"id": "ID", "status": "completed", "video": [CLIP]}},
    "error-detail": {
        "error": {
            "id": "ID",
            "status": "error",
            "error": {
                "detail": [
                    {
                        "loc": ["body", "image_url"],
                        "msg": "Could not detect face in the image",
                        "type": "face_detection_error",
                        "input": PICTURE,
                    }
                ]
            },
        }
    },
    "unknown-status": {
        "error": {
            "id": "",
            "status": "unknown",
            "error": {"name": "face_detection_error", "message": "Could not detect face in the image"},
        }
    },
    "tokens-used": {"created": {"id": "ID", "status": "queued", "meta": {"usage": {"tokens_used": 1_040_000}}}},
    "usd-spent": {
        "created": {"id": "ID", "status": "queued", "meta": {"usage": {"credits_used": 1_040_000, "usd_spent": 0.52}}}
    },
    "generation-id": {
        "created": {"generation_id": "ID", "status": "queued", "meta": {"usage": {"credits_used": 1_040_000}}}
    },
}
COMBINED: Final[dict[tuple[str, ...], dict[str, JsonObject]]] = {
    ("succeeded", "video-list"): {"completed": {"id": "ID", "status": "succeeded", "video": [{"url": CLIP}]}},
    ("waiting", "active", "succeeded"): {
        "created": {"id": "ID", "status": "waiting", "meta": {"usage": {"credits_used": 1_040_000}}},
        "queued": {"id": "ID", "status": "waiting"},
        "generating": {"id": "ID", "status": "active"},
        "completed": {"id": "ID", "status": "succeeded", "video": {"url": CLIP}},
    },
    ("usd-spent", "generation-id", "tokens-used"): {
        "created": {
            "generation_id": "ID",
            "status": "queued",
            "meta": {"usage": {"tokens_used": 1_040_000, "usd_spent": 0.52}},
        }
    },
}


def lives(engine: Engine, create: Make, poll: Make) -> dict[str, Response]:
    """The replies to a create and to polls in each state, of a generation that completes and of one that fails."""
    told: dict[str, Response] = {}
    endings: list[tuple[str, Outcome]] = [("completed", Completed()), ("error", FACE)]
    for ending, outcome in endings:
        engine.plan_next(progression=Polls(1, 1), outcome=outcome)
        told["created"] = engine.handle(create()).response
        asked = poll(engine.generations()[-1].id)
        for state in ("queued", "generating", ending):
            told[state] = engine.handle(asked).response
    return told


def shown(engine: Engine, told: dict[str, Response]) -> dict[str, Json]:
    """The bodies of replies, with `ID` for each generation's id."""
    ids = re.compile("|".join(re.escape(generation.id) for generation in engine.generations()))
    return {name: json.loads(ids.sub("ID", response.body.decode())) for name, response in told.items()}


def quirky_engine(new_engine: NewEngine, quirks: Sequence[str]) -> Engine:
    return new_engine(quirks=tuple(quirks), public_url="https://cdn.aimlapi.com")


@pytest.mark.parametrize(
    ("quirks", "changed"),
    [((), {}), *(((name,), replies) for name, replies in RECORDED.items()), *COMBINED.items()],
    ids=str,
)
def test_the_replies_are_those_that_were_recorded_and_all_others_as_usual(
    quirks: tuple[str, ...], changed: dict[str, JsonObject], new_engine: NewEngine, create: Make, poll: Make
) -> None:
    engine = quirky_engine(new_engine, quirks)
    told = lives(engine, create, poll)
    assert {response.status for response in told.values()} == {200}
    assert shown(engine, told) == USUAL | changed
    (route,) = engine.contract.job_routes
    for name in told.keys() - changed.keys():
        operation = route.create if name == "created" else route.retrieve
        assert judge_response(operation, told[name], route) == []


@pytest.mark.parametrize("quirk", reelmock.quirks())
def test_the_length_and_the_header_with_the_id_stay_right(
    quirk: str, new_engine: NewEngine, create: Make, poll: Make
) -> None:
    engine = quirky_engine(new_engine, [quirk])
    replies = lives(engine, create, poll).values()
    ids = {generation.id for generation in engine.generations()}
    for response in replies:
        assert response.header("content-length") == str(len(response.body))
        assert response.header("x-inference-id") in ids


def test_every_quirk_of_the_document_is_tried_here() -> None:
    assert tuple(RECORDED) == reelmock.quirks()
    assert all(quirk.description and quirk.source for quirk in known_quirks().values())
    rows = load_contract().extension_object("x-quirks").values()
    assert {member(row)["x-evidence"] for row in rows} == {"documented", "recorded"}


@pytest.mark.parametrize("quirks", [(name,) for name in RECORDED] + list(COMBINED), ids=str)
def test_the_journal_says_what_the_client_was_told(
    quirks: tuple[str, ...], new_engine: NewEngine, create: Make, poll: Make
) -> None:
    engine = quirky_engine(new_engine, quirks)
    lives(engine, create, poll)
    entries = engine.journal.entries()
    assert [entry.status for entry in entries] == [member(entry.response.json())["status"] for entry in entries]


def test_a_generation_keeps_its_quirks_however_often_it_is_polled(
    new_engine: NewEngine, create: Make, poll: Make
) -> None:
    engine = quirky_engine(new_engine, ["succeeded"])
    lives(engine, create, poll)
    assert [(generation.polls, generation.quirks) for generation in engine.generations()] == [(3, ("succeeded",))] * 2


@given(
    chosen=st.sets(st.sampled_from(reelmock.quirks())).map(sorted),
    state=st.sampled_from(State),
    operation=st.sampled_from(["create", "retrieve"]),
)
def test_the_order_does_not_matter_and_the_given_body_stays(chosen: list[str], state: State, operation: str) -> None:
    """For all that do not contradict each other."""
    places = {"id": ("id",), "status": ("status",), "result": ("video",), "error": ("error",)}
    told = Told(operation, state, {**places, "credits": ("meta", "credits_used"), "usd": ("meta", "usd_spent")}, {})
    chosen = [name for name in chosen if name not in ("video-strings", "unknown-status")]
    check_quirks(chosen)
    body: JsonObject = {"id": "i", "status": state.value, "meta": {"credits_used": 1}}
    before, there, back = fresh(body), body, body
    for name, opposite in zip(chosen, reversed(chosen), strict=True):
        there, back = apply(known_quirks()[name], told, there), apply(known_quirks()[opposite], told, back)
    assert there == back
    assert body == before
    assert there["status"] == told_word(chosen, operation, state, state.value)


def test_those_that_contradict_each_other_are_these() -> None:
    found = []
    for pair in combinations(reelmock.quirks(), 2):
        try:
            check_quirks(pair)
        except QuirkError as error:
            found.append((pair, str(error)))
    text = "the quirks '{}' and '{}' contradict each other: both say what the {} of the same reply is. Give one of them"
    pairs = [("video-list", "video-strings", "result"), ("error-detail", "unknown-status", "error")]
    assert found == [((first, second), text.format(first, second, role)) for first, second, role in pairs]


def test_an_unknown_one_is_told_the_known_ones() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings(quirks=("succeeded", "suceeded"))
    assert str(caught.value) == (
        "there is no quirk 'suceeded'. There are: succeeded, waiting, active, video-list, video-strings, error-detail, "
        "unknown-status, tokens-used, usd-spent, generation-id"
    )


def test_the_same_one_twice_is_no_contradiction(new_engine: NewEngine, create: Make, poll: Make) -> None:
    once = quirky_engine(new_engine, ["tokens-used", "generation-id"])
    twice = quirky_engine(new_engine, ["tokens-used", "generation-id"] * 2)
    assert shown(once, lives(once, create, poll)) == shown(twice, lives(twice, create, poll))


def test_the_words_of_quirks_stand_for_states() -> None:
    assert quirk_words() == {
        "succeeded": State.COMPLETED,
        "waiting": State.QUEUED,
        "active": State.GENERATING,
        "unknown": State.ERROR,
    }


UNKNOWN: Final[JsonObject] = {"name": "face_detection_error", "message": "Could not detect face in the image"}
DETAIL: Final[JsonObject] = {
    "loc": ["body", "image_url"],
    "msg": "Could not detect face in the image",
    "type": "face_detection_error",
    "input": "",
}
OTHER_SHAPES: Final[list[tuple[str, str, Outcome, int, dict[Place, Json]]]] = [
    ("by-path", "generation-id", Completed(), 0, {("generation_id",): "1", ("id",): None}),
    ("by-path", "video-list", Completed(), -1, {("download_url",): [{"url": "https://clips.test/clips/1.mp4"}]}),
    ("nested", "succeeded", Completed(), -1, {("task", "status"): "succeeded"}),
    ("nested", "error-detail", FACE, -1, {("task", "fail_reason"): {"detail": [DETAIL]}}),
    ("two-creates", "unknown-status", FACE, -1, {("id",): "", ("status",): "unknown", ("failure",): UNKNOWN}),
    ("two-creates", "waiting", Completed(), 0, {("status",): None}),
]


@pytest.mark.parametrize(
    ("name", "quirk", "outcome", "index", "wanted"), OTHER_SHAPES, ids=[f"{row[0]}, {row[1]}" for row in OTHER_SHAPES]
)
def test_a_document_of_another_shape_has_them_in_its_own_places(
    name: str, quirk: str, outcome: Outcome, index: int, wanted: dict[Place, Json]
) -> None:
    body = lived(load_contract(JOBS / f"{name}.json"), quirk, outcome)[index]
    assert {place: value_at(body, place) for place in wanted} == wanted


@pytest.mark.parametrize("quirk", reelmock.quirks())
@pytest.mark.parametrize("name", ["by-path", "nested", "two-creates"])
@pytest.mark.parametrize("outcome", [Completed(), FACE], ids=str)
def test_replies_that_a_quirk_is_not_about_are_as_usual_in_any_document(
    quirk: str, name: str, outcome: Outcome
) -> None:
    contract = load_contract(JOBS / f"{name}.json")
    about, states = known_quirks()[quirk], [State.QUEUED, State.QUEUED, State.GENERATING]
    states.append(State.COMPLETED if isinstance(outcome, Completed) else State.ERROR)
    plain, quirky = (lived(contract, chosen, outcome) for chosen in ("", quirk))
    for index, state in enumerate(states):
        if not about.concerns("retrieve" if index else "create", state):
            assert quirky[index] == plain[index]


def lived(contract: Contract, quirk: str, outcome: Outcome) -> list[Json]:
    """The bodies of a generation of the first job route, the create reply first, with 1 for its id."""
    route, chosen = contract.job_routes[0], (quirk,) if quirk else ()
    settings = Settings(progression=Polls(1, 1), outcome=outcome, quirks=chosen, public_url="https://clips.test")
    engine = Engine(contract, VirtualClock(), settings)
    asked = [call(route.create, key="key-a", payload=example_payload(contract, route.create))]
    told = [engine.handle(asked[0]).response]
    generation_id = engine.generations()[0].id
    poll = call(route.retrieve, key="key-a", given={route.id_parameter.name: generation_id})
    told += [engine.handle(poll).response for _ in range(3)]
    return [json.loads(response.body.decode().replace(generation_id, "1")) for response in told]


def test_serve_lists_them() -> None:
    result = CliRunner().invoke(main, ["serve", "--list-quirks"])
    lines = result.output.splitlines()
    assert result.exit_code == 0
    assert lines[0].split("  ")[0] == "quirk"
    assert [line.split()[0] for line in lines[2:]] == list(reelmock.quirks())
    assert "A completed job has the status `succeeded`.  " in lines[2]
    assert lines[2].endswith("seven of the provider's pages, the model's own among them; 7 of 184 recorded replies")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["slow"], "there is no quirk 'slow'. There are: succeeded, waiting, "),
        (["video-list", "video-strings"], "the quirks 'video-list' and 'video-strings' contradict each other: "),
    ],
    ids=str,
)
def test_serve_refuses_what_can_not_be_played_in_one_line(names: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["serve", "--port", "0", *(part for name in names for part in ("--quirk", name))])
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {message}")
    assert result.output.count("\n") == 1
