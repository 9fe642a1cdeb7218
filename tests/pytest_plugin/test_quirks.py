"""Quirks in a test: what it reads of the fake, and claims, is what its client was told."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import reelmock
from reelmock.contracts.contract import SHIPPED
from reelmock.pytest_plugin.options import OptionError, Options
from reelmock.tests.pytest_plugin.conftest import Client
from reelmock.tests.pytest_plugin.downstream import run_pytest

NewClient = Callable[..., Client]


@pytest.mark.parametrize("written", ["succeeded, video-list", "succeeded\nvideo-list", ["succeeded", "video-list"]])
def test_names_are_read_from_a_text_or_a_list(written: object) -> None:
    assert Options().updated({"quirks": written}).quirks == ("succeeded", "video-list")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("suceeded", "the option quirks is 'suceeded': there is no quirk 'suceeded'. There are: succeeded, waiting, "),
        (
            ["video-list", "video-strings"],
            "the option quirks is ['video-list', 'video-strings']: the quirks 'video-list' and 'video-strings' "
            "contradict each other: both say what the result of the same reply is. Give one of them",
        ),
        (3, "the option quirks is 3: wanted names"),
    ],
    ids=str,
)
def test_names_that_can_not_be_played_are_refused(written: object, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        Options().updated({"quirks": written})
    assert str(caught.value).startswith(message)


def test_the_records_say_what_the_client_was_told(client: NewClient) -> None:
    made = client(quirks=("waiting", "active", "succeeded"), progression="polls:1,1")
    generation, told = made.create(), []
    for _ in range(3):
        word = made.poll(generation)["status"]
        told.append(word)
        assert [record.status for record in made.api.generations] == [word]
    assert told == ["waiting", "active", "succeeded"]
    assert repr(made.api).endswith("generations: 1 succeeded>")
    assert [word for word in told if f"200 {word}" not in made.api.report()] == []


@pytest.mark.parametrize(
    ("quirk", "outcome", "word"),
    [
        ("succeeded", "completed", "succeeded"),
        ("video-list", "completed", "completed"),
        ("error-detail", "error:Error:No", "error"),
        ("unknown-status", "error:Error:No", "unknown"),
    ],
)
def test_an_end_is_an_end_in_a_quirks_words_too(client: NewClient, quirk: str, outcome: str, word: str) -> None:
    made = client(quirks=quirk, outcome=outcome, progression="polls:1,0")
    generation = made.create()
    made.poll(generation)
    with pytest.raises(AssertionError, match="it can't be told: no poll was answered with an end"):
        made.api.assert_stopped_after_terminal()
    made.poll(generation)
    made.api.assert_stopped_after_terminal()
    made.poll(generation)
    with pytest.raises(AssertionError) as caught:
        made.api.assert_stopped_after_terminal()
    ends = "completed or error" if word in ("completed", "error") else f"completed or error or {word}"
    assert f"told to have ended with '{word}' (request 3). Stop at {ends}\n" in str(caught.value)


@pytest.mark.parametrize(("quirk", "word"), [("waiting", "waiting"), ("active", "active")])
def test_a_pending_word_of_a_quirk_is_no_end(client: NewClient, quirk: str, word: str) -> None:
    made = client(quirks=quirk, progression="polls:2,2")
    generation = made.create()
    assert word in [made.poll(generation)["status"] for _ in range(4)]
    with pytest.raises(AssertionError, match="it can't be told"):
        made.api.assert_stopped_after_terminal()


def test_a_documents_own_meaning_of_a_word_goes_before_that_of_a_quirk(client: NewClient, tmp_path: Path) -> None:
    """Here `unknown` is what a job that waits is told as, and no end."""
    tree = json.loads(SHIPPED.read_text(encoding="utf-8"))
    tree["components"]["schemas"]["Generation"]["properties"]["status"]["enum"] = ["unknown", "completed", "error"]
    words = {"pending": ["unknown"], "success": ["completed"], "failure": ["error"]}
    stated = {"retrieve": "retrieveGeneration", "words": words}
    tree["paths"]["/v2/video/generations"]["post"]["x-lifecycle"] = stated
    (tmp_path / "api.json").write_text(json.dumps(tree), encoding="utf-8")
    made = client(spec=str(tmp_path / "api.json"), progression="polls:2,0")
    generation = made.create()
    assert [made.poll(generation)["status"] for _ in range(3)] == ["unknown", "unknown", "completed"]
    made.api.assert_stopped_after_terminal()


def test_a_reset_keeps_them(client: NewClient) -> None:
    made = client(quirks="succeeded", progression="immediate")
    made.api.reset()
    assert made.poll(made.create())["status"] == "succeeded"


def test_a_marker_is_parametrised_with_all_of_them(tmp_path: Path) -> None:
    source = """
    import reelmock

    @pytest.mark.parametrize(
        "quirk", [pytest.param(name, marks=pytest.mark.reelmock(quirks=name)) for name in reelmock.quirks()]
    )
    def test_client(quirk, reelmock_api):
        job = create().json()
        assert reelmock_api.options.quirks == (quirk,)
        assert ("generation_id" in job) is (quirk == "generation-id")


    @pytest.mark.reelmock(progression="immediate")
    def test_from_the_ini_file():
        assert poll(create().json()["id"])["status"] == "succeeded"
    """
    ini = {"pytest.ini": "[pytest]\nreelmock_quirks = succeeded\n"}
    run = run_pytest(tmp_path, source, files=ini)
    assert f"{len(reelmock.quirks()) + 1} passed" in run.stdout, run.stdout
