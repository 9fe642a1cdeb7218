"""What `reelmock spec lint` prints about documents and pages."""

from collections.abc import Sequence
from typing import NoReturn

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.fetching import FetchError
from reelmock.contracts.findings import Finding
from reelmock.contracts.lint import lint
from reelmock.contracts.merge import merge
from reelmock.contracts.report import Report, ReportFormat
from reelmock.contracts.report_lines import report_lines
from reelmock.contracts.route_findings import route_findings
from reelmock.contracts.sources import read_sources


def run_lint(files: Sequence[str], form: ReportFormat) -> tuple[list[str], int]:
    """The lines to print, and the exit code: 2 with an error, 1 with a warning, else 0. Nothing is downloaded."""
    # GitHub shows an annotation where its file is named as in the checkout.
    reading = read_sources(files, fetch=_not_downloaded, as_given=True)
    house = load_contract().document
    found: list[Finding] = [*reading.findings]
    for source in reading.sources:
        found += lint(Contract(make_document(source.tree, source.name), house))
    names = dict.fromkeys(source.name for source in reading.sources)
    together = merge(reading.sources, file=", ".join(names) if len(names) < 4 else f"{len(names)} documents together")
    found += (finding for finding in together.findings if finding not in found)
    if reading.sources:
        found += route_findings(Contract(together.document, house))
    ordered = sorted(found, key=lambda finding: (finding.file, -finding.severity, finding.pointer, finding.id))
    named = " ".join(files) if len(files) < 4 else f"({len(files)} sources)"
    report = Report(f"reelmock spec lint {named}", tuple(ordered))
    return report_lines(report, form), int(report.worst)


def _not_downloaded(url: str) -> NoReturn:
    raise FetchError(url, "not downloaded, since files alone are linted")
