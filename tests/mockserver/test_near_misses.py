"""A request that missed its route is told which call it probably meant."""

from collections.abc import Callable

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import member
from reelmock.mockserver.clock import FIXED_START
from reelmock.mockserver.errors import Errors
from reelmock.mockserver.near_misses import NearMisses

ROUTE = "/v2/video/generations"
POLL = "GET /v2/video/generations?generation_id=<id>"
ROUTES = f"POST {ROUTE}, {POLL}"


def told(contract: Contract, request: Request) -> tuple[str, str, str]:
    """Case, message and hint."""
    refusal = NearMisses.of(contract).refusal(request)
    body = Errors.of(contract, "current").render(refusal, request, FIXED_START, "r").json()
    error = member(body, "error")
    return refusal.case, str(error["message"]), str(error.get("hint", ""))


@pytest.mark.parametrize(
    ("path", "case", "message"),
    [
        (f"{ROUTE}/abc", "id_in_path", f"The id goes into the query: GET {ROUTE}?generation_id=abc"),
        (f"{ROUTE}/a:b c", "id_in_path", f"The id goes into the query: GET {ROUTE}?generation_id=a:b c"),
        (f"{ROUTE}/", "trailing_slash", f"The path ends with a slash. The route is {ROUTE}"),
        (f"{ROUTE}//", "trailing_slash", f"The path ends with a slash. The route is {ROUTE}"),
        *(
            (
                path,
                "doubled_slash",
                f"The path has a doubled slash: does the base URL end with one? The route is {ROUTE}",
            )
            for path in (f"/{ROUTE}", "/v2//video/generations", "//v2///video//generations")
        ),
        (
            f"/v2{ROUTE}",
            "doubled_prefix",
            f"The path repeats `/v2`: does the base URL end with it already? The route is {ROUTE}",
        ),
        (
            "/v2/video/video/generations",
            "doubled_prefix",
            f"The path repeats `/video`: does the base URL end with it already? The route is {ROUTE}",
        ),
        (
            "/video/generations",
            "missing_prefix",
            f"The beginning of the path is missing: does the base URL lack it? The route is {ROUTE}",
        ),
        *(
            (
                f"/v2/generate/video/{rest}",
                "legacy_route",
                "The legacy routes with a vendor's name are not covered by this contract. "
                f"The route for every vendor is {ROUTE}",
            )
            for rest in ("kling/generation", "minimax/generation", "")
        ),
        *(
            (
                path,
                "not_covered",
                "The real host has other products under this path; reelmock does not cover them. "
                f"The routes here are: {ROUTES}",
            )
            for path in ("/v1/chat/completions", "/v1/video/generations", "/v1/")
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_near_miss_names_the_right_call(contract: Contract, method: str, path: str, case: str, message: str) -> None:
    assert told(contract, Request(method, path)) == (case, f"Cannot {method} {path}. {message}", "")


@pytest.mark.parametrize(
    "path",
    ["/", "", "*", "/v2", "/generations", "/v3/video/generations", f"{ROUTE}/a/b", "/V2/video/generations", "/v1"],
)
def test_any_other_path_is_told_what_there_is(contract: Contract, path: str) -> None:
    expected = ("unknown_path", f"Cannot GET {path}", f"The routes here are: {ROUTES}.")
    assert told(contract, Request("GET", path)) == expected


def test_a_document_with_the_id_in_the_path_has_its_own_near_misses(jobs_contract: Callable[..., Contract]) -> None:
    contract = jobs_contract()
    routes = "POST /jobs, GET /jobs/{task_id}"
    ends = "The path ends with a slash. The route is"
    assert told(contract, Request("GET", "/jobs/a/"))[:2] == ("trailing_slash", f"Cannot GET /jobs/a/. {ends} /jobs/a")
    assert told(contract, Request("GET", "/jobs/"))[:2] == ("trailing_slash", f"Cannot GET /jobs/. {ends} /jobs")
    assert told(contract, Request("GET", "/v1/x")) == (
        "unknown_path",
        "Cannot GET /v1/x",
        f"The routes here are: {routes}.",
    )


def test_prefixes_come_from_the_document_and_an_odd_one_is_no_obstacle(jobs_contract: Callable[..., Contract]) -> None:
    rows = [{"prefix": "/old/", "error": "legacy_route"}, {"prefix": "/x/", "error": "not_covered"}]
    contract = jobs_contract(extensions={"x-near-misses": rows})
    assert told(contract, Request("GET", "/old/jobs"))[0] == "legacy_route"
    assert told(contract, Request("GET", "/x/"))[0] == "not_covered"


def test_a_hostile_path_takes_no_time_to_speak_of(contract: Contract) -> None:
    """A repeated segment is looked for by a pattern with a back-reference: it must not go over the path for ever."""
    for path in ("/a" * 100_000, "/" * 200_000, "/" + "a" * 200_000, "/ab/a" * 50_000):
        assert told(contract, Request("GET", path))[0] == "unknown_path"
