"""The fake serves every model of a merged document: what is valid, what is not, and a clip of a sensible size."""

import json
from pathlib import Path
from typing import Final

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import read_json
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import full_payload, minimal_payload
from reelmock.contracts.jsontree import Json, member, text
from reelmock.contracts.merge import merge
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import violations
from reelmock.contracts.sources import Source
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_progression
from reelmock.mockserver.settings import Settings

SPECS: Final = Path(__file__).parent.parent / "data" / "specs"
HOUSE: Final = load_contract().document
SOURCES: Final = [Source(file.name, read_json(file)) for file in sorted(SPECS.glob("*.json"))]
CONTRACT: Final = Contract(merge(SOURCES, HOUSE, file="merged.json").document, HOUSE)
PATH: Final = "/v2/video/generations"

each_model = pytest.mark.parametrize("model", CONTRACT.models, ids=lambda model: model.id)


def strict() -> Engine:
    return Engine(CONTRACT, VirtualClock(), Settings(progression=parse_progression("immediate"), validation="strict"))


def post(payload: Json) -> Request:
    return Request.build("POST", PATH, headers={"authorization": "Bearer key"}, json=payload)


@each_model
def test_minimal_and_full_payloads_become_playable_clips(model: Model) -> None:
    engine = strict()
    for payload in (minimal_payload(model.schema), full_payload(model.schema)):
        made = engine.handle(post(payload)).response
        assert made.status == 200, made.body
        poll = Request.build(
            "GET", f"{PATH}?generation_id={text(made.json(), 'id')}", headers={"authorization": "Bearer key"}
        )
        polled = engine.handle(poll).response.json()
        assert text(member(polled, "video"), "url").endswith(".mp4")
    for generation in engine.generations():
        clip = generation.clip
        assert (144 <= min(clip.width, clip.height) <= 2160, 1 <= clip.seconds <= 60) == (True, True)


@each_model
def test_every_catalogued_violation_is_refused_at_its_place(model: Model) -> None:
    engine = strict()
    for mutation in violations(model.schema):
        request = Request.build(
            "POST",
            PATH,
            headers={"authorization": "Bearer key", "content-type": "application/json"},
            body=json.dumps(mutation.payload).encode(),
        )
        assert engine.handle(request).response.status == 400, mutation


def test_a_resolution_gives_the_nearest_clip_there_is() -> None:
    """Of the words that a model has for it, a larger one never gives a smaller clip."""
    for model in CONTRACT.models:
        words = member(model.schema, "properties", "resolution").get("enum")
        sides = []
        for word in words if isinstance(words, list) else []:
            engine = strict()
            made = engine.handle(post(minimal_payload(model.schema) | {"resolution": word})).response
            assert made.status == 200, made.body
            (generation,) = engine.generations()
            sides.append(min(generation.clip.width, generation.clip.height))
        assert sides == sorted(sides), model.id
        assert len(set(sides)) >= min(len(sides), 2), model.id
