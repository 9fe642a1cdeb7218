"""What a run may cost is a promise: kept by a server that takes everything, and writes down what it was asked for."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import count
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.report import Report
from reelmock.contracts.runner import Assignment, CheckError, run_checks
from reelmock.contracts.trials import NoReplyError, Send
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import Polls
from reelmock.mockserver.settings import Settings
from reelmock.tests.contracts.defects import Ledger, posts_with
from reelmock.tests.contracts.seeded.bounded import bounded

KEY, OTHER_KEY = "sk-1f8b2c", "sk-9d53ab"


def taking(code: int = 200, **members: str) -> Callable[[], Send]:
    """Makes a server that answers every request as if it had made, or found, a generation."""

    def make() -> Send:
        numbers = count(1)

        def send(request: Request) -> Response:
            body: JsonObject = {"id": f"paid-{next(numbers)}", "status": "queued", **members}
            return Response(code, (("content-type", "application/json"),), json.dumps(body).encode())

        return send

    return make


def losing(keyed: bool) -> Send:
    """A server that takes everything, and breaks down before it can say so to a POST: to all, or with the key alone."""
    take = taking()()

    def send(request: Request) -> Response:
        if request.method == "POST" and (KEY in str(request.headers) or not keyed):
            raise NoReplyError("the connection was reset")
        return take(request)

    return send


SERVERS: Mapping[str, Callable[[], Send]] = {
    "queued": taking(),
    "completed": taking(status="completed"),
    "201": taking(201),
    "one id": taking(id="paid-always"),
    "no id": taking(id=""),
    "nothing": lambda: lambda request: Response(200),
    "204": lambda: lambda request: Response(204),
    "HTML": lambda: lambda request: Response(200, (("content-type", "text/html"),), b"<p>Welcome"),
}
each_server = pytest.mark.parametrize("make", SERVERS.values(), ids=SERVERS)
each_contract = pytest.mark.parametrize("contract", [load_contract(), bounded()], ids=["shipped", "bounded"])


def ran(send: Send, contract: Contract, **allowed: int) -> tuple[Ledger, Report]:
    """What a run sends, and what it reports."""
    clock, ledger = VirtualClock(), Ledger(send)
    assignment = Assignment(
        KEY, OTHER_KEY, probe=bool(allowed.get("probe") or allowed.get("paid")), paid=allowed.get("paid", 0)
    )
    return ledger, run_checks(contract, ledger, assignment, target="https://api.example.com", pause=clock.advance)


@each_server
@each_contract
def test_a_run_without_leave_charges_nothing(make: Callable[[], Send], contract: Contract) -> None:
    """Not one POST carries the key, or the other one."""
    ledger, _ = ran(make(), contract)
    assert ledger.charged(KEY, OTHER_KEY) == 0


@each_server
@each_contract
def test_probes_charge_one_generation_at_most(make: Callable[[], Send], contract: Contract) -> None:
    ledger, _ = ran(make(), contract, probe=1)
    assert ledger.charged(KEY, OTHER_KEY) <= 1
    assert ledger.repeated(KEY) == []


@each_server
@each_contract
@pytest.mark.parametrize("paid", [1, 3])
def test_a_run_charges_no_more_than_it_may(make: Callable[[], Send], contract: Contract, paid: int) -> None:
    """A probe that is taken counts."""
    ledger, _ = ran(make(), contract, paid=paid)
    assert ledger.charged(KEY, OTHER_KEY) <= paid
    assert ledger.repeated(KEY) == []


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("paid", [0, 1, 3])
def test_a_post_without_a_reply_counts_as_paid_for(keyed: bool, paid: int) -> None:
    """Nobody knows whether it was taken."""
    ledger, _ = ran(losing(keyed), load_contract(), probe=1, paid=paid)
    assert sum(posts_with(request, KEY, OTHER_KEY) for request in ledger.sent) <= max(1, paid)


@pytest.mark.parametrize("code", [500, 502, 504, 524])
@pytest.mark.parametrize("paid", [1, 3])
def test_a_valid_payload_that_made_the_server_fail_counts_as_paid_for(code: int, paid: int) -> None:
    """A generation may be there all the same: a gateway gives up on what goes on behind it."""
    clock = VirtualClock()
    engine = Engine(load_contract(), clock, Settings(validation="strict", api_keys=(KEY, OTHER_KEY)))
    behind = Ledger(lambda request: engine.handle(request).response)
    front = gateway(behind, code)
    assignment = Assignment(KEY, OTHER_KEY, probe=True, paid=paid)
    with suppress(CheckError):
        run_checks(load_contract(), front, assignment, target="https://api.example.com", pause=clock.advance)
    assert behind.charged(KEY, OTHER_KEY) <= paid


def gateway(send: Send, code: int) -> Send:
    """A gateway that answers `code` when a generation was made behind it."""

    def passed(request: Request) -> Response:
        response = send(request)
        made = request.method == "POST" and response.status < 300
        return Response(code, (("content-type", "text/html"),), b"<p>Sorry") if made else response

    return passed


def test_a_probe_that_was_paid_for_is_reported_with_its_id() -> None:
    """Somebody will want to know what the money went for."""
    ledger, report = ran(taking()(), load_contract(), probe=1)
    (paid,) = (r.json() for q, r in ledger.exchanges if q.method == "POST" and KEY in str(q.headers))
    assert isinstance(paid, dict)
    assert any(str(paid["id"]) in f"{finding} {finding.proof}" for finding in report.findings), report.findings


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32), sanity=st.floats(0, 1), paid=st.integers(0, 6), probe=st.booleans())
def test_no_mood_of_a_server_makes_a_run_cost_more(seed: int, sanity: float, paid: int, probe: bool) -> None:
    """Whatever it answers: with the key, no more is taken or lost than was allowed, and nothing comes twice."""
    clock = VirtualClock()
    chosen = Settings(progression=Polls(1, 1), api_keys=(KEY, OTHER_KEY))
    engine = Engine(load_contract(), clock, chosen)
    ledger = Ledger(moody(lambda request: engine.handle(request).response, Random(seed), sanity))
    assignment = Assignment(KEY, OTHER_KEY, "strict", probe=probe or paid > 0, paid=paid)
    with suppress(CheckError):
        run_checks(load_contract(), ledger, assignment, target="https://api.example.com", pause=clock.advance)
    answered = [request for request, _ in ledger.exchanges]
    lost = sum(posts_with(request, KEY, OTHER_KEY) for request in ledger.sent if request not in answered)
    assert ledger.charged(KEY, OTHER_KEY) + lost <= max(paid, int(probe))
    assert ledger.repeated(KEY, OTHER_KEY) == []


def moody(send: Send, chance: Random, sanity: float) -> Send:
    """A server that answers sensibly with a probability of `sanity`, and otherwise as it likes."""
    whims = (taking(), taking(201), taking(id=""), *(lambda code=code: answering(code) for code in WHIMS), lose)
    replies = [make() for make in whims]

    def moved(request: Request) -> Response:
        return (send if chance.random() < sanity else chance.choice(replies))(request)

    return moved


WHIMS = (204, 301, 400, 401, 403, 404, 405, 418, 429, 500, 503, 524)


def answering(code: int) -> Send:
    """A server that has one answer."""
    return lambda _: Response(code, (("content-type", "text/html"), ("location", "/elsewhere")), b"<p>No")


def lose() -> Send:
    """A server that never answers."""

    def send(request: Request) -> Response:
        raise NoReplyError("the connection was reset")

    return send


def test_keys_are_in_no_report() -> None:
    _, report = ran(taking()(), load_contract(), paid=3)
    assert [finding for finding in report.findings if KEY in repr(finding) or OTHER_KEY in repr(finding)] == []
