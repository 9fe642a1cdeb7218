"""What the engine gives a door: a response, and what goes wrong with it on its way."""

from dataclasses import dataclass

from reelmock.contracts.exchange import Response
from reelmock.mockserver.faults import Fault


@dataclass(frozen=True, slots=True)
class Reply:
    """What a door has to give to its client: the response, after `delay_s` seconds, unless there is a fault.

    With `usual` nobody meddled with the response, so that a door need not look at it.
    """

    response: Response
    delay_s: float = 0.0
    fault: Fault | None = None
    usual: bool = False
