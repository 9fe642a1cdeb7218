"""The fake itself, without any I/O: a request in, a reply out. Doors carry both; a clock says what time it is."""

import hashlib
import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from reelmock.contracts.conformance import bearer_key
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Fields, Request, Response, masked_fields
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.clips import render_clip
from reelmock.mockserver.clock import Clock
from reelmock.mockserver.downloads import UnsatisfiableRangeError, download
from reelmock.mockserver.elide import MAX_STRING
from reelmock.mockserver.errors import Errors, Refusal
from reelmock.mockserver.generations import Generation, Order, Standing, standing
from reelmock.mockserver.jobs import Answer, Jobs, NextPlan
from reelmock.mockserver.journal import Entry, Journal
from reelmock.mockserver.plan import Completed, Failed, Outcome, Progression
from reelmock.mockserver.routing import Call, Routing, allowed_methods, clip_of
from reelmock.mockserver.seeded import identifier
from reelmock.mockserver.settings import Settings, SettingsError
from reelmock.mockserver.store import MemoryStore, Store

CLIP_MEDIA_TYPE = "video/mp4"
CLIP_METHODS = "GET, HEAD, OPTIONS"
HEADER_NAMES = re.compile(r"[A-Za-z0-9_\-, ]{1,2000}", re.ASCII)


class OrderError(ValueError):
    """An order that can't be carried out: no such generation, or one that has ended already."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a door has to give to its client."""

    response: Response


