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
from reelmock.mockserver.check_recording import attempts_of
from reelmock.tests.mockserver.checking import RECORDINGS

KITES = Path(__file__).parent.parent / "data" / "kites.json"


@pytest.fixture
def recording() -> Recording:
    return read_recording(RECORDINGS / "charles.har")


@pytest.mark.parametrize("models", ["*", "pixverse/*", "*image-to-video"])
def test_requests_with_a_model_come_with_the_polls_of_what_they_made(
    contract: Contract, recording: Recording, models: str
) -> None:
    attempts = attempts_of(contract, recording, models)
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
    assert len(attempts_of(contract, recording, "*")) == 5
    paths = [attempt.trial.request.path for attempt in attempts_of(contract, recording, "kite/*")]
    assert paths == ["/v1/clips", "/v1/clips/k"]


def test_a_model_that_is_not_in_it_is_told(contract: Contract, recording: Recording) -> None:
    with pytest.raises(CheckError) as caught:
        attempts_of(contract, recording, "runway/*")
    assert str(caught.value) == (
        f"{recording.file}: no model in it is like 'runway/*'. There is: pixverse/v5.5/image-to-video"
    )


def test_a_recording_of_something_else_is_no_conforming_one(recording: Recording) -> None:
    contract = load_contract(KITES)
    empty = Recording(recording.file, (), ())
    with pytest.raises(CheckError) as caught:
        attempts_of(contract, empty, "*")
    assert str(caught.value) == (
        f"{recording.file}: none of its 0 exchanges is about a job route of {KITES}: record the calls of the API, or "
        "name its document with --spec"
    )
