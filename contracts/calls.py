"""Requests for an operation, with every parameter that it requires: what a client of any API of this kind sends."""

import json
from collections.abc import Mapping

from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import instances
from reelmock.contracts.jsontree import Json
from reelmock.contracts.operations import JSON_MEDIA_TYPE, Operation, Parameter


def call(
    operation: Operation, *, key: str | None = None, payload: Json = None, given: Mapping[str, str] | None = None
) -> Request:
    """A request for `operation`; `key` goes into `Authorization`, `payload` becomes the body.

    `given` are values of parameters by name; required ones that are not among them get the first value that their
    schema takes, optional ones are left out.
    """
    given = given or {}

    def values(location: str) -> dict[str, str]:
        wanted = (p for p in operation.parameters_in(location) if p.required or p.name in given)
        return {p.name: given[p.name] if p.name in given else _filler(p) for p in wanted}

    path = operation.path
    for name, value in values("path").items():
        path = path.replace(f"{{{name}}}", value)
    headers = {name.lower(): value for name, value in values("header").items()}
    if key is not None:
        headers["authorization"] = f"Bearer {key}"
    if payload is not None:
        headers["content-type"] = JSON_MEDIA_TYPE
    body = b"" if payload is None else json.dumps(payload).encode()
    return Request(operation.method, path, tuple(values("query").items()), tuple(headers.items()), body)


def _filler(parameter: Parameter) -> str:
    value = next(instances(parameter.schema), "any")
    return value if isinstance(value, str) else json.dumps(value)
