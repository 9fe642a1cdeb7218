"""What scenarios and the header `Prefer` make of a request, and how that changes its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from reelmock.contracts.conformance import bearer_key, find_operation
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, text, words
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.generations import Generation
from reelmock.mockserver.jobs import Answer
from reelmock.mockserver.plan import Outcome
from reelmock.mockserver.planning import usual_errors
from reelmock.mockserver.prefer import Preferences, read_preferences
from reelmock.mockserver.rules import NOTHING, Effect, On, RuleError, Situation
from reelmock.mockserver.scenarios import Scenarios
from reelmock.mockserver.scripted import with_effect

NO_PREFERENCES = Preferences()


@dataclass(frozen=True, slots=True)
class Chosen:
    """What becomes of one request, and why: the rules that decided it, and the preferences of its client."""

    effect: Effect = NOTHING
    rules: tuple[str, ...] = ()
    preferences: Preferences = NO_PREFERENCES

    @property
    def note(self) -> str:
        """What the journal says."""
        applied, unknown = self.preferences.applied, self.preferences.unknown
        parts = (
            (f"by {', '.join(self.rules)}", self.rules),
            (f"preferred: {', '.join(applied)}", applied),
            (f"unknown preferences: {', '.join(unknown)}", unknown),
        )
        return "; ".join(part for part, there in parts if there)

    def changed(self, answer: Answer, now: float) -> Answer:
        """The answer as the effect changes it at `now`."""
        response = with_effect(answer.response, self.effect, now)
        if self.preferences.applied:
            told = ("preference-applied", ", ".join(self.preferences.applied))
            readable = ("access-control-expose-headers", told[0])  # to a page in a browser
            response = Response(response.status, (*response.headers, told, readable), response.body)
        note = "; ".join(part for part in (answer.note, self.note) if part)
        return replace(answer, response=response, effect=self.effect, note=note)


@dataclass(frozen=True)
class Effects:
    """What scenarios make of requests to one fake."""

    contract: Contract
    scenarios: Scenarios

    def wanted(self, request: Request) -> bool:
        """Whether anybody may have something to say of a request: nearly all are spared the rest."""
        return self.scenarios.active or request.header("prefer") is not None

    def chosen(self, on: On, request: Request, find: Callable[[], Generation | None]) -> Chosen:
        """What becomes of a request. `find` gives the generation that it is about, where there is one.

        Refusal for a header `Prefer` that can't be.
        """
        headers = [value for name, value in request.headers if name == "prefer"]
        preferences = self._preferences(", ".join(headers), on) if headers else NO_PREFERENCES
        effect, rules = self.scenarios.effect(self._situation(on, request, find), preferences.effect)
        return Chosen(effect, rules, preferences)

    @cached_property
    def errors(self) -> Mapping[str, Outcome]:
        """The errors with which generations usually end, by name."""
        return usual_errors(self.contract)

    def _preferences(self, header: str, on: On) -> Preferences:
        try:
            return read_preferences(header, on, self.errors)
        except RuleError as error:
            raise Refusal("bad_preference", detail=error) from None

    def _situation(self, on: On, request: Request, find: Callable[[], Generation | None]) -> Situation:
        key = bearer_key(request) or ""
        if not self.scenarios.read_payloads:
            return Situation(on, key)
        if on is On.CREATE:
            payload = _parsed(request.body)
            return Situation(on, key, self._models(request, payload), _texts(payload))
        generation = find()
        if generation is None:
            return Situation(on, key)
        return Situation(on, key, self._names_of(generation.model), _texts(_parsed(generation.body)))

    def _models(self, request: Request, payload: Json) -> tuple[str, ...]:
        """All names of the model of a create; where there is but one, its payload need not name it."""
        operation = find_operation(self.contract, request)
        models = self.contract.models_of(operation) if operation else ()
        if not models:
            return ()
        name = text(payload, models[0].selector)
        return self._names_of(name or models[0].id if len(models) == 1 else name)

    def _names_of(self, name: str) -> tuple[str, ...]:
        """All names of a model, by one of them: a rule may name it otherwise than a client does."""
        return self._names.get(name, (name,))

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        named = ((model.id, *model.aliases) for model in self.contract.models)
        return {name: names for names in named for name in names}


def _parsed(body: bytes) -> Json:
    try:
        return parse_json(body)
    except BodyError:
        return None


def _texts(payload: Json) -> tuple[str, ...]:
    """The texts at the top of a payload: what stands for a prompt has many names."""
    return words(payload.values()) if isinstance(payload, dict) else ()
