"""Attributes that are replaced for a while, and put back exactly as they were."""

from typing import Any

_ABSENT = object()


class Patches:
    """Replaces attributes of modules and classes; `undo` restores them, the last first."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, str, object, object]] = []

    def set(self, owner: Any, name: str, value: object) -> None:
        """Replace an attribute; one that the owner only inherits counts as absent."""
        self._done.append((owner, name, vars(owner).get(name, _ABSENT), value))
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put everything back, except what somebody else has replaced since."""
        while self._done:
            owner, name, before, ours = self._done.pop()
            if vars(owner).get(name) is not ours:
                continue
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)
