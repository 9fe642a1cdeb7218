"""A real browser takes the clips: it knows size and length, plays, seeks, reaches the end, and finds the sound.

All clips are played in one start of Chromium; each test then reads the page's report on one of them.
"""

import copy
import json
import urllib.request
from collections.abc import Iterator, Mapping

import pytest

from reelmock.contracts.contract import SHIPPED, Contract
from reelmock.contracts.document import load_document, make_document, read_json
from reelmock.contracts.jsontree import JsonObject, member
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clips import ClipSpec
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import Immediate
from reelmock.mockserver.settings import Settings
from reelmock.tests.browser.player import CHROMIUM, Report, play

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

WIDTHS = {"360p": 640, "540p": 960, "720p": 1280, "1080p": 1920}

# What is asked for, and the clip that must come.
ASKED: Mapping[ClipSpec, Mapping[str, str | int]] = {
    ClipSpec(width, width * 9 // 16, seconds, audio): {
        "resolution": resolution,
        "duration": seconds,
        "generate_audio_switch": audio,
    }
    for resolution, width in WIDTHS.items()
    for seconds in (5, 8, 10)
    for audio in (False, True)
} | {ClipSpec(720, 1280, 5, audio=True): {"aspect_ratio": "9:16", "generate_audio_switch": True}}


def name(spec: ClipSpec) -> str:
    return f"{spec.width}x{spec.height}-{spec.seconds}s-{'sound' if spec.audio else 'mute'}"


def contract() -> Contract:
    """The shipped contract, with portrait pictures, and without the rule that forbids 1080p with 8 seconds."""
    tree = copy.deepcopy(read_json(SHIPPED))
    schema = member(tree, "components", "schemas", "PixverseV55ImageToVideo")
    del schema["allOf"]
    member(schema, "properties")["aspect_ratio"] = {"type": "string", "enum": ["16:9", "9:16"], "default": "16:9"}
    return Contract(make_document(tree, "portrait.json"), load_document(SHIPPED))


def call(url: str, payload: JsonObject | None = None) -> JsonObject:
    body = None if payload is None else json.dumps(payload).encode()
    headers = {"Authorization": "Bearer any-key", "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers)) as answer:
        return member(json.load(answer))


def offered(base_url: str) -> Iterator[tuple[str, ClipSpec]]:
    """A completed generation's clip for each thing that may be asked for, with what must be found there."""
    route = f"{base_url}/v2/video/generations"
    for spec, wishes in ASKED.items():
        payload: JsonObject = {
            "model": "pixverse/v5.5/image-to-video",
            "prompt": "x",
            "image_url": "https://a.test/b",
            **wishes,
        }
        created = call(route, payload)
        completed = call(f"{route}?generation_id={created['id']}")
        yield str(member(completed, "video")["url"]), spec


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    engine = Engine(contract(), RunningClock(), Settings(progression=Immediate()))
    with LiveServer(create_app(engine)) as server:
        yield server.url


@pytest.fixture(scope="module")
def reports(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[ClipSpec, Report]:
    """What Chromium saw of each clip."""
    clips = list(offered(base_url))
    seen = {report["url"]: report for report in play([url for url, _ in clips], tmp_path_factory.mktemp("profile"))}
    return {spec: seen[url] for url, spec in clips}


@pytest.mark.parametrize("spec", ASKED, ids=name)
def test_chromium_takes_the_clip(spec: ClipSpec, reports: dict[ClipSpec, Report]) -> None:
    report = reports[spec]
    assert report["error"] == ""
    assert (report["width"], report["height"]) == (spec.width, spec.height)
    assert report["duration"] == pytest.approx(spec.seconds, abs=0.001)
    assert report["played_to"] > 0
    assert report["sought_to"] == pytest.approx(0.8 * spec.seconds, abs=0.001)
    assert report["ended_at"] == pytest.approx(spec.seconds, abs=0.001)
    assert (report["audio_bytes"] > 0) is spec.audio
