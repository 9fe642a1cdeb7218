"""The control API as `control_api.json` states it: which call a request is, and whether it is a right one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast
from urllib.parse import unquote

from jsonschema import Draft202012Validator

from reelmock.contracts.conformance import is_json, judge_query
from reelmock.contracts.document import make_document
from reelmock.contracts.exchange import Fields, Request
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import Json, JsonObject, excerpt, fresh, member, text
from reelmock.contracts.operations import Operation, Parameter, find_operations
from reelmock.contracts.violations import Violation, violations_of
from reelmock.mockserver.rules import RULE_SCHEMA

PREFIX: Final = "/__reelmock__"

# The largest body of a call, in bytes.
MAX_BODY: Final = 1024 * 1024

# What a call takes whose document says nothing of a body.
NO_MEMBERS: Final[JsonObject] = {"type": "object", "additionalProperties": False, "properties": {}}


class ControlError(Exception):
    """A call that is refused, with nothing changed; the text says what came, what is allowed and where."""

    def __init__(self, status: int, message: str, headers: Fields = ()) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the control API: `values` are from the path, and `query` is checked, as `body` is."""

    operation: Operation
    values: Mapping[str, str]
    query: Mapping[str, str]
    body: JsonObject

    def __str__(self) -> str:
        return f"{self.operation.method} {PREFIX}{self.operation.path}"


@cache
def control_document() -> JsonObject:
    """The document as it is served, with the schema of rules in it. It is everybody's: copy it before a change."""
    tree = cast(JsonObject, json.loads(Path(__file__).with_name("control_api.json").read_text("utf-8")))
    rule = {name: value for name, value in RULE_SCHEMA.items() if name != "$schema"}
    member(tree, "components", "schemas")["Rule"] = rule
    return tree


@cache
def control_operations() -> tuple[Operation, ...]:
    """All operations, in the document's order."""
    return find_operations(make_document(member(fresh(control_document())), "control_api.json"))


def find_call(request: Request) -> tuple[Operation, Mapping[str, str]]:
    """The operation that a request is for, and the values in its path, which is still percent-encoded.

    ControlError for a path or a method that there is not.
    """
    path = request.path.removeprefix(PREFIX)
    found = [(one, match) for one in control_operations() if (match := one.path_pattern.fullmatch(path))]
    if not found:
        known = ", ".join(dict.fromkeys(PREFIX + one.path for one in control_operations()))
        raise ControlError(404, f"there is no {excerpt(request.path)}. There are: {known}")
    for operation, match in found:
        if operation.method == request.method:
            return operation, dict(zip(operation.path_parameters, map(unquote, match.groups()), strict=True))
    allow = ", ".join(operation.method for operation, _ in found)
    message = f"{PREFIX}{found[0][0].path} takes {allow}, and not {excerpt(request.method)}"
    raise ControlError(405, message, (("allow", allow),))


def read_call(operation: Operation, values: Mapping[str, str], request: Request) -> Call:
    """The call with what it is told. ControlError for a query or a body that breaks the document."""
    place = f"{operation.method} {PREFIX}{operation.path}"
    return Call(operation, values, _query(operation, request, place), _body(operation, request, place))


def _query(operation: Operation, request: Request, place: str) -> Mapping[str, str]:
    declared = {parameter.name: parameter for parameter in operation.parameters_in("query")}
    known = f"It may have: {', '.join(declared)}" if declared else "It takes none"
    said = [f"{violation.message}. {known}" for violation in judge_query(operation, request)]
    query = dict(request.query)
    if not said:
        said = [problem for name, value in query.items() for problem in _parameter_problems(declared[name], value)]
    if said:
        raise ControlError(400, f"{place}: {'; '.join(said)}")
    return query


def _parameter_problems(parameter: Parameter, value: str) -> Sequence[str]:
    number = text(parameter.schema, "type") == "integer" and value.isascii() and value.isdecimal() and len(value) < 16
    errors = Draft202012Validator(parameter.schema).iter_errors(int(value) if number else value)
    return [f"the query parameter `{parameter.name}`: {violation.message}" for violation in violations_of(errors)]


def _body(operation: Operation, request: Request, place: str) -> JsonObject:
    """The members of the body; none where there is no body. A GET or a DELETE has none."""
    if operation.method in ("GET", "DELETE"):
        return {}
    if len(request.body) > MAX_BODY:
        raise ControlError(413, f"{place}: the body has more than {MAX_BODY:,} bytes")
    schema = operation.request_schema or NO_MEMBERS
    body = _parsed(request, place) if request.body else {}
    if found := violations_of(Draft202012Validator(schema).iter_errors(body)):
        said = "; ".join(f"{violation.pointer or 'the body'}: {_message(violation, schema)}" for violation in found)
        raise ControlError(400, f"{place}: {said}")
    return member(body)


def _parsed(request: Request, place: str) -> Json:
    content_type = request.header("content-type")
    if not is_json(content_type):
        message = f"{place}: the content type is {excerpt(content_type)}, and the body has to be application/json"
        raise ControlError(415, message)
    try:
        return parse_json(request.body)
    except BodyError as error:
        raise ControlError(400, f"{place}: the body is no JSON: {error}") from None


def _message(violation: Violation, schema: JsonObject) -> str:
    if violation.kind != "undeclared_property" or len(violation.path) > 1:
        return violation.message
    known = ", ".join(member(schema, "properties"))
    return f"there is no such member. {f'There are: {known}' if known else 'This call takes none'}"
