"""Whole create requests: headers and bodies as client libraries write them, good ones and broken ones."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from hypothesis import strategies as st

from reelmock.contracts.calls import call
from reelmock.contracts.contract import Contract, chosen_models, load_contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import MUTATION_KINDS, Mutation, check_kinds, violations
from reelmock.contracts.short_repr import ShortRepr
from reelmock.contracts.strategies.payloads import invalid_payloads, valid_payloads
from reelmock.contracts.wire_faults import WIRE_KINDS, WireFault, wire_faults

CONTENT_TYPES = ("application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8")

# Headers that client libraries send, and that mean nothing to the API.
HARMLESS = (
    ("accept", "*/*"),
    ("accept", "application/json"),
    ("accept-encoding", "gzip, deflate, br"),
    ("user-agent", "python-requests/2.32"),
    ("x-client-request-id", "boat-1"),
    ("connection", "keep-alive"),
)


@dataclass(frozen=True, slots=True, repr=False)
class CreateRequest(ShortRepr):
    """A create request. `broken` says in what way, and is None when the request is a good one."""

    request: Request
    broken: Mutation | WireFault | None

    def __repr__(self) -> str:
        return f"CreateRequest({self.request}, body {self.request.body!r}, broken: {self.broken})"

    @property
    def kind(self) -> str | None:
        """What is wrong, e.g. `not_in_enum` or `malformed_json`; None when nothing is."""
        return None if self.broken is None else self.broken.kind


def create_requests(
    model: str | Model | None = None,
    *,
    contract: Contract | None = None,
    key: str = "sk-any",
    kinds: Iterable[str] | None = None,
) -> st.SearchStrategy[CreateRequest]:
    """Create requests with `key`: good ones, ones with an invalid payload, and ones that are broken on the wire.

    About half of them are good. `kinds` names what may be wrong instead of everything, of the payload or on the wire;
    none at all gives good requests alone. Errors are those of `valid_payloads` and `invalid_payloads`.
    """
    contract = contract or load_contract()
    models = chosen_models(model, contract)
    requests = [_bare_request(found, contract, key) for found in models]
    there = [_kinds_of(found, bare) for found, bare in zip(models, requests, strict=True)]
    chosen = None if kinds is None else list(kinds)
    if chosen:
        check_kinds(chosen, dict.fromkeys(chain(*there)), models, (*MUTATION_KINDS, *WIRE_KINDS))
    wanted = ([kind for kind in own if chosen is None or kind in chosen] for own in there)
    return st.one_of([_of_model(*parts) for parts in zip(models, requests, wanted, strict=True)])


def _bare_request(model: Model, contract: Contract, key: str) -> Request:
    operation = next((found for found in contract.operations if found.key == model.operation_key), None)
    if operation is None:
        problem = f"there is no {model.operation_key}, which takes the model {model.id}"
        raise contract.document.fail("/paths", problem, "Give the contract that the model is of")
    bearer = operation.bearer or any(route.bearer for route in contract.job_routes if route.create == operation)
    return call(operation, key=key if bearer else None, payload={})


def _kinds_of(model: Model, bare: Request) -> list[str]:
    """What can be wrong with a request for a model: in its payload, and on the wire."""
    kinds = [mutation.kind for mutation in violations(model.schema)] + [fault.kind for fault in wire_faults(bare)]
    return list(dict.fromkeys(kinds))


def _of_model(model: Model, bare: Request, kinds: Sequence[str]) -> st.SearchStrategy[CreateRequest]:
    good = _good_requests(bare, valid_payloads(model))
    fine = good.map(lambda request: CreateRequest(request, None))
    broken: list[st.SearchStrategy[CreateRequest]] = []
    if in_the_payload := [kind for kind in kinds if kind not in WIRE_KINDS]:
        mutations = invalid_payloads(model, kinds=in_the_payload)
        broken.append(st.builds(lambda wrong: CreateRequest(_with_payload(bare, wrong.payload), wrong), mutations))
    if on_the_wire := [kind for kind in kinds if kind in WIRE_KINDS]:
        broken.append(_faulty_requests(good, on_the_wire))
    # `sampled_from`, since `one_of` would make one flat choice of it, in which good ones are too few.
    return st.sampled_from([fine, st.one_of(broken)]).flatmap(lambda found: found) if broken else fine


@st.composite
def _good_requests(draw: st.DrawFn, bare: Request, payloads: st.SearchStrategy[JsonObject]) -> Request:
    """A payload as some client library would write it."""
    body = json.dumps(draw(payloads), ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 2])))
    content_type = draw(st.sampled_from(CONTENT_TYPES))
    headers = tuple(("content-type", content_type) if field[0] == "content-type" else field for field in bare.headers)
    harmless = draw(st.lists(st.sampled_from(HARMLESS), max_size=3, unique_by=lambda field: field[0]))
    return replace(bare, headers=(*headers, *harmless), body=body.encode())


@st.composite
def _faulty_requests(draw: st.DrawFn, good: st.SearchStrategy[Request], kinds: Sequence[str]) -> CreateRequest:
    kind = draw(st.sampled_from(kinds))
    faults = [fault for fault in wire_faults(draw(good)) if fault.kind == kind]
    fault = draw(st.sampled_from(faults))
    return CreateRequest(fault.request, fault)


def _with_payload(bare: Request, payload: Json) -> Request:
    return replace(bare, body=json.dumps(payload).encode())
