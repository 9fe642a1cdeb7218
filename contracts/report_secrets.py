"""Keys taken out of a report, wherever a server or a recording has put them."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from urllib.parse import quote, quote_plus

from reelmock.contracts.findings import Finding
from reelmock.contracts.report import Report

MASK = "****"

# A key that is shorter than this is replaced only where it stands alone: `a` is in most words.
LONG = 8

# One that is shorter than this only where it stands as a credential.
SHORT = 4


def masker(secrets: Collection[str]) -> Callable[[str], str]:
    """What replaces every secret in a text, also as URLs and JSON write it."""
    forms = sorted({form for secret in secrets if secret for form in _forms(secret)}, key=len, reverse=True)
    if not forms:
        return str
    pattern = re.compile("|".join(re.escape(form) if len(form) >= LONG else _alone(form) for form in forms))
    return lambda words: pattern.sub(MASK, words)


def without_secrets(report: Report, secrets: Collection[str]) -> Report:
    """The report with every secret in its texts masked."""
    if not any(secrets):
        return report
    clean = masker(secrets)

    def cleaned(finding: Finding) -> Finding:
        proof = finding.proof
        return replace(
            finding,
            file=clean(finding.file),
            pointer=clean(finding.pointer),
            message=clean(finding.message),
            done=clean(finding.done),
            proof=proof
            and replace(
                proof,
                curl=clean(proof.curl),
                expected=clean(proof.expected),
                came=clean(proof.came),
                evidence=clean(proof.evidence),
            ),
        )

    return replace(
        report,
        title=clean(report.title),
        findings=tuple(map(cleaned, report.findings)),
        cases=tuple(replace(case, skipped=clean(case.skipped)) for case in report.cases),
    )


def _forms(secret: str) -> Iterator[str]:
    yield from (secret, quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1])


def _alone(form: str) -> str:
    """Finds a short secret: alone, or if it is no longer than a word in any text, as a credential."""
    before = r"(?<![\w-])" if len(form) >= SHORT else r"(?<=[Bb]earer )"
    return rf"{before}{re.escape(form)}(?![\w-])"
