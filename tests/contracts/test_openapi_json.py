"""The shipped document against the provider's page, and what every line of it owes its reader: where it comes from."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from openapi_spec_validator import validate

from reelmock.contracts.conformance import judge_request, judge_response
from reelmock.contracts.contract import SHIPPED, load_contract
from reelmock.contracts.exchange import Request, Response

TREE: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
CONTRACT = load_contract()
(ROUTE,) = CONTRACT.job_routes
PATH = "/v2/video/generations"
EVIDENCE = {"documented", "recorded", "inferred"}
IDS = ["pixverse/v5.5/image-to-video", "pixverse/v5-5-image-to-video"]


def resolved(node: Any) -> Any:
    """What a node, which may be a reference, says."""
    return CONTRACT.document.resolve(node)


CREATE, RETRIEVE = (resolved(TREE["paths"][PATH][method]) for method in ("post", "get"))
BILLING = resolved(TREE["paths"]["/v2/billing"]["get"])
PAYLOAD = CREATE["requestBody"]["content"]["application/json"]["schema"]
REPLIES = [operation["responses"]["200"]["content"]["application/json"]["schema"] for operation in (CREATE, RETRIEVE)]


def facts(schema: dict[str, Any]) -> dict[str, Any]:
    """What a schema says of a value, without its words."""
    return {key: value for key, value in schema.items() if key not in ("description", "title", "properties")}


# The page's facts. Its default of "5" on the integer `duration` is meant as 5; its schema names the first model id, its
# text the second.
PROPERTIES: dict[str, dict[str, Any]] = {
    "model": {"type": "string", "enum": IDS},
    "prompt": {"type": "string"},
    "image_url": {"type": "string", "format": "uri"},
    "resolution": {"type": "string", "enum": ["360p", "540p", "720p", "1080p"], "default": "720p"},
    "duration": {"type": "integer", "enum": [5, 8, 10], "default": 5},
    "negative_prompt": {"type": "string"},
    "style": {"type": "string", "enum": ["anime", "3d_animation", "clay", "comic", "cyberpunk"]},
    "seed": {"type": "integer"},
    "generate_audio_switch": {"type": "boolean", "default": False},
    "generate_multi_clip_switch": {"type": "boolean", "default": False},
    "thinking_type": {"type": "string", "enum": ["enabled", "disabled", "auto"], "default": "enabled"},
}

# Places in a reply → what the page says of them; its `nullable` is a union with null here.
REPLY: dict[str, dict[str, Any]] = {
    "": {"type": "object", "required": ["id", "status"]},
    "id": {"type": "string"},
    "status": {"type": "string", "enum": ["queued", "generating", "completed", "error"]},
    "video": {"type": ["object", "null"], "required": ["url"]},
    "video.url": {"type": "string", "format": "uri"},
    "error": {"type": ["object", "null"], "required": ["name", "message"]},
    "error.name": {"type": "string"},
    "error.message": {"type": "string"},
    "meta": {"type": ["object", "null"]},
    "meta.usage": {"type": ["object", "null"], "required": ["credits_used"]},
    "meta.usage.credits_used": {"type": "number"},
}


def places(schema: dict[str, Any], place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every member of a schema by its dotted name, each with its facts."""
    yield place, facts(schema)
    for name, inner in schema.get("properties", {}).items():
        yield from places(inner, f"{place}.{name}".lstrip("."))


def test_it_is_a_valid_openapi_document() -> None:
    validate(TREE)
    assert TREE["openapi"].startswith("3.1")


def test_there_is_one_server_a_path_with_two_methods_and_one_for_the_balance() -> None:
    assert TREE["servers"] == [{"url": "https://api.aimlapi.com"}]
    paths = {path: sorted(item) for path, item in TREE["paths"].items()}
    assert paths == {PATH: ["get", "post"], "/v2/billing": ["get"]}


