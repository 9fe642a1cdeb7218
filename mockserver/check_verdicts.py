"""The end of a check: a row for each rule, and one line for all of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import wrap

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.jsontree import printable
from reelmock.contracts.report import VERDICTS, Case, Report
from reelmock.contracts.tables import table

NOTHING_SENT = "nothing was sent for it"

# The columns of the table, and those that are left where a terminal is too narrow for all of them.
HEAD = ("check", "cost", "requests", "verdict")
NARROWER = (HEAD, ("check", "cost", "verdict"), ("check", "verdict"))

# A column of words is no narrower than this.
MIN_COLUMN = 10

# The order in which verdicts are told.
ORDER = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def verdict_table(
    report: Report, accepted: Sequence[Finding], costs: Mapping[str, str], width: int | None, *, priced: bool = True
) -> list[str]:
    """A row for each rule of `report`: its cost if it is `priced`, how many requests it took, and what came of it.

    `accepted` are the findings that do not count any more. The rows are in the order of `costs`. Where they are longer
    than `width`, columns are left out, and verdicts go on in the next line.
    """
    rules = {case.rule for case in report.cases}
    rows = []
    for rule in [*(rule for rule in costs if rule in rules), *sorted(rules - costs.keys())]:
        cases = [case for case in report.cases if case.rule == rule]
        found = [finding for finding in report.findings if finding.id == rule]
        known = sum(finding.id == rule for finding in accepted)
        requests = str(sum(case.requests for case in cases))
        rows.append((rule, costs.get(rule, ""), requests, printable(verdict(found, known, cases))))
    heads = [head if priced else tuple(name for name in head if name != "cost") for head in NARROWER]
    fitting = [lines for head in heads if _fits(lines := _table(head, rows), width)]
    return fitting[0] if fitting else _wrapped(heads[-1], rows, width or 0)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return table(head, [[row[HEAD.index(name)] for name in head] for row in rows])


def _fits(lines: Sequence[str], width: int | None) -> bool:
    return width is None or max(map(len, lines)) <= width


def _wrapped(head: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The table, with verdicts that go on in the next line."""
    before = max(map(len, ("check", *(row[0] for row in rows)))) + 2
    lines = []
    for rule, *rest, told in rows:
        first, *more = wrap(told, max(MIN_COLUMN, width - before))
        lines += [(rule, *rest, first), *(("", "", "", part) for part in more)]
    return _table(head, lines)


def verdict(found: Sequence[Finding], accepted: int, cases: Sequence[Case]) -> str:
    """What came of one rule, such as `drift 2, learned 1` or `not judged: it needs --paid`."""
    skipped = [case.skipped for case in cases if case.skipped]
    told = counted(found)
    if accepted:
        told.append(f"accepted {accepted}")
    if not told and not any(map(was_judged, cases)):
        return f"not judged: {_usual(skipped or [NOTHING_SENT])}"
    words = ", ".join(told) or "conforms"
    if not skipped:
        return words
    part = f"for {len(skipped)} of {len(cases)} cases" if len(skipped) < len(cases) else "otherwise"
    return f"{words}; not judged {part}: {_usual(skipped)}"


def was_judged(case: Case) -> bool:
    """Whether something was sent for a case, and nothing hindered judging it."""
    return case.requests > 0 and not case.skipped


def counted(found: Sequence[Finding]) -> list[str]:
    """How many findings there are of each kind, such as `drift 2`."""
    counts = Counter(finding.severity for finding in found)
    return [f"{VERDICTS[severity]} {counts[severity]}" for severity in ORDER if counts[severity]]


def summary(report: Report, accepted: Sequence[Finding], target: str, sent: int) -> str:
    """The line at the very end: whether `target` conforms, and how many rules were judged, with how many requests.

    `sent` is 0 for a recording.
    """
    judged = {case.rule for case in report.cases if was_judged(case)}
    left = len({case.rule for case in report.cases} - judged)
    told = [
        f"{len(judged)} check{'s' * (len(judged) != 1)} judged",
        *([f"{left} not judged"] if left else []),
        *([f"{sent} request{'s' * (sent != 1)}"] if sent else []),
        *counted(report.findings),
        *([f"accepted {len(accepted)}"] if accepted else []),
    ]
    if report.worst is Severity.ERROR:
        outcome = "does not conform"
    else:
        outcome = "conforms" if judged else "could not be judged"
    return f"{printable(target)} {outcome}: {', '.join(told)}"


def _usual(reasons: Sequence[str]) -> str:
    """The reason that is given most often."""
    return Counter(reasons).most_common(1)[0][0]
