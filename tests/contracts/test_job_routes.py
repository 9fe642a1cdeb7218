"""How the two operations of a job are found in a document."""

from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.contracts.document import make_document
from reelmock.contracts.job_routes import JobRoute, find_job_routes
from reelmock.contracts.lifecycle import State
from reelmock.contracts.operations import find_operations
from reelmock.contracts.places import dotted
from reelmock.contracts.reply_places import ReplyPlaces

WORDS = ["queued", "generating", "completed", "error"]


def answering(schema: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"responses": {"200": {"content": {"application/json": {"schema": schema}}} | rest}}


def replies(enum: list[str] = WORDS, **names: str) -> dict[str, Any]:
    """The schema of a reply: `id`, `status`, and other members by the name that the job route should find."""
    status = names.pop("status", "status")
    fields = {names.pop("id", "id"): {"type": "string"}, status: {"enum": enum}}
    return {"properties": fields | {name: {} for name in names.values()}}


MAKE = answering(replies())


def reading(name: str = "id", where: str = "query", **rest: Any) -> dict[str, Any]:
    return {"parameters": [{"name": name, "in": where}]} | MAKE | rest


def told(places: ReplyPlaces) -> tuple[str, ...]:
    return tuple(map(dotted, (places.id, places.status, places.result, places.error)))


def routes(paths: dict[str, Any]) -> tuple[JobRoute, ...]:
    return find_job_routes(find_operations(make_document({"openapi": "3.1.0", "paths": paths}, "api.json")))


def linked(name: str) -> dict[str, Any]:
    return answering(replies(), links={"poll": {"operationId": name}})


FOUND: dict[str, tuple[dict[str, Any], str]] = {
    "by a link, though another is on the same path": (
        {"/a": {"post": linked("far"), "get": reading()}, "/b": {"get": reading(operationId="far")}},
        "GET /b",
    ),
    "on the same path, though others are below": (
        {"/a": {"post": MAKE, "get": reading()}, "/a/{id}": {"get": reading("id", "path")}},
        "GET /a",
    ),
    "on the path below, though there are others": (
        {
            "/a": {"post": MAKE},
            "/a/{id}": {"get": reading("id", "path")},
            "/ab/{id}": {"get": reading("id", "path")},
            "/b/{id}": {"get": reading("id", "path")},
        },
        "GET /a/{id}",
    ),
    "the only one there is": ({"/a": {"post": MAKE}, "/b/{x}": {"get": reading("x", "path")}}, "GET /b/{x}"),
    "the only one that takes an id": (
        {"/a": {"post": MAKE}, "/list": {"get": reading("page")}, "/b": {"get": reading("task_id")}},
        "GET /b",
    ),
    "the only one that nobody else has": (
        {"/a": {"post": MAKE}, "/b": {"post": answering({}), "get": reading()}, "/c": {"get": reading()}},
        "GET /c",
    ),
    "a link that leads nowhere does not count": ({"/a": {"post": linked("gone"), "get": reading()}}, "GET /a"),
}


@pytest.mark.parametrize(("paths", "retrieve"), FOUND.values(), ids=FOUND)
def test_the_retrieve_operation_is_found(paths: dict[str, Any], retrieve: str) -> None:
    (route,) = routes(paths)
    assert (route.create.key, route.retrieve.key) == ("POST /a", retrieve)


NOT_FOUND: dict[str, dict[str, Any]] = {
    "a POST alone": {"/a": {"post": MAKE}},
    "a GET alone": {"/a": {"get": reading()}},
    "no id parameter": {"/a": {"post": MAKE, "get": MAKE}},
    "an id in a header": {"/a": {"post": MAKE, "get": reading("id", "header")}},
    "two that might be it": {"/a": {"post": MAKE}, "/b": {"get": reading()}, "/c": {"get": reading()}},
    "a create reply without an id": {"/a": {"post": answering({"properties": {"b": {}}}), "get": reading()}},
    "no success of the create": {"/a": {"post": {}, "get": reading()}},
    "no success of the retrieve": {"/a": {"post": MAKE, "get": reading(responses={})}},
    "a status without an enum": {
        "/a": {"post": MAKE, "get": reading(**answering({"properties": {"status": {"type": "string"}}}))}
    },
    "a status in unknown words": {"/a": {"post": MAKE, "get": reading(**answering(replies(["red", "green"])))}},
    "no status": {"/a": {"post": MAKE, "get": reading(**answering({"properties": {"id": {}}}))}},
}


@pytest.mark.parametrize("paths", NOT_FOUND.values(), ids=NOT_FOUND)
def test_a_document_without_a_job_has_no_job_route(paths: dict[str, Any]) -> None:
    assert routes(paths) == ()


BARE = answering({"properties": {"id": {"type": "string"}}})
UPLOAD = answering({"properties": {"id": {"type": "string"}, "filename": {"type": "string"}}})
OWN_NAME = answering({"properties": {"task_id": {"type": "string"}, "cost": {"type": "number"}}})


