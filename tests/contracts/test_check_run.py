"""A run sends one trial after another, repeats reads alone, counts what may have been charged, and knows its end."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.check_run import IN_VAIN, REPEAT_S, REPEATS, CheckRun
from reelmock.contracts.check_watch import MISSES, POLLS_AFTERWARDS
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.runner import CheckError, run_checks
from reelmock.contracts.trial_maker import WRONG_KEY, TrialMaker
from reelmock.contracts.trials import Kind, NoReplyError, Send
from reelmock.tests.contracts.checking import (
    HOUSE,
    KEY,
    OTHER_KEY,
    ROUTE,
    SHAPES,
    TARGET,
    Clock,
    Talk,
    changed,
    each_shape,
    fake,
    makers,
)

PAYING = Assignment(KEY, OTHER_KEY, "strict", probe=True, paid=5)
KEYED = {name: contract for name, contract in SHAPES.items() if all(route.bearer for route in contract.job_routes)}


def run_of(
    send: Send,
    assignment: Assignment = PAYING,
    contract: Contract = HOUSE,
    *,
    kinds: Iterable[Kind] = Kind,
    target: str = TARGET,
) -> tuple[CheckRun, Talk, Clock]:
    """A run that has come to its end, what it sent, and how long it waited."""
    talk, clock = Talk(send), Clock()
    run = CheckRun(contract, talk, assignment, target, clock, lambda *_: None, frozenset(kinds))
    run.go([(maker, contract.models_of(maker.route.create)) for maker in makers(contract, KEY, OTHER_KEY)])
    return run, talk, clock


def keyed_posts(talk: Talk) -> list[Request]:
    return [request for request in talk.sent if request.method == "POST" and KEY in str(request.headers)]


def told(**body: Json) -> Response:
    return Response(200, (("content-type", "application/json"),), json.dumps(body).encode())


def making(course: Callable[[int], JsonObject]) -> Send:
    """A server that takes every payload; `course` tells what the nth poll of a generation answers."""
    numbers, polls = count(1), Counter[str]()

    def send(request: Request) -> Response:
        if request.origin:
            return Response(206, (("content-type", "video/mp4"),), b"\0\0\0\x18ftyp")
        if request.method == "POST":
            return told(id=f"job-{next(numbers)}", status="queued")
        generation = dict(request.query).get("generation_id", "")
        if not generation.startswith("job-") or request.header("authorization") != f"Bearer {KEY}":
            return Response(404)
        polls[generation] += 1
        return told(id=generation, **course(polls[generation]))

    return send


def ending(after: int) -> Send:
    """A server whose generations are completed at this poll."""
    done: JsonObject = {"status": "completed", "video": {"url": "https://cdn.example.com/a.mp4"}}
    return making(lambda poll: done if poll >= after else {"status": "generating"})


def test_reads_come_again_where_nobody_could_answer_and_posts_never_do() -> None:
    run, talk, clock = run_of(lambda _: Response(503), Assignment(KEY, probe=True))
    times = Counter(zip((r.method for r in talk.sent), talk.sent, strict=True))
    assert {method: {n for (m, _), n in times.items() if m == method} for method in ("POST", "PUT", "DELETE")} == {
        method: {1} for method in ("POST", "PUT", "DELETE")
    }
    assert {n for (method, _), n in times.items() if method == "GET"} >= {REPEATS + 1}
    assert set(clock.paused) == {REPEAT_S}
    assert len(run.attempts) == len(talk.sent) - len(clock.paused)


def test_a_read_that_gets_a_reply_at_last_is_judged_by_it() -> None:
    replies = count()
    run, _, clock = run_of(
        lambda request: Response(429 if request.method == "GET" and next(replies) % 3 else 404),
        Assignment(KEY),
        kinds=[Kind.UNKNOWN_ID],
    )
    assert {attempt.status for attempt in run.attempts} == {404}
    assert clock.paused != []


def losing(*, reached: bool, after: int = 0) -> Send:
    """A server that is heard so often, and then no more."""
    replies = count()

    def send(request: Request) -> Response:
        if next(replies) >= after:
            raise NoReplyError("the connection was lost", reached=reached)
        return Response(401)

    return send


def test_a_lost_reply_to_a_read_is_asked_for_again() -> None:
    run, talk, _ = run_of(losing(reached=True, after=1), Assignment(KEY), kinds=[Kind.UNKNOWN_ID])
    assert [(a.status, a.problem) for a in run.attempts[:2]] == [(401, ""), (0, "the connection was lost")]
    repeated = IN_VAIN  # then nobody is asked twice any more
    assert len(talk.sent) == len(run.attempts) + repeated * REPEATS


def gone(send: Send) -> int:
    """How many requests are sent before a run ends with what the server's end is told by."""
    talk = Talk(send)
    run = CheckRun(HOUSE, talk, PAYING, TARGET, Clock(), lambda *_: None, frozenset(Kind))
    with pytest.raises(NoReplyError, match="the connection was lost"):
        run.go([(maker, HOUSE.models) for maker in makers(HOUSE)])
    return len(talk.sent)


