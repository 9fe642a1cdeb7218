"""Merges sources into one OpenAPI 3.1 document: a component for each model, and the union of all replies.

The same sources give the same document in any order, unless two of them say different things of the same model.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from reelmock.contracts.document import ContractError, Document, make_document
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import JsonObject, fresh, items, member, text
from reelmock.contracts.merge_models import Row, known_models, write_models
from reelmock.contracts.merge_operations import add_keys, add_operation, without_references
from reelmock.contracts.models import find_models
from reelmock.contracts.offers import Part, canonical, offers, with_unknown_ids
from reelmock.contracts.sources import Source

TITLE = "Imported by reelmock"


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged document, its models, and what was odd about the sources."""

    document: Document
    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def merge(sources: Sequence[Source], base: Document | None = None, *, file: str, models: str = "*") -> Merged:
    """One document of `sources`, to be called `file`. Of what two sources say differently the later one holds.

    `base` is the document to start from: its models and words are kept where the sources do not speak of them. `models`
    is a glob: only models with an id or another name that matches it are taken from the sources.
    """
    parts, odd = _parts(sources)
    offered, conflicts = offers(parts, models)
    start: JsonObject = {"info": {"title": TITLE, "version": "1"}, "paths": {}}
    begun = Document(file, without_references(base) if base else start)
    tree = member(fresh(begun.tree))
    for part in sorted(parts, key=lambda part: part.order):
        _add(tree, part, models)
    rows = write_models(tree, known_models(begun), offered)
    return Merged(make_document({"openapi": "3.1.0", **tree}, file), rows, (*odd, *conflicts))


def _parts(sources: Sequence[Source]) -> tuple[list[Part], list[Finding]]:
    """The sources as documents, and what was odd about them; one that can't be used is left out."""
    parts: list[Part] = []
    findings: list[Finding] = []
    for source in sources:
        try:
            parts.append(Part.of(source, make_document(source.tree, source.name)))
            findings += parts[-1].document.findings
        except ContractError as error:
            place, problem, remedy = error.pointer, error.problem, error.remedy
            findings.append(Finding("unusable", Severity.ERROR, source.name, place, problem, remedy))
    return with_unknown_ids(parts), findings


def _add(tree: JsonObject, part: Part, glob: str) -> None:
    """Add what a part says beside its models: servers, ways to send the key, and operations with a wanted model."""
    source = part.document.tree
    servers = items(tree, "servers")
    known = ["", *(text(server, "url").rstrip("/") for server in servers)]
    if new := [server for server in items(source, "servers") if text(server, "url").rstrip("/") not in known]:
        tree["servers"] = [*servers, *new]
    keys = add_keys(tree, part.document)
    for operation in part.operations:
        models = find_models((operation,))
        if not models or any(part.wants(model, glob) for model in models):
            add_operation(tree, part.document, operation, keys)


def stamped(tree: JsonObject) -> JsonObject:
    """A document with a version of its own: what it was before a `+`, and a hash of all the rest."""
    info = member(tree, "info")
    begun = text(info, "version", "1").partition("+")[0]
    rest = canonical({**tree, "info": {**info, "version": ""}})
    return {**tree, "info": {**info, "version": f"{begun}+{hashlib.sha256(rest.encode()).hexdigest()[:8]}"}}
