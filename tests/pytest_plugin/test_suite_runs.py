"""What the tests of a suite tell: they pass, fail, warn or are skipped by what came of one run, and show no key."""

import re
from pathlib import Path

import pytest

from reelmock.contracts.contract import load_contract
from reelmock.pytest_plugin.suite_runs import IN_FULL
from reelmock.tests.pytest_plugin.suite_project import OURS, THEIRS, run_suite

DATA = Path(__file__).parent.parent / "data"


def test_drift_fails_its_own_test_and_tells_how_to_repeat_it(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        CHECKS = ("unknown_id_is_404", "error_shape")
        test_our_fake = contract_suite(taking_unknown_ids, api_key=OURS, checks=CHECKS)
        """,
    )
    report = output.partition("_ test_our_fake[unknown_id_is_404] _")[2].partition("= short test summary")[0]
    drift = (
        "drift unknown_id_is_404: http://taking_unknown_ids.localhost at GET:unknown_id:nanoid: an id that was never "
        "given (nanoid) was taken. Accept it with a baseline, or use a document that says so."
    )
    lines = report.splitlines()
    curl, expected, came, evidence = lines[lines.index(drift) + 1 :][:4]
    assert curl.startswith("  curl -sS -i 'http://taking_unknown_ids.localhost/v2/video/generations?generation_id=")
    assert curl.endswith('-H "authorization: Bearer $AIMLAPI_API_KEY"')
    assert expected == "  expected: 404"
    assert came == '  came: 200 application/json: {"id": 1, "status": "queued", "for": "Bearer ****"}'
    assert evidence.startswith("  evidence: ")
    assert "1 failed, 2 passed" in output, output


def test_a_function_has_to_return_a_response_and_the_run_ends_at_the_first_that_is_none(tmp_path: Path) -> None:
    odd = {
        "None": "None: wanted a reelmock.Response, such as Response(404, (('content-type', 'application/json'),), b",
        "(404, {}, b'')": "(404, dict, bytes): wanted a reelmock.Response",
        '{"status": 404}': "dict: wanted a reelmock.Response",
        "ENGINE.handle(request)": "reelmock.mockserver.reply.Reply: wanted a reelmock.Response",
        "later(request)": "coroutine: wanted a reelmock.Response",
        'Response("404")': "a Response whose status is str: wanted a number from 100 to 999",
        "Response(0)": "a Response whose status is 0: wanted a number from 100 to 999",
        'Response(404, (), "{}")': "a Response whose body is str: wanted bytes, such as text.encode()",
        "Response(404, None)": "a Response with None in its headers: wanted pairs of texts",
        'Response(404, (("content-length", 0),))': "a Response with (str, 0) in its headers: wanted pairs of texts",
        'Response(404, ("allow: GET",))': "a Response with str in its headers: wanted pairs of texts",
    }
    suites = "\n".join(f"test_{number} = suite(lambda request: {reply})" for number, reply in enumerate(odd))
    output = run_suite(
        tmp_path,
        f"""
async def later(request: Request) -> Response:
    return conforming(request)

def suite(reply):
    def send(request: Request) -> Response:
        ASKED.append(request)
        return reply(request)

    return contract_suite(send, api_key=OURS, checks="unknown_id_is_404", pause=pytest.fail)

{suites}

def test_each_was_asked_once():
    assert len(ASKED) == {len(odd)}
""",
    )
    for number, told in enumerate(odd.values()):
        begin = f"test_{number}[unknown_id_is_404] - Failed: send() answered GET /v2/video/generations with "
        assert begin + told in output, output
    assert f"{len(odd)} failed, 1 passed" in output
    assert "Traceback" not in output
    assert "never awaited" not in output


def test_a_function_may_write_headers_in_capitals_and_as_a_mapping(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        def capitals(request: Request) -> Response:
            reply = conforming(request)
            return replace(reply, headers=[[name.title(), value] for name, value in reply.headers])

        def mapped(request: Request) -> Response:
            reply = conforming(request)
            return replace(reply, headers={name.title(): value for name, value in reply.headers})

        SUITE = {"api_key": OURS, "paid": 1, "pause": CLOCK.advance}
        test_capitals = contract_suite(capitals, **SUITE)
        test_mapped = contract_suite(mapped, **SUITE)
        """,
    )
    assert " passed" in output, output
    assert " failed" not in output, output


