"""Runs pytest in the environment of a downstream project, where reelmock stands beside other mocks and plugins."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent.parent
BIN = ROOT / ".venv" / "downstream" / "bin"
PYTHON = str(BIN / "python")
PYTEST = (PYTHON, "-m", "pytest")

# No plugin but ours, and those that arguments name: starting all of them takes seconds.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
OURS = ("-p", "reelmock")

INI = """
[pytest]
asyncio_default_fixture_loop_scope = function
markers =
    needed: a marker of the project's own
"""

# What every client in these tests does.
CLIENT = """
import pytest
import requests

URL = "https://api.aimlapi.com/v2/video/generations"
KEY = {"Authorization": "Bearer sk-test"}
PAYLOAD = {"model": "pixverse/v5.5/image-to-video", "prompt": "boat", "image_url": "https://example.com/boat.jpg"}


def create():
    return requests.post(URL, json=PAYLOAD, headers=KEY).json()["id"]


def poll(generation):
    return requests.get(URL, params={"generation_id": generation}, headers=KEY).json()["status"]
"""


@dataclass(frozen=True)
class Run:
    """A run of pytest: what became of each test, and the output. Of several failures of one test the first counts."""

    outcomes: Mapping[str, str]
    output: str

    @property
    def failed(self) -> list[str]:
        """The tests that did not pass, with what became of them; nor did tests that were none."""
        failed = [f"{name}: {outcome}" for name, outcome in self.outcomes.items() if outcome != "passed"]
        return failed if self.outcomes else ["no test ran"]


def run_tests(
    folder: Path,
    files: Mapping[str, str],
    *arguments: str,
    command: tuple[str, ...] = PYTEST,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """The run of a made-up project that consists of these files; `test_*.py` begin with a client."""
    assert BIN.is_dir(), "the environment of downstream projects is not there: make .venv/downstream/ready"
    for name, source in {"pytest.ini": INI, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((CLIENT if path.name.startswith("test_") else "") + dedent(source), encoding="utf-8")
    report = folder / "report.xml"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))}
    run = subprocess.run(
        [*command, "-p", "no:cacheprovider", f"--junitxml={report}", *arguments],
        cwd=folder,
        env={**environment, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return Run(_outcomes(report), run.stdout + run.stderr)


def _outcomes(report: Path) -> dict[str, str]:
    """What became of each test, as `module::name`: passed, skipped, failure or error."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
        kinds = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        found[f"{case.get('classname')}::{case.get('name')}"] = kinds[0] if kinds else "passed"
    return found