def test_where_nobody_ever_answers_the_run_ends_soon() -> None:
    """At once where nobody is at the door; where somebody was, after one request of a second method."""
    assert gone(losing(reached=False)) == 1
    assert gone(losing(reached=True)) == 2


def test_somebody_who_has_gone_later_is_a_reply_that_did_not_come() -> None:
    run, _, _ = run_of(losing(reached=False, after=1), Assignment(KEY, max_requests=30))
    assert run.attempts[0].status == 401
    assert {attempt.problem for attempt in run.attempts[1:]} == {"the connection was lost"}


@pytest.mark.parametrize("most", [0, 1, 7, 15])
@pytest.mark.parametrize("status", [404, 503])
def test_no_more_requests_are_sent_than_are_allowed(most: int, status: int) -> None:
    """Those that come again are requests as well."""
    run, talk, _ = run_of(lambda _: Response(status), replace(PAYING, max_requests=most))
    assert len(talk.sent) <= most
    assert run.sent == len(talk.sent)
    assert run.stopped


def test_redirects_are_requests_as_well() -> None:
    def send(request: Request) -> Response:
        return Response(302, (("location", "/on"),)) if request.origin else ending(1)(request)

    _, talk, _ = run_of(send, Assignment(KEY, paid=1, max_requests=10_000))
    downloads = sum(bool(request.origin) for request in talk.sent)
    limited, short, _ = run_of(send, Assignment(KEY, paid=1, max_requests=len(talk.sent) - 1))
    assert downloads == 4
    assert (len(short.sent), limited.stopped) == (len(talk.sent) - 1, True)


def test_a_run_that_was_allowed_enough_was_not_stopped() -> None:
    run, talk, _ = run_of(fake(), Assignment(KEY))
    again, _, _ = run_of(fake(), Assignment(KEY, max_requests=len(talk.sent)))
    assert (run.stopped, again.stopped) == (False, False)


@pytest.mark.parametrize("contract", KEYED.values(), ids=KEYED)
@pytest.mark.parametrize(("probe", "paid"), [(False, 0), (True, 0), (True, 1), (True, 2), (True, 5)])
def test_no_more_is_created_than_may_be_paid(contract: Contract, probe: bool, paid: int) -> None:
    """Of a server that takes everything: nothing for free, one by probes, and as many as were allowed."""
    run, talk, _ = run_of(ending(1), Assignment(KEY, OTHER_KEY, "strict", probe=probe, paid=paid), contract)
    assert len(keyed_posts(talk)) == run.spent <= max(paid, probe)
    assert probe == bool(run.spent)


@each_shape
def test_no_post_is_ever_sent_twice(contract: Contract) -> None:
    """Not even where all of them are refused, and every payload is tried without its traits."""
    _, talk, _ = run_of(lambda _: Response(400), replace(PAYING, paid=50), contract)
    sent = Counter(keyed_posts(talk) or [request for request in talk.sent if request.method == "POST"])
    assert [request for request, times in sent.items() if times > 1] == []


