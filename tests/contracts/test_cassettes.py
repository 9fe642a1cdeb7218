"""Cassettes are read as the exchanges that went over the wire, in every form in which vcrpy and VCR write them."""

import base64
import gzip
import io
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcr.request import Request as VcrRequest  # type: ignore[import-untyped]  # vcrpy ships no types
from vcr.serialize import serialize  # type: ignore[import-untyped]  # vcrpy ships no types
from vcr.serializers import jsonserializer, yamlserializer  # type: ignore[import-untyped]  # vcrpy ships no types

from reelmock.contracts.cassette_yaml import read_cassette_yaml
from reelmock.contracts.cassettes import cassette_exchanges
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.recorded import MAX_BODY_BYTES, FormatError, Recorded
from reelmock.contracts.yaml_documents import YamlError

URL = "https://api.example.com/v2/jobs"


def only(request: JsonObject | None = None, response: JsonObject | None = None) -> Recorded:
    sent: JsonObject = {"method": "POST", "uri": URL, "headers": {}, "body": None}
    came: JsonObject = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "{}"}}
    (found,) = cassette_exchanges(
        {"interactions": [{"request": sent | (request or {}), "response": came | (response or {})}]}
    )
    return found


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_an_interaction_is_a_request_and_its_reply() -> None:
    request: JsonObject = {
        "method": "get",
        "uri": f"{URL}?id=a%20b",
        "headers": {
            "Accept": ["*/*", "text/plain"],
            "X-One": "1",
            "X-Two": 2,
            "X-None": None,
            "X-Bytes": [{"base64_string": b64(b"\xe9")}],
        },
    }
    assert only(request, {"status": {"code": 404, "message": None}}) == Recorded(
        Request(
            "GET",
            "/v2/jobs",
            (("id", "a b"),),
            (
                ("accept", "*/*"),
                ("accept", "text/plain"),
                ("x-one", "1"),
                ("x-two", "2"),
                ("x-none", ""),
                ("x-bytes", "é"),
            ),
            b"",
            "https://api.example.com",
        ),
        Response(404, (), b"{}"),
        "interactions/0",
    )


# How a body is written → the body.
BODIES: list[tuple[Json, bytes]] = [
    (None, b""),
    ("é 🚤", "é 🚤".encode()),
    ({"string": "{}"}, b"{}"),
    ({"string": None}, b""),
    ({"string": {"base64_string": b64(b"\xff\x00")}}, b"\xff\x00"),
    ({"base64_string": b64(b"\xff\x00")}, b"\xff\x00"),
    ({"base64_string": b64(b"\xff") + "\n"}, b"\xff"),
    ({"encoding": "UTF-8", "string": "é"}, "é".encode()),
    ({"encoding": "ASCII-8BIT", "base64_string": b64(b"\xff")}, b"\xff"),
    (["one", {"base64_string": b64(b"\xff")}, ""], b"one\xff"),
    ({}, b""),
    ([1, {"a": "b"}], b'[1, {"a": "b"}]'),
    ({"string": 5}, b"5"),
]


@pytest.mark.parametrize(("written", "body"), BODIES)
def test_a_body_is_read_in_each_way_to_write_it(written: Json, body: bytes) -> None:
    found = only({"body": written}, {"body": written})
    assert found.request.body == body
    assert found.response is not None
    assert found.response.body == body


def test_what_aiohttp_was_given_as_json_is_the_payload_with_its_content_type() -> None:
    """Vcrpy keeps the value, and no header that aiohttp adds."""
    payload: JsonObject = {"model": "acme/balloon", "duration": 5}
    found = only({"body": payload}).request
    assert (json.loads(found.body), found.headers) == (payload, (("content-type", "application/json"),))
    told = only({"body": payload, "headers": {"Content-Type": ["application/json; charset=utf-8"]}}).request
    assert told.headers == (("content-type", "application/json; charset=utf-8"),)


def test_older_vcrpy_wrote_replies_to_httpx_otherwise() -> None:
    response: JsonObject = {"status": None, "status_code": 201, "content": "{}", "http_version": "HTTP/1.1"}
    (found,) = cassette_exchanges({"interactions": [{"request": {"method": "GET", "uri": URL}, "response": response}]})
    assert found.response == Response(201, (), b"{}")


def test_an_interaction_without_a_reply_has_none() -> None:
    (found,) = cassette_exchanges({"interactions": [{"request": {"method": "GET", "uri": URL}, "response": None}]})
    assert (found.response, found.problem) == (None, "no reply was recorded")


