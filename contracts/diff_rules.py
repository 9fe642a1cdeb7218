"""The rules of a comparison: what each is called, how much it matters to a client, and what to do about it.

An error means that a request which was right is refused, or that a reply can't be read as before; a warning, that the
same request may give another result, or that a reply may bring what a client does not know.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reelmock.contracts.findings import Severity

ERR, WARN, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO

# The words of the command line.
LEVELS: Mapping[str, Severity] = {"ERR": ERR, "WARN": WARN, "INFO": INFO}


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of change: its stable id, its level, when it holds, and what a client should do."""

    id: str
    level: Severity
    when: str
    remedy: str


CLIENT = "Change the requests before the new document holds"
READER = "Change what reads the reply before the new document holds"
NOTHING = "Nothing has to be done"
KNOW = "See that the client copes with it"

# Of routes, security, parameters, bodies, models and replies as such.
STRUCTURE = (
    Rule("server-removed", ERR, "a base URL is gone", "Change the base URL"),
    Rule("server-added", INFO, "there is another base URL", NOTHING),
    Rule("route-removed", ERR, "a path with all its methods is gone", "Use another route"),
    Rule("route-added", INFO, "there is another path", NOTHING),
    Rule("method-removed", ERR, "a path has lost a method", "Use another operation"),
    Rule("method-added", INFO, "a path has another method", NOTHING),
    Rule("security-tightened", ERR, "a key is wanted that was not, or another one", "Send what is wanted now"),
    Rule("security-loosened", INFO, "a request needs less of a key, or may have another", NOTHING),
    Rule("request-parameter-added", INFO, "there is another parameter, which may be left out", NOTHING),
    Rule("request-parameter-added-required", ERR, "there is another parameter, and it is required", CLIENT),
    Rule("request-parameter-removed", WARN, "a parameter is gone: nobody reads what is sent", "Stop sending it"),
    Rule("request-parameter-became-required", ERR, "a parameter is required now", CLIENT),
    Rule("request-parameter-became-optional", INFO, "a parameter may be left out now", NOTHING),
    Rule("request-body-added", ERR, "a body is wanted where there was none", CLIENT),
    Rule("request-body-removed", WARN, "a body is not read any more", "Stop sending it"),
    Rule("request-body-became-required", ERR, "the body is required now", CLIENT),
    Rule("request-body-became-optional", INFO, "the body may be left out now", NOTHING),
    Rule("request-media-type-removed", ERR, "the body may not come in this media type any more", CLIENT),
    Rule("request-media-type-added", INFO, "the body may come in another media type", NOTHING),
    Rule("model-removed", ERR, "no model answers to an id any more", "Use another model"),
    Rule("model-added", INFO, "there is another model", NOTHING),
    # A warning, since documents rename models that the API goes on taking by the old id.
    Rule(
        "model-renamed",
        WARN,
        "a model of the same schema, or aliases, has another id; the old one is gone",
        "Send the new id",
    ),
    Rule("model-id-became-alias", INFO, "a model has another first id, and still answers to the old one", NOTHING),
    Rule("model-alias-removed", ERR, "a model does not answer to another name any more", "Send the model's id"),
    Rule("model-alias-added", INFO, "a model answers to another name as well", NOTHING),
    Rule("response-success-status-changed", ERR, "success is told by another status", READER),
    Rule("response-status-added", WARN, "there is another status", KNOW),
    Rule("response-status-removed", INFO, "a status does not come any more", NOTHING),
    Rule("response-media-type-changed", ERR, "the body comes in another media type", READER),
    Rule("response-body-removed", ERR, "a reply has no body any more", READER),
    Rule("response-body-added", INFO, "a reply has a body where it had none", NOTHING),
    Rule("response-header-removed", WARN, "a header of a reply is gone", "Do without it"),
    Rule("response-header-added", INFO, "a reply has another header", NOTHING),
    Rule("response-status-word-added", ERR, "a job may be in a state that the client does not know", KNOW),
    Rule("response-status-word-removed", INFO, "a job is never in this state any more", NOTHING),
)

# Kind of a change of a schema → when it holds, its level in a request and in a reply; None where it means nothing.
KINDS: Mapping[str, tuple[str, Severity | None, Severity | None]] = {
    "type-changed": ("a value is of another type", ERR, ERR),
    "type-narrowed": ("a value is of fewer types", ERR, INFO),
    "type-widened": ("a value may be of more types", INFO, ERR),
    "became-nullable": ("a value may be null", INFO, ERR),
    "became-not-nullable": ("a value may not be null any more", ERR, INFO),
    "enum-value-removed": ("a listed value is gone", ERR, INFO),
    "enum-value-added": ("another value is listed", INFO, WARN),
    "enum-set": ("values are listed where any was taken", ERR, INFO),
    "enum-lifted": ("any value is taken where they were listed", INFO, WARN),
    "bound-tightened": ("a bound of a value, a length or a count is tighter", ERR, INFO),
    "bound-loosened": ("a bound of a value, a length or a count is looser, or gone", INFO, WARN),
    "format-set": ("a value has to be of a format", ERR, INFO),
    "format-lifted": ("a value need not be of a format any more", INFO, WARN),
    "format-changed": ("a value is of another format", ERR, ERR),
    "pattern-set": ("a value has to match a pattern", ERR, INFO),
    "pattern-lifted": ("a value need not match a pattern any more", INFO, WARN),
    "pattern-changed": ("a value has to match another pattern", ERR, WARN),
    "rule-set": ("another keyword limits the values", ERR, INFO),
    "rule-lifted": ("a keyword does not limit the values any more", INFO, WARN),
    "rule-changed": ("a keyword limits the values in another way", ERR, WARN),
    "default-changed": ("something else is meant when nothing is given", WARN, None),
    "combination-forbidden": ("values do not go together any more", ERR, INFO),
    "combination-allowed": ("values go together that did not", INFO, WARN),
    "alternative-removed": ("one of several shapes of a value is gone", ERR, INFO),
    "alternative-added": ("a value may be of another shape", INFO, WARN),
    "added": ("there is another member, which may be left out or may not come", INFO, INFO),
    "added-required": ("there is another member, and it is required", ERR, INFO),
    "removed": ("a member is gone", WARN, ERR),
    "refused": ("a member is refused that was taken", ERR, ERR),
    "became-required": ("a member is required now, or always comes", ERR, INFO),
    "became-optional": ("a member may be left out now, or may not come", INFO, ERR),
    "others-refused": ("members that are not declared are refused", ERR, INFO),
    "others-taken": ("members that are not declared are taken", INFO, INFO),
}

REQUEST, PARAMETER, RESPONSE = "request-property", "request-parameter", "response-property"


def _schema_rules(prefix: str, side: int) -> list[Rule]:
    """The rules about schemas in one place; a parameter's own presence is told by rules of its own."""
    own = {rule.id for rule in STRUCTURE}
    found = []
    for kind, (when, *levels) in KINDS.items():
        level, name = levels[side], f"{prefix}-{kind}"
        if level is not None and name not in own:
            remedy = NOTHING if level is INFO else (CLIENT, READER)[side]
            found.append(Rule(name, level, when, remedy))
    return found


RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        *STRUCTURE,
        *_schema_rules(REQUEST, 0),
        *_schema_rules(PARAMETER, 0),
        *_schema_rules(RESPONSE, 1),
    )
}

# Kinds that leave fewer values, and more of them.
NARROWER = frozenset(kind for kind, (_, request, _) in KINDS.items() if request is ERR)
WIDER = frozenset(kind for kind, (_, _, response) in KINDS.items() if response in (ERR, WARN))
