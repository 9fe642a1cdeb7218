"""What plugins of pytest change about a test is no matter to the fake: loops, order, seeds, forbidden sockets."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from reelmock.tests.downstream.running import ALONE, INI, OURS, run_tests

ASYNC = """
import asyncio

import aiohttp
import anyio
import httpx
import pytest_asyncio

from reelmock import mock

async def create_later():
    async with httpx.AsyncClient() as client:
        assert (await client.post(URL, json=PAYLOAD, headers=KEY)).status_code == 200
"""

# Plugin → tests of its kind.
LOOPS: Mapping[str, str] = {
    "pytest-asyncio": """
        pytestmark = pytest.mark.asyncio

        @pytest_asyncio.fixture
        async def block():
            async with mock() as api:
                yield api

        async def test_fixture(reelmock_api):
            await create_later()
            await asyncio.gather(asyncio.to_thread(create), asyncio.create_task(create_later()))
            assert len(reelmock_api.generations) == 3

        async def test_async_fixture(block):
            await create_later()
            assert len(block.generations) == 1

        @mock()
        async def test_decorator(reelmock_api):
            await create_later()
            assert len(reelmock_api.generations) == 1

        @pytest.mark.reelmock(progression="immediate")
        async def test_marker():
            assert await asyncio.to_thread(lambda: poll(create())) == "completed"

        async def test_aiohttp(reelmock_api):
            async with aiohttp.ClientSession() as session:
                async with session.post(URL, json=PAYLOAD, headers=KEY) as reply:
                    assert (await reply.json())["status"] == "queued"

        async def test_server(reelmock_server):
            async with httpx.AsyncClient(base_url=reelmock_server.url) as client:
                assert (await client.post("/v2/video/generations", json=PAYLOAD, headers=KEY)).status_code == 200
        """,
    "anyio": """
        pytestmark = pytest.mark.anyio

        @pytest.fixture
        async def block():
            async with mock() as api:
                yield api

        async def test_fixture(reelmock_api):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(create_later)
                tasks.start_soon(anyio.to_thread.run_sync, create)
            assert len(reelmock_api.generations) == 2

        async def test_async_fixture(block):
            await create_later()
            assert len(block.generations) == 1

        @mock()
        async def test_decorator(reelmock_api):
            await create_later()
            assert len(reelmock_api.generations) == 1

        async def test_server(reelmock_server):
            async with httpx.AsyncClient(base_url=reelmock_server.url) as client:
                assert (await client.post("/v2/video/generations", json=PAYLOAD, headers=KEY)).status_code == 200
        """,
}


def test_async_tests_and_fixtures_are_answered_under_each_loop(tmp_path: Path) -> None:
    """Those of anyio run under asyncio and under trio; those of pytest-asyncio under its own loop."""
    files = {f"test_{re.sub('[^a-z]', '_', name)}.py": ASYNC + dedent(source) for name, source in LOOPS.items()}
    run = run_tests(tmp_path, files, "-W", "error")
    assert run.failed == [], run.output
    assert len(run.outcomes) == 6 + 2 * 4


def test_pytest_asyncio_may_take_every_test(tmp_path: Path) -> None:
    source = ASYNC + dedent(LOOPS["pytest-asyncio"]).replace("pytestmark = pytest.mark.asyncio", "")
    run = run_tests(tmp_path, {"test_auto.py": source}, "-W", "error", "-o", "asyncio_mode=auto")
    assert run.failed == [], run.output
    assert len(run.outcomes) == 6


def test_ids_come_from_the_test_and_not_from_pytest_randomlys_seed_or_order(tmp_path: Path) -> None:
    source = """
        from pathlib import Path

        @pytest.mark.parametrize("number", range(4))
        def test_it(reelmock_api, number):
            Path(__file__).with_name(f"{number}.id").write_text(create())
        """
    ids = []
    for seed in ("1", "2"):
        run = run_tests(
            tmp_path, {"test_ids.py": source}, *OURS, "-p", "randomly", f"--randomly-seed={seed}", variables=ALONE
        )
        assert run.failed == [], run.output
        ids.append([(tmp_path / f"{number}.id").read_text() for number in range(4)])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 4


def test_a_test_that_pytest_timeout_ended_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    source = """
        import threading

        from reelmock.pytest_plugin.stack import STACK

        @pytest.mark.timeout(2, func_only=True)
        @pytest.mark.reelmock(progression="hold")
        def test_a_hangs(reelmock_api):
            create()
            threading.Event().wait()

        def test_b_is_alone():
            assert STACK.answering("api.aimlapi.com") is None

        def test_c_has_its_own(reelmock_api):
            assert poll(create()) == "queued"
            assert len(reelmock_api.generations) == 1
        """
    run = run_tests(tmp_path, {"test_time.py": source}, *OURS, "-p", "timeout", variables=ALONE)
    assert run.failed == ["test_time::test_a_hangs: failure"], run.output
    assert "POST /v2/video/generations  200 queued" in run.output


SOCKETS = """
    import subprocess
    import sys
    import urllib.request

    def test_a_fixture_needs_none(reelmock_api):
        assert poll(create()) == "queued"

    def test_b_server(reelmock_server):
        pass

    @pytest.mark.enable_socket
    def test_c_server_with_sockets(reelmock_server):
        urllib.request.urlopen(reelmock_server.url + "/openapi.json").close()

    def test_d_server_that_is_there_already(reelmock_server):
        pass

    @pytest.mark.allow_hosts(["127.0.0.1"])
    def test_e_server_with_the_host_allowed(reelmock_server):
        urllib.request.urlopen(reelmock_server.url + "/openapi.json").close()
    """


def test_where_sockets_are_forbidden_the_server_names_the_flag_that_it_needs(tmp_path: Path) -> None:
    arguments = (*OURS, "-p", "socket", "--disable-socket", "--allow-unix-socket")
    run = run_tests(tmp_path, {"test_sockets.py": SOCKETS}, *arguments, variables=ALONE)
    refused = ["test_b_server", "test_d_server_that_is_there_already"]
    assert run.failed == [f"test_sockets::{name}: error" for name in refused], run.output
    # Once for each; in CI the summary repeats the whole text.
    assert run.output.count("Run pytest with --allow-hosts=127.0.0.1") in (len(refused), 2 * len(refused)), run.output
    assert "Traceback" not in run.output
    assert "live_server.py" not in run.output


@pytest.mark.parametrize("ini", ["asyncio_mode = strict", "asyncio_mode = auto"])
def test_examples_of_hypothesis_trip_no_health_check(ini: str, tmp_path: Path) -> None:
    source = """
        from hypothesis import given, strategies as st

        from reelmock import mock

        @given(duration=st.sampled_from([5, 8]))
        def test_block(duration):
            with mock(progression="immediate") as api:
                assert poll(create()) == "completed"
                assert len(api.generations) == 1

        @given(duration=st.sampled_from([5, 8]))
        @mock()
        def test_decorator(duration, reelmock_api):
            create()
            assert len(reelmock_api.generations) == 1
        """
    run = run_tests(tmp_path, {"test_given.py": source, "pytest.ini": f"{INI}{ini}\n"}, "-W", "error")
    assert run.failed == [], run.output
