"""schemathesis as an independent judge of the fake: `python -m reelmock.tests.referee EXAMPLES [SPEC]`."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reelmock.tests.processes import serving

KEY = "test-key"
PHASES = "examples,coverage,fuzzing,stateful"


@contextmanager
def refereed_server(spec: Path | None) -> Iterator[str]:
    """A strict fake of the document in a file, else of the shipped one, with one key, as a process; its URL."""
    named = ("--spec", str(spec)) if spec else ()
    with serving("--api-key", KEY, "--validation", "strict", "--log-level", "warning", *named) as server:
        yield server.url


def command(url: str, examples: int) -> list[str]:
    """Schemathesis with every check that it has, in every phase."""
    return [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json", "--checks", "all"),
        *("--mode", "all", "--phases", PHASES, "--max-examples", str(examples), "--generation-deterministic"),
        *("--continue-on-failure", "--header", f"Authorization: Bearer {KEY}"),
    ]


def referee(examples: int, spec: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Schemathesis' verdict: exit code 0 means that it found nothing."""
    with refereed_server(spec) as url, tempfile.TemporaryDirectory() as folder:
        return subprocess.run(
            command(url, examples), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )


if __name__ == "__main__":
    verdict = referee(int(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None)
    sys.stdout.write(verdict.stdout)
    sys.exit(verdict.returncode)
