"""The section of the plugin in the report of a failed test."""

from pathlib import Path

from reelmock.tests.pytest_plugin.downstream import run_pytest


def test_the_report_of_a_failed_test_shows_the_journal_and_the_seed(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        def test_it(reelmock_api):
            poll(create().json()["id"])
            assert False
        """,
    ).stdout
    section = output.partition("- reelmock_api -")[2]
    assert "seed: test_client.py::test_it" in section, output
    assert "1  0.0      https://api.aimlapi.com  POST /v2/video/generations" in section
    assert "sk-test" not in section


def test_the_report_shows_the_journals_of_both_fakes_of_a_test(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        def test_it(reelmock_api, reelmock_server):
            create()
            requests.get(f"{reelmock_server.url}/v2/nothing")
            assert False

        def test_the_other_way_round(reelmock_server, reelmock_api):
            create()
            assert False
        """,
    ).stdout
    first, _, second = output.partition("_ test_the_other_way_round _")
    inside, _, server = first.partition("- reelmock_api -")[2].partition("- reelmock_server -")
    assert "POST /v2/video/generations  200 queued" in inside, output
    assert "/v2/nothing" not in inside
    assert "<ReelMock http://127.0.0.1:" in server
    assert "GET /v2/nothing  404" in server
    assert second.index("- reelmock_server -") < second.index("- reelmock_api -"), output


def test_a_refusal_is_explained_with_its_own_figures(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        @pytest.mark.reelmock(credits=5)
        def test_it(reelmock_api):
            create()
            assert False
        """,
    ).stdout
    assert "request 1, 403 insufficient_credits: You've run out of credits." in output, output
    assert "This generation costs 1,040,000 credits, and 5 are available: 0 are reserved" in output


def test_the_report_says_what_rules_there_were_and_what_they_decided(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        def test_it(reelmock_api):
            reelmock_api.when(nth=1, key="sk-test").drops()
            reelmock_api.when(on="clip").responds(404)
            with pytest.raises(requests.ConnectionError):
                create()
            requests.post(URL, json=PAYLOAD, headers=KEY | {"Prefer": "code=503"})
            assert False
        """,
    ).stdout
    section = output.partition("- reelmock_api -")[2]
    assert "POST /v2/video/generations  200 queued (by rule-1)" in section, output
    assert "POST /v2/video/generations  503 (preferred: code=503)" in section
    assert 'rule-1 (nth = 1, fault = "reset") decided 1 of the 2 requests like it' in section
    assert 'rule-2 (on = "clip", code = 404) decided 0 of the 0 requests like it' in section
    assert "request 2, 503: Service unavailable." in section
    assert "sk-test" not in section


def test_a_test_that_was_broken_off_is_not_told_of_the_rules_it_did_not_get_to(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        def test_failed(reelmock_api):
            reelmock_api.when(nth=5).responds(503)
            assert False

        def test_failed_with_the_server(reelmock_server):
            reelmock_server.when(nth=5).responds(503)
            assert False

        def test_skipped(reelmock_api):
            reelmock_api.when(nth=5).responds(503)
            pytest.skip("not today")

        @pytest.mark.xfail
        def test_expected(reelmock_api):
            reelmock_api.when(nth=5).responds(503)
            assert False
        """,
        "-Werror",
    ).stdout
    assert "2 failed, 1 skipped, 1 xfailed in" in output, output


def test_a_test_that_passed_is_told_of_them(tmp_path: Path) -> None:
    output = run_pytest(
        tmp_path,
        """
        def test_it(reelmock_api):
            reelmock_api.when(nth=5).responds(503)
        """,
    ).stdout
    assert "UnusedRuleWarning: the rule (nth = 5, code = 503) decided nothing" in output, output
