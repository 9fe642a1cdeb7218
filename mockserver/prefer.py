"""The request header `Prefer` (RFC 7240): what a client asks the fake to do with this one request.

Prefer: outcome=error, progression="polls:3,0"          a POST: the generation that it makes
Prefer: code=429, retry-after=2                         any request: itself
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.mockserver.faults import Fault
from reelmock.mockserver.plan import Outcome
from reelmock.mockserver.rules import NOTHING, Effect, On, RuleError, read_rule

# Preference → the member of a rule's record, and how its value is read.
TEXTS: Final[Mapping[str, str]] = {name: name for name in ("progression", "outcome", "fault", "body", "latency")}
NUMBERS: Final[Mapping[str, str]] = {"code": "code", "retry-after": "retry_after"}
SHAPING: Final = frozenset({"progression", "outcome", "quirk"})
KNOWN: Final = (*TEXTS, *NUMBERS, "quirk")

# A reply that gets lost, however: what `drops()` does when no fault is named.
DROP: Final = "drop"

NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
PREFERENCE: Final = re.compile(
    r"""\s*(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*
    (?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<token>[^\s",;]*))\s*)?
    (?:;(?:"(?:[^"\\]|\\.)*"|[^",])*)?(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was asked for: the effect, the preferences as they were applied, and the names that mean nothing here."""

    effect: Effect = NOTHING
    applied: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def read_preferences(header: str, on: On, errors: Mapping[str, Outcome]) -> Preferences:
    """The preferences in a header. RuleError for a known one with a wrong value, or one that came twice."""
    record: JsonObject = {}
    applied, unknown = [], []
    pairs = _pairs(header)
    # With a code nothing is created, so there is nothing to shape.
    shaping = on is On.CREATE and all(name != "code" for name, _ in pairs)
    for name, value in pairs:
        known = name in KNOWN and (shaping or name not in SHAPING)
        if not known:
            unknown.append(name)
            continue
        member = NUMBERS.get(name) or TEXTS.get(name) or "quirks"
        if member in record:
            raise RuleError(f"the preference {name} came twice: send it once")
        record[member] = _value(name, value)
        applied.append(_told(name, value))
    if not record:
        return Preferences(unknown=tuple(unknown))
    try:
        effect = read_rule(record, "Prefer", errors).effect
    except RuleError as error:
        # What is unknown may be the rest of a value: `progression=polls:3,0` are two preferences.
        hint = '. A value with a comma stands in quotes, such as progression="polls:3,0"' if unknown else ""
        raise RuleError(f"{error}{hint}") from None
    return Preferences(effect, tuple(applied), tuple(unknown))


def _pairs(header: str) -> list[tuple[str, str]]:
    """The preferences by name, in small letters; what can't be read is a preference without a value."""
    found, at = [], 0
    while at < len(header):
        pair = PREFERENCE.match(header, at)
        if pair is None:
            comma = header.find(",", at)
            end = len(header) if comma < 0 else comma
            if odd := header[at:end].strip(" \t;"):
                found.append((odd, ""))
            at = end + 1
            continue
        quoted = pair["quoted"]
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else pair["token"] or ""
        found.append((pair["name"].lower(), value))
        at = pair.end()
    return found


def _value(name: str, value: str) -> Json:
    if name == "quirk":
        return [quirk.strip() for quirk in value.split(",")]
    if name == "fault":
        return Fault.RESET if value == DROP else value
    if name in NUMBERS and NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return value


def _told(name: str, value: str) -> str:
    """A preference as `Preference-Applied` tells it: by its name alone where a header can't carry the value."""
    if not (value.isascii() and value.isprintable()):
        return name
    if re.fullmatch(r"[\w.-]+", value, re.ASCII):
        return f"{name}={value}"
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'{name}="{escaped}"'
