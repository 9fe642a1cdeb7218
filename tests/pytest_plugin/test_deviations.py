"""Where the warning of a tolerated deviation points: at the user's line that sent it, through whatever library."""

import asyncio
import json
import linecache
import subprocess
import sys
import urllib.request
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import aiohttp
import anyio.to_thread
import httpx
import httpx2
import pytest
import requests
import trio
import urllib3

from reelmock import ToleratedDeviationWarning, mock
from reelmock.pytest_plugin.live_server import ReelMockServer
from reelmock.tests.pytest_plugin.calling import KEY
from reelmock.tests.pytest_plugin.conftest import API, PAYLOAD
from reelmock.tests.pytest_plugin.downstream import run_pytest

ODD = PAYLOAD | {"duration": "5"}


def by_requests(url: str) -> None:
    requests.post(url, json=ODD, headers=KEY)  # sent here


def by_httpx(url: str) -> None:
    httpx.post(url, json=ODD, headers=KEY)  # sent here


def by_httpx2(url: str) -> None:
    httpx2.post(url, json=ODD, headers=KEY)  # sent here


def by_urllib3(url: str) -> None:
    urllib3.request("POST", url, json=ODD, headers=KEY)  # sent here


def by_urllib(url: str) -> None:
    headers = KEY | {"Content-Type": "application/json"}
    request = urllib.request.Request(url, method="POST", headers=headers, data=json.dumps(ODD).encode())
    urllib.request.urlopen(request).close()  # sent here


async def send_later(url: str) -> None:
    async with httpx.AsyncClient() as client:
        await client.post(url, json=ODD, headers=KEY)  # sent here


def by_async_httpx(url: str) -> None:
    asyncio.run(send_later(url))  # a server's client waits here


def by_httpx_on_trio(url: str) -> None:
    trio.run(send_later, url)  # a server's client waits here


def by_aiohttp(url: str) -> None:
    async def main() -> None:
        async with aiohttp.ClientSession() as session:
            reply = await session.post(url, json=ODD, headers=KEY)  # sent here
            reply.close()

    # Before Python 3.12 aiohttp writes in a task of its own, of which no line of the client is seen.
    asyncio.run(main())  # sent here


def in_a_worker(url: str) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(requests.post, url, json=ODD, headers=KEY).result()  # sent here


def in_a_worker_of_anyio(url: str) -> None:
    async def main() -> None:
        await anyio.to_thread.run_sync(lambda: requests.post(url, json=ODD, headers=KEY))  # sent here

    asyncio.run(main())  # a server's client waits here


CLIENTS = [
    *(by_requests, by_httpx, by_httpx2, by_urllib3, by_urllib),
    *(by_async_httpx, by_httpx_on_trio, by_aiohttp, in_a_worker, in_a_worker_of_anyio),
]


def line_of(caught: pytest.WarningsRecorder) -> str:
    """The one line that the one warning points at."""
    [warning] = caught
    assert warning.filename == __file__
    return linecache.getline(warning.filename, warning.lineno)


@pytest.mark.parametrize("send", CLIENTS)
def test_a_warning_points_at_the_line_that_sent_the_request(send: Callable[[str], None]) -> None:
    with mock(), pytest.warns(ToleratedDeviationWarning) as caught:
        send(API)
    assert "# sent here" in line_of(caught)


@pytest.mark.parametrize("send", CLIENTS)
def test_through_a_server_it_points_at_the_line_that_waits(
    send: Callable[[str], None], reelmock_server: ReelMockServer
) -> None:
    with pytest.warns(ToleratedDeviationWarning) as caught:
        send(f"{reelmock_server.url}/v2/video/generations")
    line = line_of(caught)
    assert "# sent here" in line or "client waits here" in line


def test_another_programs_request_points_at_the_line_that_runs_it(reelmock_server: ReelMockServer) -> None:
    program = f"""
        from urllib.request import Request, urlopen

        headers = {KEY | {"Content-Type": "application/json"}}
        url = "{reelmock_server.url}/v2/video/generations"
        urlopen(Request(url, headers=headers, data={json.dumps(ODD).encode()!r}))
        """
    with pytest.warns(ToleratedDeviationWarning) as caught:
        subprocess.run([sys.executable, "-c", dedent(program)], check=True)  # sent here
    assert "# sent here" in line_of(caught)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_loop_that_a_plugin_runs_may_show_no_line_and_then_it_is_the_tests_first(
    reelmock_server: ReelMockServer,
) -> None:
    with pytest.warns(ToleratedDeviationWarning) as caught:
        await send_later(f"{reelmock_server.url}/v2/video/generations")
    line = line_of(caught)
    assert "# sent here" in line or line == "@pytest.mark.anyio\n"


def test_each_deviation_is_one_warning_also_from_one_line(tmp_path: Path) -> None:
    source = """
        def test_it(reelmock_api):
            for colour in ("red", "red", "blue"):
                create(colour=colour)

        @pytest.mark.filterwarnings("ignore::reelmock.ToleratedDeviationWarning:test_client")
        def test_a_filter_may_name_the_module_that_sent(reelmock_api):
            create(colour="red")
        """
    output = run_pytest(tmp_path, source).stdout
    assert "2 passed, 3 warnings" in output, output
    assert f"{tmp_path / 'test_client.py'}:11: ToleratedDeviationWarning" in output


def test_an_error_of_it_is_raised_through_the_request() -> None:
    with mock(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for send in CLIENTS:
            with pytest.raises(ToleratedDeviationWarning, match="/duration"):
                send(API)


def test_where_no_line_of_the_user_is_seen_it_is_the_tests_first(tmp_path: Path) -> None:
    source = """
        from functools import partial

        @pytest.fixture
        def sent_by_pytest(reelmock_api, request):
            request.addfinalizer(partial(requests.post, URL, json=PAYLOAD | {"duration": "5"}, headers=KEY))

        def test_it(sent_by_pytest):
            pass
        """
    output = run_pytest(tmp_path, source).stdout
    lines = (tmp_path / "test_client.py").read_text(encoding="utf-8").splitlines()
    first = lines.index("def test_it(sent_by_pytest):") + 1
    assert f"{tmp_path / 'test_client.py'}:{first}: ToleratedDeviationWarning" in output, output
