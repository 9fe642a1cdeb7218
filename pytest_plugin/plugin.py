"""The pytest plugin: fixtures, the marker, ini options, the header and a section in the report of a failed test.

Until a test uses it, it imports nothing beyond pytest and the standard library: it is loaded in every test run of every
project that has reelmock installed.
"""

import re
import sys
from collections.abc import Generator, Iterator
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from reelmock.pytest_plugin.live_server import LiveDoor, ReelMockServer
    from reelmock.pytest_plugin.reelmock_api import ReelMock

# Option → what it is, for `pytest --help`. `options.py` reads them; a test compares the names.
INI_OPTIONS = {
    "progression": "how generations move on: immediate, polls:Q,G, time:Q,G or hold (default: polls:1,1)",
    "outcome": "how they end: completed, or error:NAME:MESSAGE",
    "validation": "lenient (what the real API takes) or strict (the schema as written)",
    "sleep": "real, or skip: sleeping returns at once and advances the fake's clock",
    "spec": "an OpenAPI document other than the shipped one",
    "api_keys": "the keys that are taken (default: any)",
    "hosts": "more hosts to answer, for clients with a base URL of their own",
    "other_hosts": "pass, or block: refuse connections to all other hosts",
    "seed": "what ids and chances come from (default: the test's node id)",
    "error_format": "the envelope of refusals: current or legacy",
    "max_polls_per_generation": "more polls than this end the client (default: 1000)",
    "quirks": "deviations of the real API to play, by name (default: none)",
    "scenarios": "a TOML file with rules: failures, faults and more, on cue",
    "credits": "the balance of every key, in credits (default: no limit)",
    "rate_limit": "how many requests a key may make in a second (default: no limit)",
    "max_concurrent": "how many generations of a key may be under way (default: no limit)",
}

# The head of the shipped document has its version; parsing all of it would take longer than pytest may lose.
SHIPPED = Path(__file__).parent.parent / "openapi.json"
HEAD_BYTES = 4096

IN_GIVEN = (
    "Each example of @given needs a fake of its own: `with reelmock.mock() as reelmock_api:` inside of the test.\n"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options."""
    for name, text in INI_OPTIONS.items():
        parser.addini(f"reelmock_{name}", text, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    names = ", ".join(f"{name}=…" for name in INI_OPTIONS)
    config.addinivalue_line("markers", f"reelmock({names}): answer the API's hosts with a fake, with these options")


def pytest_report_header() -> str:
    """Say which contract is kept."""
    with SHIPPED.open(encoding="utf-8") as file:
        version = re.search(r'"version": *"([^"]+)"', file.read(HEAD_BYTES))
    return f"reelmock: contract {version[1] if version else 'of no version'}"


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test that is marked gets the fake, also when it does not ask for the fixture by name."""
    names: list[str] = getattr(item, "fixturenames", [])
    if item.get_closest_marker("reelmock") and not {"reelmock_api", "reelmock_server"} & set(names):
        # A list of its own: the tests that one function is parametrized into share theirs.
        item.fixturenames = ["reelmock_api", *names]  # type: ignore[attr-defined]  # it is there: it was asked above


def pytest_collection_finish(session: pytest.Session) -> None:
    """Load what `mock()` needs where test modules use reelmock: not in the first test, which may have a deadline."""
    modules = {id(module): module for item in session.items if (module := getattr(item, "module", None))}
    # Compared only: to ask an object of a project what it is could wake up a proxy, such as Django's settings.
    ours = sys.modules["reelmock"]
    named = any(value is ours for module in modules.values() for value in vars(module).values())
    if named or "reelmock.pytest_plugin.mocking" in sys.modules:
        # Here, because whoever does not use reelmock must not wait for it.
        from reelmock.pytest_plugin.hooks import warm_up  # noqa: PLC0415

        warm_up()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put the journals of the fakes that a failed test used into its report."""
    report = yield
    if call.excinfo is not None:
        item.stash[BROKEN_OFF] = True
    fakes = item.stash.get(FAKES, {}) if report.failed else {}
    for name, api in fakes.items():
        shown = "" if call.excinfo is None else call.excinfo.exconly()
        inside = IN_GIVEN if "function_scoped_fixture" in shown else ""
        report.sections.append((name, inside + api.report(shown)))
        if call.excinfo is not None and call.excinfo.value is api.endless:
            api.endless = None  # told; the end of the fixture need not tell it again
    return report


@pytest.fixture
def reelmock_api(request: pytest.FixtureRequest) -> Iterator["ReelMock"]:
    """A fake API in this process: every HTTP library's requests to the API's hosts are answered by it.

    Options come from `@pytest.mark.reelmock(...)` and from the ini options `reelmock_...`.
    """
    # Here, because whoever does not use the fixture must not wait for it.
    from reelmock.pytest_plugin.fixtures import failing_plainly, failure, home_of, options_of  # noqa: PLC0415
    from reelmock.pytest_plugin.interception import Interception  # noqa: PLC0415
    from reelmock.pytest_plugin.reelmock_api import ReelMock  # noqa: PLC0415

    if (
        getattr(request.function, "is_hypothesis_test", False)
        and "reelmock_api" not in signature(request.function).parameters
    ):
        raise failure(
            "@pytest.mark.reelmock would give one fake to all examples of @given, where each needs its own. Write "
            "`with reelmock.mock(...) as reelmock_api:` inside of the test, with the marker's options"
        )
    with failing_plainly():
        interception = Interception(ReelMock(options_of(request)))
        interception.start()
    interception.api.home = home_of(request)
    request.node.stash.setdefault(FAKES, {})["reelmock_api"] = interception.api
    try:
        yield interception.api
    finally:
        _forgive(request.node, interception.api)
        interception.stop(None)


@pytest.fixture(scope="session")
def _reelmock_live() -> Iterator["LiveDoor"]:
    """One server on loopback for the session; each test has an engine of its own behind it."""
    # Here, because whoever does not use the fixture must not wait for it.
    from reelmock.pytest_plugin.live_server import live_door  # noqa: PLC0415

    with live_door() as door:
        yield door


@pytest.fixture
def reelmock_server(
    request: pytest.FixtureRequest, _reelmock_live: "LiveDoor", monkeypatch: pytest.MonkeyPatch
) -> Iterator["ReelMockServer"]:
    """A fake API on a real socket: for subprocesses, browsers, Node and any other client. `.url` is where it answers.

    Options come from `@pytest.mark.reelmock(...)` and from the ini options `reelmock_...`.
    """
    # Here, because whoever does not use the fixture must not wait for it.
    from reelmock.pytest_plugin.fixtures import home_of, options_of  # noqa: PLC0415

    with _reelmock_live.serving(options_of(request), monkeypatch.setenv) as server:
        server.home = home_of(request)
        request.node.stash.setdefault(FAKES, {})["reelmock_server"] = server
        yield server
        _forgive(request.node, server)


def _forgive(item: pytest.Item, api: "ReelMock") -> None:
    """A test that was broken off did not get to all of its rules, so those that are left are not to be told."""
    if item.stash.get(BROKEN_OFF, False):
        api.engine.scenarios.clear()


# Where a test's item keeps its fakes, by the names of their fixtures, for the report.
FAKES = pytest.StashKey[dict[str, "ReelMock"]]()
# Whether a test failed, or was skipped in its course.
BROKEN_OFF = pytest.StashKey[bool]()
