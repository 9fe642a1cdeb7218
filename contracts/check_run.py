"""One run of the checks: sends trials one after another, and counts what they cost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.check_watch import Job, Watch
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.free_trials import free_trials
from reelmock.contracts.judging import id_of
from reelmock.contracts.models import Model
from reelmock.contracts.paid_trials import paid_trials
from reelmock.contracts.probe_trials import probe_trials
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Attempt, Kind, NoReplyError, Send, Sender, Trial

# A read that the server could not answer at the moment comes again so often, after so many seconds.
REPEATS, REPEAT_S = 2, 1.0

# After so many requests in a row that came to nothing, none is repeated.
IN_VAIN = 3

# What a key that opens nothing is answered with.
LOCKED = (401, 403)

# So many generations are left for valid payloads when probes are taken.
KEPT = 2


class Enough(Exception):
    """The run has sent as many requests as it may."""


@dataclass
class CheckRun:
    """A run, as far as it has got: `attempts` so far, how many requests were `sent` for them, and how many generations
    were `spent` on the key."""

    contract: Contract
    send: Send
    assignment: Assignment
    target: str
    pause: Callable[[float], object]
    tell: Callable[[int, int], object]
    kinds: frozenset[Kind]
    attempts: list[Attempt] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    spent: int = 0
    expected: int = 0
    stopped: bool = False
    sent: int = 0
    posts: set[Request] = field(default_factory=set)  # with the key: none is ever sent twice

    def go(self, chosen: Sequence[tuple[TrialMaker, Sequence[Model]]]) -> None:
        """Send everything for these routes and their models: what is free first, then what may cost something."""
        try:
            free = [trial for maker, models in chosen for trial in free_trials(maker, models)]
            probes = [(maker, [*self._probes(maker, models)]) for maker, models in chosen]
            self.expected = len(free) + sum(len(trials) for _, trials in probes) + 12 * self.assignment.paid
            for trial in _of_each_method_first(free):
                attempt = self._try(trial)
                if trial.keyed is not None and attempt is not None and attempt.status in LOCKED:
                    self._try(trial.keyed)
            if self._locked_out():
                return
            for maker, trials in probes:
                self._probe(maker, trials)
            for maker, models in chosen:
                self._pay(maker, models)
            Watch(self._try, self.attempts, self.assignment, self.target, self.pause, self.jobs).go()
        except Enough:
            self.stopped = True

    def _locked_out(self) -> bool:
        """Whether the key opens nothing, or the server is not available: then no payload is sent with it."""
        own = [attempt for attempt in self.attempts if attempt.trial.sender is Sender.OWNER]
        return bool(own) and all(attempt.unavailable or attempt.status in LOCKED for attempt in own)

    def _probes(self, maker: TrialMaker, models: Sequence[Model]) -> Iterator[Trial]:
        if self.assignment.probe or self.assignment.paid:
            yield from probe_trials(maker, models, self.assignment.validation, paid=self.assignment.paid > 0)

    def _probe(self, maker: TrialMaker, trials: Sequence[Trial]) -> None:
        """Send probes until one is taken; where generations may be paid for, one mistake of each kind may be."""
        allowed = max(1, self.assignment.paid - KEPT)
        most = self.assignment.max_requests // (2 if self.assignment.paid else 1)
        taken: set[str] = set()
        for trial in trials:
            if self.sent >= most:
                self.stopped = True
            if self.spent >= allowed or self.stopped:
                return
            if trial.request not in self.posts and not (trial.mistake and trial.mistake in taken):
                attempt = self._try(trial)
                if attempt is not None and attempt.taken:
                    taken.add(trial.mistake)
                    self._created(maker, attempt)

    def _pay(self, maker: TrialMaker, models: Sequence[Model]) -> None:
        """Send valid payloads; where one is refused, the same without one trait after another, until one is taken."""
        if not self.assignment.paid:
            return
        for group in paid_trials(maker, models):
            for trial in group:
                if self.spent >= self.assignment.paid:
                    return
                if trial.request in self.posts:
                    continue
                attempt = self._try(trial)
                if attempt is None or attempt.status in (401, 402, 403):
                    return
                if attempt.taken:
                    self._created(maker, attempt)
                if attempt.taken or attempt.unavailable or attempt.response is None:
                    break

    def _created(self, maker: TrialMaker, attempt: Attempt) -> None:
        generation = id_of(attempt)
        if generation is not None:
            self.jobs.append(Job(maker, generation, attempt.trial.model))

    def _try(self, trial: Trial) -> Attempt | None:
        """Send a trial, unless no check that was chosen is about its kind."""
        if trial.kind not in self.kinds:
            return None
        attempt = self._once(trial)
        for _ in range(REPEATS if trial.request.method == "GET" and self._is_there(attempt) else 0):
            if attempt.response is not None and not attempt.unavailable:
                break
            self.pause(REPEAT_S)
            attempt = self._once(trial)
        self.attempts.append(attempt)
        if trial.creates:
            self.posts.add(trial.request)
            self.spent += attempt.taken or _may_be_taken(attempt)
        self.tell(len(self.attempts), max(self.expected, len(self.attempts)))
        return attempt

    def _is_there(self, attempt: Attempt) -> bool:
        """Whether it is worth asking again: there is somebody, and not all of the last requests were in vain."""
        last = self.attempts[-IN_VAIN:]
        in_vain = len(last) == IN_VAIN and all(one.response is None or one.unavailable for one in last)
        return not in_vain and (attempt.response is not None or self._answered)

    @property
    def _answered(self) -> bool:
        """Whether there was a reply to anything yet."""
        return any(attempt.response is not None for attempt in self.attempts)

    def _once(self, trial: Trial) -> Attempt:
        if self.sent >= self.assignment.max_requests:
            raise Enough
        self.sent += 1
        try:
            return Attempt(trial, self.send(trial.request))
        except NoReplyError as error:
            methods = {one.trial.request.method for one in self.attempts} | {trial.request.method}
            if not self._answered and (len(methods) > 1 or not error.reached):
                raise  # neither a read nor a write is answered: nobody is there
            return Attempt(trial, None, str(error))


def _of_each_method_first(trials: Sequence[Trial]) -> list[Trial]:
    """The trials, one of each method first, so that a server which is not there shows soon."""
    first: dict[str, Trial] = {}
    for trial in trials:
        first.setdefault(trial.request.method, trial)
    return [*first.values(), *(trial for trial in trials if first[trial.request.method] is not trial)]


def _may_be_taken(attempt: Attempt) -> bool:
    """Whether it is not known what became of a POST: no reply came, or one of what stands in front of the server, or
    one that leads elsewhere, or the server failed at a valid payload."""
    if attempt.response is None or 300 <= attempt.status < 400:
        return True
    failed = attempt.trial.kind is Kind.VALID and attempt.status >= 500
    return failed or (attempt.unavailable and attempt.status != 429)
