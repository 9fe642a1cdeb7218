"""What the operations of a job route do: take a request, make or find a generation, answer with its state."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.models import Model
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation
from reelmock.contracts.payloads import Judgement, judge_payload
from reelmock.contracts.violations import Violation
from reelmock.mockserver.accounts import Accounts
from reelmock.mockserver.clips import ClipChooser
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.elide import MAX_STRING, elide
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.generations import QUEUED, Generation, Standing, standing
from reelmock.mockserver.intake import asked_id, check_envelope, check_query, json_object
from reelmock.mockserver.issues import issues
from reelmock.mockserver.planning import Planner
from reelmock.mockserver.quirks import told_word
from reelmock.mockserver.repeats import Repeats
from reelmock.mockserver.replies import Bodies, HeaderWriter
from reelmock.mockserver.routing import Call
from reelmock.mockserver.rules import NOTHING, Effect
from reelmock.mockserver.settings import Settings
from reelmock.mockserver.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and what the journal says beside it. `body` is the request's body as it may be kept, `effect` what
    a scenario does to the reply."""

    response: Response
    owner: str = ""
    generation_id: str = ""
    status: str = ""
    case: str = ""
    deviations: tuple[Violation, ...] = ()
    body: bytes = b""
    effect: Effect = NOTHING
    note: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that got as far as an operation: whose it is, when it came, and what a scenario makes of it."""

    call: Call
    request: Request
    owner: str
    now: float
    effect: Effect = NOTHING


@dataclass(frozen=True)
class Jobs:
    """The generations of one contract in one store."""

    contract: Contract
    settings: Settings
    store: Store
    # What the keys have, and how much of it is taken; None where nothing is limited.
    accounts: Accounts | None = None
    repeats: Repeats = field(default_factory=Repeats)

    @cached_property
    def planner(self) -> Planner:
        """What new generations get for a plan."""
        return Planner(self.contract, self.settings)

    def create(self, visit: Visit) -> Answer:
        """Make a generation. Refusal when the body is too large, not JSON, or breaks the model's schema."""
        call, request = visit.call, visit.request
        check_envelope(request, self.settings.max_body)
        ignored = check_query(call, request, self.settings.validation)
        received = json_object(request.body)
        judgement = self._judge(call.operation, received)
        body = self._kept(request.body, received)
        generation = self._made(visit, judgement, body)
        bodies = self.bodies[call.route.create.key]
        values = {"generation_id": generation.id, **self._cost_values(generation.credits)}
        content = _created_json(bodies, generation)
        response = self._respond(call.operation, request, content, values)
        word = bodies.created_word
        if generation.quirks:
            word = told_word(generation.quirks, "create", QUEUED.state, word)
        deviations = (*ignored, *map(self._kept_deviation, judgement.deviations))
        note = self.repeats.note(visit.owner, request.body)
        return Answer(response, visit.owner, generation.id, word, "", deviations, generation.body, note=note)

    def retrieve(self, visit: Visit) -> Answer:
        """Answer with a generation's state. Refusal when the query is wrong or this key has no such generation."""
        call, request, owner = visit.call, visit.request, visit.owner
        deviations = check_query(call, request, self.settings.validation)
        generation_id = asked_id(call, request)
        generation = self.store.get(generation_id)
        if generation is None or generation.owner != owner:
            raise self._unknown(generation_id, owner)
        if request.method == "GET":
            generation = self.store.count_poll(generation_id) or generation
        where = standing(generation, visit.now)
        bodies = self._bodies_for(generation, call)
        body = _retrieved_json(bodies, generation, where, self._clip_base(request))
        response = self._respond(call.operation, request, body, {"generation_id": generation_id})
        word = bodies.word(where.state)
        if generation.quirks:
            word = told_word(generation.quirks, "retrieve", where.state, word)
        return Answer(response, owner, generation_id, word, "", deviations)

    @cached_property
    def pricing(self) -> Pricing:
        """What generations cost."""
        return Pricing.of(self.contract)

    @cached_property
    def bodies(self) -> Mapping[str, Bodies]:
        """The writer of bodies for each create operation's key."""
        return {route.create.key: Bodies(route, self.pricing) for route in self.contract.job_routes}

    def _bodies_for(self, generation: Generation, call: Call) -> Bodies:
        """The writer for a generation's own job route, when that is retrieved in this way; else for the called one."""
        own = self.bodies.get(generation.operation)
        same = own is not None and own.route.retrieve is call.operation
        return own if own is not None and same else self.bodies[call.route.create.key]

    @cached_property
    def headers(self) -> Mapping[str, HeaderWriter]:
        """The writer of headers for each operation's key."""
        return {operation.key: HeaderWriter(operation) for operation in self.contract.operations}

    @cached_property
    def _cost_values(self) -> Callable[[int], Mapping[str, str]]:
        """Credits → what headers say of them. There are few prices, and many generations."""
        return lru_cache(maxsize=256)(
            lambda amount: {"credits_used": str(amount), "usd_spent": f"{self.pricing.usd(amount):.10g}"}
        )

    def _respond(self, operation: Operation, request: Request, body: bytes, values: Mapping[str, str]) -> Response:
        status = operation.success_status
        fields = self.headers[operation.key].fields(status, values, request.header)
        length = ("content-length", str(len(body)))
        return Response(status, (("content-type", JSON_MEDIA_TYPE), *fields, length), body)

    def _judge(self, operation: Operation, received: JsonObject) -> Judgement:
        """The judgement of a payload that may become a generation."""
        judgement = judge_payload(self.contract, operation, received, self.settings.validation)
        if judgement.violations:
            raise Refusal("invalid_payload", data=issues(judgement.violations))
        return judgement

    def _made(self, visit: Visit, judgement: Judgement, body: bytes) -> Generation:
        """A new generation, kept in the store. Refusal when the key has too many, or too few credits."""

        def make() -> tuple[Generation, Sequence[Generation]]:
            generation = self._generation(visit, judgement, body)
            return generation, self.store.put(generation, lambda known: standing(known, visit.now).state.terminal)

        if self.accounts is None:
            return make()[0]
        return self.accounts.admit(visit.owner, self.pricing.price(judgement.model), visit.now, make)

    def _generation(self, visit: Visit, judgement: Judgement, body: bytes) -> Generation:
        number = self.store.next_number()
        model = judgement.model
        return Generation(
            id=self.bodies[visit.call.operation.key].id_form.make(self.settings.seed, "generation", number),
            owner=visit.owner,
            operation=visit.call.operation.key,
            model=model.id if model else "",
            body=body,
            created_at=visit.now,
            plan=self.planner.plan(number, visit.effect),
            clip=self._clip_chooser(model).choose(_object(judgement.payload)),
            credits=self.pricing.price(model),
            quirks=visit.effect.quirks or self.settings.quirks,
        )

    def _kept(self, body: bytes, received: JsonObject) -> bytes:
        """The body as it is kept: as it came, or with its long strings elided."""
        long = self.settings.elide and len(body) > MAX_STRING
        return json.dumps(elide(received)).encode() if long else body

    def _kept_deviation(self, deviation: Violation) -> Violation:
        return replace(deviation, received=elide(deviation.received)) if self.settings.elide else deviation

    @cached_property
    def _clip_chooser(self) -> Callable[[Model | None], ClipChooser]:
        """Model → what chooses its clips, made when the model is first used: a document may have hundreds."""
        rules = self.contract.extension_object("x-clip-size")
        known: dict[tuple[str, str], ClipChooser] = {}

        def chooser(model: Model | None) -> ClipChooser:
            key = (model.operation_key, model.id) if model else ("", "")
            if key not in known:
                known[key] = ClipChooser.of(rules, model.schema if model else {})
            return known[key]

        return chooser

    def _unknown(self, generation_id: str, owner: str) -> Refusal:
        if self.store.was_dropped(generation_id, owner):
            return Refusal("dropped_generation", limit=self.store.max_generations)
        return Refusal("unknown_generation")

    def _clip_base(self, request: Request) -> str:
        base = self.settings.public_url or request.origin or f"https://{self.contract.extension('x-clip-host')}"
        return base.rstrip("/")


def _created_json(bodies: Bodies, generation: Generation) -> bytes:
    """The reply to the create operation; few generations have quirks, and the others need not wait for them."""
    if generation.quirks:
        return bodies.quirky_created_json(generation)
    return bodies.created_json(generation.id, generation.credits)


def _retrieved_json(bodies: Bodies, generation: Generation, where: Standing, clip_base: str) -> bytes:
    if generation.quirks:
        return bodies.quirky_retrieved_json(generation, where, clip_base)
    return bodies.retrieved_json(generation.id, where, clip_base)


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
