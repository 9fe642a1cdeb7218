"""What a run of the checks is asked to do, and what it may cost."""

from dataclasses import dataclass, field

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import member
from reelmock.contracts.payloads import Validation


class CheckError(ValueError):
    """Checks that can't run: what was asked for contradicts itself, or the server is not there. The text says why."""


# How long to wait between two polls where the document does not say, in seconds.
USUAL_INTERVAL_S = 15.0


def documented_interval(contract: Contract) -> float:
    """How long a client should wait between two polls, in seconds, by the document's `x-poll-interval`."""
    told = member(contract.extension("x-poll-interval")).get("seconds")
    return float(told) if isinstance(told, int | float) and told > 0 else USUAL_INTERVAL_S


@dataclass(frozen=True)
class Assignment:
    """What to check, and what it may cost.

    `key` and `other_key` are API keys that the server takes. `models` is a glob for model ids, `checks` the names of
    the checks to run (all when empty). `probe` allows probes, `paid` is how many generations may be paid for (it
    includes probes). `interval` is the pause between two polls, in seconds, and `patience` after how many a generation
    is given up. `max_requests` ends the run early.
    """

    key: str | None = field(default=None, repr=False)
    other_key: str | None = field(default=None, repr=False)
    validation: Validation = "lenient"
    models: str = "*"
    checks: tuple[str, ...] = ()
    probe: bool = False
    paid: int = 0
    interval: float = 15.0
    patience: float = 900.0
    max_requests: int = 2000
