"""A real browser takes the clips: it knows size and length, plays, seeks, reaches the end, and finds the sound.

All clips are played in one start of Chromium; each test then reads the page's report on one of them.
"""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from reelmock.mockserver.clips import ClipSpec, render_clip
from reelmock.tests.browser.player import CHROMIUM, Report, play, serve

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

SPECS = [
    ClipSpec(width, height, seconds, audio)
    for width, height in ((640, 360), (960, 540), (1280, 720), (1920, 1080), (720, 1280))
    for seconds in (5, 8, 10)
    for audio in (False, True)
]


def name(spec: ClipSpec) -> str:
    return f"{spec.width}x{spec.height}-{spec.seconds}s-{'sound' if spec.audio else 'mute'}"


def offered(base_url: str) -> list[tuple[str, ClipSpec]]:
    """The addresses of the clips at the server, each with what must be found there."""
    return [(f"{base_url}/{name(spec)}.mp4", spec) for spec in SPECS]


@pytest.fixture(scope="module")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the clips; to a request for a range it answers 206, without which Chromium can't seek."""
    folder = tmp_path_factory.mktemp("clips")
    for spec in SPECS:
        (folder / f"{name(spec)}.mp4").write_bytes(render_clip(spec, name(spec)))
    with serve(Starlette(routes=[Mount("/", StaticFiles(directory=folder))])) as url:
        yield url


@pytest.fixture(scope="module")
def reports(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[ClipSpec, Report]:
    """What Chromium saw of each clip."""
    clips = offered(base_url)
    seen = {report["url"]: report for report in play([url for url, _ in clips], tmp_path_factory.mktemp("profile"))}
    return {spec: seen[url] for url, spec in clips}


@pytest.mark.parametrize("spec", SPECS, ids=name)
def test_chromium_takes_the_clip(spec: ClipSpec, reports: dict[ClipSpec, Report]) -> None:
    report = reports[spec]
    assert report["error"] == ""
    assert (report["width"], report["height"]) == (spec.width, spec.height)
    assert report["duration"] == pytest.approx(spec.seconds, abs=0.001)
    assert report["played_to"] > 0
    assert report["sought_to"] == pytest.approx(0.8 * spec.seconds, abs=0.001)
    assert report["ended_at"] == pytest.approx(spec.seconds, abs=0.001)
    assert (report["audio_bytes"] > 0) is spec.audio
