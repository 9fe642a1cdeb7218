"""What `reelmock check --paid` may cost, told before anything is sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import JsonObject, items, member, printable, text
from reelmock.contracts.models import Model
from reelmock.contracts.tables import table
from reelmock.mockserver.credits import Pricing

# So many models are told one by one.
TOLD = 20


@dataclass(frozen=True, slots=True)
class Price:
    """What one generation costs, in credits and US dollars, and how the document knows: `documented` or the like."""

    credits: int
    usd: float
    evidence: str

    def __str__(self) -> str:
        return f"{amount(self.credits, self.usd)} ({self.evidence})"


def announcement(contract: Contract, models: Sequence[Model], paid: int, target: str) -> list[str]:
    """How many generations of which models may be made at `target`, the price of each, and the most that they cost.

    A price that the document does not have is told as not known: no figure is made up.
    """
    prices = {model.id: price_of(contract, model) for model in models}
    rows = [(printable(name), str(price) if price else "not known") for name, price in prices.items()]
    more = [f"and {len(rows) - TOLD} models more"] if len(rows) > TOLD else []
    several = f"{paid} generations" if paid != 1 else "1 generation"
    head = f"--paid {paid}: at most {several} will be made at {printable(target)} and charged to the key, of:"
    return [head, *table(("model", "price of one"), rows[:TOLD]), *more, _most(contract, [*prices.values()], paid)]


def price_of(contract: Contract, model: Model) -> Price | None:
    """The price of one generation; None where the document has no row for the model, or one for something else."""
    rows = _rows(contract)
    row = next((rows[name] for name in (model.id, *model.aliases) if name in rows), None)
    if row is None or text(row, "per", "generation") != "generation":
        return None
    pricing = Pricing.of(contract)
    credits_used = pricing.price(model)
    return Price(credits_used, pricing.usd(credits_used), text(row, "x-evidence", "documented"))


def amount(credits_used: int, usd: float) -> str:
    """Credits and dollars as people read them, such as `1,040,000 credits = 0.52 USD`."""
    return f"{credits_used:,} credits = {usd:.2f} USD"


def _rows(contract: Contract) -> Mapping[str, JsonObject]:
    rows = [member(row) for row in items(contract.extension_object("x-pricing"), "rows")]
    return {text(row, "model"): row for row in rows}


def _most(contract: Contract, prices: Sequence[Price | None], paid: int) -> str:
    known = [price.credits for price in prices if price is not None]
    if not known:
        return "What that costs is not known: the document has no price for it."
    most = paid * max(known)
    told = f"That costs at most {amount(most, Pricing.of(contract).usd(most))}"
    unknown = len(prices) - len(known)
    if unknown == 0:
        return f"{told}."
    return f"{told}, as far as prices are known: {unknown} of {len(prices)} are not."
