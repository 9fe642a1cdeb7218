"""Every way to break one place of a valid payload, labelled: made from the schema alone, without chance."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from reelmock.contracts.combinations import broken_combinations
from reelmock.contracts.formats import format_checker
from reelmock.contracts.instances import built_from, fits, full_payload, instances, minimal_payload
from reelmock.contracts.jsontree import Json, JsonObject, Path, fresh, items, member, words
from reelmock.contracts.models import Model
from reelmock.contracts.payloads import judge_errors, meaning
from reelmock.contracts.plain_schemas import alternatives
from reelmock.contracts.violations import KINDS, Violation, broken_rules
from reelmock.contracts.wrong_values import wrong_values

__all__ = [
    "MUTATION_KINDS",
    "KindError",
    "Mutation",
    "check_kinds",
    "full_payload",
    "minimal_payload",
    "mutation_of",
    "violations",
]

# A name for a property that no schema declares.
UNDECLARED = "undeclared_property"

# What a mutation can be called, in the order in which kinds are listed.
MUTATION_KINDS = tuple(dict.fromkeys([*KINDS.values(), "null", "non_object", "broken_rule"]))

# Keyword → how early it is named when a value breaks several rules of one place; the others are implied.
ORDER: Mapping[str, int] = {keyword: index for index, keyword in enumerate(["type", *KINDS])}

# Keywords by which strict refuses what is undeclared.
CLOSING = frozenset({"additionalProperties", "unevaluatedProperties"})

# A payload with a value at one place.
Put: TypeAlias = Callable[[Json], Json]


@dataclass(frozen=True, slots=True)
class Mutation:
    """A payload with one broken place.

    `violation` is what is wrong there, as the judge reports it; `implied` are the other keywords that the same value
    breaks. `tolerated` says whether lenient validation lets it pass.
    """

    violation: Violation
    implied: tuple[str, ...]
    payload: Json
    tolerated: bool

    @property
    def kind(self) -> str:
        """What is wrong, e.g. `not_in_enum`."""
        return self.violation.kind

    @property
    def pointer(self) -> str:
        """Where, as a JSON pointer; the payload itself is the empty string."""
        return self.violation.pointer

    @property
    def keyword(self) -> str:
        """The keyword of the schema that is broken."""
        return self.violation.keyword

    @property
    def sentence(self) -> str:
        """What is wrong and where, for a reader."""
        return str(self.violation)


def violations(schema: JsonObject) -> list[Mutation]:
    """Every way to break one place of a valid payload of `schema`, in the schema's order.

    Each is checked with the validator: all that is wrong lies at its place. Undeclared properties are among them, which
    strict validation refuses; `tolerated` tells them from what lenient refuses too.
    UnsatisfiableError when the schema has no valid payload.
    """
    model = Model("", (), schema, "", "")
    judge_of = cache(partial(_judge, model.closed_schema, format_checker()))
    minimal_payload(schema)  # raises when there is no valid payload to break
    catalogue: dict[tuple[str, str, str], Mutation] = {}
    for path, payload in _Walk(fits(model.closed_schema)).broken(schema, (), lambda value: value):
        errors = judge_of(path).iter_errors(payload)
        if mutation := _mutation(model, payload, list(errors)):
            wrong = mutation.violation
            catalogue.setdefault((wrong.pointer, wrong.keyword, repr(wrong.received)), mutation)
    return list(catalogue.values())


def _judge(schema: JsonObject, formats: FormatChecker, path: Path) -> Draft202012Validator:
    """A validator of what a change at `path` can break."""
    trusting = _trusting(schema, path)
    return Draft202012Validator(trusting if isinstance(trusting, dict) else {}, format_checker=formats)


def _trusting(schema: Json, path: Path) -> Json:
    """`schema`, taking any value beside `path`: these were valid, did not change, and take time to be checked again."""
    if not path or not isinstance(schema, dict):
        return schema
    step, properties = path[0], member(schema, "properties")
    if step in properties:
        inner = {name: _trusting(properties[name], path[1:]) if name == step else True for name in properties}
        return {**schema, "properties": inner}
    if isinstance(step, int) and "items" in schema and "prefixItems" not in schema:
        return {**schema, "prefixItems": [*[True] * step, _trusting(schema["items"], path[1:])], "items": True}
    return schema


def mutation_of(model: Model, payload: Json) -> Mutation | None:
    """What is wrong with a payload when it is wrong at one place, else None: it is valid, or broken at several."""
    return _mutation(model, payload, list(model.validator.iter_errors(payload)))


def _mutation(model: Model, payload: Json, errors: Sequence[ValidationError]) -> Mutation | None:
    rules = sorted(broken_rules(errors), key=_rank)
    if not rules or any(rule.path != rules[0].path for rule in rules):
        return None
    first = rules[0]
    others = tuple(dict.fromkeys(rule.keyword for rule in rules[1:] if rule.keyword != first.keyword))
    return Mutation(first, others, fresh(payload), _tolerated(model, errors, first, payload))


def _rank(rule: Violation) -> int:
    return ORDER.get(rule.keyword, len(ORDER))


def _tolerated(model: Model, errors: Sequence[ValidationError], violation: Violation, payload: Json) -> bool:
    """Whether lenient takes the payload; the judge is only asked where it may say yes, since asking is slow."""
    match violation.kind:
        case "undeclared_property":
            return True
        case "wrong_type" if meaning(model, violation) is not None:
            return not judge_errors(model, payload, errors, "lenient").violations
        case "no_branch" if any(map(_only_closed, errors)):
            return not judge_errors(model, payload, errors, "lenient").violations
    return False


def _only_closed(error: ValidationError) -> bool:
    """Whether an error is about what is undeclared alone: itself, or in a branch of a union."""
    branches: dict[object, list[ValidationError]] = {}
    for inner in error.context or ():
        branches.setdefault(next(iter(inner.relative_schema_path), None), []).append(inner)
    return error.validator in CLOSING or any(all(map(_only_closed, branch)) for branch in branches.values())


class KindError(ValueError):
    """Kinds of mutations that there are not. The text names those that there are."""


def check_kinds(
    chosen: Sequence[str], there: Iterable[str], models: Sequence[Model], known: Sequence[str] = MUTATION_KINDS
) -> None:
    """Raise the KindError for kinds that are not `known`, or `there` for none of the models."""
    if not chosen:
        raise KindError(f"`kinds` is empty: name one or more of {', '.join(there)}, or leave it out for all")
    for kind in chosen:
        if kind not in known:
            raise KindError(f"there is no kind '{kind}'. There are: {', '.join(known)}")
        if kind not in there:
            names = ", ".join(model.id for model in models[:5]) + (", …" if len(models) > 5 else "")
            raise KindError(f"no place of {names} can be broken as '{kind}', only as: {', '.join(there)}")


@dataclass(frozen=True)
class _Walk:
    """A walk over the places of a schema; `valid` tells whether a whole payload is valid."""

    valid: Callable[[Json], bool]

    def broken(self, schema: Json, path: Path, put: Put) -> Iterator[tuple[Path, Json]]:
        """Payloads with something wrong at or below `path`, which `put` fills, each with the path that was changed.

        A few may turn out valid, or broken at several places.
        """
        if not isinstance(schema, dict):
            return
        right: Json = None
        for plain in alternatives(schema):
            right = self._right(plain, put)
            yield from ((path, put(wrong)) for wrong in wrong_values(plain, right))
            if isinstance(right, dict):
                yield from self._members(plain, right, path, put)
            if isinstance(right, list):
                yield from self._elements(plain, right, path, put)
        yield from ((path, put(wrong)) for wrong in broken_combinations(schema))

    def _right(self, plain: JsonObject, put: Put) -> Json:
        """A value that makes the whole payload valid, or None."""

        def valid(value: Json) -> bool:
            return self.valid(put(value))

        return next(filter(valid, built_from(plain, valid, full=False)), None)

    def _members(self, plain: JsonObject, right: JsonObject, path: Path, put: Put) -> Iterator[tuple[Path, Json]]:
        for name in words(items(plain, "required")):
            yield path, put({key: value for key, value in right.items() if key != name})
        properties = member(plain, "properties")
        free = {name: plain.get("additionalProperties") for name in right if name not in properties}
        for name, schema in (properties | free).items():
            around = self._around(plain, right, name, schema, put)
            if around is not None:
                yield from self.broken(schema, (*path, name), _filling(put, around, name))
        yield path, put({**right, UNDECLARED: True})

    def _around(self, plain: JsonObject, right: JsonObject, name: str, schema: Json, put: Put) -> JsonObject | None:
        """A valid object that has the member `name`: the smallest one with it, or else the fullest one."""
        values = (self._right(inner, _filling(put, right, name)) for inner in alternatives(schema))
        if (value := next((value for value in values if value is not None), None)) is not None:
            return {**right, name: value}
        fullest = (value for value in instances(plain, full=True) if isinstance(value, dict) and name in value)
        return next((value for value in fullest if self.valid(put(value))), None)

    def _elements(self, plain: JsonObject, right: list[Json], path: Path, put: Put) -> Iterator[tuple[Path, Json]]:
        schemas = items(plain, "prefixItems") or [plain.get("items")]
        for index, schema in enumerate(schemas[: len(right)]):
            yield from self.broken(schema, (*path, index), _replacing(put, right, index))


def _filling(put: Put, around: JsonObject, name: str) -> Put:
    return lambda value: put({**around, name: value})


def _replacing(put: Put, right: list[Json], index: int) -> Put:
    return lambda value: put([*right[:index], value, *right[index + 1 :]])
