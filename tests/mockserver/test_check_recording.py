"""Of a recording that is judged what is about the API, and the models that were asked for."""

import json
from pathlib import Path

import pytest

from reelmock.contracts.assignment import CheckError
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json
from reelmock.contracts.recorded import Recorded
from reelmock.contracts.recordings import Recording, read_recording
from reelmock.mockserver.check_recording import attempts_of, files_in, keys_to_mask, named
from reelmock.tests.mockserver.checking import KEY, OTHER, RECORDINGS, options

KITES = Path(__file__).parent.parent / "data" / "kites.json"


@pytest.fixture
def recording() -> Recording:
    return read_recording(RECORDINGS / "charles.har")


@pytest.mark.parametrize("models", ["*", "pixverse/*", "*image-to-video"])
def test_requests_with_a_model_come_with_the_polls_of_what_they_made(
    contract: Contract, recording: Recording, models: str
) -> None:
    (attempts,) = attempts_of(contract, [recording], models, "a.har")
    assert [attempt.trial.request.method for attempt in attempts] == ["POST", "GET", "GET", "GET"]


def test_polls_of_other_models_are_left_out() -> None:
    contract = load_contract(KITES)

    def exchange(method: str, path: str, payload: Json, reply: Json) -> Recorded:
        response = Response(200, (("content-type", "application/json"),), json.dumps(reply).encode())
        return Recorded(Request.build(method, path, json=payload), response, f"{method}:{path}")

    made = [
        exchange("POST", "/v1/clips", {contract.model(model).selector: model}, {"task_id": task, "state": "WAITING"})
        for model, task in (("boat/one", "b"), ("kite/two", "k"))
    ]
    polls = [exchange("GET", f"/v1/clips/{task}", None, {"task_id": task}) for task in ("k", "b", "unknown")]
    recording = Recording(Path("a.har"), (*made, *polls), ())
    assert [len(found) for found in attempts_of(contract, [recording], "*", "a.har")] == [5]
    (chosen,) = attempts_of(contract, [recording], "kite/*", "a.har")
    assert [attempt.trial.request.path for attempt in chosen] == ["/v1/clips", "/v1/clips/k"]


def test_a_model_that_is_not_in_it_is_told(contract: Contract, recording: Recording) -> None:
    with pytest.raises(CheckError) as caught:
        attempts_of(contract, [recording, recording], "runway/*", "a.har, b.har")
    assert (
        str(caught.value) == "a.har, b.har: no model in it is like 'runway/*'. There is: pixverse/v5.5/image-to-video"
    )


def test_a_recording_of_something_else_is_no_conforming_one(recording: Recording) -> None:
    contract = load_contract(KITES)
    empty = Recording(recording.file, (), ())
    with pytest.raises(CheckError) as caught:
        attempts_of(contract, [empty], "*", "a.har")
    assert str(caught.value) == (
        f"a.har: none of its 0 exchanges is about a job route of {KITES}: record the calls of the API, or "
        "name its document with --spec"
    )


def test_of_several_recordings_each_place_names_its_file(contract: Contract, recording: Recording) -> None:
    """Those that are about something else are passed over."""
    other = Recording(Path("b.har"), recording.exchanges, ())
    found = attempts_of(contract, [recording, Recording(Path("c.har"), (), ()), other], "*", "a")
    assert [attempts[0].trial.what for attempts in found] == [
        f"log/entries/0 of {recording.file}",
        "log/entries/0 of b.har",
    ]
    assert attempts_of(contract, [other], "*", "a")[0][0].trial.what == "log/entries/0"


def test_a_folder_stands_for_the_recordings_in_it(tmp_path: Path) -> None:
    """Each is read once, and what has another ending is left alone."""
    names = ["b/deep/c.YML", "b/a.json", "b/d.har", "b/e.yaml", "b/notes.txt", "a.har"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "folder.har").mkdir()
    found = files_in([tmp_path / "b/d.har", tmp_path, tmp_path / "b/notes.txt"])
    assert [file.relative_to(tmp_path).as_posix() for file in found] == [
        *("b/d.har", "a.har", "b/a.json", "b/deep/c.YML", "b/e.yaml", "b/notes.txt"),
    ]


def test_a_folder_without_recordings_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CheckError) as caught:
        files_in([tmp_path])
    assert str(caught.value) == (
        f"there is no recording in the folder '{tmp_path}': it has no .har, .json, .yaml or .yml file"
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [(["a"], "a"), (["a", "b", "c"], "a, b, c"), (["a", "b", "c", "d", "e"], "a, b, c and 2 more"), ([], "")],
)
def test_many_recordings_are_named_in_a_few_words(names: list[str], words: str) -> None:
    assert named([Path(name) for name in names]) == words


def test_the_keys_of_the_user_are_masked_wherever_they_come_from() -> None:
    environment = {"AIMLAPI_API_KEY": "sk-kept", "AIMLAPI_OTHER_API_KEY": ""}
    assert keys_to_mask(options(api_key=KEY, other_api_key=OTHER), environment) == (KEY, OTHER, "sk-kept")
    assert keys_to_mask(options(), {}) == ()
