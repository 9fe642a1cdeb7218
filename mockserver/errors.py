"""Refusals in both envelopes. Status, name and text of each stand in the document (`x-errors`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from string import Template
from typing import Literal, TypeAlias

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.jsontree import Json, JsonObject, member, text

ErrorFormat: TypeAlias = Literal["current", "legacy"]
ERROR_FORMATS: tuple[ErrorFormat, ...] = ("current", "legacy")

# Values from a request are cut to this length before they go into a message.
MAX_SHOWN = 500


class Refusal(Exception):
    """Ends the handling of a request with the error `case` of the document; `values` fill its text's placeholders."""

    def __init__(self, case: str, *, data: Json = None, headers: Fields = (), **values: object) -> None:
        super().__init__(case)
        self.case = case
        self.data = data
        self.headers = headers
        self.values = values


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """One row of the document's `x-errors`."""

    status: int
    title: str
    name: str
    message: Template
    hint: Template
    data: Json


@dataclass(frozen=True)
class Errors:
    """The document's errors, written in one of the two envelopes."""

    cases: Mapping[str, ErrorCase]
    error_format: ErrorFormat = "current"

    @classmethod
    def of(cls, contract: Contract, error_format: ErrorFormat) -> "Errors":
        """The errors of the contract; one that it does not word is worded by the shipped document."""
        rows = {**member(contract.house.tree, "x-errors"), **contract.extension_object("x-errors")}
        return cls({case: _case(member(row)) for case, row in rows.items() if isinstance(row, dict)}, error_format)

    def of_status(self, status: int, request: Request, now: float, request_id: str) -> Response:
        """The response with any status, in the words that the document has for it, else in HTTP's own."""
        worded = next(
            (case for case in self.cases.values() if case.status == status and not case.message.get_identifiers()), None
        )
        case = replace(worded, hint=Template("")) if worded else _unworded(status)
        return self._written(case, Refusal(""), request, now, request_id)

    def render(self, refusal: Refusal, request: Request, now: float, request_id: str) -> Response:
        """The response for a refusal of `request` at `now` (seconds since 1970)."""
        return self._written(self.cases[refusal.case], refusal, request, now, request_id)

    def _written(self, case: ErrorCase, refusal: Refusal, request: Request, now: float, request_id: str) -> Response:
        values = {name: str(value)[:MAX_SHOWN] for name, value in refusal.values.items()}
        values |= {"method": request.method[:MAX_SHOWN], "path": request.path[:MAX_SHOWN]}
        told = _Told(
            message=case.message.safe_substitute(values),
            hint=case.hint.safe_substitute(values),
            data=refusal.data if refusal.data is not None else case.data,
            at=timestamp(now),
        )
        if self.error_format == "current":
            body = _current(case, request, told)
        else:
            body = _legacy(case, request, told, request_id)
        content = json.dumps(body).encode()
        length = ("content-length", str(len(content)))
        return Response(case.status, (("content-type", "application/json"), *refusal.headers, length), content)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a refusal says, its placeholders filled."""

    message: str
    hint: str
    data: Json
    at: str


def _current(case: ErrorCase, request: Request, told: _Told) -> JsonObject:
    error: JsonObject = {"name": case.name, "message": told.message}
    if told.data is not None:
        error["data"] = told.data
    if told.hint:
        error["hint"] = told.hint
    path, _, query = request.target.partition("?")
    return {
        "title": case.title,
        "status": case.status,
        "message": told.message,
        "instance": f"{path}?{query}"[:MAX_SHOWN],
        "timestamp": told.at,
        "error": error,
    }


def _legacy(case: ErrorCase, request: Request, told: _Told, request_id: str) -> JsonObject:
    """The legacy envelope has one string for everything, so the details stand in it."""
    details = [_sentence(item) for item in told.data] if isinstance(told.data, list) else []
    hints = [told.hint] if told.hint else []
    message = ". ".join((told.message.rstrip("."), *details, *hints)) if details or hints else told.message
    return {
        "requestId": request_id,
        "statusCode": case.status,
        "timestamp": told.at,
        "path": request.path[:MAX_SHOWN],
        "message": message,
    }


def _sentence(issue: Json) -> str:
    path = member(issue).get("path")
    place = ".".join(str(step) for step in path) if isinstance(path, list) else ""
    return f"{place}: {text(issue, 'message')}" if place else text(issue, "message")


def _unworded(status: int) -> ErrorCase:
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = f"Status {status}"
    return ErrorCase(status, title, "", Template(title.replace("$", "$$")), Template(""), None)


def _case(row: JsonObject) -> ErrorCase:
    status = row.get("status")
    return ErrorCase(
        status=status if isinstance(status, int) else 500,
        title=text(row, "title", "Error"),
        name=text(row, "name"),
        message=Template(text(row, "message")),
        hint=Template(text(row, "hint")),
        data=row.get("data"),
    )


def timestamp(now: float) -> str:
    """`now` (seconds since 1970) as the API writes it: UTC with milliseconds and a `Z`."""
    return datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