class Engine:
    """The whole fake as a value: everything it knows is a constructor argument.

    It may be called from any thread and any event loop. SettingsError for a contract without a job route.
    """

    def __init__(
        self,
        contract: Contract,
        clock: Clock,
        settings: Settings | None = None,
        *,
        store: Store | None = None,
        journal: Journal | None = None,
    ) -> None:
        if not contract.job_routes:
            raise SettingsError(
                f"{contract.document.file} has no job route: wanted a POST whose reply has an id and a status, and a "
                "GET that takes that id. Give a document that has both operations"
            )
        self.contract = contract
        self.clock = clock
        self.settings: Settings = settings or Settings()
        self.store: Store = MemoryStore() if store is None else store
        self.journal: Journal = Journal() if journal is None else journal
        self._routing = Routing(contract)
        self._jobs = Jobs(contract, self.settings, self.store)
        self._errors = Errors.of(contract, self.settings.error_format)
        self._cors = _cors_fields(contract)
        self._numbers = itertools.count(1)
        # A client polls with one key; working out what stands for it once spares every poll the hash.
        self._owner_of = lru_cache(maxsize=256)(_owner_of)

    def handle(self, request: Request) -> Reply:
        """Answer a request as the API would at this moment. Never raises for anything that a client can send."""
        now = self.clock.now()
        number = next(self._numbers)
        try:
            answer = self._answer(request, now)
        except Refusal as refusal:
            answer = self._refuse(refusal, request, now, number)
        response = self._complete(answer.response, request)
        entry = Entry(
            number=number,
            at=now,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=masked_fields(request.headers),
            body=answer.body,
            response=response,
            owner=answer.owner,
            generation_id=answer.generation_id,
            status=answer.status,
            case=answer.case,
            deviations=answer.deviations,
            origin=request.origin,
        )
        self.journal.record(entry)
        return Reply(response)

    def generations(self) -> list[Generation]:
        """All generations, oldest first."""
        return self.store.list()

    def peek(self, generation_id: str) -> Standing:
        """Where a generation stands at this moment; looking counts no poll. OrderError for an unknown id."""
        return standing(self._known(generation_id), self.clock.now())

    def finish(self, generation_id: str) -> None:
        """Complete a generation now. OrderError for an unknown id, or one that has ended already."""
        self._order(generation_id, Completed())

    def fail(self, generation_id: str, *, name: str, message: str) -> None:
        """Fail a generation now, with an error. OrderError for an unknown id, or one that has ended already."""
        self._order(generation_id, Failed(name, message))

    def plan_next(self, *, progression: Progression | None = None, outcome: Outcome | None = None) -> None:
        """Give the next generation that is created another progression or outcome; orders queue up."""
        self._jobs.planned.append(NextPlan(progression, outcome))

    def _order(self, generation_id: str, outcome: Outcome) -> None:
        known, now = self._known(generation_id), self.clock.now()
        order = Order(outcome, now)
        if self.store.append_order(generation_id, order, lambda known: standing(known, now).state.terminal) is None:
            state = standing(self.store.get(generation_id) or known, now).state
            raise OrderError(
                f"generation '{generation_id}' has ended with '{state.value}' already, and an ended one never changes. "
                "Give orders earlier, or let generations wait for them with the progression `hold`"
            )

    def _known(self, generation_id: str) -> Generation:
        generation = self.store.get(generation_id)
        if generation is None:
            known = [known.id for known in self.store.list()][-5:]
            raise OrderError(f"there is no generation '{generation_id}'. The newest are: {', '.join(known) or 'none'}")
        return generation

    def _answer(self, request: Request, now: float) -> Answer:
        """The order of refusals: path, method, key, then what the operation itself refuses."""
        calls = self._routing.calls(request.path)
        clip_id = None if calls else clip_of(request.path)
        if not calls and clip_id is None:
            raise self._routing.not_found(request)
        if request.method == "OPTIONS":
            return Answer(_preflight(request, allowed_methods(calls) if calls else CLIP_METHODS))
        if clip_id is not None:
            return self._clip(clip_id, request, now)
        call = _call_for(request.method, calls)
        if call is None:
            allow = allowed_methods(calls)
            raise Refusal("method_not_allowed", allow=allow, headers=(("allow", allow),))
        owner = self._authenticate(call.route, request)
        act = self._jobs.create if call.operation is call.route.create else self._jobs.retrieve
        return act(call, request, owner, now)

    def _authenticate(self, route: JobRoute, request: Request) -> str:
        """What stands for the key that came, or "" where the route wants none."""
        if not route.bearer:
            return ""
        key = bearer_key(request)
        keys = self.settings.api_keys
        if key is None or (keys and key not in keys):
            challenge = (("www-authenticate", "Bearer"),)
            raise Refusal("missing_key" if key is None else "wrong_key", headers=challenge)
        return self._owner_of(key)

    def _clip(self, generation_id: str, request: Request, now: float) -> Answer:
        if request.method not in ("GET", "HEAD"):
            raise Refusal("method_not_allowed", allow=CLIP_METHODS, headers=(("allow", CLIP_METHODS),))
        generation = self.store.get(generation_id)
        if generation is None or standing(generation, now).state is not State.COMPLETED:
            raise Refusal("unknown_clip")
        content = render_clip(generation.clip, generation.id)
        try:
            response = download(request, content, CLIP_MEDIA_TYPE)
        except UnsatisfiableRangeError as error:
            spread = (("content-range", f"bytes */{error.length}"),)
            length, received = error.length, error.received
            raise Refusal("range_not_satisfiable", headers=spread, length=length, received=received) from None
        return Answer(response, generation_id=generation.id, status="clip")

    def _refuse(self, refusal: Refusal, request: Request, now: float, number: int) -> Answer:
        request_id = identifier(self.settings.seed, "request", number)
        response = self._errors.render(refusal, request, now, request_id)
        calls = self._routing.calls(request.path)
        # A method that the path does not have gets the headers that its other methods declare for the status.
        call = _call_for(request.method, calls) or next(iter(calls.values()), None)
        if call is not None:
            declared = self._jobs.headers[call.operation.key].fields(response.status, {}, request.header)
            response = Response(response.status, (*response.headers, *declared), response.body)
        return Answer(response, case=refusal.case, body=request.body[: MAX_STRING if self.settings.elide else None])

    def _complete(self, response: Response, request: Request) -> Response:
        """Add the CORS headers for a page in a browser; a reply to HEAD loses its body and keeps its length."""
        cors = self._cors if request.header("origin") is not None else ()
        if not cors and request.method != "HEAD":
            return response
        return Response(response.status, (*response.headers, *cors), b"" if request.method == "HEAD" else response.body)


def _owner_of(key: str) -> str:
    """What stands for a key in the store and the journal, which must not keep the key itself."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _call_for(method: str, calls: Mapping[str, Call]) -> Call | None:
    """The call that a method makes; HEAD makes that of GET."""
    return calls.get("GET" if method == "HEAD" else method)


def _preflight(request: Request, allow: str) -> Response:
    """The answer to OPTIONS, for browsers (CORS) and anybody else."""
    wanted = request.header("access-control-request-headers") or ""
    names = wanted if HEADER_NAMES.fullmatch(wanted) else "authorization, content-type, x-client-request-id"
    fields = (
        ("allow", allow),
        ("access-control-allow-methods", allow),
        ("access-control-allow-headers", names),
        ("access-control-max-age", "600"),
    )
    return Response(204, fields)


def _cors_fields(contract: Contract) -> Fields:
    """What lets a page on any origin read the replies: the key, not a cookie, is what protects them."""
    specs = (spec for operation in contract.operations for spec in operation.responses.values())
    exposed = dict.fromkeys(name for spec in specs for name, header in spec.headers.items() if "x-value" in header)
    fields: Fields = (("access-control-allow-origin", "*"),)
    return (*fields, ("access-control-expose-headers", ", ".join(exposed))) if exposed else fields
