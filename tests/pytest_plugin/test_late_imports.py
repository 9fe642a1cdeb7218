"""A function is called right after a library was first imported; the import itself is none the wiser."""

import importlib
import importlib.abc
import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from reelmock.pytest_plugin.late_imports import watch

# Names of modules that only these tests have.
LIBRARY = "reelmock_late_library"
OTHER = "reelmock_late_other"


def _forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in (LIBRARY, OTHER)]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture(autouse=True)
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with two submodules, and another module that imports it; none is imported yet."""
    package = tmp_path / LIBRARY
    package.mkdir()
    (package / "__init__.py").write_text(f"from {LIBRARY}.parts import PART\nSEEN = (__loader__, __spec__.loader)\n")
    (package / "parts.py").write_text("PART = 1\n")
    (package / "more.py").write_text("MORE = 2\n")
    (package / "data.txt").write_text("data")
    (tmp_path / f"{OTHER}.py").write_text(f"import {LIBRARY}\n")
    monkeypatch.syspath_prepend(tmp_path)
    _forget()
    yield package
    _forget()


class Watch:
    """A watch that notes for which modules it was told, and in which state they were."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._end: Callable[[], None] | None = None

    def start(self, *names: str) -> "Watch":
        self._end = watch({name: lambda name=name: self._note(name) for name in names})  # type: ignore[misc]
        return self

    def _note(self, name: str) -> None:
        assert sys.modules[name].__spec__ is not None
        self.told.append(name)

    def end(self) -> None:
        if self._end is not None:
            self._end()
            self._end = None


@pytest.fixture
def watching() -> Iterator[Callable[..., Watch]]:
    """Makes a watch for names, which ends with the test at the latest."""
    watches: list[Watch] = []

    def make(*names: str) -> Watch:
        watches.append(Watch().start(*names))
        return watches[-1]

    yield make
    for one in watches:
        one.end()


@pytest.mark.parametrize("name", [LIBRARY, f"{LIBRARY}.more", OTHER])
def test_it_is_told_once_however_the_library_is_reached(watching: Callable[..., Watch], name: str) -> None:
    """By its own name, by a submodule, by another module that needs it."""
    watch = watching(LIBRARY)
    importlib.import_module(name)
    importlib.import_module(LIBRARY)
    _forget()
    importlib.import_module(LIBRARY)
    assert watch.told == [LIBRARY]


def test_a_submodule_can_be_waited_for(watching: Callable[..., Watch]) -> None:
    watch = watching(f"{LIBRARY}.more")
    importlib.import_module(LIBRARY)
    assert watch.told == []
    importlib.import_module(f"{LIBRARY}.more")
    assert watch.told == [f"{LIBRARY}.more"]


def test_a_submodule_is_an_attribute_of_its_package_when_it_is_told() -> None:
    seen: list[Any] = []
    end = watch({f"{LIBRARY}.more": lambda: seen.append(sys.modules[LIBRARY].more.MORE)})
    try:
        importlib.import_module(f"{LIBRARY}.more")
    finally:
        end()
    assert seen == [2]


def test_the_library_is_complete_when_it_is_told() -> None:
    seen: list[Any] = []
    end = watch({LIBRARY: lambda: seen.append(importlib.import_module(LIBRARY).PART)})
    try:
        importlib.import_module(f"{LIBRARY}.more")
    finally:
        end()
    assert seen == [1]


def described(module: ModuleType) -> dict[str, object]:
    """Everything by which modules differ when they were imported in different ways."""
    assert module.__spec__ is not None
    loader, spec = module.__loader__, module.__spec__
    assert all(seen is loader for seen in module.SEEN)
    return {
        "names": sorted(vars(module)),
        "loader": (type(loader), vars(loader)),
        "spec": (spec.loader is loader, spec.origin, spec.cached, spec.has_location, spec.submodule_search_locations),
        "file": (module.__file__, module.__path__, module.__package__, module.__cached__),
    }


def test_the_module_looks_as_if_nobody_had_watched(watching: Callable[..., Watch]) -> None:
    plain = described(importlib.import_module(LIBRARY))
    _forget()
    watch = watching(LIBRARY)
    assert described(importlib.import_module(LIBRARY)) == plain
    assert watch.told == [LIBRARY]


