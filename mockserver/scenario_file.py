"""Rules in a TOML file: one table `[[rule]]` for each, in their order."""

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json
from reelmock.mockserver.planning import usual_errors
from reelmock.mockserver.rules import Rule, RuleError, read_rule

MAX_BYTES = 1_000_000


def read_scenarios(file: Path, contract: Contract, keys: Collection[str] = ()) -> list[Rule]:
    """The rules in a file. RuleError, which names file and rule, for anything else; `keys` as in `rule_of`."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise RuleError(f"{file}: the file has more than {MAX_BYTES:,} bytes")
        tree = cast("dict[str, Json]", tomllib.loads(content.decode("utf-8-sig")))
    except OSError as error:
        raise RuleError(f"{file}: the file can't be read ({error.strerror}). Check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleError(f"{file}: this is not TOML ({error})") from None
    except RecursionError:
        raise RuleError(
            f"{file}: its values are nested too deeply. A rule has one table, and `headers` in it"
        ) from None
    if unknown := [name for name in tree if name != "rule"]:
        raise RuleError(f"{file}: there is a '{unknown[0]}', and only tables [[rule]] are known")
    records = tree.get("rule", [])
    if not isinstance(records, list):
        raise RuleError(f"{file}: `rule` is one table. Write [[rule]], with two brackets")
    return [replace(rule, shared=True) for rule in rules_of(records, str(file), contract, keys)]


def rules_of(records: Sequence[Json], place: str, contract: Contract, keys: Collection[str] = ()) -> list[Rule]:
    """The rules that records state. RuleError, which names `place` and the rule's number, for one that is none."""
    return [rule_of(record, f"{place}, rule {number}", contract, keys) for number, record in enumerate(records, 1)]


def rule_of(record: Json, place: str, contract: Contract, keys: Collection[str] = ()) -> Rule:
    """The rule that a record states. RuleError, which names `place`, for none, or one that can never match.

    `keys` are the API keys that are taken; none means any.
    """
    rule = read_rule(record, place, usual_errors(contract))
    names = [name for model in contract.models for name in (model.id, *model.aliases)]
    if rule.model and not any(rule.matches_model(name) for name in names):
        raise RuleError(f"{place}: no model is called like '{rule.model}'. There are: {', '.join(names)}")
    if rule.key and keys and rule.key not in keys:  # the message shows no key
        raise RuleError(
            f"{place}/key: this key is none of those that are taken ({len(keys)}), so no request gets that far"
        )
    return rule