def test_each_route_is_paid_for_though_their_payloads_are_alike() -> None:
    contract = SHAPES["two routes for one model"]
    run, _, _ = run_of(fake(contract), replace(PAYING, paid=50), contract)
    paths = {attempt.trial.request.path for attempt in run.attempts if attempt.trial.kind is Kind.VALID}
    assert paths == {"/films", "/reels"}


def test_a_refused_payload_is_tried_without_one_trait_after_another() -> None:
    """Until one is taken: that tells what was wrong with it."""

    def send(request: Request) -> Response:
        return Response(415) if "charset" in (request.header("content-type") or "") else reply(request)

    reply = fake()
    run, _, _ = run_of(send)
    cases = [(a.trial.case.rpartition(":")[2], a.status) for a in run.attempts if a.trial.kind is Kind.VALID]
    assert cases[1:3] == [("minimal", 415), ("minimal-without-writing", 200)]


@pytest.mark.parametrize("status", [401, 402, 403])
def test_where_the_key_has_nothing_left_no_more_payloads_are_sent(status: int) -> None:
    run, _, _ = run_of(lambda request: Response(status if request.method == "POST" else 404))
    assert [a.status for a in run.attempts if a.trial.kind is Kind.VALID] == [status]


@pytest.mark.parametrize("status", [401, 403, 503, 429])
def test_where_the_key_opens_nothing_no_payload_is_sent_with_it(status: int) -> None:
    run, _, _ = run_of(lambda _: Response(status))
    assert not any(attempt.trial.creates for attempt in run.attempts)


def test_a_payload_that_nobody_could_look_at_is_not_tried_without_its_traits() -> None:
    run, _, _ = run_of(lambda request: Response(429 if request.method == "POST" else 404))
    cases = [a.trial.case for a in run.attempts if a.trial.kind is Kind.VALID]
    assert len(cases) == 6
    assert not any("-without-" in case for case in cases)


def test_of_the_kinds_of_mistakes_that_are_taken_each_is_paid_for_once() -> None:
    """What is left goes to valid payloads."""
    run, _, _ = run_of(ending(1))
    taken = [a.trial for a in run.attempts if a.taken and a.trial.creates]
    mistakes = [trial.mistake for trial in taken if trial.kind is not Kind.VALID]
    assert len(set(mistakes)) == len(mistakes) == 3
    assert [trial.kind for trial in taken[3:]] == [Kind.VALID] * 2


@pytest.mark.parametrize("after", [1, 3, 6])
def test_a_generation_is_polled_to_its_end_and_a_few_times_beyond(after: int) -> None:
    run, _, clock = run_of(ending(after), Assignment(KEY, paid=1, interval=7))
    polls = [a for a in run.attempts if a.trial.kind is Kind.POLL]
    assert len(polls) == after + POLLS_AFTERWARDS + 1  # the last one after the strangers and the download
    assert clock.paused == [7] * (after - 1 + POLLS_AFTERWARDS)


def test_generations_are_polled_side_by_side() -> None:
    """Five of them take no longer than one."""
    _, _, alone = run_of(ending(4), Assignment(KEY, paid=1))
    _, _, together = run_of(ending(4), Assignment(KEY, paid=5))
    assert alone.paused == together.paused


@pytest.mark.parametrize(("patience", "polls"), [(0, 1), (59, 4), (60, 5), (100, 7)])
def test_a_generation_that_never_ends_is_given_up(patience: float, polls: int) -> None:
    run, _, clock = run_of(ending(10**6), Assignment(KEY, paid=1, interval=15, patience=patience))
    assert sum(a.trial.kind is Kind.POLL for a in run.attempts) == polls
    assert sum(clock.paused) <= patience
    assert not run.jobs[0].over


def test_a_generation_that_is_not_there_is_given_up_after_a_few_polls() -> None:
    send = ending(1)
    run, _, _ = run_of(
        lambda request: Response(404) if request.method == "GET" else send(request), Assignment(KEY, paid=1)
    )
    polls = [a for a in run.attempts if a.trial.kind is Kind.POLL]
    assert (len(polls), run.jobs[0].over) == (MISSES, True)


