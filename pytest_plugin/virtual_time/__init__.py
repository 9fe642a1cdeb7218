"""Time that passes by sleeping alone: `with VirtualTime(clock):` a client that waits for 1000 s takes milliseconds."""

from reelmock.pytest_plugin.virtual_time.block import VirtualTime, exempt
from reelmock.pytest_plugin.virtual_time.timeline import RealTimeWarning

__all__ = ["RealTimeWarning", "VirtualTime", "exempt"]
