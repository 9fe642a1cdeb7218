"""What has changed in the requests of an operation: key, parameters and body."""

from collections.abc import Iterator, Mapping, Sequence

from reelmock.contracts.diff_models import model_differences
from reelmock.contracts.diff_places import Difference, schema_difference
from reelmock.contracts.diff_rules import PARAMETER, REQUEST
from reelmock.contracts.diff_schemas import changes
from reelmock.contracts.diff_sides import Side
from reelmock.contracts.jsontree import JsonObject, Path, items, member, text
from reelmock.contracts.operations import Parameter


def request_differences(old: Side, new: Side) -> Iterator[Difference]:
    """Everything about the requests of an operation that both documents have."""
    yield from _security(old, new)
    yield from _parameters(old, new)
    yield from _body(old, new)
    mine, theirs = old.operation.request_schema, new.operation.request_schema
    if old.models and new.models:
        yield from model_differences(old, new)
    elif mine is not None and theirs is not None:
        for change in changes(mine, theirs):
            yield schema_difference(REQUEST, new.operation.key, change, old.schema_path, new.schema_path)


def _security(old: Side, new: Side) -> Iterator[Difference]:
    """A client that does what one of the old requirements says must meet one of the new ones."""
    mine, theirs = _requirements(old), _requirements(new)
    places: tuple[Path, Path] = ((*old.path, "security"), (*new.path, "security"))
    if not all(any(now <= was for now in theirs) for was in mine):
        yield Difference("security-tightened", new.operation.key, f"it wants {_wanted(theirs)}", *places)
    elif not all(any(was <= now for was in mine) for now in theirs):
        yield Difference("security-loosened", new.operation.key, f"it wants {_wanted(theirs)}", *places)


def _requirements(side: Side) -> Sequence[frozenset[str]]:
    """The sets of schemes of which a request needs one; an empty set wants nothing."""
    schemes = member(side.contract.document.resolve(member(side.tree, "components", "securitySchemes")))
    told = items(side.raw if "security" in side.raw else side.tree, "security")
    return [frozenset(_scheme(member(schemes, name)) for name in member(one)) for one in told] or [frozenset()]


def _scheme(scheme: JsonObject) -> str:
    """What a client has to send for a scheme, such as `bearer` or ``apikey `x-key` in the header``."""
    where = f" `{text(scheme, 'name')}` in the {text(scheme, 'in')}" if "in" in scheme else ""
    return (text(scheme, "scheme") or text(scheme, "type")).lower() + where


def _wanted(requirements: Sequence[frozenset[str]]) -> str:
    return " or ".join(" and ".join(sorted(one)) or "no key" for one in requirements)


def _parameters(old: Side, new: Side) -> Iterator[Difference]:
    mine, theirs = _named(old), _named(new)
    for key, (parameter, where) in mine.items():
        told = f"{parameter.location} `{parameter.name}` of {new.operation.key}"
        if key not in theirs:
            yield Difference("request-parameter-removed", told, "it is gone", where, ())
            continue
        other, there = theirs[key]
        if parameter.required != other.required:
            how = "became-required" if other.required else "became-optional"
            message = "it is required now" if other.required else "it is not required any more"
            yield Difference(f"request-parameter-{how}", told, message, where, there)
        for change in changes(parameter.schema, other.schema):
            yield schema_difference(PARAMETER, told, change, (*where, "schema"), (*there, "schema"))
    for key, (parameter, where) in theirs.items():
        if key not in mine:
            told = f"{parameter.location} `{parameter.name}` of {new.operation.key}"
            how = "added-required" if parameter.required else "added"
            message = "it is new" + " and required" * parameter.required
            yield Difference(f"request-parameter-{how}", told, message, (), where)


def _named(side: Side) -> Mapping[tuple[str, str], tuple[Parameter, Path]]:
    """What clients know parameters by → the parameter, and where it stands.

    One in the path is known by its position, a header by its name in any case.
    """
    positions = {name: str(index) for index, name in enumerate(side.operation.path_parameters)}
    found = {}
    for parameter in side.operation.parameters:
        name = {"path": positions.get(parameter.name, ""), "header": parameter.name.lower()}
        key = (parameter.location, name.get(parameter.location, parameter.name))
        found[key] = (parameter, _place(side, parameter))
    return found


def _place(side: Side, parameter: Parameter) -> Path:
    for node, path in ((side.raw, side.path), (side.item, side.path[:-1])):
        for index, raw in enumerate(items(node, "parameters")):
            if (text(raw, "name"), text(raw, "in")) == (parameter.name, parameter.location):
                return (*path, "parameters", index)
    return side.path


def _body(old: Side, new: Side) -> Iterator[Difference]:
    """Whether there is a body, whether it has to be, and in which media types it may come."""
    key, places = new.operation.key, [(*side.path, "requestBody") for side in (old, new)]
    if not old.body and not new.body:
        return
    needed, wanted = (side.body.get("required") is True for side in (old, new))
    if not old.body:
        yield Difference("request-body-added", key, "a body is read now", (), places[1])
    elif not new.body:
        yield Difference("request-body-removed", key, "no body is read any more", places[0], ())
    elif needed != wanted:
        how, told = ("required", "is required now") if wanted else ("optional", "may be left out now")
        yield Difference(f"request-body-became-{how}", key, f"the body {told}", places[0], places[1])
    if old.body and new.body:
        yield from _media_types(old, new)


def _media_types(old: Side, new: Side) -> Iterator[Difference]:
    mine, theirs = (member(side.body, "content") for side in (old, new))
    for side, name, how, told in (
        *((old, name, "removed", "is not taken any more") for name in mine if name not in theirs),
        *((new, name, "added", "is taken now") for name in theirs if name not in mine),
    ):
        place = (*side.path, "requestBody", "content", name)
        yield Difference(f"request-media-type-{how}", new.operation.key, f"{name} {told}", place, place)
