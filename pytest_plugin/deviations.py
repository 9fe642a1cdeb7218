"""What is said of a tolerated deviation: where, what came, what the schema says, and why the real API is believed to
take it."""

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import member, printable, text
from reelmock.contracts.violations import Violation
from reelmock.pytest_plugin.errors import ToleratedDeviationWarning


def warning_of(deviation: Violation, contract: Contract) -> ToleratedDeviationWarning:
    """The warning for one deviation."""
    reason = member(contract.extension("x-tolerated"), deviation.kind)
    evidence = text(reason, "x-evidence", "inferred")
    because = text(reason, "x-source", "not seen to be refused")
    return ToleratedDeviationWarning(
        printable(f"{deviation}. The schema does not allow it; the real API takes it ({evidence}: {because})")
    )
