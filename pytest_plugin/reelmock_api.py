"""What a test holds: the fake's generations, the requests that came, and orders to it."""

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import Json, items, text
from reelmock.contracts.lifecycle import word_for
from reelmock.mockserver.clock import RunningClock, VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.generations import standing
from reelmock.mockserver.journal import Entry, Journal
from reelmock.mockserver.plan import Outcome, Progression, Time
from reelmock.mockserver.planning import usual_failure
from reelmock.mockserver.quirks import told_word
from reelmock.mockserver.reply import Reply
from reelmock.mockserver.scenarios import Scenarios
from reelmock.pytest_plugin.assertions import Traffic
from reelmock.pytest_plugin.callers import Place, caller
from reelmock.pytest_plugin.chosen_contract import clip_host, contract_of, hosts_of
from reelmock.pytest_plugin.deviations import warn_of
from reelmock.pytest_plugin.errors import EndlessPolling, ReelmockError
from reelmock.pytest_plugin.journal_table import journal_table
from reelmock.pytest_plugin.options import Options
from reelmock.pytest_plugin.records import GenerationRecord, RequestRecord
from reelmock.pytest_plugin.report import never_polled, refusals, rules_in_force
from reelmock.pytest_plugin.when import When, given_rules

# The key that a client may use when the fake takes any.
ANY_KEY = "reelmock-key"


