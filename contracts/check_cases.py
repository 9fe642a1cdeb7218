"""Which cases a run could judge, and why it could not judge the others."""

from dataclasses import replace

from reelmock.contracts.assignment import Assignment
from reelmock.contracts.checks import CHECKS
from reelmock.contracts.contract import Contract
from reelmock.contracts.judging import Check, Seen
from reelmock.contracts.report import Case
from reelmock.contracts.trials import Cost

# Why a case was not judged that could have been.
NOTHING_SENT = "nothing that was sent is about this"

# What shows only when a generation has ended.
AT_THE_END = frozenset({"terminal_is_final", "completed_has_video", "error_has_reason", "video_is_downloadable"})

# What the lives of generations show.
OF_LIVES = (
    AT_THE_END
    | {"response_schema_conformance", "created_id_is_retrievable", "id_is_stable", "ids_are_unique"}
    | {"status_never_goes_back"}
)


def sent_or_not(case: Case, contract: Contract, assignment: Assignment) -> Case:
    """The case before a run, with the reason where nothing will be sent for it."""
    return replace(case, skipped=_why_not(CHECKS[case.rule], contract, assignment))


def judged_or_not(case: Case, assignment: Assignment, seen: Seen) -> Case:
    """The case after a run, with the reason where what was sent could not show it."""
    if not case.requests:
        return replace(case, skipped=_why_not(CHECKS[case.rule], seen.contract, assignment) or NOTHING_SENT)
    return replace(case, skipped=_not_shown(case, assignment, seen)) if case.rule in OF_LIVES else case


def _not_shown(case: Case, assignment: Assignment, seen: Seen) -> str:
    """Why the generations that were made could not show it, or ""."""
    lives = [life for life in seen.lives if life.model == case.model and life.created is not None]
    if not lives:
        return "no generation was made"
    if case.rule == "ids_are_unique":
        return "" if len(seen.lives) > 1 else "takes two generations or more"
    if case.rule != "created_id_is_retrievable" and not any(one.taken for life in lives for one in life.polls):
        return "no poll was answered"
    if case.rule in AT_THE_END and not any(life.ended for life in lives):
        return f"no generation ended in {assignment.patience:g} s (give it more with --patience)"
    return ""


def _why_not(check: Check, contract: Contract, assignment: Assignment) -> str:
    """Why nothing is sent for a check, or "" where something is."""
    bearer = any(route.bearer for route in contract.job_routes)
    if check.cost is Cost.PAID and not assignment.paid:
        return "needs paid generations (--paid)"
    if check.name == "isolation_between_keys" and not (bearer and assignment.other_key):
        return "needs another key (--other-api-key)" if bearer else "no key is wanted"
    if check.name == "unknown_id_is_404" and bearer and not assignment.key:
        return "needs a key (--api-key)"
    if check.name == "ignored_auth" and not bearer:
        return "no key is wanted"
    return ""
