"""The door of httpx, through respx; it is that of httpx2 too.

Seam: the clients' `_send_single_request`, where they pick a transport for one request. It is given the mock's, by means
of respx's `Mocker`. respx's own `using="httpx"` replaces the method below it, and answers with httpx's `MockTransport`:
so a respx mock that starts later would be asked first, and vcrpy, which replaces methods of httpx's transports, would
answer in our place. From here neither is met, and every other request goes to them as if we were not there.
"""

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any, ClassVar

import httpx

from reelmock.contracts.exchange import Request, Response
from reelmock.mockserver.courses import course_of
from reelmock.mockserver.reply import Reply
from reelmock.pytest_plugin.doors.carrying import MissingExtraError, carried
from reelmock.pytest_plugin.doors.faulty import Patience
from reelmock.pytest_plugin.doors.httpx_faults import async_response_of, response_of
from reelmock.pytest_plugin.stack import Answering, Stack

try:
    from respx.mocks import Mocker
except ImportError as _missing:
    raise MissingExtraError(
        "reelmock intercepts httpx and httpx2 through respx, which is not installed: pip install 'reelmock[httpx]'"
    ) from _missing

LIBRARY = "httpx"
SEAM = "_send_single_request"

# What h11, which writes for httpx, refuses in a header's value: a key that was read from a file may end in a newline.
ILLEGAL = re.compile(rb"^[ \t]|[ \t]$|[\x00\n\v\f\r]")


def install(stack: Stack) -> Callable[[], None]:
    """Answer the stack's hosts in httpx; gives the function that ends it."""
    return install_into(httpx, stack)


def install_into(library: ModuleType, stack: Stack) -> Callable[[], None]:
    """Answer the stack's hosts in httpx, or in a library with the same classes; gives the function that ends it."""
    # Not `library.Client`: that name may stand for a stub of the user's.
    clients = (library._client.Client, library._client.AsyncClient)
    hooks: list[Any] = []

    class Clients(Mocker):
        """Replaces the seam of both clients."""

        name = ""  # keeps it out of respx's table of mockers, where each name may stand once in a process
        targets: ClassVar = [f"{library.__name__}._client.{client.__name__}" for client in clients]
        target_methods: ClassVar = [SEAM]
        routers: ClassVar = []
        _patches: ClassVar = []

        @classmethod
        def mock(cls, spec: Callable[..., Any]) -> Callable[..., Any]:
            """What takes the place of `spec`; awaiting what it gives is left to the caller of either."""

            def send(client: Any, request: Any) -> Any:
                mock = stack.answering(request.url.host)
                return spec(client if mock is None else Answered(client, Transport(library, mock)), request)

            hooks.append(send)
            return send

    def remove() -> None:
        # Where somebody else's hook is on top by now, it stays, and ours below it hands on.
        if all(vars(client)[SEAM] in hooks for client in clients):
            Clients.stop(force=True)

    Clients.start()
    if len(hooks) < len(clients):
        Clients.stop(force=True)
        raise AttributeError(
            f"the clients of {library.__name__} {library.__version__} have no method {SEAM}, where reelmock hooks in. "
            "Is there a newer reelmock?"
        )
    return remove


class Answered:
    """A client as its seam sees it, with another transport."""

    def __init__(self, client: Any, transport: "Transport") -> None:
        self._client = client
        self._picked = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def _transport_for_url(self, _url: Any) -> "Transport":
        return self._picked


class Transport:
    """Carries requests of either client to a mock."""

    def __init__(self, library: ModuleType, mock: Answering) -> None:
        self._library = library
        self._mock = mock

    def handle_request(self, request: Any) -> Any:
        """See `httpx.BaseTransport`."""
        carry, reply = self._replied(request, request.read())
        course = course_of(carry.method, reply)
        if course is None:
            return self._response(reply.response)
        return response_of(self._library, course, self._patience(request, carry), self._mock)

    async def handle_async_request(self, request: Any) -> Any:
        """See `httpx.AsyncBaseTransport`."""
        carry, reply = self._replied(request, await request.aread())
        course = course_of(carry.method, reply)
        if course is None:
            return self._response(reply.response)
        return await async_response_of(self._library, course, self._patience(request, carry), self._mock)

    def _replied(self, request: Any, body: bytes) -> tuple[Request, Reply]:
        """The request as it goes over the wire, and the mock's reply."""
        for _, value in request.headers.raw:
            if ILLEGAL.search(value):
                raise self._library.LocalProtocolError(f"Illegal header value {value!r}")
        url = request.url
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        carry = carried(request.method, origin, url.raw_path.decode("ascii"), request.headers.raw, body)
        return carry, self._mock.handle(carry)

    def _response(self, response: Response) -> Any:
        # A stream, not content: content counts as read, and could not be streamed any more.
        stream = self._library.ByteStream(response.body)
        return self._library.Response(response.status, headers=list(response.headers), stream=stream)

    def _patience(self, request: Any, carry: Request) -> Patience:
        timeout_s = request.extensions.get("timeout", {}).get("read")
        return Patience(carry, timeout_s, f"{self._library.__name__}.Client(timeout=30)")
