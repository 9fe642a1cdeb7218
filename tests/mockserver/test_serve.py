"""The options of `reelmock serve`, and what they make."""

import json
import os
from pathlib import Path
from typing import Any, cast

import pytest

from reelmock.mockserver.plan import Hold, Immediate, PlanError, Polls, Progression, Span, Time, seconds
from reelmock.mockserver.serve import ServeOptions, progression_of, run_server, settings_of, write_ready_file
from reelmock.mockserver.settings import SettingsError

DEFAULTS: dict[str, Any] = {
    "spec": None,
    "host": "127.0.0.1",
    "port": 0,
    "api_key": (),
    "progression": None,
    "queued": None,
    "generating": None,
    "immediate": False,
    "hold": False,
    "polls": None,
    "failure_rate": 0.0,
    "seed": None,
    "validation": "lenient",
    "error_format": "current",
    "public_url": None,
    "max_body": 1_000,
    "max_generations": 10,
    "quirk": (),
    "credits": None,
    "rate_limit": None,
    "max_concurrent": None,
    "ready_file": None,
    "log_level": "info",
}


def options(**given: Any) -> ServeOptions:
    return cast("ServeOptions", DEFAULTS | given)


@pytest.mark.parametrize(
    ("given", "progression"),
    [
        ({}, Time(seconds(2), seconds(8))),
        ({"progression": "polls:1,2"}, Polls(1, 2)),
        ({"immediate": True}, Immediate()),
        ({"hold": True}, Hold()),
        ({"polls": "0,3"}, Polls(0, 3)),
        ({"queued": "1"}, Time(seconds(1), seconds(8))),
        ({"generating": "5..20"}, Time(seconds(2), Span(5, 20))),
        ({"queued": "0", "generating": "0.5"}, Time(seconds(0), seconds(0.5))),
    ],
    ids=str,
)
def test_each_way_to_name_a_progression(given: dict[str, Any], progression: Progression) -> None:
    assert progression_of(options(**given)) == progression


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"immediate": True, "hold": True}, "--immediate and --hold contradict each other: give one of them"),
        ({"polls": "1,1", "queued": "1"}, "--polls and --queued contradict each other: give one of them"),
        (
            {"progression": "hold", "queued": "1", "generating": "2"},
            "--progression and --queued/--generating contradict each other: give one of them",
        ),
    ],
)
def test_two_ways_at_once_are_refused_by_name(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        progression_of(options(**given))
    assert str(caught.value) == message


def test_a_bad_number_is_refused() -> None:
    with pytest.raises(PlanError):
        progression_of(options(queued="soon"))


def test_the_seed_is_drawn_unless_it_is_given() -> None:
    assert settings_of(options(seed="7")).seed == "7"
    assert settings_of(options()).seed != settings_of(options()).seed


def test_the_settings_are_those_of_the_options() -> None:
    made = settings_of(options(api_key=("a", "b"), failure_rate=0.5, validation="strict", error_format="legacy"))
    assert (made.api_keys, made.failure_rate, made.validation, made.error_format) == (
        ("a", "b"),
        0.5,
        "strict",
        "legacy",
    )
    assert (made.max_body, made.public_url, made.elide) == (1_000, None, True)
    assert settings_of(options(quirk=("succeeded", "active"))).quirks == ("succeeded", "active")
    assert (made.credits, made.rate_limit, made.max_concurrent) == (None, None, None)


def test_the_limits_are_those_of_the_options() -> None:
    made = settings_of(options(credits=5, rate_limit=2, max_concurrent=3))
    assert (made.credits, made.rate_limit, made.max_concurrent) == (5, 2, 3)


def test_the_ready_file_is_whole_and_alone(tmp_path: Path) -> None:
    write_ready_file(tmp_path / "ready.json", "http://127.0.0.1:1")
    assert [file.name for file in tmp_path.iterdir()] == ["ready.json"]
    assert json.loads((tmp_path / "ready.json").read_text()) == {"url": "http://127.0.0.1:1", "pid": os.getpid()}


def test_a_ready_file_in_no_folder_is_refused_before_anything_starts() -> None:
    with pytest.raises(SettingsError) as caught:
        run_server(options(ready_file=Path("/nowhere/ready.json")), lambda *_: None)
    assert str(caught.value) == "there is no folder '/nowhere' for the ready file: make it, or give another"
