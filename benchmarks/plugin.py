"""What the pytest plugin costs: a project that does not use it, and one that does."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final

import httpx

from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.contracts.contract import load_contract
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import Polls
from reelmock.mockserver.settings import Settings
from reelmock.pytest_plugin.mocking import mock

URL: Final = "https://api.aimlapi.com/v2/video/generations"
PAYLOAD: Final = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat.",
    "image_url": "https://example.com/boat.jpg",
}
HEADERS: Final = {"Authorization": "Bearer sk-benchmark"}
TESTS: Final = 200
CYCLES: Final = 200

# Other plugins that are installed here would be measured as well.
ALONE: Final = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:schemathesis", "-p", "no:xdist")
UNUSED: Final = "def test_it(): pass\n"
MANY: Final = f"import pytest\n@pytest.mark.parametrize('n', range({TESTS}))\ndef test_it({{}}, n): pass\n"


# Name → test module, and arguments of pytest.
PROJECTS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "off": (UNUSED, ("-p", "no:reelmock")),
    "unused": (UNUSED, ()),
    "one": ("def test_it(reelmock_api): pass\n", ()),
    "many": (MANY.format("reelmock_api"), ()),
    "many without": (MANY.format("tmp_path_factory"), ()),
}


def measure(effort: Effort) -> list[Row]:
    """The whole of a pytest run, with the plugin and without it; and cycles of one POST and three GETs."""
    found: dict[str, list[float]] = {name: [] for name in PROJECTS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(effort.start_ups):  # in turn, so that a busy moment of the machine meets all of them
            for name, (source, arguments) in PROJECTS.items():
                found[name].append(_run(Path(folder), source, arguments))
    ms = {name: median(values) for name, values in found.items()}
    return [
        Row(
            "plugin, installed and unused",
            ms["unused"] - ms["off"],
            "ms more",
            spread(found["off"], ".0f"),
            10,
            digits=0,
        ),
        Row("first test with reelmock_api", ms["one"] - ms["unused"], "ms more", at_most=300, digits=0),
        Row(f"{TESTS} tests with reelmock_api", ms["many"] - ms["many without"], "ms more", at_most=1000, digits=0),
        *_cycles(),
        *_server(effort),
    ]


def _run(folder: Path, source: str, arguments: tuple[str, ...]) -> float:
    """How long pytest takes, in ms."""
    (folder / "test_it.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", *ALONE, *arguments, "test_it.py"]
    return _timed(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=True))


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return (time.perf_counter() - start) * 1000


def _cycle(client: httpx.Client, url: str) -> None:
    generation = json.loads(client.post(url, json=PAYLOAD).content)["id"]
    for _ in range(3):
        client.get(url, params={"generation_id": generation})


def _cycles() -> list[Row]:
    with mock(), httpx.Client(headers=HEADERS) as client:
        in_process = [_timed(lambda: _cycle(client, URL)) for _ in range(CYCLES)]
    engine = Engine(load_contract(), RunningClock(), Settings(progression=Polls(1, 1)))
    with LiveServer(create_app(engine)) as server, httpx.Client(headers=HEADERS) as client:
        live = [_timed(lambda: _cycle(client, f"{server.url}/v2/video/generations")) for _ in range(CYCLES)]
    return [
        Row("POST + 3 GET, httpx in the process", median(in_process), "ms", "through respx", 2),
        Row("POST + 3 GET, httpx and live server", median(live), "ms", "kept alive", 5),
    ]


def _server(effort: Effort) -> list[Row]:
    app = create_app(Engine(load_contract(), RunningClock()))
    starts, stops = [], []
    for _ in range(effort.start_ups):
        server = LiveServer(app)
        starts.append(_timed(server.__enter__))
        stops.append(_timed(server.__exit__))
    return [
        Row("live server, start", median(starts), "ms", spread(starts), 20),
        Row("live server, stop", median(stops), "ms", spread(stops), 10),
    ]
