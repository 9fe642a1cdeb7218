"""The fake itself, without any I/O: a request in, a reply out. Doors carry both; a clock says what time it is."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response, masked_fields
from reelmock.mockserver.accounts import Accounts
from reelmock.mockserver.billing import Billing, find_balance_routes
from reelmock.mockserver.clip_route import CLIP_METHODS, serve_clip
from reelmock.mockserver.clock import Clock
from reelmock.mockserver.cors import cors_fields, preflight
from reelmock.mockserver.effects import Chosen, Effects
from reelmock.mockserver.elide import MAX_STRING
from reelmock.mockserver.errors import Errors, Refusal
from reelmock.mockserver.gate import Gate, owner_of
from reelmock.mockserver.generations import Generation, Order, Standing, standing
from reelmock.mockserver.intake import asked_id
from reelmock.mockserver.jobs import Answer, Jobs, Visit
from reelmock.mockserver.journal import Entry, Journal
from reelmock.mockserver.plan import Completed, Failed, Outcome, Progression
from reelmock.mockserver.planning import NextPlan
from reelmock.mockserver.reply import Reply
from reelmock.mockserver.routing import Call, Routing, allowed_methods, clip_of
from reelmock.mockserver.rules import NOTHING, Effect, On
from reelmock.mockserver.scenarios import Scenarios
from reelmock.mockserver.seeded import chance, identifier
from reelmock.mockserver.settings import Settings, SettingsError
from reelmock.mockserver.store import MemoryStore, Store


class OrderError(ValueError):
    """An order that can't be carried out: no such generation, or one that has ended already."""


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
        scenarios: Scenarios | None = None,
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
        self.scenarios: Scenarios = Scenarios(seed=self.settings.seed) if scenarios is None else scenarios
        self.effects: Effects = Effects(contract, self.scenarios)
        self._routing = Routing(contract)
        self._gate = Gate(self.settings)
        self.accounts: Accounts | None = Accounts.of(self.settings, self.store, owner_of)
        self._jobs = Jobs(contract, self.settings, self.store, self.accounts)
        strict = self.settings.validation == "strict"
        self._billing = Billing(find_balance_routes(contract), self._gate, self.accounts, strict)
        self._errors = Errors.of(contract, self.settings.error_format)
        self._cors = cors_fields(contract)
        self._numbers = itertools.count(1)

    def handle(self, request: Request) -> Reply:
        """Answer a request as the API would at this moment. Never raises for anything that a client can send."""
        now = self.clock.now()
        number = next(self._numbers)
        try:
            answer = self._answer(request, now, number)
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
            note=answer.note,
        )
        self.journal.record(entry)
        return Reply(response, usual=True) if answer.effect is NOTHING else self._reply(response, answer.effect, number)

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
        self._jobs.planner.ordered.append(NextPlan(progression, outcome))

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

    def _answer(self, request: Request, now: float, number: int) -> Answer:
        """The order of refusals: path, method, key, then what the operation itself refuses."""
        calls = self._routing.calls(request.path)
        clip_id = None if calls else clip_of(request.path)
        if not calls and clip_id is None:
            if request.path in self._billing.routes:
                return self._billing.answer(request, now)
            raise self._routing.not_found(request)
        if request.method == "OPTIONS":
            return Answer(preflight(request, allowed_methods(calls) if calls else CLIP_METHODS))
        if clip_id is not None:
            return self._answer_clip(clip_id, request, now, number)
        call = _call_for(request.method, calls)
        if call is None:
            allow = allowed_methods(calls)
            raise Refusal("method_not_allowed", allow=allow, headers=(("allow", allow),))
        visit = Visit(call, request, self._gate.enter(request, now, bearer=call.route.bearer), now)
        creates = call.operation is call.route.create
        act = self._jobs.create if creates else self._jobs.retrieve
        if not self.effects.wanted(request):
            return act(visit)
        on = On.CREATE if creates else On.RETRIEVE
        chosen = self.effects.chosen(on, request, lambda: self.store.get(asked_id(call, request)))
        answer = self._directed(chosen, request, now, number, lambda effect: act(replace(visit, effect=effect)))
        if creates and answer.generation_id:
            self._jobs.repeats.told(visit.owner, request.body, number, chosen.effect)
        return replace(answer, owner=visit.owner)

    def _answer_clip(self, clip_id: str, request: Request, now: float, number: int) -> Answer:
        def act(effect: Effect) -> Answer:
            return serve_clip(self.store, clip_id, request, now, effect)

        if not self.effects.wanted(request):
            return act(NOTHING)
        chosen = self.effects.chosen(On.CLIP, request, lambda: self.store.get(clip_id))
        return self._directed(chosen, request, now, number, act)

    def _directed(
        self, chosen: Chosen, request: Request, now: float, number: int, act: Callable[[Effect], Answer]
    ) -> Answer:
        """The answer that a scenario or a client chose: a status and nothing else, or the usual answer, changed."""
        try:
            if not chosen.effect.forestalls:
                answer = act(chosen.effect)
            else:
                request_id = identifier(self.settings.seed, "request", number)
                response = self._errors.of_status(chosen.effect.code or 503, request, now, request_id)
                answer = Answer(response, body=self._refused_body(request))
        except Refusal as refusal:
            answer = self._refuse(refusal, request, now, number)
        return chosen.changed(answer, now)

    def _reply(self, response: Response, effect: Effect, number: int) -> Reply:
        """What a door has to do, when it is more than to hand the response over."""
        latency = effect.latency
        delay_s = latency.at(chance(self.settings.seed, "latency", number)) if latency else 0.0
        return Reply(response, delay_s, effect.fault)

    def _refuse(self, refusal: Refusal, request: Request, now: float, number: int) -> Answer:
        request_id = identifier(self.settings.seed, "request", number)
        response = self._errors.render(refusal, request, now, request_id)
        calls = self._routing.calls(request.path)
        # A method that the path does not have gets the headers that its other methods declare for the status.
        called = _call_for(request.method, calls) or next(iter(calls.values()), self._billing.routes.get(request.path))
        if called is not None:
            declared = self._jobs.headers[called.operation.key].fields(response.status, {}, request.header)
            response = Response(response.status, (*response.headers, *declared), response.body)
        return Answer(response, case=refusal.case, body=self._refused_body(request))

    def _refused_body(self, request: Request) -> bytes:
        """As much as is kept of a body that became no generation."""
        return request.body[: MAX_STRING if self.settings.elide else None]

    def _complete(self, response: Response, request: Request) -> Response:
        """Add the CORS headers for a page in a browser; a reply to HEAD loses its body and keeps its length."""
        cors = self._cors if request.header("origin") is not None else ()
        if not cors and request.method != "HEAD":
            return response
        return Response(response.status, (*response.headers, *cors), b"" if request.method == "HEAD" else response.body)


def _call_for(method: str, calls: Mapping[str, Call]) -> Call | None:
    """The call that a method makes; HEAD makes that of GET."""
    return calls.get("GET" if method == "HEAD" else method)
