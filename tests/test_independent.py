"""The independent judge: what it makes of OpenAPI, and that reelmock's own judge agrees with it on plain cases."""

import ast
import json
import math
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.tests import independent
from reelmock.tests.independent import Judge, validators

DATA = Path(__file__).parent / "data"


def document(schema: dict[str, Any], version: str = "3.0.3", **components: Any) -> dict[str, Any]:
    """A document with one POST that takes `schema`."""
    body = {"content": {"application/json": {"schema": schema}}}
    return {
        "openapi": version,
        "paths": {"/a": {"post": {"operationId": "make", "requestBody": body}}},
        "components": {"schemas": components},
    }


def judge(schema: dict[str, Any], version: str = "3.0.3", **components: Any) -> Judge:
    """The judge of an object whose one property `a` is described by `schema`."""
    return validators(document({"type": "object", "properties": {"a": schema}}, version, **components))["make"]


STRING: dict[str, Any] = {"type": "string"}
TO_A = {"$ref": "#/components/schemas/A"}

# A property's schema, the version of the document, and values that it takes and refuses.
PROPERTIES: list[tuple[dict[str, Any], str, list[Any], list[Any]]] = [
    (STRING, "3.0.3", ["x"], [None, 1]),
    (STRING | {"nullable": True}, "3.0.3", ["x", None], [1]),
    (STRING | {"nullable": False}, "3.0.3", ["x"], [None]),
    (STRING | {"nullable": True}, "3.1.0", ["x"], [None]),
    (STRING | {"nullable": True, "enum": ["x", None]}, "3.0.3", ["x", None], ["y"]),
    (STRING | {"nullable": True, "enum": ["x"]}, "3.0.3", ["x"], [None]),
    ({"nullable": True}, "3.0.3", [None], ["x", 0]),
    ({"nullable": True, "description": "d", "x-a": 1}, "3.0.3", [None], ["x"]),
    ({"anyOf": [STRING, {"nullable": True}]}, "3.0.3", ["x", None], [1]),
    ({"anyOf": [STRING], "nullable": True}, "3.0.3", ["x"], [None]),
    ({"type": ["string", "null"]}, "3.1.0", ["x", None], [1]),
    ({"minimum": 1, "exclusiveMinimum": True}, "3.0.3", [1.5], [1]),
    ({"minimum": 1, "exclusiveMinimum": False}, "3.0.3", [1], [0]),
    ({"maximum": 1, "exclusiveMaximum": True}, "3.0.3", [0], [1]),
    ({"exclusiveMaximum": 1}, "3.1.0", [0], [1]),
    ({"exclusiveMaximum": True}, "3.0.3", [5], []),
    ({"properties": {"b": STRING | {"required": True}}}, "3.0.3", [{"b": "x"}], [{}, {"b": 1}]),
    ({"properties": {"b": STRING | {"required": False}}}, "3.0.3", [{"b": "x"}, {}], [{"b": 1}]),
    ({"properties": {"b": {"required": True}}, "required": ["c"]}, "3.0.3", [{"b": 1, "c": 1}], [{"b": 1}, {"c": 1}]),
    ({"properties": {"required": STRING}}, "3.0.3", [{"required": "x"}], [{"required": True}]),
    ({"items": STRING | {"required": True}}, "3.0.3", [["x"], []], [[1]]),
    (TO_A, "3.0.3", [5], ["x", 4]),
    (TO_A | {"maximum": 6}, "3.0.3", [7], [4]),
    (TO_A | {"maximum": 6}, "3.1.0", [6], [4, 7]),
    ({"items": TO_A}, "3.0.3", [[5]], [[4]]),
    ({"prefixItems": [TO_A], "items": False}, "3.1.0", [[5], []], [[4], [5, 5]]),
    ({"additionalProperties": TO_A}, "3.0.3", [{"b": 5}], [{"b": 4}]),
    ({"not": TO_A}, "3.0.3", [4], [5]),
    ({"enum": [{"$ref": "no reference"}]}, "3.0.3", [{"$ref": "no reference"}], [5]),
    ({"default": {"nullable": True}}, "3.0.3", [5, None], []),
    ({"format": "uuid"}, "3.0.3", ["60ac7c34-3224-4b14-8e7d-0aa0db708325"], ["x"]),
    ({"format": "date-time"}, "3.0.3", ["2024-02-29T00:00:00Z"], ["2024-02-30T00:00:00Z", "2024-02-29"]),
    ({"format": "email"}, "3.0.3", ["a@b.example"], ["@", "A <a@b.example>"]),
    ({"format": "hostname"}, "3.0.3", ["a.example"], ["a_b", "-a"]),
    ({"format": "ipv4"}, "3.0.3", ["127.0.0.1"], ["256.0.0.1"]),
    ({"format": "byte"}, "3.0.3", ["", "YWI="], ["a", "!!!!", "é"]),
    ({"format": "aspect-ratio"}, "3.0.3", ["x"], []),
    (
        {"format": "uri"},
        "3.0.3",
        [
            "https://a.example/b?c#d",
            "data:image/png;base64,AAAA",
            "data:,",
            "http://[::1]:8/",
            "https://xn--bcher-kva.de",
        ],
        ["", "/a", "a b", "https://b\u00fccher.de", "http://[::1", "http://[fe80::1%25en0]/", "data:text/plain,a b"],
    ),
    ({"pattern": "^a$"}, "3.0.3", ["a"], ["a\n"]),
    ({"pattern": r"^\d$"}, "3.0.3", ["1"], ["\u0663"]),
]


