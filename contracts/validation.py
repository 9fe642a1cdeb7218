"""jsonschema validators that are prepared once: schemas here have no references, so nothing has to be resolved again.

jsonschema makes a new validator for every subschema at every validation, because a reference may lead elsewhere each
time. Keeping the ones for properties, `allOf` and `not` halves the cost of a request; the errors stay the same.
"""

from collections.abc import Callable, Iterator
from typing import cast

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, excerpt


def prepared(schema: JsonObject) -> Validator:
    """A validator of `schema`, a JSON Schema 2020-12 without references, that checks formats as well."""
    parts: dict[int, Validator] = {}

    def part(validator: Validator, inner: Json) -> Validator:
        """The validator of a subschema, which lives as long as the schema around it."""
        found = parts.get(id(inner))
        if found is None:
            found = parts[id(inner)] = validator.evolve(schema=inner)
        return found

    rules = {name: rule(part) for name, rule in RULES.items()}
    quick = cast(type[Draft202012Validator], extend(Draft202012Validator, rules))  # type: ignore[no-untyped-call] # its stub has no types for the second argument
    return quick(schema, format_checker=format_checker())


# Gives the prepared validator of a subschema.
Part = Callable[[Validator, Json], Validator]
# Checks one keyword: the validator, the keyword's value, the instance, and the schema around the keyword.
Keyword = Callable[[Validator, Json, Json, Json], Iterator[ValidationError]]


def _properties(part: Part) -> Keyword:
    def check(validator: Validator, declared: Json, instance: Json, _: Json) -> Iterator[ValidationError]:
        if not isinstance(instance, dict) or not isinstance(declared, dict):
            return
        for name, schema in declared.items():
            if name in instance:
                for error in part(validator, schema).iter_errors(instance[name]):
                    error.path.appendleft(name)
                    error.schema_path.appendleft(name)
                    yield error

    return check


def _all_of(part: Part) -> Keyword:
    def check(validator: Validator, schemas: Json, instance: Json, _: Json) -> Iterator[ValidationError]:
        for index, schema in enumerate(schemas if isinstance(schemas, list) else ()):
            for error in part(validator, schema).iter_errors(instance):
                error.schema_path.appendleft(index)
                yield error

    return check


def _not(part: Part) -> Keyword:
    def check(validator: Validator, schema: Json, instance: Json, _: Json) -> Iterator[ValidationError]:
        if part(validator, schema).is_valid(instance):
            yield ValidationError(f"{excerpt(instance)} is what the schema forbids")

    return check


RULES: dict[str, Callable[[Part], Keyword]] = {"properties": _properties, "allOf": _all_of, "not": _not}
