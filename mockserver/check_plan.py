"""What `reelmock check` will do: everything is settled, announced and refused here, and nothing is sent yet."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from reelmock import __version__
from reelmock.contracts.accepted import Accepted, accepted_in
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.http_client import HttpClient, paced
from reelmock.contracts.recordings import RecordingError, read_recording
from reelmock.contracts.report import Report
from reelmock.contracts.runner import Assignment, CheckError, cases_of, judge_attempts, run_checks
from reelmock.contracts.trials import Send
from reelmock.contracts.wire_form import UrlError, is_loopback
from reelmock.mockserver.check_options import CheckOptions
from reelmock.mockserver.check_price import announcement
from reelmock.mockserver.check_recording import attempts_of
from reelmock.mockserver.check_setup import (
    Keys,
    Pace,
    keys_of,
    names_of,
    refuse_contradictions,
    refuse_reports,
    usual_pace,
)
from reelmock.mockserver.clock import pause

# What a user can mend.
ERRORS = (CheckError, RecordingError, UrlError)

# After how many seconds of silence a server counts as gone.
TIMEOUT = 30.0

# Told how many requests are done, and how many there will be as far as is known.
Tell: TypeAlias = Callable[[int, int], object]


@dataclass(slots=True)
class Tally:
    """What a check has sent so far, in case that it is broken off: requests, and payloads that were taken.

    `costs` tells whether a payload that is taken may be charged.
    """

    costs: Callable[[Request], bool] = field(default=lambda _: False, repr=False)
    sent: int = 0
    taken: int = 0

    def counting(self, send: Send) -> Send:
        """`send`, counted."""

        def counted(request: Request) -> Response:
            self.sent += 1
            # Until a reply says otherwise: what became of a payload whose reply is lost is not known.
            may_cost = request.method == "POST" and self.costs(request)
            self.taken += may_cost
            response = send(request)
            self.taken -= may_cost and not 200 <= response.status < 300
            return response

        return counted

    def __str__(self) -> str:
        sent = f"{self.sent} request{'s' * (self.sent != 1)}"
        made = f"; {self.taken} generation{'s' * (self.taken != 1)} may have been charged" if self.taken else ""
        return f"broken off after {sent}{made}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A check of which everything is settled and nothing is done yet.

    `target` is what is judged, as it was named; `notes` are for the user, `announcement` says what the check may cost
    (nothing where it costs nothing); `run` does it. CheckError where it can't run.
    """

    target: str
    run: Callable[[Tell], Report]
    baseline: tuple[Accepted, ...] = ()
    notes: tuple[str, ...] = ()
    announcement: tuple[str, ...] = ()
    tally: Tally = field(default_factory=Tally)


def plan(options: CheckOptions, environment: Mapping[str, str]) -> Plan:
    """What the options ask for. CheckError, ContractError, RecordingError or UrlError where they can't be used."""
    refuse_contradictions(options)
    refuse_reports(options["reports"])
    names = names_of(options["checks"])
    contract = load_contract(options["spec"])
    if (file := options["recording"]) is not None:
        found = _of_recording(options, contract, file, names)
    elif (url := options["url"]) is not None:
        found = _of_server(options, contract, url, names, environment)
    else:
        raise CheckError("there is nothing to check: give a URL, such as http://127.0.0.1:4010, or --recording FILE")
    if (baseline := options["baseline"]) is None:
        return found
    return replace(found, baseline=accepted_in(baseline, CHECKS, "reelmock check --list-checks", reasons=True))


def _of_server(
    options: CheckOptions, contract: Contract, url: str, names: tuple[str, ...], environment: Mapping[str, str]
) -> Plan:
    client = HttpClient(url, __version__, options["timeout"] or TIMEOUT)
    keys = keys_of(options, environment, contract, url)
    pace = usual_pace(contract, near=is_loopback(url)).but(
        options["rate"], options["poll_interval"], options["patience"]
    )
    assignment = _assignment(options, keys, pace, names)
    cases = cases_of(contract, assignment)
    if all(case.skipped for case in cases):
        raise CheckError(f"nothing would be checked: {cases[0].rule} {cases[0].skipped}")
    models = [model for model in contract.models if model.id in {case.model for case in cases}]
    told = announcement(contract, models, options["paid"], url) if options["paid"] else []
    keyless = not any(route.bearer for route in contract.job_routes)
    tally = Tally(lambda request: keyless or keys.carried_by(request))
    send = tally.counting(client.send if pace.rate is None else paced(client.send, pause, pace.rate))
    return Plan(
        url,
        lambda tell: run_checks(contract, send, assignment, target=url, pause=pause, tell=tell),
        notes=keys.notes,
        announcement=tuple(told),
        tally=tally,
    )


def _assignment(options: CheckOptions, keys: Keys, pace: Pace, names: tuple[str, ...]) -> Assignment:
    return Assignment(
        keys.own,
        keys.other,
        options["validation"],
        options["model"],
        names,
        probe=options["probe"],
        paid=options["paid"],
        interval=pace.interval,
        patience=pace.patience,
        max_requests=options["max_requests"] or Assignment.max_requests,
    )


def _of_recording(options: CheckOptions, contract: Contract, file: Path, names: tuple[str, ...]) -> Plan:
    recording = read_recording(file)
    attempts = attempts_of(contract, recording, options["model"])
    return Plan(
        str(file),
        lambda _: judge_attempts(
            contract, attempts, str(file), options["validation"], names, secrets=recording.secrets
        ),
    )
