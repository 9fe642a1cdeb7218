"""The control API of the fixture `reelmock_server`: a token for each test, and what it does shows in the test."""

import os
from collections.abc import Iterator

import httpx
import pytest

from reelmock.pytest_plugin.live_server import ReelMockServer, live_door
from reelmock.pytest_plugin.options import Options

JOB = {"model": "pixverse/v5.5/image-to-video", "prompt": "A boat", "image_url": "https://example.com/boat.jpg"}


@pytest.fixture
def client(reelmock_server: ReelMockServer) -> Iterator[httpx.Client]:
    token = {"X-Reelmock-Token": reelmock_server.control_token}
    with httpx.Client(base_url=reelmock_server.control_url, headers=token, trust_env=False) as client:
        yield client


def post_job(server: ReelMockServer) -> httpx.Response:
    key = {"authorization": f"Bearer {server.api_key}"}
    return httpx.post(f"{server.url}/v2/video/generations", json=JOB, headers=key, trust_env=False)


@pytest.mark.reelmock(progression="time:2,8")
def test_what_is_told_by_http_shows_in_the_test(reelmock_server: ReelMockServer, client: httpx.Client) -> None:
    job = post_job(reelmock_server).json()["id"]
    client.post("/clock/advance", json={"seconds": 3})
    assert reelmock_server.generations[0].status == "generating"
    client.post(f"/generations/{job}/fail", json={"message": "No luck"})
    assert reelmock_server.generations[0].status == "error"
    assert len(reelmock_server.requests) == 1


def test_a_reset_of_either_side_is_one_of_both(reelmock_server: ReelMockServer, client: httpx.Client) -> None:
    for reset in (lambda: client.post("/reset"), reelmock_server.reset):
        post_job(reelmock_server)
        reset()
        assert reelmock_server.generations == []
        assert reelmock_server.requests == []
        assert client.get("/generations").json() == {"generations": []}
    post_job(reelmock_server)
    assert len(reelmock_server.generations) == 1


def test_the_environment_of_a_program_gets_url_and_token(reelmock_server: ReelMockServer) -> None:
    reelmock_server.env(CONTROL="{control_url}", TOKEN="{control_token}", BOTH="{url} {api_key}")
    assert os.environ["CONTROL"] == f"{reelmock_server.url}/__reelmock__"
    assert os.environ["TOKEN"] == reelmock_server.control_token
    assert os.environ["BOTH"] == f"{reelmock_server.url} {reelmock_server.api_key}"


def test_each_test_has_a_token_of_its_own_and_accepted_connections() -> None:
    tokens = []
    with live_door() as door:
        for _ in range(2):
            with door.serving(Options(), os.environ.__setitem__) as server:
                token = {"X-Reelmock-Token": server.control_token}
                url = f"{server.control_url}/listener/refuse"
                assert httpx.post(url, json={"seconds": 60}, headers=token, trust_env=False).status_code == 200
                with pytest.raises(httpx.ConnectError):
                    post_job(server)
                tokens.append(server.control_token)
    assert len({*tokens}) == 2
