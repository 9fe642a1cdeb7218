"""Tells what a key has left: a GET of the document that says with `x-billing` that it does so."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from reelmock.contracts.conformance import judge_query
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.instances import instances
from reelmock.contracts.jsontree import JsonObject, excerpt, fresh, member, pointer, text
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation
from reelmock.contracts.places import Place, may_have, put
from reelmock.contracts.reply_places import reply_schema
from reelmock.contracts.violations import Violation
from reelmock.mockserver.accounts import Accounts
from reelmock.mockserver.cors import preflight
from reelmock.mockserver.credits import Pricing
from reelmock.mockserver.errors import Refusal
from reelmock.mockserver.gate import Gate
from reelmock.mockserver.jobs import Answer
from reelmock.mockserver.replies import HeaderWriter

BALANCE_METHODS: Final = "GET, HEAD, OPTIONS"
CURRENCY: Final = "USD"


@dataclass(frozen=True)
class BalanceRoute:
    """A GET that tells a balance in US dollars at the place `balance` of its reply, and their code at `currency`.

    `unlimited` is the figure for a key whose credits nobody counts.
    """

    operation: Operation
    pricing: Pricing
    balance: Place
    currency: Place
    unlimited: float

    def response(self, request: Request, credits_left: int | None) -> Response:
        """The reply to a key that has so many credits left; None is no limit."""
        body = {name: fresh(value) for name, value in self._smallest.items()}
        put(body, self.balance, self.unlimited if credits_left is None else self.pricing.usd(credits_left))
        put(body, self.currency, CURRENCY)
        content = json.dumps(body).encode()
        status = self.operation.success_status
        fields = HeaderWriter(self.operation).fields(status, {}, request.header)
        length = ("content-length", str(len(content)))
        return Response(status, (("content-type", JSON_MEDIA_TYPE), *fields, length), content)

    @cached_property
    def _smallest(self) -> JsonObject:
        return next((value for value in instances(reply_schema(self.operation)) if isinstance(value, dict)), {})


@dataclass(frozen=True)
class Billing:
    """The routes of one fake that tell balances, by path."""

    routes: Mapping[str, BalanceRoute]
    gate: Gate
    accounts: Accounts | None
    strict: bool = False

    def answer(self, request: Request, now: float) -> Answer:
        """The balance of the key that came. Refusal for the method, the key, the rate, and when strict the query."""
        route = self.routes[request.path]
        if request.method == "OPTIONS":
            return Answer(preflight(request, BALANCE_METHODS))
        if request.method not in ("GET", "HEAD"):
            raise Refusal("method_not_allowed", allow=BALANCE_METHODS, headers=(("allow", BALANCE_METHODS),))
        owner = self.gate.enter(request, now, bearer=route.operation.bearer)
        deviations = self._check_query(route.operation, request)
        credits_left = None if self.accounts is None else self.accounts.balance(owner, now)
        return Answer(route.response(request, credits_left), owner, status="balance", deviations=deviations)

    def _check_query(self, operation: Operation, request: Request) -> tuple[Violation, ...]:
        """Refuse a parameter that is not declared; what lenient tolerates is returned."""
        unknown = tuple(found for found in judge_query(operation, request) if found.kind == "unknown_parameter")
        if unknown and self.strict:
            raise Refusal("unknown_parameter", received=unknown[0].path[0], call=operation.key)
        return unknown


def find_balance_routes(contract: Contract) -> Mapping[str, BalanceRoute]:
    """Path → what tells the balance there. ContractError for an `x-billing` that does not fit its operation."""
    paths = member(contract.document.tree, "paths")
    said = {path: member(item, "get", "x-billing") for path, item in paths.items()}
    operations = {operation.path: operation for operation in contract.operations if operation.method == "GET"}
    return {path: _route(contract, operations[path], terms) for path, terms in said.items() if terms}


def _route(contract: Contract, operation: Operation, terms: JsonObject) -> BalanceRoute:
    balance, currency = (_place(contract, operation, terms, name) for name in ("balance", "currency"))
    unlimited = terms.get("unlimited")
    figure = float(unlimited) if isinstance(unlimited, int | float) else 0.0
    return BalanceRoute(operation, Pricing.of(contract), balance, currency, figure)


def _place(contract: Contract, operation: Operation, terms: JsonObject, name: str) -> Place:
    """The place that a JSON pointer names in the operation's reply."""
    place = tuple(step for step in text(terms, name).split("/") if step)
    if not place or not may_have(reply_schema(operation), place):
        where = pointer(("paths", operation.path, "get", "x-billing", name))
        problem = f"{excerpt(terms.get(name))} is no member of the operation's reply"
        raise contract.document.fail(where, problem, "Name one with a JSON pointer such as '/current_balance'")
    return place
