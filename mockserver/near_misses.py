"""Names the right call for a request that missed it: what clients in the wild have been seen to get wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import items, text
from reelmock.mockserver.errors import Refusal

REPEATED_SEGMENT = re.compile(r"/([^/]+)/\1(?=/)")


@dataclass(frozen=True)
class NearMisses:
    """Everything that is needed to say what a request to an unknown path was probably meant to be."""

    job_routes: Sequence[JobRoute]
    prefixes: Mapping[str, str]

    @classmethod
    def of(cls, contract: Contract) -> "NearMisses":
        """The near misses of the contract's job routes, and the prefixes in its `x-near-misses`."""
        rows = items(contract.document.tree, "x-near-misses")
        return cls(contract.job_routes, {text(row, "prefix"): text(row, "error") for row in rows})

    def refusal(self, request: Request) -> Refusal:
        """The 404 for a path that is no route, worded by what it looks like."""
        path = request.path
        return self._id_in_path(path) or self._misspelt(path) or self._elsewhere(path) or self._unknown()

    def _id_in_path(self, path: str) -> Refusal | None:
        for route in self.job_routes:
            generation_id = path.removeprefix(route.retrieve.path + "/")
            if route.id_parameter.location == "query" and generation_id not in (path, "") and "/" not in generation_id:
                call = route.example_call.replace("<id>", generation_id)
                return Refusal("id_in_path", call=call)
        return None

    def _misspelt(self, path: str) -> Refusal | None:
        """A path that becomes a route when its slashes or its beginning are mended."""
        repeated = REPEATED_SEGMENT.search(path)
        candidates = [
            ("doubled_slash", re.sub(r"//+", "/", path), ""),
            ("trailing_slash", path.rstrip("/"), ""),
            ("doubled_prefix", REPEATED_SEGMENT.sub(r"/\1", path), repeated[1] if repeated else ""),
        ]
        for case, mended, segment in candidates:
            if mended != path and (route := self._route(mended)):
                return Refusal(case, route=route, segment=segment)
        whole = next((path_of for path_of in self._paths if path.count("/") > 1 and path_of.endswith(path)), None)
        return Refusal("missing_prefix", route=whole) if whole else None

    def _elsewhere(self, path: str) -> Refusal | None:
        case = next((case for prefix, case in self.prefixes.items() if path.startswith(prefix)), None)
        return Refusal(case, route=self._paths[0], routes=self._calls) if case and self._paths else None

    def _unknown(self) -> Refusal:
        return Refusal("unknown_path", routes=self._calls)

    def _route(self, path: str) -> str | None:
        operations = [operation for route in self.job_routes for operation in (route.create, route.retrieve)]
        return next((path for operation in operations if operation.path_pattern.fullmatch(path)), None)

    @property
    def _paths(self) -> list[str]:
        return list(
            dict.fromkeys(path for route in self.job_routes for path in (route.create.path, route.retrieve.path))
        )

    @property
    def _calls(self) -> str:
        calls = (call for route in self.job_routes for call in (f"POST {route.create.path}", route.example_call))
        return ", ".join(dict.fromkeys(calls))
