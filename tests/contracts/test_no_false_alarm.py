"""Nothing is found on servers that keep their document: not on the fake, and nothing but guesses on other servers."""

from itertools import product
from pathlib import Path

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import read_json
from reelmock.contracts.findings import Severity
from reelmock.contracts.merge import merge
from reelmock.contracts.payloads import Validation
from reelmock.contracts.report import Report
from reelmock.contracts.runner import Assignment, run_checks
from reelmock.contracts.sources import Source
from reelmock.contracts.trials import Send
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.errors import ErrorFormat
from reelmock.mockserver.plan import parse_outcome, parse_progression
from reelmock.mockserver.settings import Settings
from reelmock.tests.contracts.conforming import CONFORMING, HAMPERED, KEYS, Generous, Server
from reelmock.tests.contracts.defects import Ledger
from reelmock.tests.contracts.seeded.bounded import bounded

DATA = Path(__file__).parent.parent / "data"
HOUSE = load_contract()
SPECS = [Source(file.name, read_json(file)) for file in sorted((DATA / "specs").glob("*.json"))]
MERGED = Contract(merge(SPECS, HOUSE.document, file="merged.json").document, HOUSE.document)
OTHERS = [load_contract(file) for file in sorted((DATA / "jobs").glob("*.json"))]

PROGRESSIONS = (
    *("immediate", "polls:0,0", "polls:1,2", "polls:5,5"),
    *("time:0,0", "time:2,8", "time:5..20,5..20", "time:300,300"),
)
OUTCOMES = ("completed", "error:ProviderError:The model is busy.")
VALIDATIONS: tuple[Validation, ...] = ("lenient", "strict")
PAID = 3

both_validations = pytest.mark.parametrize("validation", VALIDATIONS)


def fake(
    clock: VirtualClock,
    contract: Contract,
    progression: str,
    *,
    outcome: str = "completed",
    validation: Validation = "lenient",
    error_format: ErrorFormat = "current",
) -> Send:
    """The fake, with two keys."""
    chosen = Settings(
        progression=parse_progression(progression),
        outcome=parse_outcome(outcome),
        validation=validation,
        error_format=error_format,
        api_keys=KEYS,
    )
    engine = Engine(contract, clock, chosen)
    return lambda request: engine.handle(request).response


def judged(
    send: Send, clock: VirtualClock, validation: Validation, contract: Contract = HOUSE, paid: int = PAID
) -> Report:
    """What the checks find, with everything that they may do."""
    assignment = Assignment(KEYS[0], KEYS[1], validation, probe=paid > 0, paid=paid)
    return run_checks(contract, send, assignment, target="https://api.example.com", pause=clock.advance)


def shown(report: Report, above: Severity = Severity.INFO) -> list[str]:
    """The findings that are worse than `above`, with what they rest on."""
    return [f"{finding} {finding.proof}" for finding in report.findings if finding.severity > above]


def every(report: Report) -> list[str]:
    """All findings, with what they rest on."""
    return [f"{finding} {finding.proof}" for finding in report.findings]


@both_validations
@pytest.mark.parametrize(("progression", "outcome"), [*product(PROGRESSIONS, OUTCOMES)])
def test_nothing_is_found_on_the_fake(validation: Validation, progression: str, outcome: str) -> None:
    clock = VirtualClock()
    send = fake(clock, HOUSE, progression, validation=validation, outcome=outcome)
    assert every(judged(send, clock, validation)) == []


def test_nothing_is_found_on_a_strict_fake_by_lenient_checks() -> None:
    clock = VirtualClock()
    assert every(judged(fake(clock, HOUSE, "polls:1,1", validation="strict"), clock, "lenient")) == []


@both_validations
@pytest.mark.parametrize("paid", range(7))
def test_nothing_is_found_on_the_fake_whatever_may_be_paid(validation: Validation, paid: int) -> None:
    """Each payload that is sent for money is valid, and nothing is missed where there is too little of it."""
    clock = VirtualClock()
    ledger = Ledger(fake(clock, HOUSE, "polls:1,1", validation=validation))
    assert every(judged(ledger, clock, validation, paid=paid)) == []
    assert ledger.charged(*KEYS) <= paid


@both_validations
@pytest.mark.parametrize("contract", [*OTHERS, bounded(), MERGED], ids=lambda contract: contract.title)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_nothing_is_found_on_the_fake_of_another_document(
    contract: Contract, validation: Validation, outcome: str
) -> None:
    clock = VirtualClock()
    send = fake(clock, contract, "polls:1,1", validation=validation, outcome=outcome)
    assert every(judged(send, clock, validation, contract)) == []


def test_a_generation_that_never_ends_is_no_drift() -> None:
    clock = VirtualClock()
    assert shown(judged(fake(clock, HOUSE, "hold"), clock, "lenient"), Severity.WARNING) == []


def test_the_legacy_envelope_of_errors_is_noticed() -> None:
    """The document has two envelopes; its replies are declared with the newer one."""
    clock = VirtualClock()
    found = judged(fake(clock, HOUSE, "polls:1,1", error_format="legacy"), clock, "lenient").findings
    assert {finding.id for finding in found} <= {"error_shape", "undeclared_response_field"}
    assert {finding.severity for finding in found} == {Severity.INFO}
    assert found != ()


# Whether a server refuses what is not declared, and how it may be judged. A generous one takes what lenient lets pass.
JUDGED: tuple[tuple[bool, Validation], ...] = ((False, "lenient"), (True, "lenient"), (True, "strict"))
HABITS = [(kind, *how) for kind in CONFORMING for how in JUDGED if (kind, how) != (Generous, (True, "strict"))]


@pytest.mark.parametrize("paid", [0, PAID, 5])
@pytest.mark.parametrize(("kind", "closed", "validation"), HABITS)
def test_nothing_but_guesses_on_a_server_of_other_habits(
    kind: type[Server], closed: bool, validation: Validation, paid: int
) -> None:
    clock = VirtualClock()
    assert shown(judged(kind(clock.now, closed), clock, validation, paid=paid)) == []


@pytest.mark.parametrize("kind", HAMPERED)
def test_no_drift_on_a_server_that_says_not_now(kind: type[Server]) -> None:
    """No credits left, too many requests, a time-out while polling: all of that is in the document."""
    clock = VirtualClock()
    assert shown(judged(kind(clock.now), clock, "lenient"), Severity.WARNING) == []
