"""Watches the generations that a run of the checks has created: to their end and beyond, and as strangers too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.check_lives import addresses
from reelmock.contracts.judging import state_of
from reelmock.contracts.life_trials import (
    MAX_REDIRECTS,
    download_trial,
    may_be_asked,
    poll_trial,
    redirected,
    stranger_trials,
)
from reelmock.contracts.lifecycle import State
from reelmock.contracts.places import value_at
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Attempt, Trial

# A generation that has ended is polled so often again; one that is not there is given up after so many polls.
POLLS_AFTERWARDS, MISSES = 3, 3


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


@dataclass(frozen=True)
class Watch:
    """How the generations of a run are watched: `attempt` sends a trial and adds what came of it to `attempts`."""

    attempt: Callable[[Trial], Attempt | None]
    attempts: list[Attempt]
    assignment: Assignment
    target: str
    pause: Callable[[float], object]
    jobs: Sequence[Job]

    def go(self) -> None:
        """Poll what was created until it has ended and beyond, as strangers too, and download the results."""
        for job in self.jobs[:1]:
            self._as_strangers(job)
        self._poll_to_the_end()
        for _ in range(POLLS_AFTERWARDS if self.assignment.interval > 1 else 2 * POLLS_AFTERWARDS):
            if ended := [job for job in self.jobs if job.over and job.misses < MISSES]:
                self.pause(self.assignment.interval)
            for job in ended:
                self._poll(job)
        for job in self.jobs:
            self._as_strangers(job)
            for address in job.addresses[:1]:
                self._download(job, address)
            if job.over and job.misses < MISSES:
                self._poll(job)

    def _as_strangers(self, job: Job) -> None:
        for trial in stranger_trials(job.maker, job.id, job.model):
            self.attempt(trial)

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
        attempt = self.attempt(poll_trial(job.maker, job.id, job.model))
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
            attempt = self.attempt(trial)
            there = redirected(attempt, address) if attempt is not None else None
            if attempt is None or there is None or hop == MAX_REDIRECTS:
                return
            self.attempts.pop()  # its end is what counts
            address = there
