"""How long `reelmock check` takes against a live fake, with everything that a user waits for."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from reelmock.benchmarks.many_models import document_of
from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.benchmarks.servers import fake_server

KEY: Final = "bench-key"

# Models → the limit in seconds.
LIMITS: Final = {13: 10.0, 150: 60.0}


def measure(effort: Effort) -> list[Row]:
    """A default run and one with probes, over 13 and over 150 models."""
    return list(_rows(min(5, effort.start_ups)))


def _rows(rounds: int) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="reelmock-bench-") as folder:
        for models, limit in LIMITS.items():
            spec = Path(folder, f"{models}.json")
            spec.write_text(json.dumps(document_of(models)), encoding="utf-8")
            with fake_server("--spec", str(spec), "--api-key", KEY) as server:
                lasting = [_run(server.url, spec) for _ in range(rounds)]
                yield Row(f"check, {models} models", median(lasting), "s", spread(lasting), at_most=limit)
                yield Row(f"check --probe, {models} models", _run(server.url, spec, "--probe"), "s", "one run")


def _run(url: str, spec: Path, *options: str) -> float:
    """Seconds that one run takes as a process."""
    command = [sys.executable, "-m", "reelmock", "check", url, "--spec", str(spec), "--api-key", KEY, *options]
    start = time.perf_counter()
    subprocess.run([*command, "--max-requests", "100000"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
