"""What `reelmock serve` says when it answers."""

import json
import shlex
from collections.abc import Callable

from reelmock.contracts.contract import Contract, load_contract
from reelmock.mockserver.banner import banner, curl
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.settings import Settings


def test_the_banner_says_where_what_how_and_with_which_keys() -> None:
    contract = load_contract()
    engine = Engine(contract, VirtualClock(), Settings(api_keys=("a", "b"), seed="7"))
    assert banner(engine, "http://127.0.0.1:1").splitlines() == [
        "reelmock answers at http://127.0.0.1:1",
        f"  contract     {contract.title}",
        "  models       pixverse/v5.5/image-to-video",
        "  progression  time:2,8 (lenient, seed 7)",
        "  keys         a, b",
        "",
        "Create a generation:",
        f"  {curl(engine, 'http://127.0.0.1:1')}",
        "then poll it: GET /v2/video/generations?generation_id=<id>. Ctrl-C ends the server.",
    ]


def test_the_curl_line_sends_a_valid_payload_with_a_key_that_is_taken() -> None:
    engine = Engine(load_contract(), VirtualClock(), Settings(api_keys=("a key's",)))
    words = shlex.split(curl(engine, "http://h"))
    assert words[:5] == ["curl", "-s", "http://h/v2/video/generations", "-H", "Authorization: Bearer a key's"]
    assert engine.contract.models[0].surely_valid(json.loads(words[-1]))


def test_a_document_without_models_is_no_problem(jobs_contract: Callable[..., Contract]) -> None:
    engine = Engine(
        jobs_contract(extensions={"components": {"requestBodies": {"Job": {"description": ""}}}}), VirtualClock()
    )
    assert "  models       none declared" in banner(engine, "http://h").splitlines()
    assert curl(engine, "http://h").endswith(" -d '{}'")
