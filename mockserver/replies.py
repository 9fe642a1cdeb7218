"""Builds the bodies and headers of successful replies from what the document declares for them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from reelmock.contracts.exchange import Fields
from reelmock.contracts.instances import instances
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import JsonObject, fresh, member, text
from reelmock.contracts.lifecycle import State, word_for
from reelmock.contracts.operations import Operation
from reelmock.contracts.places import Place, pinned, places, put, schema_at
from reelmock.contracts.reply_places import ReplyPlaces, reply_schema
from reelmock.contracts.reply_states import told_in
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.generations import QUEUED, Generation, Standing
from reelmock.mockserver.ids import IdForm, id_forms
from reelmock.mockserver.quirks import Told, quirky
from reelmock.mockserver.reply_values import error_value, result_value
from reelmock.mockserver.routing import clip_path

# The names under which replies of these APIs state what a generation costs.
CREDITS_NAMES = ("credits_used", "tokens_used")
USD_NAMES = ("usd_spent",)

# Stands for an id where there is none yet; no document has such a word.
MARK = "\0"


@dataclass(frozen=True)
class Bodies:
    """The bodies of one job route: what the document requires, and what there is to tell."""

    route: JobRoute
    pricing: Pricing

    def created(self, generation_id: str, credits_used: int) -> JsonObject:
        """The reply to the create operation: a new generation is queued, whatever its plan."""
        body = self._told(self.route.create, QUEUED.state, generation_id)
        for place in self._cost_places:
            in_credits = place[-1] in CREDITS_NAMES
            put(body, place, credits_used if in_credits else self.pricing.usd(credits_used))
        return body

    def retrieved(self, generation_id: str, standing: Standing, clip_url: str) -> JsonObject:
        """The reply to the retrieve operation: the result only when completed, the error only when failed."""
        where, schema = self.route.retrieved, reply_schema(self.route.retrieve)
        body = self._told(self.route.retrieve, standing.state, generation_id)
        if standing.state is State.COMPLETED:
            put(body, where.result, result_value(schema_at(schema, where.result), clip_url))
        if standing.error is not None:
            wanted = schema_at(schema, where.error)
            put(body, where.error, error_value(wanted, standing.error.name, standing.error.message))
        return body

    def created_json(self, generation_id: str, credits_used: int) -> bytes:
        """`created` as JSON. Nothing but the id changes from one to the next, so the rest is written once."""
        before, after = self._around_id(credits_used)
        return f"{before}{json.dumps(self.id_form.told(generation_id))}{after}".encode()

    @cached_property
    def _around_id(self) -> Callable[[int], tuple[str, str]]:
        @lru_cache(maxsize=256)
        def write(credits_used: int) -> tuple[str, str]:
            before, _, after = json.dumps(self.created(MARK, credits_used)).partition(json.dumps(MARK))
            return before, after

        return write

    @cached_property
    def retrieved_json(self) -> Callable[[str, Standing, str], bytes]:
        """`retrieved` as JSON, from id, standing and the clips' base URL. A client polls the same state many times."""

        @lru_cache(maxsize=1024)
        def write(generation_id: str, standing: Standing, clip_base: str) -> bytes:
            return json.dumps(self.retrieved(generation_id, standing, clip_base + clip_path(generation_id))).encode()

        return write

    def quirky_created_json(self, generation: Generation) -> bytes:
        """The reply to the create operation as the generation's quirks have it, as JSON."""
        body = self.created(generation.id, generation.credits)
        values: JsonObject = {"usd": self.pricing.usd(generation.credits)}
        places = {**_places_of(self.route.created), **self._quirky_cost_places}
        told = Told("create", QUEUED.state, places, values)
        return json.dumps(quirky(body, told, generation.quirks)).encode()

    def quirky_retrieved_json(self, generation: Generation, standing: Standing, clip_base: str) -> bytes:
        """The reply to the retrieve operation as the generation's quirks have it, as JSON."""
        url, error = clip_base + clip_path(generation.id), standing.error
        body = self.retrieved(generation.id, standing, url)
        failure: JsonObject = {"name": error.name, "message": error.message} if error else {}
        values: JsonObject = {**member(generation.payload), **failure, "url": url}
        told = Told("retrieve", standing.state, _places_of(self.route.retrieved), values)
        return json.dumps(quirky(body, told, generation.quirks)).encode()

    @cached_property
    def _quirky_cost_places(self) -> Mapping[str, Place]:
        """Where quirks change the cost in the create reply: in dollars it stands beside that in credits."""
        place = next((place for place in self._cost_places if place[-1] in CREDITS_NAMES), ())
        return {"credits": place, "usd": (*place[:-1], USD_NAMES[0])} if place else {}

    def word(self, state: State) -> str:
        """The document's word for a state."""
        return self._words[state]

    @cached_property
    def _words(self) -> Mapping[State, str]:
        return {state: word_for(state, self.route.retrieved.words) for state in State}

    @cached_property
    def created_word(self) -> str:
        """The word for a new generation in the reply to its create."""
        return word_for(QUEUED.state, self.route.created.words or self.route.retrieved.words)

    def _told(self, operation: Operation, state: State, generation_id: str) -> JsonObject:
        """A reply that tells of a generation, without result and error."""
        where, template = self.route.places(operation), self._templates[operation.key, state]
        body = {name: fresh(value) for name, value in template.items()}
        put(body, where.id, self._id_forms[operation.key].told(generation_id))
        put(body, where.status, word_for(state, where.words))
        return body

    @property
    def _operations(self) -> tuple[Operation, ...]:
        return self.route.create, self.route.retrieve

    @cached_property
    def _templates(self) -> Mapping[tuple[str, State], JsonObject]:
        """(Operation's key, state) → the smallest body that the document allows."""
        return {(o.key, state): self._template(o, state) for o in self._operations for state in State}

    def _template(self, operation: Operation, state: State) -> JsonObject:
        """With an id of the form that is told: nobody can make a value for any pattern."""
        place, form = self.route.places(operation).id, self._id_forms[operation.key]
        schema = told_in(self.route, operation, state)
        identified = pinned(schema, place, {"enum": [form.told(form.make("", "", 1))]}) if place else None
        return _smallest(identified or schema) or _smallest(schema)

    @cached_property
    def _id_forms(self) -> Mapping[str, IdForm]:
        """Operation's key → how its reply tells an id, which the parameter has to take as well."""
        schemas = (schema_at(reply_schema(o), self.route.places(o).id) for o in self._operations)
        forms = id_forms(*schemas, self.route.id_parameter.schema)
        return {o.key: form for o, form in zip(self._operations, forms, strict=False)}

    @cached_property
    def id_form(self) -> IdForm:
        """How the ids of new generations look."""
        return self._id_forms[self.route.create.key]

    @cached_property
    def _cost_places(self) -> tuple[Place, ...]:
        """Where the create reply states the cost."""
        names = {*CREDITS_NAMES, *USD_NAMES}
        return tuple(place for place, _ in places(reply_schema(self.route.create)) if place[-1] in names)


