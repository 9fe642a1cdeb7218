"""A documentation page in GitBook's Markdown: the operations that it shows or links to, and the models it is about.

Pages are written by people and by programs: what is not recognised is passed over. Every step takes time in proportion
to the page's length, whatever stands in it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FENCE = re.compile(r"\s*(?:(?P<ticks>`{3,})\s*(?P<language>[\w+-]*)[^`]*|(?P<waves>~{3,})\s*(?P<other>[\w+-]*).*)")
HEADING = re.compile(r" {0,3}#{1,6}\s")
OPERATION = re.compile(
    r" {0,3}#{1,6}\s+`?(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE)\s+(/[^\s`]*)`?[\s#]*", re.IGNORECASE
)

# `{% name key="value" %}`; it ends before the next opening, so that no text is read twice.
TAG = re.compile(r"\{%\s*(?P<name>[\w-]+)(?P<rest>(?:[^%{]|%(?!\})|\{(?!%))*)%\}")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
LINK = re.compile(r"\[[^\[\]]*\]\(\s*<?([^\s<>()]+)")

BULLET = re.compile(r"\s*(?:[*+-]|\d{1,3}[.)])\s+(.*)")
CODE = re.compile(r"`([^`\s]+)`\s*[.,;]?")
CODE_ELEMENT = re.compile(r"</?code>")
LINK_AROUND = re.compile(r"\[(`[^`\[\]]+`)\]\([^()]*\)|</?(?:a|p|strong)\b[^<>]*>")
CELL = re.compile(r"\||</?(?:td|th|tr|li)\b[^<>]*>")
ABOUT_MODELS = re.compile(r"\bvalid for\b.{0,80}\bmodels?\b|\b(?:following|these)\b.{0,40}\bmodels?\b", re.IGNORECASE)
MEDIA_TYPE = re.compile(r"(?:application|audio|image|text|video)/[\w.+-]+|.*/\*")


@dataclass(frozen=True, slots=True)
class Embedded:
    """An OpenAPI object that a page shows, as `text`; `line` is where it begins, from 1. `method` is lower case."""

    method: str
    path: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Link:
    """A link to an OpenAPI file for one operation; `target` is "" where the link is missing. `method` is lower case."""

    method: str
    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a page says of operations, and the ids of the models that it is about."""

    ids: tuple[str, ...]
    embedded: tuple[Embedded, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class _Fence:
    """A fenced block. `line` is the number of its first line in the page, `heading` the heading above, with its own."""

    language: str
    text: str
    line: int
    heading: tuple[int, str]


def read_page(text: str) -> Content:
    """The content of a page; without operations in it, it is no page about an operation."""
    prose, fences = _split(text.splitlines())
    joined = "\n".join(prose)
    links = (
        Link(attributes.get("method", "").lower(), attributes.get("path", ""), _first_link(body))
        for attributes, body in _blocks(joined, "openapi-operation")
    )
    return Content(_ids(joined), tuple(_embedded(fences)), tuple(links))


def _split(lines: list[str]) -> tuple[list[str], list[_Fence]]:
    """The lines outside of fenced blocks, and the blocks."""
    prose: list[str] = []
    fences: list[_Fence] = []
    heading = (0, "")
    remaining = iter(enumerate(lines, 1))
    for number, line in remaining:
        opening = FENCE.fullmatch(line)
        if opening is None:
            prose.append(line)
            heading = (number, line) if HEADING.match(line) else heading
            continue
        marks = opening["ticks"] or opening["waves"]
        closing = re.compile(rf"\s*{marks[0]}{{{len(marks)},}}\s*")
        inner: list[str] = []
        for _, content in remaining:
            if closing.fullmatch(content):
                break
            inner.append(content)
        language = (opening["language"] or opening["other"] or "").lower()
        fences.append(_Fence(language, "\n".join(inner), number + 1, heading))
    return prose, fences


def _embedded(fences: list[_Fence]) -> Iterator[Embedded]:
    """The first JSON block under each heading that names an operation."""
    seen: set[int] = set()
    for fence in fences:
        number, heading = fence.heading
        operation = OPERATION.fullmatch(heading)
        if operation and fence.language == "json" and number not in seen:
            seen.add(number)
            yield Embedded(operation[1].lower(), operation[2], fence.text, fence.line)


def _blocks(prose: str, name: str) -> Iterator[tuple[Mapping[str, str], str]]:
    """The attributes and the body of every block between `{% name … %}` and `{% endname %}`."""
    opened: re.Match[str] | None = None
    for tag in TAG.finditer(prose):
        if tag["name"] == name:
            opened = tag
        elif tag["name"] == f"end{name}" and opened:
            yield dict(ATTRIBUTE.findall(opened["rest"])), prose[opened.end() : tag.start()]
            opened = None


def _first_link(body: str) -> str:
    found = LINK.search(body)
    return found[1] if found else ""


def _ids(prose: str) -> tuple[str, ...]:
    """The ids in the first hint that lists models: it says so, or it lists what looks like the ids of models."""
    for _, hint in _blocks(prose, "hint"):
        listed = tuple(dict.fromkeys(code for line in hint.splitlines() for code in _listed(line)))
        if listed and (ABOUT_MODELS.search(hint) or all(map(_looks_like_a_model, listed))):
            return listed
    return ()


def _listed(line: str) -> Iterator[str]:
    """What a line lists as code: a bullet that is nothing else, or such cells of a table."""
    line = LINK_AROUND.sub(r"\1", CODE_ELEMENT.sub("`", line))
    bullet = BULLET.fullmatch(line)
    cells = [bullet[1]] if bullet else CELL.split(line)[1:-1]
    for cell in cells:
        if (code := CODE.fullmatch(cell.strip())) and not code[1].startswith("/") and "://" not in code[1]:
            yield code[1]


def _looks_like_a_model(code: str) -> bool:
    return "/" in code and not MEDIA_TYPE.fullmatch(code)
