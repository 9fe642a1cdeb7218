"""What of a recording `reelmock check` judges."""

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase

from reelmock.contracts.assignment import CheckError
from reelmock.contracts.contract import Contract
from reelmock.contracts.judging import id_of
from reelmock.contracts.recorded_attempts import recorded_attempts
from reelmock.contracts.recordings import Recording
from reelmock.contracts.trials import Attempt


def attempts_of(contract: Contract, recording: Recording, models: str) -> tuple[Attempt, ...]:
    """The exchanges about models with an id like the glob `models`. CheckError where there are none."""
    attempts = recorded_attempts(contract, recording)
    if not attempts:
        number = len(recording.exchanges)
        raise CheckError(
            f"{recording.file}: none of its {number} exchange{'s' * (number != 1)} is about a job route of "
            f"{contract.document.file}: record the calls of the API, or name its document with --spec"
        )
    chosen = attempts if models == "*" else _about(attempts, _named(contract, models))
    if not chosen:
        there = ", ".join(sorted({attempt.trial.model for attempt in attempts} - {""})) or "none that is known"
        raise CheckError(f"{recording.file}: no model in it is like '{models}'. There is: {there}")
    return chosen


def _named(contract: Contract, models: str) -> frozenset[str]:
    """The ids of the models that have an id or alias like the glob."""
    return frozenset(
        model.id for model in contract.models if any(fnmatchcase(name, models) for name in (model.id, *model.aliases))
    )


def _about(attempts: Sequence[Attempt], models: Collection[str]) -> tuple[Attempt, ...]:
    """The requests that name such a model, and the polls of what these made."""
    named = [one for one in attempts if one.trial.model in models]
    made = {id_of(attempt) for attempt in named}
    return tuple(one for one in attempts if one in named or one.trial.generation in made)
