"""The documents in tests/data: condensed copies of real ones with their quirks, and one of shapes that these lack."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmock.contracts.contract import load_contract
from reelmock.contracts.places import dotted

DATA = Path(__file__).parent.parent / "data"
SHAPES = [
    *("all-of", "any-of", "one-of", "nested-one-of", "if-then-else", "not", "dependent", "numbers", "strings"),
    *("arrays", "nested-arrays", "objects", "choices", "formats", "unsatisfiable"),
]

# File → the models and how many job routes it has. A real file has one operation: it creates, or it retrieves.
DOCUMENTS: dict[str, tuple[list[str], int]] = {
    "specs/black-forest-labs-flux-3-video-i2v.json": (["blackforestlabs/flux-3-video-i2v"], 0),
    "specs/bytedance-seedance-2-0.json": (["bytedance/seedance-2-0"], 0),
    "specs/google-veo-3.1-t2v.json": (["google/veo-3.1-t2v"], 0),
    "specs/kling-ai-v1.5-pro-image-to-video.json": (["kling-video/v1.5/pro/image-to-video"], 0),
    "specs/kling-ai-v1.6-pro-effects.json": (["klingai/kling-video-v1.6-pro-effects"], 0),
    "specs/kling-ai-v3-turbo-pro-image-to-video.json": (["klingai/video-v3-turbo-pro-image-to-video"], 0),
    "specs/luma-ai-ray-2.json": (["luma/ray-2"], 0),
    "specs/minimax-hailuo-02.json": (["minimax/hailuo-02"], 0),
    "specs/minimax-video-01-live2d.json": (["video-01-live2d"], 0),
    "specs/openai-sora-2-t2v.json": (["openai/sora-2-t2v"], 0),
    "specs/pixverse-v5.5-image-to-video.json": (["pixverse/v5.5/image-to-video"], 0),
    "specs/runway-act-two.json": (["runway/act_two"], 0),
    "specs/universal-video-fetch.json": ([], 0),
    "shapes.json": ([f"shapes/{name}" for name in SHAPES], 1),
}

# What real documents get wrong, or write in the way of OpenAPI 3.0: file, place below the properties, value.
QUIRKS = [
    ("minimax-video-01-live2d", ["image_url", "required"], True),
    ("google-veo-3.1-t2v", ["duration", "default"], "8"),
    ("kling-ai-v3-turbo-pro-image-to-video", ["multi_prompt", "nullable"], True),
    ("luma-ai-ray-2", ["keyframes", "properties", "frame1", "anyOf", 2], {"nullable": True}),
]


def read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def strings(node: Any) -> Iterator[str]:
    """Every string in a value, and every name of a member."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for inner in [*node, *node.values()] if isinstance(node, dict) else node:
            yield from strings(inner)


def test_the_table_has_every_file() -> None:
    found = {path.relative_to(DATA).as_posix() for path in (*DATA.glob("specs/*"), DATA / "shapes.json")}
    assert found == set(DOCUMENTS)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_loads_with_its_models_and_job_routes(name: str) -> None:
    contract = load_contract(DATA / name)
    assert ([model.id for model in contract.models], len(contract.job_routes)) == DOCUMENTS[name]


def test_the_shapes_are_one_job_route_of_a_flawless_document() -> None:
    contract = load_contract(DATA / "shapes.json")
    assert contract.document.findings == ()
    assert OpenAPIV31SpecValidator(read("shapes.json")).is_valid()
    (route,) = contract.job_routes
    assert (route.create.key, route.example_call) == ("POST /v1/videos", "GET /v1/videos?id=<id>")
    places = route.retrieved
    fields = tuple(map(dotted, (places.id, places.status, places.result, places.error)))
    assert fields == ("id", "status", "video", "error")
    assert list(route.vocabulary) == ["queued", "generating", "completed", "error"]


@pytest.mark.parametrize(("name", "place", "value"), QUIRKS)
def test_the_copies_keep_the_quirks(name: str, place: list[str | int], value: object) -> None:
    post = read(f"specs/{name}.json")["paths"]["/v2/video/generations"]["post"]
    node = post["requestBody"]["content"]["application/json"]["schema"]["properties"]
    for step in place:
        node = node[step]
    assert node == value


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_hold_facts_and_no_sentences(name: str) -> None:
    assert [text for text in strings(read(name)) if " " in text] == []
