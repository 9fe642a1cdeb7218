"""No key stands in the report of a run, whatever the server makes of it."""

import json
from dataclasses import replace

from reelmock.contracts.contract import load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.report_lines import WRITERS, report_lines
from reelmock.contracts.runner import Assignment, run_checks
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.settings import Settings

KEY, OTHER = "sk-0123456789-owner", "sk-9876543210-other"


def test_a_server_that_repeats_the_key_does_not_get_it_into_a_report() -> None:
    """Keys that are nearly right are masked too, and also where a long reply is cut in the middle of one."""
    clock = VirtualClock()
    engine = Engine(load_contract(), clock, Settings(api_keys=(KEY, OTHER)))

    def repeating(request: Request) -> Response:
        told = (request.header("authorization") or "").removeprefix("Bearer ")
        response = engine.handle(request).response
        echo = {"you": told, "long": "x" * 350 + told * 20, **json.loads(response.body or b"{}")} if told else {}
        return replace(response, body=json.dumps(echo).encode(), headers=(*response.headers, ("x-key", told)))

    job = Assignment(key=KEY, other_key=OTHER, validation="strict", paid=3)
    report = run_checks(engine.contract, repeating, job, target="http://api.test", pause=clock.advance)
    assert any("you" in finding.message for finding in report.findings)
    for form in WRITERS:
        told = "\n".join(report_lines(report, form))
        assert not any(part in told for part in (KEY[:8], OTHER[:8], KEY.swapcase()))
