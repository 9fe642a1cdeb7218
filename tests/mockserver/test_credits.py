"""What a generation costs stands in the document, and nothing is made up where it does not."""

from collections.abc import Callable

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.models import Model
from reelmock.mockserver.credits import Pricing

MakeContract = Callable[..., Contract]


def model(name: str, *aliases: str) -> Model:
    return Model(name, aliases, {}, "model", "POST /jobs")


def priced(jobs_contract: MakeContract, *rows: Json, credits_per_usd: Json = 100) -> Pricing:
    table: JsonObject = {"credits_per_usd": credits_per_usd, "rows": list(rows)}
    return Pricing.of(jobs_contract(extensions={"x-pricing": table}))


def test_the_shipped_document_has_the_recorded_figures(contract: Contract) -> None:
    pricing = Pricing.of(contract)
    price = pricing.price(contract.models[0])
    assert (price, pricing.usd(price)) == (1_040_000, 0.52)


def test_a_document_without_prices_has_the_shipped_ones(contract: Contract, jobs_contract: MakeContract) -> None:
    assert Pricing.of(jobs_contract()) == Pricing.of(contract)


def test_a_price_is_found_by_id_then_by_alias(jobs_contract: MakeContract) -> None:
    pricing = priced(jobs_contract, {"model": "a", "credits": 5}, {"model": "b", "credits": 7})
    assert pricing.price(model("b", "a")) == 7
    assert pricing.price(model("c", "b")) == 7
    assert pricing.usd(7) == 0.07


def test_without_a_row_of_its_own_a_model_costs_what_the_first_row_says(jobs_contract: MakeContract) -> None:
    pricing = priced(jobs_contract, {"model": "a", "credits": 5}, {"model": "b", "credits": 7})
    assert [pricing.price(model("c")), pricing.price(None)] == [5, 5]


@pytest.mark.parametrize("figure", [-1, True, "5", 0.5, None])
def test_what_is_no_price_is_none(jobs_contract: MakeContract, figure: Json) -> None:
    assert priced(jobs_contract, {"model": "a", "credits": figure}).price(model("a")) == 0


@pytest.mark.parametrize("rate", [0, -5, "100", None, False])
def test_what_is_no_rate_divides_by_one(jobs_contract: MakeContract, rate: Json) -> None:
    assert priced(jobs_contract, {"model": "a", "credits": 5}, credits_per_usd=rate).usd(5) == 5


def test_an_empty_table_costs_nothing(jobs_contract: MakeContract) -> None:
    assert priced(jobs_contract).price(model("a")) == 0
