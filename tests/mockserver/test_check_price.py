"""What is announced before `reelmock check --paid`: no figure is made up, and the most that it costs is no less."""

from collections.abc import Callable

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json
from reelmock.contracts.models import Model
from reelmock.mockserver.check_price import TOLD, announcement

URL = "https://api.example.com"
MakeContract = Callable[..., Contract]


def model(name: str, *aliases: str) -> Model:
    return Model(name, aliases, {}, "model", "POST /jobs")


def priced(make: MakeContract, *rows: Json) -> Contract:
    return make(extensions={"x-pricing": {"credits_per_usd": 100, "rows": list(rows)}})


def test_each_price_and_the_most_that_it_costs_are_told(jobs_contract: MakeContract) -> None:
    contract = priced(
        jobs_contract,
        {"model": "a", "credits": 1050, "x-evidence": "inferred"},
        {"model": "also-b", "credits": 7, "per": "generation"},
    )
    assert announcement(contract, [model("a"), model("b", "also-b")], 3, URL) == [
        "--paid 3: at most 3 generations will be made at https://api.example.com and charged to the key, of:",
        "model  price of one",
        "-----  ------------------------------------",
        "a      1,050 credits = 10.50 USD (inferred)",
        "b      7 credits = 0.07 USD (documented)",
        "That costs at most 3,150 credits = 31.50 USD.",
    ]


def test_a_price_that_the_document_does_not_have_is_not_known(jobs_contract: MakeContract) -> None:
    """Neither is one that is for something else than a generation."""
    contract = priced(jobs_contract, {"model": "a", "credits": 50}, {"model": "c", "credits": 9, "per": "second"})
    lines = announcement(contract, [model("a"), model("b"), model("c")], 1, URL)
    assert lines[0].startswith("--paid 1: at most 1 generation will be made ")
    assert [line.split() for line in lines[4:6]] == [["b", "not", "known"], ["c", "not", "known"]]
    assert lines[-1] == "That costs at most 50 credits = 0.50 USD, as far as prices are known: 2 of 3 are not."


def test_without_any_price_nothing_is_claimed(contract: Contract) -> None:
    """The shipped document's prices are not those of other models."""
    assert announcement(contract, [model("b")], 2, URL)[-1] == (
        "What that costs is not known: the document has no price for it."
    )


def test_of_many_models_the_first_are_told_and_all_are_counted(jobs_contract: MakeContract) -> None:
    rows: list[Json] = [{"model": f"m{number}", "credits": number} for number in range(TOLD + 5)]
    lines = announcement(priced(jobs_contract, *rows), [model(f"m{number}") for number in range(TOLD + 5)], 2, URL)
    assert len(lines) == TOLD + 5
    assert lines[-2:] == ["and 5 models more", "That costs at most 48 credits = 0.48 USD."]


def test_nothing_announced_drives_a_terminal(jobs_contract: MakeContract) -> None:
    lines = announcement(priced(jobs_contract), [model("a\x1b[31m")], 1, f"{URL}/\x1b")
    assert all(line.isprintable() for line in lines)
