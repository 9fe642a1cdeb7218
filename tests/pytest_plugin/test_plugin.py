"""The plugin in a downstream project: fixtures, marker, ini options and header."""

from pathlib import Path

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.tests.pytest_plugin.downstream import run_pytest


def outcome(folder: Path, source: str, *arguments: str, ini: str = "") -> str:
    """The output of a run, whose last line counts the outcomes."""
    files = {"pytest.ini": f"[pytest]\n{ini}"} if ini else {}
    return run_pytest(folder, source, *arguments, files=files).stdout


def test_a_client_with_the_providers_url_in_it_is_tested_offline(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        def test_it(reelmock_api):
            generation = create().json()["id"]
            assert [poll(generation)["status"] for _ in range(3)] == ["queued", "generating", "completed"]
            clip = requests.get(poll(generation)["video"]["url"])
            assert clip.headers["content-type"] == "video/mp4"
            assert [record.status for record in reelmock_api.generations] == ["completed"]
            reelmock_api.assert_key_not_leaked()
        """,
    )
    assert "1 passed" in output, output
    assert f"reelmock: contract {load_contract().version}" in output


def test_each_test_has_a_fake_of_its_own(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        @pytest.mark.parametrize("number", range(3))
        def test_it(reelmock_api, number):
            assert reelmock_api.generations == []
            create()
        """,
    )
    assert "3 passed" in output, output


def test_the_ini_file_gives_options_and_the_nearest_marker_goes_before(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        pytestmark = pytest.mark.reelmock(validation="strict")

        def test_ini(reelmock_api):
            assert poll(create().json()["id"])["status"] == "completed"

        @pytest.mark.reelmock(progression="polls:1,0")
        class TestMarked:
            def test_marker(self, reelmock_api):
                assert create(duration="5").status_code == 400
                assert poll(create().json()["id"])["status"] == "queued"

            @pytest.mark.reelmock(progression="polls:0,1", validation="lenient")
            @pytest.mark.filterwarnings("ignore")
            def test_nearest(self, reelmock_api):
                assert poll(create(duration="5").json()["id"])["status"] == "generating"
        """,
        ini="reelmock_progression = immediate",
    )
    assert "3 passed" in output, output


def test_the_marker_alone_is_enough(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        @pytest.mark.reelmock(outcome="error:Bad:why")
        def test_it():
            generation = create().json()["id"]
            assert [poll(generation).get("error") for _ in range(3)][-1] == {"name": "Bad", "message": "why"}
        """,
    )
    assert "1 passed" in output, output


@pytest.mark.parametrize(
    ("source", "ini", "message"),
    [
        (
            "@pytest.mark.reelmock(progresion='hold')\ndef test_it(reelmock_api): pass",
            "",
            "@pytest.mark.reelmock on test_client.py::test_it: there is no option 'progresion'. Did you mean "
            "'progression'? There are: progression, outcome, ",
        ),
        (
            "@pytest.mark.reelmock('hold')\ndef test_it(reelmock_api): pass",
            "",
            "@pytest.mark.reelmock takes its options by name, as in progression='polls:1,2'; got ('hold',)",
        ),
        (
            "def test_it(reelmock_api): pass",
            "reelmock_progression = soon",
            "pytest.ini, reelmock_…: the option progression is 'soon': ",
        ),
        (
            "@pytest.mark.reelmock(spec='nowhere.json')\ndef test_it(reelmock_server): pass",
            "",
            "nowhere.json",
        ),
    ],
)
def test_an_option_that_can_not_be_used_fails_at_set_up_in_one_line(
    tmp_path: Path, source: str, ini: str, message: str
) -> None:
    output = outcome(tmp_path, source, ini=ini)
    assert message in output, output
    assert "1 error" in output
    assert "Traceback" not in output
    assert "pytest_plugin" not in output