@pytest.mark.parametrize(
    ("schema", "version", "taken", "refused"), PROPERTIES, ids=[str(row[:2]) for row in PROPERTIES]
)
def test_a_schema_means_what_the_specification_says(
    schema: dict[str, Any], version: str, taken: list[Any], refused: list[Any]
) -> None:
    valid = judge(schema, version, A={"type": "integer", "minimum": 5})
    assert [value for value in taken if not valid({"a": value})] == []
    assert [value for value in refused if valid({"a": value})] == []


def test_errors_say_what_is_wrong_and_where() -> None:
    valid = judge({"items": STRING | {"maxLength": 3}})
    assert valid.errors({"a": ["abc"]}) == []
    assert valid.errors({"a": [1, "abcd"]}) == [
        '/a/0: 1 is not of type "string"',
        '/a/1: "abcd" is longer than 3 characters',
    ]
    assert valid.errors([]) == [': [] is not of type "object"']
    assert len(valid.errors({"a": ["x" * 1000]})[0]) < 320


@pytest.mark.parametrize("value", [math.nan, math.inf, "\ud800", {1}, b"", (1,), {1: 1}], ids=repr)
def test_what_json_does_not_have_is_refused(value: object) -> None:
    valid = judge({})
    assert not valid({"a": value})
    assert "JSON" in valid.errors({"a": value})[0]


def naming(*ids: str, **properties: Any) -> dict[str, Any]:
    return {"properties": {"model": {"enum": list(ids)}, **properties}}


@pytest.mark.parametrize(
    ("schema", "names"),
    [
        (naming("a"), ["a"]),
        (naming("a", "b"), ["a", "b"]),
        ({"properties": {"model": {"const": "a"}}}, ["a"]),
        ({"oneOf": [naming("a"), naming("b", "c")]}, ["a", "b", "c"]),
        ({"oneOf": [TO_A, naming("b")]}, ["z", "b"]),
        ({"allOf": [TO_A, {"required": ["p"]}]}, ["z"]),
        (naming("a") | {"anyOf": [{"required": ["p"]}, {"required": ["q"]}]}, ["a"]),
        ({"title": "T", "oneOf": [naming("a"), {"required": ["p"]}]}, ["T"]),
        ({"title": "T"}, ["T"]),
        ({"type": "object"}, ["make"]),
    ],
    ids=str,
)
def test_models_are_known_by_every_id(schema: dict[str, Any], names: list[str]) -> None:
    assert list(validators(document(schema, A=naming("z")))) == names


def test_the_discriminator_names_the_property_that_names_the_model() -> None:
    kites = validators(json.loads((DATA / "kites.json").read_text(encoding="utf-8")))
    assert list(kites) == ["boat/one", "boat/1", "kite/two"]
    assert kites["boat/1"]({"engine": "boat/1", "prompt": "row"})
    assert not kites["boat/1"]({"engine": "boat/one", "prompt": "row"})


