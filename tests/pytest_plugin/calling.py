"""A client that calls the provider's URL, and what a mock could leave behind in a process."""

import sys
from contextlib import suppress

import httpx
import requests

from reelmock.pytest_plugin.guard import SWITCH
from reelmock.pytest_plugin.stack import STACK
from reelmock.tests.pytest_plugin.conftest import API, PAYLOAD

KEY = {"Authorization": "Bearer sk-test"}
HOOKED = ("aiohttp", "asyncio", "httpx", "httpx2", "http", "requests", "socket", "time", "trio", "urllib", "urllib3")


def create() -> str:
    """The id of a new generation."""
    return str(requests.post(API, json=PAYLOAD, headers=KEY).json()["id"])


async def create_later() -> str:
    """The same from within an event loop, asyncio's or trio's."""
    async with httpx.AsyncClient() as client:
        return str((await client.post(API, json=PAYLOAD, headers=KEY)).json()["id"])


def poll(generation: str) -> str:
    """The status of a generation."""
    return str(requests.get(f"{API}?generation_id={generation}", headers=KEY).json()["status"])


def poll_without_end(generation: str) -> None:
    """Poll until something is raised, and eat that, as clients do that let no error through."""
    with suppress(BaseException):
        while True:
            poll(generation)


def seams() -> dict[object, int]:
    """Everything that a mock could have replaced: functions of libraries and of their classes, finders, switches."""
    found: dict[object, int] = {"stack": hash(STACK._mocks), "guard": hash(SWITCH._refusals)}
    found |= {f"finder {number}": id(finder) for number, finder in enumerate(sys.meta_path)}
    for name in [name for name in sys.modules if name.split(".")[0] in HOOKED]:
        for member, value in list(vars(sys.modules[name]).items()):
            if isinstance(value, type):
                found |= {(name, member, key): id(of) for key, of in vars(value).items() if callable(of)}
            elif callable(value):
                found[name, member] = id(value)
    return found
