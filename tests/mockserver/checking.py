"""What the tests of `reelmock check` share: its options, the command in this process, and fakes on a socket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from click.testing import CliRunner, Result

from reelmock.mockserver.app import create_app
from reelmock.mockserver.check_options import CheckOptions
from reelmock.mockserver.cli import main
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.live import LiveServer

RECORDINGS = Path(__file__).parent.parent / "data" / "recordings"

KEY, OTHER = "sk-first-0123456789", "sk-other-9876543210"

NOTHING: dict[str, Any] = {
    **dict.fromkeys(("url", "recording", "spec", "api_key", "other_api_key", "baseline")),
    **dict.fromkeys(("max_requests", "rate", "poll_interval", "patience", "timeout")),
    **dict.fromkeys(("probe", "yes", "list_checks", "github"), False),
    "validation": "lenient",
    "model": "*",
    "paid": 0,
    "checks": (),
    "reports": (),
}


def options(**given: object) -> CheckOptions:
    """What the command gets from a command line that says what is given."""
    return cast(CheckOptions, NOTHING | given)


def run(*arguments: str | Path, environment: dict[str, str] | None = None) -> Result:
    """`reelmock check` with these arguments, and no key in the environment but those that are given."""
    keys: dict[str, str | None] = {"AIMLAPI_API_KEY": None, "AIMLAPI_OTHER_API_KEY": None}
    return CliRunner(env=keys | (environment or {})).invoke(main, ["check", *map(str, arguments)])


@contextmanager
def fake(new_engine: Callable[..., Engine], **settings: Any) -> Iterator[tuple[str, Engine]]:
    """The URL of a fake that takes `KEY` and `OTHER`, and its engine."""
    engine = new_engine(clock=RunningClock(), **{"api_keys": (KEY, OTHER), "progression": "polls:1,1"} | settings)
    with LiveServer(create_app(engine)) as server:
        yield server.url, engine


def charged(engine: Engine) -> int:
    """How many generations were made at a fake."""
    return sum(entry.method == "POST" and entry.response.status == 200 for entry in engine.journal.entries())
