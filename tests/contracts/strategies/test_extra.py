"""The extra `payloads`: nothing else needs Hypothesis, and without it an import says what to install."""

import subprocess
import sys

import pytest

from reelmock.contracts import strategies
from reelmock.contracts.strategies import from_schema, samples

NEEDLESS = [
    *("reelmock", "reelmock.contracts", "reelmock.contracts.mutations", "reelmock.contracts.wire_faults"),
    *("reelmock.contracts.conformance", "reelmock.mockserver.app", "reelmock.mockserver.cli"),
]
HINT = "pip install 'reelmock[payloads]'"


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_nothing_else_imports_hypothesis() -> None:
    code = f"import sys\nfor name in {NEEDLESS}:\n    __import__(name)\nprint('hypothesis' in sys.modules)"
    assert python(code) == "False"


def without_hypothesis(statement: str) -> str:
    """What comes of a statement where Hypothesis is not installed."""
    return python(
        f"import sys\nsys.modules['hypothesis'] = None\n"
        f"try:\n    {statement}\nexcept ImportError as error:\n    print(error)\nelse:\n    print('fine')"
    )


@pytest.mark.parametrize("name", ["strategies", "strategies.schemas", "stateful"])
def test_without_hypothesis_an_import_says_what_to_install(name: str) -> None:
    assert without_hypothesis(f"import reelmock.contracts.{name}").endswith(HINT)


@pytest.mark.parametrize(
    "name", ["valid_payloads", "invalid_payloads", "create_requests", "histories", "state_machine"]
)
def test_without_hypothesis_the_short_names_say_it_too(name: str) -> None:
    assert without_hypothesis(f"from reelmock import {name}").endswith(HINT)


def test_without_hypothesis_all_else_works() -> None:
    assert without_hypothesis("from reelmock import *").endswith((HINT, "fine"))
    assert without_hypothesis("import reelmock.contracts.mutations, reelmock.mockserver.cli") == "fine"


def test_every_public_name_is_there() -> None:
    assert [name for name in strategies.__all__ if not hasattr(strategies, name)] == []


def test_samples_are_different_and_the_same_for_the_same_seed() -> None:
    words = from_schema({"type": "string"})
    assert samples(words, 10, seed=1) == samples(words, 10, seed=1) != samples(words, 10, seed=2)
    assert len(set(map(repr, samples(words, 10, seed=1)))) == 10
    assert sorted(map(str, samples(from_schema({"enum": ["a", "b"]}), 10, seed=1))) == ["a", "b"]
