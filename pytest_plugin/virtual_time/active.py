"""The virtual times that are active in this process, the innermost last: what every replaced function asks.

The functions of `time` are process-wide, so this is too.
"""

from threading import get_ident

from reelmock.mockserver.clock import VirtualClock
from reelmock.pytest_plugin.virtual_time.sleepers import Sleepers
from reelmock.pytest_plugin.virtual_time.timeline import Timeline


class Active:
    """The active virtual times of this process."""

    def __init__(self) -> None:
        self.sleepers: Sleepers = Sleepers()
        self._timelines: tuple[Timeline, ...] = ()

    @property
    def innermost(self) -> Timeline | None:
        """The one that is in force, or None."""
        return self._timelines[-1] if self._timelines else None

    def __contains__(self, timeline: Timeline) -> bool:
        return timeline in self._timelines

    def here(self) -> Timeline | None:
        """The one that this thread lives in, or None for real time."""
        timeline = self.innermost
        return None if timeline is None or self.sleepers.is_exempt(get_ident()) else timeline

    def push(self, clock: VirtualClock) -> Timeline:
        """Begin a virtual time within the others."""
        outer = self.innermost
        timeline = Timeline(clock, self.sleepers, outer)
        if outer is None:
            self.sleepers.remember_homes()
        else:
            outer.pause()
        self._timelines = (*self._timelines, timeline)
        return timeline

    def drop(self, timeline: Timeline) -> None:
        """End a virtual time, wherever it stands."""
        self._timelines = tuple(other for other in self._timelines if other is not timeline)
        if self.innermost is not None:
            self.innermost.resume()


ACTIVE = Active()
