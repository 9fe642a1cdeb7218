"""`reelmock payloads`: what it prints, and what it says when it can't."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reelmock.contracts.contract import load_contract
from reelmock.contracts.mutations import violations
from reelmock.mockserver.cli import main
from reelmock.tests.independent import validators

SHAPES = Path(__file__).parent.parent / "data" / "shapes.json"
MODEL = load_contract().models[0]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["payloads", *arguments])


def records(*arguments: str) -> list[Any]:
    """The JSON objects of the lines that are printed."""
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_ten_valid_payloads_are_printed_one_a_line() -> None:
    payloads = records("--seed", "1")
    assert len(payloads) == 10
    assert all(MODEL.validator.is_valid(payload) for payload in payloads)
    assert len({json.dumps(payload) for payload in payloads}) == 10


def test_lines_are_ascii_so_that_no_terminal_or_pipe_trips_over_them() -> None:
    output = run("--seed", "1", "-n", "100").stdout
    assert output.isascii()
    assert all(line.isprintable() for line in output.splitlines())


@pytest.mark.parametrize("mode", [[], ["--invalid"], ["--format", "table"]], ids=str)
def test_a_seed_gives_the_same_payloads_again(mode: list[str]) -> None:
    first, again, other = (run("--seed", seed, *mode).stdout for seed in ("7", "7", "8"))
    assert first == again != other


def test_without_a_seed_the_one_that_was_taken_is_told_beside_the_payloads() -> None:
    result = run("-n", "3")
    assert result.stderr.startswith("(--seed ")
    seed = result.stderr.split()[1]
    assert run("-n", "3", "--seed", seed).stdout == result.stdout


def test_there_may_be_fewer_payloads_than_were_asked_for(tmp_path: Path) -> None:
    """A model whose payloads are all alike has one."""
    operation = {"requestBody": {"content": {"application/json": {"schema": {"enum": [{"model": "a"}]}}}}}
    file = tmp_path / "one.json"
    tree = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"post": operation}}}
    file.write_text(json.dumps(tree), encoding="utf-8")
    assert records("--spec", str(file), "-n", "5") == [{"model": "a"}]


def test_an_invalid_payload_comes_with_what_is_wrong() -> None:
    for record in records("--invalid", "-n", "30", "--seed", "1"):
        assert list(record) == ["kind", "pointer", "keyword", "implied", "message", "tolerated", "payload"]
        assert not MODEL.validator.is_valid(record["payload"])


def test_the_catalogue_is_printed_as_it_is() -> None:
    found = records("--violations")
    expected = violations(MODEL.schema)
    assert [record["payload"] for record in found] == [mutation.payload for mutation in expected]
    assert found[-1] == {
        "kind": "forbidden_combination",
        "pointer": "",
        "keyword": "not",
        "implied": [],
        "message": "1080p does not go with 8 seconds",
        "tolerated": False,
        "payload": expected[-1].payload,
    }


@pytest.mark.parametrize("mode", ["--invalid", "--violations"])
def test_kinds_and_their_number_are_limited(mode: str) -> None:
    found = records(mode, "--kind", "null", "--kind", "bad_format", "--seed", "1", "-n", "12")
    assert set(Counter(record["kind"] for record in found)) == {"null", "bad_format"}
    assert len(found) == 12


def test_a_model_of_another_document_is_chosen() -> None:
    judge = validators(json.loads(SHAPES.read_text(encoding="utf-8")))["shapes/numbers"]
    payloads = records("--spec", str(SHAPES), "--model", "shapes/numbers", "--seed", "1")
    assert all(judge(payload) for payload in payloads)


def test_without_a_model_the_catalogue_has_those_of_all_models() -> None:
    found = records("--spec", str(SHAPES), "--violations", "--kind", "undeclared_property")
    assert {record["payload"].get("model") for record in found} >= {m.id for m in load_contract(SHAPES).models}


def test_a_table_is_for_readers() -> None:
    lines = run("--violations", "--kind", "bad_format", "--format", "table").stdout.splitlines()
    assert lines[0].split() == ["kind", "lenient", "what", "is", "wrong", "payload"]
    assert lines[2].startswith("bad_format  refuses  `/image_url`: 'boat.jpg' is not a valid uri       ")
    valid = run("--format", "table", "-n", "2", "--seed", "1").stdout.splitlines()
    assert [line[0] for line in valid[2:]] == ["1", "2"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--kind", "null"], "--kind is about what is wrong: give --invalid or --violations as well"),
        (["--model", "x"], "the contract has no model 'x'. It has: pixverse/v5.5/image-to-video"),
        (["--violations", "--kind", "x"], "there is no kind 'x'. There are: missing_required, wrong_type, "),
        (["--invalid", "--kind", "too_long"], "can be broken as 'too_long', only as: non_object, missing_required, "),
        (["--spec", "nowhere.json"], "nowhere.json"),
    ],
    ids=str,
)
def test_a_call_that_can_not_work_says_so_in_one_line(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
