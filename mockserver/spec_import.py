"""What `reelmock spec import` does: read sources, merge them, apply overlays, and write the document in one go."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import ContractError, Document, load_document, make_document
from reelmock.contracts.fetching import fetch
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import JsonObject, items, member, printable, text
from reelmock.contracts.merge import Merged, merge, stamped
from reelmock.contracts.merge_models import Row
from reelmock.contracts.operations import find_operations
from reelmock.contracts.overlay import apply_overlay, read_overlay, suggestions_overlay, write_yaml
from reelmock.contracts.prose import proposals
from reelmock.contracts.route_findings import route_findings
from reelmock.contracts.sources import Reading, Source, read_sources
from reelmock.contracts.tables import table
from reelmock.mockserver.spec_options import ImportOptions

# So many findings of one kind are told one by one.
TOLD = 3


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an import, for people. `incomplete` when a source, or a part of one, was left out."""

    rows: Sequence[Row]
    findings: Sequence[str]
    written: str
    incomplete: bool

    def lines(self, width: int | None) -> list[str]:
        """A row for each model, and where the document lies."""
        cells = [
            (row.state, row.model, ", ".join(row.aliases), row.operation, ", ".join(row.sources)) for row in self.rows
        ]
        shown = [tuple(map(printable, row)) for row in cells]
        head = ("", "model", "also called", "operation", "source")
        return [*(table(head, shown, width) if shown else []), self.written]


def run_import(wanted: ImportOptions, tell: Callable[[int, int], object]) -> Imported:
    """Import what is wanted. ContractError when a document or an overlay that was named is of no use."""
    _check_files(wanted)
    overlays = [(str(file), read_overlay(file)) for file in wanted["overlays"]]
    reading = read_sources(wanted["sources"], fetch=None if wanted["offline"] else fetch, tell=tell)
    merged = merge(reading.sources, _base(wanted, reading.sources), file=str(wanted["output"]), models=wanted["models"])
    findings = [*reading.findings, *merged.findings]
    if lack := _lack(wanted, reading, merged):
        return Imported((), [*_told(findings)], f"Nothing was imported: {lack}", incomplete=True)
    tree = merged.document.tree
    for name, overlay in overlays:
        tree, odd = apply_overlay(tree, overlay, name)
        findings += odd
    document = _made(tree, str(wanted["output"]), [name for name, _ in overlays])
    findings += route_findings(Contract(document, load_contract().document))
    written = f"{_counted(len(merged.rows), 'model')} in {wanted['output']}"
    if wanted["suggest"] is not None:
        written += f"; {_suggest(wanted['suggest'], document, merged.rows)} in {wanted['suggest']}"
    _write(wanted["output"], json.dumps(document.tree, indent=2, ensure_ascii=False) + "\n")
    incomplete = any(finding.severity is Severity.ERROR for finding in findings)
    return Imported(merged.rows, [*_told(findings)], written, incomplete)


def _check_files(wanted: ImportOptions) -> None:
    """Refuse to write where nothing can be written in one go, or over what a person has read or is to get."""
    for file in filter(None, (wanted["output"], wanted["suggest"])):
        if file.exists() and not file.is_file():
            raise ContractError(str(file), "", "this is no regular file", "Name a file to write")
    if wanted["suggest"] is None:
        return
    mine = wanted["suggest"].resolve()
    uses = {file.resolve(): "an overlay that is applied" for file in wanted["overlays"]}
    if use := (uses | {wanted["output"].resolve(): "the output"}).get(mine):
        problem = f"the suggestions would be written over {use}"
        raise ContractError(str(wanted["suggest"]), "", problem, "Name another file with --suggest")


def _made(tree: JsonObject, file: str, overlays: Sequence[str]) -> Document:
    """The document to write. ContractError, which names the overlays, when they made it one of no use."""
    try:
        document = make_document(stamped(tree), file)
        find_operations(document)
    except ContractError as error:
        named = ", ".join(overlays) or file
        problem = f"with this overlay applied {error.problem}" if overlays else error.problem
        raise ContractError(named, error.pointer, problem, error.remedy) from None
    return document


def _lack(wanted: ImportOptions, reading: Reading, merged: Merged) -> str:
    """Why there is nothing to write, or ""."""
    if not reading.sources:
        return "no source could be used"
    taken = wanted["models"] == "*" or any(row.state != "kept" for row in merged.rows)
    return "" if taken else f"no model of the sources is called like '{wanted['models']}'"


def _base(wanted: ImportOptions, sources: Sequence[Source]) -> Document | None:
    """The document to start from."""
    if wanted["onto"] is not None or wanted["output"].exists():
        return load_document(wanted["onto"] or wanted["output"])
    shipped = load_contract().document
    hosts = {text(server, "url").rstrip("/") for server in items(shipped.tree, "servers")}
    named = {text(server, "url").rstrip("/") for source in sources for server in items(source.tree, "servers")}
    return shipped if hosts & named else None


def _suggest(file: Path, document: Document, rows: Sequence[Row]) -> str:
    """Write the rules that only the prose of the sources tells as an overlay; how many there are."""
    components = member(document.tree, "components", "schemas")
    names = (row.component for row in rows if row.state != "kept")
    schemas = {name: document.resolve_object(components[name]) for name in names}
    found, unread = proposals(schemas)
    info = member(document.tree, "info")
    overlay = suggestions_overlay(found, unread, text(info, "title"), text(info, "version"))
    _write(file, write_yaml(overlay))
    return f"{_counted(len(found), 'rule')} and {_counted(len(unread), 'sentence')} not understood"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _told(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings as lines, the worst first. Of many of one kind the first ones, and how many more there are."""
    ordered = sorted(findings, key=lambda finding: (-finding.severity, finding.id, finding.file, finding.pointer))
    for _, alike in groupby(ordered, key=lambda finding: (finding.severity, finding.id)):
        several = [*alike]
        shown = several if several[0].severity is Severity.ERROR else several[:TOLD]
        yield from (printable(str(finding)) for finding in shown)
        if more := len(several) - len(shown):
            yield f"{several[0].severity.word} {several[0].id}: and {more} more (`reelmock spec lint` tells all)"


def _write(file: Path, content: str) -> None:
    """Write a file in one go: at every moment it is the old one or the new one. A link stays one."""
    target = file.resolve()
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        beside.write_text(content, encoding="utf-8")
        beside.replace(target)
    except OSError as error:
        raise ContractError(str(file), "", f"the file can't be written ({error.strerror})", "Check the path") from None
    finally:
        with suppress(OSError):
            beside.unlink()