class ReelMock:
    """A fake of its own for one test: an engine, and what a test asks of it and tells it.

    `base_url` is where the API lives for clients that can be configured, `api_key` a key that is taken.
    """

    def __init__(self, options: Options, clock: VirtualClock | RunningClock | None = None) -> None:
        self.options = options
        self._contract = contract_of(options)
        # For messages: what may be missing in this environment, and who uses this fake; a fixture names its test.
        self.hint: Callable[[], str] = str
        self.home: Place = caller()
        # How a thread sleeps while sleeping moves the clock.
        self.sleep: Callable[[float], None] | None = None
        # The polling without end that was broken off, if there was one.
        self.endless: EndlessPolling | None = None
        self.hosts: frozenset[str] = frozenset({*hosts_of(self._contract), *options.hosts})
        # It starts at the wall's time, which clients compare `timestamp` and HTTP dates with.
        self.clock: VirtualClock | RunningClock = VirtualClock(RunningClock().now()) if clock is None else clock
        self.reset()

    def reset(self) -> None:
        """Forget all generations, requests and orders; the clock stays where it is."""
        settings = self.options.settings(self._clip_url)
        scenarios = Scenarios(given_rules(self.options.scenarios, self._contract, settings.api_keys), self.options.seed)
        journal = Journal(listener=self._noticed)
        self.engine: Engine = Engine(self._contract, self.clock, settings, journal=journal, scenarios=scenarios)
        self.journal: Journal = journal
        self._heeds_time = isinstance(self.options.progression, Time)

    @property
    def base_url(self) -> str:
        """The document's server URL, or one on the first of `hosts`."""
        servers = [text(server, "url") for server in items(self._contract.document.tree, "servers")]
        absolute = [url.rstrip("/") for url in servers if urlsplit(url).netloc]
        return absolute[0] if absolute else f"https://{self.options.hosts[0]}"

    @property
    def api_key(self) -> str:
        """A key that is taken."""
        return next(iter(self.options.api_keys), ANY_KEY)

    @property
    def generations(self) -> list[GenerationRecord]:
        """All generations, oldest first, as they stand now. Looking counts no poll."""
        now = self.clock.now()
        words = {route.create.key: route.retrieved.words for route in self._contract.job_routes}
        found = ((generation, standing(generation, now).state) for generation in self.engine.generations())
        told = ((g, state, word_for(state, words[g.operation])) for g, state in found)
        return [GenerationRecord.of(g, told_word(g.quirks, "retrieve", state, usual)) for g, state, usual in told]

    @property
    def requests(self) -> list[RequestRecord]:
        """All requests that came, oldest first; of a thousand and more the newest."""
        return [RequestRecord(entry) for entry in self.journal.entries()]

    @property
    def last_request(self) -> RequestRecord:
        """The newest request. ReelmockError when none came."""
        entries = self.journal.entries()
        if not entries:
            raise ReelmockError(self._nothing_came())
        return RequestRecord(entries[-1])

    @property
    def _clip_url(self) -> str | None:
        """Where clips lie: clients refuse assets that do not come by https."""
        return f"https://{clip_host(self._contract)}"

    def report(self, shown: str = "") -> str:
        """What the report of a failed test shows, besides what is `shown` there already."""
        entries = self.journal.entries()
        table = journal_table(entries) if entries else self._nothing_came()
        return "\n".join(
            filter(
                None,
                [
                    repr(self),
                    f"seed: {self.options.seed}",
                    str(self.endless or ""),
                    "" if table in shown else table,
                    *rules_in_force(self.engine.scenarios),
                    *refusals(entries, self._contract, self.api_key),
                    *never_polled(self.engine.generations(), self._contract),
                ],
            )
        )

    def _nothing_came(self) -> str:
        return (
            f"no request came to {', '.join(sorted(self.hosts))}. If your client calls another host, name it: "
            f"hosts=('...',). {self.hint()}".rstrip()
        )

    def advance(self, seconds: float) -> None:
        """Move the fake's clock forward. ReelmockError where nothing depends on it."""
        if not self._depends_on_time():
            raise ReelmockError(
                f"advance({seconds:g}) can change nothing: generations move on by '{self.options.progression}', not by "
                "the clock. Give progression='time:2,8' (seconds), poll once more, or call finish(id)"
            )
        self.clock.advance(seconds)

    def _depends_on_time(self) -> bool:
        """Whether the clock decides anything: how a generation moves on, what is let in, whether a client waited."""
        rules = (kept.rule.effect for kept in self.engine.scenarios.list())
        return (
            self._heeds_time
            or self.options.sleep == "skip"
            or self.options.rate_limit is not None
            or any(e.expires_after_s or e.retry_after_s or isinstance(e.progression, Time) for e in rules)
            or any(entry.response.header("retry-after") is not None for entry in self.journal.entries())
            or any(isinstance(generation.plan.progression, Time) for generation in self.engine.generations())
        )

    def finish(self, generation_id: str) -> None:
        """Complete a generation now. OrderError for an unknown id, or one that has ended already."""
        self.engine.finish(generation_id)

    def fail(self, generation_id: str, *, name: str | None = None, message: str | None = None) -> None:
        """Fail a generation now. OrderError for an unknown id, or one that has ended already."""
        usual = usual_failure(self._contract)
        name, message = (usual.name if name is None else name), (usual.message if message is None else message)
        self.engine.fail(generation_id, name=name, message=message)

    def next(self, *, progression: str | Progression | None = None, outcome: str | Outcome | None = None) -> None:
        """Say how the next generation that is created moves on and ends; several calls are for several generations.

        OptionError for a progression or outcome that there is not.
        """
        given = {"progression": progression, "outcome": outcome}
        read = self.options.updated({name: value for name, value in given.items() if value is not None})
        self._heeds_time = self._heeds_time or isinstance(read.progression, Time)
        self.engine.plan_next(progression=read.progression, outcome=read.outcome)

    def when(
        self,
        *,
        on: str | None = None,
        model: str | None = None,
        prompt: str | None = None,
        key: str | None = None,
        nth: int | None = None,
    ) -> When:
        """A rule for requests: of an operation (`create`, `retrieve`, `clip`), for models like a glob, with a part of
        the prompt, with a key, or only the nth of these. The calls that follow say what becomes of them."""
        match: dict[str, Json] = {"on": on, "model": model, "prompt": prompt, "key": key, "nth": nth}
        return When(self.engine.scenarios, self._contract, match, self.options.api_keys)

    def assert_polled(self, *, min_interval: float | None = None, max_polls: int | None = None) -> None:
        """Each generation was polled, not faster than every `min_interval` seconds, and at most `max_polls` times."""
        __tracebackhide__ = True
        self._traffic.assert_polled(min_interval, max_polls)

    def assert_stopped_after_terminal(self) -> None:
        """No generation was polled again once it had been told to have ended."""
        __tracebackhide__ = True
        self._traffic.assert_stopped_after_terminal()

    def assert_created_once(self) -> None:
        """No job was created anew because its reply got lost, which would be charged twice."""
        __tracebackhide__ = True
        self._traffic.assert_created_once()

    def assert_retry_after_respected(self) -> None:
        """After each reply with `Retry-After`, the same request came again only when that time was over."""
        __tracebackhide__ = True
        self._traffic.assert_retry_after_respected()

    def assert_key_not_leaked(self) -> None:
        """No request for a clip carried a key."""
        __tracebackhide__ = True
        self._traffic.assert_key_not_leaked()

    def assert_requests_conform(self) -> None:
        """Every request was as the document says: none was refused, and nothing had to be tolerated."""
        __tracebackhide__ = True
        self._traffic.assert_requests_conform()

    def __repr__(self) -> str:
        told = Counter(record.status for record in self.generations)
        generations = ", ".join(f"{count} {status}" for status, count in told.items()) or "none"
        return f"<ReelMock {self.base_url}: {len(self.journal.entries())} requests, generations: {generations}>"

    # What the doors and the guard of sockets ask; see `stack.Answering`.

    def answers(self, host: str) -> bool:
        """Whether requests to this host are answered here."""
        return host in self.hosts

    def blocks(self, host: str) -> bool:
        """Whether a connection to this host is refused."""
        return host in self.hosts or self.options.other_hosts == "block"

    def handle(self, request: Request) -> Reply:
        """The reply to a request. EndlessPolling for a client that does not stop."""
        return self.engine.handle(request)

    @property
    def skips(self) -> bool:
        """Whether waiting moves the clock."""
        return self.sleep is not None

    def waited(self, seconds: float) -> None:
        """Let a client's thread wait, where that moves the clock."""
        if self.sleep is not None:
            self.sleep(seconds)

    @property
    def _traffic(self) -> Traffic:
        return Traffic(self._contract, self.journal.entries(), clip_host(self._contract))

    def _noticed(self, entry: Entry) -> None:
        """Warn of what was tolerated, and end a client that polls without end."""
        warn_of(entry.deviations, self._contract, self.home)
        generation = self.engine.store.get(entry.generation_id) if entry.generation_id else None
        limit = self.options.max_polls_per_generation
        if generation is not None and generation.polls > limit:
            self.endless = EndlessPolling(
                f"generation {generation.id} was polled more than {limit:,} times, and the last answer was "
                f"'{entry.status}'. Does your client stop at a status that the API does not use? If it has to poll "
                "more often, give max_polls_per_generation"
            )
            raise self.endless
