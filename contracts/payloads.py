"""Judges payloads: by the one model that they name, as strictly as the schema or as kindly as the real API."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

from jsonschema import ValidationError

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, Path, excerpt
from reelmock.contracts.models import Model
from reelmock.contracts.operations import Operation
from reelmock.contracts.violations import Violation, violations_of

# `lenient` takes what the real API takes and notes it; `strict` is the schema as written, closed to undeclared fields.
Validation: TypeAlias = Literal["lenient", "strict"]

INTEGER_TEXT = re.compile(r"-?[0-9]{1,18}", re.ASCII)
NUMBER_TEXT = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is wrong with a payload, and what was let pass; `payload` has tolerated values read as what they mean."""

    model: Model | None
    payload: Json
    violations: tuple[Violation, ...] = ()
    deviations: tuple[Violation, ...] = ()


def judge_payload(
    contract: Contract, operation: Operation, payload: Json, validation: Validation = "strict"
) -> Judgement:
    """Judge the payload of a create operation by the one model that it names."""
    models = contract.models_of(operation)
    if not models:
        return Judgement(None, payload)
    name = payload.get(models[0].selector) if isinstance(payload, dict) else None
    model = contract.model_of(operation, name)
    if model is None and len(models) > 1:
        return Judgement(None, payload, (_no_model(models, payload, name),))
    return judge_by(model or models[0], payload, validation)


def _no_model(models: Sequence[Model], payload: Json, name: Json) -> Violation:
    selector = models[0].selector
    known: list[Json] = [model.id for model in models]
    if not isinstance(payload, dict):
        return Violation("non_object", (), "type", f"{excerpt(payload)} is not of type object", payload, "object")
    if selector not in payload:
        return Violation("missing_required", (selector,), "required", "is required and missing", None, "string")
    if not isinstance(name, str):
        return Violation("wrong_type", (selector,), "type", f"{excerpt(name)} is not of type string", name, "string")
    return Violation(
        "not_in_enum", (selector,), "enum", f"{excerpt(name)} is not one of {', '.join(map(str, known))}", name, known
    )


def judge_by(model: Model, payload: Json, validation: Validation) -> Judgement:
    """Judge a payload by one model, whatever model it names."""
    if model.surely_valid(payload):
        return Judgement(model, payload)
    return judge_errors(model, payload, list(model.validator.iter_errors(payload)), validation)


def judge_errors(model: Model, payload: Json, errors: Sequence[ValidationError], validation: Validation) -> Judgement:
    """Judge a payload by what the model's validator found wrong with it."""
    violations = violations_of(errors)
    if validation == "strict" or not violations:
        return Judgement(model, payload, tuple(violations))
    meant, deviations = _tolerate(model, payload, violations)
    if deviations:
        violations = [] if model.surely_valid(meant) else violations_of(model.validator.iter_errors(meant))
    undeclared = _undeclared(model, meant, violations)
    refused = (_as_received(violation, payload) for violation in violations if violation not in undeclared)
    tolerated = sorted([*deviations, *undeclared], key=lambda deviation: deviation.pointer)
    return Judgement(model, meant, tuple(refused), tuple(tolerated))


def _undeclared(model: Model, payload: Json, violations: Sequence[Violation]) -> list[Violation]:
    """The undeclared properties, and the unions of which a branch would fit but for one."""
    found = [violation for violation in violations if violation.kind == "undeclared_property"]
    if unions := [violation for violation in violations if violation.kind == "no_branch"]:
        broken = {(rule.path, rule.keyword) for rule in violations_of(model.open_validator.iter_errors(payload))}
        found += [union for union in unions if (union.path, union.keyword) not in broken]
    return found


def _tolerate(model: Model, payload: Json, violations: Sequence[Violation]) -> tuple[Json, list[Violation]]:
    """The payload with numeric strings read as numbers and a documented id as the schema's, and the places of that."""
    meant = payload
    deviations = []
    for violation in violations:
        value = meaning(model, violation)
        if value is not None and violation.path:
            meant = copy.deepcopy(payload) if meant is payload else meant
            _put(meant, violation.path, value)
            deviations.append(violation)
    return meant, deviations


def meaning(model: Model, violation: Violation) -> Json:
    """What a value that lenient tolerates stands for, or None when the violation is a real one."""
    received = violation.received
    if not isinstance(received, str):
        return None
    if violation.path == (model.selector,) and received in model.aliases:
        return model.id
    types = violation.expected if isinstance(violation.expected, list) else [violation.expected]
    if violation.keyword == "type" and "integer" in types and INTEGER_TEXT.fullmatch(received):
        return int(received)
    if violation.keyword == "type" and "number" in types and NUMBER_TEXT.fullmatch(received):
        return float(received)
    return None


def _put(node: Json, path: Path, value: Json) -> None:
    for step in path[:-1]:
        node = cast("dict[str | int, Json]", node)[step]
    cast("dict[str | int, Json]", node)[path[-1]] = value


def _as_received(violation: Violation, payload: Json) -> Violation:
    """The violation with the value that came, where it was judged by the value that was meant."""
    node = payload
    for step in violation.path:
        members = cast("dict[str | int, Json]", node)
        if isinstance(step, str) and step not in members:  # the violation is that it is missing
            return violation
        node = members[step]
    return violation if node == violation.received else replace(violation, received=node)
