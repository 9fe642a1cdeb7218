"""A program in another language, tested from the outside: it is told where the API is by its environment."""

import shutil
import subprocess
from pathlib import Path

import pytest

NODE = shutil.which("node")
TEASER = Path(__file__).parent.parent / "teaser.mjs"
SUITE = Path(__file__).parent / "teaser.test.mjs"
POSTER = "https://example.com/poster.jpg"

pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")


@pytest.fixture
def teaser(reelmock_server):
    """Runs the program against the fake."""
    environment = reelmock_server.env(VIDEO_API="{url}/v2", VIDEO_KEY="{api_key}", VIDEO_POLL_MS="1")

    def run(*arguments):
        command = [NODE, TEASER, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, check=False, timeout=30)

    return run


def test_a_poster_becomes_a_video(teaser, reelmock_server):
    done = teaser(POSTER, "The hero turns around.")

    assert done.returncode == 0, done.stderr
    assert done.stdout[4:8] == b"ftyp"
    assert [generation.payload["prompt"] for generation in reelmock_server.generations] == ["The hero turns around."]
    reelmock_server.assert_requests_conform()
    reelmock_server.assert_stopped_after_terminal()


@pytest.mark.reelmock(outcome="error:ModerationError:The poster shows a famous person")
def test_a_failure_is_told(teaser):
    failed = teaser(POSTER, "The hero turns around.")

    assert failed.returncode == 1
    assert failed.stderr == b"no teaser: The poster shows a famous person\n"


def test_a_poster_that_is_no_url_is_refused(teaser, reelmock_server):
    failed = teaser("poster.jpg", "The hero turns around.")

    assert failed.stderr == b"no teaser: image_url: Invalid url\n"
    assert reelmock_server.generations == []


def test_the_suite_in_node_passes(reelmock_server):
    """It drives the fake by itself, over HTTP."""
    told = {"REELMOCK_CONTROL": "{control_url}", "REELMOCK_TOKEN": "{control_token}"}
    environment = reelmock_server.env(VIDEO_API="{url}/v2", VIDEO_KEY="{api_key}", VIDEO_POLL_MS="5", **told)
    command = [NODE, "--test", SUITE]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True, timeout=60)

    assert done.returncode == 0, done.stdout
    assert len(reelmock_server.generations) == 1  # of its last test
