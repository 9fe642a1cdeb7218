"""A connection in memory keeps to what asyncio promises of a transport."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import ClientTimeout
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey

from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.reply import Reply
from reelmock.pytest_plugin.doors.aiohttp_faults import Caller
from reelmock.pytest_plugin.doors.memory_transport import PIECE, TURNS, MemoryTransport

CALLER = Caller("https://a.example", ConnectionKey("a.example", 443, True, True, None, None, None), ClientTimeout())
ASKED = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"


class Protocol(ResponseHandler):
    """Notes what it is told."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.pieces: list[bytes] = []
        self.lost: list[BaseException | None] = []

    def data_received(self, data: bytes) -> None:
        self.pieces.append(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.lost.append(exc)


class Mock:
    """Answers everything with three pieces, of which half may come."""

    def __init__(self, fault: Fault | None = None) -> None:
        self._fault = fault

    def answers(self, host: str) -> bool:
        return True

    def blocks(self, host: str) -> bool:
        return True

    def handle(self, request: Request) -> Reply:
        return Reply(Response(200, (), b"x" * 3 * PIECE), fault=self._fault)

    @property
    def skips(self) -> bool:
        """See `Answering`."""
        return False

    def waited(self, seconds: float) -> None:
        """See `Answering`."""


async def turns() -> None:
    """Several turns of the loop."""
    for _ in range(5 * TURNS):
        await asyncio.sleep(0)


def connected(use: Callable[[MemoryTransport, Protocol], Awaitable[None]], fault: Fault | None = None) -> Protocol:
    """A protocol after `use` has been done with it and its connection."""

    async def main() -> Protocol:
        loop = asyncio.get_running_loop()
        protocol = Protocol(loop)
        await use(MemoryTransport(loop, protocol, Mock(fault), CALLER), protocol)
        await turns()
        return protocol

    return asyncio.run(main())


def test_a_reply_comes_in_pieces_and_leaves_the_connection_open() -> None:
    async def use(transport: MemoryTransport, protocol: Protocol) -> None:
        transport.write(ASKED[:9])
        transport.writelines([ASKED[9:20], bytearray(ASKED[20:])])
        assert protocol.pieces == []
        await turns()
        assert not transport.is_closing()

    protocol = connected(use)
    assert [len(piece) for piece in protocol.pieces][:3] == [PIECE] * 3
    head, _, body = b"".join(protocol.pieces).partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [b"HTTP/1.1 200 OK", b"content-length: %d" % (3 * PIECE)]
    assert (body, protocol.lost) == (b"x" * 3 * PIECE, [])


def test_nothing_comes_while_reading_is_paused() -> None:
    async def use(transport: MemoryTransport, protocol: Protocol) -> None:
        transport.pause_reading()
        transport.write(ASKED)
        await turns()
        assert protocol.pieces == []
        transport.resume_reading()
        await asyncio.sleep(0)
        transport.pause_reading()
        await turns()
        assert len(protocol.pieces) == 1
        transport.resume_reading()

    assert len(connected(use).pieces) == 4


@pytest.mark.parametrize("end", [MemoryTransport.close, MemoryTransport.abort])
def test_the_end_is_told_once_and_nothing_comes_after_it(end: Callable[[MemoryTransport], None]) -> None:
    async def use(transport: MemoryTransport, protocol: Protocol) -> None:
        transport.write(ASKED)
        end(transport)
        end(transport)
        assert transport.is_closing()
        assert protocol.lost == []

    protocol = connected(use)
    assert (protocol.pieces, protocol.lost) == ([], [None])


def test_a_fault_comes_after_the_client_had_time_for_what_came_before() -> None:
    async def use(transport: MemoryTransport, protocol: Protocol) -> None:
        transport.write(ASKED)
        while len(protocol.pieces) < 3:
            await asyncio.sleep(0)
        for _ in range(TURNS - 1):
            assert protocol.lost == []
            await asyncio.sleep(0)

    protocol = connected(use, Fault.RESET_BODY)
    assert [len(piece) for piece in protocol.pieces[1:]] == [PIECE, PIECE // 2]
    assert [type(error) for error in protocol.lost] == [ConnectionResetError]


def test_a_fault_waits_while_reading_is_paused_and_never_comes_once_the_client_has_closed() -> None:
    async def use(transport: MemoryTransport, protocol: Protocol) -> None:
        transport.write(ASKED)
        while len(protocol.pieces) < 3:
            await asyncio.sleep(0)
        transport.pause_reading()
        await turns()
        assert protocol.lost == []
        transport.close()
        transport.resume_reading()

    protocol = connected(use, Fault.RESET_BODY)
    assert (len(protocol.pieces), protocol.lost) == (3, [None])


def test_a_connection_that_was_lost_is_not_lost_again() -> None:
    async def use(transport: MemoryTransport, protocol: Protocol) -> None:
        transport.write(ASKED)
        await turns()
        assert transport.is_closing()
        transport.close()

    assert [type(error) for error in connected(use, Fault.RESET).lost] == [ConnectionResetError]


def test_it_may_end_after_its_loop() -> None:
    kept: list[MemoryTransport] = []

    async def use(transport: MemoryTransport, _: Protocol) -> None:
        kept.append(transport)

    protocol = connected(use)
    kept[0].close()
    assert (kept[0].is_closing(), protocol.lost) == (True, [])


def test_it_says_what_it_can() -> None:
    async def use(transport: MemoryTransport, _: Protocol) -> None:
        assert not transport.can_write_eof()
        assert transport.get_write_buffer_size() == 0
        assert transport.get_extra_info("socket", "none") == "none"

    connected(use)