@pytest.mark.parametrize("operation", [CREATE, RETRIEVE, BILLING], ids=["create", "retrieve", "billing"])
def test_every_operation_wants_a_bearer_key(operation: dict[str, Any]) -> None:
    assert operation["security"] == [{"access-token": []}]
    scheme = TREE["components"]["securitySchemes"]["access-token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_the_page_declares_security_on_the_retrieve_alone() -> None:
    assert CREATE["x-security-evidence"]["x-evidence"] == "inferred"
    assert "x-security-evidence" not in RETRIEVE


@pytest.mark.parametrize(("name", "expected"), PROPERTIES.items(), ids=PROPERTIES)
def test_a_property_of_the_payload_is_as_the_page_says(name: str, expected: dict[str, Any]) -> None:
    assert facts(PAYLOAD["properties"][name]) == expected


def test_the_payload_has_the_pages_properties_in_its_order_and_no_other() -> None:
    assert list(PAYLOAD["properties"]) == list(PROPERTIES)
    assert (PAYLOAD["type"], PAYLOAD["required"]) == ("object", ["model", "prompt", "image_url"])
    assert PAYLOAD["title"] == IDS[0]
    assert CREATE["requestBody"]["required"] is True
    assert list(CREATE["requestBody"]["content"]) == ["application/json"]


def test_the_default_of_the_duration_is_a_number() -> None:
    default = PAYLOAD["properties"]["duration"]["default"]
    assert (type(default), default) == (int, 5)


def test_both_ids_name_the_one_model() -> None:
    (model,) = CONTRACT.models
    assert [model.id, *model.aliases] == IDS
    assert PAYLOAD["properties"]["model"]["enum"] == IDS


@pytest.mark.parametrize("duration", [5, 8, 10])
@pytest.mark.parametrize("resolution", ["360p", "540p", "720p", "1080p"])
def test_1080p_does_not_go_with_8_seconds_and_all_else_does(resolution: str, duration: int) -> None:
    """The page says that in prose only."""
    payload = {"model": IDS[0], "prompt": "p", "image_url": "https://a.example/b"}
    valid = CONTRACT.models[0].validator.is_valid(payload | {"resolution": resolution, "duration": duration})
    assert valid is not (resolution == "1080p" and duration == 8)


@pytest.mark.parametrize("reply", REPLIES, ids=["create", "retrieve"])
def test_a_reply_is_as_the_page_says(reply: dict[str, Any]) -> None:
    assert dict(places(reply)) == REPLY


def test_the_retrieve_takes_the_id_in_the_query() -> None:
    own = [parameter for parameter in RETRIEVE["parameters"] if parameter["in"] != "header"]
    assert [{key: value for key, value in parameter.items() if key != "description"} for parameter in own] == [
        {"name": "generation_id", "in": "query", "required": True, "schema": {"type": "string"}}
    ]
    assert [parameter for parameter in CREATE["parameters"] if parameter["in"] != "header"] == []


def test_operation_ids_are_unique_and_linked() -> None:
    ids = [operation["operationId"] for operation in (CREATE, RETRIEVE, BILLING)]
    assert ids == ["createGeneration", "retrieveGeneration", "retrieveBalance"]
    (link,) = CREATE["responses"]["200"]["links"].values()
    assert link["operationId"] == "retrieveGeneration"
    assert link["parameters"] == {"generation_id": "$response.body#/id"}
    assert (ROUTE.create.id, ROUTE.retrieve.id) == ("createGeneration", "retrieveGeneration")


def test_the_examples_keep_the_contract() -> None:
    content = TREE["paths"][PATH]["post"]["requestBody"]["content"]["application/json"]
    request = Request.build("POST", PATH, headers={"Authorization": "Bearer k"}, json=content["example"])
    assert judge_request(CONTRACT, request).violations == ()
    for operation, tree in ((ROUTE.create, CREATE), (ROUTE.retrieve, RETRIEVE)):
        body = json.dumps(tree["responses"]["200"]["content"]["application/json"]["example"]).encode()
        assert judge_response(operation, Response(200, (("content-type", "application/json"),), body), ROUTE) == []


def test_the_recorded_balance_keeps_the_contract_and_stands_in_for_what_is_not_counted() -> None:
    recorded = {"current_balance": 10.07, "currency": "USD"}
    operation = next(operation for operation in CONTRACT.operations if operation.id == "retrieveBalance")
    response = Response(200, (("content-type", "application/json"),), json.dumps(recorded).encode())
    assert judge_response(operation, response) == []
    assert BILLING["responses"]["200"]["content"]["application/json"]["example"] == recorded
    assert BILLING["x-billing"]["unlimited"] == recorded["current_balance"]


def test_clips_are_on_another_host_and_one_model_has_one_price() -> None:
    """The recorded figures: 1,040,000 credits were 0.52 USD."""
    assert TREE["x-clip-host"] == "cdn.aimlapi.com" != urlsplit(TREE["servers"][0]["url"]).hostname
    (row,) = TREE["x-pricing"]["rows"]
    assert (row["model"], row["credits"], row["per"]) == (IDS[0], 1_040_000, "generation")
    assert row["credits"] / TREE["x-pricing"]["credits_per_usd"] == 0.52


def owing() -> Iterator[tuple[str, dict[str, Any]]]:
    """Whatever the page does not state: it has to say where it comes from."""
    yield "billing", BILLING
    for method, operation in (("post", CREATE), ("get", RETRIEVE), ("billing", BILLING)):
        for status, response in operation["responses"].items():
            if status != "200" or operation is BILLING:
                yield f"{method} {status}", response
            for name, header in response.get("headers", {}).items():
                yield f"{method} {status} {name}", header
        for parameter in operation["parameters"]:
            if parameter["in"] == "header":
                yield f"{method} {parameter['name']}", parameter
    for name in ("Balance", "Error", "Issue", "LegacyError"):
        yield from members(TREE["components"]["schemas"][name], name)
    yield from ((f"x-errors {key}", row) for key, row in TREE["x-errors"].items())
    for name in ("x-generation-errors", "x-near-misses"):
        yield from ((f"{name} {index}", row) for index, row in enumerate(TREE[name]))
    yield from ((name, TREE[name]) for name in ("x-pricing", "x-clip-size"))
    yield from ((f"x-pricing {row['model']}", row) for row in TREE["x-pricing"]["rows"])
    yield "security of the create", CREATE["x-security-evidence"]


def members(schema: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield place, schema
    for name, inner in schema.get("properties", {}).items():
        yield from members(inner, f"{place}.{name}")


OWING = list(owing())


@pytest.mark.parametrize(("place", "node"), OWING, ids=[place for place, _ in OWING])
def test_what_the_page_does_not_state_carries_its_evidence(place: str, node: dict[str, Any]) -> None:
    assert node.get("x-evidence") in EVIDENCE, place


def test_no_other_word_stands_for_evidence_anywhere() -> None:
    found = re.findall(r'"x-evidence": *"([^"]*)"', SHIPPED.read_text(encoding="utf-8"))
    assert len(found) > 50
    assert set(found) == EVIDENCE


KEYS = "https://aimlapi.com/app/keys"

# status, the provider's message, the name of the error, its data, evidence: what has been recorded or is documented.
MESSAGES: list[tuple[int, str, str | None, Any, str]] = [
    (400, "Invalid payload provided", "BadRequestException", None, "recorded"),
    (
        401,
        f"This request requires a valid API key. You can create a new API key on the Billing page: {KEYS}",
        "UnauthorizedException",
        None,
        "recorded",
    ),
    (
        403,
        "You've run out of credits. Please top up your balance or update your payment method to continue: "
        "https://aimlapi.com/app/billing/",
        "ForbiddenException",
        {"kind": "err_insufficent_credits"},
        "recorded",
    ),
    (
        403,
        "Complete verification to using the API https://aimlapi.com/app/verification",
        "ForbiddenException",
        {"kind": "err_unverified_card"},
        "recorded",
    ),
    (404, "Inference not found", "NotFoundException", None, "recorded"),
    (429, "Too Many Requests", None, None, "documented"),
    (500, "Internal server error", None, None, "documented"),
    (502, "Bad Gateway", None, None, "documented"),
    (503, "Service unavailable", None, None, "documented"),
    (504, "Generation timeout", None, None, "documented"),
]


@pytest.mark.parametrize(("status", "message", "name", "data", "evidence"), MESSAGES, ids=[row[1] for row in MESSAGES])
def test_a_message_of_the_provider_is_there_word_for_word(
    status: int, message: str, name: str | None, data: Any, evidence: str
) -> None:
    rows = [row for row in TREE["x-errors"].values() if row["message"] == message]
    assert rows
    for row in rows:
        assert (row["status"], row.get("data"), row["x-evidence"]) == (status, data, evidence)
        assert name in (None, row["name"])


def test_what_was_recorded_is_exactly_that() -> None:
    """No message of our own passes for one of the provider's."""
    theirs = {row["message"] for row in TREE["x-errors"].values() if row["x-evidence"] != "inferred"}
    assert theirs == {message for _, message, *_ in MESSAGES}


@pytest.mark.parametrize("operation", [CREATE, RETRIEVE], ids=["create", "retrieve"])
def test_every_status_of_the_provider_is_declared(operation: dict[str, Any]) -> None:
    statuses = {str(status) for status, *_ in MESSAGES} - ({"403"} if operation is RETRIEVE else set())
    assert statuses <= set(operation["responses"])
    assert ("524" in operation["responses"]) is (operation is RETRIEVE)


ISSUES: list[dict[str, Any]] = [
    {
        "received": "768P",
        "code": "invalid_enum_value",
        "options": ["360p", "540p", "720p", "1080p"],
        "path": ["resolution"],
        "message": "Invalid enum value. Expected '360p' | '540p' | '720p' | '1080p', received '768P'",
    },
    {
        "code": "invalid_type",
        "expected": "string",
        "received": "undefined",
        "path": ["prompt"],
        "message": "Required",
    },
]


def test_a_recorded_refusal_keeps_the_contract() -> None:
    refusal = {
        "title": "Bad Request",
        "status": 400,
        "message": "Invalid payload provided",
        "instance": f"{PATH}?",
        "timestamp": "2026-01-22T07:20:46.273Z",
        "error": {"name": "BadRequestException", "message": "Invalid payload provided", "data": ISSUES},
    }
    response = Response(400, (("content-type", "application/json"),), json.dumps(refusal).encode())
    assert judge_response(ROUTE.create, response) == []
    schema = TREE["components"]["schemas"]["LegacyError"]
    assert schema["required"] == ["requestId", "statusCode", "timestamp", "path", "message"]


# The beginnings of the SHA-256 of every sentence on the page, as `sentences` writes it: the page itself is not ours.
PAGE = set((Path(__file__).parent.parent / "data" / "page-sentences.txt").read_text(encoding="ascii").split())


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text that have at least three words: lower case, without punctuation."""
    for sentence in re.split(r"(?<=[.!?])\s+|\n", text):
        plain = re.findall(r"[a-z0-9]+", sentence.lower())
        if len(plain) >= 3:
            yield " ".join(plain)


def descriptions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, inner in node.items():
            if key in ("description", "summary") and isinstance(inner, str):
                yield inner
            yield from descriptions(inner)
    if isinstance(node, list):
        for inner in node:
            yield from descriptions(inner)


def test_descriptions_are_in_our_own_words() -> None:
    ours = {sentence for text in descriptions(TREE) for sentence in sentences(text)}
    copied = [sentence for sentence in ours if hashlib.sha256(sentence.encode()).hexdigest()[:16] in PAGE]
    assert len(ours) > 40
    assert (len(PAGE), copied) == (39, [])
