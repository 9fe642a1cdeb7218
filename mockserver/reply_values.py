"""Results and errors in the form that a document declares for them."""

from collections.abc import Iterator

from reelmock.contracts.instances import fits, instances
from reelmock.contracts.jsontree import Json, JsonObject, fold, fresh, member
from reelmock.contracts.plain_schemas import TYPES, alternatives, types_of

# Members that hold the address of a video, most usual first, and others that hold an address of something else.
URL_NAMES = ("url", "videourl", "downloadurl", "fileurl", "outputurl", "uri", "href", "src", "link", "video", "videos")
OTHER_URLS = ("thumbnail", "cover", "poster", "preview", "image", "audio", "watermark", "gif", "last", "first")

MESSAGE_NAMES = ("message", "msg", "detail", "description", "reason", "errormessage")
TITLE_NAMES = ("name", "code", "type", "title")


def result_value(schema: Json, url: str) -> Json:
    """A result of `schema` that leads to `url`: the string itself, or an object or a list around it."""
    usual: Json = {"url": url}
    return next(_with_url(schema, url), usual)


def error_value(schema: Json, name: str, message: str) -> Json:
    """An error of `schema` with this name and message: the message alone where only a string is wanted."""
    for plain in alternatives(schema):
        for kind in _forms(plain):
            if kind == "string" and fits(plain)(message):
                return message
            if kind == "array":
                return [error_value(plain.get("items", {}), name, message)]
            if kind == "object":
                return _error_object(plain, name, message)
    return {"name": name, "message": message}


def _error_object(plain: JsonObject, name: str, message: str) -> JsonObject:
    members = member(plain, "properties")
    if not members:
        return {"name": name, "message": message}
    body = _base(plain)
    for names, value in ((TITLE_NAMES, name), (MESSAGE_NAMES, message)):
        taken = next(
            (key for wanted in names for key in members if fold(key) == wanted and _fit(members[key], value)), None
        )
        if taken is not None:
            body[taken] = value
    return body


def _with_url(schema: Json, url: str) -> Iterator[Json]:
    """The values of `schema` that lead to `url`, the plainest first."""
    for plain in alternatives(schema):
        for kind in _forms(plain):
            if kind == "string" and _fit(plain, url):
                yield url
            elif kind == "array" and "items" in plain:
                yield from ([inner] for inner in _with_url(plain["items"], url))
            elif kind == "object":
                yield from _objects_with_url(plain, url)


def _objects_with_url(plain: JsonObject, url: str) -> Iterator[JsonObject]:
    members = member(plain, "properties")
    if not members:
        yield {"url": url}
    named = sorted((name for name in members if fold(name) in URL_NAMES), key=lambda name: URL_NAMES.index(fold(name)))
    others = [name for name in members if name not in named and not any(word in fold(name) for word in OTHER_URLS)]
    around = [name for name in others if not {"object", "array"}.isdisjoint(types_of(member(members[name])))]
    addresses = [name for name in others if member(members[name]).get("format") == "uri"]
    for name in (*named, *addresses, *around):
        for inner in _with_url(members[name], url):
            yield _base(plain) | {name: inner}


def _forms(plain: JsonObject) -> tuple[str, ...]:
    """The types that a plain schema allows; where it says nothing, an object is what APIs of this kind use."""
    kinds = types_of(plain)
    return kinds if len(kinds) < len(TYPES) else ("object",)


def _base(plain: JsonObject) -> JsonObject:
    """The smallest object of a schema, which shares nothing with others."""
    return next((value for found in instances(plain) if isinstance(value := fresh(found), dict)), {})


def _fit(schema: Json, value: str) -> bool:
    return not isinstance(schema, dict) or fits(schema)(value)
