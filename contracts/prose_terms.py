"""What the words of a sentence mean in a model: a property, or some values of one. Nothing is guessed.

A phrase means something only when each of its words is accounted for, and when it can mean one thing alone.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import Json, JsonObject, items, text, words

# Words that change nothing about what a phrase means.
FILLERS: Final = re.compile(
    r"an?|the|th(?:is|at|ese|ose)|its|your|any|either|is|are|be|being|was|been|equals?|set|to|of|in|at|us(?:ing|ed?)|with"
    r"|for|as|given|provided|specified|present|supplied|passed|sent|included|defined|mode|quality|resolution|duration"
    r"|(?:option|parameter|field|value|setting|input|video|clip|output|generation)s?|propert(?:y|ies)|length|long|[=:]"
)
SEPARATORS: Final = frozenset({",", "/", "and", "or", "and/or"})

# How a boolean is spoken of.
STATES: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "on", "enabled", "active"), True),
    **dict.fromkeys(("false", "off", "disabled", "inactive"), False),
}

TOKEN: Final = re.compile(
    r"`(?P<code>[^`]*)`|[\"“](?P<quoted>[^\"”]+)[\"”]|(?<!\w)'(?P<single>[^']+)'(?!\w)"
    r"|(?P<seconds>\d+(?:\.\d+)?)[\s-]?(?:seconds?|secs?|s)\b"
    r"|(?P<word>\w(?:[\w.:/+%-]*\w)?)|(?P<mark>\S)"
)
MIXED: Final = re.compile(r"(?=.*\d)(?=.*[a-z:])", re.IGNORECASE)
TIMED: Final = re.compile(r"second|duration|length", re.IGNORECASE)
ASSIGNED: Final = re.compile(r"`(?P<name>\w+)\s*[:=]\s*[\"']?(?P<value>[^\"'`]+?)[\"']?`")
HOST: Final = (
    r"\bthis (?:parameter|field|option|property|setting)\b"
    r"|^(?:it|this)(?= (?:is|can|cannot|may|must|requires|works|does)\b)"
)
SUFFIX: Final = re.compile(r"_(?:urls?|files?|list|ids?)$")
EXPLAINED: Final = re.compile(
    r"(?!.*\b(?:no|not|without|only|except)\b)(?:[\w-]+ ){1,4}\((?P<name>`[^`]+`)\)", re.IGNORECASE
)
LIST: Final = re.compile(r"\s*,\s*(?:and/or|and|or)\s+|\s*,\s*|\s+(?:and/or|and|or|&)\s+")


@dataclass(frozen=True, slots=True)
class Term:
    """A property of the model, by itself or with some of its values."""

    name: str
    values: tuple[Json, ...] = ()

    def __str__(self) -> str:
        shown = " or ".join(str(value).lower() if isinstance(value, bool) else str(value) for value in self.values)
        return f"`{self.name}` {shown}".rstrip()


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number of seconds, or what stands in backticks or quotes."""

    content: str
    quoted: bool = False
    seconds: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The properties that a sentence can speak of, and the one in whose description it stands, if it is one of them."""

    properties: Mapping[str, JsonObject]
    host: str | None = None

    def named(self, sentence: str) -> str:
        """`sentence` with each mention of a property as its name in backticks."""
        spoken = {name.replace("_", " ").lower(): name for name in self.properties}
        spoken |= {name.lower(): name for name in self.properties}
        if self.host is not None:  # "If audio is given" beside `audio_urls`
            spoken.setdefault(SUFFIX.sub("", self.host).lower(), self.host)
        longest = "|".join(map(re.escape, sorted(spoken, key=len, reverse=True))) or "(?!)"
        mention = re.compile(rf"`[^`]*`|(?P<host>{HOST})|(?<![\w.-])(?P<name>{longest})(?![\w-])", re.IGNORECASE)

        def replaced(found: re.Match[str]) -> str:
            name = spoken[found["name"].lower()] if found["name"] else self.host if found["host"] else None
            if name is not None:
                return f"`{name}`"
            assigned = ASSIGNED.fullmatch(found[0])
            return f"`{assigned['name']}` `{assigned['value']}`" if assigned else found[0]

        return mention.sub(replaced, sentence)

    def term(self, phrase: str) -> Term | None:
        """What `phrase` (of a sentence that went through `named`) means; an empty one means the host.

        None when it has no meaning here, or more than one.
        """
        if not phrase.strip():
            return None if self.host is None else Term(self.host)
        explained = EXPLAINED.fullmatch(phrase.strip())
        tokens = _tokens(
            explained["name"] if explained else LIST.sub(lambda found: f" {found[0].split()[-1]} ", phrase)
        )
        names = dict.fromkeys(token.content for token in tokens if token.quoted and token.content in self.properties)
        if len(names) > 1:
            return None
        found = [term for name in names or self.properties if (term := self._reading(name, tokens, bool(names)))]
        if not names and any(token.seconds for token in tokens):
            found = self._timed(found)
        return found[0] if len(found) == 1 else None

    def terms(self, phrase: str) -> tuple[Term, ...]:
        """What each member of a list means; none when any of them is unclear, or when two are about one property."""
        found = [self.term(part) for part in LIST.split(phrase.strip())]
        clear = tuple(term for term in found if term is not None)
        return clear if len({term.name for term in clear}) == len(found) else ()

    def _reading(self, name: str, tokens: Iterable[Token], named: bool) -> Term | None:
        """The tokens as a mention of the property `name` or of its values; None when a word is left over."""
        values: list[Json] = []
        mentioned = False
        own = name.lower().split("_")
        for token in tokens:
            if token.quoted and token.content == name:
                mentioned = True
            elif found := _values(self.properties[name], token, named):
                values += found
                mentioned = True
            elif token.content.lower() in SEPARATORS and not token.quoted:
                if not mentioned:
                    return None
                mentioned = False
            elif token.quoted or token.seconds or not (token.content.lower() in own or _empty(token.content)):
                return None
        return Term(name, tuple(values)) if mentioned else None

    def _timed(self, found: list[Term]) -> list[Term]:
        """The terms about properties that are a time by their name, or else by their description."""
        by_name = [term for term in found if TIMED.search(term.name)]
        return by_name or [term for term in found if TIMED.search(text(self.properties[term.name], "description"))]


def _empty(word: str) -> bool:
    return FILLERS.fullmatch(word.lower()) is not None


def _tokens(phrase: str) -> list[Token]:
    return [
        Token(found[found.lastgroup], found.lastgroup in ("code", "quoted", "single"), found.lastgroup == "seconds")
        for found in TOKEN.finditer(phrase)
        if found.lastgroup is not None
    ]


def _values(schema: JsonObject, token: Token, named: bool) -> list[Json]:
    """The value of a property that a token stands for, as a list; `named` tells that the phrase names the property.

    Without its property a plain word or a number is no value: too many things are called "auto" or counted.
    """
    clear = named or token.quoted or token.seconds or bool(MIXED.match(token.content))
    spoken = token.content.lower()
    spellings = {spoken, f"{spoken}s"} if token.seconds else {spoken}
    found = [option for option in options(schema) if _spoken(option) in spellings] if clear else []
    if not found and named and "boolean" in types(schema) and spoken in STATES:
        found = [STATES[spoken]]
    if found or options(schema) or not clear:
        return found[:1]
    number = _number(token.content) if types(schema) & {"integer", "number"} else None
    free: Json = token.content if number is None and "string" in types(schema) and named and token.quoted else number
    return [free] if free is not None and fits(schema)(free) else []


def _spoken(option: Json) -> str:
    return f"{option:g}" if isinstance(option, float) else str(option).lower()


def _number(content: str) -> int | float | None:
    if not re.fullmatch(r"\d+(?:\.\d+)?", content):
        return None
    return float(content) if "." in content else int(content)


def options(schema: JsonObject) -> list[Json]:
    """The values that a schema lists, also in its branches."""
    listed = [*items(schema, "enum"), *([schema["const"]] if "const" in schema else [])]
    branches = [branch for keyword in ("allOf", "anyOf", "oneOf") for branch in items(schema, keyword)]
    return listed + [option for branch in branches if isinstance(branch, dict) for option in options(branch)]


def types(schema: JsonObject) -> set[str]:
    """The types that a schema declares, also in its branches."""
    declared = {*words([schema.get("type")]), *words(items(schema, "type"))}
    branches = [branch for keyword in ("allOf", "anyOf", "oneOf") for branch in items(schema, keyword)]
    return declared.union(*(types(branch) for branch in branches if isinstance(branch, dict)))
