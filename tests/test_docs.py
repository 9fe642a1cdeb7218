"""The pages say what is true: they are executed, or compared with what they were made from."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from reelmock.contracts.contract import SHIPPED
from reelmock.contracts.document import read_json
from reelmock.contracts.fidelity import fidelity_page, fingerprint
from reelmock.contracts.jsontree import member, text
from reelmock.contracts.mutations import MUTATION_KINDS
from reelmock.mockserver.cli import main

ROOT = Path(__file__).parent.parent
PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "docs/property-tests.md"]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_fidelity_page_is_made_from_the_document() -> None:
    assert page("docs/fidelity.md") == fidelity_page(read_json(SHIPPED)), "run `make docs`"


def test_the_documents_version_ends_with_its_fingerprint() -> None:
    tree = read_json(SHIPPED)
    version = text(member(tree, "info"), "version")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d\+" + fingerprint(tree), version), "run `make docs`"


@pytest.mark.parametrize("example", re.findall(r"```python\n(.*?)```", page("README.md"), re.DOTALL))
def test_the_readmes_python_runs(example: str) -> None:
    subprocess.run([sys.executable, "-W", "error", "-c", example], check=True)


def test_the_module_of_property_tests_passes_as_it_stands(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", page("docs/property-tests.md"), re.DOTALL)
    (tmp_path / "test_client.py").write_text("\n".join(blocks), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "test_client.py"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "4 passed" in run.stdout, run.stdout


def test_the_readmes_options_are_there() -> None:
    help_text = "".join(CliRunner().invoke(main, [command, "--help"]).output for command in ("serve", "payloads"))
    options = set(re.findall(r"(?<!\w)--[a-z][a-z-]*", page("README.md"))) - {"--factory"}  # uvicorn's
    assert options
    assert all(re.search(rf"{option}\b", help_text) for option in options)


@pytest.mark.parametrize(
    ("name", "limit"),
    [("README.md", 120), ("ARCHITECTURE.md", 130), ("CONTRIBUTING.md", 60)],
    ids=str,
)
def test_a_page_stays_short(name: str, limit: int) -> None:
    assert len(page(name).splitlines()) < limit


@pytest.mark.parametrize("name", PAGES)
def test_links_between_pages_lead_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page(name))
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_files_that_a_page_names_are_there(name: str) -> None:
    named = set(re.findall(r"`([a-z_/]+\.(?:py|json|md))`", page(name)))
    folders = [ROOT, ROOT / "contracts", ROOT / "contracts/strategies", ROOT / "mockserver", ROOT / "pytest_plugin"]
    assert named
    assert [file for file in named if not any((folder / file).exists() for folder in folders)] == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_make_targets_that_a_page_names_are_there(name: str) -> None:
    makefile = page("Makefile")
    targets = {word for call in re.findall(r"make ((?:[a-z]+ ?)+)", page(name)) for word in call.split()}
    named = targets & {"demo", "test", "lint", "types", "bench", "docs", "referee", "smoke", "build"}
    assert named
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in named)


def test_the_kinds_of_mutations_are_listed() -> None:
    listed = re.search(r"\nKinds: (.*?)\n\n", page("docs/property-tests.md"), re.DOTALL)
    assert listed is not None
    named = re.findall(r"`([a-z]+_[a-z_]+|null)`", listed[1])
    assert set(named) == set(MUTATION_KINDS)
