"""Clips, OPTIONS and CORS through the engine."""

from collections.abc import Callable

import pytest

from reelmock.contracts.exchange import Fields, Request, Response
from reelmock.contracts.jsontree import member, text
from reelmock.mockserver.engine import Engine
from reelmock.tests.mockserver.asking import Make, NewEngine

EXPOSED = "x-inference-id, x-client-request-id, x-aimlapi-credits-used, x-aimlapi-usd-spent"


def completed(engine: Engine, create: Make) -> tuple[str, bytes]:
    """The path of a clip, and its bytes."""
    path = f"/clips/{text(engine.handle(create()).response.json(), 'id')}.mp4"
    return path, engine.handle(Request("GET", path)).response.body


@pytest.fixture
def engine(new_engine: NewEngine) -> Engine:
    return new_engine(progression="immediate")


def clip(engine: Engine, path: str, method: str = "GET", **headers: str) -> Response:
    fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return engine.handle(Request(method, path, (), fields)).response


def test_a_clip_is_there_once_its_generation_is_completed(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="hold")
    generation_id = text(engine.handle(create()).response.json(), "id")
    path = f"/clips/{generation_id}.mp4"
    early = clip(engine, path)
    error = member(early.json(), "error")
    assert early.status == 404
    assert error["message"] == f"There is no clip at {path}"
    assert error["hint"] == "A clip is there once its generation is completed."
    engine.finish(generation_id)
    response = clip(engine, path)
    assert (response.status, response.header("content-type")) == (200, "video/mp4")
    assert response.body[4:8] == b"ftyp"
    assert engine.journal.entries()[-1].status == "clip"
    assert engine.journal.entries()[-1].generation_id == generation_id


def test_a_failed_generation_has_no_clip(new_engine: NewEngine, create: Make) -> None:
    engine = new_engine(progression="immediate", failure_rate=1)
    path, _ = completed(engine, create)
    assert clip(engine, path).status == 404
    assert clip(engine, "/clips/nobody.mp4").status == 404


def test_clips_of_different_generations_differ_and_each_stays_the_same(engine: Engine, create: Make) -> None:
    (first, bytes_of_first), (_, bytes_of_second) = completed(engine, create), completed(engine, create)
    assert bytes_of_first != bytes_of_second
    assert clip(engine, first).body == bytes_of_first


def test_a_head_has_the_headers_of_the_get_and_no_body(engine: Engine, create: Make) -> None:
    path, whole = completed(engine, create)
    head, get = clip(engine, path, "HEAD"), clip(engine, path)
    assert (head.status, head.body, head.headers) == (200, b"", get.headers)
    assert head.header("content-length") == str(len(whole))
    assert head.header("accept-ranges") == "bytes"


@pytest.mark.parametrize(
    ("wanted", "start", "stop"), [("bytes=0-99", 0, 100), ("bytes=-50", -50, None), ("bytes=500-599", 500, 600)]
)
def test_a_part_is_206(engine: Engine, create: Make, wanted: str, start: int, stop: int | None) -> None:
    path, whole = completed(engine, create)
    response = clip(engine, path, range=wanted)
    first = start % len(whole)
    assert (response.status, response.body) == (206, whole[start:stop])
    assert response.header("content-range") == f"bytes {first}-{first + len(response.body) - 1}/{len(whole)}"
    assert response.header("content-length") == str(len(response.body))


def test_a_part_outside_of_the_clip_is_416_with_its_length(engine: Engine, create: Make) -> None:
    path, whole = completed(engine, create)
    response = clip(engine, path, range="bytes=99999999-")
    assert (response.status, response.header("content-range")) == (416, f"bytes */{len(whole)}")
    assert member(response.json(), "error")["message"] == (
        f"The clip has {len(whole)} bytes; the range `bytes=99999999-` lies outside of it"
    )


def test_several_parts_give_the_whole(engine: Engine, create: Make) -> None:
    path, whole = completed(engine, create)
    response = clip(engine, path, range="bytes=0-1,4-5")
    assert (response.status, response.body) == (200, whole)


def test_conditions_are_kept(engine: Engine, create: Make) -> None:
    path, whole = completed(engine, create)
    etag = clip(engine, path).header("etag") or ""
    unchanged = clip(engine, path, if_none_match=etag)
    assert (unchanged.status, unchanged.body, unchanged.header("content-length")) == (304, b"", None)
    assert clip(engine, path, if_none_match='"other"').body == whole
    assert clip(engine, path, range="bytes=0-1", if_range=etag).status == 206
    assert clip(engine, path, range="bytes=0-1", if_range='"other"').status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "get"])
