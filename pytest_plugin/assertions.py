"""What a test may claim of the requests that came. A claim that can't be told from them fails, and says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from itertools import groupby, pairwise
from urllib.parse import urlsplit

from reelmock.contracts.conformance import find_operation
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.mockserver.journal import Entry
from reelmock.mockserver.quirks import quirk_words
from reelmock.pytest_plugin.journal_table import journal_table

# So many seconds may an interval be short, since clocks add up floats.
SLACK_S = 1e-3


@dataclass(frozen=True)
class Traffic:
    """The requests of one test: `entries` in the order in which they came."""

    contract: Contract
    entries: Sequence[Entry]
    clip_host: str

    def assert_polled(self, min_interval: float | None, max_polls: int | None) -> None:
        """Each generation was polled, not faster than every `min_interval` seconds, and at most `max_polls` times."""
        __tracebackhide__ = True
        created = {entry.generation_id for entry in self._created()}
        polls = self._polls()
        if not created:
            self._fail("no generation was created, so nothing could be polled")
        for generation in created - {entry.generation_id for entry in polls}:
            self._fail(f"the generation {generation} was never polled")
        if min_interval is not None:
            self._check_clock(f"whether polls are {min_interval:g} s apart")
        for generation, told in _by_generation(polls):
            if max_polls is not None and len(told) > max_polls:
                self._fail(f"the generation {generation} was polled {len(told)} times: at most {max_polls} are wanted")
            for before, after in pairwise(told if min_interval is not None else []):
                gap = after.at - before.at
                if min_interval is not None and gap < min_interval - SLACK_S:
                    self._fail(
                        f"the generation {generation} was polled again after {gap:.1f} s (request {after.number}): "
                        f"at least {min_interval:g} s are wanted"
                    )

    def assert_stopped_after_terminal(self) -> None:
        """No generation was polled again once it had been told to have ended."""
        __tracebackhide__ = True
        ended: dict[str, Entry] = {}
        for entry in self._polls():
            if entry.generation_id in ended:
                before = ended[entry.generation_id]
                ends = " or ".join(dict.fromkeys([*self._ends(), before.status]))
                self._fail(
                    f"the generation {entry.generation_id} was polled again (request {entry.number}), although it had "
                    f"been told to have ended with '{before.status}' (request {before.number}). Stop at {ends}"
                )
            if self._terminal(entry):
                ended[entry.generation_id] = entry
        if not ended:
            self._fail("it can't be told: no poll was answered with an end, neither completed nor error")

    def assert_created_once(self) -> None:
        """No job was created anew because its reply got lost: that would be charged twice.

        A creation counts as repeated when the same key sent the same payload before, and never asked for what came of
        it. Jobs that are polled are meant, however alike they are.
        """
        __tracebackhide__ = True
        created = self._created()
        if not created:
            self._fail("it can't be told: no generation was created")
        polled: set[str] = set()
        earlier: dict[tuple[str, bytes], Entry] = {}
        for entry in self.entries:
            if entry in created:
                same = (entry.owner, entry.body)
                before = earlier.get(same)
                if before is not None and before.generation_id not in polled:
                    self._fail(
                        f"request {entry.number} created again what request {before.number} had created already; that "
                        f"generation ({before.generation_id}) was never polled. It would be charged twice"
                    )
                earlier[same] = entry
            elif entry.generation_id:
                polled.add(entry.generation_id)

    def assert_retry_after_respected(self) -> None:
        """After each reply with `Retry-After`, the same request came again only when that time was over."""
        __tracebackhide__ = True
        asked = [(entry, wait) for entry in self.entries if (wait := _retry_after(entry)) is not None]
        if not asked:
            self._fail("it can't be told: no reply had a `Retry-After`")
        self._check_clock("whether a client waited")
        for entry, wait in asked:
            later = (other for other in self.entries if other.number > entry.number)
            again = next((other for other in later if _asks(other) == _asks(entry)), None)
            if again is not None and again.at - entry.at < wait - SLACK_S:
                self._fail(
                    f"request {again.number} came {again.at - entry.at:.1f} s after request {entry.number}, which was "
                    f"told to wait for {wait:g} s"
                )

    def assert_key_not_leaked(self) -> None:
        """No request for a clip carried a key: clips lie on another host, which is not to know it."""
        __tracebackhide__ = True
        clips = [entry for entry in self.entries if urlsplit(entry.origin).hostname == self.clip_host]
        if not clips:
            self._fail(f"it can't be told: nothing was asked of {self.clip_host}")
        for entry in clips:
            leaking = [name for name, value in entry.headers if value.endswith("****")]
            if leaking:
                self._fail(f"request {entry.number} sent the header `{leaking[0]}` to {self.clip_host}")

    def assert_requests_conform(self) -> None:
        """Every request was as the document says: none was refused, and nothing had to be tolerated."""
        __tracebackhide__ = True
        if not self.entries:
            self._fail("it can't be told: no request came")
        for entry in self.entries:
            if entry.deviations:
                self._fail(f"request {entry.number} is not as the document says: {entry.deviations[0]}")
            if entry.response.status >= 400:
                self._fail(f"request {entry.number} was refused: {entry.response.status} {entry.case}".rstrip())

    def _created(self) -> list[Entry]:
        keys = {route.create.key for route in self.contract.job_routes}
        return [entry for entry in self.entries if entry.generation_id and self._operation(entry) in keys]

    def _polls(self) -> list[Entry]:
        keys = {route.retrieve.key for route in self.contract.job_routes}
        return [entry for entry in self.entries if entry.generation_id and self._operation(entry) in keys]

    def _operation(self, entry: Entry) -> str | None:
        operation = find_operation(self.contract, Request(entry.method, entry.path))
        return operation.key if operation else None

    def _terminal(self, entry: Entry) -> bool:
        """Whether an entry tells of an end, in a word of the document or else in that of a quirk."""
        word = entry.status
        key = self._operation(entry)
        routes = (route for route in self.contract.job_routes if key in (route.create.key, route.retrieve.key))
        told = [route.vocabulary[word] for route in routes if word in route.vocabulary]
        if not told and word in quirk_words():
            told = [quirk_words()[word]]
        return any(state.terminal for state in told)

    def _ends(self) -> list[str]:
        """The status words at which a generation has ended."""
        words = (item for route in self.contract.job_routes for item in route.vocabulary.items())
        return list(dict.fromkeys(word for word, state in words if state.terminal))

    def _check_clock(self, what: str) -> None:
        __tracebackhide__ = True
        if len(self.entries) > 1 and len({entry.at for entry in self.entries}) == 1:
            self._fail(
                f"it can't be told {what}: the fake's clock stood still. Use sleep='skip', which moves it when your "
                "client sleeps, or move it with advance(seconds)"
            )

    def _fail(self, message: str) -> None:
        __tracebackhide__ = True
        raise AssertionError(f"{message}\n\n{journal_table(self.entries)}")


def _by_generation(entries: Sequence[Entry]) -> Iterator[tuple[str, list[Entry]]]:
    ordered = sorted(entries, key=lambda entry: entry.generation_id)
    return ((name, list(group)) for name, group in groupby(ordered, key=lambda entry: entry.generation_id))


def _asks(entry: Entry) -> tuple[object, ...]:
    """What a request asks for, and for whom: a poll of another generation is no repetition."""
    return entry.method, entry.path, entry.query, entry.body, entry.owner


def _retry_after(entry: Entry) -> float | None:
    """How many seconds a reply asks to wait, or None."""
    value = entry.response.header("retry-after")
    if value is None:
        return None
    if value.isdecimal():
        return float(value)
    try:
        return parsedate_to_datetime(value).replace(tzinfo=UTC).timestamp() - entry.at
    except ValueError:
        return None
