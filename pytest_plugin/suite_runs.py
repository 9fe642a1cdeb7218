"""What a `contract_suite` is, what comes of it when its first test runs, and what that means to each of its tests."""

import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from inspect import iscoroutine, iscoroutinefunction
from traceback import format_exception
from typing import TypeAlias

import pytest

from reelmock import __version__
from reelmock.contracts.accepted import Accepted
from reelmock.contracts.check_baseline import left_by_baseline
from reelmock.contracts.check_cases import NOTHING_SENT
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.http_client import HttpClient, paced
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_secrets import masker
from reelmock.contracts.report_text import finding_lines
from reelmock.contracts.runner import Assignment, CheckError, run_checks, secrets_of
from reelmock.contracts.trials import Send
from reelmock.contracts.wire_form import UrlError, is_loopback
from reelmock.mockserver.check_setup import usual_pace
from reelmock.pytest_plugin.callers import OURS, Place
from reelmock.pytest_plugin.fixtures import failure
from reelmock.pytest_plugin.options import OptionError

# So many findings of a test are told with what proves them; of the others, what was found.
IN_FULL = 10

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

    def run(self, target: object) -> Report:
        """The report on a server. CheckError, OptionError or UrlError where it can't be checked."""
        job = self.assignment
        if (job.paid or job.probe) and not self.per_worker and "PYTEST_XDIST_WORKER" in os.environ:
            asked = f"paid={job.paid}" if job.paid else "probe=True"
            raise OptionError(
                f"{asked} may make generations that are charged, and each worker of pytest-xdist would make its own: "
                "run these tests with -n 0, or give per_worker=True where generations cost nothing"
            )
        name, send, near = self.door(target)
        pace = usual_pace(self.contract, near=near).but(self.rate, self.interval, self.patience)
        return run_checks(
            self.contract,
            send if pace.rate is None else paced(send, self.pause, pace.rate),
            replace(job, interval=pace.interval, patience=pace.patience),
            target=name,
            pause=self.pause,
        )

    def door(self, target: object) -> tuple[str, Send, bool]:
        """The name of a server, what sends to it, and whether it is on this machine."""
        if isinstance(target, str):
            return target, HttpClient(target, __version__, self.timeout).send, is_loopback(target)
        whence = f"the fixture '{self.fixture}' gave" if self.fixture else "contract_suite() got"
        name = str(getattr(target, "__name__", type(target).__name__))
        if not callable(target):
            raise OptionError(
                f"{whence} {name}: wanted the URL of a server, or a function that takes a reelmock.Request and returns "
                "a reelmock.Response"
            )
        if iscoroutinefunction(target) or iscoroutinefunction(type(target).__call__):
            raise OptionError(
                f"{whence} {name}, which is async: wanted a function that returns a reelmock.Response itself, such as "
                "one that calls asyncio.run()"
            )
        # No server, but a URL in form, which `curl` lines begin with: within this machine, as its results may be.
        return f"http://{(self.fixture or name).strip('<>')}.localhost", _sending(target, name), True


@dataclass(frozen=True)
class Run:
    """What came of a suite, of which the test `first` wanted to know first: a report, or the problem that ended it."""

    first: str
    report: Report | None
    problem: str = ""

    @classmethod
    def of(cls, suite: Suite, target: object, first: str) -> "Run":
        """The run of a suite. Whatever goes wrong in it is told as text: a traceback could show keys."""
        clean = masker(secrets_of(suite.assignment))
        try:
            report = suite.run(target)
        except (CheckError, OptionError, UrlError) as error:
            return cls(first, None, as_arguments(clean(str(error))))
        except (Exception, pytest.fail.Exception) as error:
            told = f"the checks broke off: {type(error).__name__}: {error}\n\n{_traceback(error)}"
            return cls(first, None, clean(told))
        return cls(first, replace(report, findings=_not_accepted(report, suite)))

    @cached_property
    def _skipped(self) -> dict[Key, str]:
        """Rule and model → why that was not looked at, or ""."""
        cases = self.report.cases if self.report else ()
        return {(case.rule, case.model): case.skipped for case in cases}

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
        told = _text(findings, Severity.ERROR)
        if warning := _text(findings, Severity.WARNING):
            try:
                place.warn(ContractWarning(as_arguments(warning)))
            except ContractWarning as error:  # with `-W error`, where it may not stand before drift
                told = "\n".join(filter(None, (told, f"ContractWarning: {error}")))
        if told:
            raise failure(told)
        if skipped := self._skipped.get(key, NOTHING_SENT):
            pytest.skip(as_arguments(skipped))


def as_arguments(text: str) -> str:
    """`text` with the options of `reelmock check` as the arguments of `contract_suite`."""
    return OPTION.sub(lambda found: "models" if found[1] == "model" else found[1].replace("-", "_"), text)


def _text(findings: Iterable[Finding], severity: Severity) -> str:
    """What was found of a severity, and what proves the first of it."""
    told = [finding_lines(finding) for finding in findings if finding.severity is severity]
    return "\n".join(line for number, lines in enumerate(told) for line in (lines if number < IN_FULL else lines[:1]))


def _not_accepted(report: Report, suite: Suite) -> tuple[Finding, ...]:
    job = suite.assignment
    unless = "" if job.paid else "what --paid or --probe shows"
    return left_by_baseline(report, suite.accepted, suite.baseline, models=job.models, unless=unless)


def _traceback(error: BaseException) -> str:
    """Where an error comes from, as Python shows it; it begins where our code called another's."""
    trace = error.__traceback__
    while trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith(OURS):
        trace = trace.tb_next
    return "".join(format_exception(type(error), error, trace or error.__traceback__))


def _sending(function: Callable[[Request], object], name: str) -> Send:
    """What sends by a function of the user's. OptionError, which ends a run, where it returns no reply."""

    def send(request: Request) -> Response:
        came = function(request)
        if iscoroutine(came):
            came.close()  # so that Python does not warn that nobody awaited it
        return _reply(came, f"{name}() answered {request.method} {request.path} with")

    return send


def _reply(came: object, answered: str) -> Response:
    """What a function returned, as a reply that can be judged. OptionError where it is none; `answered` begins its
    text."""
    if not isinstance(came, Response):
        example = "Response(404, (('content-type', 'application/json'),), b'{}')"
        raise OptionError(f"{answered} {_shown(came)}: wanted a reelmock.Response, such as {example}")
    status: object = came.status
    body: object = came.body
    if not (isinstance(status, int) and 100 <= status <= 999):
        raise OptionError(f"{answered} a Response whose status is {_shown(status)}: wanted a number from 100 to 999")
    if not isinstance(body, bytes):
        raise OptionError(f"{answered} a Response whose body is {_shown(body)}: wanted bytes, such as text.encode()")
    return Response(int(status), tuple(_fields(came.headers, answered)), body)


def _fields(headers: object, answered: str) -> Iterator[tuple[str, str]]:
    """Headers, in pairs or a mapping, as pairs whose names are in lower case. OptionError where they are neither."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    for pair in pairs if isinstance(pairs, Iterable) else [pairs]:
        match pair:
            case (str(name), str(value)):
                yield name.lower(), value
            case _:
                raise OptionError(f"{answered} a Response with {_shown(pair)} in its headers: wanted pairs of texts")


def _shown(value: object) -> str:
    """What came, in a message: of what may be a secret, the type alone."""
    if isinstance(value, tuple):
        return f"({', '.join(map(_shown, value))})"
    if value is None or isinstance(value, int):
        return repr(value)
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
