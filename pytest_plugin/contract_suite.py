"""Ready-made tests for a server: each check of the contract as a test, for a project's staging URL or its own fake."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import pytest

from reelmock.contracts.accepted import Accepted, accepted_in
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.payloads import Validation
from reelmock.contracts.report import Case
from reelmock.contracts.runner import Assignment, CheckError, cases_of
from reelmock.contracts.trials import Send
from reelmock.mockserver.check_setup import names_of
from reelmock.mockserver.clock import pause as real_pause
from reelmock.pytest_plugin.callers import Place, caller
from reelmock.pytest_plugin.options import OptionError
from reelmock.pytest_plugin.suite_runs import ContractWarning, Run, Suite, as_arguments

__all__ = ["ContractWarning", "contract_suite"]

# What lists the names of the checks, for messages.
LISTED = "reelmock check --list-checks"

# The most that a number may be that counts nothing.
MOST = 86_400


@dataclass(frozen=True, slots=True)
class Number:
    """Which numbers an argument may be; `meant` says of what, and only a `whole` one has no upper bound."""

    meant: str
    least: float
    whole: bool = False

    def __str__(self) -> str:
        bounds = f"a whole number from {self.least:g}" if self.whole else f"from {self.least:g} to {MOST:,}"
        return f"{self.meant}, {bounds}"

    def is_met_by(self, value: object) -> bool:
        """Whether it may be this value; `True` is no number."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else int | float):
            return False
        return self.least <= value and (self.whole or value <= MOST)


NUMBERS: Mapping[str, Number] = MappingProxyType(
    {
        "paid": Number("how many generations may be charged", 0, whole=True),
        "max_requests": Number("after how many requests the run ends", 1, whole=True),
        "timeout": Number("for how many seconds a server may be silent", 0.001),
        "rate": Number("how many requests a second may be sent", 0.001),
        "poll_interval": Number("how many seconds lie between two polls", 0),
        "patience": Number("after how many seconds a generation is given up", 0),
    }
)


def contract_suite(
    target: str | Send | None = None,
    *,
    fixture: str | None = None,
    contract: Contract | None = None,
    api_key: str | None = None,
    other_api_key: str | None = None,
    validation: Validation = "lenient",
    models: str = "*",
    checks: str | Collection[str] = (),
    probe: bool = False,
    paid: int = 0,
    max_requests: int = Assignment.max_requests,
    baseline: str | PathLike[str] | None = None,
    rate: float | None = None,
    poll_interval: float | None = None,
    patience: float | None = None,
    timeout: float = 30.0,
    pause: Callable[[float], object] = real_pause,
    per_worker: bool = False,
) -> Callable[..., None]:
    """A test function with parameters: one test for each model and check. Give it a name that begins with `test_`.

    `target` is the URL of a server, or a function that takes a `Request` and returns its `Response`; `fixture` names a
    fixture whose value is either. docs/contract-suite.md describes the others. `rate` is in requests a second,
    `poll_interval`, `patience` and `timeout` are in seconds, and `pause` lets seconds pass.

    The first test sends all that is to be sent. OptionError for a value that an argument can't have, ContractError for
    a baseline with a line that can't be understood, UrlError for a URL that can't be asked.
    """
    # An empty text is what becomes of a secret of CI that is not set.
    keys = Assignment(key=api_key or None, other_key=other_api_key or None)
    # So that no traceback shows them, not even with --showlocals.
    del api_key, other_api_key
    optional = {"rate": rate, "poll_interval": poll_interval, "patience": patience}
    _refuse_numbers(
        {"paid": paid, "max_requests": max_requests, "timeout": timeout}
        | {name: value for name, value in optional.items() if value is not None}
    )
    _refuse_odd(target, fixture, validation)
    place = caller()
    suite = Suite(
        target=target,
        fixture=fixture,
        contract=contract or load_contract(),
        assignment=replace(
            keys,
            validation=validation,
            models=models,
            checks=names_of((checks,) if isinstance(checks, str) else (*checks,)),
            probe=probe,
            paid=paid,
            max_requests=max_requests,
        ),
        rate=rate,
        interval=poll_interval,
        patience=patience,
        timeout=timeout,
        pause=pause,
        baseline="" if baseline is None else str(baseline),
        accepted=() if baseline is None else _accepted(baseline, place),
        per_worker=per_worker,
        place=place,
    )
    return _test_of(suite)


def _refuse_numbers(given: Mapping[str, object]) -> None:
    """OptionError for numbers that these arguments can't be."""
    for name, value in given.items():
        if not NUMBERS[name].is_met_by(value):
            raise OptionError(f"{name}={value!r}: wanted {NUMBERS[name]}")


def _refuse_odd(target: object, fixture: str | None, validation: str) -> None:
    """OptionError where it is not said what to check, or in an unknown way."""
    if (target is None) == (fixture is None):
        raise OptionError("contract_suite() wants one of these: a URL, a function, or fixture='NAME'")
    if validation not in get_args(Validation):
        raise OptionError(f"validation={validation!r}: wanted 'lenient' or 'strict'")


def _accepted(baseline: str | PathLike[str], place: Place) -> tuple[Accepted, ...]:
    """What a baseline accepts; a relative path begins at the folder of the file in which the suite stands."""
    file = Path(place.file).parent / baseline
    try:
        return accepted_in(file, CHECKS, LISTED, reasons=True)
    except OSError as error:
        raise OptionError(
            f"baseline={str(baseline)!r}: {file} can't be read ({error.strerror}): wanted a file, whose path begins at "
            "the folder of the test file"
        ) from None


# What came of the suites of a session.
RUNS = pytest.StashKey[dict[Suite, Run]]()


def _test_of(suite: Suite) -> Callable[..., None]:
    if suite.target is not None:
        suite.door(suite.target)
    # Which there are has nothing to do with keys, whose lack is told by the first test.
    keyless = replace(suite.assignment, key=None, other_key=None, probe=False, paid=0)
    try:
        cases = cases_of(suite.contract, keyless)
    except CheckError as error:
        raise OptionError(as_arguments(str(error))) from None

    @pytest.mark.parametrize("case", cases, ids=["-".join(filter(None, (case.model, case.rule))) for case in cases])
    def conforms(request: pytest.FixtureRequest, case: Case) -> None:
        """The server keeps what the contract promises."""
        runs = request.session.stash.setdefault(RUNS, {})
        if suite not in runs:
            # A fixture may skip; then nothing was sent yet.
            target = suite.target if suite.fixture is None else request.getfixturevalue(suite.fixture)
            # Whatever ends the run early: it is not begun anew, since it may have been paid for.
            runs[suite] = Run(request.node.nodeid, None, "the checks broke off")
            runs[suite] = Run.of(suite, target, request.node.nodeid)
        runs[suite].tell(case, request.node, suite.place)

    return conforms
