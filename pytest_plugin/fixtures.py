"""What the fixtures do once a test uses them: read its options, and fail plainly."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reelmock.contracts.document import ContractError
from reelmock.mockserver.rules import RuleError
from reelmock.mockserver.settings import SettingsError
from reelmock.pytest_plugin.callers import Place
from reelmock.pytest_plugin.errors import ReelmockError
from reelmock.pytest_plugin.option_readers import READERS
from reelmock.pytest_plugin.options import OptionError, Options

# The options that may name a file.
PATHS = frozenset({"spec", "scenarios"})


def options_of(request: pytest.FixtureRequest) -> Options:
    """The options of a test: its markers', the nearest last, over those of the ini file; seeded by its node id.

    The test fails at set-up, with the text alone, for an option that can't be used.
    """
    config, node = request.config, request.node
    try:
        options = Options(seed=node.nodeid).updated(dict(_written(config)))
    except OptionError as error:
        raise failure(f"in {config.inipath or 'the ini file'}, reelmock_…: {error}") from None
    for marker in reversed(list(node.iter_markers("reelmock"))):
        if marker.args:
            raise failure(
                f"@pytest.mark.reelmock takes its options by name, as in progression='polls:1,2'; got {marker.args!r}"
            )
        try:
            options = options.updated(marker.kwargs)
        except OptionError as error:
            raise failure(f"@pytest.mark.reelmock on {node.nodeid}: {error}") from None
    return options


def _written(config: pytest.Config) -> Iterator[tuple[str, str]]:
    """The options in the ini file. A path in it starts at its directory, wherever pytest is run."""
    for name in READERS:
        value = config.getini(f"reelmock_{name}")
        if value:
            yield name, str(Path(config.inipath or ".").parent / value) if name in PATHS else value


def home_of(request: pytest.FixtureRequest) -> Place:
    """Where a test begins."""
    node = request.node
    _, line, _ = node.location
    return Place(str(node.path), (line or 0) + 1, getattr(getattr(node, "module", None), "__name__", node.path.stem))


@contextmanager
def failing_plainly() -> Iterator[None]:
    """An error that the options cause fails the test with its text alone: the traceback would show our code."""
    try:
        yield
    except (ContractError, OSError, ReelmockError, RuleError, SettingsError) as error:
        raise failure(f"reelmock: {error}") from None


def failure(message: str) -> BaseException:
    """What makes a test fail with this text alone."""
    return pytest.fail.Exception(message, pytrace=False)
