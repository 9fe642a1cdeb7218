"""A sentence → the rule that it states: each recogniser knows one form of sentence, and takes it as a whole."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.prose_terms import Term, Vocabulary, types


@dataclass(frozen=True, slots=True)
class Reading:
    """A rule as JSON Schema, with a description of its own, and the properties that it speaks of."""

    rule: JsonObject
    names: tuple[str, ...]


# A recogniser gives its readings of a sentence whose properties are named in backticks.
Recogniser: TypeAlias = Callable[[Vocabulary, str], Iterator[Reading | None]]

SHORT_FORMS: Final = re.compile(r"\b(?P<verb>is|are|do|does|must|may|could)n't\b", re.IGNORECASE)
CANNOT: Final = re.compile(r"\bcan(?:'t| not)\b", re.IGNORECASE)
OPENER: Final = re.compile(
    r"(?:(?:please )?note(?: that)?|important|warning|caution|however|also|in addition|limitations?)\b\s*[:,]?\s+",
    re.IGNORECASE,
)

# Pieces of the patterns below.
USED: Final = "(?:used|set|provided|specified|given|passed|sent|supplied|combined|mixed|present)"
NEVER: Final = "(?:cannot|must not|may not)"
VERB: Final = "(?:use|provide|specify|set|pass|send|give|supply)"
NEEDED: Final = "(?:required|needed|mandatory|necessary)"
POSSIBLE: Final = "(?:available|supported|allowed|possible|compatible|offered|permitted|valid|usable)"
IMPOSSIBLE: Final = f"(?:(?:not|never) {POSSIBLE}|unavailable|unsupported|incompatible|mutually exclusive)"
TOGETHER: Final = "(?:together|at the same time|simultaneously)"
MUST_BE: Final = f"(?:(?:is|are|becomes?) (?:also )?{NEEDED}|(?:must|has to|have to) (?:also )?be {USED})"


def _patterns(*sources: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(source, re.IGNORECASE) for source in sources)


def readings(vocabulary: Vocabulary, sentence: str) -> list[Reading]:
    """The different rules that `sentence` may state: one when it is clear, none when it is not recognised."""
    if len(sentence) > LONGEST:
        return []
    plain = re.sub(r"\*+|__", "", sentence.replace("’", "'")).rstrip(" .;!)").removeprefix("(")
    plain = CANNOT.sub("cannot", SHORT_FORMS.sub(r"\g<verb> not", plain))
    while opener := OPENER.match(plain):
        plain = plain[opener.end() :]
    named = vocabulary.named(plain)
    found = (reading for recognise in RECOGNISERS for reading in recognise(vocabulary, named))
    return list({json.dumps(one.rule, sort_keys=True): one for one in found if one is not None}.values())


CLASHES: Final = _patterns(
    rf"(?P<a>.*?)\s*(?:(?:does|do) not|{NEVER}) (?:support|work with|allow|accept|go with) (?P<b>.+)",
    rf"(?P<a>.*?)\s*(?:(?:is|are) )?{IMPOSSIBLE}(?: {TOGETHER})? (?:for|with|in|at|when|if) (?P<b>.+)",
    rf"(?P<a>.*?)\s*{NEVER} be {USED}(?: {TOGETHER})? (?:with|alongside|in combination with|as|when|if) (?P<b>.+)",
)
PAIRS: Final = _patterns(
    rf"(?:both )?(?P<pair>.+?) {NEVER} (?:(?:both )?be {USED} {TOGETHER}|both be {USED}|be (?:combined|mixed))",
    r"(?P<pair>.+?) (?:is|are) (?:mutually exclusive|incompatible)(?: with each other)?",
    rf"(?:do not|never) (?:{VERB} both|combine|mix) (?P<pair>.+?)(?: {TOGETHER})?",
    rf"(?:do not|never) {VERB} (?P<pair>.+?) {TOGETHER}",
    rf"(?:you (?:can|may) )?(?:{VERB} )?either (?P<pair>.+?),? (?:but )?not both",
    rf"(?:only|at most) one of (?P<pair>.+?) (?:can|may) be {USED}",
)


def _clash(vocabulary: Vocabulary, sentence: str) -> Iterator[Reading | None]:
    """One property, or a value of it, does not go with another."""
    for found in _matches(CLASHES, sentence):
        first, second = vocabulary.term(found["a"]), vocabulary.term(found["b"])
        if first and second:
            yield _forbidden(vocabulary, [first, second])
    for found in _matches(PAIRS, sentence):
        parted = re.sub(r"\bwith\b", "and", found["pair"])
        yield _forbidden(vocabulary, vocabulary.terms(parted))


NEEDS: Final = _patterns(
    rf"(?P<x>.*?)\s*(?:(?:is|are) )?(?:only )?{NEEDED}(?: only)? (?:when|if|whenever|for|with) (?P<c>.+)",
    rf"(?P<x>.*?)\s*must (?:also )?be {USED} (?:when|if|whenever) (?P<c>.+)",
    rf"(?:if|when|whenever) (?P<c>.+?), (?:then )?(?P<x>.+?) {MUST_BE}(?: too| as well)?",
    rf"(?P<c>.*?)\s*must be {USED} (?:together|in combination|along) with (?P<x>.+)",
    rf"(?P<c>.*?)\s*requires (?P<x>.+?)(?: to be {USED}| as well)?",
)
ANY: Final = re.compile(r"(?:at least one(?: of)?|either)\s+(?P<list>.+)", re.IGNORECASE)


def _need(vocabulary: Vocabulary, sentence: str) -> Iterator[Reading | None]:
    """A property is required beside another one, or beside a value of it."""
    for found in _matches(NEEDS, sentence):
        condition, wanted = vocabulary.term(found["c"]), found["x"]
        some = ANY.fullmatch(wanted)
        listed = some["list"] if some else wanted
        terms = vocabulary.terms(listed)
        alternative = some is not None or re.search(r"\bor\b", listed) is not None
        if condition is not None and not _vague(vocabulary, condition):
            yield _required(vocabulary, condition, terms, alternative and len(terms) > 1)


ONLY: Final = _patterns(
    rf"(?P<a>.*?)\s*(?:is |are |can |may )?only (?:be )?(?:{POSSIBLE} |works? |{USED} )?(?:together )?"
    r"(?:for|with|when|if|at|in) (?P<c>.+)",
    rf"(?P<a>.*?)\s*(?:is |are |can be |may be )?(?:{POSSIBLE}|works?|{USED}) only (?:together )?"
    r"(?:for|with|when|if|at|in) (?P<c>.+)",
)
PINNED: Final = _patterns(
    r"(?:if|when|whenever|for) (?P<a>.+?), (?P<c>.+ must be .+)",
    r"(?P<c>.+ must be .+?) (?:if|when|whenever|for) (?P<a>.+)",
    rf"(?P<c>.+?) (?:is|are) {NEEDED} (?:when|if|for|with) (?P<a>.+)",
    r"(?P<a>.*?)\s*(?:requires|(?:only supports?|supports? only)) (?P<c>.+)",
)


def _only(vocabulary: Vocabulary, sentence: str) -> Iterator[Reading | None]:
    """A property, or a value of it, goes only with some values of another, or only beside it."""
    for found in _matches(ONLY, sentence):
        subject, condition = vocabulary.term(found["a"]), vocabulary.term(found["c"])
        if subject and condition:
            yield _bound(vocabulary, subject, condition)
    for found in _matches(PINNED, sentence):
        subject = vocabulary.term(found["a"])
        condition = vocabulary.term(found["c"].replace(" must be ", " is "))
        if subject and condition and condition.values and not _vague(vocabulary, subject):
            yield _bound(vocabulary, subject, condition)


SOME: Final = _patterns(
    rf"(?:you must )?{VERB} at least one of (?P<list>.+)",
    rf"(?:at least )?one of (?P<list>.+?) {MUST_BE}",
    rf"either (?P<list>.+?) {MUST_BE}",
)
ONE: Final = _patterns(
    rf"(?:you must )?{VERB} exactly one of (?P<list>.+)",
    rf"exactly one of (?P<list>.+?) {MUST_BE}",
    rf"either (?P<list>.+?) {MUST_BE},? (?:but )?not both",
)


def _some(vocabulary: Vocabulary, sentence: str) -> Iterator[Reading | None]:
    """At least one, or exactly one, of several properties is required."""
    for patterns, keyword, number in ((SOME, "anyOf", "At least"), (ONE, "oneOf", "Exactly")):
        for found in _matches(patterns, sentence):
            terms = vocabulary.terms(found["list"])
            if len(terms) > 1 and not any(term.values for term in terms):
                told = f"{number} one of {_joined(terms, 'and')} is required."
                branches: list[Json] = [_given([term]) for term in terms]
                yield Reading({"description": told, keyword: branches}, _names(terms))


# A longer sentence says more than one thing, and patterns take long over it.
LONGEST: Final = 400

RECOGNISERS: Final[tuple[Recogniser, ...]] = (_clash, _need, _only, _some)


def _matches(patterns: Sequence[re.Pattern[str]], sentence: str) -> list[re.Match[str]]:
    return [found for pattern in patterns if (found := pattern.fullmatch(sentence))]


def _forbidden(vocabulary: Vocabulary, terms: Sequence[Term]) -> Reading | None:
    order = [*vocabulary.properties]
    pair = sorted(terms, key=lambda term: order.index(term.name))
    if len(pair) != 2 or pair[0].name == pair[1].name:
        return None
    rule: JsonObject = {"description": f"{pair[0]} does not go with {pair[1]}.", "not": _use(vocabulary, pair)}
    return Reading(rule, _names(pair))


def _required(vocabulary: Vocabulary, condition: Term, terms: Sequence[Term], alternative: bool) -> Reading | None:
    names = _names([condition, *terms])
    if not terms or any(term.values for term in terms) or condition.name in names[1:]:
        return None
    told = f"{_joined(terms, 'or' if alternative else 'and')} is required {_beside(condition)}."
    met = _use(vocabulary, [condition])
    if alternative:
        branches: list[Json] = [_given([term]) for term in terms]
        then: JsonObject = {"anyOf": branches}
    elif met == _given([condition]):
        needs: JsonObject = {condition.name: [*names[1:]]}
        return Reading({"description": told, "dependentRequired": needs}, names)
    else:
        then = _given(terms)
    return Reading({"description": told, "if": met, "then": then}, names)


def _bound(vocabulary: Vocabulary, subject: Term, condition: Term) -> Reading | None:
    if subject.name == condition.name:
        return None
    told = f"{subject} goes only with {condition}."
    met, then = _use(vocabulary, [subject]), _use(vocabulary, [condition])
    names = _names([subject, condition])
    if not condition.values and met == _given([subject]) and then == _given([condition]):
        return Reading({"description": told, "dependentRequired": {subject.name: [condition.name]}}, names)
    return Reading({"description": told, "if": met, "then": then}, names)


def _use(vocabulary: Vocabulary, terms: Sequence[Term]) -> JsonObject:
    """A schema of the payloads that use all of `terms`.

    A property that is left out has its default. A boolean is used when it is true, and null uses nothing.
    """
    required: list[Json] = []
    properties: JsonObject = {}
    for term in terms:
        schema = vocabulary.properties[term.name]
        values = list(term.values or ([True] if "boolean" in types(schema) else []))
        if not term.values or schema.get("default") not in values:
            required.append(term.name)
        if values:
            properties[term.name] = {"const": values[0]} if len(values) == 1 else {"enum": values}
        elif fits(schema)(None):
            properties[term.name] = {"not": {"type": "null"}}
    use: JsonObject = {"required": required} if required else {}
    return use | {"properties": properties} if properties else use


def _given(terms: Sequence[Term]) -> JsonObject:
    required: list[Json] = [term.name for term in terms]
    return {"required": required}


def _vague(vocabulary: Vocabulary, term: Term) -> bool:
    """Whether a condition on a boolean does not tell if it has to be true, or only there."""
    return not term.values and "boolean" in types(vocabulary.properties[term.name])


def _beside(condition: Term) -> str:
    return f"when {str(condition).replace('` ', '` is ', 1)}" if condition.values else f"beside {condition}"


def _joined(terms: Sequence[Term], conjunction: str) -> str:
    *most, last = map(str, terms)
    return f"{', '.join(most)} {conjunction} {last}" if most else last


def _names(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(term.name for term in terms)
