"""What of recordings `reelmock check` judges."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from reelmock.contracts.assignment import CheckError
from reelmock.contracts.contract import Contract
from reelmock.contracts.recorded_attempts import RecordedAttempt, recorded_attempts
from reelmock.contracts.recordings import Recording
from reelmock.contracts.runner import KEY_VARIABLE, OTHER_KEY_VARIABLE
from reelmock.mockserver.check_options import CheckOptions

# What the files of a folder end in that are read.
SUFFIXES = frozenset({".har", ".json", ".yaml", ".yml"})

# So many recordings are named.
NAMED = 3


def files_in(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The files to read, each once; a folder stands for all HAR, JSON and YAML files in it, at any depth, sorted.

    CheckError for a folder without any.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        for file in _files(path):
            found.setdefault(file.resolve(), file)
    return tuple(found.values())


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    if not files:
        raise CheckError(f"there is no recording in the folder '{path}': it has no .har, .json, .yaml or .yml file")
    yield from files


def named(paths: Sequence[Path]) -> str:
    """Recordings and folders in a few words."""
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return f"{', '.join(map(str, paths[:NAMED]))}{more}"


def keys_to_mask(options: CheckOptions, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The user's own keys, of which nothing is known about where they stand in a recording."""
    keys = (options["api_key"], options["other_api_key"], *map(environment.get, (KEY_VARIABLE, OTHER_KEY_VARIABLE)))
    return tuple(key for key in keys if key)


def attempts_of(
    contract: Contract, recordings: Sequence[Recording], models: str, target: str
) -> tuple[tuple[RecordedAttempt, ...], ...]:
    """The exchanges of each recording about models with an id like the glob `models`, less the recordings without any.

    CheckError where there are none; it names the recordings by `target`.
    """
    attempts = [found for recording in recordings if (found := _placed(contract, recording, len(recordings) > 1))]
    if not attempts:
        number = sum(len(recording.exchanges) for recording in recordings)
        raise CheckError(
            f"{target}: none of its {number} exchange{'s' * (number != 1)} is about a job route of "
            f"{contract.document.file}: record the calls of the API, or name its document with --spec"
        )
    wanted = _like(contract, models)
    chosen = [tuple(one for one in found if models == "*" or one.trial.model in wanted) for found in attempts]
    if not any(chosen):
        known = {attempt.trial.model for found in attempts for attempt in found} - {""}
        there = ", ".join(sorted(known)) or "none that is known"
        raise CheckError(f"{target}: no model in it is like '{models}'. There is: {there}")
    return tuple(filter(None, chosen))


def _placed(contract: Contract, recording: Recording, several: bool) -> tuple[RecordedAttempt, ...]:
    """The attempts of a recording, whose places name it if there are several."""
    attempts = recorded_attempts(contract, recording)
    if not several:
        return attempts
    return tuple(
        replace(one, trial=replace(one.trial, what=f"{one.trial.what} of {recording.file}")) for one in attempts
    )


def _like(contract: Contract, models: str) -> frozenset[str]:
    """The ids of the models that have an id or alias like the glob."""
    return frozenset(
        model.id for model in contract.models if any(fnmatchcase(name, models) for name in (model.id, *model.aliases))
    )
