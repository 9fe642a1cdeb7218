"""What is said of tolerated deviations: where, what came, what the schema says, and why the real API is believed to
take it. It is said of the line that sent the request."""

from collections.abc import Sequence

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import member, printable, text
from reelmock.contracts.violations import Violation
from reelmock.pytest_plugin.callers import Place, sender
from reelmock.pytest_plugin.errors import ToleratedDeviationWarning


def warn_of(deviations: Sequence[Violation], contract: Contract, home: Place) -> None:
    """Warn of each deviation, at the line that sent it, or at `home` where no line can be told."""
    if deviations:
        place = sender() or home
        for deviation in deviations:
            place.warn(_warning(deviation, contract))


def _warning(deviation: Violation, contract: Contract) -> ToleratedDeviationWarning:
    reason = member(contract.extension("x-tolerated"), deviation.kind)
    evidence = text(reason, "x-evidence", "inferred")
    because = text(reason, "x-source", "not seen to be refused")
    return ToleratedDeviationWarning(
        printable(f"{deviation}. The schema does not allow it; the real API takes it ({evidence}: {because})")
    )