@pytest.mark.parametrize(
    ("posts", "creating"),
    [
        ({"/a": BARE, "/b": BARE}, ["/a", "/b"]),
        ({"/a": BARE, "/uploads": UPLOAD}, ["/a"]),
        ({"/a": OWN_NAME, "/uploads": UPLOAD}, ["/a"]),
        ({"/a": BARE, "/login": answering({"properties": {"token": {}}})}, ["/a"]),
        ({"/a": MAKE, "/tasks/{task_id}/cancel": MAKE}, ["/a"]),
    ],
    ids=["an id alone", "an id and more", "an id by its own name", "no id", "what acts on a job"],
)
def test_of_several_posts_those_create_jobs_whose_reply_tells_of_one(
    posts: dict[str, Any], creating: list[str]
) -> None:
    paths = {path: {"post": post} for path, post in posts.items()}
    found = routes(paths | {"/tasks/{task_id}": {"get": reading("task_id", "path")}})
    assert [route.create.path for route in found] == creating


def test_an_operation_is_retrieved_in_its_own_version() -> None:
    versions = ("/v1", "/v2")
    paths: dict[str, Any] = {f"{version}/text": {"post": BARE} for version in versions}
    paths |= {f"{version}/tasks/{{id}}": {"get": reading("id", "path")} for version in versions}
    found = [(route.create.path, route.retrieve.path) for route in routes(paths)]
    assert found == [("/v1/text", "/v1/tasks/{id}"), ("/v2/text", "/v2/tasks/{id}")]


@pytest.mark.parametrize("declared", [("id", "job_id"), ("job_id", "id")], ids=str)
def test_of_several_ids_in_the_path_the_last_one_is_the_generations(declared: tuple[str, str]) -> None:
    parameters = [{"name": name, "in": "path"} for name in declared]
    paths = {
        "/users/{id}/jobs": {"post": MAKE},
        "/users/{id}/jobs/{job_id}": {"get": MAKE | {"parameters": parameters}},
    }
    (route,) = routes(paths)
    assert route.id_parameter.name == "job_id"


def test_each_create_operation_has_its_own_route() -> None:
    paths = {
        "/a": {"post": MAKE, "get": reading()},
        "/b": {"post": MAKE},
        "/b/{id}": {"get": reading("id", "path")},
    }
    assert [(route.create.path, route.retrieve.path) for route in routes(paths)] == [("/a", "/a"), ("/b", "/b/{id}")]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ([("id", "query"), ("generation_id", "query")], "generation_id"),
        ([("page", "query"), ("video_id", "query")], "video_id"),
        ([("tenant", "path"), ("thing", "path")], "thing"),
        ([("thing", "path"), ("request_id", "query")], "request_id"),
    ],
)
def test_the_id_parameter_has_a_usual_name_or_is_last_in_the_path(
    parameters: list[tuple[str, str]], expected: str
) -> None:
    retrieve = reading() | {"parameters": [{"name": name, "in": where} for name, where in parameters]}
    (route,) = routes({"/a": {"post": MAKE}, "/a/b": {"get": retrieve}})
    assert route.id_parameter.name == expected


@pytest.mark.parametrize(
    ("schema", "fields"),
    [
        (replies(result="video", error="error"), ("id", "status", "video", "error")),
        (
            replies(id="task_id", status="task_status", result="output", error="failure"),
            ("task_id", "task_status", "output", "failure"),
        ),
        (replies(id="generation_id", status="state", result="videos"), ("generation_id", "state", "videos", "")),
        (replies(), ("id", "status", "", "")),
    ],
)
def test_the_fields_of_the_replies_are_found(schema: dict[str, Any], fields: tuple[str, ...]) -> None:
    (route,) = routes({"/a": {"post": answering(schema), "get": reading(**answering(schema))}})
    assert told(route.created) == told(route.retrieved) == fields


@pytest.mark.parametrize(
    "enum",
    [
        ["queued", "generating", "completed", "error"],
        ["PENDING", "RUNNING", "SUCCEEDED", "FAILED"],
        ["queued", "in_progress", "completed", "failed"],
    ],
    ids=str,
)
def test_the_status_words_of_other_vocabularies_are_understood(enum: list[str]) -> None:
    paths = {"/a": {"post": answering(replies(enum)), "get": reading(**answering(replies(enum)))}}
    (route,) = routes(paths)
    assert route.vocabulary == dict(zip(enum, State, strict=True))


@pytest.mark.parametrize(
    ("path", "where", "call"), [("/a", "query", "GET /a?id=<id>"), ("/a/{id}", "path", "GET /a/{id}")]
)
def test_an_example_call_shows_where_the_id_goes(path: str, where: str, call: str) -> None:
    paths: dict[str, Any] = {"/a": {"post": MAKE}}
    paths[path] = paths.get(path, {}) | {"get": reading("id", where)}
    (route,) = routes(paths)
    assert route.example_call == call


def test_an_example_call_shows_everything_that_is_required() -> None:
    named = [("id", "path", True), ("region", "query", True), ("page", "query", False)]
    parameters = [{"name": name, "in": where, "required": required} for name, where, required in named]
    (route,) = routes({"/a": {"post": MAKE}, "/a/{id}": {"get": MAKE | {"parameters": parameters}}})
    assert route.example_call == "GET /a/{id}?region=<region>"


def test_a_whole_document_with_the_id_in_the_path() -> None:
    (route,) = load_contract(Path(__file__).parent.parent / "data" / "kites.json").job_routes
    assert (route.create.id, route.retrieve.id, route.id_parameter.location) == ("makeClip", "readClip", "path")
    assert told(route.retrieved) == ("task_id", "state", "output", "failure")
    assert route.vocabulary == dict(zip(["PENDING", "RUNNING", "SUCCEEDED", "FAILED"], State, strict=True))
