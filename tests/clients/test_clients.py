"""Clients of the usual shapes, with the usual libraries, get from POST to the clip; only their base URL is ours."""

import asyncio
import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
import requests

from reelmock.contracts.contract import load_contract
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clips import ClipSpec, render_clip
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.plan import Polls
from reelmock.mockserver.settings import Settings

# What a client saw: the status words in order, the clip's content type, and its size in bytes.
Seen: TypeAlias = dict[str, Any]

KEY = "made-up-key"
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
PENDING = ("waiting", "queued", "generating")
PAYLOAD = {
    "model": "pixverse/v5-5-image-to-video",
    "prompt": "A paper boat sails down a rainy street.",
    "image_url": "https://example.com/boat.jpg",
}


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    engine = Engine(load_contract(), RunningClock(), Settings(progression=Polls(1, 2), api_keys=(KEY,)))
    with LiveServer(create_app(engine)) as server:
        yield server.url


def with_requests(base: str) -> Seen:
    url = f"{base}/v2/video/generations"
    with requests.Session() as session:
        session.trust_env = False
        body = session.post(url, json=PAYLOAD, headers={"Authorization": f"Bearer {KEY}"}).json()
        seen, generation_id = [body["status"]], body["id"]
        while body["status"] in PENDING:
            body = session.get(url, params={"generation_id": generation_id}, headers=HEADERS).json()
            seen.append(body["status"])
        clip = session.get(body["video"]["url"])
    return {"seen": seen, "type": clip.headers["content-type"], "size": len(clip.content)}


def with_httpx(base: str) -> Seen:
    with httpx.Client(base_url=f"{base}/v2", headers=HEADERS, trust_env=False) as client:
        body = client.post("/video/generations", json=PAYLOAD).raise_for_status().json()
        seen, generation_id = [body["status"]], body["id"]
        while body["status"] in PENDING:
            body = client.get("/video/generations", params={"generation_id": generation_id}).json()
            seen.append(body["status"])
        clip = client.get(body["video"]["url"])
    return {"seen": seen, "type": clip.headers["content-type"], "size": len(clip.content)}


async def _with_async_httpx(base: str) -> Seen:
    async with httpx.AsyncClient(base_url=base, headers=HEADERS, trust_env=False) as client:
        body = (await client.post("/v2/video/generations", json=PAYLOAD)).json()
        seen, generation_id = [body["status"]], body["id"]
        while body["status"] in PENDING:
            body = (await client.get("/v2/video/generations", params={"generation_id": generation_id})).json()
            seen.append(body["status"])
        async with client.stream("GET", body["video"]["url"]) as clip:
            size = sum([len(chunk) async for chunk in clip.aiter_bytes()])
    return {"seen": seen, "type": clip.headers["content-type"], "size": size}


def with_async_httpx(base: str) -> Seen:
    return asyncio.run(_with_async_httpx(base))


def with_urllib(base: str) -> Seen:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{base}/v2/video/generations"

    def call(url: str, data: bytes | None = None) -> Any:
        with opener.open(urllib.request.Request(url, data=data, headers=HEADERS)) as answer:
            return json.load(answer)

    body = call(url, json.dumps(PAYLOAD).encode())
    seen, query = [body["status"]], urllib.parse.urlencode({"generation_id": body["id"]})
    while body["status"] in PENDING:
        body = call(f"{url}?{query}")
        seen.append(body["status"])
    with opener.open(body["video"]["url"]) as clip:
        return {"seen": seen, "type": clip.headers["content-type"], "size": len(clip.read())}


def with_node(script: str) -> Callable[[str], Seen]:
    def client(base: str) -> Seen:
        node = shutil.which("node")
        if node is None:
            pytest.skip("node is not installed")
        arguments = [node, str(Path(__file__).with_name(script)), base, KEY]
        seen: Seen = json.loads(subprocess.run(arguments, capture_output=True, check=True, timeout=30).stdout)
        return seen

    return client


@pytest.mark.parametrize(
    "client",
    [
        pytest.param(with_requests, id="requests"),
        pytest.param(with_httpx, id="httpx"),
        pytest.param(with_async_httpx, id="httpx-async"),
        pytest.param(with_urllib, id="urllib"),
        pytest.param(with_node("polling.mjs"), id="node-fetch"),
        pytest.param(with_node("callbacks.cjs"), id="node-http"),
    ],
)
def test_a_client_gets_from_post_to_the_clip(client: Callable[[str], Seen], base_url: str) -> None:
    any_id = "x" * 21
    size = len(render_clip(ClipSpec(1280, 720, 5, audio=False), any_id))
    words = ["queued", "queued", "generating", "generating", "completed"]
    assert client(base_url) == {"seen": words, "type": "video/mp4", "size": size}
