"""What `reelmock check` will do: everything is settled, announced and refused here, and nothing is sent yet."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from reelmock import __version__
from reelmock.contracts.accepted import Accepted, accepted_in
from reelmock.contracts.check_run import Enough
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.http_client import HttpClient, paced
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import printable
from reelmock.contracts.places import value_at
from reelmock.contracts.recorded_run import judge_attempts
from reelmock.contracts.recordings import RecordingError, read_recording
from reelmock.contracts.report import Case, Report
from reelmock.contracts.report_secrets import masker
from reelmock.contracts.runner import Assignment, CheckError, cases_of, run_checks
from reelmock.contracts.trials import Send
from reelmock.contracts.wire_form import UrlError, is_loopback
from reelmock.mockserver.check_options import CheckOptions
from reelmock.mockserver.check_price import announcement
from reelmock.mockserver.check_recording import attempts_of, files_in, keys_to_mask, named
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

Given = TypeVar("Given")
Made = TypeVar("Made")


@dataclass(slots=True)
class Tally:
    """What a check has sent so far, in case that it is broken off: requests, payloads that may have been taken, and the
    ids of what they made. `interrupted` is whether Ctrl-C broke it off.

    `costs` tells whether a payload that is taken may be charged, `made` the id in the reply to it, or "".
    """

    costs: Callable[[Request], bool] = field(default=lambda _: False, repr=False)
    made: Callable[[Request, Response], str] = field(default=lambda *_: "", repr=False)
    sent: int = 0
    taken: int = 0
    ids: list[str] = field(default_factory=list)
    interrupted: bool = False

    def counting(self, send: Send) -> Send:
        """`send`, counted."""

        def counted(request: Request) -> Response:
            self.sent += 1
            # Unless a reply refuses it: what became of a payload whose reply is lost is not known.
            may_cost = request.method == "POST" and self.costs(request)
            self.taken += may_cost
            response = send(request)
            self.taken -= may_cost and 400 <= response.status < 500
            if may_cost and 200 <= response.status < 300 and (name := self.made(request, response)):
                self.ids.append(name)
            return response

        return counted

    def ending(self, act: Callable[[Given], Made]) -> Callable[[Given], Made]:
        """`act`, where Ctrl-C ends the run, so that what has come so far is judged and told."""

        def acted(given: Given) -> Made:
            try:
                return act(given)
            except KeyboardInterrupt:
                self.interrupted = True
                raise Enough from None

        return acted

    @property
    def charged(self) -> str:
        """What may have been charged, with the ids that are known, or "" where nothing was."""
        if not self.taken:
            return ""
        known = f" (made: {', '.join(self.ids)})" if self.ids else ""
        return f"{self.taken} generation{'s' * (self.taken != 1)} may have been charged{known}"

    def __str__(self) -> str:
        sent = f"broken off after {self.sent} request{'s' * (self.sent != 1)}"
        return "; ".join(filter(None, (sent, self.charged)))


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
    if (paths := options["recording"]) is not None:
        found = _of_recordings(options, contract, paths, names, keys_to_mask(options, environment))
    elif (url := options["url"]) is not None:
        found = _of_server(options, contract, url, names, environment)
    else:
        raise CheckError("there is nothing to check: give a URL, such as http://127.0.0.1:4010, or --recording FILE")
    if (baseline := options["baseline"]) is None:
        return found
    return replace(found, baseline=_accepted_in(baseline))


def _accepted_in(file: Path) -> tuple[Accepted, ...]:
    try:
        return accepted_in(file, CHECKS, "reelmock check --list-checks", reasons=True)
    except OSError as error:
        raise CheckError(f"the baseline '{file}' can't be read ({error.strerror}): check the path") from None


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
        raise CheckError(f"nothing would be checked: {_reasons(cases)}")
    models = [model for model in contract.models if model.id in {case.model for case in cases}]
    told = announcement(contract, models, options["paid"], url) if options["paid"] else []
    keyless = not any(route.bearer for route in contract.job_routes)
    clean = masker(keys.secrets)
    tally = Tally(
        lambda request: keyless or keys.carried_by(request),
        lambda request, response: printable(clean(_id_in(contract, request, response))),
    )
    counted = tally.counting(client.send)
    # Pausing is no part of what is counted: Ctrl-C in it leaves nothing unknown.
    send = tally.ending(counted if pace.rate is None else paced(counted, pause, pace.rate))

    def run(tell: Tell) -> Report:
        try:
            return run_checks(contract, send, assignment, target=url, pause=tally.ending(pause), tell=tell)
        except CheckError as error:
            told = ". ".join(filter(None, (str(error), tally.charged)))
            raise CheckError(printable(clean(told))) from None

    return Plan(
        url,
        run,
        notes=keys.notes,
        announcement=tuple(told),
        tally=tally,
    )


def _reasons(cases: Sequence[Case]) -> str:
    """Why nothing is sent for these cases, each reason once."""
    rules: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for case in cases:
        rules[case.skipped][case.rule] = None
    return "; ".join(f"{', '.join(names)}: {reason}" for reason, names in rules.items())


def _id_in(contract: Contract, request: Request, response: Response) -> str:
    """The id of the generation that a request made; "" where the reply tells none."""
    try:
        body = parse_json(response.body)
    except BodyError:
        return ""
    made = [route.places(route.create).id for route in contract.job_routes if route.create.path == request.path]
    ids = (value_at(body, place) for place in made)
    return next((str(one) for one in ids if isinstance(one, str | int)), "")


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


def _of_recordings(
    options: CheckOptions, contract: Contract, paths: Sequence[Path], names: tuple[str, ...], keys: Sequence[str]
) -> Plan:
    target = named(paths)
    recordings = [read_recording(file) for file in files_in(paths)]
    attempts = attempts_of(contract, recordings, options["model"], target)
    secrets = {*keys, *(secret for recording in recordings for secret in recording.secrets)}
    return Plan(
        target,
        lambda _: judge_attempts(contract, attempts, target, options["validation"], names, secrets=secrets),
    )
