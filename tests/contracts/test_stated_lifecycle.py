"""What a document says of a job's life by `x-lifecycle` or `links` counts before all names; what can't be is told."""

from typing import Any

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.document import make_document
from reelmock.contracts.findings import Severity
from reelmock.contracts.job_routes import JobRoute, NoRoute, examine
from reelmock.contracts.lifecycle import State
from reelmock.contracts.operations import find_operations
from reelmock.contracts.places import dotted

QUEUED, GENERATING, COMPLETED, ERROR = State.QUEUED, State.GENERATING, State.COMPLETED, State.ERROR

WHOLE: dict[str, Any] = {
    "retrieve": "look",
    "parameter": "ticket",
    "id": "/receipt/number",
    "retrieved_id": "/ticket",
    "status": "/phase",
    "words": {"pending": ["IN LINE", "BAKING"], "success": ["BAKED"], "failure": ["BURNT"]},
    "result": "/goods/film",
    "error": "/mishap",
}


def answering(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties}
    return {"200": {"description": "As asked.", "content": {"application/json": {"schema": schema}}}}


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def document(said: Any = None, *, links: Any = None, words: Any = None) -> dict[str, Any]:
    """A bakery, in whose words nobody would find a job: its `x-lifecycle` or its links have to say it."""
    string = {"type": "string"}
    created = answering(receipt=an_object(number=string), id=string)
    created["200"] |= {"links": links} if links else {}
    ticket = {"name": "ticket", "in": "query", "required": True, "schema": string}
    other = {"name": "id", "in": "query", "schema": string}
    phase = {"type": "string"} | ({"enum": words} if words else {})
    goods = {"goods": an_object(film=string), "films": {"type": "array"}, "mishap": string}
    found = answering(ticket=string, phase=phase, state={"enum": ["done"]}, **goods)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Bakery", "version": "1"},
        "paths": {
            "/orders": {"post": {"responses": created} | ({"x-lifecycle": said} if said is not None else {})},
            "/shop/{x}": {"get": {"operationId": "look", "parameters": [other, ticket], "responses": found}},
            "/window": {"get": {"operationId": "gaze", "parameters": [other], "responses": found}},
        },
    }


def examined(tree: dict[str, Any]) -> JobRoute | NoRoute:
    (found,) = examine(find_operations(make_document(tree, "bakery.json")))
    return found


def route_of(tree: dict[str, Any]) -> JobRoute:
    found = examined(tree)
    assert isinstance(found, JobRoute)
    return found


def no_member(name: str, came: str, operation: str) -> str:
    return (
        f"`{name}` in `x-lifecycle` is {came}, and the reply of {operation} declares no such member. It has to be a "
        "JSON pointer such as '/task/status'; a list is named itself, and not its items"
    )


def test_everything_that_is_said_counts() -> None:
    route = route_of(document(WHOLE))
    assert (route.source, route.retrieve.id, route.id_parameter.name) == ("x-lifecycle", "look", "ticket")
    assert dotted(route.created.id) == "receipt.number"
    places = route.retrieved
    assert [dotted(place) for place in (places.id, places.status, places.result, places.error)] == [
        "ticket",
        "phase",
        "goods.film",
        "mishap",
    ]
    assert places.words == {"IN LINE": QUEUED, "BAKING": GENERATING, "BAKED": COMPLETED, "BURNT": ERROR}


def test_what_is_not_said_is_inferred() -> None:
    route = route_of(document({"retrieve": "GET /shop/{x}", "parameter": "id"}))
    assert (route.retrieve.id, route.id_parameter.name, dotted(route.created.id)) == ("look", "id", "id")
    assert (dotted(route.retrieved.status), route.retrieved.words) == ("state", {"done": COMPLETED})


@pytest.mark.parametrize(
    ("pending", "states"),
    [
        (["A"], [QUEUED]),
        (["A", "B", "C"], [QUEUED, GENERATING, GENERATING]),
        (["running", "B"], [GENERATING, GENERATING]),
        (["A", "queued"], [QUEUED, QUEUED]),
        (["done"], [QUEUED]),
    ],
)
def test_of_pending_words_the_first_is_queued_unless_it_is_a_known_one(pending: list[str], states: list[State]) -> None:
    said = WHOLE | {"words": {"pending": pending, "success": ["BAKED"]}}
    assert dict(zip(pending, states, strict=True)) | {"BAKED": COMPLETED} == route_of(document(said)).retrieved.words


