"""A project of somebody else's: its fake is right or wrong as its tests say, its keys are in its environment."""

from pathlib import Path
from textwrap import dedent

from reelmock.tests.pytest_plugin.downstream import run_pytest

OURS, THEIRS = "sk-our-secret-key", "sk-their-secret-key"

FAKE = """
import os
from dataclasses import replace

from reelmock import Engine, Request, Response, Settings, VirtualClock, load_contract
from reelmock.pytest_plugin.contract_suite import contract_suite

OURS, THEIRS = os.environ["OURS"], os.environ["THEIRS"]
CLOCK = VirtualClock()
ENGINE = Engine(load_contract(), CLOCK, Settings(api_keys=(OURS, THEIRS)))
ASKED = []


def conforming(request: Request) -> Response:
    ASKED.append(request)
    return ENGINE.handle(request).response


def taking_unknown_ids(request: Request) -> Response:
    reply = conforming(request)
    told = b'{"id": 1, "status": "queued", "for": "%s"}' % (request.header("authorization") or "").encode()
    return replace(reply, status=200, body=told) if reply.status == 404 else reply
"""


def run_suite(folder: Path, source: str, *arguments: str) -> str:
    """What pytest prints about a project with that fake and these tests, as wide as it takes."""
    code = FAKE + dedent(source)
    return run_pytest(folder, code, "-rsf", *arguments, COLUMNS="400", OURS=OURS, THEIRS=THEIRS).stdout
