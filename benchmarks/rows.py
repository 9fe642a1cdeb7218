"""What a measurement hands to the report: rows, and how much effort it may spend on them."""

from dataclasses import dataclass
from statistics import quantiles
from typing import Final


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the report.

    `measured` is None when it could not be measured here; the remark then says why. A row without `at_most` and
    `at_least` is for information. `digits` is the number of decimals that mean something.
    """

    name: str
    measured: float | None
    unit: str
    remark: str = ""
    at_most: float | None = None
    at_least: float | None = None
    digits: int = 2

    @property
    def target(self) -> str:
        """The target as a reader writes it; empty for information."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""

    @property
    def verdict(self) -> str:
        """`ok`, `over` (it misses its target, on whichever side), or empty when there is nothing to judge."""
        if self.measured is None or not self.target:
            return ""
        within = (self.at_most is None or self.measured <= self.at_most) and (
            self.at_least is None or self.measured >= self.at_least
        )
        return "ok" if within else "over"

    @property
    def cells(self) -> tuple[str, ...]:
        """The texts of the table's columns, in the order of `COLUMNS`."""
        measured = "-" if self.measured is None else f"{self.measured:,.{self.digits}f}"
        return (self.name, measured, self.target, self.unit, self.verdict, self.remark)


COLUMNS: Final = ("measurement", "measured", "target", "unit", "", "remark")


@dataclass(frozen=True, slots=True)
class Effort:
    """How often and how long to measure; durations are in seconds."""

    pairs: int
    run_s: float
    crowd_s: float
    start_ups: int
    memory_marks: tuple[int, ...]
    cycles: int
    large_bodies: int
    clips: int
    examples: int


FULL: Final = Effort(
    pairs=5,
    run_s=2.0,
    crowd_s=3.0,
    start_ups=7,
    memory_marks=(20_000, 100_000, 200_000),
    cycles=2_000,
    large_bodies=9,
    clips=50,
    examples=1_000,
)
QUICK: Final = Effort(
    pairs=3,
    run_s=0.6,
    crowd_s=1.0,
    start_ups=3,
    memory_marks=(5_000, 15_000),
    cycles=500,
    large_bodies=3,
    clips=10,
    examples=200,
)


def spread(values: list[float], form: str = ".2f") -> str:
    """The smallest and the largest value, as a remark."""
    return f"{min(values):{form}}..{max(values):{form}} in {len(values)}"


def quartiles(values: list[float]) -> str:
    """The middle half of the values, as a remark; needs two or more values."""
    low, _, high = quantiles(values, n=4, method="inclusive")
    return f"middle half {low:.2f}..{high:.2f} of {len(values)}"
