"""All that is odd about a document: what was mended when it was loaded, and what shows in the whole of it alone."""

from collections import Counter
from collections.abc import Iterable

from reelmock.contracts.contract import Contract
from reelmock.contracts.document import ContractError, Document
from reelmock.contracts.findings import Finding, Notes, Severity
from reelmock.contracts.jsontree import items, text


def lint(subject: Contract | Document, more: Iterable[Finding] = ()) -> tuple[Finding, ...]:
    """Every finding about a contract or a document, sorted by file, pointer and id; one that is there twice comes once.

    `more` are findings that were made elsewhere, such as those about job routes. A reference that leads nowhere, which
    keeps a document from being used, is a finding here.
    """
    document = subject.document if isinstance(subject, Contract) else subject
    contract = subject if isinstance(subject, Contract) else Contract(subject, subject)
    notes = Notes(document.file)
    _servers(document, notes)
    try:
        _models(contract, notes)
    except ContractError as error:
        notes.found.append(unusable(error))
    found = {*document.findings, *notes.found, *more}
    return tuple(sorted(found, key=lambda finding: (finding.file, finding.pointer, finding.id, finding.message)))


def unusable(error: ContractError) -> Finding:
    """A document that can't be used, as a finding."""
    return Finding("unusable", Severity.ERROR, error.file, error.pointer, error.problem, error.remedy)


def _servers(document: Document, notes: Notes) -> None:
    urls = [text(server, "url") for server in items(document.tree, "servers")]
    if not any(url.startswith(("http://", "https://")) for url in urls):
        message = "the document names no server by a whole URL"
        notes.info("no-server", ("servers",), message, "Name the hosts to answer for with `mock(hosts=…)`")


def _models(contract: Contract, notes: Notes) -> None:
    """Names of models that only the first of them answers to."""
    if not contract.models:
        notes.info("no-model", ("paths",), "no operation takes a payload", "There is nothing to judge")
    for operation in contract.operations:
        models = contract.models_of(operation)
        place = ("paths", operation.path, operation.method.lower(), "requestBody")
        for name, count in Counter(name for model in models for name in {model.id, *model.aliases}).items():
            if count > 1:
                message = f"{count} models of {operation.key} answer to '{name}'"
                notes.warning("duplicate-model", place, message, "The first is used; an id goes before an alias")
