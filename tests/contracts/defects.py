"""Every seeded defect, and the servers that they are put into: a fake that is as strict as its document."""

from collections import Counter
from dataclasses import dataclass, field

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.trials import Send
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.plan import parse_outcome, parse_progression
from reelmock.mockserver.settings import Settings
from reelmock.tests.contracts.seeded.bounded import bounded
from reelmock.tests.contracts.seeded.jobs import JOBS
from reelmock.tests.contracts.seeded.keys import KEYS
from reelmock.tests.contracts.seeded.refusals import FAILING
from reelmock.tests.contracts.seeded.refusing import REFUSING
from reelmock.tests.contracts.seeded.replies import REPLIES
from reelmock.tests.contracts.seeded.results import ENDS
from reelmock.tests.contracts.seeded.taking import TAKING
from reelmock.tests.contracts.seeded.wraps import KEY, OTHER_KEY, Defect

DEFECTS: tuple[Defect, ...] = (*KEYS, *TAKING, *REFUSING, *REPLIES, *FAILING, *JOBS, *ENDS)


@dataclass
class Ledger:
    """What a server was sent: the exchanges with it, in their order. It is a `Send` itself."""

    send: Send
    exchanges: list[tuple[Request, Response]] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        """Pass a request on, and note it; one that gets no reply is noted all the same."""
        self.sent.append(request)
        response = self.send(request)
        self.exchanges.append((request, response))
        return response

    def charged(self, *keys: str) -> int:
        """How many POSTs that carry one of these keys were taken."""
        return sum(posts_with(request, *keys) and response.status < 300 for request, response in self.exchanges)

    def repeated(self, *keys: str) -> list[bytes]:
        """The bodies of POSTs that were sent more than once in the same way, with one of these keys."""
        same = Counter((r.path, r.query, r.headers, r.body) for r in self.sent if posts_with(r, *keys))
        return [sent[-1] for sent, times in same.items() if times > 1]


def posts_with(request: Request, *keys: str) -> bool:
    """Whether a request is a POST that carries one of these keys, in whatever header and form."""
    carried = [value for _, value in (*request.headers, *request.query)]
    return request.method == "POST" and any(key in value for key in keys for value in carried)


def sound_server(defect: Defect, clock: VirtualClock) -> Send:
    """The server without the defect."""
    chosen = Settings(
        progression=parse_progression("polls:2,2"),
        outcome=parse_outcome(defect.outcome),
        validation="strict",
        api_keys=(KEY, OTHER_KEY),
    )
    engine = Engine(contract_of(defect), clock, chosen)
    return lambda request: engine.handle(request).response


def contract_of(defect: Defect) -> Contract:
    """The contract that the server with a defect is judged by."""
    return bounded() if defect.bounds else load_contract()
