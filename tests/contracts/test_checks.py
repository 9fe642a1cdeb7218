"""The checks by name, and what becomes of what they find: drift first, what is alike once, keys masked."""

from collections.abc import Iterator

import pytest

from reelmock.contracts import check_lives, check_refusals, check_replies, check_requests
from reelmock.contracts.checks import CHECKS, REMEDIES, cases, judge
from reelmock.contracts.evidence import Evidence
from reelmock.contracts.findings import Finding, Severity
from reelmock.contracts.judging import Check, Failure, Seen
from reelmock.contracts.report import Case
from reelmock.contracts.trials import Attempt, Cost, Kind
from reelmock.tests.contracts.checking import HOUSE, attempt_of

# The names are promised to users: in baselines, on the command line, in reports.
NAMES = [
    *("status_code_conformance", "content_type_conformance", "response_schema_conformance"),
    *("response_headers_conformance", "positive_data_acceptance", "negative_data_rejection", "error_shape"),
    *("unsupported_method", "ignored_auth", "unknown_id_is_404", "created_id_is_retrievable", "id_is_stable"),
    *("ids_are_unique", "status_never_goes_back", "terminal_is_final", "completed_has_video", "error_has_reason"),
    *("video_is_downloadable", "undeclared_response_field", "isolation_between_keys", "request_conformance"),
]
each_check = pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)


def test_the_names_of_the_checks() -> None:
    assert list(CHECKS) == NAMES


@each_check
def test_a_check_has_a_rule_and_says_what_it_sends_and_expects_and_may_cost(check: Check) -> None:
    assert check.rule.endswith(".")
    assert check.rule[0].isupper()
    assert "  " not in check.rule
    assert check.sends
    assert check.expects
    assert not check.sends.endswith(".")
    assert check.kinds
    assert check.cost in (Cost.FREE, Cost.PAID)


@each_check
def test_a_check_is_free_if_anything_that_it_sends_is(check: Check) -> None:
    free = {Kind.KEYLESS, Kind.KEYLESS_BROKEN, Kind.UNKNOWN_ID, Kind.NO_ID, Kind.METHOD, Kind.RECORDED}
    assert (check.cost is Cost.FREE) is bool(check.kinds & free)


@each_check
def test_a_check_finds_nothing_where_nothing_was_seen(check: Check) -> None:
    assert [*check.judge(Seen(HOUSE, ()))] == []


def test_every_public_check_of_the_modules_is_listed() -> None:
    modules = (check_replies, check_refusals, check_requests, check_lives)
    judges = {
        name
        for module in modules
        for name, made in vars(module).items()
        if not name.startswith("_") and getattr(made, "__annotations__", {}).get("return") == Iterator[Failure]
    }
    assert judges == set(CHECKS)


def test_every_kind_of_trial_is_about_some_check() -> None:
    """Else it would be sent, and nobody would look."""
    particular = [check.kinds for check in CHECKS.values() if check.kinds != frozenset(Kind)]
    assert frozenset().union(*particular) == frozenset(Kind)


SURE, GUESS = Evidence("documented", "a page", "/paths"), Evidence("inferred", "", "/paths")


def of_model(model: str, kind: Kind = Kind.VALID, case: str = "POST:a") -> Attempt:
    return attempt_of(kind, 200, {"id": "a"}, model=model, case=case)


def found(*failures: Failure, name: str = "error_shape") -> tuple[Finding, ...]:
    """The findings of a check that finds these failures."""

    def judging(seen: Seen) -> Iterator[Failure]:
        """Any."""
        yield from failures

    judging.__name__ = name
    check = Check(judging, frozenset({Kind.VALID}), Cost.FREE, "a", "b")
    return judge(Seen(HOUSE, ()), [check], "https://a.example", lambda request: f"curl {request.method}")


def test_a_finding_has_what_the_failure_rests_on() -> None:
    (finding,) = found(Failure(of_model("m"), "it was taken", "401", SURE))
    assert (finding.id, finding.severity, finding.file, finding.pointer, finding.model) == (
        *("error_shape", Severity.ERROR, "https://a.example", "POST:a", "m"),
    )
    assert (finding.message, finding.done) == ("it was taken", REMEDIES[Severity.ERROR])
    proof = finding.proof
    assert proof is not None
    assert (proof.curl, proof.expected, proof.evidence) == ("curl POST", "401", "documented: a page (/paths)")
    assert proof.came == '200 application/json: {"id": "a"}'


