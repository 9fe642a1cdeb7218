"""Finds what a request calls: an operation of a job route, a clip, or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.operations import Operation
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.near_misses import NearMisses

CLIP_PREFIX = "/clips/"
CLIP_SUFFIX = ".mp4"


@dataclass(frozen=True)
class Call:
    """An operation of a job route, and the values that the path gave its parameters."""

    route: JobRoute
    operation: Operation
    path_values: Mapping[str, str]

    @cached_property
    def usual_query(self) -> tuple[str, ...]:
        """The names in the query of a usual call: those that the operation requires."""
        return tuple(parameter.name for parameter in self.operation.parameters_in("query") if parameter.required)

    @property
    def example(self) -> str:
        """How the call looks, for messages."""
        create = self.operation is self.route.create
        return f"{self.operation.method} {self.operation.path}" if create else self.route.example_call


@dataclass(frozen=True)
class Routing:
    """The job routes of a contract by path."""

    contract: Contract

    @cached_property
    def _near_misses(self) -> NearMisses:
        return NearMisses.of(self.contract)

    @cached_property
    def _by_path(self) -> Mapping[str, Mapping[str, Call]]:
        """Path → method → call. Where job routes share an operation, the first one answers for it."""
        found: dict[str, dict[str, Call]] = {}
        for route in self.contract.job_routes:
            for operation in (route.create, route.retrieve):
                found.setdefault(operation.path, {}).setdefault(operation.method, Call(route, operation, {}))
        return found

    def calls(self, path: str) -> Mapping[str, Call]:
        """The calls of `path` by method; empty when it is no route."""
        if path in self._by_path and "{" not in path:
            return self._by_path[path]
        for template, calls in self._by_path.items():
            any_call = next(iter(calls.values()))
            if "{" in template and (match := any_call.operation.path_pattern.fullmatch(path)):
                values = dict(zip(any_call.operation.path_parameters, match.groups(), strict=True))
                return {method: Call(call.route, call.operation, values) for method, call in calls.items()}
        return {}

    def not_found(self, request: Request) -> Refusal:
        """The 404 for a path that is no route."""
        return self._near_misses.refusal(request)


def allowed_methods(calls: Mapping[str, Call]) -> str:
    """The value of `Allow`: HEAD goes with GET, and OPTIONS with everything."""
    methods = {*calls, "OPTIONS", *({"HEAD"} if "GET" in calls else ())}
    return ", ".join(sorted(methods))


def clip_path(generation_id: str) -> str:
    """Where the clip of a generation lies."""
    return f"{CLIP_PREFIX}{quote(generation_id, safe='')}{CLIP_SUFFIX}"


def clip_of(path: str) -> str | None:
    """The id of the generation whose clip lies at `path` (decoded), or None when `path` is no clip's."""
    if not (path.startswith(CLIP_PREFIX) and path.endswith(CLIP_SUFFIX)):
        return None
    return path.removeprefix(CLIP_PREFIX).removesuffix(CLIP_SUFFIX)
