"""How long it takes to write the clip that a completed generation's URL serves."""

import time
from statistics import median

from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.mockserver.clips import LONGEST, ClipSpec, render_clip

USUAL = ClipSpec(1280, 720, 5, audio=False)
LARGEST = ClipSpec(1920, 1080, LONGEST, audio=True)


def measure(effort: Effort) -> list[Row]:
    """The usual clip, and the largest one; for information."""
    return [_row("usual", USUAL, effort.clips), _row("largest", LARGEST, effort.clips)]


def _row(name: str, spec: ClipSpec, times: int) -> Row:
    render_clip(spec)  # reads the keyframes
    found = []
    size = 0
    for number in range(times):
        start = time.perf_counter()
        size = len(render_clip(spec, str(number)))
        found.append((time.perf_counter() - start) * 1000)
    sound = " with sound" if spec.audio else ""
    remark = f"{spec.width}x{spec.height}, {spec.seconds} s{sound}, {size / 1000:,.0f} kB; {spread(found)}"
    return Row(f"clip, {name}", median(found), "ms", remark)
