"""Every server with one seeded defect is found out, by a check that is about it, and for no more than was allowed."""

from collections import Counter
from functools import cache

import pytest

from reelmock.contracts.checks import CHECKS
from reelmock.contracts.exchange import Response
from reelmock.contracts.findings import Severity
from reelmock.contracts.report import Report
from reelmock.contracts.runner import Assignment, run_checks
from reelmock.contracts.trials import Kind
from reelmock.mockserver.clock import VirtualClock
from reelmock.tests.contracts.defects import DEFECTS, Ledger, contract_of, sound_server
from reelmock.tests.contracts.seeded.tour import tour
from reelmock.tests.contracts.seeded.wraps import KEY, OTHER_KEY, Defect, Wrap

PAID = 5
TARGET = "https://api.example.com"

each_defect = pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)


def test_defects_have_names_of_their_own() -> None:
    assert [name for name, count in Counter(defect.name for defect in DEFECTS).items() if count > 1] == []


def toured(defect: Defect, wrap: Wrap) -> list[Response]:
    """What a server answers on the tour."""
    clock = VirtualClock()
    return list(tour(wrap(sound_server(defect, clock)), contract_of(defect), clock.advance))


@cache
def sound(outcome: str, bounds: bool) -> list[Response]:
    """What a server without a defect answers; it is the same each time."""
    usual = Defect("none", lambda send: send, (), outcome=outcome, bounds=bounds)
    first, second = toured(usual, usual.wrap), toured(usual, usual.wrap)
    assert first == second
    return first


@each_defect
def test_a_server_with_a_defect_answers_otherwise(defect: Defect) -> None:
    """Each defect shows in some reply, whatever the checks make of it."""
    assert toured(defect, defect.wrap) != sound(defect.outcome, defect.bounds)


def checked(defect: Defect, *checks: str) -> tuple[Report, Ledger]:
    """What the checks report of a server with a defect, and what they sent."""
    clock = VirtualClock()
    ledger = Ledger(defect.wrap(sound_server(defect, clock)))
    assignment = Assignment(KEY, OTHER_KEY, "strict", checks=checks, probe=True, paid=PAID)
    report = run_checks(contract_of(defect), ledger, assignment, target=TARGET, pause=clock.advance)
    return report, ledger


def found(report: Report, defect: Defect) -> set[str]:
    """The checks that found something which counts for the defect."""
    return {one.id for one in report.findings if defect.guessed or one.severity is Severity.ERROR} & {*defect.checks}


@each_defect
def test_a_defect_is_found_and_named(defect: Defect) -> None:
    """With five generations, a check that is about the defect finds it: as drift, unless the document only guesses.

    No POST with a key is repeated, and no key stands in the report.
    """
    report, ledger = checked(defect)
    assert found(report, defect), [str(finding) for finding in report.findings]
    assert ledger.charged(KEY, OTHER_KEY) <= PAID
    assert ledger.repeated(KEY, OTHER_KEY) == []
    assert [finding for finding in report.findings if KEY in str(finding) or KEY in str(finding.proof)] == []


@pytest.mark.parametrize("check", [name for name, check in CHECKS.items() if check.kinds != {Kind.RECORDED}])
def test_a_check_finds_its_defects_alone(check: str) -> None:
    """A run of one check sends what it needs: what it finds among the others, it finds alone too."""
    own = [defect for defect in DEFECTS if defect.checks[0] == check]
    shown = [defect for defect in own[:4] if check in found(checked(defect)[0], defect)]
    assert shown != []
    assert [defect.name for defect in shown if not found(checked(defect, check)[0], defect)] == []
