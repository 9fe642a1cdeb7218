"""Findings and reports for the tests of each writer."""

from hypothesis import strategies as st

from reelmock.contracts.findings import Finding, Proof, Severity
from reelmock.contracts.report import Case, Report

ERROR = Finding("enum-type", Severity.ERROR, "a/b.json", "/x", "the enum is odd", "Left out")
WARNING = Finding("default-type", Severity.WARNING, "b.json", "", "it is 100 % odd", "Read as 5")
NOTE = Finding("several-paths", Severity.INFO, "C:\\d,e.json", "/paths", "there are two", "Both are read")

PROOF = Proof(
    "curl -sS -i https://api.test/films",
    "404, since the id was never given",
    "200",
    "documented: the page (/paths/~1films)",
)
DRIFT = Finding(
    "unknown_id_is_404",
    Severity.ERROR,
    "https://api.test",
    "GET:unknown_id:uuid",
    "an id that was never given is found",
    "Tell the provider",
    "acme/balloon",
    PROOF,
)
LEARNED = Finding(
    "unsupported_method",
    Severity.INFO,
    "https://api.test",
    "PUT:/films",
    "there is no Allow",
    "Nothing has to be done",
    proof=Proof("", "405 with Allow", "405", "inferred"),
)

TEXTS = st.text(max_size=8) | st.sampled_from(
    ["\x1b[2J", "\x7f", "\x9b1m", "\r\n::error::x", "\u202e", "\ud800", "\ufffe", "\x00", "]]>", "<a b='\"'>&", "\x85"]
)
PROOFS = st.none() | st.builds(Proof, TEXTS, TEXTS, TEXTS, TEXTS)
FINDINGS = st.builds(Finding, TEXTS, st.sampled_from(Severity), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, PROOFS)
CASES = st.builds(Case, TEXTS, TEXTS, st.integers(0, 9), TEXTS)
REPORTS = st.builds(Report, TEXTS, st.lists(FINDINGS, max_size=3).map(tuple), st.lists(CASES, max_size=3).map(tuple))


def report(*findings: Finding, cases: tuple[Case, ...] = ()) -> Report:
    """What `reelmock do this` has found."""
    return Report("reelmock do this", findings, cases)
