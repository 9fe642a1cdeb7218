"""Keys taken out of a report, wherever a server or a recording has put them."""

import json
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from html import escape

from reelmock.contracts.findings import Finding
from reelmock.contracts.report import Report

MASK = "****"

# A key that is shorter than this is replaced only where it stands alone: `a` is in most words.
LONG = 8

# One that is shorter than this only where it stands as a credential.
SHORT = 4


def masker(secrets: Collection[str]) -> Callable[[str], str]:
    """What replaces every secret in a text, also as URLs, JSON and HTML write it."""
    found = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
    if not found:
        return str
    pattern = re.compile("|".join(map(_form, found)))
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


def _form(secret: str) -> str:
    """Finds a secret; a short one alone, and one that is no longer than a word in any text as a credential."""
    spelled = "".join(map(_spellings, secret))
    if len(secret) >= LONG:
        return spelled
    before = r"(?<![\w-])" if len(secret) >= SHORT else r"(?<=[Bb]earer )"
    return rf"{before}{spelled}(?![\w-])"


def _spellings(character: str) -> str:
    """Finds a character as it is, or escaped by a URL, JSON or HTML."""
    plain = re.escape(character)
    if character.isascii() and character.isalnum():
        return plain
    code = ord(character)
    in_url = "".join(f"(?i:%{byte:02x})" for byte in character.encode("utf-8", "surrogatepass"))
    in_json = re.escape(json.dumps(character)[1:-1])
    in_html = [f"&#0*{code};", rf"(?i:&#x0*{code:x};)", re.escape(escape(character))]
    forms = [plain, rf"\\{plain}", rf"(?i:\\u{code:04x})", in_json, in_url, *in_html]
    if character == " ":
        forms.append("[+]")
    return f"(?:{'|'.join(dict.fromkeys(forms))})"