def test_words_that_the_status_does_not_list_are_not_told() -> None:
    words = route_of(document(WHOLE, words=["IN LINE", "BAKED"])).retrieved.words
    assert words == {"IN LINE": QUEUED, "BAKED": COMPLETED}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"retreive": "look"},
            "`x-lifecycle` has 'retreive'. It may have: retrieve, parameter, id, retrieved_id, status, words, "
            "result, error",
        ),
        (
            {"retrieve": None},
            "`retrieve` in `x-lifecycle` is null, which is no GET of the document. It has to be an operationId, or a "
            "method and path such as 'GET /tasks/{id}'",
        ),
        (
            {"retrieve": "POST /orders"},
            "`retrieve` in `x-lifecycle` is 'POST /orders', which is no GET of the document. It has to be an "
            "operationId, or a method and path such as 'GET /tasks/{id}'",
        ),
        (
            {"retrieve": "gone"},
            "`retrieve` in `x-lifecycle` is 'gone', which is no GET of the document. It has to be an operationId, or a "
            "method and path such as 'GET /tasks/{id}'",
        ),
        (
            {"parameter": "x"},
            "`parameter` in `x-lifecycle` is 'x', which GET /shop/{x} does not take in its path or query",
        ),
        (
            {"parameter": None},
            "`parameter` in `x-lifecycle` is null, which GET /shop/{x} does not take in its path or query",
        ),
        ({"status": "/gone"}, no_member("status", "'/gone'", "GET /shop/{x}")),
        ({"id": "receipt"}, no_member("id", "'receipt'", "POST /orders")),
        ({"id": 1}, no_member("id", "1", "POST /orders")),
        ({"result": "/films/0"}, no_member("result", "'/films/0'", "GET /shop/{x}")),
        (
            {"status": "/goods"},
            "`status` in `x-lifecycle` is '/goods', and the reply of GET /shop/{x} declares another type for that "
            "member. It has to be of type string",
        ),
        (
            {"retrieved_id": "/films"},
            "`retrieved_id` in `x-lifecycle` is '/films', and the reply of GET /shop/{x} declares another type for "
            "that member. It has to be of type integer or number or string",
        ),
        ({"words": ["BAKED"]}, "`words` in `x-lifecycle` may have pending, success, failure, each a list of words"),
        (
            {"words": {"pending": "A", "success": ["B"]}},
            "`pending` in the `words` of `x-lifecycle` is 'A', and not a list of words",
        ),
        (
            {"words": {"pending": ["A"], "success": ["B", True]}},
            "`success` in the `words` of `x-lifecycle` is a list with true, and not a list of words",
        ),
        (
            {"words": {"pending": ["A", "B"], "success": ["C"], "failure": ["B"]}},
            "'B' is in `pending` and in `failure` of the `words` of `x-lifecycle`. A word means one of them",
        ),
        ({"words": {"good": []}}, "`words` in `x-lifecycle` may have pending, success, failure, each a list of words"),
        (
            {"words": {"pending": ["A"]}},
            "`words` in `x-lifecycle` lacks `pending` or `success`: a list of words for each",
        ),
    ],
)
def test_what_can_not_be_is_told_and_nothing_is_guessed_instead(change: dict[str, Any], message: str) -> None:
    found = examined(document(WHOLE | change))
    assert isinstance(found, NoRoute)
    assert (found.severity, found.reason) == (Severity.ERROR, message)


@pytest.mark.parametrize("said", [{}, None, "look", {"status": "/phase"}], ids=str)
def test_the_retrieve_operation_has_to_be_said(said: Any) -> None:
    tree = document(WHOLE)
    tree["paths"]["/orders"]["post"]["x-lifecycle"] = said
    found = examined(tree)
    assert isinstance(found, NoRoute)
    assert found.reason == (
        "`x-lifecycle` lacks `retrieve`, the operation that retrieves a job. It has to be an operationId, or a method "
        "and path such as 'GET /tasks/{id}'"
    )


def test_only_a_post_with_a_reply_creates_jobs() -> None:
    tree = document()
    tree["paths"]["/window"]["get"]["x-lifecycle"] = WHOLE
    found = [one for one in examine(find_operations(make_document(tree, "bakery.json"))) if one.create.method == "GET"]
    reason = "`x-lifecycle` stands on an operation that is no POST, or declares no successful reply"
    assert [(one.severity, one.reason) for one in found if isinstance(one, NoRoute)] == [(Severity.ERROR, reason)]


@pytest.mark.parametrize(
    "link",
    [
        {"operationId": "look"},
        {"operationRef": "#/paths/~1shop~1{x}/get"},
        {"operationRef": "#/paths/~1shop~1%7Bx%7D/get"},
    ],
    ids=str,
)
def test_a_link_names_operation_parameter_and_id(link: dict[str, Any]) -> None:
    tree = document(links={"poll": link | {"parameters": {"query.ticket": "$response.body#/receipt/number"}}})
    route = route_of(tree)
    assert (route.source, route.retrieve.id, route.id_parameter.name) == ("links", "look", "ticket")
    assert dotted(route.created.id) == "receipt.number"


@pytest.mark.parametrize(
    "link", [{}, {"operationId": "gone"}, {"operationRef": "other.json#/paths/~1shop/get"}], ids=str
)
def test_a_link_that_leads_nowhere_does_not_count(link: dict[str, Any]) -> None:
    found = examined(document(links={"poll": link}))
    assert isinstance(found, NoRoute)
    assert (found.severity, found.reason) == (Severity.INFO, "it could be polled with GET /shop/{x} or GET /window")


def test_a_link_that_takes_the_id_from_nowhere_is_told() -> None:
    link = {"operationId": "look", "parameters": {"ticket": "$response.body#/receipt/numero"}}
    found = examined(document(links={"poll": link}))
    assert isinstance(found, NoRoute)
    assert (found.severity, found.remedy, found.reason) == (
        Severity.ERROR,
        "Correct its link",
        "a link takes `ticket` of GET /shop/{x} from '$response.body#/receipt/numero', and the reply of POST /orders "
        "declares no such member",
    )


def test_a_contract_has_the_stated_route() -> None:
    made = make_document(document(WHOLE), "bakery.json")
    assert [repr(route) for route in Contract(made, made).job_routes] == ["JobRoute(POST /orders, GET /shop/{x})"]