def _smallest(schema: JsonObject) -> JsonObject:
    """The smallest object of a schema; an empty one when none was found."""
    return next((value for value in instances(schema) if isinstance(value, dict)), {})


def _places_of(where: ReplyPlaces) -> dict[str, Place]:
    """Where a reply has its members, by the names that quirks have for these."""
    return {"id": where.id, "status": where.status, "result": where.result, "error": where.error}


@dataclass(frozen=True)
class HeaderWriter:
    """The headers that the document declares for an operation's status, filled by their `x-value`."""

    operation: Operation

    def fields(self, status: int, values: Mapping[str, str], client_headers: Callable[[str], str | None]) -> Fields:
        """Headers for `status`; one whose value is not known, or not of the declared pattern, is left out."""
        found = []
        for name, source, pattern in self._declared.get(status, ()):
            value = client_headers(name) if source == "echo" else values.get(source)
            if value is not None and (pattern is None or pattern.fullmatch(value)):
                found.append((name, value))
        return tuple(found)

    @cached_property
    def _declared(self) -> Mapping[int, tuple[tuple[str, str, re.Pattern[str] | None], ...]]:
        return {
            int(status): tuple(
                (name, text(header, "x-value"), _pattern(member(header, "schema")))
                for name, header in spec.headers.items()
                if "x-value" in header
            )
            for status, spec in self.operation.responses.items()
            if status.isdecimal()
        }


def _pattern(schema: JsonObject) -> re.Pattern[str] | None:
    return re.compile(text(schema, "pattern").removeprefix("^").removesuffix("$")) if "pattern" in schema else None
