"""Rules that only the descriptions of a model tell: proposed to a person, never applied by themselves."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from reelmock.contracts.instances import UnsatisfiableError, minimal_payload
from reelmock.contracts.jsontree import Json, JsonObject, items, member
from reelmock.contracts.prose_rules import Reading, readings
from reelmock.contracts.prose_sentences import Stated, stated
from reelmock.contracts.prose_terms import Vocabulary, options
from reelmock.contracts.union_schemas import rules as promise

# What a sentence that states a rule nearly always has one of.
CUES: Final = re.compile(
    r"\b(?:must|only|requir\w+|needed|mandatory|cannot|can(?:'|’| no)t|not (?:support\w*|available|allowed|compatible)|"
    r"(?:does|do|is|are)n['’]t|(?:does|do) not|unsupported|unavailable|incompatible|either|both|exceed\w*|at least one|"
    r"at most one|exactly one|one of|instead of|together with|mutually exclusive|conflict\w*|combin\w+ with|"
    r"neither|never|when|whenever|if|unless|except)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rule that a sentence seems to state.

    `schema_name` is the model's name among the schemas, `pointer` the place of the sentence as a JSON pointer below
    that schema, `sentence` as it is written but for its white space. `rule` is JSON Schema, to be added to the `allOf`
    of the model.
    """

    schema_name: str
    pointer: str
    sentence: str
    rule: JsonObject


@dataclass(frozen=True, slots=True)
class Unread:
    """A sentence that looks like a rule and could not be read as exactly one; its members are those of `Proposal`."""

    schema_name: str
    pointer: str
    sentence: str


def proposals(schemas: Mapping[str, JsonObject]) -> tuple[tuple[Proposal, ...], tuple[Unread, ...]]:
    """The rules in the descriptions of `schemas`, by name, and the sentences that look like one and were not read.

    The schemas are those of models: JSON Schema 2020-12 without references. All that is proposed for one model together
    leaves a payload for each property that it speaks of, and for each listed value of these. A rule that a schema has
    already is not proposed.
    """
    found = [one for name, schema in schemas.items() for one in _found_in(name, schema)]
    proposed = tuple(one for one in found if isinstance(one, Proposal))
    return proposed, tuple(one for one in found if isinstance(one, Unread))


def _found_in(name: str, schema: JsonObject) -> Iterable[Proposal | Unread]:
    properties = _declared(schema)
    rules = items(schema, "allOf")
    known = [promise(rule) for rule in rules]
    for one in stated(schema):
        reading = _reading(properties, one)
        if reading is not None and promise(reading.rule) in known:
            continue
        if reading is not None and (reading.rule in rules or _leaves_payloads(schema, properties, rules, reading)):
            if reading.rule not in rules:
                rules = [*rules, reading.rule]
            yield Proposal(name, one.pointer, one.sentence, reading.rule)
        elif CUES.search(one.sentence):
            yield Unread(name, one.pointer, one.sentence)


def _reading(properties: Mapping[str, JsonObject], one: Stated) -> Reading | None:
    """The rule that a sentence states; None when it states none, or may state several.

    Inside an object a name may mean a property of that object, and a rule among these is not one of the model.
    """
    known = {name: schema for name, schema in properties.items() if name not in one.siblings}
    host = one.host if one.host in known and not one.siblings else None
    found = readings(Vocabulary(known, host), one.sentence)
    return found[0] if len(found) == 1 else None


def _leaves_payloads(schema: JsonObject, properties: Mapping[str, JsonObject], rules: list[Json], one: Reading) -> bool:
    """Whether each property that a rule speaks of can still be given, with each value that is listed for it.

    A rule that leaves less speaks against the schema, and a person has to tell which of the two is right.
    """
    ruled: list[Json] = [*rules, one.rule]
    try:
        minimal_payload({**schema, "allOf": ruled})
        for name in one.names:
            wanted: list[JsonObject] = [{"properties": {name: {"const": it}}} for it in options(properties[name])]
            for case in wanted or [{}]:
                minimal_payload({**schema, "allOf": [*ruled, {**case, "required": [name]}]})
    except UnsatisfiableError:
        return False
    return True


def _declared(schema: JsonObject) -> dict[str, JsonObject]:
    """The properties of a model, also those that its branches declare."""
    found: dict[str, JsonObject] = {}
    for keyword in ("oneOf", "anyOf", "allOf"):
        for branch in items(schema, keyword):
            for name, inner in _declared(member(branch)).items():
                found[name] = {"anyOf": [found[name], inner]} if name in found and found[name] != inner else inner
    return found | {name: inner for name, inner in member(schema, "properties").items() if isinstance(inner, dict)}
