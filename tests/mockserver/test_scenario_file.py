"""Files of rules that are odd, and rules about keys that nobody takes."""

from pathlib import Path

import pytest

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import JsonObject
from reelmock.mockserver.rules import RuleError
from reelmock.mockserver.scenario_file import MAX_BYTES, read_scenarios, rule_of


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"#" * (MAX_BYTES + 1), "FILE: the file has more than 1,000,000 bytes"),
        (b"a = " + b"[" * 100_000, "FILE: its values are nested too deeply. A rule has one table, and `headers` in it"),
        (b"[[rule]]\nrate = nan\ncode = 500", "FILE, rule 1/rate: nan is no number"),
        (b"rule = [1]", "FILE, rule 1: 1 is not of type object"),
        (b"[[rule]]\nprompt = 2026-01-01\ncode = 500", "FILE, rule 1/prompt: 2026-01-01 is not of type string"),
        (
            b"[[rule]]\nkey = 'sk-c'\ncode = 500",
            "FILE, rule 1/key: this key is none of those that are taken (2), so no request gets that far",
        ),
    ],
)
def test_a_file_that_is_odd_is_told_with_its_place(
    content: bytes, message: str, contract: Contract, tmp_path: Path
) -> None:
    file = tmp_path / "scenarios.toml"
    file.write_bytes(content)
    with pytest.raises(RuleError) as caught:
        read_scenarios(file, contract, ("sk-a", "sk-b"))
    assert str(caught.value) == message.replace("FILE", str(file))


def test_a_byte_order_mark_is_none_of_the_rules(contract: Contract, tmp_path: Path) -> None:
    file = tmp_path / "scenarios.toml"
    file.write_bytes(b"\xef\xbb\xbf[[rule]]\ncode = 500\n")
    assert [rule.effect.code for rule in read_scenarios(file, contract)] == [500]


def test_a_key_that_is_taken_may_have_a_rule(contract: Contract) -> None:
    record: JsonObject = {"key": "sk-a", "code": 500}
    assert rule_of(record, "here", contract, {"sk-a": 5}).key == rule_of(record, "here", contract).key == "sk-a"
