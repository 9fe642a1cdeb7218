"""Prints all that is measured as one table: `python -m reelmock.benchmarks.report [--quick]`, or this file itself.

It is a report and not a test: the exit code is 0 whatever the figures are. All traffic stays on 127.0.0.1.
"""

import argparse
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from importlib.metadata import version

from reelmock.benchmarks import (
    checks,
    clips,
    engine,
    large_bodies,
    many_models,
    memory,
    payloads,
    plugin,
    start_up,
    throughput,
)
from reelmock.benchmarks.rows import COLUMNS, FULL, QUICK, Effort, Row

Measurement = Callable[[Effort], list[Row]]

# A new measurement is a function in a module of its own, and a line here.
MEASUREMENTS: tuple[tuple[str, Measurement], ...] = (
    ("throughput", throughput.measure),
    ("64 connections", throughput.measure_crowd),
    ("start-up", start_up.measure),
    ("memory", memory.measure),
    ("engine", engine.measure),
    ("a full store", engine.measure_full_store),
    ("many models", many_models.measure),
    ("checks", checks.measure),
    ("large bodies", large_bodies.measure),
    ("clips", clips.measure),
    ("plugin", plugin.measure),
    ("payloads", payloads.measure),
    ("catalogues", payloads.measure_catalogues),
    ("variety", payloads.measure_variety),
)


def main() -> None:
    """Measure, and print the table; progress goes to stderr."""
    parser = argparse.ArgumentParser(description="Measures reelmock and prints one table.")
    parser.add_argument("--quick", action="store_true", help="about 30 s instead of 3 minutes, with more noise")
    effort = QUICK if parser.parse_args().quick else FULL
    signal.signal(signal.SIGTERM, _leave)
    start = time.perf_counter()
    print(_heading(), file=sys.stderr, flush=True)
    rows: list[Row] = []
    for name, measure in MEASUREMENTS:
        print(f"measuring: {name} …", file=sys.stderr, flush=True)
        rows += measure(effort)
    print(_heading())
    print()
    print(table(rows))
    print()
    over = sum(row.verdict == "over" for row in rows)
    ok = sum(row.verdict == "ok" for row in rows)
    print(f"{ok} ok, {over} over (missing the target); the rest is for information. {_load()}.")
    print(f"Measured in {time.perf_counter() - start:.0f} s{' with --quick' if effort is QUICK else ''}.")


def table(rows: list[Row]) -> str:
    """The rows as lines of text in columns; figures stand to the right, texts to the left."""
    lines = [COLUMNS, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    figures = {COLUMNS.index("measured"), COLUMNS.index("target")}
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in figures else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _heading() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("reelmock", "starlette", "uvicorn", "h11"))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{libraries}; {python}; {platform.system()}, {os.cpu_count()} cores, nothing pinned"


def _load() -> str:
    """How busy the machine is: figures of a busy one are noise, and only the ratios mean something."""
    if not hasattr(os, "getloadavg"):
        return "The machine's load is not known"
    return f"The machine's load over the last minute was {os.getloadavg()[0]:.1f}, this report included"


def _leave(*_: object) -> None:
    """Turn SIGTERM into an exception, so that the servers are ended."""
    raise SystemExit(143)


if __name__ == "__main__":
    main()
