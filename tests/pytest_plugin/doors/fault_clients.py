"""Clients of every library that has a door, each used in the same way: fetch a reply, or stream it."""

import asyncio
import urllib.request
from collections.abc import Callable, Coroutine
from types import ModuleType
from typing import Any, NamedTuple

import aiohttp
import anyio
import httpx
import httpx2
import requests
import urllib3

from reelmock.pytest_plugin.doors import (
    aiohttp_door,
    httpx2_door,
    httpx_door,
    requests_door,
    urllib3_door,
    urllib_door,
)

CHUNK = 64

# Is given a URL, a time-out in seconds or None, and where to put what it reads.
Use = Callable[[str, float | None, list[bytes]], None]


class Client(NamedTuple):
    """A library: its doors, and how it fetches and streams."""

    doors: tuple[Any, ...]
    fetch: Use
    stream: Use
    without_timeout: str


def _httpx(library: ModuleType, door: Any) -> dict[str, Client]:
    def fetch(url: str, timeout: float | None, got: list[bytes]) -> None:
        got.append(library.get(url, timeout=timeout).content)

    def stream(url: str, timeout: float | None, got: list[bytes]) -> None:
        with library.stream("GET", url, timeout=timeout) as response:
            for piece in response.iter_raw():
                got.append(piece)  # noqa: PERF402 - what came before an error counts

    def later(use: Callable[[Any, str, list[bytes]], Coroutine[Any, Any, None]]) -> Use:
        def run(url: str, timeout: float | None, got: list[bytes]) -> None:
            async def main() -> None:
                async with library.AsyncClient(timeout=timeout) as client:
                    await use(client, url, got)

            anyio.run(main)

        return run

    async def afetch(client: Any, url: str, got: list[bytes]) -> None:
        got.append((await client.get(url)).content)

    async def astream(client: Any, url: str, got: list[bytes]) -> None:
        async with client.stream("GET", url) as response:
            async for piece in response.aiter_raw():
                got.append(piece)  # noqa: PERF401 - what came before an error counts

    name = library.__name__
    advice = f"{name}.Client(timeout=30)"
    return {
        name: Client((door,), fetch, stream, advice),
        f"async {name}": Client((door,), later(afetch), later(astream), advice),
    }


def _requests_fetch(url: str, timeout: float | None, got: list[bytes]) -> None:
    got.append(requests.get(url, timeout=timeout).content)


def _requests_stream(url: str, timeout: float | None, got: list[bytes]) -> None:
    with requests.get(url, timeout=timeout, stream=True) as response:
        got.extend(response.iter_content(CHUNK))


def _urllib3_fetch(url: str, timeout: float | None, got: list[bytes]) -> None:
    got.append(urllib3.request("GET", url, timeout=timeout, retries=False).data)


def _urllib3_stream(url: str, timeout: float | None, got: list[bytes]) -> None:
    with urllib3.PoolManager(timeout=timeout, retries=False) as pools:
        got.extend(pools.request("GET", url, preload_content=False).stream(CHUNK))


def _urllib_fetch(url: str, timeout: float | None, got: list[bytes]) -> None:
    with urllib.request.urlopen(url, timeout=timeout) as response:
        got.append(response.read())


def _urllib_stream(url: str, timeout: float | None, got: list[bytes]) -> None:
    with urllib.request.urlopen(url, timeout=timeout) as response:
        got.extend(iter(lambda: response.read(CHUNK), b""))


def _aiohttp(of: Callable[[float | None], aiohttp.ClientTimeout]) -> Client:
    def running(use: Callable[[aiohttp.ClientResponse, list[bytes]], Coroutine[Any, Any, None]]) -> Use:
        def run(url: str, timeout: float | None, got: list[bytes]) -> None:
            async def main() -> None:
                async with aiohttp.ClientSession(timeout=of(timeout)) as session, session.get(url) as response:
                    await use(response, got)

            asyncio.run(main())

        return run

    async def fetch(response: aiohttp.ClientResponse, got: list[bytes]) -> None:
        got.append(await response.read())

    async def stream(response: aiohttp.ClientResponse, got: list[bytes]) -> None:
        async for piece in response.content.iter_any():
            got.append(piece)  # noqa: PERF401 - what came before an error counts

    advice = "aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))"
    return Client((aiohttp_door,), running(fetch), running(stream), advice)


URLLIB3_ADVICE = "requests.get(url, timeout=30), urllib3.PoolManager(timeout=30)"

CLIENTS = {
    **_httpx(httpx, httpx_door),
    **_httpx(httpx2, httpx2_door),
    "requests": Client((requests_door, urllib3_door), _requests_fetch, _requests_stream, URLLIB3_ADVICE),
    "urllib3": Client((urllib3_door,), _urllib3_fetch, _urllib3_stream, URLLIB3_ADVICE),
    "urllib": Client((urllib_door,), _urllib_fetch, _urllib_stream, "urllib.request.urlopen(url, timeout=30)"),
    "aiohttp": _aiohttp(lambda seconds: aiohttp.ClientTimeout(total=None, sock_read=seconds)),
    "aiohttp, total": _aiohttp(lambda seconds: aiohttp.ClientTimeout(total=seconds)),
}
