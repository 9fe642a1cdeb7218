"""`reelmock serve`: its options, and what they make."""

import gc
import json
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypedDict

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.payloads import Validation
from reelmock.mockserver.app import create_app
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.control import Control, Restartable
from reelmock.mockserver.control_app import ControlledApp
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.errors import ErrorFormat
from reelmock.mockserver.journal import Entry, Journal
from reelmock.mockserver.live import Server, listen, url_of
from reelmock.mockserver.plan import (
    Hold,
    Immediate,
    Progression,
    Time,
    parse_polls,
    parse_progression,
    parse_span,
)
from reelmock.mockserver.scenario_file import read_scenarios
from reelmock.mockserver.scenarios import Scenarios
from reelmock.mockserver.settings import Settings, SettingsError
from reelmock.mockserver.store import MemoryStore

DEFAULT_QUEUED = "2"
DEFAULT_GENERATING = "8"

logger: Final = logging.getLogger("reelmock")


class ServeOptions(TypedDict):
    """The options of `reelmock serve`, as the command line gives them."""

    spec: str | None
    host: str
    port: int
    api_key: tuple[str, ...]
    progression: str | None
    queued: str | None
    generating: str | None
    immediate: bool
    hold: bool
    polls: str | None
    failure_rate: float
    seed: str | None
    validation: Validation
    error_format: ErrorFormat
    public_url: str | None
    max_body: int
    max_generations: int
    quirk: tuple[str, ...]
    scenarios: Path | None
    credits: int | None
    rate_limit: int | None
    max_concurrent: int | None
    no_control: bool
    control_token: str | None
    ready_file: Path | None
    log_level: str


def progression_of(options: ServeOptions) -> Progression:
    """The progression that the options name. SettingsError when they name more than one."""
    ways: dict[str, Callable[[], Progression]] = {}
    if (text := options["progression"]) is not None:
        ways["--progression"] = lambda: parse_progression(text)
    if options["immediate"]:
        ways["--immediate"] = Immediate
    if options["hold"]:
        ways["--hold"] = Hold
    if (polls := options["polls"]) is not None:
        ways["--polls"] = lambda: parse_polls(polls)
    queued, generating = options["queued"], options["generating"]
    if queued is not None or generating is not None or not ways:
        named = {"--queued": queued, "--generating": generating}
        given = "/".join(name for name, value in named.items() if value is not None)
        ways[given] = lambda: Time(parse_span(queued or DEFAULT_QUEUED), parse_span(generating or DEFAULT_GENERATING))
    if len(ways) > 1:
        raise SettingsError(f"{' and '.join(ways)} contradict each other: give one of them")
    return next(iter(ways.values()))()


def settings_of(options: ServeOptions) -> Settings:
    """The settings that the options name; the seed is drawn when there is none."""
    return Settings(
        progression=progression_of(options),
        failure_rate=options["failure_rate"],
        seed=options["seed"] if options["seed"] is not None else secrets.token_hex(4),
        validation=options["validation"],
        error_format=options["error_format"],
        api_keys=options["api_key"],
        public_url=options["public_url"],
        max_body=options["max_body"],
        quirks=options["quirk"],
        credits=options["credits"],
        rate_limit=options["rate_limit"],
        max_concurrent=options["max_concurrent"],
    )


def control_token_of(options: ServeOptions) -> str | None:
    """The token of the control API, drawn unless one is given; None where there is no such API.

    SettingsError for a token without use for it.
    """
    token = options["control_token"]
    if options["no_control"]:
        if token is not None:
            raise SettingsError("--no-control and --control-token contradict each other: give one of them")
        return None
    return secrets.token_urlsafe(16) if token is None else token


def run_server(options: ServeOptions, say: Callable[[Engine, str, str | None], None]) -> None:
    """Serve until a signal comes; `say` is told the engine, the URL and the control token once the server answers.

    ContractError, RuleError, SettingsError, PlanError or ListenError for options that can't be used.
    """
    settings = settings_of(options)
    if (ready_file := options["ready_file"]) is not None and not ready_file.parent.is_dir():
        raise SettingsError(f"there is no folder '{ready_file.parent}' for the ready file: make it, or give another")
    token, clock = control_token_of(options), RunningClock()
    fake = Restartable(_engines(options, settings, clock))

    async def refuse(seconds: float) -> None:
        await server.refuse(seconds)

    control = None if token is None else Control(fake, clock, token, (options["host"],), refuse)
    listener = listen(options["host"], options["port"])
    url = url_of(listener)

    def ready() -> None:
        if ready_file is not None:
            write_ready_file(ready_file, url)
        say(fake.engine, url, token)

    # What is loaded by now stays; generations are plain records without circles. So the collector need not look often.
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
    app = create_app(fake.engine) if control is None else ControlledApp(control)
    server = Server(app, ready, options["log_level"])
    server.run(sockets=[listener])


def _engines(options: ServeOptions, settings: Settings, clock: RunningClock) -> Callable[[], Engine]:
    """Makes engines that are alike, each with nothing in it yet but the rules of the start."""
    contract: Contract = load_contract(options["spec"])
    rules = read_scenarios(options["scenarios"], contract, settings.api_keys) if options["scenarios"] else ()
    listener = _log if logger.isEnabledFor(logging.INFO) else None
    return lambda: Engine(
        contract,
        clock,
        settings,
        store=MemoryStore(options["max_generations"]),
        journal=Journal(listener=listener),
        scenarios=Scenarios(rules, settings.seed),
    )


def write_ready_file(file: Path, url: str) -> None:
    """Write `{"url": …, "pid": …}` so that nobody ever reads half of it."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(json.dumps({"url": url, "pid": os.getpid()}) + "\n", encoding="utf-8")
    draft.replace(file)


def _log(entry: Entry) -> None:
    logger.info("%s", entry)