def test_a_tolerated_deviation_is_in_the_summary_of_warnings(tmp_path: Path) -> None:
    source = "def test_it(reelmock_api): create(duration='5')"
    output = outcome(tmp_path, source)
    assert "ToleratedDeviationWarning: `/duration`: '5' is not of type integer." in output, output
    assert "1 failed" in outcome(tmp_path, source, "-W", "error")


def test_a_client_that_never_stops_polling_is_ended_once(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        @pytest.mark.reelmock(progression="hold", max_polls_per_generation=5)
        def test_it(reelmock_api):
            generation = create().json()["id"]
            while poll(generation)["status"] != "done":
                pass
        """,
    )
    assert "EndlessPolling: generation " in output, output
    assert "1 failed" in output
    assert "error" not in output.splitlines()[-1]


def test_an_end_that_a_thread_ate_is_told_at_the_end_of_the_test(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        @pytest.mark.reelmock(progression="hold", max_polls_per_generation=5)
        def test_it(reelmock_api):
            generation = create().json()["id"]
            try:
                while True:
                    poll(generation)
            except BaseException:
                pass
        """,
    )
    assert "EndlessPolling: generation " in output, output
    assert "1 passed, 1 error" in output


def test_the_server_is_one_for_the_session_with_a_fresh_fake_for_each_test(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        urls = set()

        @pytest.mark.parametrize("number", range(3))
        def test_it(reelmock_server, number, monkeypatch):
            urls.add(reelmock_server.url)
            assert len(urls) == 1
            assert reelmock_server.generations == []
            environment = reelmock_server.env(VIDEO_API="{url}/v2", VIDEO_KEY="{api_key}")
            import os
            assert os.environ["VIDEO_API"] == environment["VIDEO_API"] == f"{reelmock_server.url}/v2"
            answer = requests.post(f"{os.environ['VIDEO_API']}/video/generations", json=PAYLOAD, headers=KEY)
            url = f"{reelmock_server.url}/v2/video/generations"
            statuses = []
            while "completed" not in statuses:
                found = requests.get(url, params={"generation_id": answer.json()["id"]}, headers=KEY).json()
                statuses.append(found["status"])
            assert requests.get(found["video"]["url"]).headers["content-type"] == "video/mp4"

        def test_after():
            import os
            assert "VIDEO_API" not in os.environ
            assert requests.post(f"{urls.pop()}/v2/video/generations").status_code == 503
        """,
    )
    assert "4 passed" in output, output


def test_kept_alive_connections_are_cut_between_tests(tmp_path: Path) -> None:
    output = outcome(
        tmp_path,
        """
        import socket

        sockets = []

        def test_first(reelmock_server):
            host, port = reelmock_server.url.removeprefix("http://").split(":")
            sockets.append(socket.create_connection((host, int(port)), timeout=5))
            sockets[0].sendall(b"GET /health HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
            assert sockets[0].recv(100)

        def test_second(reelmock_server):
            with sockets[0]:
                try:
                    while sockets[0].recv(1000):
                        pass
                except ConnectionResetError:
                    pass
        """,
        "-W",
        "ignore::ResourceWarning",
    )
    assert "2 passed" in output, output


def test_the_plugin_can_be_switched_off(tmp_path: Path) -> None:
    output = outcome(tmp_path, "def test_it(reelmock_api): pass", "-p", "no:reelmock")
    assert "fixture 'reelmock_api' not found" in output, output


def test_the_unused_plugin_imports_nothing_heavy(tmp_path: Path) -> None:
    source = """
        import sys

        def test_it():
            loaded = {name for name in sys.modules if name.split(".")[0] == "reelmock"}
            assert loaded == {"reelmock", "reelmock.pytest_plugin", "reelmock.pytest_plugin.plugin"}
            assert {"starlette", "uvicorn", "jsonschema", "click", "hypothesis"} & set(sys.modules) == set()
    """
    output = outcome(tmp_path, source, "-p", "no:hypothesispytest", "-p", "no:schemathesis", "-p", "no:respx")
    assert "1 passed" in output, output
