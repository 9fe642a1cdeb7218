"""What one place gives: the OpenAPI object of a document, or those that a page shows and the links to others."""

from dataclasses import dataclass

from reelmock.contracts.document import ContractError, make_document
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import Json, JsonObject, excerpt
from reelmock.contracts.models import find_models
from reelmock.contracts.operations import find_operations
from reelmock.contracts.pages import Embedded, Link, read_page
from reelmock.contracts.source_places import Place, linked_place
from reelmock.contracts.source_text import Fetch, Kind, SourceError, kind_of, read_json_text, read_text, read_value


@dataclass(frozen=True, slots=True)
class Page:
    """A documentation page that leads to a source by its POST operation; `ids` are the models that it lists."""

    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One OpenAPI object that was read: `tree` as it is written, `name` without a path of this machine."""

    name: str
    tree: JsonObject
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Usable:
    """A source that a contract can be made of, its operations as (method, path), and the ids of its models."""

    source: Source
    operations: frozenset[tuple[str, str]]
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Linked:
    """A page's link to the document of one operation."""

    page: Page
    link: Link
    target: Place


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one place gives."""

    usable: tuple[Usable, ...] = ()
    links: tuple[Linked, ...] = ()
    findings: tuple[Finding, ...] = ()


def gather(place: Place, fetch: Fetch | None) -> Gathered:
    """What stands at a place, whatever it is."""
    try:
        text = read_text(place, fetch)
        kind = kind_of(place, text)
        return _page(place, text) if kind is Kind.PAGE else _document(place, read_value(text, kind))
    except SourceError as error:
        return Gathered(findings=(_finding(place, error),))


def gather_document(place: Place, fetch: Fetch | None) -> Gathered:
    """What stands at a place where a document has to be: no page, which would lead to further places."""
    try:
        text = read_text(place, fetch)
        return _document(place, read_value(text, kind_of(place, text)))
    except SourceError as error:
        return Gathered(findings=(_finding(place, error),))


def _document(place: Place, tree: Json) -> Gathered:
    if place.found and not _claims_openapi(tree):
        return _skipped(place, "there is no `openapi` in it")
    if not isinstance(tree, dict):
        problem = f"it holds {excerpt(tree)}, and an OpenAPI document is an object"
        raise SourceError("source-unusable", problem)
    return Gathered((_usable(Source(place.name, tree)),))


def _page(place: Place, text: str) -> Gathered:
    content = read_page(text)
    page = Page(place.name, content.ids)
    usable: list[Usable] = []
    links: list[Linked] = []
    findings: list[Finding] = []
    steps: tuple[Embedded | Link, ...] = (*content.embedded, *content.links)
    for step in steps:
        try:
            if isinstance(step, Embedded):
                usable += _embedded(step, page)
            else:
                links.append(_linked(step, page, place))
        except SourceError as error:
            findings.append(_finding(place, error))
    if usable or links or findings:
        return Gathered(tuple(usable), tuple(links), tuple(findings))
    if place.found:
        return _skipped(place, "this page has no operation")
    if text.lstrip()[:14].lower().startswith(("<!doctype html", "<html")):
        raise SourceError("page-without-operation", "this is HTML, and a page is read in Markdown: name the raw file")
    ways = "neither a heading such as `POST /path` with an OpenAPI object as JSON, nor a link to one"
    raise SourceError("page-without-operation", f"this page has no operation: {ways}")


def _embedded(block: Embedded, page: Page) -> list[Usable]:
    """The OpenAPI object that a page shows for one operation; what else it may show there is an example."""
    tree = read_json_text(block.text, block.line)
    if not _claims_openapi(tree) or not isinstance(tree, dict):
        return []
    return [_usable(Source(page.name, tree, (page,) if block.method == "post" else ()))]


def _linked(link: Link, page: Page, place: Place) -> Linked:
    operation = f"{link.method.upper()} {link.path}".strip() or "an operation"
    if not link.target:
        raise SourceError("link-unresolved", f"the block of {operation} has no link to an OpenAPI file")
    try:
        target = linked_place(link.target, place)
    except ValueError:
        target = None
    if target is None:
        problem = f"the link of {operation} names {excerpt(link.target, 300)}, which is no file here and no web address"
        raise SourceError("link-unresolved", problem)
    return Linked(page, link, target)


def _claims_openapi(tree: Json) -> bool:
    return isinstance(tree, dict) and bool({"openapi", "swagger"} & tree.keys())


def _usable(source: Source) -> Usable:
    """The source, if its references lead somewhere and it is made as a document has to be."""
    try:
        operations = find_operations(make_document(source.tree, source.name))
    except ContractError as error:
        raise SourceError("source-unusable", f"{error.problem}. {error.remedy}", error.pointer) from None
    ids = frozenset(one for model in find_models(operations) for one in (model.id, *model.aliases))
    return Usable(source, frozenset((operation.method.lower(), operation.path) for operation in operations), ids)


def _skipped(place: Place, reason: str) -> Gathered:
    return Gathered(findings=(Finding("source-skipped", Severity.INFO, place.name, "", reason, "It was skipped"),))


def _finding(place: Place, error: SourceError) -> Finding:
    return Finding(error.id, Severity.ERROR, place.name, error.pointer, str(error), "It was left out")
