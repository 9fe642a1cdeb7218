"""What a defect is, and the few ways to put one into a server: each is a wrapper around what sends a request."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, member, text
from reelmock.contracts.trials import NoReplyError, Send

PATH = "/v2/video/generations"
KEY, OTHER_KEY = "key-a", "key-b"

Wrap: TypeAlias = Callable[[Send], Send]
# Which requests, and which exchanges, a defect is about.
When: TypeAlias = Callable[[Request], bool]
Which: TypeAlias = Callable[[Request, Response], bool]


@dataclass(frozen=True)
class Defect:
    """A server that breaks one promise.

    At least one of `checks` has to find it. `guessed` tells that the document only guesses the promise, so that it may
    be learned instead of drift. `outcome` is that of the generations, `bounds` whether the model has some.
    """

    name: str
    wrap: Wrap
    checks: tuple[str, ...]
    guessed: bool = False
    outcome: str = "completed"
    bounds: bool = False


def asking(when: When, change: Callable[[Request], Request]) -> Wrap:
    """The server sees other requests than those that were sent."""
    return lambda send: lambda request: send(change(request) if when(request) else request)


def answering(which: Which, change: Callable[[Response], Response]) -> Wrap:
    """Other replies come than those that were given."""

    def wrap(send: Send) -> Send:
        def wrapped(request: Request) -> Response:
            response = send(request)
            return change(response) if which(request, response) else response

        return wrapped

    return wrap


def instead(when: When, make: Callable[[Request], Response]) -> Wrap:
    """The server is not asked at all."""
    return lambda send: lambda request: make(request) if when(request) else send(request)


def dropping(when: When) -> Wrap:
    """The connection ends without a reply."""

    def drop(request: Request) -> Response:
        raise NoReplyError(f"the connection was closed before a reply to {request.method} came")

    return instead(when, drop)


def numbered(change: Callable[[Request, Response, int], Response]) -> Wrap:
    """The replies to polls that find something are changed by their number for each generation, from 1."""

    def wrap(send: Send) -> Send:
        polls: Counter[str] = Counter()

        def wrapped(request: Request) -> Response:
            response = send(request)
            if not polled(request, response):
                return response
            polls[asked(request)] += 1
            return change(request, response, polls[asked(request)])

        return wrapped

    return wrap


def after(which: Callable[[Response], bool], change: Callable[[Response], Response]) -> Wrap:
    """The polls of a generation are changed from the one on that follows the first of which `which` holds."""

    def wrap(send: Send) -> Send:
        seen: set[str] = set()

        def wrapped(request: Request) -> Response:
            response = send(request)
            if not polled(request, response):
                return response
            if asked(request) in seen:
                return change(response)
            if which(response):
                seen.add(asked(request))
            return response

        return wrapped

    return wrap


def creates(request: Request) -> bool:
    """Whether a request is to create a generation."""
    return request.method == "POST" and request.path == PATH


def polls(request: Request) -> bool:
    """Whether a request asks for a generation."""
    return request.method == "GET" and request.path == PATH


def downloads(request: Request) -> bool:
    """Whether a request asks for a clip."""
    return request.method in ("GET", "HEAD") and request.path != PATH


def asked(request: Request) -> str:
    """The id that is asked for."""
    return dict(request.query).get("generation_id", "")


def created(request: Request, response: Response) -> bool:
    """Whether a generation was created."""
    return creates(request) and response.status < 300


def polled(request: Request, response: Response) -> bool:
    """Whether a generation was found."""
    return polls(request) and response.status < 300


def told(request: Request, response: Response) -> bool:
    """Whether the reply tells of a generation."""
    return created(request, response) or polled(request, response)


def refused(status: int) -> Which:
    """Exchanges of either operation that end with this status."""
    return lambda request, response: response.status == status and (creates(request) or polls(request))


def word(response: Response) -> str:
    """The status word of a reply."""
    return text(member(response.json()), "status")


def worded(*words: str) -> Which:
    """Polls that tell one of these status words."""
    return lambda request, response: polled(request, response) and word(response) in words


def key_of(request: Request) -> str:
    """What the header `authorization` has, as it stands there."""
    return request.header("authorization") or ""


def keyed(request: Request) -> bool:
    """Whether a request carries the good key as it should be."""
    return key_of(request) == f"Bearer {KEY}"


def readable(body: bytes) -> bool:
    """Whether a body is JSON."""
    try:
        parse_json(body)
    except BodyError:
        return False
    return True


def payload_of(request: Request) -> Json:
    """The JSON in a body; None when it is none."""
    return parse_json(request.body) if readable(request.body) else None


def shipped() -> Contract:
    """The contract that all of this is about."""
    return load_contract()
