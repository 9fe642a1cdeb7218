"""`api.when(…)`: a rule of a scenario, put together in Python."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Self

from reelmock.contracts.contract import Contract
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.mockserver.rules import Rule, RuleError
from reelmock.mockserver.scenario_file import read_scenarios, rule_of, rules_of
from reelmock.mockserver.scenarios import Scenarios
from reelmock.pytest_plugin.callers import Place
from reelmock.pytest_plugin.errors import UnusedRuleWarning

PLACE = "api.when(…)"


def given_rules(scenarios: str | tuple[JsonObject, ...], contract: Contract, keys: Collection[str] = ()) -> list[Rule]:
    """The rules of the option `scenarios`: those in a file, or the records. RuleError for what is none, or for other
    keys than those that are taken."""
    if isinstance(scenarios, str):
        return read_scenarios(Path(scenarios), contract, keys) if scenarios else []
    return rules_of(list(scenarios), "scenarios", contract, keys)


def warn_of_unused(scenarios: Scenarios, home: Place) -> None:
    """Warn of each rule that decided nothing. A file is there for many tests, so its rules need not all be used."""
    for kept in (kept for kept in scenarios.unused() if not kept.rule.shared):
        home.warn(
            UnusedRuleWarning(
                f"the rule ({kept.rule}) decided nothing; requests like it: {kept.seen}. Is it written for other "
                "requests, or does an earlier rule say the same?"
            )
        )


class When:
    """A rule for the requests that were named; each call says more of what becomes of them.

    Values are those of a scenario file. RuleError for one that can't be, or a rule that can never match.
    """

    def __init__(
        self, scenarios: Scenarios, contract: Contract, match: Mapping[str, Json], keys: Collection[str] = ()
    ) -> None:
        self._scenarios = scenarios
        self._contract = contract
        self._keys = keys
        self._record: JsonObject = {name: value for name, value in match.items() if value is not None}
        self._id = ""

    def fails(self, name: str, message: str | None = None) -> Self:
        """The generation fails: with a name and a message, or with a usual error by its name alone."""
        if message is not None and ":" in name:
            raise RuleError(f"{PLACE}: the name of an error has no colon, and {name!r} has one")
        return self._say(outcome=name if message is None else f"error:{name}:{message}")

    def takes(self, progression: str) -> Self:
        """The generation moves on in this way: `immediate`, `polls:Q,G`, `time:Q,G` or `hold`."""
        return self._say(progression=progression)

    def quirk(self, *names: str) -> Self:
        """The generation's replies deviate from the document in these ways."""
        return self._say(quirks=[*names])

    def responds(
        self,
        code: int | None = None,
        *,
        retry_after: float | None = None,
        retry_after_form: str | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        times: int | None = None,
        rate: float | None = None,
    ) -> Self:
        """The request is answered with this status and nothing else happens; or the usual reply has these headers, or
        something wrong with its body (`html`, `empty`, `truncated-json`, `wrong-content-type`)."""
        return self._say(
            code=code,
            retry_after=retry_after,
            retry_after_form=retry_after_form,
            headers=dict(headers) if headers is not None else None,
            body=body,
            times=times,
            rate=rate,
        )

    def drops(self, fault: str = "reset", *, times: int | None = None, rate: float | None = None) -> Self:
        """The request is handled, and its reply goes wrong on the wire (a reset, unless another fault is named)."""
        return self._say(fault=fault, times=times, rate=rate)

    def delays(self, latency: float | str) -> Self:
        """The reply comes after so many seconds, or `MIN..MAX`."""
        return self._say(latency=f"{latency:f}" if isinstance(latency, int | float) else latency)

    def expires(self, after: float) -> Self:
        """The link to a clip is dead so many seconds after its generation was created."""
        return self._say(on=self._record.get("on", "clip"), expires_after=after)

    def _say(self, **more: Json) -> Self:
        record = {**self._record, **{name: value for name, value in more.items() if value is not None}}
        rule = rule_of(record, PLACE, self._contract, self._keys)
        if self._id:
            self._scenarios.replace(self._id, rule)
        else:
            self._id = self._scenarios.add(rule)
        self._record = record
        return self
