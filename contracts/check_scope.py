"""What a run of the checks is about: the job routes of a contract, and the models that were chosen."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from reelmock.contracts.assignment import Assignment, CheckError
from reelmock.contracts.contract import Contract
from reelmock.contracts.instances import UnsatisfiableError, minimal_payload
from reelmock.contracts.models import Model
from reelmock.contracts.trial_maker import TrialMaker


def chosen_routes(contract: Contract, assignment: Assignment) -> list[tuple[TrialMaker, tuple[Model, ...]]]:
    """What makes the trials of each job route, with the models that were chosen and have a valid payload.

    CheckError for a contract without a job route, for keys that are missing or contradict each other, and where no
    model is meant.
    """
    if not contract.job_routes:
        raise CheckError(f"{contract.document.file} has no job route, so there is nothing to check: see `spec lint`")
    if (assignment.probe or assignment.paid) and not assignment.key and any(r.bearer for r in contract.job_routes):
        raise CheckError("probes and paid generations need an API key: give one with --api-key")
    if assignment.key is not None and assignment.key == assignment.other_key:
        raise CheckError("the other API key is the same as the first: give one of somebody else")
    left_out = without_payload(contract)
    chosen = []
    for route in contract.job_routes:
        all_models = contract.models_of(route.create)
        models = tuple(m for m in all_models if _is_meant(m, assignment.models) and m not in left_out)
        if models or (not all_models and assignment.models == "*"):
            chosen.append((TrialMaker(contract, route, assignment.key or None, assignment.other_key or None), models))
    if not chosen:
        known = ", ".join(model.id for model in contract.models if model not in left_out)
        raise CheckError(f"no model is like '{assignment.models}'. There are: {known or 'none'}")
    return chosen


def ids_of(chosen: Sequence[tuple[TrialMaker, Sequence[Model]]]) -> list[str]:
    """The ids of the models that were chosen, each once, though several routes may take a model."""
    return [*dict.fromkeys(model.id for _, models in chosen for model in models)]


def without_payload(contract: Contract) -> list[Model]:
    """The models for whose schema no valid payload could be found."""
    return [model for model in contract.models if not _has_payload(model)]


def _has_payload(model: Model) -> bool:
    try:
        minimal_payload(model.schema)
    except UnsatisfiableError:
        return False
    return True


def _is_meant(model: Model, glob: str) -> bool:
    return any(fnmatchcase(name, glob) for name in (model.id, *model.aliases))
