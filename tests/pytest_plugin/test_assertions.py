"""Claims about the requests that came: each passes, fails, or says that it can't tell."""

from collections.abc import Callable
from typing import Any

import pytest

from reelmock.contracts.exchange import Response
from reelmock.pytest_plugin.assertions import Traffic
from reelmock.tests.pytest_plugin.conftest import API, PAYLOAD, Client

NewClient = Callable[..., Client]


def polled_every(client: Client, *gaps: float) -> str:
    """A generation that was polled once, and then again after each gap."""
    generation = client.create()
    client.poll(generation)
    for gap in gaps:
        client.api.clock.advance(gap)
        client.poll(generation)
    return generation


def failure(claim: Callable[[], None]) -> str:
    """The text of an assertion that fails: what is wrong, without the table."""
    with pytest.raises(AssertionError) as caught:
        claim()
    text, _, table = str(caught.value).partition("\n\n")
    assert table.startswith(("#  after s  host", "(no request came)"))
    return text


def test_polls_as_far_apart_as_they_should_be_pass(client: NewClient) -> None:
    made = client(progression="hold")
    polled_every(made, 15, 15.5, 20)
    made.api.assert_polled(min_interval=15, max_polls=4)


def test_polls_that_come_too_fast_or_too_often_fail(client: NewClient) -> None:
    made = client(progression="hold")
    generation = polled_every(made, 15, 2)
    assert failure(lambda: made.api.assert_polled(min_interval=15)) == (
        f"the generation {generation} was polled again after 2.0 s (request 4): at least 15 s are wanted"
    )
    assert failure(lambda: made.api.assert_polled(max_polls=2)) == (
        f"the generation {generation} was polled 3 times: at most 2 are wanted"
    )


def test_generations_are_looked_at_one_by_one(client: NewClient) -> None:
    """Two clients that poll in turn are not faster for that."""
    made = client(progression="hold")
    first, second = made.create(), made.create(prompt="Another.")
    for _ in range(3):
        made.poll(first)
        made.api.clock.advance(5)
        made.poll(second)
        made.api.clock.advance(5)
    made.api.assert_polled(min_interval=10, max_polls=3)


def test_a_generation_that_nobody_polled_fails(client: NewClient) -> None:
    made = client()
    generation = made.create()
    assert failure(made.api.assert_polled) == f"the generation {generation} was never polled"


def test_intervals_can_not_be_told_when_the_clock_stood_still(client: NewClient) -> None:
    made = client()
    polled_every(made, 0, 0)
    made.api.assert_polled(max_polls=3)
    assert failure(lambda: made.api.assert_polled(min_interval=1)).startswith(
        "it can't be told whether polls are 1 s apart: the fake's clock stood still. Use sleep='skip', "
    )


def test_polling_has_to_stop_at_the_end(client: NewClient) -> None:
    made = client(progression="polls:1,1")
    generation = polled_every(made, 1, 1)
    made.api.assert_stopped_after_terminal()
    made.poll(generation)
    assert failure(made.api.assert_stopped_after_terminal) == (
        f"the generation {generation} was polled again (request 5), although it had been told to have ended with "
        "'completed' (request 4). Stop at completed or error"
    )


def test_another_generation_may_be_polled_after_one_has_ended(client: NewClient) -> None:
    made = client(progression="immediate")
    first, second = made.create(), made.create()
    made.poll(first)
    made.poll(second)
    made.api.assert_stopped_after_terminal()


def test_a_job_that_was_created_anew_without_looking_at_the_first_fails(client: NewClient) -> None:
    made = client()
    first = made.create()
    made.api.assert_created_once()
    made.poll(made.create())
    assert failure(made.api.assert_created_once) == (
        f"request 2 created again what request 1 had created already; that generation ({first}) was never polled. It "
        "would be charged twice"
    )


def test_two_jobs_that_are_meant_pass(client: NewClient) -> None:
    made = client()
    made.poll(made.create())
    made.poll(made.create())
    made.create(prompt="Another.")
    Client(made.api, "sk-other").create()
    made.api.assert_created_once()


