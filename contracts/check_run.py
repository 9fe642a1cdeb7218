"""One run of the checks: sends trials one after another, counts what they cost, and follows what they created."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.check_lives import addresses
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.free_trials import free_trials
from reelmock.contracts.judging import id_of, state_of
from reelmock.contracts.life_trials import (
    MAX_REDIRECTS,
    download_trial,
    may_be_asked,
    poll_trial,
    redirected,
    stranger_trials,
)
from reelmock.contracts.lifecycle import State
from reelmock.contracts.models import Model
from reelmock.contracts.paid_trials import paid_trials
from reelmock.contracts.places import value_at
from reelmock.contracts.probe_trials import probe_trials
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Attempt, Kind, NoReplyError, Send, Trial

# A read that the server could not answer at the moment comes again so often, after so many seconds.
REPEATS, REPEAT_S = 2, 1.0

# A generation that has ended is polled so often again; one that is not there is given up after so many polls.
POLLS_AFTERWARDS, MISSES = 3, 3

# So many generations are left for valid payloads when probes are taken.
KEPT = 2


class Enough(Exception):
    """The run has sent as many requests as it may."""


@dataclass
class Job:
    """A generation that the run created, and how far it has got."""

    maker: TrialMaker
    id: str
    model: str
    state: State | None = None
    misses: int = 0
    addresses: list[str] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether it has ended, or can't be found."""
        return self.misses >= MISSES or (self.state is not None and self.state.terminal)


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
                self._try(trial)
            for maker, trials in probes:
                self._probe(maker, trials)
            for maker, models in chosen:
                self._pay(maker, models)
            self._follow()
        except Enough:
            self.stopped = True

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

    def _follow(self) -> None:
        """Poll what was created until it has ended and beyond, as strangers too, and download the results."""
        for job in self.jobs[:1]:
            self._as_strangers(job)
        self._poll_to_the_end()
        for _ in range(POLLS_AFTERWARDS):
            if ended := [job for job in self.jobs if job.over and job.misses < MISSES]:
                self.pause(self.assignment.interval)
            for job in ended:
                self._poll(job)
        for job in self.jobs:
            self._as_strangers(job)
            for address in job.addresses[:1]:
                self._download(job, address)

    def _as_strangers(self, job: Job) -> None:
        for trial in stranger_trials(job.maker, job.id, job.model):
            self._try(trial)

    def _poll_to_the_end(self) -> None:
        waited, interval = 0.0, self.assignment.interval
        while pending := [job for job in self.jobs if not job.over]:
            for job in pending:
                self._poll(job)
            if waited + interval > self.assignment.patience:
                return
            if not all(job.over for job in self.jobs):
                self.pause(interval)
                waited += interval

    def _poll(self, job: Job) -> None:
        attempt = self._try(poll_trial(job.maker, job.id, job.model))
        if attempt is None:
            job.misses = MISSES
            return
        job.misses = 0 if attempt.taken else job.misses + 1
        job.state = state_of(attempt) or job.state
        if job.state is State.COMPLETED:
            result = value_at(attempt.body, job.maker.route.retrieved.result)
            job.addresses = job.addresses or [*addresses(result)]

    def _download(self, job: Job, address: str) -> None:
        """Ask for the beginning of a result, and follow where it is said to be."""
        for hop in range(MAX_REDIRECTS + 1):
            trial = download_trial(job.maker, address, job.model)
            if not may_be_asked(address, self.target):
                told = "the address lies in a private network, so it was not asked for"
                self.attempts.append(Attempt(trial, None, told))
                return
            attempt = self._try(trial)
            there = redirected(attempt, address) if attempt is not None else None
            if attempt is None or there is None or hop == MAX_REDIRECTS:
                return
            self.attempts.pop()  # its end is what counts
            address = there

    def _try(self, trial: Trial) -> Attempt | None:
        """Send a trial, unless no check that was chosen is about its kind."""
        if trial.kind not in self.kinds:
            return None
        attempt = self._once(trial)
        there = attempt.response is not None or self._answered
        for _ in range(REPEATS if trial.request.method == "GET" and there else 0):
            if attempt.response is not None and not attempt.unavailable:
                break
            self.pause(REPEAT_S)
            attempt = self._once(trial)
        self.attempts.append(attempt)
        if trial.creates:
            self.posts.add(trial.request)
            # What became of a lost request, or of a valid one at which a server failed, is not known.
            lost = attempt.response is None or (trial.kind is Kind.VALID and attempt.status >= 500)
            self.spent += attempt.taken or lost
        self.tell(len(self.attempts), max(self.expected, len(self.attempts)))
        return attempt

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
