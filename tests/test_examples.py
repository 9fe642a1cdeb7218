"""Each project in `examples/` passes its own tests, with the wheel that users get."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
# What this test run has set in its environment, and a developer's shell has not.
HIDDEN = ("PYTEST", "COV")


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has reelmock from its wheel, and the libraries of the one that runs the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    # From a copy: a build leaves folders behind, and two at once would meet there.
    ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "*.egg-info", "tests", "examples")
    source = shutil.copytree(ROOT, folder / "source", ignore=ignored)
    run([sys.executable, "-m", "build", "--quiet", "--wheel", "--no-isolation", "--outdir", folder], source)
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv/bin/python"
    site = Path(run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip())
    [wheel] = folder.glob("*.whl")
    ZipFile(wheel).extractall(site)
    # Behind the wheel, and without what stands in its own .pth files: there, the checkout is installed.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    found = run([python, "-c", "import reelmock; print(reelmock.__file__)"], folder)
    assert found.startswith(str(site)), found
    return python


def run(command: list[str | Path], folder: Path) -> str:
    """The output of a command, which has to succeed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(HIDDEN)}
    environment["CI"] = "true"  # Hypothesis then draws the same each time, and has no deadlines
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if (path / "tests").is_dir()))
def test_an_example_passes_its_own_tests(name: str, python: Path, tmp_path: Path) -> None:
    if name == "node_client" and shutil.which("node") is None:
        pytest.skip("node is not installed")
    project = shutil.copytree(EXAMPLES / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    output = run([python, "-m", "pytest", "-p", "no:cacheprovider"], project)
    last = output.splitlines()[-1]
    assert " passed" in last, output
    assert "skipped" not in last, output
