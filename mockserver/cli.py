"""The command line: `reelmock serve`, `demo`, `payloads`, `check` and `spec`."""

import logging
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from reelmock import __version__
from reelmock.contracts.contract import load_contract
from reelmock.contracts.lifecycle import State
from reelmock.mockserver.app import create_app
from reelmock.mockserver.banner import banner
from reelmock.mockserver.check_command import check
from reelmock.mockserver.cli_errors import CommandError, told_in_one_line
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.demo import Demo, Step, run_demo
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.errors import ERROR_FORMATS
from reelmock.mockserver.live import LiveServer
from reelmock.mockserver.payload_lines import PayloadOptions, payload_lines
from reelmock.mockserver.plan import Time, seconds
from reelmock.mockserver.quirks import known_quirks, quirk_table
from reelmock.mockserver.serve import ServeOptions, run_server
from reelmock.mockserver.settings import MAX_BODY, Settings
from reelmock.mockserver.spec_commands import spec
from reelmock.mockserver.store import MAX_GENERATIONS

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar  # click gives the type no public name

LOG_LEVELS = ("debug", "info", "warning", "error")

# How long the demo's generation is queued and generating, in seconds: long enough to watch, short enough to wait for.
DEMO_QUEUED_S, DEMO_GENERATING_S = 1.0, 3.0

EXAMPLES = """
\b
Examples:
  reelmock demo                                   one generation, start to finish
  reelmock serve                                  then point your client at the URL it prints
"""

SERVE_EXAMPLES = """
\b
Examples:
  reelmock serve                                  any key; 2 s queued, 8 s generating
  reelmock serve --immediate                      the first poll gives the result
  reelmock serve --polls 1,2                      one poll queued, two generating, then done
  reelmock serve --queued 1 --generating 5..20    seconds, or a range drawn for each generation
  reelmock serve --port 0 --ready-file url.json   for scripts: any free port, told in a file
  reelmock serve --api-key sk-test --validation strict --failure-rate 0.1
"""


PAYLOADS_EXAMPLES = """
\b
Examples:
  reelmock payloads                               ten valid payloads, one JSON object a line
  reelmock payloads --invalid -n 100 --seed 7     payloads with one broken place, each with what is wrong
  reelmock payloads --violations --format table   every way to break one place of a payload
  reelmock payloads --violations --kind bad_format | jq -c .payload
"""


def print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print the version of the program and of its contract."""
    if wanted:
        click.echo(f"reelmock {__version__} (contract {load_contract().version})")
        context.exit()


def print_quirks(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Print what `--quirk` takes: a table for a file or another program, lines that fit for a terminal."""
    if wanted:
        click.echo(_quirk_list(context) if sys.stdout.isatty() else quirk_table())
        context.exit()


def _quirk_list(context: click.Context) -> str:
    formatter = context.make_formatter()
    quirks = known_quirks().values()
    formatter.write_dl([(quirk.name, f"{quirk.description} Seen in: {quirk.source}.") for quirk in quirks])
    return formatter.getvalue().rstrip("\n")


@click.group(epilog=EXAMPLES)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=print_version, help="Show the versions."
)
def main() -> None:
    """An offline stand-in for AI/ML API's video generation, driven by its OpenAPI document."""


main.add_command(check)
main.add_command(spec)


