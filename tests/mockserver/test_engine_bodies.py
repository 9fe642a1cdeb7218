"""Refusals of a body: too large, no JSON, or against the schema; nothing is created."""

import pytest

from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, items, member
from reelmock.tests.mockserver.asking import PATH, Make, NewEngine, message

DEEP = b"[" * 10_000 + b"]" * 10_000
NESTED = b'{"a":' + b"[" * 101 + b"]" * 101 + b"}"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "The body is empty. It has to be a JSON object"),
        (b" \r\n\t", "The body is empty. It has to be a JSON object"),
        (b"hello", "The body is not valid JSON: Expecting value at line 1, column 1"),
        (b'{"a": 1,}', "The body is not valid JSON: "),
        (b'{"a": 1} x', "The body is not valid JSON: Extra data at line 1, column 10"),
        (b'{"a": 1, "a": 2}', "The body is not valid JSON: the name 'a' stands twice in one object"),
        (b'{"a": NaN}', "The body is not valid JSON: NaN is not JSON"),
        (b'{"a": -Infinity}', "The body is not valid JSON: -Infinity is not JSON"),
        (b'{"a": 1e999}', "The body is not valid JSON: the number 1e999 is too large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "The body is not valid JSON: a number in it has too many digits"),
        (b'{"a": "\xff"}', "The body is not valid JSON: byte 7 is not UTF-8"),
        (DEEP, "The body is not valid JSON: it is nested more than 100 levels deep"),
        (b'{"a":' + DEEP + b"}", "The body is not valid JSON: it is nested more than 100 levels deep"),
        (NESTED, "The body is not valid JSON: it is nested more than 100 levels deep"),
        (b"[1, 2]", "The body is an array of 2 items. It has to be a JSON object"),
        (b"null", "The body is null. It has to be a JSON object"),
        (b'"x"', "The body is 'x'. It has to be a JSON object"),
        (b"5", "The body is 5. It has to be a JSON object"),
    ],
)
def test_a_body_that_is_no_json_object_is_400_and_says_why(
    new_engine: NewEngine, create: Make, body: bytes, told: str
) -> None:
    engine = new_engine()
    response = engine.handle(create(body=body)).response
    assert response.status == 400
    assert message(response).startswith(told)
    assert engine.generations() == []


def test_a_body_over_the_limit_is_413_and_one_at_the_limit_is_not(new_engine: NewEngine, create: Make) -> None:
    body = create().body
    engine = new_engine(max_body=len(body))
    assert engine.handle(create(body=body)).response.status == 200
    response = engine.handle(create(body=body + b" ")).response
    assert response.status == 413
    assert message(response) == f"request entity too large: the body has more than {len(body)} bytes"
    assert len(engine.generations()) == 1


@pytest.mark.parametrize(("declared", "status"), [("400", 200), ("401", 413), ("9" * 19, 413), ("x", 200), ("-1", 200)])
def test_a_body_that_is_announced_as_too_large_is_413(
    new_engine: NewEngine, create: Make, declared: str, status: int
) -> None:
    engine = new_engine(max_body=400)
    assert engine.handle(create(headers={"content-length": declared})).response.status == status


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("text/plain", "'text/plain'"),
        ("", "''"),
        ("application/jsonp", "'application/jsonp'"),
        ("application/json; charset=utf-16", "'application/json; charset=utf-16'"),
        ("multipart/form-data; boundary=x", "'multipart/form-data; boundary=x'"),
    ],
)
def test_another_content_type_is_415(new_engine: NewEngine, create: Make, content_type: str, shown: str) -> None:
    engine = new_engine()
    response = engine.handle(create(headers={"content-type": content_type})).response
    assert response.status == 415
    assert message(response) == f"The content type {shown} is not supported. Send the body as application/json"
    assert engine.generations() == []


def test_no_content_type_is_415(new_engine: NewEngine, create: Make) -> None:
    request = Request("POST", PATH, (), (("authorization", "Bearer k"),), create().body)
    response = new_engine().handle(request).response
    assert response.status == 415
    assert message(response) == "The content type null is not supported. Send the body as application/json"


@pytest.mark.parametrize(
    "content_type", ["application/json;charset=UTF-8", "Application/JSON", 'application/json; charset="utf-8"']
)
def test_json_may_be_spelled_in_any_way(new_engine: NewEngine, create: Make, content_type: str) -> None:
    assert new_engine().handle(create(headers={"content-type": content_type})).response.status == 200


def test_violations_come_all_at_once_sorted_by_pointer(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine()
    request = create(style="odd", resolution="768P", prompt=None, image_url="no url", duration=4, seed=1.5)
    response = engine.handle(request).response
    data = items(response.json(), "error", "data")
    assert response.status == 400
    assert message(response) == "Invalid payload provided"
    assert [member(item)["path"] for item in data] == [
        [name] for name in ("duration", "image_url", "prompt", "resolution", "seed", "style")
    ]
    assert data[3] == {
        "received": "768P",
        "code": "invalid_enum_value",
        "options": ["360p", "540p", "720p", "1080p"],
        "path": ["resolution"],
        "message": "Invalid enum value. Expected '360p' | '540p' | '720p' | '1080p', received '768P'",
    }
    assert data[2] == {
        "code": "invalid_type",
        "expected": "string",
        "received": "undefined",
        "path": ["prompt"],
        "message": "Required",
    }
    assert engine.generations() == []


def test_a_rule_that_stands_only_in_prose_is_kept_too(new_engine: NewEngine, create: Make) -> None:
    response = new_engine().handle(create(resolution="1080p", duration=8)).response
    expected: list[Json] = [{"code": "custom", "path": [], "message": "1080p does not go with 8 seconds"}]
    assert (response.status, items(response.json(), "error", "data")) == (400, expected)


def test_a_refusal_stays_small_and_quotes_no_long_name(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(validation="strict")
    response = engine.handle(create(**{"k" * 1_000_000: 1})).response
    assert response.status == 400
    assert len(response.body) < 100_000
