"""Runs pytest on the tests of a made-up project, as its developer would."""

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

PLUGIN = ("-p", "reelmock.pytest_plugin.plugin")

# What every client in these tests does.
PRELUDE = """
import pytest
import requests

URL = "https://api.aimlapi.com/v2/video/generations"
KEY = {"Authorization": "Bearer sk-test"}
PAYLOAD = {"model": "pixverse/v5.5/image-to-video", "prompt": "boat", "image_url": "https://example.com/boat.jpg"}


def create(**changes):
    return requests.post(URL, json=PAYLOAD | changes, headers=KEY)


def poll(generation):
    return requests.get(URL, params={"generation_id": generation}, headers=KEY).json()
"""


def run_pytest(
    folder: Path, source: str, *arguments: str, files: dict[str, str] | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The run of one test module, after a prelude that has a client; `files` are more files of the project."""
    (folder / "test_client.py").write_text(PRELUDE + dedent(source), encoding="utf-8")
    for name, text in (files or {}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_CORE"))}
    return subprocess.run(
        command, cwd=folder, env=environment | variables, capture_output=True, text=True, check=False, timeout=60
    )
