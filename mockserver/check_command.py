"""The command line of contract checks: `reelmock check`."""

import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, Unpack

import click

from reelmock.mockserver.check_options import CheckOptions
from reelmock.mockserver.cli_errors import CommandError, told_in_one_line

if TYPE_CHECKING:
    from reelmock.contracts.report import Report
    from reelmock.mockserver.check import Plan

# What a shell calls the end by Ctrl-C.
INTERRUPTED = 130

EXAMPLES = """
\b
Examples:
  reelmock check http://127.0.0.1:4010                    a fake on this machine
  reelmock check https://api.aimlapi.com                  the real API, free of charge
  reelmock check https://api.aimlapi.com --paid 2         and two real generations, after you have agreed
  reelmock check --recording traffic.har                  what your own client sent and got
  reelmock check URL --baseline accepted.txt --report check.xml --github

\b
What it may cost:
  by default  nothing: no payload is ever sent with your key
  --probe     nothing if the API refuses what its document refuses; stops at the first payload that is taken
  --paid N    at most N generations, announced with their price beforehand

Pace: on this machine as fast as it goes, a poll every 0.2 s for 30 s; elsewhere 5 requests a second, a poll as often as
the document says (or every 15 s) for 900 s.

Exit code: 0 conforms (what was learned, and warnings, are allowed); 1 drift; 2 the check could not run; 130 Ctrl-C.
"""


