"""`reelmock serve` as a process of its own, for tests that need one."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 30


@dataclass(frozen=True)
class Serving:
    """A running server: where it answers, its process, and what it printed when it was ready."""

    url: str
    process: subprocess.Popen[str]
    banner: list[str]


@contextmanager
def serving(*options: str) -> Iterator[Serving]:
    """Start `reelmock serve` on a free port, wait until it says that it answers, and end it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        arguments = [sys.executable, "-m", "reelmock", "serve", "--port", "0", "--ready-file", str(ready), *options]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            yield Serving(*_ready(process, ready))
        finally:
            if process.poll() is None:
                process.terminate()
            process.communicate(timeout=START_S)


def _ready(process: subprocess.Popen[str], file: Path) -> tuple[str, subprocess.Popen[str], list[str]]:
    """Read the banner to its last line; the ready file is written before the banner is printed."""
    assert process.stdout is not None
    banner = []
    for line in process.stdout:
        banner.append(line.rstrip("\n"))
        if line.startswith("then poll it"):
            return json.loads(file.read_text())["url"], process, banner
    raise AssertionError("the server did not start: " + "\n".join(banner))
