"""Which line a message points at: the user's, or else that of a package."""

import importlib.util
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType

import pytest

from reelmock.pytest_plugin.callers import caller, foreign_frame

Call = Callable[[Callable[[FrameType], str]], str]

PACKAGE = "import sys\n\ndef call(function):\n    return function(sys._getframe())\n"


@pytest.fixture
def call(tmp_path: Path) -> Call:
    """A function of a package, which gives its own frame to a function."""
    file = tmp_path / "site-packages" / "somebodys.py"
    file.parent.mkdir()
    file.write_text(PACKAGE, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("somebodys", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Call = module.call
    return found


def name_of(frame: FrameType) -> str:
    return foreign_frame(frame).f_code.co_name


def test_in_a_package_it_is_the_users_line_that_called_it(call: Call) -> None:
    assert call(name_of) == "test_in_a_package_it_is_the_users_line_that_called_it"


def test_in_a_packages_own_thread_it_is_the_packages_line(call: Call) -> None:
    with ThreadPoolExecutor() as pool:
        assert pool.submit(call, name_of).result() == "call"


def test_where_all_is_pythons_it_is_where_python_stands() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        frame = sys._current_frames()[thread.ident or 0]
        assert foreign_frame(frame) is frame
    finally:
        done.set()
        thread.join()


def test_the_caller_is_the_line_that_called_us() -> None:
    place = caller()
    assert (place.file, place.module) == (__file__, __name__)
