"""Tells when a library is imported for the first time.

A finder at the head of `sys.meta_path` lets the others find the module, and stands in for its loader until it runs; the
module itself sees its own loader only. Whoever imports the library, in any thread, gets it after it was told.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


def watch(names: Mapping[str, Callable[[], None]]) -> Callable[[], None]:
    """Call a module's function right after it was first imported, and return what ends the watch.

    The function runs within the import: what it raises, the import raises, and the next import tries anew.
    """
    finder = _Finder(dict(names))
    sys.meta_path.insert(0, finder)
    return finder.end


class _Finder(MetaPathFinder):
    def __init__(self, waiting: dict[str, Callable[[], None]]) -> None:
        self._waiting = waiting

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the finders behind this one find, with a loader that tells; None for what nobody waits for."""
        if fullname not in self._waiting or self not in sys.meta_path:
            return None
        for finder in sys.meta_path[sys.meta_path.index(self) + 1 :]:
            find = getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = find(fullname, path, target) if find is not None else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _TellingLoader(fullname, spec.loader, self._told)
                return spec
        return None

    def end(self) -> None:
        """Leave the import system as it was."""
        self._waiting.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def _told(self, name: str) -> None:
        tell = self._waiting.get(name)
        if tell is not None:
            parent, _, child = name.rpartition(".")
            if parent:
                # The import system does this right after; `urllib.request` is to be had by that name already.
                setattr(sys.modules[parent], child, sys.modules[name])
            tell()
            self._waiting.pop(name, None)


class _TellingLoader(Loader):
    """A module's own loader, which it gives back before it runs the module."""

    def __init__(self, name: str, loader: Any, told: Callable[[str], None]) -> None:
        self._name = name
        self._loader = loader
        self._told = told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """The module, as its own loader makes it."""
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with its own loader, then tell."""
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._told(self._name)
