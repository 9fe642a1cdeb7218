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
