"""Results and errors are written in whatever form a document declares for them."""

import pytest

from reelmock.contracts.instances import fits
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.mockserver.reply_values import error_value, result_value

URL = "https://clips.test/a.mp4"
STRING: JsonObject = {"type": "string"}
URI: JsonObject = {"type": "string", "format": "uri"}


def an_object(required: tuple[str, ...] = (), **properties: Json) -> JsonObject:
    return {"type": "object", "required": [*required], "properties": properties}


def a_list(items: Json) -> JsonObject:
    return {"type": "array", "items": items}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (URI, URL),
        ({}, {"url": URL}),
        ({"type": ["null", "string"]}, URL),
        ({"type": "object"}, {"url": URL}),
        (an_object(video_url=URI), {"video_url": URL}),
        (an_object(thumbnail_url=URI, href=URI), {"href": URL}),
        (an_object(poster=URI, clip=URI), {"clip": URL}),
        (an_object(("url", "width"), url=URI, width={"type": "integer"}), {"url": URL, "width": 1}),
        (an_object(video=an_object(url=URI)), {"video": {"url": URL}}),
        (an_object(results=a_list(an_object(url=URI))), {"results": [{"url": URL}]}),
        (a_list(URI), [URL]),
        (a_list(an_object(("id", "url"), id={"const": 1}, url=URI)), [{"id": 1, "url": URL}]),
        ({"oneOf": [{"type": "null"}, a_list(URI)]}, [URL]),
        ({"type": "string", "enum": ["no", "address"]}, {"url": URL}),
    ],
    ids=str,
)
def test_the_address_stands_where_the_document_has_room_for_one(schema: JsonObject, value: Json) -> None:
    assert result_value(schema, URL) == value


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (STRING, "Why"),
        ({}, {"name": "N", "message": "Why"}),
        ({"type": ["object", "null"]}, {"name": "N", "message": "Why"}),
        (an_object(("code", "msg"), code=STRING, msg=STRING), {"code": "N", "msg": "Why"}),
        (an_object(("code",), code={"type": "integer"}, detail=STRING), {"code": 1, "detail": "Why"}),
        (an_object(("type",), type={"enum": ["face"]}, message=STRING), {"type": "face", "message": "Why"}),
        (a_list(an_object(reason=STRING)), [{"reason": "Why"}]),
        ({"anyOf": [{"type": "string", "maxLength": 1}, an_object(message=STRING)]}, {"message": "Why"}),
    ],
    ids=str,
)
def test_an_error_has_the_declared_members_as_far_as_they_can_tell_it(schema: JsonObject, value: Json) -> None:
    assert error_value(schema, "N", "Why") == value
    assert fits(schema)(value)