def test_one_that_comes_back_in_time_is_polled_on() -> None:
    replies = iter([404, 404, 200, 404, 404, 200])
    send = ending(2)

    def shaky(request: Request) -> Response:
        own = request.header("authorization") == f"Bearer {KEY}" and "job-" in str(request.query)
        return Response(404) if request.method == "GET" and own and next(replies, 200) == 404 else send(request)

    run, _, _ = run_of(shaky, Assignment(KEY, paid=1))
    assert run.jobs[0].over
    assert run.jobs[0].misses == 0


def test_a_create_reply_without_an_id_is_paid_for_and_not_polled() -> None:
    run, talk, _ = run_of(lambda request: told(status="queued"), Assignment(KEY, paid=1))
    assert (run.spent, run.jobs) == (1, [])
    assert not any("job-" in str(request.query) for request in talk.sent)


def test_strangers_ask_for_a_generation_while_it_is_under_way_and_when_it_has_ended() -> None:
    run, _, _ = run_of(ending(2), Assignment(KEY, OTHER_KEY, paid=1))
    kinds = [a.trial.kind for a in run.attempts if a.trial.generation]
    assert [kind for index, kind in enumerate(kinds) if index == 0 or kinds[index - 1] is not kind] == [
        *(Kind.FOREIGN, Kind.KEYLESS, Kind.POLL, Kind.FOREIGN, Kind.KEYLESS, Kind.POLL),
    ]
    sent = [str(a.trial.request.headers) for a in run.attempts if a.trial.kind is Kind.FOREIGN]
    assert all(OTHER_KEY in headers and KEY not in headers for headers in sent)
    assert any(WRONG_KEY in str(a.trial.request.headers) for a in run.attempts if a.trial.generation)


def downloads(run: CheckRun) -> list[tuple[str, int, str]]:
    """(Path, status, problem) of what was asked for as a result."""
    return [(a.trial.request.path, a.status, a.problem) for a in run.attempts if a.trial.kind is Kind.DOWNLOAD]


def test_a_result_is_downloaded_without_a_key() -> None:
    run, talk, _ = run_of(ending(1), Assignment(KEY, paid=1))
    assert downloads(run) == [("/a.mp4", 206, "")]
    assert KEY not in str([request.headers for request in talk.sent if request.origin])


def test_of_a_download_that_is_sent_elsewhere_the_end_counts() -> None:
    def send(request: Request) -> Response:
        return Response(302, (("location", "/b.mp4"),)) if request.path == "/a.mp4" else reply(request)

    reply = ending(1)
    run, _, _ = run_of(send, Assignment(KEY, paid=1))
    assert downloads(run) == [("/b.mp4", 206, "")]


def test_a_download_that_is_sent_round_in_circles_is_given_up() -> None:
    def send(request: Request) -> Response:
        return Response(302, (("location", request.path),)) if request.origin else reply(request)

    reply = ending(1)
    run, talk, _ = run_of(send, Assignment(KEY, paid=1))
    assert downloads(run) == [("/a.mp4", 302, "")]
    assert sum(bool(request.origin) for request in talk.sent) == 4


@pytest.mark.parametrize("inside", ["http://169.254.169.254/latest", "http://127.0.0.1:9/x", "http://localhost/x"])
@pytest.mark.parametrize("redirect", [False, True])
def test_nobody_is_sent_into_a_private_network(inside: str, redirect: bool) -> None:
    """Neither by a result nor by a redirect."""
    first = "https://cdn.example.com/a.mp4" if redirect else inside
    reply = making(lambda _: {"status": "completed", "video": {"url": first}})

    def send(request: Request) -> Response:
        return Response(302, (("location", inside),)) if request.origin else reply(request)

    run, talk, _ = run_of(send, Assignment(KEY, paid=1))
    assert [problem for *_, problem in downloads(run)] == [
        "the address lies in a private network, so it was not asked for"
    ]
    assert not any(request.origin and request.origin in inside for request in talk.sent)


