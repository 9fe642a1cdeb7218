"""Starts the fake, or the bare app that it is measured against, as a process of its own, and always ends it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reelmock.benchmarks.wire import ask, request_bytes

START_LIMIT_S: Final = 30.0
END_LIMIT_S: Final = 5.0
LOOK_EVERY_S: Final = 0.001

FAKE: Final = "fake"
BARE: Final = "bare"


class ServerFailedError(Exception):
    """A server that ended or kept silent instead of answering; the text has what it wrote."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers. `start_s` is the time from the start of its process to its first reply, in seconds."""

    url: str
    pid: int
    start_s: float

    @property
    def cpu_s(self) -> float | None:
        """The CPU time that it has used so far, in seconds; None where there is no /proc."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return None
        # The name of the program stands in brackets and may hold spaces; user and system time are fields 14 and 15.
        fields = stat.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def rss_mb(self) -> float | None:
        """The memory it holds at this moment in MB of 1,000,000 bytes; None where there is no /proc."""
        status = Path(f"/proc/{self.pid}/status")
        if not status.exists():
            return None
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        kibibytes = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
        return kibibytes * 1024 / 1_000_000


@contextmanager
def fake_server(*more: str) -> Iterator[RunningServer]:
    """The fake as `reelmock serve` starts it; `more` are further options."""
    options = ("--port", "0", "--log-level", "warning", "--progression", "time:2,8", *more)
    with _running(("-m", "reelmock", "serve", *options, "--ready-file")) as server:
        yield server


@contextmanager
def bare_server(created: int = 0, polled: int = 0) -> Iterator[RunningServer]:
    """The bare app, with bodies of so many bytes for POST and GET."""
    with _running(("-m", "reelmock.benchmarks.bare_app", str(created), str(polled))) as server:
        yield server


@contextmanager
def server_of(kind: str) -> Iterator[RunningServer]:
    """Either of them, by name."""
    with fake_server() if kind == FAKE else bare_server() as server:
        yield server


@contextmanager
def _running(arguments: tuple[str, ...]) -> Iterator[RunningServer]:
    """Start Python with `arguments` and the name of a file to which it writes where it listens."""
    with tempfile.TemporaryDirectory(prefix="reelmock-bench-") as folder:
        ready, log = Path(folder, "ready.json"), Path(folder, "log.txt")
        with log.open("wb") as output:
            start = time.perf_counter()
            process = subprocess.Popen(
                (sys.executable, *arguments, str(ready)), stdout=output, stderr=subprocess.STDOUT, cwd=folder
            )
            try:
                url = _wait_until_ready(process, ready, log, start)
                yield RunningServer(url, process.pid, time.perf_counter() - start)
            finally:
                _end(process)


def _wait_until_ready(process: subprocess.Popen[bytes], ready: Path, log: Path, start: float) -> str:
    while not ready.exists():
        if process.poll() is not None or time.perf_counter() - start > START_LIMIT_S:
            written = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise ServerFailedError(f"{process.args!r} did not start: {written}")
        time.sleep(LOOK_EVERY_S)
    url = str(json.loads(ready.read_text(encoding="utf-8"))["url"])
    answer = ask(url, request_bytes("GET", "/health"))
    if answer.status != 200:
        raise ServerFailedError(f"GET {url}/health was answered with {answer.status}")
    return url


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