RAW_DEFLATE = zlib.compressobj(wbits=-15)
TEXT = '{"prompt": "é"}'.encode()
# Content-Encoding → the body as it is recorded.
CODED: list[tuple[str, bytes]] = [
    ("gzip", gzip.compress(TEXT)),
    ("X-GZip", gzip.compress(TEXT)),
    ("deflate", zlib.compress(TEXT)),
    ("deflate", RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush()),
    ("deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    ("gzip", TEXT),
    ("br", TEXT),
    ("zstd", TEXT),
]


@pytest.mark.parametrize(("coding", "recorded"), CODED)
def test_a_compressed_body_is_decompressed_also_where_the_recorder_has_done_so(coding: str, recorded: bytes) -> None:
    headers: JsonObject = {"Content-Encoding": [coding], "Content-Length": ["9"], "X": ["1"]}
    body: JsonObject = {"base64_string": b64(recorded)}
    found = only({"headers": headers, "body": body}, {"headers": headers, "body": body})
    assert found.response == Response(200, (("x", "1"),), TEXT)
    assert (found.request.body, found.request.headers, found.problem) == (TEXT, (("x", "1"),), "")


# Content-Encoding → a body that can't be decompressed.
UNREADABLE: list[tuple[str, bytes]] = [
    ("br", b"\x0b\x01\x80{}\x03"),
    ("zstd", b"\x28\xb5\x2f\xfd\x04"),
    ("gzip", gzip.compress(TEXT)[:-9]),
    ("gzip", b"\x1f\x8b\xff"),
    ("gzip", gzip.compress(bytes(MAX_BODY_BYTES + 1))),
    ("br, gzip", gzip.compress(b"\xff")),
]


@pytest.mark.parametrize(("coding", "recorded"), UNREADABLE)
def test_a_body_that_cant_be_decompressed_is_told_and_its_reply_is_known_without_it(
    coding: str, recorded: bytes
) -> None:
    coded: JsonObject = {"headers": {"Content-Encoding": [coding]}, "body": {"base64_string": b64(recorded)}}
    found = only(None, coded)
    told = f"can't be decompressed (content-encoding: {coding})"
    reply = Response(200, (("content-encoding", coding),))
    assert (found.response, found.problem) == (reply, f"the body of the reply {told}")
    assert (found.request_body, found.response_body) == (True, False)
    sent = only(coded)
    assert (sent.response, sent.problem) == (Response(200, (), b"{}"), f"the body of the request {told}")
    assert (sent.request_body, sent.response_body) == (False, True)


WORDS = ["123e4567", "1e3", "0o17", "0123", "089", "12", "1.5", "true", "no", "~", "null", "=", "<<", "2026-11-23"]
SHORT = st.sampled_from(WORDS) | st.from_regex(r"[0-9eEx._:+-]{1,8}", fullmatch=True)
TEXTS = SHORT | st.text(max_size=20)


@given(TEXTS, SHORT, st.dictionaries(SHORT, TEXTS, min_size=1, max_size=3), st.booleans())
def test_what_vcrpy_writes_is_read_as_it_was(text: str, header: str, payload: dict[str, str], as_yaml: bool) -> None:
    """Also what YAML 1.2 takes for a number, and PyYAML therefore writes without quotes."""
    response = {"status": {"code": 200}, "headers": {"x": [header]}, "body": {"string": text.encode()}}
    cassette = {"requests": [VcrRequest("POST", URL, dict(payload), {})], "responses": [response]}
    written = serialize(cassette, yamlserializer if as_yaml else jsonserializer)
    (found,) = cassette_exchanges(read_cassette_yaml(written) if as_yaml else json.loads(written))
    assert found.response == Response(200, (("x", header),), text.encode())
    assert json.loads(found.request.body) == payload


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"\xff\x00", b"\xff\x00"),
        (io.BytesIO(b"\xff\x00 file"), b"\xff\x00 file"),
        (iter([b"one", b"\xff"]), b"one\xff"),
        (
            {"duration": 5, "scale": 1.5, "loud": True, "seed": None},
            b'{"duration": 5, "loud": true, "scale": 1.5, "seed": null}',
        ),
    ],
    ids=["bytes", "file", "iterator", "json"],
)
def test_what_vcrpy_writes_of_pythons_types_is_read_as_plain_data(sent: object, body: bytes) -> None:
    request = VcrRequest("POST", URL, sent, {})
    cassette = {"requests": [request], "responses": [{"status": {"code": 200}, "headers": {}, "body": {"string": b""}}]}
    (found,) = cassette_exchanges(read_cassette_yaml(serialize(cassette, yamlserializer)))
    assert found.request.body == body


@pytest.mark.parametrize(
    "tag", ["python/object:vcr.request.Request", "python/name:os.abort", "python/object/apply:os.system"]
)
def test_no_object_is_ever_built(tag: str) -> None:
    with pytest.raises(YamlError, match=f"^the tag tag:yaml.org,2002:{tag} asks for more than plain data in line 1"):
        read_cassette_yaml(f"interactions: !!{tag} {{}}")


def test_ruby_writes_bytes_with_a_tag_of_its_own() -> None:
    assert read_cassette_yaml("string: !binary |-\n  /w==") == {"string": {"base64_string": "/w=="}}


def test_the_place_of_a_broken_interaction_is_told() -> None:
    with pytest.raises(FormatError) as error:
        list(cassette_exchanges({"http_interactions": [{"request": {"method": "GET", "uri": URL}}, 5]}))
    assert (error.value.place, str(error.value)) == (
        "http_interactions/1",
        "`request` is nothing, where an object was expected",
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
BODY = st.fixed_dictionaries({}, optional={"string": JSON, "base64_string": JSON, "encoding": JSON}) | JSON
HEADERS = st.dictionaries(st.sampled_from(["Content-Encoding", "content-type", "X"]), st.just("gzip") | BODY) | JSON
REQUEST = st.fixed_dictionaries(
    {"method": st.just("GET") | JSON, "uri": st.just(URL) | st.text() | JSON, "headers": HEADERS, "body": BODY}
)
RESPONSE = st.fixed_dictionaries(
    {"status": st.fixed_dictionaries({"code": st.integers() | JSON}) | JSON, "headers": HEADERS, "body": BODY}
)


@given(st.lists(JSON | st.fixed_dictionaries({"request": REQUEST, "response": RESPONSE | JSON})))
def test_whatever_stands_in_a_cassette_it_is_read_or_refused_with_its_place(interactions: list[Json]) -> None:
    told = f"interactions/{len(interactions)}"
    try:
        found = list(cassette_exchanges({"interactions": interactions}))
    except FormatError as error:
        told = error.place
    else:
        assert len(found) == len(interactions)
    assert told.startswith("interactions/")