def test_looking_for_a_library_is_no_import(watching: Callable[..., Watch], library: Path) -> None:
    """Many look for what is installed; what they find can be asked like any other loader."""
    watch = watching(LIBRARY)
    spec = importlib.util.find_spec(LIBRARY)
    assert spec is not None
    assert spec.loader is not None
    assert spec.origin == str(library / "__init__.py")
    assert isinstance(spec.loader, importlib.abc.Loader)
    assert vars(spec.loader)["_loader"].get_data(str(library / "data.txt")) == b"data"
    assert spec.loader.get_data(str(library / "data.txt")) == b"data"  # type: ignore[attr-defined]
    assert (watch.told, LIBRARY in sys.modules) == ([], False)
    importlib.import_module(LIBRARY)
    assert watch.told == [LIBRARY]


def test_a_library_that_is_missing_is_missing(watching: Callable[..., Watch]) -> None:
    watch = watching("reelmock_late_missing", f"{LIBRARY}.missing")
    for name in ("reelmock_late_missing", f"{LIBRARY}.missing"):
        assert importlib.util.find_spec(name) is None
        with pytest.raises(ModuleNotFoundError, match=name):
            importlib.import_module(name)
    assert watch.told == []


def test_a_namespace_package_is_imported_as_ever(watching: Callable[..., Watch], library: Path) -> None:
    (library.parent / OTHER).mkdir()
    (library.parent / f"{OTHER}.py").unlink()
    watching(OTHER)
    assert importlib.import_module(OTHER).__file__ is None


def test_an_import_that_fails_is_watched_anew(watching: Callable[..., Watch], library: Path) -> None:
    watch = watching(LIBRARY)
    right = (library / "__init__.py").read_text()
    (library / "__init__.py").write_text("raise RuntimeError('broken')\n")
    with pytest.raises(RuntimeError, match="broken"):
        importlib.import_module(LIBRARY)
    assert (watch.told, LIBRARY in sys.modules) == ([], False)
    (library / "__init__.py").write_text(right + "# longer, so that it is compiled anew\n")
    importlib.import_module(LIBRARY)
    assert watch.told == [LIBRARY]


def test_what_the_function_raises_is_raised_by_the_import_until_it_succeeds() -> None:
    errors = [RuntimeError("too old")]

    def told() -> None:
        if errors:
            raise errors.pop()

    end = watch({LIBRARY: told})
    try:
        with pytest.raises(RuntimeError, match="too old"):
            importlib.import_module(LIBRARY)
        assert importlib.import_module(LIBRARY).PART == 1
    finally:
        end()


def test_the_end_leaves_the_import_system_as_it_was(watching: Callable[..., Watch]) -> None:
    before = list(sys.meta_path)
    watch = watching(LIBRARY)
    assert len(sys.meta_path) == len(before) + 1
    watch.end()
    assert sys.meta_path == before
    importlib.import_module(LIBRARY)
    assert watch.told == []


def test_the_end_may_come_when_somebody_has_taken_the_finder_out() -> None:
    end = watch({LIBRARY: lambda: None})
    assert sys.meta_path.pop(0).find_spec(LIBRARY, None) is None
    end()
    end()


def test_a_module_that_was_found_before_the_end_is_not_told_after_it(watching: Callable[..., Watch]) -> None:
    watch = watching(LIBRARY)
    spec = importlib.util.find_spec(LIBRARY)
    watch.end()
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[LIBRARY] = module
    spec.loader.exec_module(module)
    assert (module.PART, watch.told) == (1, [])


def test_two_watches_are_both_told_and_end_in_any_order(watching: Callable[..., Watch]) -> None:
    first, second = watching(LIBRARY, OTHER), watching(LIBRARY, OTHER)
    plain = importlib.import_module(LIBRARY)
    first.end()
    importlib.import_module(OTHER)
    assert (first.told, second.told) == ([LIBRARY], [LIBRARY, OTHER])
    described(plain)


def test_threads_get_the_library_after_it_was_told(library: Path) -> None:
    told, seen = threading.Event(), []
    end = watch({LIBRARY: told.set})

    def use() -> None:
        importlib.import_module(LIBRARY)
        seen.append(told.is_set())

    threads = [threading.Thread(target=use) for _ in range(8)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        end()
    assert seen == [True] * 8


def test_a_library_that_is_imported_already_is_not_told_of(watching: Callable[..., Watch]) -> None:
    importlib.import_module(LIBRARY)
    watch = watching(LIBRARY)
    importlib.import_module(LIBRARY)
    assert watch.told == []
