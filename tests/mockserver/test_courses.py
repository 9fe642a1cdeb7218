"""How a reply comes that is late or goes wrong, as plain values."""

import pytest

from reelmock.contracts.exchange import Response
from reelmock.mockserver.courses import GARBAGE, Course, End, course_of
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.reply import Reply

BODY = bytes(range(150))
WHOLE = Response(200, (("content-length", "150"),), BODY)
CUT = (Fault.RESET_BODY, Fault.TRUNCATE, Fault.STALL)


def saying(length: str, body: bytes = BODY) -> Response:
    return Response(200, (("content-length", length),), body)


@pytest.mark.parametrize(
    ("method", "response"),
    [
        ("GET", WHOLE),
        ("GET", Response(200, (), BODY)),
        ("HEAD", saying("150", b"")),
        ("GET", Response(204)),
        ("GET", Response(304, (("content-length", "150"),))),
        ("GET", saying("a hundred")),
    ],
)
def test_a_reply_without_fault_and_delay_has_no_course(method: str, response: Response) -> None:
    assert course_of(method, Reply(response)) is None


@pytest.mark.parametrize(
    ("fault", "course"),
    [
        (None, Course(WHOLE, (BODY,), End.COMPLETE, 2.0)),
        (Fault.REFUSE, Course(None, (), End.REFUSED)),
        (Fault.RESET, Course(None, (), End.RESET, 2.0)),
        (Fault.CLOSE, Course(None, (), End.CLOSED, 2.0)),
        (Fault.RESET_BODY, Course(WHOLE, (BODY[:75],), End.RESET, 2.0)),
        (Fault.TRUNCATE, Course(WHOLE, (BODY[:75],), End.CLOSED, 2.0)),
        (Fault.HANG, Course(None, (), End.SILENT)),
        (Fault.STALL, Course(WHOLE, (BODY[:75],), End.SILENT, 2.0)),
        (Fault.TRICKLE, Course(WHOLE, (BODY[:64], BODY[64:128], BODY[128:]), End.COMPLETE, 2.0, 0.1)),
        (Fault.GARBAGE, Course(None, (GARBAGE,), End.CLOSED, 2.0)),
    ],
)
def test_each_fault_has_its_course_and_comes_after_the_delay(fault: Fault | None, course: Course) -> None:
    assert course_of("GET", Reply(WHOLE, 2.0, fault)) == course


@pytest.mark.parametrize("fault", [None, Fault.TRICKLE, *CUT])
@pytest.mark.parametrize(
    ("method", "response"), [("HEAD", saying("150", b"")), ("GET", Response(204)), ("GET", Response(304, (), BODY))]
)
def test_a_reply_that_may_have_no_body_is_its_head(method: str, response: Response, fault: Fault | None) -> None:
    assert course_of(method, Reply(response, 2.0, fault)) == Course(response, (), End.COMPLETE, 2.0)


@pytest.mark.parametrize("fault", CUT)
def test_an_empty_body_has_no_middle(fault: Fault) -> None:
    empty = saying("0", b"")
    assert course_of("GET", Reply(empty, fault=fault)) == Course(empty, (), End.COMPLETE)


def test_a_length_that_is_too_large_cuts_the_body_at_its_end() -> None:
    response = saying("151")
    assert course_of("GET", Reply(response)) == Course(response, (BODY,), End.CLOSED)


def test_a_length_that_is_too_small_ends_the_reply_there() -> None:
    response = saying("100")
    assert course_of("GET", Reply(response)) == Course(response, (BODY[:100],), End.COMPLETE)
    assert course_of("GET", Reply(response, fault=Fault.STALL)) == Course(response, (BODY[:50],), End.SILENT)


def test_a_body_that_is_cut_has_a_length_to_be_missed() -> None:
    course = course_of("GET", Reply(Response(200, (("x-a", "b"),), BODY), fault=Fault.TRUNCATE))
    assert course == Course(Response(200, (("x-a", "b"), ("content-length", "150")), BODY), (BODY[:75],), End.CLOSED)
