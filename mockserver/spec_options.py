"""What `reelmock spec import` may be told."""

from pathlib import Path
from typing import TypedDict


class ImportOptions(TypedDict):
    """The arguments of `reelmock spec import`; `onto` and `suggest` are None when they are not given."""

    sources: tuple[str, ...]
    output: Path
    onto: Path | None
    models: str
    offline: bool
    overlays: tuple[Path, ...]
    suggest: Path | None
