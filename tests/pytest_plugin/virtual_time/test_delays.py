"""Replies that a rule delays: requests that are under way at once wait at once, and time-outs fire when they should."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import httpx
import pytest
import requests

import reelmock
from reelmock.pytest_plugin.virtual_time import real

URL = "https://api.aimlapi.com/v2/video/generations"
KEY = {"Authorization": "Bearer sk-anything"}
BOAT = {"model": "pixverse/v5.5/image-to-video", "prompt": "A boat", "image_url": "https://example.com/boat.jpg"}
AT_ONCE = 10


async def by_httpx(timeout_s: float) -> None:
    async with httpx.AsyncClient(headers=KEY, timeout=timeout_s) as client:
        await asyncio.gather(*(client.post(URL, json=BOAT) for _ in range(AT_ONCE)))


async def by_aiohttp(timeout_s: float) -> None:
    timeout = aiohttp.ClientTimeout(total=timeout_s)
    async with aiohttp.ClientSession(headers=KEY, timeout=timeout) as session:

        async def ask() -> None:
            async with session.post(URL, json=BOAT) as response:
                await response.read()

        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))


TASKS: dict[str, tuple[Callable[[float], Awaitable[None]], type[Exception]]] = {
    "httpx": (by_httpx, httpx.ReadTimeout),
    "aiohttp": (by_aiohttp, TimeoutError),
}


@pytest.mark.parametrize("name", TASKS)
def test_tasks_wait_at_once(name: str) -> None:
    ask, _ = TASKS[name]

    async def run() -> None:
        async with asyncio.timeout(30):
            await ask(20)

    with reelmock.mock(sleep="skip") as api:
        api.when(on="create").delays(4)
        began, really = time.monotonic(), real.monotonic()
        asyncio.run(run())
        assert time.monotonic() - began == pytest.approx(4, abs=1)
        assert real.monotonic() - really < 3
        assert len(api.generations) == AT_ONCE


@pytest.mark.parametrize("name", TASKS)
def test_a_time_out_fires_after_its_own_time(name: str) -> None:
    ask, error = TASKS[name]
    with reelmock.mock(sleep="skip") as api:
        api.when(on="create").drops("hang")
        began = time.monotonic()
        with pytest.raises(error):
            asyncio.run(_awaited(ask(7)))
        assert time.monotonic() - began == pytest.approx(7, abs=1)


async def _awaited(work: Awaitable[Any]) -> None:
    await work


def test_threads_wait_at_once() -> None:
    with reelmock.mock(sleep="skip") as api:
        api.when(on="create").delays(4)
        ask = {"url": URL, "json": BOAT, "headers": KEY}
        threads = [threading.Thread(target=requests.post, kwargs=ask) for _ in range(AT_ONCE)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - began == pytest.approx(4, abs=1.5)
        assert len(api.generations) == AT_ONCE


def test_what_is_not_under_way_at_once_adds_up() -> None:
    with reelmock.mock(sleep="skip") as api:
        api.when(on="create").delays(4)
        began = time.monotonic()
        for _ in range(3):
            requests.post(URL, json=BOAT, headers=KEY)
        assert time.monotonic() - began == pytest.approx(12, abs=1)