def test_a_fixture_may_give_no_async_function(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        @pytest.fixture
        def ours():
            async def later(request: Request) -> Response:
                return conforming(request)

            return later

        test_later = contract_suite(fixture="ours", checks="unsupported_method")
        """,
    )
    assert "- Failed: the fixture 'ours' gave later, which is async: wanted a function that returns a reelm" in output


def test_drift_that_is_about_no_model_is_told_by_the_first_test_of_its_check(tmp_path: Path) -> None:
    """A body of no shape comes to an unknown id; as a rule, the check looks at what came of a model."""
    output = run_suite(
        tmp_path,
        f"""
        KITES = load_contract({str(DATA / "kites.json")!r})
        ENGINE = Engine(KITES, CLOCK)
        CHECKS = ("response_schema_conformance", "unknown_id_is_404")
        test_our_fake = contract_suite(taking_unknown_ids, contract=KITES, api_key=OURS, checks=CHECKS)
        """,
        "-v",
    )
    named = [
        f"test_our_fake[{model.id}-response_schema_conformance]" for model in load_contract(DATA / "kites.json").models
    ]
    assert [name for name in named if f"{name} FAILED" in output] == named[:1], output


def test_what_costs_is_skipped_with_the_reason_unless_it_is_asked_for(tmp_path: Path) -> None:
    output = run_suite(tmp_path, "test_our_fake = contract_suite(conforming)")
    assert re.search(r"SKIPPED \[\d+\] .*: needs paid generations \(paid\)", output), output
    assert re.search(r"SKIPPED \[1\] .*: needs a key \(api_key\)", output)
    assert " failed" not in output


def test_what_the_run_did_not_get_to_is_skipped_and_warned_of(tmp_path: Path) -> None:
    source = "test_our_fake = contract_suite(conforming, api_key=OURS, max_requests=3)"
    output = run_suite(tmp_path, source)
    assert re.search(r"SKIPPED \[\d+\] .*: nothing that was sent is about this", output), output
    assert re.search(
        r"test_client.py:\d+: ContractWarning: warning request_limit: http://conforming.localhost: ", output
    )
    assert "Give a higher max_requests, or fewer models with models." in output


def test_where_warnings_are_errors_drift_is_told_before_them_and_without_our_code(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        CHECK = "unknown_id_is_404"
        test_our_fake = contract_suite(taking_unknown_ids, api_key=OURS, checks=CHECK, max_requests=1)
        """,
        "-Werror",
    )
    first, *others = output.partition(" test_our_fake[unknown_id_is_404] _")[2].splitlines()[1:7]
    assert first.startswith("drift unknown_id_is_404: http://taking_unknown_ids.localhost at GET:unknown_id:"), output
    assert others[-1].startswith("ContractWarning: warning request_limit: http://taking_unknown_ids.localhost: not ")


def test_where_nobody_answers_the_first_test_fails_and_the_others_are_skipped(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path, 'test_gone = contract_suite("http://127.0.0.1:9", checks=["error_shape", "ignored_auth"])'
    )
    assert (
        "FAILED test_client.py::test_gone[error_shape] - Failed: nothing answers at http://127.0.0.1:9: 127.0.0.1:9 "
        "refused the connection: no server listens there\n"
    ) in output
    assert "test_client.py::test_gone[error_shape] says why this could not be checked\n" in output
    assert re.search(r"= 1 failed, \d+ skipped in ", output), output


