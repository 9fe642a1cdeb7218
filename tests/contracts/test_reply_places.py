"""Where replies have their members: what is about the job counts, and not what is about the request."""

from typing import Any

import pytest

from reelmock.contracts.document import make_document
from reelmock.contracts.job_routes import JobRoute, find_job_routes
from reelmock.contracts.lifecycle import State
from reelmock.contracts.operations import find_operations
from reelmock.contracts.places import dotted

STRING: dict[str, Any] = {"type": "string"}
STATUS: dict[str, Any] = {"enum": ["queued", "running", "done", "failed"]}
JOB: dict[str, Any] = {"id": STRING, "status": STATUS, "output": STRING, "error": STRING}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def route_of(created: dict[str, Any], retrieved: dict[str, Any], parameter: str = "id") -> JobRoute:
    def answering(schema: dict[str, Any]) -> dict[str, Any]:
        return {"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}}

    named = {"name": parameter, "in": "path", "required": True, "schema": STRING}
    polled = answering(retrieved) | {"parameters": [named]}
    paths: Any = {"/films": {"post": answering(created)}, f"/films/{{{parameter}}}": {"get": polled}}
    (route,) = find_job_routes(find_operations(make_document({"openapi": "3.1.0", "paths": paths}, "api.json")))
    return route


def test_the_id_of_the_request_is_not_taken_for_that_of_the_job() -> None:
    """A create reply that tells no status has the id under the name that the polls use."""
    created = an_object(request_id=STRING, data=an_object(task_id=STRING))
    route = route_of(created, an_object(request_id=STRING, data=an_object(task_id=STRING, task_status=STATUS)))
    assert dotted(route.created.id) == dotted(route.retrieved.id) == "data.task_id"


def test_the_parameters_own_name_goes_before_the_name_that_polls_use() -> None:
    route = route_of(an_object(id=STRING, film_id=STRING), an_object(**JOB), "film_id")
    assert (dotted(route.created.id), dotted(route.retrieved.id)) == ("film_id", "id")


@pytest.mark.parametrize("kind", ["string", "integer", "number"])
def test_an_id_is_a_text_or_a_number(kind: str) -> None:
    assert dotted(route_of(an_object(id={"type": kind}), an_object(**JOB)).created.id) == "id"


def test_a_status_that_knows_no_pending_job_tells_how_the_request_went() -> None:
    outcome = {"enum": ["success", "error"]}
    created = an_object(status=outcome, data=an_object(id=STRING))
    route = route_of(created, an_object(status=outcome, data=an_object(**JOB)))
    assert (dotted(route.created.status), dotted(route.retrieved.status)) == ("", "data.status")
    assert route.created.words == {}


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (STRING, STATUS["enum"]),
        ({"enum": ["queued"]}, ["queued"]),
        ({"enum": ["accepted"]}, []),
        ({"enum": ["done"]}, []),
    ],
    ids=str,
)
def test_a_create_reply_has_the_words_of_the_polls_unless_it_lists_its_own(status: Any, words: list[str]) -> None:
    created = route_of(an_object(id=STRING, status=status), an_object(**JOB)).created
    assert (dotted(created.status), [*created.words]) == ("status" if words else "", words)


def test_result_and_error_of_a_create_reply_are_those_that_polls_have_as_well() -> None:
    links = an_object(get=STRING, cancel=STRING)
    created = route_of(an_object(id=STRING, urls=links, errors={"type": "array"}), an_object(**JOB)).created
    assert (created.result, created.error) == ((), ())
    created = route_of(an_object(id=STRING, data=an_object(output=STRING)), an_object(**JOB)).created
    assert dotted(created.result) == "data.output"


def test_what_a_reply_has_to_fill_whatever_the_state_is_known() -> None:
    uri = STRING | {"format": "uri"}
    job = an_object(**JOB | {"output": uri}) | {"required": ["output", "error"]}
    route = route_of(an_object(id=STRING), job)
    assert route.always == {"POST /films": frozenset(), "GET /films/{id}": frozenset({("output",)})}
    assert route.vocabulary == dict(zip(STATUS["enum"], State, strict=True))
