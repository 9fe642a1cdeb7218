"""Options are read in one grammar, from Python, a marker or an ini file, and wrong ones say what there is."""

from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.mockserver.plan import Completed, Failed, Hold, Polls, parse_progression
from reelmock.pytest_plugin.option_readers import READERS
from reelmock.pytest_plugin.options import OptionError, Options, OptionValues
from reelmock.pytest_plugin.plugin import INI_OPTIONS
from reelmock.tests.pytest_plugin.downstream import run_pytest

CONTRACT = load_contract()


def test_the_record_the_readers_the_types_and_the_ini_file_have_the_same_names() -> None:
    names = list(Options.__dataclass_fields__)
    assert names == list(READERS) == list(INI_OPTIONS) == list(get_type_hints(OptionValues))


def test_generations_move_on_by_polls_unless_somebody_says_otherwise() -> None:
    """Whether a test passes must not depend on the wall clock."""
    assert Options.of() == Options()
    assert Options.of().progression == Polls(1, 1)


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("progression", "polls:2,0", Polls(2, 0)),
        ("progression", "time:1..2,3", parse_progression("time:1..2,3")),
        ("progression", Hold(), Hold()),
        ("outcome", "completed", Completed()),
        ("outcome", "error:Name:what happened", Failed("Name", "what happened")),
        ("outcome", Failed("a", "b"), Failed("a", "b")),
        ("validation", "strict", "strict"),
        ("sleep", "skip", "skip"),
        ("spec", None, None),
        ("spec", "", None),
        ("spec", Path("a/b.json"), str(Path("a/b.json"))),
        ("spec", CONTRACT, CONTRACT),
        ("api_keys", "sk-a, sk-b", ("sk-a", "sk-b")),
        ("api_keys", ["sk-a"], ("sk-a",)),
        ("api_keys", {"sk-a": 5, "sk-b": "0"}, {"sk-a": 5, "sk-b": 0}),
        ("credits", 0, 0),
        ("credits", "5000000", 5_000_000),
        ("credits", None, None),
        ("rate_limit", "2", 2),
        ("rate_limit", None, None),
        ("max_concurrent", 1, 1),
        ("hosts", "Api.Example.com\n  other", ("api.example.com", "other")),
        ("other_hosts", "block", "block"),
        ("seed", 7, "7"),
        ("error_format", "legacy", "legacy"),
        ("max_polls_per_generation", "12", 12),
    ],
    ids=str,
)
def test_each_option_is_read_from_a_text_or_a_value(name: str, written: object, read: object) -> None:
    assert getattr(Options().updated({name: written}), name) == read


def test_later_options_go_before_earlier_ones() -> None:
    ini = Options().updated({"progression": "hold", "seed": "a"})
    assert ini.updated({"seed": "b"}) == Options(progression=Hold(), seed="b")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"progresion": "hold"},
            "there is no option 'progresion'. Did you mean 'progression'? There are: progression, ",
        ),
        (
            {"x": 1},
            "there is no option 'x'. There are: progression, outcome, validation, sleep, spec, api_keys, hosts, ",
        ),
        ({"progression": 3}, "the option progression is 3: wanted immediate, polls:Q,G, time:Q,G "),
        ({"progression": "soon"}, "the option progression is 'soon': 'soon' is no progression: wanted immediate, "),
        ({"outcome": 3}, "the option outcome is 3: wanted completed or error:NAME:MESSAGE"),
        ({"validation": "lax"}, "the option validation is 'lax': wanted lenient or strict"),
        ({"spec": 3}, "the option spec is 3: wanted the path of an OpenAPI document, or a Contract"),
        ({"api_keys": 3}, "the option api_keys is 3: wanted names"),
        (
            {"api_keys": {"sk-a": -1}},
            "the option api_keys is a mapping: wanted credits as a whole number from 0",
        ),
        ({"api_keys": {3: 5}}, "the option api_keys is a mapping: wanted names"),
        ({"api_keys": {"sk-a": "many"}}, "the option api_keys is a mapping: wanted credits as a whole number from 0"),
        ({"credits": "many"}, "the option credits is 'many': wanted credits as a whole number from 0"),
        ({"credits": -1}, "the option credits is -1: wanted credits as a whole number from 0"),
        ({"credits": 0.5}, "the option credits is 0.5: wanted credits as a whole number from 0"),
        ({"credits": True}, "the option credits is True: wanted credits as a whole number from 0"),
        ({"rate_limit": 0}, "the option rate_limit is 0: wanted a whole number from 1"),
        ({"max_concurrent": "0"}, "the option max_concurrent is '0': wanted a whole number from 1"),
        (
            {"hosts": "https://x.y"},
            "the option hosts is 'https://x.y': wanted names of hosts such as api.example.com, ",
        ),
        ({"seed": None}, "the option seed is None: wanted a text or a number"),
        ({"max_polls_per_generation": 0}, "the option max_polls_per_generation is 0: wanted a whole number from 1"),
        ({"max_polls_per_generation": "many"}, "the option max_polls_per_generation is 'many': wanted a whole"),
    ],
    ids=str,
)
def test_a_wrong_option_is_refused_in_these_words(values: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        Options.of(**values)
    assert str(caught.value).startswith(message)


def test_a_rule_may_be_any_mapping() -> None:
    assert Options.of(scenarios=[MappingProxyType({"nth": 2, "code": 503})]).scenarios == ({"nth": 2, "code": 503},)


def test_keys_are_not_in_the_text_of_the_record() -> None:
    assert "sk-secret" not in repr(Options.of(api_keys="sk-secret"))


def test_a_path_in_the_ini_file_starts_at_its_directory(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nreelmock_scenarios = bad-day.toml\n", encoding="utf-8")
    (tmp_path / "bad-day.toml").write_text("[[rule]]\ncode = 503\n", encoding="utf-8")
    (tmp_path / "tests").mkdir()
    output = run_pytest(
        tmp_path / "tests",
        """
        def test_it(reelmock_api):
            assert create().status_code == 503
        """,
    ).stdout
    assert "1 passed" in output, output
