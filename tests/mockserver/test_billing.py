"""The operation that tells a balance: which one that is, and what it answers, stands in the document."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from reelmock.contracts.conformance import find_operation, judge_response
from reelmock.contracts.contract import Contract
from reelmock.contracts.document import ContractError, make_document
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.mockserver.billing import find_balance_routes
from reelmock.tests.mockserver.asking import Make, NewEngine, made

PRICE = 1_040_000


def ask(key: str = "key-a", method: str = "GET", path: str = "/v2/billing", **headers: str) -> Request:
    return Request.build(method, path, headers={"authorization": f"Bearer {key}"} | headers)


def test_the_recorded_reply_is_what_comes_where_nothing_is_counted(new_engine: NewEngine) -> None:
    response = new_engine().handle(ask()).response
    assert response.json() == {"current_balance": 10.07, "currency": "USD"}
    assert response.header("content-type") == "application/json"
    assert response.header("content-length") == str(len(response.body))


def test_the_balance_is_what_was_not_charged_in_dollars(new_engine: NewEngine, create: Make) -> None:
    """Two million credits are one dollar; what is reserved is not charged yet."""
    engine = new_engine(progression="hold", credits=4_000_000)
    generation = made(engine, create())
    assert engine.handle(ask()).response.json() == {"current_balance": 2.0, "currency": "USD"}
    engine.finish(generation)
    assert engine.handle(ask()).response.json() == {"current_balance": 1.48, "currency": "USD"}
    assert engine.handle(ask("key-b")).response.json() == {"current_balance": 2.0, "currency": "USD"}


@pytest.mark.parametrize(
    ("request_", "status", "header"),
    [
        (ask(), 200, ("x-client-request-id", None)),
        (ask(**{"x-client-request-id": "mine"}), 200, ("x-client-request-id", "mine")),
        (ask(method="HEAD"), 200, ("content-length", "45")),
        (ask(method="OPTIONS"), 204, ("allow", "GET, HEAD, OPTIONS")),
        (ask(method="POST"), 405, ("allow", "GET, HEAD, OPTIONS")),
        (ask(key=""), 401, ("www-authenticate", "Bearer")),
        (ask(key="", **{"x-client-request-id": "mine"}), 401, ("x-client-request-id", "mine")),
        (ask(path="/v2/billing/"), 404, ("allow", None)),
    ],
    ids=str,
)
def test_what_it_answers_to_other_requests(
    request_: Request, status: int, header: tuple[str, str | None], new_engine: NewEngine
) -> None:
    response = new_engine().handle(request_).response
    name, value = header
    assert (response.status, response.header(name)) == (status, value)
    assert response.body == b"" or request_.method != "HEAD"


@pytest.mark.parametrize("request_", [ask(), ask(key=""), ask(path="/v2/billing?a=b")], ids=str)
def test_what_it_answers_is_declared(request_: Request, contract: Contract, new_engine: NewEngine) -> None:
    operation = find_operation(contract, request_)
    engine = new_engine(validation="strict", rate_limit=1)
    assert operation is not None
    for _ in range(2):
        assert judge_response(operation, engine.handle(request_).response) == []


def test_a_parameter_that_it_does_not_take_is_noted_or_refused(new_engine: NewEngine) -> None:
    lenient, strict = new_engine(), new_engine(validation="strict")
    assert [engine.handle(ask(path="/v2/billing?a=b")).response.status for engine in (lenient, strict)] == [200, 400]
    assert [deviation.path for deviation in lenient.journal.entries()[0].deviations] == [("a",)]


def test_it_is_in_the_journal_and_counts_for_the_rate_limit(new_engine: NewEngine) -> None:
    engine = new_engine(rate_limit=1)
    assert [engine.handle(ask()).response.status for _ in range(2)] == [200, 429]
    first, second = engine.journal.entries()
    assert (first.status, first.owner == "", second.case) == ("balance", False, "too_many_requests")


def with_billing(jobs_contract: Callable[..., Contract], terms: Json, path: str = "/purse") -> Contract:
    """The second API with an operation of its own that tells a balance."""
    purse: JsonObject = {"type": "object", "properties": {"left": {"type": "number"}, "in": {"type": "string"}}}
    schema: JsonObject = {
        "type": "object",
        "required": ["kind"],
        "properties": {"purse": purse, "kind": {"const": "p"}},
    }
    reply: JsonObject = {"description": "", "content": {"application/json": {"schema": schema}}}
    tree = copy.deepcopy(jobs_contract().document.tree)
    member(tree, "paths")[path] = {"get": {"x-billing": terms, "responses": {"203": reply}}}
    return Contract(make_document(tree, "jobs.json"), jobs_contract().house)


def test_any_document_may_have_one_at_places_of_its_own(
    jobs_contract: Callable[..., Contract], new_engine: NewEngine
) -> None:
    contract = with_billing(jobs_contract, {"balance": "/purse/left", "currency": "/purse/in"})
    response = new_engine(contract=contract, credits=3_000_000).handle(Request("GET", "/purse")).response
    assert response.status == 203
    assert response.json() == {"kind": "p", "purse": {"left": 1.5, "in": "USD"}}
    assert member(new_engine(contract=contract).handle(Request("GET", "/purse")).response.json(), "purse")["left"] == 0


def test_a_document_without_one_has_none(jobs_contract: Callable[..., Contract], new_engine: NewEngine) -> None:
    assert find_balance_routes(jobs_contract()) == {}
    assert new_engine(contract=jobs_contract()).handle(Request("GET", "/v2/billing")).response.status == 404


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        (
            {"balance": "/sum", "currency": "/purse/in"},
            "jobs.json at /paths/~1purse/get/x-billing/balance: '/sum' is no member of the operation's reply. Name one "
            "with a JSON pointer such as '/current_balance'.",
        ),
        (
            {"balance": "/purse/left"},
            "jobs.json at /paths/~1purse/get/x-billing/currency: null is no member of the operation's reply. Name one "
            "with a JSON pointer such as '/current_balance'.",
        ),
    ],
)
def test_a_place_that_the_reply_does_not_have_is_an_error(
    terms: Any, message: str, jobs_contract: Callable[..., Contract]
) -> None:
    with pytest.raises(ContractError) as caught:
        find_balance_routes(with_billing(jobs_contract, terms))
    assert str(caught.value) == message
