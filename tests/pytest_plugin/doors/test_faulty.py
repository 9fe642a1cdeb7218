"""How a reply comes over a connection, whatever library reads it."""

import pytest
from aiohttp import ClientTimeout, SocketTimeoutError
from aiohttp.client_reqrep import ConnectionKey

from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.mockserver.courses import GARBAGE, course_of
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.reply import Reply
from reelmock.pytest_plugin.doors.aiohttp_faults import Caller
from reelmock.pytest_plugin.doors.faulty import Patience, arriving, awaited
from reelmock.tests.pytest_plugin.doors.conftest import Fake

GET = Request.build("GET", "https://a.example/b")
HEAD = Request.build("HEAD", "https://a.example/b")
FOUR: Fields = (("content-length", "4"),)
START = b"HTTP/1.1 200 OK\r\ncontent-length: "
KEY = ConnectionKey("a.example", 443, True, True, None, None, None)


class Waiting(Fake):
    """Notes what a client waits for among what comes."""

    def __init__(self, met: list[object]) -> None:
        super().__init__()
        self.met = met

    def waited(self, seconds: float) -> None:
        self.met.append(seconds)


def came(reply: Reply, request: Request = GET, timeout_s: float = 5.0) -> list[object]:
    """The seconds of waiting, the bytes, and the class of an error, in the order in which a client meets them."""
    met: list[object] = []
    course = course_of(request.method, reply)
    assert course is not None
    try:
        for piece in awaited(arriving(course), Patience(request, timeout_s, "wait"), Waiting(met)):
            met.append(piece)  # noqa: PERF402 - the waits come in between
    except OSError as error:
        met.append(type(error))
    return met


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (GET, Response(200, (), b"four")),
        (GET, Response(200, FOUR, b"four")),
        (GET, Response(200, (("content-length", "many"),), b"four")),
        (GET, Response(204)),
        (GET, Response(304, FOUR)),
        (HEAD, Response(200, FOUR)),
    ],
)
def test_a_reply_with_which_nothing_is_wrong_has_no_course(request_: Request, response: Response) -> None:
    assert course_of(request_.method, Reply(response)) is None


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.REFUSE, [ConnectionRefusedError]),
        (Fault.RESET, [2.0, ConnectionResetError]),
        (Fault.CLOSE, [2.0]),
        (Fault.HANG, [5.0, TimeoutError]),
        (Fault.GARBAGE, [2.0, GARBAGE]),
        (Fault.RESET_BODY, [2.0, START + b"4\r\n\r\n", b"fo", ConnectionResetError]),
        (Fault.TRUNCATE, [2.0, START + b"4\r\n\r\n", b"fo"]),
        (Fault.STALL, [2.0, START + b"4\r\n\r\n", b"fo", 5.0, TimeoutError]),
        (Fault.TRICKLE, [2.0, START + b"4\r\n\r\n", b"four"]),
        (None, [2.0, START + b"4\r\n\r\n", b"four"]),
    ],
)
def test_a_fault_comes_after_the_delay_unless_there_is_nothing_to_wait_for(
    fault: Fault | None, expected: list[object]
) -> None:
    assert came(Reply(Response(200, (), b"four"), delay_s=2.0, fault=fault)) == expected


def test_a_delay_beyond_the_time_out_is_the_last_that_a_client_sees() -> None:
    for fault in (None, Fault.RESET, Fault.STALL):
        assert came(Reply(Response(200, (), b"four"), delay_s=6.0, fault=fault)) == [5.0, TimeoutError]


def test_of_a_single_byte_nothing_comes_before_the_middle() -> None:
    reply = Reply(Response(200, (), b"1"), fault=Fault.RESET_BODY)
    assert came(reply) == [START + b"1\r\n\r\n", ConnectionResetError]


def test_a_body_where_there_can_be_none_never_comes() -> None:
    assert came(Reply(Response(204, (), b"four"))) == [b"HTTP/1.1 204 No Content\r\n\r\n"]
    assert came(Reply(Response(200, FOUR, b"four")), HEAD) == [START + b"4\r\n\r\n"]


@pytest.mark.parametrize(
    ("sock_read", "total", "patience_s", "error"),
    [
        (3, None, 3, SocketTimeoutError),
        (3, 9, 3, SocketTimeoutError),
        (9, 3, 3, TimeoutError),
        (None, 3, 3, TimeoutError),
        (0, 3, 3, TimeoutError),
        (3, 0, 3, SocketTimeoutError),
        (0, 0, None, TimeoutError),
    ],
)
def test_the_shorter_time_out_of_aiohttp_comes_first_and_0_is_none(
    sock_read: float | None, total: float | None, patience_s: float | None, error: type[Exception]
) -> None:
    caller = Caller("https://a.example", KEY, ClientTimeout(sock_read=sock_read, total=total))
    assert caller.patience_s == patience_s
    assert type(caller.error_of(TimeoutError("timed out"))) is error
