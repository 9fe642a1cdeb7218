"""What a generation costs, by the document's `x-pricing`."""

from collections.abc import Mapping
from dataclasses import dataclass

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, items, member, text
from reelmock.contracts.models import Model


@dataclass(frozen=True)
class Pricing:
    """Prices in credits for one generation, by model id; `default` where a model has no row."""

    credits_per_usd: int
    prices: Mapping[str, int]
    default: int

    @classmethod
    def of(cls, contract: Contract) -> "Pricing":
        """The contract's prices. A model without a row costs what the first row says: no figure is made up."""
        table = contract.extension_object("x-pricing")
        rows = [member(row) for row in items(table, "rows")]
        prices = {text(row, "model"): _whole(row.get("credits"), 0) for row in rows}
        return cls(_whole(table.get("credits_per_usd"), 1) or 1, prices, next(iter(prices.values()), 0))

    def price(self, model: Model | None) -> int:
        """What one generation with `model` costs, in credits."""
        if model is None:
            return self.default
        if model.id in self.prices:
            return self.prices[model.id]
        return next((self.prices[name] for name in model.aliases if name in self.prices), self.default)

    def usd(self, credits_used: int) -> float:
        """The same in US dollars."""
        return credits_used / self.credits_per_usd


def _whole(value: Json, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default
