"""The house's rules that a program can check: floors, circles, imports, and who may look at a clock."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ("contracts", "mockserver", "pytest_plugin")
FILES = sorted(file for floor in FLOORS for file in (ROOT / floor).rglob("*.py"))
NAMES = [str(file.relative_to(ROOT)) for file in FILES]

CLOCK = re.compile(r"\btime\.(time|monotonic|perf_counter|sleep)\b|\bdatetime\.(now|utcnow|today)\b")


def imports(file: Path) -> Iterator[tuple[str, ast.stmt]]:
    """The modules that a file imports from reelmock, as paths below the root without `.py`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("reelmock"):
            yield (node.module or "").removeprefix("reelmock").strip(".").replace(".", "/"), node
        elif isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names if alias.name.startswith("reelmock"))


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_imports_only_from_its_own_floor_or_below(file: Path) -> None:
    own = FLOORS.index(file.relative_to(ROOT).parts[0])
    above = [name for name, _ in imports(file) if name and FLOORS.index(name.split("/")[0]) > own]
    assert above == []


def test_no_file_of_the_contract_knows_a_server_or_pytest_or_a_clock() -> None:
    forbidden = {"starlette", "uvicorn", "pytest", "hypothesis", "time", "asyncio", "socket"}
    for file in (ROOT / "contracts").rglob("*.py"):
        drawing = file.parent.name == "strategies" or file.name == "stateful.py"
        tree = ast.parse(file.read_text(encoding="utf-8"))
        modules = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        modules |= {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert modules & forbidden <= ({"hypothesis"} if drawing else set()), file.name


def test_imports_go_in_no_circle() -> None:
    graph = {
        name.removesuffix(".py"): {module for module, _ in imports(file)}
        for name, file in zip(NAMES, FILES, strict=True)
    }
    done: set[str] = set()
    while ready := [name for name, needs in graph.items() if name not in done and needs & graph.keys() <= done]:
        done.update(ready)
    assert graph.keys() - done == set()


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_file_imports_at_its_top(file: Path) -> None:
    """A command of the command line may import what it alone needs, once and with the reason."""
    source = file.read_text(encoding="utf-8")
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = [
        node for function in functions for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    reasons = re.findall(r"\n *# Here, because .*\n(?: *#.*\n)*(?: *from .* # noqa: PLC0415\n)+", source)
    lazily = [line for reason in reasons for line in reason.splitlines() if "PLC0415" in line]
    # One for each subcommand of the command line.
    commands = max(1, source.count(".command("))
    limit = {"contracts": 0, "mockserver": commands, "pytest_plugin": len(inside)}[file.relative_to(ROOT).parts[0]]
    assert len(inside) == len(lazily) <= limit


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_only_the_clock_reads_the_wall(file: Path) -> None:
    found = [match[0] for match in CLOCK.finditer(file.read_text(encoding="utf-8"))]
    assert found == [] or file.name == "clock.py" or file.parent.name == "virtual_time"


def test_the_root_holds_two_modules_and_no_more() -> None:
    assert sorted(file.name for file in ROOT.glob("*.py")) == ["__init__.py", "__main__.py"]
