"""The command line of documents: `reelmock spec import`, `lint` and `diff`."""

import shutil
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Unpack

import click

from reelmock.contracts.report import REPORT_FORMATS, ReportFormat
from reelmock.mockserver.cli_errors import told_in_one_line
from reelmock.mockserver.spec_options import ImportOptions

IMPORT_EXAMPLES = """
\b
Examples:
  reelmock spec import docs/video-models -o api.json        a folder of pages and documents
  reelmock spec import model.md fetch.json -o api.json      a page, and the operation that retrieves
  reelmock spec import docs -o api.json --models 'kling*'   some of the models
  reelmock spec import docs -o api.json --suggest rules.yaml
  reelmock spec import docs -o api.json --overlay rules.yaml
  reelmock serve --spec api.json
"""

LINT_EXAMPLES = """
\b
Examples:
  reelmock spec lint api.json
  reelmock spec lint docs/*.json --format github            annotations in a workflow

Exit code: 0 nothing odd, or notes alone; 1 warnings (something was mended or could not be told); 2 errors (something
was left out).
"""

DIFF_EXAMPLES = """
\b
Examples:
  reelmock spec diff old.json new.json
  reelmock spec diff old.json new.json --fail-on WARN --ignore accepted.txt
  reelmock spec diff old.json new.json --format github      annotations in a workflow

Exit code: 0 nothing to fail on; 1 something at or above --fail-on is left; 2 the comparison could not run.
"""


@click.group()
def spec() -> None:
    """Turn documentation into the contract that everything else uses."""


@spec.command("import", epilog=IMPORT_EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the document goes. One that is there keeps what the sources do not speak of.",
)
@click.option(
    "--onto",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Document to start from.  [default: OUTPUT if it is there, else the shipped one if a source has its server]",
)
@click.option("--models", default="*", metavar="GLOB", help="Only models with an id like this.  [default: all]")
@click.option("--offline", is_flag=True, help="Download nothing, not even what pages link to.")
@click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="OpenAPI Overlay to apply; repeatable.",
)
@click.option(
    "--suggest",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Gets the rules that stand in prose alone, as an overlay to read and apply.",
)
def import_(**options: Unpack[ImportOptions]) -> None:
    """Merge documentation pages and OpenAPI documents into one document.

    A SOURCE is a Markdown page, an OpenAPI 3.0 or 3.1 file (JSON or YAML), a folder of them, or a URL. Of what two
    sources say differently the later one holds. Exit code 1 when a source could not be used; the rest is imported.
    """
    with told_in_one_line():
        # Here, because nothing but this command needs what reads pages, YAML and overlays, which takes an extra.
        from reelmock.mockserver.spec_import import run_import  # noqa: PLC0415

    shown = click.progressbar(length=1, label="reading", file=sys.stderr) if sys.stderr.isatty() else nullcontext()
    with told_in_one_line(), shown as bar:

        def tell(done: int, total: int) -> None:
            if bar is not None:
                bar.length = total
                bar.update(done - bar.pos)

        told = run_import(options, tell)
    for line in told.findings:
        click.echo(line, err=True)
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo("\n".join(told.lines(width)))
    sys.exit(1 if told.incomplete else 0)


@spec.command(epilog=LINT_EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(REPORT_FORMATS))
def lint(files: tuple[str, ...], form: ReportFormat) -> None:
    """Tell what is odd about documents and pages, what is done about it, and which job routes were found."""
    # Here, because nothing but this command needs what reads pages and YAML.
    from reelmock.mockserver.spec_lint import run_lint  # noqa: PLC0415

    with told_in_one_line():
        lines, code = run_lint(files, form)
    for line in lines:
        click.echo(line)
    sys.exit(code)


@spec.command(epilog=DIFF_EXAMPLES)
@click.argument("old", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--fail-on",
    default="ERR",
    show_default=True,
    type=click.Choice(["ERR", "WARN"], case_sensitive=False),
    help="The lowest level that ends with exit code 1.",
)
@click.option(
    "--ignore",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Accepted differences: a line `ID [PLACE] # REASON` for each; PLACE is a glob for the JSON pointer.",
)
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(REPORT_FORMATS))
def diff(old: Path, new: Path, fail_on: str, ignore: Path | None, form: ReportFormat) -> None:
    """Tell what a client of the document OLD must fear from the document NEW.

    What a client does not meet, such as descriptions, examples, order and references, is no difference.
    """
    # Here, because nothing but this command needs what compares documents.
    from reelmock.mockserver.spec_diff import run_diff  # noqa: PLC0415

    with told_in_one_line():
        lines, code = run_diff(old, new, fail_on, ignore, form)
    for line in lines:
        click.echo(line)
    sys.exit(code)
