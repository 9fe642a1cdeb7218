"""One exchange with a server, and whether it was as expected: a broken promise is told with what was sent and came."""

from collections.abc import Sequence
from dataclasses import dataclass

from reelmock.contracts.conformance import judge_response
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.json_body import BodyError, parse_json
from reelmock.contracts.jsontree import JsonObject, excerpt, member, printable
from reelmock.contracts.operations import Operation
from reelmock.contracts.violations import Violation

# So many characters of a reply are shown.
SHOWN = 1000


@dataclass(frozen=True)
class Exchange:
    """A request, and what came back. `sender` says with which key it was sent; `keys` are never shown."""

    operation: Operation
    request: Request
    response: Response
    sender: str
    keys: Sequence[str]

    @property
    def body(self) -> JsonObject:
        """The body of the reply; empty when it is no JSON object."""
        try:
            return member(parse_json(self.response.body))
        except BodyError:
            return {}

    def expect(self, kept: bool, promise: str, expected: str) -> None:
        """Raise the AssertionError that tells of a broken promise, unless it was kept."""
        if kept:
            return
        came = f"{self.response.status} {excerpt(self.response.body.decode('utf-8', 'replace'), SHOWN)}"
        for key in self.keys:
            promise, came = promise.replace(key, "****"), came.replace(key, "****")
        raise AssertionError(
            f"{printable(promise)}\n"
            f"  sent:     {printable(f'{self.request.method} {self.request.target}')} with {self.sender}\n"
            f"  came:     {printable(came)}\n"
            f"  expected: {expected}"
        )

    def expect_none(self, violations: Sequence[Violation], expected: str) -> None:
        """Raise the AssertionError that tells of violations, if there are any."""
        self.expect(not violations, "; ".join(f"{v.kind}: {v}" for v in violations), expected)

    def expect_success(self, route: JobRoute, promise: str) -> None:
        """A reply of status 2xx that is as declared, with result and error in their states alone."""
        self.expect(200 <= self.response.status < 300, promise, "a 2xx status")
        expected = "what the document declares, with a result only when completed and an error only when failed"
        self.expect_none(judge_response(self.operation, self.response, route), expected)

    def expect_nothing(self, promise: str) -> None:
        """A 404. The document need not declare it, but when it does, the reply is as declared."""
        self.expect(self.response.status == 404, promise, "404")
        found = [v for v in judge_response(self.operation, self.response) if v.kind != "status_code"]
        self.expect_none(found, "what the document declares")
