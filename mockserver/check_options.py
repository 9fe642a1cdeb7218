"""What `reelmock check` may be told."""

from pathlib import Path
from typing import TypedDict

from reelmock.contracts.payloads import Validation


class CheckOptions(TypedDict):
    """The arguments of `reelmock check`; None, False and 0 are what was not given."""

    url: str | None
    recording: tuple[Path, ...] | None
    spec: Path | None
    api_key: str | None
    other_api_key: str | None
    validation: Validation
    model: str
    probe: bool
    paid: int
    yes: bool
    checks: tuple[str, ...]
    list_checks: bool
    max_requests: int | None
    rate: float | None
    poll_interval: float | None
    patience: float | None
    timeout: float | None
    baseline: Path | None
    reports: tuple[Path, ...]
    github: bool
