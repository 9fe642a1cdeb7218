"""The table and the last line of a check say what was judged, and do not praise what was not."""

from dataclasses import replace

import pytest

from reelmock.contracts.checks import CHECKS
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.report import Case, Report
from reelmock.mockserver.check_verdicts import summary, verdict, verdict_table

WHY = "needs paid generations (--paid)"


def finding(rule: str, severity: Severity) -> Finding:
    return Finding(rule, severity, "http://a.test", "GET:a", "it is odd", "Look")


DRIFT, LEARNED, WARNING = (finding("a", level) for level in (Severity.ERROR, Severity.INFO, Severity.WARNING))


@pytest.mark.parametrize(
    ("found", "accepted", "cases", "told"),
    [
        ([], 0, [Case("a", "", 3)], "conforms"),
        ([LEARNED, DRIFT, DRIFT, WARNING], 0, [Case("a", "", 3)], "drift 2, warning 1, learned 1"),
        ([], 2, [Case("a", "", 3)], "accepted 2"),
        ([DRIFT], 1, [Case("a", "", 3)], "drift 1, accepted 1"),
        ([], 0, [Case("a", "", 0, WHY)], f"not judged: {WHY}"),
        ([], 0, [Case("a", "m", 0, WHY), Case("a", "n", 0, "late"), Case("a", "o", 0, WHY)], f"not judged: {WHY}"),
        ([], 0, [Case("a", "m", 2, "late")], "not judged: late"),
        ([], 0, [Case("a", "", 0)], "not judged: nothing was sent for it"),
        ([], 0, [Case("a", "m", 2), Case("a", "n", 0, WHY)], f"conforms; not judged for 1 of 2 cases: {WHY}"),
        ([DRIFT], 0, [Case("a", "m", 2), Case("a", "n", 0, WHY)], f"drift 1; not judged for 1 of 2 cases: {WHY}"),
        ([DRIFT], 0, [Case("a", "m", 2, "late")], "drift 1; not judged otherwise: late"),
    ],
)
def test_the_verdict_on_a_rule(found: list[Finding], accepted: int, cases: list[Case], told: str) -> None:
    assert verdict(found, accepted, cases) == told


REPORT = Report(
    "reelmock check http://a.test",
    (DRIFT, LEARNED),
    (Case("b", "m", 2), Case("a", "", 3), Case("b", "n", 1), Case("c", "", 0, WHY)),
)
COSTS = {"a": "free", "unasked": "free", "b": "probe", "c": "paid"}


def test_the_table_has_a_row_for_each_rule_in_the_order_of_the_checks() -> None:
    assert verdict_table(REPORT, [finding("b", Severity.ERROR)], COSTS, None) == [
        "check  cost   requests  verdict",
        "-----  -----  --------  -------------------------------------------",
        "a      free   3         drift 1, learned 1",
        "b      probe  3         accepted 1",
        f"c      paid   0         not judged: {WHY}",
    ]


def test_nothing_is_said_of_a_cost_where_nothing_was_sent() -> None:
    assert verdict_table(REPORT, [], COSTS, None, priced=False)[:3:2] == [
        "check  requests  verdict",
        "a      3         drift 1, learned 1",
    ]


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (67, ["check  cost   requests  verdict", f"c      paid   0         not judged: {WHY}"]),
        (66, ["check  cost   verdict", f"c      paid   not judged: {WHY}"]),
        (56, ["check  verdict", f"c      not judged: {WHY}"]),
        (40, ["check  verdict", "c      not judged: needs paid", "       generations (--paid)"]),
    ],
)
def test_columns_go_before_anything_of_a_verdict_in_a_narrow_terminal(width: int, lines: list[str]) -> None:
    table = verdict_table(REPORT, [], COSTS, width)
    assert max(map(len, table)) <= width
    assert [table[0], *table[4:]] == lines


def test_no_word_of_the_real_checks_is_lost_at_40_columns() -> None:
    cases = tuple(Case(name, "", 0, WHY) for name in CHECKS)
    costs = {check.name: check.cost.word for check in CHECKS.values()}
    table = verdict_table(Report("", (), cases), [], costs, 40)
    assert max(map(len, table)) <= 40
    assert all(name in "\n".join(table) for name in CHECKS)
    verdicts = "".join("".join(line[30:].split()) for line in table[2:])
    assert verdicts == f"not judged: {WHY}".replace(" ", "") * len(CHECKS)


@pytest.mark.parametrize(
    ("findings", "accepted", "sent", "told"),
    [
        (
            [DRIFT, LEARNED, WARNING],
            [DRIFT],
            6,
            "does not conform: 2 checks judged, 1 not judged, 6 requests, drift 1, warning 1, learned 1, accepted 1",
        ),
        ([WARNING, LEARNED], [], 1, "conforms: 2 checks judged, 1 not judged, 1 request, warning 1, learned 1"),
        ([], [], 0, "conforms: 2 checks judged, 1 not judged"),
    ],
)
def test_the_last_line(findings: list[Finding], accepted: list[Finding], sent: int, told: str) -> None:
    report = replace(REPORT, findings=tuple(findings))
    assert summary(report, accepted, "http://a.test", sent) == f"http://a.test {told}"


def test_what_was_not_judged_does_not_conform() -> None:
    report = Report("", (), (Case("c", "", 0, WHY),))
    assert summary(report, [], "http://a.test", 0) == "http://a.test could not be judged: 0 checks judged, 1 not judged"