@pytest.mark.parametrize(
    ("name", "evidence", "done"),
    [
        ("error_shape", SURE, "Accept it with a baseline, or use a document that says so"),
        ("error_shape", GUESS, "The document only guessed, so nothing has to be done"),
        (
            "ignored_auth",
            SURE,
            "Where any key will do, as with `reelmock serve` without --api-key, check without one: --api-key '', which "
            "goes before AIMLAPI_API_KEY; "
            "else accept it with a baseline",
        ),
        ("ignored_auth", GUESS, "The document only guessed, so nothing has to be done"),
    ],
)
def test_a_finding_says_what_to_do(name: str, evidence: Evidence, done: str) -> None:
    (finding,) = found(Failure(of_model("m"), "no", "yes", evidence), name=name)
    assert finding.done == done


@pytest.mark.parametrize(("status", "open_door"), [(200, True), (404, True), (403, False), (500, False)])
def test_only_a_server_that_looks_behind_a_wrong_key_may_take_any(status: int, *, open_door: bool) -> None:
    attempt = attempt_of(Kind.KEYLESS, status, {})
    (finding,) = found(Failure(attempt, "no", "401", SURE), name="ignored_auth")
    assert finding.done.startswith("Where any key will do") is open_door


def test_a_failure_may_have_a_case_of_its_own() -> None:
    (finding,) = found(Failure(of_model("m"), "no", "yes", SURE, "GET:other"))
    assert finding.pointer == "GET:other"


def test_what_many_attempts_show_is_told_once() -> None:
    first, second = Failure(of_model("m"), "no", "yes", SURE), Failure(of_model("m"), "no", "never", SURE)
    (finding,) = found(first, second, second)
    assert finding.message == "no (and 2 more times)"
    assert finding.proof is not None
    assert finding.proof.expected == "yes"


def test_alike_are_the_case_the_message_and_the_severity() -> None:
    attempt = of_model("m")
    different = [
        Failure(attempt, "no", "yes", SURE),
        Failure(attempt, "no", "yes", GUESS),
        Failure(attempt, "never", "yes", SURE),
        Failure(attempt, "no", "yes", SURE, "GET:b"),
    ]
    assert len(found(*different)) == 4


def test_what_models_have_in_common_is_about_none_of_them() -> None:
    first, second = (Failure(of_model(model), "no", "yes", SURE) for model in ("m", "n"))
    assert [finding.model for finding in found(first, second)] == [""]
    assert [finding.model for finding in found(first, first)] == ["m"]


def test_of_a_recording_nothing_can_be_repeated() -> None:
    (finding,) = found(Failure(of_model("m", Kind.RECORDED), "no", "yes", SURE))
    assert finding.proof is not None
    assert finding.proof.curl == ""


def test_drift_comes_first_then_the_checks_in_their_order_then_the_cases() -> None:
    seen = Seen(HOUSE, ())

    def of(name: str, *failures: tuple[str, Evidence]) -> Check:
        def judging(_: Seen) -> Iterator[Failure]:
            yield from (Failure(of_model(""), case, "", evidence, case) for case, evidence in failures)

        judging.__name__ = name
        return Check(judging, frozenset(), Cost.FREE, "", "")

    checks = [of("id_is_stable", ("b", SURE), ("a", SURE)), of("ignored_auth", ("c", GUESS), ("d", SURE))]
    ordered = [(one.id, one.pointer) for one in judge(seen, checks, "", lambda _: "")]
    assert ordered == [("ignored_auth", "d"), ("id_is_stable", "a"), ("id_is_stable", "b"), ("ignored_auth", "c")]


# Check → the cases that it has over two models.
CASES = {
    "response_schema_conformance": ["m", "n"],
    "negative_data_rejection": ["", "m", "n"],
    "ignored_auth": ["", "m", "n"],
    "status_code_conformance": ["", "m", "n"],
    "unsupported_method": [""],
    "unknown_id_is_404": [""],
    "request_conformance": [""],
}


@pytest.mark.parametrize("name", CASES)
def test_a_check_has_a_case_for_each_model_that_it_is_about(name: str) -> None:
    assert [case.model for case in cases([CHECKS[name]], ["m", "n"])] == CASES[name]


@each_check
def test_a_document_without_models_has_one_case_a_check(check: Check) -> None:
    assert cases([check], []) == (Case(check.name),)


def test_a_case_tells_how_often_was_asked_for_it() -> None:
    seen = Seen(HOUSE, (of_model("m"), of_model("m"), of_model("n"), of_model("m", Kind.METHOD), of_model("")))
    counted = cases([CHECKS["response_schema_conformance"]], ["m", "n", "o"], seen)
    assert [(case.model, case.requests) for case in counted] == [("m", 2), ("n", 1), ("o", 0)]
