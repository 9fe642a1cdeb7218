"""Findings as GitHub's annotations: at their file, if they have one, with all that proves them."""

from dataclasses import replace

import pytest

from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.report_github import github_lines
from reelmock.tests.contracts.reports import DRIFT, ERROR, LEARNED, NOTE, WARNING, report

ODD = Finding("a:b,c", Severity.ERROR, "d%\r\ne", "/x,y:z", "first\r\nsecond, third", "100%")


@pytest.mark.parametrize(
    ("finding", "line"),
    [
        (ERROR, "::error file=a/b.json,title=enum-type::/x: the enum is odd. Left out."),
        (WARNING, "::warning file=b.json,title=default-type::it is 100 %25 odd. Read as 5."),
        (NOTE, "::notice file=C%3A\\d%2Ce.json,title=several-paths::/paths: there are two. Both are read."),
        (ODD, "::error file=d%25%0D%0Ae,title=a%3Ab%2Cc::/x,y:z: first%0D%0Asecond, third. 100%25."),
        (
            DRIFT,
            "::error title=unknown_id_is_404::https://api.test at GET:unknown_id:uuid: an id that was never given is "
            "found. Tell the provider.%0Acurl -sS -i https://api.test/films%0Aexpected: 404, since the id was never "
            "given%0Acame: 200%0Aevidence: documented: the page (/paths/~1films)",
        ),
        (
            replace(LEARNED, pointer=""),
            "::notice title=unsupported_method::https://api.test: there is no Allow. Nothing has to be done."
            "%0Aexpected: 405 with Allow%0Acame: 405%0Aevidence: inferred",
        ),
        (
            replace(LEARNED, file="traffic.har", pointer="log/entries/3"),
            "::notice file=traffic.har,title=unsupported_method::log/entries/3: there is no Allow. Nothing has to be "
            "done.%0Aexpected: 405 with Allow%0Acame: 405%0Aevidence: inferred",
        ),
    ],
)
def test_a_finding_is_one_workflow_command(finding: Finding, line: str) -> None:
    """What GitHub would read as its own is escaped, and a server is no file of the checkout."""
    assert github_lines(report(finding)) == [line]
