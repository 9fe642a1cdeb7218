"""Valid values of a schema: `from_schema`, on Hypothesis' own strategies.

A schema becomes its plain alternatives, these become strategies part by part, and the schema itself judges what comes
out where merging could not express a rule. A part for which there is no value gives None, so that what is optional is
left out instead of being drawn in vain.
"""

import copy
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, cast

from hypothesis import strategies as st

from reelmock.contracts.instances import UnsatisfiableError, fits, instances
from reelmock.contracts.jsontree import Json, JsonObject, items, member, words
from reelmock.contracts.models import close
from reelmock.contracts.normalise import ANNOTATIONS
from reelmock.contracts.plain_schemas import alternatives, types_of
from reelmock.contracts.short_repr import ShortRepr
from reelmock.contracts.strategies.formats import FORMATS
from reelmock.contracts.strategies.numbers import integers, numbers
from reelmock.contracts.strategies.texts import texts

Values: TypeAlias = st.SearchStrategy[Json]
T = TypeVar("T")

# Arrays have about so many items at most, unless they are as long as may be.
USUAL_ITEMS = 5

# A part of a pattern in which `$` is no end, or else the `$`.
DOLLAR = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", re.DOTALL)

# More are not drawn one by one.
DRAWN_ITEMS = 50

# A bound beyond this is not reached: nobody wants an array of a million items in a test.
LONGEST_ARRAY = 200

# Keywords that hold by construction; with any other one the schema is asked.
CONSTRUCTED = frozenset(
    {"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength"}
    | {"format", "items", "minItems", "maxItems", "required", "properties", "anyOf", "additionalProperties"}
)


def from_schema(schema: JsonObject, *, allow_undeclared: bool = False) -> Values:
    """Valid values of `schema`, a JSON Schema 2020-12 without references, as `contract.model(id).schema` is one.

    With `allow_undeclared` objects also get properties that the schema does not declare, where it allows that. Values
    shrink to the smallest valid ones. UnsatisfiableError when no value fits.
    """
    found = values_of(schema, allow_undeclared=allow_undeclared)
    if found is None:
        raise UnsatisfiableError(
            f"no value fits the schema with the properties {', '.join(member(schema, 'properties')) or '(none)'}: "
            "its rules contradict each other"
        )
    return found


def values_of(schema: JsonObject, *, allow_undeclared: bool = False) -> Values | None:
    """`from_schema`, with None when no value fits."""
    found = _Builder(allow_undeclared).values(schema)
    return None if found is None else found.filter(fits(schema if allow_undeclared else close(schema)))


@dataclass(frozen=True)
class _Builder:
    """Strategies for the parts of a schema."""

    allow_undeclared: bool

    def values(self, schema: Json) -> Values | None:
        """The strategy for a schema, or None when no value fits."""
        if not isinstance(schema, dict):
            return None if schema is False else ANYTHING
        plains = alternatives(schema)
        found = _one_of([self._plain(plain) for plain in plains])
        constructed = all(key in CONSTRUCTED or key in ANNOTATIONS or key.startswith("x-") for key in schema)
        if found is None or (constructed and (len(plains) == 1 or schema.keys() - ANNOTATIONS == {"anyOf"})):
            return found
        return found.filter(fits(schema))

    def _plain(self, plain: JsonObject) -> Values | None:
        if all(key in ANNOTATIONS or key.startswith("x-") for key in plain):
            return ANYTHING
        if "enum" in plain:
            options = list(filter(fits(plain), items(plain, "enum")))
            return st.sampled_from(options).map(copy.deepcopy) if options else None
        return _one_of([self._of_type(name, plain) for name in types_of(plain)])

    def _of_type(self, name: str, plain: JsonObject) -> Values | None:
        match name:
            case "string":
                return strings(plain)
            case "integer":
                return integers(plain)
            case "number":
                return numbers(plain)
            case "boolean":
                return st.booleans()
            case "array":
                return self._arrays(plain)
            case "object":
                return self._objects(plain)
            case _:
                return st.none()

    def _arrays(self, plain: JsonObject) -> Values | None:
        shortest = _count(plain, "minItems", 0)
        longest = _count(plain, "maxItems", max(shortest, LONGEST_ARRAY))
        leading = [self.values(schema) for schema in items(plain, "prefixItems")]
        if "contains" in plain and not leading:
            leading = [self.values(plain["contains"])]
        first = [values for values in leading if values is not None]
        element = self.values(plain.get("items", {})) if longest > len(first) else None
        if plain.get("uniqueItems") and (options := items(plain, "items", "enum")):
            longest = min(longest, len(options))
        if len(first) < len(leading) or shortest > longest or (element is None and shortest > len(first)):
            return None
        if element is None:
            return st.tuples(*first[:longest]).map(list) if first else st.builds(list)
        rest = _lists(
            element, max(0, shortest - len(first)), longest - len(first), unique=bool(plain.get("uniqueItems"))
        )
        if not first:
            return rest
        return st.builds(lambda head, tail: [*head, *tail], st.tuples(*first), rest)

    def _objects(self, plain: JsonObject) -> Values | None:
        properties = {name: self.values(schema) for name, schema in member(plain, "properties").items()}
        names = words(items(plain, "required"))
        required = {name: properties.get(name) if name in properties else ANYTHING for name in names}
        if None in required.values():
            return None
        optional = {name: values for name, values in properties.items() if values is not None and name not in required}
        wanted = {name: values for name, values in required.items() if values is not None}
        return _objects(_Members(wanted, optional, self._free_members(plain)))

    def _free_members(self, plain: JsonObject) -> st.SearchStrategy[dict[str, Json]] | None:
        """Members that the schema does not name: of a map, of a free object, or undeclared ones if these are wanted."""
        declared = member(plain, "properties")
        patterns = member(plain, "patternProperties")
        if patterns:
            pairs = [(_matching(pattern), self.values(schema)) for pattern, schema in patterns.items()]
        else:
            additional = plain.get("additionalProperties", True)
            if additional is False or (declared and not isinstance(additional, dict) and not self.allow_undeclared):
                return None
            named: JsonObject = {"type": "string", "maxLength": 12, **member(plain, "propertyNames")}
            pairs = [(cast("st.SearchStrategy[str] | None", self.values(named)), self.values(additional))]
        fewest = max(0, _count(plain, "minProperties", 0) - len(declared))
        most = max(fewest, min(_count(plain, "maxProperties", fewest + 3), fewest + 3))
        maps = [
            st.dictionaries(names.filter(lambda name: name not in declared), values, min_size=fewest, max_size=most)
            for names, values in pairs
            if names is not None and values is not None
        ]
        return st.one_of(maps) if maps else None