@main.command(epilog=SERVE_EXAMPLES)
@click.option("--spec", metavar="FILE", help="OpenAPI document to serve instead of the shipped one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4010, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--api-key", multiple=True, metavar="KEY", help="A key to take; repeatable.  [default: any key]")
@click.option("--progression", metavar="P", help="immediate, polls:Q,G, time:Q,G or hold.  [default: time:2,8]")
@click.option("--queued", metavar="S", help="Seconds, or MIN..MAX, in the queue.")
@click.option("--generating", metavar="S", help="Seconds, or MIN..MAX, of generating.")
@click.option("--immediate", is_flag=True, help="The first poll gives the result.")
@click.option("--hold", is_flag=True, help="Generations stay queued.")
@click.option("--polls", metavar="Q,G", help="Q polls answer queued, then G generating.")
@click.option("--failure-rate", default=0.0, metavar="RATE", help="Share of generations that fail, from 0 to 1.")
@click.option("--seed", metavar="TEXT", help="Makes ids, durations and failures repeatable.  [default: random]")
@click.option(
    "--validation",
    default="lenient",
    show_default=True,
    type=click.Choice(["lenient", "strict"]),
    help="What the real API takes, or the schema as written.",
)
@click.option(
    "--error-format",
    default="current",
    show_default=True,
    type=click.Choice(ERROR_FORMATS),
    help="The envelope of refusals.",
)
@click.option(
    "--scenarios",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="TOML file with rules: failures, faults and more, on cue.",
)
@click.option("--public-url", metavar="URL", help="Where clients reach the clips, behind a proxy.")
@click.option("--max-body", default=MAX_BODY, show_default=True, metavar="BYTES", help="Largest request body.")
@click.option(
    "--max-generations",
    default=MAX_GENERATIONS,
    show_default=True,
    type=click.IntRange(1),
    metavar="N",
    help="How many generations are kept.",
)
@click.option("--credits", type=int, metavar="N", help="Balance of every key.  [default: no limit]")
@click.option("--rate-limit", type=int, metavar="N", help="Requests per second and key.  [default: no limit]")
@click.option("--max-concurrent", type=int, metavar="N", help="Generations of a key at once.  [default: no limit]")
@click.option("--quirk", multiple=True, metavar="NAME", help="A deviation of the real API to play; repeatable.")
@click.option(
    "--list-quirks", is_flag=True, is_eager=True, expose_value=False, callback=print_quirks, help="Show the quirks."
)
@click.option("--control-token", metavar="TOKEN", help="Token of the control API.  [default: random, printed]")
@click.option("--no-control", is_flag=True, help="No control API under /__reelmock__/.")
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Gets the URL as JSON once the server answers.",
)
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(LOG_LEVELS),
    help="info prints a line for each request.",
)
def serve(**options: Unpack[ServeOptions]) -> None:
    """Serve the fake over HTTP until Ctrl-C."""
    logging.basicConfig(level=options["log_level"].upper(), format="%(message)s", stream=sys.stderr)
    with told_in_one_line():
        run_server(options, lambda engine, url, token: click.echo(banner(engine, url, token)))


@main.command(epilog=PAYLOADS_EXAMPLES)
@click.option("--spec", metavar="FILE", help="OpenAPI document to use instead of the shipped one.")
@click.option("--model", metavar="ID", help="Only payloads of this model.  [default: any]")
@click.option("--invalid", "what", flag_value="invalid", help="Invalid payloads, each with what is wrong.")
@click.option("--violations", "what", flag_value="violations", help="Every way to break one place of a payload.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only what is wrong in this way; repeatable.")
@click.option("-n", "--count", type=click.IntRange(1), metavar="N", help="How many.  [default: 10, or all violations]")
@click.option("--seed", type=int, metavar="N", help="The same payloads every time.  [default: random]")
@click.option(
    "--format",
    default="json",
    show_default=True,
    type=click.Choice(["json", "table"]),
    help="A JSON object a line, or a table.",
)
def payloads(**options: Unpack[PayloadOptions]) -> None:
    """Print payloads for tests in any language: valid ones, or invalid ones that say what is wrong."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    random_seed = random.getrandbits(32)
    if options["kinds"] and options["what"] is None:
        raise CommandError("--kind is about what is wrong: give --invalid or --violations as well")
    with told_in_one_line():
        lines = payload_lines(load_contract(options["spec"]), options, random_seed, width)
    click.echo("\n".join(lines))
    if options["seed"] is None and options["what"] != "violations":
        click.echo(f"(--seed {random_seed} gives these again)", err=True)


@main.command()
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where to put the clip.  [default: a new temporary folder]",
)
def demo(output: Path | None) -> None:
    """Watch one generation from POST to a playable clip."""
    with told_in_one_line():
        folder = output or Path(tempfile.mkdtemp(prefix="reelmock-"))
        folder.mkdir(parents=True, exist_ok=True)
        clock, contract = RunningClock(), load_contract()
        progression = Time(seconds(DEMO_QUEUED_S), seconds(DEMO_GENERATING_S))
        engine = Engine(contract, clock, Settings(progression=progression))
        with LiveServer(create_app(engine)) as server:
            click.echo(f"reelmock answers at {server.url}")
            file = _watch(Demo(server.url, contract, clock), folder)
    click.echo(f"The clip lies at {file}")


def _watch(demo: Demo, folder: Path) -> Path:
    total = DEMO_QUEUED_S + DEMO_GENERATING_S
    word = ""
    progress: ProgressBar[int] = click.progressbar(
        length=round(total * 100), label="generation", item_show_func=lambda _: word, show_eta=False
    )
    with progress as bar:

        def show(step: Step) -> None:
            nonlocal word
            if step.word != word and not sys.stdout.isatty():
                click.echo(f"  {step.elapsed:4.1f} s  {step.word}")
            word = step.word
            done = bar.length or 0 if step.state is State.COMPLETED else round(step.elapsed * 100)
            bar.update(max(0, done - bar.pos))

        return run_demo(demo, folder, show)