def test_a_payload_has_to_name_the_model_and_to_keep_its_rules_and_those_of_the_whole_body() -> None:
    schema = {"oneOf": [naming("a", p=STRING), naming("b", p={"type": "integer"})], "required": ["q"]}
    valid = validators(document(schema))["a"]
    assert valid({"model": "a", "p": "x", "q": 1})
    for wrong in ({"model": "a", "p": "x"}, {"p": "x", "q": 1}, {"model": "b", "p": 1, "q": 1}, {"model": "a", "p": 1}):
        assert not valid(wrong)


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (document({"$ref": "other.json"}), "not in this file"),
        (document(TO_A, A={"items": TO_A}), "leads to itself"),
        (document({"oneOf": [naming("a"), naming("a")]}), "the model a is there twice"),
    ],
)
def test_a_document_that_it_cannot_read_is_an_error(broken: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validators(broken)


def test_it_shares_no_code_with_reelmock() -> None:
    tree = ast.parse(Path(independent.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    assert imported == {"base64", "json", "collections.abc", "dataclasses", "typing", "jsonschema_rs"}


URL = "https://a.example/b.png"
POINTS = [{"x": 0, "y": 0}, {"x": 1920, "y": 1080}]
START = "2024-02-29T00:00:00Z"

# Model of shapes.json → what valid and invalid payloads have beside the model.
SHAPES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "all-of": (
        [{"prompt": "p", "duration": 5}, {"prompt": "p", "duration": 10, "image_url": URL, "seed": 1}],
        [{"prompt": "p"}, {"duration": 5}, {"prompt": "p", "duration": 6}, {"prompt": "", "duration": 5}],
    ),
    "any-of": ([{"prompt": "p"}, {"image_url": URL, "video_url": URL}], [{}, {"seed": 1}, {"image_url": "b.png"}]),
    "one-of": ([{"prompt": "p"}, {"script": ["a"]}], [{}, {"prompt": "p", "script": ["a"]}, {"script": []}]),
    "nested-one-of": (
        [{"prompt": "p", "camera": {"type": "pan", "degrees": -1.5}}, {"prompt": "p", "camera": {"type": "still"}}],
        [
            {"prompt": "p"},
            {"prompt": "p", "camera": {"type": "pan", "factor": 1}},
            {"prompt": "p", "camera": {"type": "zoom", "factor": 0}},
            {"prompt": "p", "camera": {"type": "still", "factor": 1}},
        ],
    ),
    "if-then-else": (
        [{"prompt": "p", "resolution": "1080p", "duration": 5}, {"prompt": "p", "duration": 4, "audio": True}],
        [
            {"prompt": "p", "resolution": "1080p"},
            {"prompt": "p", "resolution": "1080p", "duration": 6},
            {"prompt": "p", "resolution": "1080p", "duration": 5, "audio": False},
            {"prompt": "p", "resolution": "720p", "duration": 3},
        ],
    ),
    "not": (
        [{"prompt": "p", "image_url": URL, "mute": True}, {"prompt": "p", "style": "clay", "frames": 6}],
        [
            {"prompt": "p", "image_url": URL, "image_urls": [URL]},
            {"prompt": "p", "audio_url": URL, "mute": False},
            {"prompt": "p", "style": "none"},
            {"prompt": "p", "frames": 10},
        ],
    ),
    "dependent": (
        [
            {},
            {"image_url": URL, "last_image_url": URL},
            {"image_url": URL, "prompt": "p", "mask_url": URL, "strength": 0.5},
        ],
        [
            {"last_image_url": URL},
            {"image_url": URL, "strength": 1},
            {"mask_url": URL},
            {"image_url": URL, "prompt": "p", "mask_url": URL, "strength": 0.4},
        ],
    ),
    "numbers": (
        [{"guidance": 0.1, "width": 256, "fps": 24, "speed": 0.75}, {"guidance": 7.5, "width": 1920, "steps": "auto"}],
        [
            {"guidance": 0, "width": 256},
            {"guidance": 20, "width": 256},
            {"guidance": 1, "width": 257},
            {"guidance": 1, "width": 256, "fps": 23},
            {"guidance": 1, "width": 256, "speed": 0.3},
            {"guidance": 1, "width": 256, "steps": 51},
            {"guidance": 1, "width": 256, "steps": "many"},
        ],
    ),
    "strings": (
        [{"prompt": "abc", "tag": "a-1x"}, {"prompt": "abcde", "tag": "abcd", "timecode": "01:59", "color": "#0aF"}],
        [
            {"prompt": "ab", "tag": "abcd"},
            {"prompt": "abcdef", "tag": "abcd"},
            {"prompt": "abc", "tag": "abc"},
            {"prompt": "abc", "tag": "Abcd"},
            {"prompt": "abc", "tag": "abcd", "color": "#0aF0"},
            {"prompt": "abc", "tag": "abcd", "trigger": "@a"},
        ],
    ),
    "arrays": (
        [{"effects": ["blur", "glow"], "size": [1, 2], "timeline": ["start", 0.5], "keywords": ["a", "hero"]}],
        [
            {"effects": []},
            {"effects": ["blur", "blur"]},
            {"effects": ["fade"]},
            {"effects": ["blur"], "size": [1]},
            {"effects": ["blur"], "size": [1, 2, 3]},
            {"effects": ["blur"], "timeline": ["start", "end"]},
            {"effects": ["blur"], "keywords": ["a"]},
            {"effects": ["blur"], "seeds": [1, 1]},
        ],
    ),
    "nested-arrays": (
        [{"masks": [{"url": URL, "trajectory": POINTS}], "grid": [[[0], [1, 2.5]]]}],
        [
            {"masks": []},
            {"masks": [{"url": URL, "trajectory": POINTS[:1]}]},
            {"masks": [{"url": URL, "trajectory": [*POINTS, {"x": 1}]}]},
            {"masks": [{"url": URL, "trajectory": POINTS}], "grid": [[[0]]]},
        ],
    ),
    "objects": (
        [
            {"prompt": "p", "options": {"loop": True}, "weights": {"a": 0.5}, "headers": {"x-a": "b"}},
            {"prompt": "p", "labels": {"a": "b"}, "anything": {"a": [None]}},
        ],
        [
            {"prompt": "p", "more": 1},
            {"prompt": "p", "options": {}},
            {"prompt": "p", "options": {"loop": True, "upscale": True, "hd": True, "fps": 1}},
            {"prompt": "p", "weights": {"a": 2}},
            {"prompt": "p", "headers": {"y-a": "b"}},
            {"prompt": "p", "labels": {"A": "b"}},
        ],
    ),
    "choices": (
        [
            {"mode": "pro", "duration": None, "quality": 2, "audio": True, "prompt": ["a"], "extra": []},
            {"mode": "pro", "duration": 7.5, "notify": None, "version": 2, "flags": {"a": [1, None], "b": False}},
        ],
        [
            {"mode": "pro"},
            {"mode": "std", "duration": 5},
            {"mode": "pro", "duration": "5"},
            {"mode": "pro", "duration": 5, "quality": 3},
            {"mode": "pro", "duration": 5, "prompt": []},
            {"mode": "pro", "duration": 5, "flags": {"a": [1, None]}},
        ],
    ),
    "formats": (
        [{"starts_at": START, "email": "a@b.example", "image": "YWI=", "unheard_of": "x", "frames": 0}],
        [
            {"starts_at": START},
            {"starts_at": START, "email": "nobody"},
            {"starts_at": START, "email": "a@b.example", "ip": "1.2.3"},
            {"starts_at": START, "email": "a@b.example", "job": "1"},
            {"starts_at": START, "email": "a@b.example", "day": "2024-13-01"},
        ],
    ),
    "unsatisfiable": (
        [{"prompt": "p"}, {"prompt": "p", "slots": []}],
        [
            {"prompt": "p", "effect": "a"},
            {"prompt": "p", "length": "abcd"},
            {"prompt": "p", "never": None},
            {"prompt": "p", "nested": {"gone": "no"}},
            {"prompt": "p", "slots": [1]},
        ],
    ),
}


def test_every_shape_is_in_the_table() -> None:
    contract = load_contract(DATA / "shapes.json")
    assert [f"shapes/{name}" for name in SHAPES] == [model.id for model in contract.models]


@pytest.mark.parametrize("name", SHAPES)
def test_both_judges_agree_on_the_shapes(name: str) -> None:
    model = load_contract(DATA / "shapes.json").model(f"shapes/{name}")
    valid = validators(json.loads((DATA / "shapes.json").read_text(encoding="utf-8")))[model.id]
    for payloads, verdict in zip(SHAPES[name], (True, False), strict=True):
        for payload in payloads:
            sent = {"model": model.id, **payload}
            assert valid(sent) is verdict, (sent, valid.errors(sent))
            assert model.validator.is_valid(sent) is verdict, sent
