"""What `reelmock check` may be told."""

from pathlib import Path
from typing import TypedDict

from reelmock.contracts.payloads import Validation

# Where keys are looked for that are not given on the command line.
KEY_VARIABLE, OTHER_KEY_VARIABLE = "AIMLAPI_API_KEY", "AIMLAPI_OTHER_API_KEY"


class CheckOptions(TypedDict):
    """The arguments of `reelmock check`; None, False and 0 are what was not given."""

    url: str | None
    recording: Path | None
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
