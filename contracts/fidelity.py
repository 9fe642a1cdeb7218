"""How true the shipped document is: what is documented, recorded and inferred, as a page. `make docs` writes it."""

import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from reelmock.contracts.contract import SHIPPED
from reelmock.contracts.document import read_json
from reelmock.contracts.jsontree import Json, JsonObject, Path, items, member, pointer, text, words
from reelmock.contracts.operations import METHODS

EVIDENCE = {
    "documented": "The provider's documentation says so.",
    "recorded": "A real reply that somebody published shows it.",
    "inferred": "Neither stated nor seen: our own guess, or reelmock's own.",
}

PAGE = "the model's page"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the document says: where, what, on which evidence, and from which source."""

    path: Path
    what: str
    evidence: str
    source: str


def claims(tree: JsonObject) -> list[Claim]:
    """Everything in the document that carries evidence, and what the page states without saying so."""
    return sorted((*_page_claims(tree), *_marked_claims(tree, ())), key=lambda claim: pointer(claim.path))


def _page_claims(tree: JsonObject) -> Iterator[Claim]:
    """Operations, parameters, success replies and fields: where nothing else is said, the page states them."""
    for route, item in member(tree, "paths").items():
        for method in METHODS:
            if (operation := member(item, method)) and "x-evidence" not in operation:
                place: Path = ("paths", route, method)
                yield Claim(place, text(operation, "summary"), "documented", PAGE)
                yield Claim((*place, "responses", "200"), "200", "documented", PAGE)
                for index, parameter in enumerate(items(operation, "parameters")):
                    if name := text(parameter, "name"):
                        yield Claim((*place, "parameters", index), f"`{name}`", "documented", PAGE)
    for name, schema in member(tree, "components", "schemas").items():
        if "x-evidence" not in member(schema):
            yield from _fields(("components", "schemas", name), member(schema))


def _fields(path: Path, schema: JsonObject) -> Iterator[Claim]:
    for name, inner in member(schema, "properties").items():
        here = (*path, "properties", name)
        yield Claim(here, _described(member(inner), f"`{name}`"), "documented", PAGE)
        yield from _fields(here, member(inner))
    for index, rule in enumerate(items(schema, "allOf")):
        yield Claim((*path, "allOf", index), text(rule, "description"), "documented", f"{PAGE}, in prose")


def _marked_claims(node: Json, path: Path, source: str = "") -> Iterator[Claim]:
    """What carries `x-evidence`; a part without a source of its own has that of the whole."""
    if isinstance(node, list):
        for index, inner in enumerate(node):
            yield from _marked_claims(inner, (*path, index), source)
    if not isinstance(node, dict):
        return
    source = text(node, "x-source", source)
    if evidence := text(node, "x-evidence"):
        yield Claim(path, _described(node, "" if isinstance(path[-1], int) else f"`{path[-1]}`"), evidence, source)
    for name, inner in node.items():
        yield from _marked_claims(inner, (*path, name), source)


def _described(node: JsonObject, name: str) -> str:
    said = text(node, "message") or text(node, "description") or text(node, "prefix") or text(node, "model")
    return ": ".join(part for part in (name, said) if part)


def fidelity_page(tree: JsonObject) -> str:
    """The page as Markdown."""
    found = claims(tree)
    lines = [
        "# Fidelity",
        "",
        "How true reelmock is to the real API, thing by thing. This page is made from `openapi.json` by `make docs`.",
        "",
        *(
            f"- **{evidence}** ({sum(c.evidence == evidence for c in found)}): {EVIDENCE[evidence]}"
            for evidence in EVIDENCE
        ),
        "",
        "## Not known",
        "",
        "What we would like to know about the real API, and do not:",
        "",
        *(f"- {line}" for line in words(items(tree, "x-not-known"))),
    ]
    for evidence in EVIDENCE:
        lines += ["", f"## {evidence.capitalize()}", "", "| where | what | source |", "|---|---|---|"]
        lines += (_row(claim) for claim in found if claim.evidence == evidence)
    return "\n".join(lines) + "\n"


def _row(claim: Claim) -> str:
    cells = (f"`{pointer(claim.path)}`", claim.what, claim.source)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def fingerprint(tree: JsonObject) -> str:
    """Eight hexadecimal digits that change whenever the document does; its version does not count."""
    info = {name: value for name, value in member(tree, "info").items() if name != "version"}
    canonical = json.dumps({**tree, "info": info}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:8]


def stamp(tree: JsonObject, date: str) -> JsonObject:
    """The document with the version that it has to have: `date` (ISO 8601) where it changed, and its fingerprint."""
    version = text(member(tree, "info"), "version")
    if version.endswith(fingerprint(tree)):
        return tree
    return {**tree, "info": {**member(tree, "info"), "version": f"{date}+{fingerprint(tree)}"}}


def main(date: str) -> None:
    """Stamp the shipped document, and print the page."""
    stamped = stamp(read_json(SHIPPED), date)
    SHIPPED.write_text(json.dumps(stamped, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(fidelity_page(stamped))


if __name__ == "__main__":  # `python -m reelmock.contracts.fidelity DATE > docs/fidelity.md`
    main(sys.argv[1])
