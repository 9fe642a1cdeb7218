"""Builds the bodies and headers of successful replies from what the document declares for them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from reelmock.contracts.exchange import Fields
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text, words
from reelmock.contracts.lifecycle import State, word_for
from reelmock.contracts.operations import Operation
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.generations import QUEUED, Standing
from reelmock.mockserver.routing import clip_path

# The names under which replies of these APIs state what a generation costs.
CREDITS_NAMES = ("credits_used", "tokens_used")
USD_NAMES = ("usd_spent",)

# Stands for an id where there is none yet; no document has such a word.
MARK = "\0"


@dataclass(frozen=True)
class Bodies:
    """The bodies of one job route. They have what the document declares, and nothing else."""

    route: JobRoute
    pricing: Pricing

    def created(self, generation_id: str, credits_used: int) -> JsonObject:
        """The reply to the create operation: a new generation is queued, whatever its plan."""
        body = self._base(generation_id, QUEUED)
        for path in self._cost_places:
            node = body
            for name in path[:-1]:
                node = member(node.setdefault(name, {}))
            in_credits = path[-1] in CREDITS_NAMES
            node[path[-1]] = credits_used if in_credits else self.pricing.usd(credits_used)
        return body

    def retrieved(self, generation_id: str, standing: Standing, clip_url: str) -> JsonObject:
        """The reply to the retrieve operation: the result only when completed, the error only when failed."""
        body = self._base(generation_id, standing)
        if standing.state is State.COMPLETED and self.route.result_field:
            body[self.route.result_field] = _place_url(self._field_schema(self.route.result_field), clip_url)
        if standing.error is not None and self.route.error_field:
            schema = self._field_schema(self.route.error_field)
            body[self.route.error_field] = _place_error(schema, standing.error.name, standing.error.message)
        return body

    def created_json(self, generation_id: str, credits_used: int) -> bytes:
        """`created` as JSON. Nothing but the id changes from one to the next, so the rest is written once."""
        before, after = self._around_id(credits_used)
        return f"{before}{json.dumps(generation_id)}{after}".encode()

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

    def word(self, state: State) -> str:
        """The document's word for a state."""
        return self._words[state]

    @cached_property
    def _words(self) -> Mapping[State, str]:
        return {state: word_for(state, self.route.vocabulary) for state in State}

    def _base(self, generation_id: str, standing: Standing) -> JsonObject:
        return {self.route.id_field: generation_id, self.route.status_field: self._words[standing.state]}

    def _field_schema(self, name: str) -> JsonObject:
        spec = self.route.retrieve.success
        return member(spec.schema, "properties", name) if spec else {}

    @cached_property
    def _cost_places(self) -> tuple[tuple[str, ...], ...]:
        """Where the create reply states the cost: the names that lead there."""
        schema = self.route.create.success.schema if self.route.create.success else {}
        return tuple(_cost_places(schema, without=(self.route.result_field, self.route.error_field)))


def _cost_places(schema: JsonObject, without: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, inner in member(schema, "properties").items():
        if name in (*CREDITS_NAMES, *USD_NAMES):
            yield (name,)
        elif name not in without:
            yield from ((name, *path) for path in _cost_places(member(inner)))


def _place_url(schema: JsonObject, url: str) -> Json:
    """`url` in the form that `schema` gives a result: a string, an object with `url`, or a list of either."""
    schema, types = _form(schema)
    if "string" in types:
        return url
    return [_place_url(member(schema, "items"), url)] if "array" in types else {"url": url}


def _place_error(schema: JsonObject, name: str, message: str) -> Json:
    _, types = _form(schema)
    return message if "string" in types else {"name": name, "message": message}


def _form(schema: JsonObject) -> tuple[JsonObject, tuple[str, ...]]:
    """The schema to follow, the first branch that is not null where there are several, and its types."""
    branches = [member(branch) for keyword in ("anyOf", "oneOf") for branch in items(schema, keyword)]
    for branch in branches:
        if branch.get("type") != "null":
            return _form(branch)
    declared = schema.get("type")
    return schema, words(declared if isinstance(declared, list) else [declared])


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