def test_a_run_that_broke_off_is_not_begun_anew(tmp_path: Path) -> None:
    """It may have been paid for. A time-out breaks it off, for one: pytest-timeout calls `pytest.fail`."""
    output = run_suite(
        tmp_path,
        """
        def failing(request: Request) -> Response:
            reply = conforming(request)
            if len(ASKED) == 20:
                pytest.fail("took too long")
            if len(ASKED) > 20:
                raise AssertionError("asked again")
            return reply

        def raising(request: Request) -> Response:
            raise LookupError(f"no way for {request.header('authorization')}")

        def skipping(request: Request) -> Response:
            pytest.skip("no network")

        test_our_fake = contract_suite(failing, api_key=OURS, paid=2, pause=CLOCK.advance)
        test_other = contract_suite(raising, api_key=OURS)
        test_skipped = contract_suite(skipping, api_key=OURS)
        """,
    )
    assert re.search(r"SKIPPED \[1\] .*: no network", output), output
    assert "test_our_fake[status_code_conformance] - Failed: the checks broke off: Failed: took too long" in output
    assert "asked again" not in output.partition("short test summary")[2]
    assert "test_other[status_code_conformance] - Failed: the checks broke off: LookupError: no way for " in output
    assert 'in raising\n    raise LookupError(f"no way for ' in output
    failures = output.partition("= short test summary")[0]
    assert "suite_runs.py" not in failures, "a traceback begins in the project"
    assert re.search(r"= 2 failed, \d+ skipped in ", output), output