def retry_after(value: str, gap: float, client: Client) -> Callable[[], None]:
    """A claim about a request that was told to wait, and that came again after `gap` seconds."""
    polled_every(client, gap)
    first, *rest = client.api.journal.entries()[1:]
    object.__setattr__(first, "response", Response(429, (("retry-after", value),)))
    return Traffic(client.api.engine.contract, [first, *rest], "cdn").assert_retry_after_respected


def test_a_client_has_to_wait_as_long_as_it_is_told(client: NewClient) -> None:
    retry_after("5", 5, client())()
    assert failure(retry_after("5", 2, client())) == (
        "request 3 came 2.0 s after request 2, which was told to wait for 5 s"
    )


def test_the_time_to_wait_for_may_be_a_date(client: NewClient) -> None:
    made = client()
    from email.utils import formatdate

    date = formatdate(made.api.clock.now() + 60, usegmt=True)
    assert "which was told to wait for" in failure(retry_after(date, 30, made))


def test_another_request_need_not_wait_for_what_this_one_was_told(client: NewClient) -> None:
    """Polls of two generations go to the same path, and so do two creations."""
    made = client(scenarios=[{"nth": 1, "code": 503, "retry_after": 5}, {"nth": 3, "code": 503, "retry_after": 5}])
    made.ask("POST", API, json=PAYLOAD)
    first = made.create(prompt="Another.")
    made.poll(first)
    made.poll(made.create(prompt="A third."))
    made.api.clock.advance(5)
    made.poll(first)
    made.api.assert_retry_after_respected()


def test_a_reply_that_a_rule_ordered_is_named_by_its_status(client: NewClient) -> None:
    made = client(scenarios=[{"code": 503}])
    made.ask("POST", API, json=PAYLOAD)
    assert failure(made.api.assert_requests_conform) == "request 1 was refused: 503"


def test_a_key_that_goes_to_the_clip_host_fails(client: NewClient) -> None:
    made = client(progression="immediate")
    url = made.poll(made.create())["video"]["url"]
    made.ask("GET", url, headers={"Accept": "*/*"})
    made.api.assert_key_not_leaked()
    made.ask("GET", url)
    assert failure(made.api.assert_key_not_leaked) == "request 4 sent the header `authorization` to cdn.aimlapi.com"


def test_requests_that_were_tolerated_or_refused_do_not_conform(client: NewClient) -> None:
    made = client()
    made.poll(made.create())
    made.api.assert_requests_conform()
    made.ask("GET", f"{API}?generation_id=unknown")
    assert failure(made.api.assert_requests_conform) == "request 3 was refused: 404 unknown_generation"


@pytest.mark.filterwarnings("ignore::reelmock.pytest_plugin.errors.ToleratedDeviationWarning")
def test_a_tolerated_deviation_does_not_conform(client: NewClient) -> None:
    made = client()
    made.create(duration="5")
    assert failure(made.api.assert_requests_conform) == (
        "request 1 is not as the document says: `/duration`: '5' is not of type integer"
    )


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("assert_polled", "no generation was created, so nothing could be polled"),
        ("assert_stopped_after_terminal", "it can't be told: no poll was answered with an end, neither completed nor "),
        ("assert_created_once", "it can't be told: no generation was created"),
        ("assert_retry_after_respected", "it can't be told: no reply had a `Retry-After`"),
        ("assert_key_not_leaked", "it can't be told: nothing was asked of cdn.aimlapi.com"),
        ("assert_requests_conform", "it can't be told: no request came"),
    ],
)
def test_a_claim_about_nothing_says_that_it_can_not_be_told(client: NewClient, claim: str, message: str) -> None:
    assert failure(getattr(client().api, claim)).startswith(message)


def test_the_message_shows_the_journal(client: NewClient) -> None:
    made = client()
    made.create()
    with pytest.raises(AssertionError) as caught:
        made.api.assert_polled()
    lines: Any = str(caught.value).splitlines()[2:]
    assert lines[0].split() == ["#", "after", "s", "host", "request", "reply"]
    assert lines[2] == "1  0.0      https://api.aimlapi.com  POST /v2/video/generations  200 queued"
