"""`reelmock demo`: one generation from POST to a playable file, over a real socket, as any client would do it."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from reelmock.contracts.calls import call
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import example_payload
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.lifecycle import State
from reelmock.contracts.places import value_at
from reelmock.mockserver.banner import ANY_KEY
from reelmock.mockserver.clock import Clock, pause

POLL_INTERVAL_S = 0.1


class DemoError(RuntimeError):
    """A demo that did not come to its end; the text says at which step."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the demo saw: seconds since it began, the state, and the document's word for it."""

    elapsed: float
    state: State
    word: str


@dataclass(frozen=True)
class Demo:
    """A client of the fake at `url`, with nothing but the standard library."""

    url: str
    contract: Contract
    clock: Clock

    @property
    def route(self) -> JobRoute:
        """The job route that the demo uses."""
        return self.contract.job_routes[0]

    def create(self) -> str:
        """Create a generation and return its id."""
        payload = example_payload(self.contract, self.route.create)
        reply = self._json(call(self.route.create, key=ANY_KEY, payload=payload))
        return str(value_at(reply, self.route.created.id))

    def poll(self, generation_id: str) -> JsonObject:
        """The generation's state as the API words it."""
        given = {self.route.id_parameter.name: generation_id}
        return self._json(call(self.route.retrieve, key=ANY_KEY, given=given))

    def steps(self, generation_id: str, wait: Callable[[float], None]) -> Iterator[tuple[Step, JsonObject]]:
        """Poll until the generation has ended, calling `wait` between two polls."""
        begun = self.clock.now()
        # Where the document has no word for a state, the fake uses its own.
        words = {state.value: state for state in State} | dict(self.route.retrieved.words)
        while True:
            body = self.poll(generation_id)
            word = str(value_at(body, self.route.retrieved.status))
            state = words[word]
            yield Step(self.clock.now() - begun, state, word), body
            if state.terminal:
                return
            wait(POLL_INTERVAL_S)

    def download(self, body: JsonObject, folder: Path) -> Path:
        """Fetch the clip that a completed generation names into `folder`."""
        clip_url = next(_addresses(value_at(body, self.route.retrieved.result)))
        file = folder / clip_url.rsplit("/", 1)[-1]
        file.write_bytes(_open(urllib.request.Request(clip_url)))
        return file

    def _json(self, request: Request) -> JsonObject:
        query = f"?{urlencode(request.query)}" if request.query else ""
        url, headers = self.url + quote(request.path) + query, dict(request.headers)
        sent = urllib.request.Request(url, data=request.body or None, headers=headers, method=request.method)
        return member(json.loads(_open(sent)))


def _addresses(result: Json) -> Iterator[str]:
    """The addresses in a result: the string itself, or those in an object or a list."""
    if isinstance(result, str):
        yield from [result] if "://" in result else []
    elif isinstance(result, dict | list):
        for inner in result.values() if isinstance(result, dict) else result:
            yield from _addresses(inner)


def _open(request: urllib.request.Request) -> bytes:
    # A proxy from the environment must not see what is meant for this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=10) as response:
            content: bytes = response.read()
            return content
    except OSError as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise DemoError(f"{request.get_method()} {request.full_url} failed: {error}") from None


def run_demo(demo: Demo, folder: Path, show: Callable[[Step], None]) -> Path:
    """Create, poll and download, telling `show` each step; returns where the clip lies."""
    generation_id = demo.create()
    last: JsonObject = {}
    for step, body in demo.steps(generation_id, pause):
        show(step)
        last = body
    return demo.download(last, folder)
