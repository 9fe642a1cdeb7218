"""Which call a path is: an operation of a job route, a clip, or nothing."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.mockserver.routing import Routing, allowed_methods, clip_of, clip_path

ROUTE = "/v2/video/generations"


def test_the_shipped_route_has_two_calls(contract: Contract) -> None:
    calls = Routing(contract).calls(ROUTE)
    assert {method: call.operation.id for method, call in calls.items()} == {
        "POST": "createGeneration",
        "GET": "retrieveGeneration",
    }
    assert allowed_methods(calls) == "GET, HEAD, OPTIONS, POST"
    assert all(call.path_values == {} for call in calls.values())


def test_head_is_allowed_only_beside_get(jobs_contract: Callable[..., Contract]) -> None:
    routing = Routing(jobs_contract())
    assert allowed_methods(routing.calls("/jobs")) == "OPTIONS, POST"
    assert allowed_methods(routing.calls("/jobs/a")) == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("generation_id", ["a", "a:b c", "{task_id}", "é", "%2F"])
def test_a_path_gives_its_parameters(jobs_contract: Callable[..., Contract], generation_id: str) -> None:
    calls = Routing(jobs_contract()).calls(f"/jobs/{generation_id}")
    assert calls["GET"].path_values == {"task_id": generation_id}


@pytest.mark.parametrize("path", ["/jobs/", "/jobs/a/b", "/job", "/jobs\n", "/jobs/a\n/", "/JOBS", ""])
def test_what_is_no_route_has_no_calls(jobs_contract: Callable[..., Contract], path: str) -> None:
    assert Routing(jobs_contract()).calls(path) == {}


def test_the_refusal_of_a_path_is_the_near_misses(contract: Contract) -> None:
    assert Routing(contract).not_found(Request("GET", f"{ROUTE}/")).case == "trailing_slash"
    assert Routing(contract).not_found(Request("GET", "/nowhere")).case == "unknown_path"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_the_path_of_a_clip_is_a_single_segment_of_ascii(generation_id: str) -> None:
    path = clip_path(generation_id)
    assert path.isascii()
    assert path.count("/") == 2
    assert not set(path) & set("?# \n")


def test_the_id_of_a_clip_is_read_from_the_decoded_path() -> None:
    assert clip_path("a:b/c") == "/clips/a%3Ab%2Fc.mp4"
    assert clip_of("/clips/a:b/c.mp4") == "a:b/c"
    assert clip_of("/clips/.mp4") == ""


@pytest.mark.parametrize(
    "path", ["/clips/a", "/clips/", "/clips", "/a.mp4", "/Clips/a.mp4", "/clips/a.MP4", "/clips/.mp"]
)
def test_what_is_no_clip_is_none(path: str) -> None:
    assert clip_of(path) is None