def number(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    """The value of an option; a usage error for NaN, which lies within all bounds."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is no number.")
    return value


def some(_: click.Context, __: click.Parameter, values: tuple[Path, ...]) -> tuple[Path, ...] | None:
    """What was given once or more often; None where nothing was."""
    return values or None


SOME = click.FloatRange(0.001, 86_400)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(epilog=EXAMPLES)
@click.argument("url", required=False)
@click.option(
    "--recording",
    type=click.Path(path_type=Path),
    multiple=True,
    callback=some,
    metavar="PATH",
    help="Judge a HAR file, a VCR cassette, or a folder of them instead of a server; repeatable.",
)
@click.option("--spec", type=FILE, metavar="FILE", help="OpenAPI document to judge by instead of the shipped one.")
@click.option(
    "--api-key",
    metavar="KEY",
    help="A key that the server takes; '' for none.  [default: $AIMLAPI_API_KEY, for the document's servers and this "
    "machine]",
)
@click.option(
    "--other-api-key",
    metavar="KEY",
    help="A key of another account, which must not see the first one's generations.  [default: "
    "$AIMLAPI_OTHER_API_KEY, likewise]",
)
@click.option(
    "--validation",
    default="lenient",
    show_default=True,
    type=click.Choice(["lenient", "strict"]),
    help="Whether the server takes what the real API takes, or the schema as written.",
)
@click.option("--model", default="*", metavar="GLOB", help="Only models with an id like this.  [default: all]")
@click.option("--probe", is_flag=True, help="Also send payloads that have to be refused, with the key.")
@click.option("--paid", default=0, type=click.IntRange(0), metavar="N", help="Make at most N generations, and --probe.")
@click.option("--yes", is_flag=True, help="Do not ask before --paid.")
@click.option("--checks", multiple=True, metavar="A,B", help="Only these checks; repeatable.  [default: all]")
@click.option("--list-checks", is_flag=True, help="Show the checks and end.")
@click.option("--max-requests", type=click.IntRange(1), metavar="N", help="Send at most N requests.  [default: 2000]")
@click.option("--rate", type=SOME, callback=number, metavar="R", help="Requests a second.  [default: see below]")
@click.option(
    "--poll-interval", type=SOME, callback=number, metavar="S", help="Seconds between polls.  [default: see below]"
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 86_400),
    callback=number,
    metavar="S",
    help="Seconds to wait for a result.  [default: see below]",
)
@click.option("--timeout", type=SOME, callback=number, metavar="S", help="Seconds to wait for a reply.  [default: 30]")
@click.option(
    "--baseline",
    type=FILE,
    metavar="FILE",
    help="Accepted findings: a line `CHECK [CASE] # REASON` for each; CASE is a glob for what stands behind `at`.",
)
@click.option("--report", "reports", type=FILE, multiple=True, metavar="FILE", help="Write .xml (JUnit) or .json too.")
@click.option("--github", is_flag=True, help="Print findings as annotations for a workflow.")
def check(**options: Unpack[CheckOptions]) -> None:
    """Judge a server, or a recording of its traffic, by the OpenAPI document.

    URL is where the API is, with http or https. Nothing that could be charged to your key is sent unless you ask for it
    with --probe or --paid.
    """
    # Here, because nothing but this command needs the checks and a client.
    from reelmock.mockserver.check import ERRORS, check_list, conclude, could_not_run, plan, write_reports  # noqa: PLC0415

    columns = shutil.get_terminal_size().columns
    with _ending():
        if options["list_checks"]:
            _show(check_list(min(columns, 100)))
            return
        try:
            planned, report = _checked(options, plan, ERRORS)
        except CommandError as error:
            with suppress(OSError):  # why it could not run is told all the same
                write_reports(could_not_run(options, error.message))
            raise
        done = conclude(planned, report, options, columns if _is_terminal(sys.stdout) else None)
        try:
            with told_in_one_line():
                write_reports(done.files)
        finally:  # what was found is shown all the same: it may have been paid for
            _show(done.lines)
        if planned.tally.interrupted:
            raise KeyboardInterrupt(str(planned.tally))
        sys.exit(done.code)


@contextmanager
def _ending() -> Iterator[None]:
    """Ends the program with what happened to it: none of that is drift, which has the code 1."""
    try:
        if sys.stdout is None:
            raise CommandError("there is no output to write to: give one, such as > check.txt or > /dev/null")
        yield
    except KeyboardInterrupt as error:
        told, code = f"Interrupted: {error}" if error.args else "Interrupted", INTERRUPTED
    except CommandError as error:
        told, code = f"Error: {error.message}", error.exit_code
    except BrokenPipeError:  # who reads, such as `head`, has seen enough
        told, code = "", CommandError.exit_code
    except OSError as error:
        told, code = f"Error: the output can't be written ({error.strerror})", CommandError.exit_code
    else:
        return
    with suppress(OSError):
        click.echo(told, err=True, nl=bool(told))
    for stream in (sys.stdout, sys.stderr):
        _forget_unwritten(stream)
    sys.exit(code)


def _forget_unwritten(stream: TextIO | None) -> None:
    """Lead to nowhere what can't be written: Python would try it again, and end with 120."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        with suppress(OSError), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), stream.fileno())


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _show(lines: Sequence[str]) -> None:
    """Print lines; characters that the output's encoding lacks are escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo("\n".join(lines).encode(encoding, "backslashreplace").decode(encoding))


def _checked(
    options: CheckOptions,
    plan: Callable[[CheckOptions, Mapping[str, str]], "Plan"],
    errors: Sequence[type[Exception]],
) -> tuple["Plan", "Report"]:
    """What was planned and what came of it. CommandError where it can't run, KeyboardInterrupt at Ctrl-C."""
    with told_in_one_line(*errors):
        planned = plan(options, os.environ)
    for note in planned.notes:
        click.echo(note, err=True)
    _agreed(planned.announcement, asked=not options["yes"])
    try:
        with told_in_one_line(*errors):
            return planned, _watched(planned)
    except (CommandError, KeyboardInterrupt) as error:
        if isinstance(error, KeyboardInterrupt) or planned.tally.interrupted:
            raise KeyboardInterrupt(str(planned.tally)) from None
        raise


def _agreed(announcement: tuple[str, ...], *, asked: bool) -> None:
    """Show what a check may cost, and go on if somebody agrees, or has agreed beforehand. CommandError otherwise."""
    for line in announcement:
        click.echo(line, err=True)
    if not announcement or not asked:
        return
    if not _is_terminal(sys.stdin):
        raise CommandError("nothing was sent: there is no terminal to ask at. Give --yes as well, to agree beforehand")
    try:
        agreed = click.confirm("Go on?", err=True)
    except click.Abort as error:
        click.echo(err=True)  # leaves the line of the question
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt("nothing was sent") from None
        agreed = False
    if not agreed:
        raise CommandError("nothing was sent: you did not agree")


def _watched(planned: "Plan") -> "Report":
    """The report, with a bar on a terminal while it is made."""
    shown = click.progressbar(length=1, label="checking", file=sys.stderr)
    with shown if _is_terminal(sys.stderr) else nullcontext() as bar:

        def tell(done: int, total: int) -> None:
            if bar is not None:
                bar.length = total
                bar.update(done - bar.pos)

        return planned.run(tell)
