"""What the operations of a job route do: take a request, make or find a generation, answer with its state."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from reelmock.contracts.conformance import is_json, judge_query
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, JsonObject, excerpt, text
from reelmock.contracts.models import Model
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation
from reelmock.contracts.payloads import Judgement, judge_payload
from reelmock.contracts.violations import Violation
from reelmock.mockserver.clips import ClipChooser
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.elide import MAX_STRING, elide
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.generations import Generation, standing
from reelmock.mockserver.issues import issues
from reelmock.mockserver.plan import Failed, Outcome, Plan, Progression, Time
from reelmock.mockserver.replies import Bodies, HeaderWriter
from reelmock.mockserver.routing import Call
from reelmock.mockserver.seeded import chance
from reelmock.mockserver.settings import Settings
from reelmock.mockserver.store import Store


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, and what the journal says beside it. `body` is the request's body as it may be kept."""

    response: Response
    owner: str = ""
    generation_id: str = ""
    status: str = ""
    case: str = ""
    deviations: tuple[Violation, ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class NextPlan:
    """The plan of one generation to come; None stands for what the settings say."""

    progression: Progression | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Jobs:
    """The generations of one contract in one store."""

    contract: Contract
    settings: Settings
    store: Store
    # What the next generations get instead of the settings' plan, first come first served.
    planned: deque[NextPlan] = field(default_factory=deque)

    def create(self, call: Call, request: Request, owner: str, now: float) -> Answer:
        """Make a generation. Refusal when the body is too large, not JSON, or breaks the model's schema."""
        self._check_envelope(request)
        ignored = self._check_query(call, request)
        received = _json_object(request.body)
        judgement = self._judge(call.operation, received)
        body = self._kept(request.body, received)
        generation = self._generation(call, judgement, body, owner, now)
        self.store.put(generation, lambda known: standing(known, now).state.terminal)
        bodies = self.bodies[call.route.create.key]
        values = {"generation_id": generation.id, **self._cost_values(generation.credits)}
        content = bodies.created_json(generation.id, generation.credits)
        response = self._respond(call.operation, request, content, values)
        word = bodies.created_word
        deviations = (*ignored, *map(self._kept_deviation, judgement.deviations))
        return Answer(response, owner, generation.id, word, "", deviations, generation.body)

    def retrieve(self, call: Call, request: Request, owner: str, now: float) -> Answer:
        """Answer with a generation's state. Refusal when the query is wrong or this key has no such generation."""
        deviations = self._check_query(call, request)
        name = call.route.id_parameter.name
        generation_id = call.path_values.get(name) or dict(request.query).get(name, "")
        generation = self.store.get(generation_id)
        if generation is None or generation.owner != owner:
            raise self._unknown(generation_id, owner)
        if request.method == "GET":
            generation = self.store.count_poll(generation_id) or generation
        where = standing(generation, now)
        bodies = self._bodies_for(generation, call)
        body = bodies.retrieved_json(generation_id, where, self._clip_base(request))
        response = self._respond(call.operation, request, body, {"generation_id": generation_id})
        return Answer(response, owner, generation_id, bodies.word(where.state), "", deviations)

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

    def _check_envelope(self, request: Request) -> None:
        """Refuse a body for its size or its content type."""
        declared = request.header("content-length") or ""
        limit = self.settings.max_body
        if len(request.body) > limit or (declared.isdecimal() and len(declared) < 20 and int(declared) > limit):
            raise Refusal("body_too_large", limit=limit)
        content_type = request.header("content-type")
        if not is_json(content_type):
            raise Refusal("unsupported_media_type", received=excerpt(content_type), expected=JSON_MEDIA_TYPE)

    def _judge(self, operation: Operation, received: JsonObject) -> Judgement:
        """The judgement of a payload that may become a generation."""
        judgement = judge_payload(self.contract, operation, received, self.settings.validation)
        if judgement.violations:
            raise Refusal("invalid_payload", data=issues(judgement.violations))
        return judgement

    def _generation(self, call: Call, judgement: Judgement, body: bytes, owner: str, now: float) -> Generation:
        number = self.store.next_number()
        model = judgement.model
        return Generation(
            id=self.bodies[call.operation.key].id_form.make(self.settings.seed, "generation", number),
            owner=owner,
            operation=call.operation.key,
            model=model.id if model else "",
            body=body,
            created_at=now,
            plan=self._planned(number) if self.planned else self._usual_plan or self._drawn_plan(number),
            clip=self._clip_chooser(model).choose(_object(judgement.payload)),
            credits=self.pricing.price(model),
        )

    def _kept(self, body: bytes, received: JsonObject) -> bytes:
        """The body as it is kept: as it came, or with its long strings elided."""
        long = self.settings.elide and len(body) > MAX_STRING
        return json.dumps(elide(received)).encode() if long else body

    def _kept_deviation(self, deviation: Violation) -> Violation:
        return replace(deviation, received=elide(deviation.received)) if self.settings.elide else deviation

    @cached_property
    def _usual_plan(self) -> Plan | None:
        """The plan of every generation, where nothing about it is drawn."""
        progression = self.settings.progression
        drawn = self.settings.failure_rate > 0 or (isinstance(progression, Time) and not progression.settled)
        return None if drawn else Plan(progression, self.settings.outcome)

    def _planned(self, number: int) -> Plan:
        try:
            ordered = self.planned.popleft()
        except IndexError:  # another thread took it
            ordered = NextPlan()
        usual = self._drawn_plan(number)
        progression = usual.progression if ordered.progression is None else self._drawn(ordered.progression, number)
        return Plan(progression, ordered.outcome or usual.outcome)

    def _drawn(self, progression: Progression, number: int) -> Progression:
        seed = self.settings.seed
        if isinstance(progression, Time):
            return progression.drawn(chance(seed, "queued", number), chance(seed, "generating", number))
        return progression

    def _drawn_plan(self, number: int) -> Plan:
        seed, outcome = self.settings.seed, self.settings.outcome
        progression = self._drawn(self.settings.progression, number)
        if self.settings.failure_rate and chance(seed, "failure", number) < self.settings.failure_rate:
            outcome = self._usual_failure
        return Plan(progression, outcome)

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

    @cached_property
    def _usual_failure(self) -> Failed:
        rows = self.contract.extension("x-generation-errors")
        row = rows[0] if isinstance(rows, list) and rows else {}
        return Failed(text(row, "name", "Error"), text(row, "message", "The video could not be generated"))

    def _check_query(self, call: Call, request: Request) -> tuple[Violation, ...]:
        """Refuse a wrong query; what lenient tolerates is returned."""
        if tuple(name for name, _ in request.query) == call.usual_query:
            return ()
        found = judge_query(call.operation, request)
        unknown = [violation for violation in found if violation.kind == "unknown_parameter"]
        for violation in found:
            if violation.kind == "missing_parameter":
                raise _missing(call.route, violation, unknown)
            if violation.kind == "repeated_parameter":
                raise Refusal("repeated_parameter", parameter=violation.path[0], count=violation.received)
        if unknown and self.settings.validation == "strict":
            raise Refusal("unknown_parameter", received=unknown[0].path[0], call=call.example)
        return tuple(unknown)

    def _unknown(self, generation_id: str, owner: str) -> Refusal:
        if self.store.was_dropped(generation_id, owner):
            return Refusal("dropped_generation", limit=self.store.max_generations)
        return Refusal("unknown_generation")

    def _clip_base(self, request: Request) -> str:
        base = self.settings.public_url or request.origin or f"https://{self.contract.extension('x-clip-host')}"
        return base.rstrip("/")


def _missing(route: JobRoute, violation: Violation, unknown: list[Violation]) -> Refusal:
    name = violation.path[0]
    if unknown:
        return Refusal("mistaken_parameter", parameter=name, received=unknown[0].path[0], call=route.example_call)
    return Refusal("missing_parameter", parameter=name, call=route.example_call)


def _json_object(body: bytes) -> JsonObject:
    if not body or body.isspace():
        raise Refusal("empty_body")
    try:
        value = parse_json(body)
    except BodyError as error:
        raise Refusal("malformed_json", detail=error) from None
    if not isinstance(value, dict):
        raise Refusal("not_an_object", received=excerpt(value))
    return value


def _object(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}