def test_a_clip_can_only_be_read(engine: Engine, create: Make, method: str) -> None:
    response = clip(engine, completed(engine, create)[0], method)
    assert (response.status, response.header("allow")) == (405, "GET, HEAD, OPTIONS")


def test_a_clip_needs_no_key_even_when_the_engine_has_keys(new_engine: NewEngine, create: Make) -> None:
    """Two real clients assert that they never send the key to the host of the file."""
    engine = new_engine(progression="immediate", api_keys=("sk-1",))
    path = f"/clips/{text(engine.handle(create(key='sk-1')).response.json(), 'id')}.mp4"
    assert clip(engine, path).status == 200
    assert clip(engine, path, authorization="Bearer wrong").status == 200


@pytest.mark.parametrize(
    ("public_url", "origin", "base"),
    [
        (None, "", "https://cdn.aimlapi.com"),
        (None, "http://127.0.0.1:4010", "http://127.0.0.1:4010"),
        ("https://files.example.com", "http://127.0.0.1:4010", "https://files.example.com"),
        ("https://files.example.com/a/", "", "https://files.example.com/a"),
    ],
)
def test_the_url_follows_the_client_unless_it_is_set(
    new_engine: NewEngine, create: Make, poll: Make, *, public_url: str | None, origin: str, base: str
) -> None:
    engine = new_engine(progression="immediate", public_url=public_url)
    generation_id = text(engine.handle(create()).response.json(), "id")
    body = engine.handle(poll(generation_id, origin=origin)).response.json()
    assert text(member(body, "video"), "url") == f"{base}/clips/{generation_id}.mp4"


@pytest.mark.parametrize(
    ("path", "allow"), [("/v2/video/generations", "GET, HEAD, OPTIONS, POST"), ("/clips/x.mp4", "GET, HEAD, OPTIONS")]
)
def test_a_preflight_is_answered_without_a_key(engine: Engine, path: str, allow: str) -> None:
    headers: Fields = (
        ("origin", "http://localhost:5173"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type,x-trace"),
    )
    response = engine.handle(Request("OPTIONS", path, (), headers)).response
    assert response == Response(
        204,
        (
            ("allow", allow),
            ("access-control-allow-methods", allow),
            ("access-control-allow-headers", "authorization,content-type,x-trace"),
            ("access-control-max-age", "600"),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", EXPOSED),
        ),
    )


@pytest.mark.parametrize("wanted", ["", "a\r\nset-cookie: x", "é", "x" * 2001, "a;b"])
def test_header_names_that_are_none_are_not_repeated(engine: Engine, wanted: str) -> None:
    request = Request("OPTIONS", "/v2/video/generations", (), (("access-control-request-headers", wanted),))
    names = engine.handle(request).response.header("access-control-allow-headers")
    assert names == "authorization, content-type, x-client-request-id"


def test_options_on_no_route_is_404(engine: Engine) -> None:
    assert engine.handle(Request("OPTIONS", "/nowhere")).response.status == 404


@pytest.mark.parametrize("path", ["/v2/video/generations", "/clips/x.mp4", "/nowhere"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD"])
def test_every_reply_may_be_read_by_a_page_of_any_origin(engine: Engine, path: str, method: str) -> None:
    response = engine.handle(Request(method, path, (), (("origin", "https://page.example"),))).response
    assert response.header("access-control-allow-origin") == "*"
    assert response.header("access-control-expose-headers") == EXPOSED


@pytest.mark.parametrize("path", ["/v2/video/generations", "/clips/x.mp4", "/nowhere"])
def test_who_is_no_page_gets_no_headers_for_pages(engine: Engine, path: str) -> None:
    names = [name for name, _ in engine.handle(Request("GET", path)).response.headers]
    assert [name for name in names if name.startswith("access-control")] == []


def test_a_document_without_headers_exposes_none(new_engine: NewEngine, jobs_contract: Callable[..., object]) -> None:
    asked = Request("GET", "/nowhere", (), (("origin", "https://page.example"),))
    response = new_engine(contract=jobs_contract()).handle(asked).response
    assert response.header("access-control-allow-origin") == "*"
    assert response.header("access-control-expose-headers") is None
