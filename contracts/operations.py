"""The operations of a document: one method on one path, with parameters, request schema and responses resolved."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from jsonschema import Draft202012Validator

from reelmock.contracts.document import Document
from reelmock.contracts.formats import format_checker
from reelmock.contracts.jsontree import Json, JsonObject, items, member, text, words
from reelmock.contracts.short_repr import ShortRepr

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JSON_MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A declared parameter; `location` is `query`, `path`, `header` or `cookie`."""

    name: str
    location: str
    required: bool
    schema: JsonObject


@dataclass(frozen=True, repr=False)
class ResponseSpec(ShortRepr):
    """What an operation declares for one status.

    `headers` has lower-case names and the whole header objects, `media_type` is JSON where there is a choice.
    """

    schema: JsonObject
    headers: Mapping[str, JsonObject]
    media_type: str = JSON_MEDIA_TYPE

    def __repr__(self) -> str:
        return f"ResponseSpec({self.media_type}, {', '.join(member(self.schema, 'properties'))})"

    @cached_property
    def validator(self) -> Draft202012Validator:
        """A prepared validator of `schema`."""
        return Draft202012Validator(self.schema, format_checker=format_checker())


@dataclass(frozen=True, repr=False)
class Operation(ShortRepr):
    """One method on one path. `method` is upper case."""

    id: str
    method: str
    path: str
    bearer: bool
    parameters: tuple[Parameter, ...]
    request_schema: JsonObject | None
    responses: Mapping[str, ResponseSpec]
    links: tuple[JsonObject, ...]
    # What `x-lifecycle` says, or None.
    lifecycle: JsonObject | None = None

    def __repr__(self) -> str:
        return f"Operation({self.key})"

    @cached_property
    def key(self) -> str:
        """Method and path: unlike `id` unique in every document, since real ones repeat operation ids."""
        return f"{self.method} {self.path}"

    @cached_property
    def success(self) -> ResponseSpec | None:
        """The first declared 2xx response with a body, else the first one, or None."""
        return self.responses.get(self._success_name) if self._success_name else None

    @cached_property
    def success_status(self) -> int:
        """The status of `success` as a number; 200 when it is not declared by number."""
        return int(self._success_name) if self._success_name.isdecimal() else 200

    @cached_property
    def _success_name(self) -> str:
        names = [status for status in self.responses if status.startswith("2")]
        return next((status for status in names if self.responses[status].schema), next(iter(names), ""))

    @cached_property
    def path_pattern(self) -> re.Pattern[str]:
        """Matches this operation's paths; a `{name}` takes one segment, as a named group `p0`, `p1`, …"""
        pieces = re.split(r"\{[^{}/]+\}", self.path)
        pattern = re.escape(pieces[0])
        for index, piece in enumerate(pieces[1:]):
            pattern += f"(?P<p{index}>[^/]+){re.escape(piece)}"
        return re.compile(pattern)

    @cached_property
    def path_parameters(self) -> tuple[str, ...]:
        """The names in braces, in order."""
        return tuple(re.findall(r"\{([^{}/]+)\}", self.path))

    def parameters_in(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location."""
        return tuple(parameter for parameter in self.parameters if parameter.location == location)


def find_operations(document: Document) -> tuple[Operation, ...]:
    """Every operation of the document, in its order."""
    paths = member(document.tree, "paths")
    return tuple(
        _operation(document, route, method, item, member(item, method))
        for route, item in ((route, document.resolve_object(item, ("paths", route))) for route, item in paths.items())
        for method in METHODS
        if isinstance(item.get(method), dict)
    )


def _operation(document: Document, route: str, method: str, item: JsonObject, raw: JsonObject) -> Operation:
    content = member(raw, "requestBody", "content")
    media = member(content, JSON_MEDIA_TYPE)
    responses = {
        status: response for status, response in member(raw, "responses").items() if isinstance(response, dict)
    }
    return Operation(
        id=text(raw, "operationId", f"{method} {route}"),
        method=method.upper(),
        path=route,
        bearer=_wants_bearer(document, raw),
        parameters=_parameters([*items(item, "parameters"), *items(raw, "parameters")]),
        request_schema=member(media, "schema") or None,
        responses={status: _response(response) for status, response in responses.items()},
        links=tuple(member(link) for response in responses.values() for link in member(response, "links").values()),
        lifecycle=member(raw, "x-lifecycle") if "x-lifecycle" in raw else None,
    )


def _wants_bearer(document: Document, operation: JsonObject) -> bool:
    """Whether some security requirement of the operation (else of the document) is an HTTP bearer scheme."""
    requirements = items(operation if "security" in operation else document.tree, "security")
    schemes = member(document.tree, "components", "securitySchemes")
    named = {name for requirement in requirements for name in member(requirement)}
    return any(text(member(schemes, name), "scheme").lower() == "bearer" for name in named)


def _parameters(raw: list[Json]) -> tuple[Parameter, ...]:
    """The parameters; one of an operation replaces the path's of the same name and location."""
    found = {
        (text(node, "name"), text(node, "in")): Parameter(
            name=text(node, "name"),
            location=text(node, "in"),
            required=member(node).get("required") is True,
            schema=member(node, "schema"),
        )
        for node in raw
    }
    return tuple(found.values())


def _response(raw: JsonObject) -> ResponseSpec:
    content = member(raw, "content")
    media_type = JSON_MEDIA_TYPE if JSON_MEDIA_TYPE in content else next(iter(content), JSON_MEDIA_TYPE)
    headers = {name.lower(): member(header) for name, header in member(raw, "headers").items()}
    return ResponseSpec(member(content, media_type, "schema"), headers, media_type)


def response_name(operation: Operation, status: int) -> str | None:
    """Under which name `operation` declares the response of this status: `404`, `4XX` or `default`; None for none."""
    names = (str(status), f"{status // 100}XX", "default")
    return next((name for name in names if name in operation.responses), None)


def enum_values(schema: JsonObject) -> tuple[str, ...]:
    """The strings that a schema's `enum` or `const` allows."""
    return words(items(schema, "enum") or [schema.get("const")])
