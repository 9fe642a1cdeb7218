"""Faults under an ASGI server that gives an application no access to its connections."""

import asyncio

import pytest
from starlette.types import Message

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.reply import Reply

BODY = bytes(range(150))


class Faulty(Engine):
    """Gives every reply with one fault."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(load_contract(), VirtualClock())
        self._fault = fault

    def handle(self, request: Request) -> Reply:
        return Reply(Response(200, (("content-length", "150"),), BODY), fault=self._fault)


async def sent_to_who_leaves(engine: Engine) -> list[Message]:
    """What the application sends to a client that leaves when it has to wait."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "scheme": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    await create_app(engine)(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    ("fault", "way"),
    [
        (Fault.REFUSE, "refused"),
        (Fault.RESET, "reset"),
        (Fault.CLOSE, "closed"),
        (Fault.RESET_BODY, "reset"),
        (Fault.TRUNCATE, "closed"),
        (Fault.GARBAGE, "closed"),
    ],
)
def test_another_server_than_ours_says_that_it_can_not_break_connections(fault: Fault, way: str) -> None:
    sent = asyncio.run(sent_to_who_leaves(Faulty(fault)))
    assert sent[0]["status"] == 500
    assert sent[1]["body"].decode() == (
        f"reelmock: this connection was to be broken ({way}), but this ASGI server does not let an application do "
        "that. Start the fake with `reelmock serve`, or in a test with the fixture reelmock_server\n"
    )


@pytest.mark.parametrize(("fault", "body"), [(Fault.HANG, b""), (Fault.STALL, BODY[:75]), (Fault.TRICKLE, BODY[:64])])
def test_another_server_than_ours_can_keep_a_client_waiting(fault: Fault, body: bytes) -> None:
    sent = asyncio.run(sent_to_who_leaves(Faulty(fault)))
    assert b"".join(message.get("body", b"") for message in sent) == body
