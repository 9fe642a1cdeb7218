"""What create and retrieve do beside answering: the plan, clip and price of a generation, and what is kept of it."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text
from reelmock.mockserver.elide import elide_text
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.generations import Generation
from reelmock.mockserver.plan import Failed, Plan, Polls, Time, parse_outcome
from reelmock.tests.mockserver.asking import Make, NewEngine

PHOTO = "data:image/png;base64," + "A" * 50_000


def made(engine: Engine, request: Request) -> Generation:
    """The generation that a request makes."""
    response = engine.handle(request).response
    assert response.status in (200, 202), response.body
    return engine.generations()[-1]


def test_a_generation_is_the_request_as_it_came(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="polls:3,4")
    request = create(duration=8, resolution="540p", generate_audio_switch=True)
    generation = made(engine, request)
    assert generation.body == request.body
    assert generation.operation == "POST /v2/video/generations"
    assert generation.model == "pixverse/v5.5/image-to-video"
    assert generation.created_at == engine.clock.now()
    assert generation.plan == Plan(Polls(3, 4), parse_outcome("completed"))
    assert (generation.clip.height, generation.clip.seconds, generation.clip.audio) == (540, 8, True)
    assert (generation.credits, generation.polls, generation.orders) == (1_040_000, 0, ())


def test_an_alias_is_the_model_that_it_stands_for(new_engine: NewEngine, create: Make) -> None:
    generation = made(new_engine(), create(model="pixverse/v5-5-image-to-video"))
    assert generation.model == "pixverse/v5.5/image-to-video"


def test_the_owner_stands_for_the_key_and_is_not_it(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine()
    first, again, other = (made(engine, create(key=key)) for key in ("sk-1", "sk-1", "sk-2"))
    assert first.owner == again.owner != other.owner
    assert "sk-1" not in repr(first)


def test_the_outcome_is_the_settings(new_engine: NewEngine, create: Make) -> None:
    outcome = parse_outcome("error:Busy:Try again")
    assert made(new_engine(outcome=outcome), create()).plan.outcome == Failed("Busy", "Try again")


def failures(engine: Engine, create: Make, count: int = 200) -> list[bool]:
    return [isinstance(made(engine, create()).plan.outcome, Failed) for _ in range(count)]


@pytest.mark.parametrize(("rate", "share"), [(0.0, {False: 200}), (1.0, {True: 200})])
def test_a_failure_rate_of_0_or_1_leaves_nothing_to_chance(
    new_engine: NewEngine, create: Make, rate: float, share: dict[bool, int]
) -> None:
    assert Counter(failures(new_engine(failure_rate=rate), create)) == share


def test_a_failure_rate_between_is_drawn_from_the_seed(new_engine: NewEngine, create: Make) -> None:
    first, again, other = (failures(new_engine(failure_rate=0.3, seed=seed), create) for seed in ("a", "a", "b"))
    assert first == again
    assert first != other
    assert 30 < sum(first) < 90


def test_a_drawn_failure_is_the_documents_usual_one(new_engine: NewEngine, create: Make) -> None:
    generation = made(new_engine(failure_rate=1), create())
    assert generation.plan.outcome == Failed("Error", "The video could not be generated")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"name": "N", "message": "M"}, {"name": "x"}], Failed("N", "M")),
        ([], Failed("Error", "The video could not be generated")),
        ("odd", Failed("Error", "The video could not be generated")),
        ([{"message": "M"}], Failed("Error", "M")),
    ],
)
def test_the_usual_failure_comes_from_the_document(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract], rows: Json, expected: Failed
) -> None:
    contract = jobs_contract(extensions={"x-generation-errors": rows})
    request = Request.build("POST", "/jobs", json={"prompt": "p"})
    assert made(new_engine(contract=contract, failure_rate=1), request).plan.outcome == expected


def drawn(engine: Engine, create: Make) -> list[tuple[float, float]]:
    progressions = [made(engine, create()).plan.progression for _ in range(50)]
    return [(time.queued.low, time.generating.low) for time in progressions if isinstance(time, Time)]


def test_ranges_of_seconds_are_drawn_from_the_seed_for_each_generation(new_engine: NewEngine, create: Make) -> None:
    first, again, other = (drawn(new_engine(progression="time:1..2,3..5", seed=s), create) for s in ("a", "a", "b"))
    assert first == again
    assert first != other
    assert len(set(first)) == 50
    assert all(1 <= queued <= 2 and 3 <= generating <= 5 for queued, generating in first)


@pytest.mark.parametrize(
    "members",
    [
        {"image_url": PHOTO},
        {"image_url": PHOTO, "duration": "5"},
        {"image_url": PHOTO, "model": "pixverse/v5-5-image-to-video", "seed": "7", "undeclared": [PHOTO, 1, None]},
    ],
)
def test_eliding_cuts_long_strings_and_changes_nothing_else(
    new_engine: NewEngine, create: Make, members: JsonObject
) -> None:
    """Above all it keeps what was tolerated as it came: a numeric string stays a string."""
    engine = new_engine(elide=True)
    request = create(**members)
    generation = made(engine, request)
    expected = json.loads(request.body.replace(PHOTO.encode(), elide_text(PHOTO).encode()))
    assert generation.payload == expected
    assert engine.journal.entries()[-1].body == generation.body


def test_without_eliding_everything_is_kept(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(elide=False)
    request = create(image_url=PHOTO, undeclared=PHOTO)
    assert made(engine, request).body == request.body
    assert engine.journal.entries()[0].body == request.body


def test_what_was_tolerated_is_kept_without_its_long_strings(new_engine: NewEngine, create: Make) -> None:
    """A deviation holds the value that came: a photo in an undeclared member would stay in memory uncounted."""
    engine = new_engine(elide=True)
    made(engine, create(undeclared=PHOTO))
    [entry] = engine.journal.entries()
    assert [deviation.pointer for deviation in entry.deviations] == ["/undeclared"]
    assert len(repr(entry)) < 20_000


@pytest.mark.parametrize(("elide", "kept"), [(True, 4096), (False, None)])
def test_a_refused_body_is_cut_only_when_eliding(
    new_engine: NewEngine, create: Make, elide: bool, kept: int | None
) -> None:
    engine = new_engine(elide=elide)
    request = create(image_url=PHOTO, duration=7)
    assert engine.handle(request).response.status == 400
    assert engine.journal.entries()[-1].body == request.body[:kept]


def test_a_small_body_is_kept_byte_for_byte(new_engine: NewEngine, create: Make) -> None:
    body = create().body.replace(b": ", b" :\n")
    assert made(new_engine(), create(body=body)).body == body


def test_tolerated_values_are_noted_and_count_as_what_they_mean(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="immediate")
    generation = made(engine, create(duration="8", undeclared=1))
    assert generation.clip.seconds == 8
    deviations = engine.journal.entries()[-1].deviations
    assert [(deviation.kind, deviation.pointer) for deviation in deviations] == [
        ("wrong_type", "/duration"),
        ("undeclared_property", "/undeclared"),
    ]


def test_strict_tolerates_nothing(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(validation="strict")
    body = engine.handle(create(duration="8", undeclared=1)).response.json()
    codes = [text(issue, "code") for issue in items(body, "error", "data")]
    assert codes == ["invalid_type", "unrecognized_keys"]
    assert engine.generations() == []


def test_a_document_without_keys_models_and_query_works_the_same(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract]
) -> None:
    """Id in the path, 202, fields of its own, nobody's key."""
    engine = new_engine(contract=jobs_contract(), progression="polls:0,0")
    created = engine.handle(Request.build("POST", "/jobs", json={"prompt": "p"})).response
    assert created.status == 202
    task_id = text(created.json(), "task_id")
    polled = engine.handle(Request("GET", f"/jobs/{task_id}", origin="http://h")).response
    assert polled.json() == {"task_id": task_id, "state": "SUCCESS", "output": f"http://h/clips/{task_id}.mp4"}
    assert engine.handle(Request("GET", "/jobs/other")).response.status == 404
    assert engine.handle(Request("GET", f"/jobs/{task_id}")).response.header("www-authenticate") is None


@pytest.mark.parametrize("body", [b"[]", b"1", b'"x"'])
def test_a_document_without_a_request_schema_wants_an_object_all_the_same(
    new_engine: NewEngine, jobs_contract: Callable[..., Contract], body: bytes
) -> None:
    contract = jobs_contract()
    member(contract.document.tree, "paths", "/jobs", "post").pop("requestBody")
    engine = new_engine(contract=contract)
    headers = (("content-type", "application/json"),)
    assert engine.handle(Request("POST", "/jobs", (), headers, body)).response.status == 400
    generation = made(engine, Request("POST", "/jobs", (), headers, b'{"anything": 1}'))
    assert generation.model == ""
