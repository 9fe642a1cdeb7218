"""Of a recording, checks see what is about the jobs of a contract, on whatever host it was recorded."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import load_document
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.recorded import Recorded
from reelmock.contracts.recorded_attempts import Servers, recorded_attempts, servers_of
from reelmock.contracts.recordings import Recording
from reelmock.contracts.trials import Attempt, Kind

HOST = "https://api.aimlapi.com"
PATH = "/v2/video/generations"
JOBS = Path(__file__).parent.parent / "data" / "jobs"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract()


def with_servers(contract: Contract, *urls: str) -> Contract:
    servers: Json = [{"url": url} for url in urls]
    return replace(contract, document=replace(contract.document, tree={**contract.document.tree, "servers": servers}))


def recorded(*requests: Request) -> Recording:
    exchanges = (Recorded(request, Response(200), f"interactions/{n}") for n, request in enumerate(requests))
    return Recording(Path("cassette.yaml"), tuple(exchanges), ())


def attempt_of(contract: Contract, method: str, url: str, json: Json = None) -> Attempt | None:
    """The attempt that one recorded request is, or None."""
    found = recorded_attempts(contract, recorded(Request.build(method, url, json=json)))
    return found[0] if found else None


def test_a_create_request_is_an_attempt_with_its_model(contract: Contract) -> None:
    attempt = attempt_of(contract, "POST", HOST + PATH, {"model": "pixverse/v5.5/image-to-video"})
    assert attempt is not None
    trial = attempt.trial
    assert (trial.kind, trial.case, trial.what) == (
        Kind.RECORDED,
        "POST:recorded",
        "interactions/0",
    )
    assert (trial.route, trial.operation) == (contract.job_routes[0], contract.job_routes[0].create)
    assert (trial.expected, trial.generation, trial.model) == ((), "", "pixverse/v5.5/image-to-video")
    assert trial.evidence == Evidence("documented", "", "/paths/~1v2~1video~1generations/post")
    assert (attempt.status, attempt.problem) == (200, "")


@pytest.mark.parametrize("payload", [{"model": "acme/balloon"}, {"model": 5}, {}, [], 5, None], ids=str)
def test_a_payload_that_names_no_known_model_has_none(payload: Json, contract: Contract) -> None:
    attempt = attempt_of(contract, "POST", HOST + PATH, payload)
    assert attempt is not None
    assert attempt.trial.model == ""


def test_an_alias_is_told_as_its_model(contract: Contract) -> None:
    model = contract.models[0]
    attempt = attempt_of(contract, "POST", HOST + PATH, {"model": model.aliases[0]})
    assert attempt is not None
    assert attempt.trial.model == model.id


def test_a_poll_is_an_attempt_with_the_id_that_it_asks_for(contract: Contract) -> None:
    attempt = attempt_of(contract, "GET", f"{HOST}{PATH}?generation_id=a%20b&generation_id=c")
    assert attempt is not None
    assert (attempt.trial.operation, attempt.trial.generation) == (contract.job_routes[0].retrieve, "a b")
    assert (attempt.trial.case, attempt.trial.model) == ("GET:recorded", "")


def test_a_create_request_asks_for_no_id(contract: Contract) -> None:
    attempt = attempt_of(contract, "POST", f"{HOST}{PATH}?generation_id=1")
    assert attempt is not None
    assert attempt.trial.generation == ""


def test_a_poll_without_an_id_asks_for_none(contract: Contract) -> None:
    attempt = attempt_of(contract, "GET", HOST + PATH)
    assert attempt is not None
    assert attempt.trial.generation == ""


def test_an_id_may_stand_in_the_path() -> None:
    contract = load_contract(JOBS / "by-path.json")
    route = contract.job_routes[0]
    path = route.retrieve.path.replace(f"{{{route.id_parameter.name}}}", "abc")
    attempt = attempt_of(contract, "GET", f"http://127.0.0.1:8000{path}")
    assert attempt is not None
    assert (attempt.trial.operation, attempt.trial.generation) == (route.retrieve, "abc")


def test_of_two_creates_each_has_its_own_route() -> None:
    contract = load_contract(JOBS / "two-creates.json")
    assert len(contract.job_routes) > 1
    for route in contract.job_routes:
        attempt = attempt_of(contract, "POST", f"http://127.0.0.1:8000{route.create.path}")
        assert attempt is not None
        assert attempt.trial.route == route


# A recorded request → whether it is about the jobs, and whether an operation is known for it.
KEPT: dict[str, bool | None] = {
    f"GET {HOST}{PATH}": True,
    f"GET http://127.0.0.1:8000{PATH}": True,
    f"GET https://proxy.example.com{PATH}": True,
    f"DELETE {HOST}{PATH}": False,
    f"DELETE http://localhost:8000{PATH}": False,
    f"POST {HOST}/v1/chat/completions": False,
    "GET https://API.AIMLAPI.com:443/v2/video/generation": False,
    f"OPTIONS {HOST}{PATH}": None,
    f"HEAD {HOST}{PATH}": None,
    f"GET {HOST}/v2/billing": None,
    f"GET https://proxy.example.com{PATH}/": None,
    "POST https://metrics.example.com/v1/chat/completions": None,
    "GET data:image/gif;base64,R0lGODlhAQABAAAAACw=": None,
}


@pytest.mark.parametrize("line", KEPT)
def test_what_is_about_the_jobs_is_kept_on_any_host_and_all_else_on_the_documents(
    line: str, contract: Contract
) -> None:
    attempt = attempt_of(contract, *line.split(" ", 1))
    assert (attempt.trial.operation is not None if attempt else None) is KEPT[line]
    if attempt is not None:
        assert attempt.trial.route == contract.job_routes[0]


def test_what_is_no_operation_has_all_paths_for_evidence(contract: Contract) -> None:
    attempt = attempt_of(contract, "POST", f"{HOST}/v1/chat/completions")
    assert attempt is not None
    assert (attempt.trial.evidence.place, attempt.trial.model) == ("/paths", "")


@pytest.mark.parametrize("host", ["https://api.example.com", "http://127.0.0.1:8000"])
@pytest.mark.parametrize("prefix", ["", "/api", "/api/v9"])
def test_the_path_of_a_servers_url_may_stand_before_the_contracts(host: str, prefix: str, contract: Contract) -> None:
    served = with_servers(contract, "https://api.example.com/api/", "/api/v9")
    attempt = attempt_of(served, "GET", f"{host}{prefix}{PATH}?generation_id=1")
    assert attempt is not None
    assert (attempt.trial.operation, attempt.trial.generation) == (contract.job_routes[0].retrieve, "1")
    assert (attempt.trial.request.origin, attempt.trial.request.path) == (host + prefix, PATH)
    assert attempt_of(served, "GET", f"{host}/other{PATH}") is None or host == "https://api.example.com"


def test_servers_are_hosts_and_prefixes_the_longest_first(contract: Contract) -> None:
    assert servers_of(contract) == Servers(frozenset({"api.aimlapi.com"}), ("",))
    urls = ("https://A.example.com/v1/", "/v1/deep", "http://b.example.com:8080")
    assert servers_of(with_servers(contract, *urls)) == Servers(
        frozenset({"a.example.com", "b.example.com"}), ("/v1/deep", "/v1", "")
    )


def test_a_missing_reply_and_its_reason_are_kept(contract: Contract) -> None:
    exchange = Recorded(Request.build("GET", HOST + PATH), None, "log/entries/7", "no reply was recorded")
    (attempt,) = recorded_attempts(contract, Recording(Path("a.har"), (exchange,), ()))
    assert (attempt.response, attempt.problem, attempt.trial.what) == (None, "no reply was recorded", "log/entries/7")


def test_it_is_known_which_body_was_not_recorded(contract: Contract) -> None:
    request = Request.build("POST", HOST + PATH)
    exchange = Recorded(request, Response(200), "log/entries/7", "lost", request_body=False, response_body=False)
    (attempt,) = recorded_attempts(contract, Recording(Path("a.har"), (exchange,), ()))
    assert (attempt.request_body, attempt.response_body) == (False, False)


def told(place: str, status: str, began: float = 0.0, ended: float = 0.0, *, generation: str = "a") -> Recorded:
    """A poll that was answered with this status."""
    request = Request.build("GET", f"{HOST}{PATH}?generation_id={generation}")
    response = Response(200, (), json.dumps({"id": generation, "status": status}).encode())
    return Recorded(request, response, place, began=began, ended=ended)


def test_polls_that_overlap_stand_in_the_order_of_their_states(contract: Contract) -> None:
    """Those that do not stay as they were, and so do those of other generations."""
    exchanges = (
        told("0", "completed", 0.0, 0.9),
        told("1", "completed", 0.0, 0.9, generation="b"),
        told("2", "generating", 0.1, 0.15),
        told("3", "queued", 1.0, 1.1),
    )
    found = recorded_attempts(contract, Recording(Path("a.har"), exchanges, ()))
    assert [attempt.trial.what for attempt in found] == ["2", "1", "0", "3"]


def test_a_poll_has_the_model_of_the_generation_that_was_recorded_too(contract: Contract) -> None:
    model = contract.models[0].id
    made = Response(200, (), b'{"id": "a", "status": "queued"}')
    create = Recorded(Request.build("POST", HOST + PATH, json={"model": model}), made, "0")
    exchanges = (create, told("1", "queued"), told("2", "queued", generation="b"))
    found = recorded_attempts(contract, Recording(Path("a.har"), exchanges, ()))
    assert [attempt.trial.model for attempt in found] == [model, model, ""]


def test_a_reply_that_says_that_nothing_has_changed_is_left_out(contract: Contract) -> None:
    request = Request.build("GET", f"{HOST}{PATH}?generation_id=a")
    exchanges = (Recorded(request, Response(304), "0"), Recorded(request, Response(305), "1"))
    found = recorded_attempts(contract, Recording(Path("a.har"), exchanges, ()))
    assert [attempt.trial.what for attempt in found] == ["1"]


def test_a_contract_without_jobs_has_no_attempts(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text('{"openapi": "3.1.0", "info": {}, "servers": [{"url": "https://api.aimlapi.com"}], "paths": {}}')
    contract = Contract(load_document(file), load_document(file))
    assert attempt_of(contract, "GET", HOST + PATH) is None