def test_workers_do_not_each_make_generations_unless_these_cost_nothing(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    output = run_suite(
        tmp_path,
        """
        def untouched(request: Request) -> Response:
            raise AssertionError("asked")

        CHECK = {"api_key": OURS, "checks": "error_shape"}
        test_paid = contract_suite(untouched, paid=1, **CHECK)
        test_probe = contract_suite(untouched, probe=True, **CHECK)
        test_free = contract_suite(conforming, probe=True, per_worker=True, **CHECK)
        """,
        "-n1",
    )
    for cost in ("paid=1", "probe=True"):
        assert (
            f"- Failed: {cost} may make generations that are charged, and each worker of pytest-xdist would make its "
            "own: run these tests with -n 0, or give per_worker=True where generations cost nothing\n"
        ) in output
    assert "2 failed, 2 passed, 2 skipped" in output, output


def test_keys_are_shown_nowhere(tmp_path: Path) -> None:
    """A server may send them back, a function may raise them, a time-out may come while they are sent."""
    output = run_suite(
        tmp_path,
        """
        def telling(request: Request) -> Response:
            reply, key = conforming(request), request.header("authorization") or ""
            return replace(reply, status=402, body=key.encode()) if reply.status in (401, 404) else reply

        def raising(request: Request) -> Response:
            if f"Bearer {OURS}" == (key := request.header("authorization")):
                raise LookupError(key)
            return conforming(request)

        def failing(request: Request) -> Response:
            if OURS.swapcase() in (key := request.header("authorization") or ""):
                pytest.fail(f"too late for {key}")
            return conforming(request)

        KEYS = {"api_key": OURS, "other_api_key": THEIRS, "paid": 1}
        test_drift = contract_suite(telling, pause=CLOCK.advance, **KEYS)
        test_raising = contract_suite(raising, **KEYS)
        test_failing = contract_suite(failing, **KEYS)
        test_gone = contract_suite("http://127.0.0.1:9", **KEYS)
        """,
        *("-l", "-vv", "--full-trace", "-rA"),
    )
    assert "drift isolation_between_keys" in output, output
    assert "LookupError: Bearer ****" in output
    assert "Failed: too late for Bearer ****" in output
    assert "nothing answers at" in output
    assert not re.search(f"{OURS[:-1]}|{THEIRS[:-1]}", output, re.IGNORECASE)
    assert f"****{OURS[-1]}" not in output


def test_a_mistake_in_the_arguments_shows_no_key(tmp_path: Path) -> None:
    """Its traceback shows the locals of our functions, and those of the module: hence the key is in none there."""
    output = run_suite(
        tmp_path,
        """
        del OURS, THEIRS, ENGINE
        test_odd = contract_suite("http://127.0.0.1:9", api_key=os.environ["OURS"], validation="odd")
        """,
        *("-l", "-vv", "--full-trace"),
    )
    assert "OptionError: validation='odd'" in output, output
    assert "def contract_suite" in output
    assert OURS not in output


def test_what_was_learned_fails_nothing_and_can_be_shown(tmp_path: Path) -> None:
    source = """
        def without_405(request: Request) -> Response:
            reply = conforming(request)
            return replace(reply, status=404) if reply.status == 405 else reply

        test_our_fake = contract_suite(without_405, checks=("unsupported_method", "ignored_auth"))
        """
    output = run_suite(tmp_path, source, "-Werror", "-rP")
    assert "- Captured learned call -" in output, output
    assert "\nlearned unsupported_method: http://without_405.localhost at DELETE:" in output
    assert "3 passed" in output


def test_a_baseline_accepts_drift_and_complains_of_lines_that_cover_nothing(tmp_path: Path) -> None:
    """It lies beside the test file, wherever pytest is run."""
    (tmp_path / "known.txt").write_text(
        "unknown_id_is_404 # told to them in May\nunsupported_method # mended since\nids_are_unique # not looked at\n"
    )
    source = """
        os.chdir("..")
        CHECKS = ("unknown_id_is_404", "unsupported_method", "ids_are_unique")
        test_our_fake = contract_suite(taking_unknown_ids, api_key=OURS, checks=CHECKS, baseline="known.txt")
        """
    output = run_suite(tmp_path, source)
    assert "2 passed, 1 skipped, 1 warning" in output, output
    assert re.search(
        r"test_client.py:\d+: ContractWarning: warning unused-ignore: known.txt: line 2: there is no "
        r"unsupported_method any more. Take the line out, unless it is about what paid or probe shows.",
        output,
    )
    assert "no ids_are_unique any more" not in output


def test_of_some_models_alone_or_some_requests_no_line_of_a_baseline_covers_nothing(tmp_path: Path) -> None:
    (tmp_path / "known.txt").write_text("ignored_auth # mended since")
    output = run_suite(
        tmp_path,
        """
        BASELINE = {"api_key": OURS, "checks": "ignored_auth", "baseline": "known.txt"}
        test_all = contract_suite(conforming, **BASELINE)
        test_models = contract_suite(conforming, models="pixverse/*", **BASELINE)
        test_begun = contract_suite(conforming, max_requests=3, **BASELINE)
        """,
    )
    assert len(re.findall("known.txt: line 1: there is no ignored_auth any more", output)) == 1, output
    assert "request_limit" in output


def test_a_key_that_is_missing_is_told_by_a_test_so_that_others_can_run(tmp_path: Path) -> None:
    """A secret of CI that is not set is an empty text."""
    output = run_suite(tmp_path, 'test_our_fake = contract_suite(conforming, api_key="", paid=1, checks="error_shape")')
    assert "- Failed: probes and paid generations need an API key: give one with api_key\n" in output, output


def test_drift_in_many_cases_is_told_in_full_for_the_first_ones(tmp_path: Path) -> None:
    output = run_suite(
        tmp_path,
        """
        def refusing_otherwise(request: Request) -> Response:
            reply = conforming(request)
            return replace(reply, status=422) if reply.status == 400 else reply

        test_our_fake = contract_suite(refusing_otherwise, api_key=OURS, checks="negative_data_rejection", probe=True)
        """,
    )
    report = output.partition("[pixverse/v5.5/image-to-video-negative_data_rejection] _")[2].partition("short test")[0]
    lines = report.splitlines()
    assert sum(line.startswith("  curl ") for line in lines) == IN_FULL, output
    assert sum(line.startswith("drift ") for line in lines) > IN_FULL
