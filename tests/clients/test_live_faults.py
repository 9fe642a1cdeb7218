"""Over a real socket each library raises for a fault what the table of the doors says: it is one table for both."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.reply import Reply
from reelmock.tests.pytest_plugin.doors.fault_clients import CHUNK, CLIENTS, Use
from reelmock.tests.pytest_plugin.doors.test_faults import RAISED, expected, told

BODY = bytes(range(200, 250)) * 3
WHOLE = Response(200, (("content-type", "video/mp4"), ("content-length", str(len(BODY)))), BODY)
HALF = len(BODY) // 2

CUT = (Fault.RESET_BODY, Fault.TRUNCATE, Fault.STALL)
# What is not to be waited for is given up soon.
PATIENCE_S = {Fault.HANG: 0.2, Fault.STALL: 0.2}
EVERYBODY = pytest.mark.parametrize("name", CLIENTS)


class Faulty(Engine):
    """Breaks its reply to `GET /FAULT` as the path says; `GET /` gets it whole."""

    def __init__(self) -> None:
        super().__init__(load_contract(), VirtualClock())

    def handle(self, request: Request) -> Reply:
        name = request.path.removeprefix("/")
        return Reply(WHOLE, fault=Fault(name) if name else None)


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with pytest.MonkeyPatch.context() as patch, LiveServer(create_app(Faulty())) as server:
        patch.setenv("NO_PROXY", "127.0.0.1")
        yield server


def raised(use: Use, url: str, timeout: float, got: list[bytes]) -> str:
    """What is raised, or "" for nothing."""
    try:
        use(url, timeout, got)
    except Exception as error:
        return told(error)
    return ""


def seen_as(fault: Fault) -> Fault:
    """Once a connection is there it can't be refused any more."""
    return Fault.RESET if fault is Fault.REFUSE else fault


@EVERYBODY
@pytest.mark.parametrize("fault", RAISED)
def test_a_fault_raises_what_the_table_says(server: LiveServer, name: str, fault: Fault) -> None:
    got: list[bytes] = []
    error = raised(CLIENTS[name].fetch, f"{server.url}/{fault}", PATIENCE_S.get(fault, 5.0), got)
    assert (error, got) == (expected(seen_as(fault), name), [])


@EVERYBODY
@pytest.mark.parametrize("fault", CUT)
def test_who_streams_gets_the_beginning_of_a_body_that_is_cut(server: LiveServer, name: str, fault: Fault) -> None:
    got: list[bytes] = []
    error = raised(CLIENTS[name].stream, f"{server.url}/{fault}", PATIENCE_S.get(fault, 5.0), got)
    # http.client takes the end of a connection for the end of a body that is read in parts, and gives whole parts only.
    unnoticed = name == "urllib" and fault is Fault.TRUNCATE
    in_parts = name in ("requests", "urllib3", "urllib") and not unnoticed
    assert error == ("" if unnoticed else expected(fault, name))
    assert b"".join(got) == BODY[: HALF // CHUNK * CHUNK if in_parts else HALF]


@EVERYBODY
def test_a_trickle_is_the_whole_reply_in_pieces(server: LiveServer, name: str) -> None:
    got: list[bytes] = []
    CLIENTS[name].stream(f"{server.url}/{Fault.TRICKLE}", 5.0, got)
    assert b"".join(got) == BODY
    assert len(got) > 1


@EVERYBODY
def test_a_server_that_refuses_connections_raises_what_the_table_says(server: LiveServer, name: str) -> None:
    got: list[bytes] = []
    with server.refusing():
        assert raised(CLIENTS[name].fetch, server.url, 5.0, got) == expected(Fault.REFUSE, name)
    CLIENTS[name].fetch(server.url, 5.0, got)
    assert got == [BODY]


NODE: dict[Fault, dict[str, Any]] = {
    Fault.REFUSE: {"started": "no head", "message": "fetch failed", "code": "ECONNRESET"},
    Fault.RESET: {"started": "no head", "message": "fetch failed", "code": "ECONNRESET"},
    Fault.CLOSE: {"started": "no head", "message": "fetch failed", "code": "UND_ERR_SOCKET"},
    Fault.RESET_BODY: {"started": 200, "message": "terminated", "code": "ECONNRESET"},
    Fault.TRUNCATE: {"started": 200, "message": "terminated", "code": "UND_ERR_SOCKET"},
    Fault.HANG: {"started": "no head", "message": "TimeoutError"},
    Fault.STALL: {"started": 200, "message": "TimeoutError"},
    Fault.TRICKLE: {"started": 200, "body": BODY.decode("utf-8", "replace")},
    Fault.GARBAGE: {"started": "no head", "message": "fetch failed", "code": "HPE_INVALID_CONSTANT"},
}


def with_node(*asked: tuple[str, float]) -> list[dict[str, Any]]:
    """What fetch sees of URLs, each with its time-out in seconds."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    arguments = [f"{url} {int(seconds * 1000)}" for url, seconds in asked]
    script = str(Path(__file__).with_name("faults.mjs"))
    run = subprocess.run([node, script, *arguments], capture_output=True, check=True, timeout=30)
    seen: list[dict[str, Any]] = json.loads(run.stdout)
    return seen


def test_node_sees_each_fault(server: LiveServer) -> None:
    seen = with_node(*((f"{server.url}/{fault}", PATIENCE_S.get(fault, 5.0)) for fault in Fault))
    assert dict(zip(Fault, seen, strict=True)) == NODE


def test_node_sees_that_connections_are_refused(server: LiveServer) -> None:
    with server.refusing():
        assert with_node((server.url, 5.0)) == [
            {"started": "no head", "message": "fetch failed", "code": "ECONNREFUSED"}
        ]
