"""When pytest collects: a marker is for its own test alone, and nothing of a project is woken up."""

from pathlib import Path

from reelmock.tests.pytest_plugin.downstream import run_pytest


def test_a_marker_on_one_set_of_parameters_is_for_that_test_alone(tmp_path: Path) -> None:
    source = """
        from reelmock.pytest_plugin.stack import STACK

        @pytest.mark.parametrize("marked", [False, pytest.param(True, marks=pytest.mark.reelmock()), False])
        def test_it(marked):
            assert (STACK.answering("api.aimlapi.com") is not None) == marked
        """
    output = run_pytest(tmp_path, source).stdout
    assert "3 passed" in output, output


def test_no_object_of_a_test_module_is_asked_what_it_is(tmp_path: Path) -> None:
    """Django's settings, for one, are a proxy that fails when anybody asks for its class before they are configured."""
    source = """
        class Proxy:
            @property
            def __class__(self):
                raise RuntimeError("woken up")

        class Odd:
            locals()["__module__"] = property(lambda self: 1 / 0)

        settings, odd = Proxy(), Odd()
        exec("def of_no_module(): pass", {"__builtins__": {}}, globals())
        of_no_module.__module__ = None

        def test_it(reelmock_api):
            assert create().ok
        """
    output = run_pytest(tmp_path, source).stdout
    assert "1 passed" in output, output


def test_an_error_that_can_not_be_told_is_reported_all_the_same(tmp_path: Path) -> None:
    source = """
        class Untold(Exception):
            def __str__(self):
                raise ValueError("no text")

        def test_it(reelmock_api):
            create()
            raise Untold
        """
    output = run_pytest(tmp_path, source).stdout
    assert "1 failed" in output, output
    assert "POST /v2/video/generations  200 queued" in output
