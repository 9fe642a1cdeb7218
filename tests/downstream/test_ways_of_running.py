"""A downstream project's tests pass however pytest is run, and whichever plugins stand beside ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reelmock.tests.downstream.running import ALONE, BIN, OURS, PYTEST, run_tests

PROJECT = {
    "test_client.py": """
        import urllib.request
        from pathlib import Path

        def test_fixture(reelmock_api):
            generation = create()
            assert [poll(generation) for _ in range(3)] == ["queued", "generating", "completed"]
            with Path(__file__).with_name("ids.txt").open("a") as file:
                file.write(f"{generation}\\n")

        @pytest.mark.needed
        @pytest.mark.reelmock(progression="immediate")
        def test_marker():
            assert poll(create()) == "completed"

        @pytest.mark.parametrize("number", range(3))
        def test_each_has_its_own(reelmock_api, number):
            assert reelmock_api.generations == []
            create()

        @pytest.mark.parametrize("number", range(2))
        def test_server(reelmock_server, number):
            assert reelmock_server.generations == []
            urllib.request.urlopen(reelmock_server.url + "/openapi.json").close()
            assert requests.post(reelmock_server.url + "/v2/video/generations", json=PAYLOAD, headers=KEY).ok
        """,
}

# Packages of a project whose names are those of our floors.
OWN_PACKAGES = {
    "contracts/__init__.py": "OWN = True",
    "contracts/models.py": "OWN = True",
    "mockserver/__init__.py": "OWN = True",
    "pytest_plugin/__init__.py": "OWN = True",
    "conftest.py": "import contracts",
    "test_own.py": """
        import contracts.models
        import mockserver
        import pytest_plugin

        def test_they_are_the_projects_own(reelmock_api, reelmock_server):
            assert contracts.models.OWN and mockserver.OWN and pytest_plugin.OWN
            assert poll(create()) == "queued"
        """,
}


@dataclass(frozen=True)
class Way:
    """How pytest is run."""

    arguments: tuple[str, ...] = ()
    command: tuple[str, ...] = PYTEST
    variables: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=lambda: PROJECT)


STRICT = ("--strict-markers", "--strict-config", "-W", "error", "--import-mode=importlib")
OWN = {**PROJECT, **OWN_PACKAGES}
CROWDED = ("-n2", "--timeout=60", "--timeout-method=thread", "--block-network", "--allowed-hosts=127.0.0.1")
SIGNALLED = ("-p", "timeout", "--timeout=60", "--timeout-method=signal")
SOCKETLESS = ("--disable-socket", "--allow-unix-socket", "--allow-hosts=127.0.0.1")

WAYS: Mapping[str, Way] = {
    "strict, with all plugins": Way(STRICT),
    "no plugin but ours": Way(("-p", "reelmock.pytest_plugin.plugin"), variables=ALONE),
    "ours by its name": Way(OURS, variables=ALONE),
    "pytest-xdist, -timeout, -recording": Way(CROWDED),
    "pytest-xdist, each module for itself": Way((*OURS, "-p", "xdist", "-n2", "--dist=loadscope"), variables=ALONE),
    "pytest-timeout, by a signal": Way((*OURS, *SIGNALLED), variables=ALONE),
    "pytest-socket": Way((*OURS, "-p", "socket", *SOCKETLESS), variables=ALONE),
    "packages with our floors' names": Way((*OURS, "--import-mode=prepend"), (str(BIN / "pytest"),), ALONE, OWN),
    "the same by python -m": Way((*OURS, "--import-mode=prepend"), PYTEST, ALONE, OWN),
    "the same by python -m and importlib": Way((*OURS, "--import-mode=importlib"), PYTEST, ALONE, OWN),
}


@pytest.mark.parametrize("name", WAYS)
def test_all_tests_pass(name: str, tmp_path: Path) -> None:
    way = WAYS[name]
    run = run_tests(tmp_path, way.files, *way.arguments, command=way.command, variables=way.variables)
    assert run.failed == [], run.output
    assert len(run.outcomes) == (8 if way.files is OWN else 7)
