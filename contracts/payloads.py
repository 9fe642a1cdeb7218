"""Judges payloads: by the one model that they name, as strictly as the schema or as kindly as the real API."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, cast

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
    return _judge_by(model or models[0], payload, validation)


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


def _judge_by(model: Model, payload: Json, validation: Validation) -> Judgement:
    if model.surely_valid(payload):
        return Judgement(model, payload)
    errors = list(model.validator.iter_errors(payload))
    if not errors:
        return Judgement(model, payload)
    violations = violations_of(errors)
    if validation == "strict":
        return Judgement(model, payload, tuple(violations))
    meant, deviations = _tolerate(model, payload, violations)
    if deviations:
        violations = violations_of(model.validator.iter_errors(meant))
    undeclared = [violation for violation in violations if violation.kind == "undeclared_property"]
    refused = (_as_received(v, payload) for v in violations if v.kind != "undeclared_property")
    tolerated = sorted([*deviations, *undeclared], key=lambda deviation: deviation.pointer)
    return Judgement(model, meant, tuple(refused), tuple(tolerated))


def _tolerate(model: Model, payload: Json, violations: Sequence[Violation]) -> tuple[Json, list[Violation]]:
    """The payload with numeric strings read as numbers and a documented id as the schema's, and the places of that."""
    meant = payload
    deviations = []
    for violation in violations:
        value = _meaning(model, violation)
        if value is not None and violation.path:
            meant = copy.deepcopy(payload) if meant is payload else meant
            _put(meant, violation.path, value)
            deviations.append(violation)
    return meant, deviations


def _meaning(model: Model, violation: Violation) -> Json:
    """What a tolerated value stands for, or None when the violation is a real one."""
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
    if violation.kind == "missing_required":
        return violation
    node = payload
    for step in violation.path:
        node = cast("dict[str | int, Json]", node)[step]
    return violation if node == violation.received else replace(violation, received=node)
