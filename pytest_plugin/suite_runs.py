"""What a `contract_suite` is, what comes of it when its first test runs, and what that means to each of its tests."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from traceback import format_exception
from typing import TypeAlias, get_args

import pytest

from reelmock import __version__
from reelmock.contracts.accepted import Accepted, left
from reelmock.contracts.contract import Contract
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.http_client import HttpClient, paced
from reelmock.contracts.payloads import Validation
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_secrets import SHORT, masker
from reelmock.contracts.report_text import finding_lines
from reelmock.contracts.runner import Assignment, CheckError, run_checks
from reelmock.contracts.trials import Send
from reelmock.contracts.wire_form import UrlError, is_loopback
from reelmock.mockserver.check_setup import usual_pace
from reelmock.pytest_plugin.callers import Place
from reelmock.pytest_plugin.fixtures import failure
from reelmock.pytest_plugin.options import OptionError

# So many findings of a test are told with what proves them; of the others, what was found.
IN_FULL = 10

# Why a test is skipped where the run itself has no reason.
NOTHING_SENT = "nothing that was sent is about this"

# An option of `reelmock check` in a text.
OPTION = re.compile(r"(?<![^\s(])--([a-z][a-z-]*)")

# A rule, and a model or "".
Key: TypeAlias = tuple[str, str]


class ContractWarning(UserWarning):
    """Something about a server that is no drift, and that somebody has to look at; or a line of a baseline that covers
    nothing any more."""


@dataclass(frozen=True, eq=False)
class Suite:
    """What one `contract_suite` was given; `place` is the line on which it stands."""

    target: str | Send | None
    fixture: str | None
    contract: Contract
    assignment: Assignment
    rate: float | None
    interval: float | None
    patience: float | None
    timeout: float
    pause: Callable[[float], object]
    baseline: str
    accepted: tuple[Accepted, ...]
    per_worker: bool
    place: Place

    def __post_init__(self) -> None:
        if (self.target is None) == (self.fixture is None):
            raise OptionError("contract_suite() wants one of these: a URL, a function, or fixture='NAME'")
        if self.target is not None:
            self._door(self.target)
        if self.assignment.validation not in get_args(Validation):
            raise OptionError(f"validation={self.assignment.validation!r}: wanted 'lenient' or 'strict'")
        if self.assignment.paid < 0:
            raise OptionError(f"paid={self.assignment.paid}: wanted how many generations may be charged, from 0")

    def run(self, target: object) -> Report:
        """The report on a server. CheckError, OptionError or UrlError where it can't be checked."""
        job = self.assignment
        if (job.paid or job.probe) and not self.per_worker and "PYTEST_XDIST_WORKER" in os.environ:
            asked = f"paid={job.paid}" if job.paid else "probe=True"
            raise OptionError(
                f"{asked} may make generations that are charged, and each worker of pytest-xdist would make its own: "
                "run these tests with -n 0, or give per_worker=True where generations cost nothing"
            )
        name, send, near = self._door(target)
        pace = usual_pace(self.contract, near=near).but(self.rate, self.interval, self.patience)
        return run_checks(
            self.contract,
            send if pace.rate is None else paced(send, self.pause, pace.rate),
            replace(job, interval=pace.interval, patience=pace.patience),
            target=name,
            pause=self.pause,
        )

    def _door(self, target: object) -> tuple[str, Send, bool]:
        """The name of a server, what sends to it, and whether it is on this machine."""
        if isinstance(target, str):
            return target, HttpClient(target, __version__, self.timeout).send, is_loopback(target)
        if callable(target):
            # No server, but a URL in form, which `curl` lines begin with: within this machine, as its results may be.
            name = self.fixture or str(getattr(target, "__name__", type(target).__name__))
            return f"http://{name.strip('<>')}.localhost", target, True
        whence = f"the fixture '{self.fixture}' gave" if self.fixture else "contract_suite() got"
        raise OptionError(
            f"{whence} {type(target).__name__}: wanted the URL of a server, or a function that takes a "
            "reelmock.Request and returns a reelmock.Response"
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys, and the nearly right ones that the checks send: longer ones come first."""
        keys = [key for key in (self.assignment.key, self.assignment.other_key) if key is not None]
        near = [form for key in keys for form in (key.swapcase(), key[:-1]) if len(form) >= SHORT]
        return tuple(sorted((*keys, *near), key=len, reverse=True))

    def masked(self, text: str) -> str:
        """`text` without them."""
        return masker(self.secrets)(text)


@dataclass(frozen=True)
class Run:
    """What came of a suite, of which the test `first` wanted to know first: a report, or the problem that ended it."""

    first: str
    report: Report | None
    problem: str = ""

    @classmethod
    def of(cls, suite: Suite, target: object, first: str) -> "Run":
        """The run of a suite. Whatever goes wrong in it is told as text: a traceback could show keys."""
        try:
            report = suite.run(target)
        except (CheckError, OptionError, UrlError) as error:
            return cls(first, None, as_arguments(suite.masked(str(error))))
        except (Exception, pytest.fail.Exception) as error:
            told = f"the checks broke off: {type(error).__name__}: {error}\n\n{''.join(format_exception(error))}"
            return cls(first, None, suite.masked(told))
        looked_at = {case.rule for case in report.cases if not case.skipped}
        kept = left(report.findings, suite.accepted, suite.baseline, judged=lambda one: one.id in looked_at)
        return cls(first, replace(report, findings=kept))

    @cached_property
    def _skipped(self) -> dict[Key, str]:
        """Rule and model → why that was not looked at, or ""."""
        cases = self.report.cases if self.report else ()
        return {(case.rule, case.model): case.skipped or ("" if case.requests else NOTHING_SENT) for case in cases}

    @cached_property
    def _found(self) -> Mapping[Key | None, Sequence[Finding]]:
        """What each test has to tell: what is about its rule and model. What is about all models is told by the first
        test of the rule, and by None what is about no rule."""
        firsts = {rule: (rule, model) for rule, model in reversed(self._skipped)}
        found: defaultdict[Key | None, list[Finding]] = defaultdict(list)
        for finding in self.report.findings if self.report else ():
            own = (finding.id, finding.model)
            found[own if own in self._skipped else firsts.get(finding.id)].append(finding)
        return found

    def tell(self, case: Case, node: pytest.Item, place: Place) -> None:
        """Let a test pass, fail, be skipped or warn at `place`, by what was found."""
        if self.report is None:
            if node.nodeid == self.first:
                raise failure(self.problem)
            pytest.skip(f"{self.first} says why this could not be checked")
        key = (case.rule, case.model)
        findings = [*self._found.get(key, ()), *(self._found.get(None, ()) if node.nodeid == self.first else ())]
        if learned := _text(findings, Severity.INFO):
            node.add_report_section("call", "learned", learned)
        if warning := _text(findings, Severity.WARNING):
            place.warn(ContractWarning(as_arguments(warning)))
        if drift := _text(findings, Severity.ERROR):
            raise failure(drift)
        if skipped := self._skipped.get(key, NOTHING_SENT):
            pytest.skip(as_arguments(skipped))


def as_arguments(text: str) -> str:
    """`text` with the options of `reelmock check` as the arguments of `contract_suite`."""
    return OPTION.sub(lambda found: "models" if found[1] == "model" else found[1].replace("-", "_"), text)


def _text(findings: Iterable[Finding], severity: Severity) -> str:
    """What was found of a severity, and what proves the first of it."""
    told = [finding_lines(finding) for finding in findings if finding.severity is severity]
    return "\n".join(line for number, lines in enumerate(told) for line in (lines if number < IN_FULL else lines[:1]))
