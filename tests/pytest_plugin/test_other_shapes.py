"""The fixtures for documents of other shapes: the same test of a client, whatever the job looks like."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import httpx
import pytest

from reelmock.contracts.calls import call
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import example_payload
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json
from reelmock.contracts.places import value_at
from reelmock.pytest_plugin.live_server import ReelMockServer
from reelmock.pytest_plugin.reelmock_api import ReelMock

JOBS: Final = Path(__file__).parent.parent / "data" / "jobs"
CONTRACTS: Final[Mapping[str, Contract]] = {file.stem: load_contract(file) for file in sorted(JOBS.glob("*.json"))}
STATUSES: Final = {
    "by-path": ["queued", "in_progress", "completed"],
    "nested": ["submitted", "processing", "succeed"],
    "two-creates": ["PENDING", "RUNNING", "SUCCEEDED"],
}
FAILED: Final = {"by-path": "failed", "nested": "failed", "two-creates": "FAILED"}

each_document = pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.reelmock(spec=str(JOBS / f"{name}.json"), progression="polls:1,1"))
        for name in CONTRACTS
    ],
)


class Client:
    """A client of any API of jobs, which knows of it what its document says."""

    def __init__(self, url: str, contract: Contract, route: JobRoute) -> None:
        self.url, self.contract, self.route = url, contract, route

    def create(self) -> str:
        payload = example_payload(self.contract, self.route.create)
        made = self._send(call(self.route.create, key="sk-test", payload=payload))
        return str(value_at(made, self.route.created.id))

    def poll(self, generation: str) -> Json:
        return self._send(call(self.route.retrieve, key="sk-test", given={self.route.id_parameter.name: generation}))

    def status(self, body: Json) -> Json:
        return value_at(body, self.route.retrieved.status)

    def _send(self, request: Request) -> Json:
        headers, target = dict(request.headers), self.url + request.target
        reply = httpx.request(request.method, target, headers=headers, content=request.body)
        assert reply.is_success, reply.text
        body: Json = reply.json()
        return body


def clients(api: ReelMock, name: str) -> list[Client]:
    """A client for each job route."""
    return [Client(api.base_url, CONTRACTS[name], route) for route in CONTRACTS[name].job_routes]


def first_url(result: Json) -> str:
    """The address in a result: the string itself, or the first one in an object or a list."""
    while not isinstance(result, str):
        assert isinstance(result, dict | list)
        result = next(iter(result.values() if isinstance(result, dict) else result))
    return result


def watch(api: ReelMock, name: str) -> None:
    """Create and poll on each job route until the end, and hold what the test is told against what was seen."""
    for client in clients(api, name):
        generation = client.create()
        bodies = [client.poll(generation) for _ in range(3)]
        assert [client.status(body) for body in bodies] == STATUSES[name]
        clip = httpx.get(first_url(value_at(bodies[-1], client.route.retrieved.result)))
        assert clip.headers["content-type"] == "video/mp4"
        record = api.generations[-1]
        assert (record.id, record.status, record.polls) == (generation, STATUSES[name][-1], 3)
        assert [one.entry.status for one in api.requests[-4:-1]] == STATUSES[name]
    api.assert_polled(max_polls=3)
    api.assert_stopped_after_terminal()
    api.assert_created_once()
    api.assert_requests_conform()


@each_document
def test_a_job_is_watched_in_the_process(reelmock_api: ReelMock, name: str) -> None:
    watch(reelmock_api, name)
    reelmock_api.assert_key_not_leaked()


@each_document
def test_a_job_is_watched_over_a_socket(reelmock_server: ReelMockServer, name: str) -> None:
    watch(reelmock_server, name)


@each_document
def test_orders_and_claims_are_told_in_the_documents_words(reelmock_api: ReelMock, name: str) -> None:
    for client in clients(reelmock_api, name):
        failing, done = client.create(), client.create()
        reelmock_api.fail(failing)
        reelmock_api.finish(done)
        assert client.status(client.poll(done)) == STATUSES[name][-1]
        assert client.status(client.poll(failing)) == FAILED[name]
        assert [record.status for record in reelmock_api.generations[-2:]] == [FAILED[name], STATUSES[name][-1]]
        client.poll(failing)
        with pytest.raises(AssertionError, match=f"told to have ended with '{FAILED[name]}'"):
            reelmock_api.assert_stopped_after_terminal()
