"""The loop of the documentation against an engine: create, poll every 15 s, give up after 1000 s."""

import asyncio
import threading
import time

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json
from reelmock.mockserver.clock import RunningClock, VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_progression
from reelmock.mockserver.settings import Settings
from reelmock.pytest_plugin.virtual_time import VirtualTime, real
from reelmock.tests.pytest_plugin.virtual_time.skipping import near

PATH = "/v2/video/generations"
PAYLOAD: Json = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat.",
    "image_url": "https://example.com/boat.jpg",
}


class GaveUp(Exception):
    """What the client raises after 1000 seconds."""


class Client:
    """What the provider's documentation shows."""

    def __init__(self, progression: str) -> None:
        self.clock = VirtualClock(RunningClock().now())
        self.engine = Engine(load_contract(), self.clock, Settings(progression=parse_progression(progression)))
        self.polls = 0

    def ask(self, method: str, path: str, json: Json = None) -> dict[str, str]:
        request = Request.build(method, path, headers={"Authorization": "Bearer sk-test"}, json=json)
        return self.engine.handle(request).response.json()  # type: ignore[return-value]

    def create(self) -> str:
        return self.ask("POST", PATH, PAYLOAD)["id"]

    def status(self, generation: str) -> str:
        self.polls += 1
        return self.ask("GET", f"{PATH}?generation_id={generation}")["status"]

    def run(self) -> None:
        generation, began = self.create(), time.time()
        while time.time() - began < 1000:
            if self.status(generation) == "completed":
                return
            time.sleep(15)
        raise GaveUp

    async def run_async(self) -> None:
        generation = self.create()
        async with asyncio.timeout(1000):
            while self.status(generation) != "completed":
                await asyncio.sleep(15)


def test_to_its_completion() -> None:
    client = Client("time:5,50")
    began, wall = real.perf_counter(), client.clock.now()
    with VirtualTime(client.clock):
        client.run()
    assert client.polls == 5
    assert client.clock.now() - wall == 60
    assert real.perf_counter() - began < 1


def test_to_its_own_time_out() -> None:
    client = Client("hold")
    with VirtualTime(client.clock), pytest.raises(GaveUp):
        client.run()
    assert client.polls == 67


@pytest.mark.parametrize("progression", ["hold", "time:5,50"])
def test_of_ten_at_once_in_tasks(progression: str) -> None:
    async def main() -> list[BaseException | None]:
        return await asyncio.gather(*(client.run_async() for client in clients), return_exceptions=True)

    clients = [Client(progression)] * 10
    with VirtualTime(clients[0].clock):
        outcomes = asyncio.run(main())
    assert clients[0].polls == (670 if progression == "hold" else 50)
    assert [type(outcome) for outcome in outcomes] == [TimeoutError if progression == "hold" else type(None)] * 10


def test_of_ten_at_once_in_threads() -> None:
    client = Client("time:5,50")
    began = client.clock.now()
    with VirtualTime(client.clock):
        threads = [threading.Thread(target=client.run) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert client.polls == 50
    assert client.clock.now() - began == near(60)
