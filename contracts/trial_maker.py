"""What the trials of one job route are made of: its requests, the statuses that the document has, how it knows them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reelmock.contracts.calls import call
from reelmock.contracts.contract import Contract
from reelmock.contracts.evidence import INFERRED, Evidence, evidence_at, refusal_evidence, refusal_row, weakest
from reelmock.contracts.exchange import Request
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, Path, member, pointer, text
from reelmock.contracts.operations import Operation, response_name
from reelmock.contracts.trials import Kind, Trial

NOT_SAID = Evidence(INFERRED, "the document does not say how it refuses this", "")

# A key that nobody has.
WRONG_KEY = "reelmock-check-wrong-key"

# What is sent where a server is said to echo it.
ECHOED = "reelmock-check"

# Ids that were never given, in forms that servers use.
UNKNOWN_IDS: Mapping[str, str] = {
    "uuid": "5f0c7b1e-93f4-4d0a-8a2e-6d1f3c9b7a40",
    "nanoid": "Zk3vQ9sT1xWb7LmN4pRdY",
    "number": "918273645546372",
}


def near_keys(key: str) -> Mapping[str, str]:
    """Keys that are nearly `key`, by name: longer_key, shorter_key and other_case, as far as they are others."""
    near = {"longer_key": f"{key}x", "shorter_key": key[:-1], "other_case": key.swapcase()}
    return {name: other for name, other in near.items() if other not in ("", key)}


@dataclass(frozen=True)
class TrialMaker:
    """What the trials of one job route are made of. `key` and `other_key` are keys that the server takes, if known."""

    contract: Contract
    route: JobRoute
    key: str | None = field(default=None, repr=False)
    other_key: str | None = field(default=None, repr=False)

    @property
    def let_in(self) -> bool:
        """Whether a request can get beyond the question for a key."""
        return self.key is not None or not self.route.bearer

    @property
    def own_key(self) -> str | None:
        """The key to send; None where the route wants none."""
        return self.key if self.route.bearer else None

    @property
    def unknown_ids(self) -> Mapping[str, str]:
        """Ids that were never given, by the name of their form."""
        numbered = self.route.id_parameter.schema.get("type") == "integer"
        return {"number": UNKNOWN_IDS["number"]} if numbered else UNKNOWN_IDS

    @property
    def unknown_id(self) -> str:
        """One of them."""
        return next(iter(self.unknown_ids.values()))

    def creating(self, payload: Json, key: str | None = None) -> Request:
        """A call of the create operation."""
        return call(self.route.create, key=key, payload=payload, given=_echoed(self.route.create))

    def retrieving(self, generation: str, key: str | None = None) -> Request:
        """A poll of the generation with this id."""
        given = {self.route.id_parameter.name: generation, **_echoed(self.route.retrieve)}
        return call(self.route.retrieve, key=key, given=given)

    def status(self, refusal: str) -> int:
        """The status of a refusal in `x-errors`."""
        status = refusal_row(self.contract, refusal).get("status")
        return status if isinstance(status, int) else 400

    def evidence(self, operation: Operation, refusal: str) -> Evidence:
        """How the contract knows that `operation` refuses in this way: by `x-errors`, and by the declared response."""
        told = refusal_evidence(self.contract, refusal)
        name = response_name(operation, self.status(refusal))
        declared = evidence_at(self.contract.document, _place(operation, "responses", name)) if name else None
        known = [one for one in (told, declared) if one is not None]
        return weakest(*known) if known else NOT_SAID

    def security(self, operation: Operation) -> Evidence:
        """How the contract knows that `operation` wants a key."""
        place = _place(operation)
        stated = member(self.contract.document.tree, *map(str, place), "x-security-evidence")
        if "x-evidence" in stated:
            where = pointer((*place, "x-security-evidence"))
            return Evidence(text(stated, "x-evidence"), text(stated, "x-source"), where)
        return replace(evidence_at(self.contract.document, place), place=pointer((*place, "security")))

    def keyless(self, operation: Operation, request: Request) -> Trial:
        """A call without a key, which has to be refused."""
        refused, wanted = self.evidence(operation, "missing_key"), self.security(operation)
        return Trial(
            Kind.KEYLESS,
            request,
            f"a {operation.method} without a key",
            f"{operation.method}:no_key",
            self.route,
            operation,
            (self.status("missing_key"),),
            weakest(refused, wanted),
            wanted,
        )

    def retrieval(self) -> Evidence:
        """How the contract knows what a poll is about."""
        return evidence_at(self.contract.document, _place(self.route.retrieve))

    def body(self) -> Evidence:
        """How the contract knows what a body has to be."""
        return evidence_at(self.contract.document, _place(self.route.create, "requestBody"))


def _place(operation: Operation, *more: str) -> Path:
    return ("paths", operation.path, operation.method.lower(), *more)


def _echoed(operation: Operation) -> Mapping[str, str]:
    """Values for the headers that the document says are echoed."""
    spec = operation.success
    echoes = {name for name, header in spec.headers.items() if header.get("x-value") == "echo"} if spec else set()
    return {p.name: ECHOED for p in operation.parameters_in("header") if p.name.lower() in echoes}
