"""What `reelmock check` makes of a report: what is accepted, what is written, how it ends."""

import json
import os
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from reelmock.contracts.accepted import Accepted
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.findings import Finding, Proof, Severity
from reelmock.contracts.report import Case, Report
from reelmock.mockserver.check import Plan, check_list, conclude, could_not_run, exit_code, write_reports
from reelmock.mockserver.check_plan import Tally
from reelmock.tests.mockserver.checking import options

URL = "http://127.0.0.1:1"
PROOF = Proof("curl -sS", "404", "200", "documented")
RULE = "unknown_id_is_404"


def finding(severity: Severity = Severity.ERROR, message: str = "it is 200", rule: str = RULE) -> Finding:
    return Finding(rule, severity, URL, "GET:unknown_id:uuid", message, "Look", "", PROOF)


def planned(*baseline: Accepted) -> Plan:
    return Plan(URL, lambda _: REPORT, baseline)


REPORT = Report(f"reelmock check {URL}", (finding(),), (Case(RULE, "", 2), Case("error_shape", "", 1)))


def test_drift_is_told_and_ends_with_1() -> None:
    done = conclude(planned(), REPORT, options(), None)
    assert done.code == 1
    assert done.lines == [
        f"drift unknown_id_is_404: {URL} at GET:unknown_id:uuid: it is 200. Look.",
        "  curl -sS",
        "  expected: 404",
        "  came: 200",
        "  evidence: documented",
        "",
        "check              cost  requests  verdict",
        "-----------------  ----  --------  --------",
        "error_shape        free  1         conforms",
        "unknown_id_is_404  free  2         drift 1",
        "",
        f"{URL} does not conform: 2 checks judged, drift 1",
    ]


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARNING])
def test_what_is_no_drift_ends_with_0(severity: Severity) -> None:
    assert exit_code(replace(REPORT, findings=(finding(severity),))) == 0


def test_what_could_not_be_judged_ends_with_2() -> None:
    assert exit_code(replace(REPORT, findings=(), cases=(Case(RULE, "", 0, "late"),))) == 2
    assert exit_code(replace(REPORT, findings=(), cases=())) == 2


@pytest.mark.parametrize("severity", [Severity.ERROR, Severity.INFO])
def test_what_is_accepted_does_not_count(severity: Severity) -> None:
    report = replace(REPORT, findings=(finding(severity),))
    accepted = Accepted(1, RULE, "GET:*", "known")
    done = conclude(planned(accepted), report, options(baseline=Path("known.txt")), None)
    assert (done.code, done.lines[-1]) == (0, f"{URL} conforms: 2 checks judged, accepted 1")
    assert done.lines[3] == "unknown_id_is_404  free  2         accepted 1"


def test_a_line_of_the_baseline_that_covers_nothing_is_a_warning() -> None:
    stale = planned(Accepted(4, RULE, "POST:*", "known"))
    baseline, report = Path("known.txt"), replace(REPORT, findings=())
    done = conclude(stale, report, options(baseline=baseline, recording=(Path("a.har"),)), None)
    assert (done.code, done.lines[0]) == (
        0,
        f"warning unused-ignore: known.txt: line 4: there is no {RULE} at POST:* any more. Take the line out.",
    )
    done = conclude(stale, report, options(baseline=baseline, url=URL), None)
    assert done.lines[0].endswith(". Take the line out, unless it is about what --paid or --probe shows.")
    done = conclude(stale, report, options(baseline=baseline, url=URL, paid=1), None)
    assert done.lines[0].endswith(". Take the line out, unless it is about what did not happen this time.")


@pytest.mark.parametrize(
    ("cases", "findings", "model"),
    [
        ((Case("error_shape", "", 1),), (), "*"),
        ((Case(RULE, "", 0, "needs a key"), Case("error_shape", "", 1)), (), "*"),
        ((Case(RULE, "", 0), Case("error_shape", "", 1)), (), "*"),
        ((Case(RULE, "", 1),), (), "runway/*"),
        ((Case(RULE, "", 1),), (finding(Severity.WARNING, rule="request_limit"),), "*"),
    ],
    ids=["not asked for", "skipped", "nothing was seen", "a part of the models", "ended early"],
)
def test_what_was_not_looked_for_is_not_called_stale(
    cases: tuple[Case, ...], findings: tuple[Finding, ...], model: str
) -> None:
    report = Report("", findings, cases)
    baseline = options(baseline=Path("known.txt"), model=model)
    done = conclude(planned(Accepted(4, RULE, "*", "known")), report, baseline, None)
    assert "unused-ignore" not in "\n".join(done.lines)


def test_what_ctrl_c_left_is_told_with_what_it_may_have_cost() -> None:
    limit = finding(Severity.WARNING, "not everything was sent", rule="request_limit")
    tally = Tally(sent=3, taken=1, ids=["boat-1"], interrupted=True)
    done = conclude(replace(planned(), tally=tally), replace(REPORT, findings=(limit,)), options(), None)
    assert done.lines[0] == (
        f"warning interrupted: {URL} at GET:unknown_id:uuid: Ctrl-C: broken off after 3 requests; 1 generation may "
        "have been charged (made: boat-1). Run it again for the rest."
    )


def test_a_check_that_could_not_run_is_an_error_in_its_reports(tmp_path: Path) -> None:
    """One that could not be written is none."""
    files = tmp_path / "a.xml", tmp_path / "a.json", tmp_path / "a.pdf", tmp_path / "gone" / "a.xml"
    written = could_not_run(options(url=URL, reports=files), "nobody is there.")
    assert [*written] == [*files[:2]]
    [case] = fromstring(written[files[0]]).iter("testcase")
    assert [(child.tag, child.get("message")) for child in case] == [("failure", "nobody is there")]
    assert json.loads(written[files[1]])["findings"] == [
        {
            "id": "could_not_run",
            "severity": "error",
            "file": URL,
            "pointer": "",
            "model": "",
            "message": "nobody is there",
            "done": "Mend that, and run it again",
        }
    ]


def test_github_gets_annotations_instead_of_the_text() -> None:
    done = conclude(planned(), REPORT, options(github=True), None)
    assert done.lines[0].startswith("::error title=unknown_id_is_404::")
    assert done.lines[1:3] == ["", "check              cost  requests  verdict"]


def test_reports_are_written_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = tmp_path / "a.xml", tmp_path / "a.json"
    files[0].write_text("old")
    write_reports(conclude(planned(), REPORT, options(reports=files), None).files)
    assert files[0].read_text().startswith("<?xml ")
    assert json.loads(files[1].read_text())["summary"] == {"error": 1, "warning": 0, "info": 0}

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device", source)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match=r"the report can't be written \(No space left on device\)") as caught:
        write_reports({files[1]: "new"})
    assert caught.value.filename == str(files[1])
    assert files[1].read_text().startswith("{")
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_the_list_has_each_check_with_its_cost_rule_and_what_it_does() -> None:
    lines = check_list(60)
    assert [line for line in lines if not line.startswith(" ")] == [
        f"{check.name} ({check.cost.word})" for check in CHECKS.values()
    ]
    assert max(map(len, lines)) <= 60
    told = " ".join(" ".join(lines).split())
    for check in CHECKS.values():
        assert f"{check.rule} Sends {check.sends}. Expects {check.expects}." in told
