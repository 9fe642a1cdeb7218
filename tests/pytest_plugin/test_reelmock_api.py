"""What a test reads of the fake and tells it."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reelmock.mockserver.engine import OrderError
from reelmock.mockserver.plan import Failed, Hold
from reelmock.pytest_plugin.errors import EndlessPolling, ReelmockError, ToleratedDeviationWarning
from reelmock.pytest_plugin.options import OptionError
from reelmock.tests.pytest_plugin.conftest import API, PAYLOAD, Client

NewClient = Callable[..., Client]
KITES = Path(__file__).parent.parent / "data" / "kites.json"


def test_generations_are_told_as_they_stand_and_looking_counts_no_poll(client: NewClient) -> None:
    made = client(progression="polls:1,1")
    generation = made.create()
    (record,) = made.api.generations
    assert (record.id, record.status, record.polls, record.payload) == (generation, "queued", 0, PAYLOAD)
    for status in ("queued", "generating", "completed"):
        assert made.poll(generation)["status"] == status
        assert made.api.generations[0].status == status
    assert made.api.generations[0].polls == 3
    assert made.api.generations[0].model == PAYLOAD["model"]


def test_requests_are_told_with_their_replies_and_without_keys(client: NewClient) -> None:
    made = client()
    generation = made.create()
    made.poll(generation)
    created, polled = made.api.requests
    assert (created.method, created.host, created.path, created.json) == (
        "POST",
        "api.aimlapi.com",
        "/v2/video/generations",
        PAYLOAD,
    )
    assert created.headers["authorization"] == "Bearer ****"
    assert (polled.query, polled.json, polled.reply.status) == ({"generation_id": generation}, None, 200)
    assert made.api.last_request == polled
    assert created.at == made.api.clock.now()
    assert "sk-test" not in repr(made.api.requests) + repr(made.api) + made.api.report()


def test_the_last_request_of_none_is_an_error_that_names_the_hosts(client: NewClient) -> None:
    with pytest.raises(ReelmockError, match=r"^no request came to api.aimlapi.com, cdn.aimlapi.com\. If your "):
        client().api.last_request  # noqa: B018


def test_a_generation_can_be_finished_and_failed(client: NewClient) -> None:
    made = client(progression="hold")
    first, second, third = made.create(), made.create(), made.create()
    made.api.finish(first)
    made.api.fail(second)
    made.api.fail(third, name="Mine", message="Because.")
    assert made.poll(first)["status"] == "completed"
    assert made.poll(second)["error"]["message"]
    assert made.poll(third)["error"] == {"name": "Mine", "message": "Because."}
    with pytest.raises(OrderError):
        made.api.finish(first)


def test_the_next_generations_get_the_plans_that_were_ordered(client: NewClient) -> None:
    made = client(progression="polls:1,1")
    made.api.next(outcome="error:Name:why")
    made.api.next(progression="immediate")
    failing, immediate, usual = made.create(), made.create(), made.create()
    assert [made.poll(generation)["status"] for generation in (failing, immediate, usual)] == [
        "queued",
        "completed",
        "queued",
    ]
    made.poll(failing)
    assert made.poll(failing)["error"] == {"name": "Name", "message": "why"}
    made.api.next(progression=Hold(), outcome=Failed("a", "b"))
    with pytest.raises(OptionError, match="the option outcome is 'bad'"):
        made.api.next(outcome="bad")


def test_advancing_moves_what_depends_on_the_clock(client: NewClient) -> None:
    made = client(progression="time:2,8")
    generation = made.create()
    made.api.advance(10)
    assert made.poll(generation)["status"] == "completed"


def test_advancing_where_nothing_depends_on_the_clock_is_an_error(client: NewClient) -> None:
    with pytest.raises(ReelmockError) as caught:
        client().api.advance(10)
    assert str(caught.value) == (
        "advance(10) can change nothing: generations move on by 'polls:1,1', not by the clock. Give "
        "progression='time:2,8' (seconds), poll once more, or call finish(id)"
    )


def test_advancing_is_fine_where_one_generation_depends_on_the_clock(client: NewClient) -> None:
    made = client()
    made.api.next(progression="time:1,1")
    made.api.advance(1)
    made.create()
    made.api.advance(1)


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        ({"rate_limit": 1}, {}),
        ({}, {"on": "clip", "expires_after": 60}),
        ({}, {"code": 503, "retry_after": 2}),
        ({}, {"progression": "time:2,8"}),
    ],
    ids=str,
)
def test_advancing_is_fine_where_a_limit_or_a_rule_depends_on_the_clock(
    client: NewClient, options: dict[str, Any], rule: dict[str, Any]
) -> None:
    api = client(**options, scenarios=[rule] if rule else []).api
    before = api.clock.now()
    api.advance(3)
    assert api.clock.now() == before + 3


def test_advancing_is_fine_once_a_client_was_told_to_wait(client: NewClient) -> None:
    made = client()
    made.ask("POST", API, headers=made.headers | {"Prefer": "code=503, retry-after=2"}, json=PAYLOAD)
    made.api.advance(2)
    made.create()
    made.api.assert_retry_after_respected()


def test_reset_forgets_all_but_the_time(client: NewClient) -> None:
    made = client(progression="time:1,1")
    made.create()
    made.api.advance(7)
    now = made.api.clock.now()
    made.api.reset()
    assert (made.api.generations, made.api.requests, made.api.clock.now()) == ([], [], now)


def test_a_tolerated_deviation_is_a_warning_with_the_evidence(client: NewClient) -> None:
    with pytest.warns(ToleratedDeviationWarning) as caught:
        client().create(duration="5", colour="red")
    assert [str(warning.message) for warning in caught] == [
        "`/colour`: is not a property that the schema declares. The schema does not allow it; the real API takes it "
        "(inferred: 41 of 278 request examples in the documentation send some)",
        "`/duration`: '5' is not of type integer. The schema does not allow it; the real API takes it (inferred: 81 of "
        "278 request examples in the documentation send one, and a recorded refusal lists its options as strings)",
    ]


def test_warnings_as_errors_equal_strict(client: NewClient) -> None:
    made = client()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ToleratedDeviationWarning):
            made.create(duration="5")


def test_a_client_that_polls_without_end_is_ended(client: NewClient) -> None:
    made = client(progression="hold", max_polls_per_generation=3)
    generation = made.create()
    for _ in range(3):
        made.poll(generation)
    with pytest.raises(EndlessPolling) as caught:
        made.poll(generation)
    assert str(caught.value).startswith(
        f"generation {generation} was polled more than 3 times, and the last answer was 'queued'. Does your client "
    )
    assert made.api.endless is caught.value
    assert not isinstance(caught.value, Exception)


def test_the_base_url_is_the_documents_and_the_key_one_that_is_taken(client: NewClient) -> None:
    made = client(api_keys=["sk-a", "sk-b"])
    assert made.api.base_url == "https://api.aimlapi.com"
    assert Client(made.api, made.api.api_key).create()
    assert client().api.api_key


def test_the_hosts_that_are_answered_are_the_documents_and_those_given(client: NewClient) -> None:
    api = client(hosts=["gateway.test"]).api
    assert [host for host in ("api.aimlapi.com", "cdn.aimlapi.com", "gateway.test") if not api.answers(host)] == []
    assert not api.answers("example.com")
    assert not api.blocks("example.com")
    assert client(other_hosts="block").api.blocks("example.com")


def test_clips_lie_on_the_clip_host_by_https(client: NewClient) -> None:
    made = client(progression="immediate")
    url = made.poll(made.create())["video"]["url"]
    assert url.startswith("https://cdn.aimlapi.com/")
    assert made.ask("GET", url).header("content-type") == "video/mp4"


def test_the_same_seed_gives_the_same_ids(client: NewClient) -> None:
    first, again, other = (client(seed=seed).create() for seed in ("a", "a", "b"))
    assert first == again != other


def test_the_text_says_how_things_stand(client: NewClient) -> None:
    made = client(seed="s", progression="immediate")
    made.create()
    made.create()
    assert repr(made.api) == "<ReelMock https://api.aimlapi.com: 2 requests, generations: 2 completed>"
    assert made.api.report().startswith(f"{made.api!r}\nseed: s\n#  after s  host ")
    assert f"POST {API.removeprefix('https://api.aimlapi.com')}" in made.api.report()
