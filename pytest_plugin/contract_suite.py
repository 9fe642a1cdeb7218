"""Ready-made tests for a server: each check of the contract as a test, for a project's staging URL or its own fake."""

from collections.abc import Callable, Collection
from dataclasses import replace
from os import PathLike
from pathlib import Path

import pytest

from reelmock.contracts.accepted import accepted_in
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.payloads import Validation
from reelmock.contracts.report import Case
from reelmock.contracts.runner import Assignment, CheckError, cases_of
from reelmock.contracts.trials import Send
from reelmock.mockserver.clock import pause as real_pause
from reelmock.pytest_plugin.callers import caller
from reelmock.pytest_plugin.options import OptionError
from reelmock.pytest_plugin.suite_runs import ContractWarning, Run, Suite, as_arguments

__all__ = ["ContractWarning", "contract_suite"]

# What lists the names of the checks, for messages.
LISTED = "reelmock check --list-checks"


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

    The first test sends all that is to be sent. OptionError for a value that an argument can't have, ContractError or
    OSError for a baseline that can't be read, UrlError for a URL that can't be asked.
    """
    # An empty text is what becomes of a secret of CI that is not set.
    assignment = Assignment(
        key=api_key or None,
        other_key=other_api_key or None,
        validation=validation,
        models=models,
        checks=(checks,) if isinstance(checks, str) else (*checks,),
        probe=probe,
        paid=paid,
        max_requests=max_requests,
    )
    # So that no traceback shows them, not even with --showlocals.
    del api_key, other_api_key
    return _test_of(
        Suite(
            target=target,
            fixture=fixture,
            contract=contract or load_contract(),
            assignment=assignment,
            rate=rate,
            interval=poll_interval,
            patience=patience,
            timeout=timeout,
            pause=pause,
            baseline="" if baseline is None else str(baseline),
            accepted=() if baseline is None else accepted_in(Path(baseline), CHECKS, LISTED, reasons=True),
            per_worker=per_worker,
            place=caller(),
        )
    )


# What came of the suites of a session.
RUNS = pytest.StashKey[dict[Suite, Run]]()


def _test_of(suite: Suite) -> Callable[..., None]:
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
