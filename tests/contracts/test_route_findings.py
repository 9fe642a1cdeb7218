"""What was understood of job routes is told, and what was not."""

import copy
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import make_document, read_json
from reelmock.contracts.route_findings import route_findings

JOBS = Path(__file__).parent.parent / "data" / "jobs"


def findings(tree: dict[str, Any]) -> list[str]:
    document = make_document(tree, "api.json")
    return [str(finding) for finding in route_findings(Contract(document, load_contract().document))]


def document(name: str = "nested") -> Any:
    return copy.deepcopy(read_json(JOBS / f"{name}.json"))


NESTED = (
    "info job-route: api.json at /paths/~1api~1films/post: POST /api/films creates jobs, GET /api/films/status "
    "retrieves them. Inferred by names: id in `task_id`, polled as `taskId` (query); status in `task.status` "
    "(submitted = queued, processing = generating, succeed = completed, failed = error); result in `task.output`; "
    "error in `task.fail_reason`."
)


def test_a_job_route_is_told_with_everything_that_was_found() -> None:
    assert findings(document()) == [NESTED]


def test_a_job_route_says_who_stated_it() -> None:
    tree = document()
    tree["paths"]["/api/films"]["post"]["x-lifecycle"] = {"retrieve": "filmStatus"}
    assert findings(tree) == [NESTED.replace("Inferred by names", "Stated by x-lifecycle")]


def status_of(tree: Any) -> Any:
    retrieve = tree["paths"]["/api/films/status"]["get"]
    schema = retrieve["responses"]["200"]["content"]["application/json"]["schema"]
    return schema["properties"]["task"]["properties"]


def test_words_that_are_not_known_are_told_and_words_that_lack() -> None:
    tree = document()
    status_of(tree)["status"]["enum"] = ["submitted", "polishing", "failed"]
    del status_of(tree)["output"]
    assert findings(tree)[1:] == [
        "warning unknown-status-word: api.json at /paths/~1api~1films~1status/get: the status word 'polishing' of GET "
        "/api/films/status is not known. The fake never tells it; say what it means with `words` in `x-lifecycle`.",
        "warning missing-status-word: api.json at /paths/~1api~1films~1status/get: the status of GET /api/films/status "
        "has no known word for success. The fake uses its own; say what it means with `words` in `x-lifecycle`.",
        "warning no-result: api.json at /paths/~1api~1films~1status/get: no place for the result was found in the "
        "reply of GET /api/films/status. Name it with `result` in `x-lifecycle`.",
    ]


def test_a_word_for_failure_may_lack_as_well() -> None:
    tree = document()
    status_of(tree)["status"]["enum"] = ["submitted", "succeed"]
    assert findings(tree)[1:] == [
        "warning missing-status-word: api.json at /paths/~1api~1films~1status/get: the status of GET /api/films/status "
        "has no known word for failure. The fake uses its own; say what it means with `words` in `x-lifecycle`."
    ]


def test_what_is_odd_about_an_operation_that_routes_share_is_told_once() -> None:
    tree = document("two-creates")
    tree["components"]["schemas"]["Task"]["oneOf"][0]["properties"]["status"]["enum"].append("POLISHING")
    assert [line.split(":")[0] for line in findings(tree)].count("warning unknown-status-word") == 1


def two_that_retrieve(tree: Any) -> None:
    tree["paths"]["/a"] = tree["paths"].pop("/api/films/status")
    tree["paths"]["/b"] = copy.deepcopy(tree["paths"]["/a"])


def none_that_retrieves(tree: Any) -> None:
    del tree["paths"]["/api/films/status"]


def no_status(tree: Any) -> None:
    tree["paths"]["/api/films"]["post"]["x-lifecycle"] = {"retrieve": "filmStatus"}
    status_of(tree)["status"] = {"type": "string"}


def no_id(tree: Any) -> None:
    created = tree["paths"]["/api/films"]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
    del created["properties"]["task_id"], created["properties"]["request_id"]
    created["required"] = []


def nothing(tree: Any) -> None:
    tree["paths"] = {"/health": {"get": {"responses": {"200": {"description": "Well."}}}}}


def broken(tree: Any) -> None:
    tree["paths"]["/api/films"]["post"]["x-lifecycle"] = {"retrieve": "gone"}


POST = "api.json at /paths/~1api~1films/post: POST /api/films has no job route:"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            two_that_retrieve,
            f"warning no-job-route: {POST} it could be polled with GET /a or GET /b. Say which operation retrieves its "
            "jobs, with `x-lifecycle` or `links`.",
        ),
        (
            none_that_retrieves,
            f"warning no-job-route: {POST} no GET takes an id and answers with a known status. Say which operation "
            "retrieves its jobs, with `x-lifecycle` or `links`.",
        ),
        (
            no_status,
            f"warning no-job-route: {POST} no known status was found in the reply of GET /api/films/status. Say where "
            f"it stands and what its words mean, with `status` and `words` in `x-lifecycle`.",
        ),
        (
            no_id,
            f"warning no-job-route: {POST} no id was found in its reply. Say where it stands, with `id` in "
            f"`x-lifecycle`.",
        ),
        (
            nothing,
            "warning no-job-route: api.json at /paths: no job route was found: wanted a POST whose reply has an id, "
            "and a GET that takes an id and tells a status. The fake can't serve it alone.",
        ),
        (
            broken,
            "error broken-lifecycle: api.json at /paths/~1api~1films/post/x-lifecycle: POST /api/films has no job "
            "route: `retrieve` in `x-lifecycle` is 'gone', which is no GET of the document. It has to be an "
            "operationId, or a method and path such as 'GET /tasks/{id}'. Correct its `x-lifecycle`.",
        ),
    ],
)
def test_why_there_is_no_job_route_is_told_and_what_to_do(change: Any, told: str) -> None:
    tree = document()
    change(tree)
    assert findings(tree) == [told]


def test_an_operation_that_creates_no_job_is_none_of_our_business() -> None:
    tree = document()
    tree["paths"]["/uploads"] = {"post": {"responses": {"200": {"description": "Kept."}}}}
    assert findings(tree) == [NESTED]


def test_an_operation_that_may_create_jobs_is_a_note() -> None:
    tree = document("two-creates")
    tree["components"]["schemas"]["New"]["properties"]["filename"] = {"type": "string"}
    told = "POST /v1/image_to_video has no job route: it could be polled with GET /v1/tasks/{id}"
    assert findings(tree)[1] == (
        f"info no-job-route: api.json at /paths/~1v1~1image_to_video/post: {told}. If it creates jobs, say which "
        "operation retrieves them, with `x-lifecycle` or `links`."
    )
    assert findings(tree)[-1].startswith("warning no-job-route: api.json at /paths: no job route was found")


def test_a_broken_link_is_told_where_links_are() -> None:
    tree = document()
    link = {"operationId": "filmStatus", "parameters": {"taskId": "$response.body#/film"}}
    tree["paths"]["/api/films"]["post"]["responses"]["200"]["links"] = {"poll": link}
    (found,) = findings(tree)
    assert found.startswith("error broken-lifecycle: api.json at /paths/~1api~1films/post/responses: ")
    assert found.endswith("declares no such member. Correct its link.")