def strings(plain: JsonObject) -> st.SearchStrategy[str] | None:
    """Strings of a plain schema, or None when no length is allowed."""
    shortest, longest = _count(plain, "minLength", 0), plain.get("maxLength")
    limit = longest if isinstance(longest, int) else None
    if limit is not None and shortest > limit:
        return None
    made = None
    if isinstance(pattern := plain.get("pattern"), str):
        samples = [value for value in instances(plain) if isinstance(value, str)]
        made = _one_of([st.sampled_from(samples) if samples else None, _matching(pattern)])
    elif isinstance(name := plain.get("format"), str):
        made = FORMATS.get(name)
    if made is None:
        return texts(shortest, limit)
    if shortest == 0 and limit is None:
        return made
    return made.filter(lambda text: shortest <= len(text) <= (len(text) if limit is None else limit))


def _anything() -> Values:
    leaves = st.one_of(
        texts(), st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False)
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(1, 12), inner, max_size=3),
        max_leaves=6,
    )


# Any JSON value, a small one. One strategy for all: making one takes as long as drawing from it.
ANYTHING = _anything()


@dataclass(frozen=True, repr=False)
class _Members(ShortRepr):
    """Values for the members of an object; `free` ones have names of their own. The text is short: Hypothesis asks."""

    required: Mapping[str, Values]
    optional: Mapping[str, Values]
    free: st.SearchStrategy[dict[str, Json]] | None

    def __repr__(self) -> str:
        return ", ".join([*self.required, *(f"{name}?" for name in self.optional)])


@st.composite
def _objects(draw: st.DrawFn, members: _Members) -> Json:
    """An object: each optional member is there in about half of the cases."""
    made = {name: draw(values) for name, values in members.required.items()}
    made |= {name: draw(values) for name, values in members.optional.items() if draw(PRESENT)}
    return made if members.free is None else {**draw(members.free), **made}


# Hypothesis draws the simplest choice more often than the others, so this comes out at a little under a half.
PRESENT = st.sampled_from((False, True, True, False, True))


def _lists(element: Values, shortest: int, longest: int, *, unique: bool) -> Values:
    usual = min(longest, shortest + USUAL_ITEMS)
    if shortest > DRAWN_ITEMS and not unique:
        return _repeated(element, shortest)
    if unique:
        return st.lists(
            element, min_size=shortest, max_size=usual, unique_by=lambda item: json.dumps(item, sort_keys=True)
        )
    lists: Values = st.lists(element, min_size=shortest, max_size=usual)
    if not usual < longest < LONGEST_ARRAY:
        return lists
    return st.one_of(lists, _repeated(element, longest))


def _repeated(element: Values, length: int) -> Values:
    """Arrays of this length in which one or two items come again and again: drawing so many would take too long."""

    def filled(seed: list[Json]) -> list[Json]:
        return [copy.deepcopy(seed[index % len(seed)]) for index in range(length)]

    return st.lists(element, min_size=1, max_size=2).map(filled)


def _matching(pattern: str) -> st.SearchStrategy[str] | None:
    """Strings in which `pattern` is found, as JavaScript reads it: digits and letters are ASCII, `$` is the very end.

    None for a pattern that Python's `re` does not know.
    """
    ended = DOLLAR.sub(lambda match: r"\Z" if match[0] == "$" else match[0], pattern)
    try:
        return st.from_regex(re.compile(ended, re.ASCII))
    except re.error:
        return None


def _one_of(found: Sequence[st.SearchStrategy[T] | None]) -> st.SearchStrategy[T] | None:
    there = [values for values in found if values is not None]
    return st.one_of(there) if there else None


def _count(plain: JsonObject, keyword: str, otherwise: int) -> int:
    value = plain.get(keyword)
    return value if isinstance(value, int) else otherwise
