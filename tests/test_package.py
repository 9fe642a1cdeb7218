"""What a user's environment gets from the package."""

import json
import subprocess
import sys

import pytest

import reelmock


@pytest.mark.parametrize("name", reelmock.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(reelmock, name) is not None


def test_an_unknown_name_is_told_the_public_ones() -> None:
    with pytest.raises(AttributeError) as caught:
        reelmock.load_contracts  # noqa: B018
    assert str(caught.value).startswith("reelmock has no attribute 'load_contracts'. Public are: Contract, ")


def test_importing_the_package_imports_nothing_heavy() -> None:
    script = "import json, sys, reelmock; print(json.dumps([name.split('.')[0] for name in sys.modules]))"
    loaded = set(json.loads(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout))
    assert loaded & {"starlette", "uvicorn", "jsonschema", "click", "hypothesis", "asyncio"} == set()


def test_the_module_runs_as_a_program() -> None:
    run = subprocess.run([sys.executable, "-m", "reelmock", "--version"], capture_output=True, text=True, check=True)
    version = reelmock.load_contract().version
    assert run.stdout == f"reelmock {reelmock.__version__} (contract {version})\n"