def test_at_home_a_private_address_is_asked_for() -> None:
    reply = making(lambda _: {"status": "completed", "video": {"url": "http://127.0.0.1:8000/a.mp4"}})
    run, _, _ = run_of(reply, Assignment(KEY, paid=1), target="http://localhost:8000")
    assert downloads(run) == [("/a.mp4", 206, "")]


@pytest.mark.parametrize("url", ["http://[broken", "https://", "http://a:port/", "file:///etc/passwd", "/a.mp4"])
@pytest.mark.parametrize("redirect", [False, True])
def test_what_is_no_address_is_not_asked_for(url: str, redirect: bool) -> None:
    """And the run goes on: what was paid for is not lost."""
    first = "https://cdn.example.com/a.mp4" if redirect else url
    reply = making(lambda _: {"status": "completed", "video": {"url": first}})

    def send(request: Request) -> Response:
        return Response(302, (("location", url),)) if request.path == "/a.mp4" and redirect else reply(request)

    run, _, _ = run_of(send, Assignment(KEY, paid=1))
    relative = redirect and url == "/a.mp4"
    assert [status for _, status, _ in downloads(run)] == ([302] if redirect else [])
    assert relative or "etc" not in str(downloads(run))


@pytest.mark.parametrize("kind", Kind)
def test_only_trials_are_sent_that_a_chosen_check_is_about(kind: Kind) -> None:
    """To poll, something has to be created first."""
    run, _, _ = run_of(ending(1), kinds=[kind])
    assert {attempt.trial.kind for attempt in run.attempts} <= {kind}
    alone = {Kind.POLL, Kind.FOREIGN, Kind.DOWNLOAD, Kind.RECORDED}
    assert bool(run.attempts) is (kind not in alone)


def test_progress_never_exceeds_what_is_expected() -> None:
    steps: list[tuple[int, int]] = []
    run = CheckRun(HOUSE, fake(), PAYING, TARGET, Clock(), lambda *step: steps.append(step), frozenset(Kind))
    run.go([(TrialMaker(HOUSE, ROUTE, KEY, OTHER_KEY), HOUSE.models)])
    done = [step for step, _ in steps]
    assert done == sorted(done)
    assert all(0 < step <= expected for step, expected in steps)
    assert steps[0][1] > len(steps) // 3


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["id", "status", "video", "error", "url", "meta", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)
REPLIES = st.builds(
    Response,
    st.sampled_from([200, 201, 204, 206, 302, 400, 401, 404, 405, 429, 500, 502, 600]),
    st.dictionaries(
        st.sampled_from(["content-type", "location", "allow", "x-inference-id", "x-aimlapi-credits-used"]),
        st.sampled_from(["application/json", "", "text/html; charset=x", "http://[x", "GET, POST", "1", "\xff"]),
        max_size=3,
    ).map(lambda fields: tuple(fields.items())),
    JSON.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=5),
)


@settings(deadline=None, max_examples=60)
@given(replies=st.lists(REPLIES, min_size=1, max_size=4), paid=st.integers(0, 3), mixed=st.booleans())
def test_whatever_a_server_answers_a_run_comes_to_its_end(replies: list[Response], paid: int, mixed: bool) -> None:
    """Odd replies are findings; the run itself can fail in one way alone, which says why."""
    numbers, sound = count(), fake()

    def send(request: Request) -> Response:
        number = next(numbers)
        return sound(request) if mixed and number % 3 else replies[number % len(replies)]

    assignment = Assignment(KEY, OTHER_KEY, probe=True, paid=paid, patience=60, max_requests=400)
    with suppress(CheckError):
        report = run_checks(HOUSE, send, assignment, target=TARGET, pause=Clock())
        assert all(finding.message and str(finding) for finding in report.findings)


def test_the_fake_with_changed_replies_is_polled_like_any_other() -> None:
    send = changed(fake(), lambda _, response: response)
    run, _, _ = run_of(send, Assignment(KEY, paid=2))
    assert [job.over for job in run.jobs] == [True, True]
