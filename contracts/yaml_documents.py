"""YAML as the JSON data that it stands for, in the reading of YAML 1.2: `no` is a text, `200:` is the member "200".

It is built from the parser's events and not by PyYAML's constructors: those know dates, objects and YAML 1.1's words,
take the second of two equal keys, and share what aliases name, so that a file of 1 kB may stand for a value of 1 GB.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn, Protocol

try:
    import yaml
    from yaml import events as kinds
except ImportError as _missing:
    raise ImportError("reelmock.contracts.yaml_documents needs PyYAML: pip install 'reelmock[import]'") from _missing

from reelmock.contracts.document import MAX_DEPTH
from reelmock.contracts.jsontree import Json, JsonObject, fresh

MAX_NODES = 1_000_000

WORDS: Mapping[str, Json] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
INTEGER = re.compile(r"[-+]?[0-9]+")
OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# A tag says what an untagged value says already, or asks for more than JSON has.
PLAIN_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})


@dataclass(frozen=True)
class Dialect:
    """What a text may have beside plain data.

    `tags` has for a further tag what a value with it stands for, made of its plain value. `is_text` tells of what
    stands without quotes whether it is a text, although YAML 1.2 may read a number in it.
    """

    tags: Mapping[str, Callable[[Json], Json]]
    is_text: Callable[[str], bool]


PLAIN = Dialect({}, lambda _: False)


class _Mark(Protocol):
    """A place in a text; lines and columns count from 0."""

    line: int
    column: int


class YamlError(ValueError):
    """A text that is no YAML, or more than JSON data. The text says what is wrong, in which line and column."""


def read_yaml(text: str, dialect: Dialect = PLAIN) -> Json:
    """The value in `text`. YamlError unless it is one document of plain data with at most `MAX_NODES` nodes.

    `dialect` says what else it may have.
    """
    try:
        # What is in C is ten times faster, and not in every build of PyYAML.
        events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return _Reader(iter(events), dialect).document()
    except yaml.MarkedYAMLError as error:
        raise YamlError(f"this is not YAML ({error.problem}{_place(error.problem_mark)})") from None
    except yaml.YAMLError as error:
        raise YamlError(f"this is not YAML ({str(error).splitlines()[0]})") from None
    except RecursionError:
        raise YamlError("the aliases in it are nested too deep") from None


def _place(mark: _Mark | None) -> str:
    return f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _refuse(event: kinds.Event, problem: str) -> NoReturn:
    raise YamlError(f"{problem}{_place(event.start_mark)}")


class _Reader:
    """Builds a value from events. `anchors` has what each anchor names, and of how many nodes that is."""

    def __init__(self, events: Iterator[kinds.Event], dialect: Dialect) -> None:
        self.events = events
        self.dialect = dialect
        self.anchors: dict[str, tuple[Json, int]] = {}
        self.nodes = 0

    def document(self) -> Json:
        """The value of the first document, which has to be the only one."""
        value: Json = None
        documents = 0
        for event in self.events:
            if isinstance(event, kinds.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _refuse(event, "a second document begins, and one was expected")
                value = self.value(next(self.events), 0)
        return value

    def value(self, event: kinds.Event, depth: int) -> Json:
        """The value that begins with `event`."""
        if isinstance(event, kinds.AliasEvent):
            return self.named(event)
        before = self.nodes
        self.count(event, 1)
        if depth > MAX_DEPTH:
            _refuse(event, f"the value is nested more than {MAX_DEPTH} levels deep")
        tag = getattr(event, "tag", None)
        if not isinstance(event, kinds.NodeEvent) or (tag not in PLAIN_TAGS and tag not in self.dialect.tags):
            _refuse(event, f"the tag {tag or ''} asks for more than plain data")
        if isinstance(event, kinds.MappingStartEvent):
            value: Json = self.mapping(depth)
        elif isinstance(event, kinds.SequenceStartEvent):
            value = [self.value(inner, depth + 1) for inner in self.until(kinds.SequenceEndEvent)]
        else:
            value = _scalar(event, self.dialect)
        if tag is not None and tag in self.dialect.tags:
            value = self.dialect.tags[tag](value)
        if event.anchor is not None:
            self.anchors[event.anchor] = value, self.nodes - before
        return value

    def mapping(self, depth: int) -> JsonObject:
        """The members up to the end of a mapping; those that `<<` brings in give way to the mapping's own."""
        own: JsonObject = {}
        merged: JsonObject = {}
        for event in self.until(kinds.MappingEndEvent):
            if not isinstance(event, kinds.ScalarEvent):
                _refuse(event, "a key is an alias, a list or a mapping, and JSON has texts only")
            value = self.value(next(self.events), depth + 1)
            if event.value == "<<" and event.implicit[0]:
                for inner in value if isinstance(value, list) else [value]:
                    if not isinstance(inner, dict):
                        _refuse(event, "`<<` stands before something else than a mapping")
                    merged = inner | merged
            elif event.value in own:
                _refuse(event, f"the key '{event.value[:80]}' stands twice in one mapping, the second time")
            else:
                own[event.value] = value
        return {**merged, **own}

    def until(self, end: type[kinds.Event]) -> Iterator[kinds.Event]:
        """The events that begin a node, up to one of the type `end`."""
        while not isinstance(event := next(self.events), end):
            yield event

    def named(self, event: kinds.AliasEvent) -> Json:
        """A copy of what an alias names: nothing in the result is shared."""
        if event.anchor not in self.anchors:
            _refuse(event, f"the alias '{event.anchor}' names nothing that ended before it")
        value, nodes = self.anchors[event.anchor]
        self.count(event, nodes)
        return fresh(value)

    def count(self, event: kinds.Event, nodes: int) -> None:
        """Note more nodes, before they are made."""
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            _refuse(event, f"the value has more than {MAX_NODES:,} nodes once its aliases are written out")


def _scalar(event: kinds.Event, dialect: Dialect) -> Json:
    """The value of a scalar: what is quoted, a block or tagged is a text."""
    if not isinstance(event, kinds.ScalarEvent):
        _refuse(event, "a value is missing")
    written = event.value
    if not event.implicit[0] or event.tag == "!" or dialect.is_text(written):
        return written
    if written in WORDS:
        return WORDS[written]
    try:
        if INTEGER.fullmatch(written):
            return int(written)
        if OTHER_BASE.fullmatch(written):
            return int(written, 0)
    except ValueError:
        _refuse(event, f"a whole number has {len(written):,} digits")
    number = float(written) if FRACTION.fullmatch(written) else None
    if NO_NUMBER.fullmatch(written) or (number is not None and not math.isfinite(number)):
        _refuse(event, f"JSON has no number '{written[:80]}'")
    return written if number is None else number
