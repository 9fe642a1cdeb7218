"""How a reply comes that is late or goes wrong: what a client sees of it, whatever door it comes through."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from reelmock.contracts.exchange import Response
from reelmock.mockserver.faults import Fault, Trickle
from reelmock.mockserver.reply import Reply

GARBAGE: Final = b"\x00\x01 this is no HTTP\r\n\r\n"
BODILESS: Final = frozenset({204, 304})
DRIP: Final = Trickle()


class End(Enum):
    """What happens to the connection once everything has come."""

    COMPLETE = "nothing is missing"
    CLOSED = "it is closed"
    RESET = "it is reset"
    SILENT = "nothing more comes"
    REFUSED = "there was none"


@dataclass(frozen=True, slots=True)
class Course:
    """What comes: after `silence_s` seconds the head of a response, if there is one; then pieces; then the end.

    `pause_s` seconds lie between one piece and the next.
    """

    response: Response | None
    pieces: tuple[bytes, ...]
    end: End
    silence_s: float = 0.0
    pause_s: float = 0.0


# What comes in place of a response.
WITHOUT_RESPONSE: Final = {
    Fault.REFUSE: Course(None, (), End.REFUSED),
    Fault.RESET: Course(None, (), End.RESET),
    Fault.CLOSE: Course(None, (), End.CLOSED),
    Fault.HANG: Course(None, (), End.SILENT),
    Fault.GARBAGE: Course(None, (GARBAGE,), End.CLOSED),
}

# How a body ends that stops in its middle.
CUT: Final = {Fault.RESET_BODY: End.RESET, Fault.TRUNCATE: End.CLOSED, Fault.STALL: End.SILENT}


def course_of(method: str, reply: Reply) -> Course | None:
    """How a reply to a request with this method comes; None: at once, as a whole, and as long as it says."""
    response, fault = reply.response, reply.fault
    if reply.usual:
        return None
    bodiless = method == "HEAD" or response.status in BODILESS
    declared = _declared(response)
    whole = not response.body if bodiless else declared is None or declared == len(response.body)
    if whole and fault is None and not reply.delay_s:
        return None
    if fault in WITHOUT_RESPONSE:
        course = WITHOUT_RESPONSE[fault]
        # Nobody has to wait for a refusal, or would see a hang begin.
        at_once = course.end in (End.REFUSED, End.SILENT)
        return course if at_once else replace(course, silence_s=reply.delay_s)
    if bodiless:
        return Course(response, (), End.COMPLETE, reply.delay_s)
    pieces, end = _body(response.body[:declared], fault)
    if end is End.COMPLETE and declared is not None and declared > len(response.body):
        end = End.CLOSED
    pause_s = DRIP.pause_s if fault is Fault.TRICKLE else 0.0
    return Course(_framed(response), pieces, end, reply.delay_s, pause_s)


def _body(body: bytes, fault: Fault | None) -> tuple[tuple[bytes, ...], End]:
    """The pieces of a body, and its end. A body without a byte has no middle in which anything could happen."""
    if body and fault in CUT:
        return (body[: len(body) // 2],), CUT[fault]
    size = DRIP.size if fault is Fault.TRICKLE else max(1, len(body))
    return tuple(body[at : at + size] for at in range(0, len(body), size)), End.COMPLETE


def _declared(response: Response) -> int | None:
    """The length that a response says it has."""
    length = response.header("content-length")
    return int(length) if length is not None and length.isdecimal() else None


def _framed(response: Response) -> Response:
    """A response that says how long it is: what ends too early can't be told otherwise."""
    if response.header("content-length") is not None:
        return response
    length = ("content-length", str(len(response.body)))
    return Response(response.status, (*response.headers, length), response.body)
