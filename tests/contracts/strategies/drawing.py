"""What these tests share: examples of a strategy, the same ones every time, and contracts to draw from."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, Phase, find, given, seed, settings
from hypothesis import strategies as st

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.document import load_document, make_document
from reelmock.contracts.jsontree import JsonObject

T = TypeVar("T")

DATA = Path(__file__).parent.parent.parent / "data"

# Every document that there is: the shipped one, one of another API, one of shapes, and condensed real ones.
FILES = [SHIPPED, DATA / "kites.json", DATA / "shapes.json", *sorted((DATA / "specs").glob("*.json"))]
CONTRACTS = {file.stem: load_contract(file) for file in FILES}
SHIPPED_CONTRACT, KITES, SHAPES = (CONTRACTS[name] for name in ("openapi", "kites", "shapes"))

# One run of Hypothesis prefers some values to others, so examples are of several runs.
RUN = 25

# So many examples may be needed until something rare comes up.
MOST = 2000


def drawn(strategy: st.SearchStrategy[T], count: int = 100) -> list[T]:
    """So many examples, or fewer where there are not so many."""
    return [example for number in range(0, count, RUN) for example in _run(strategy, min(count, RUN), number)]


def unreached(strategy: st.SearchStrategy[T], conditions: Mapping[str, Callable[[T], bool]]) -> list[str]:
    """The conditions that none of very many examples fulfils."""
    missing = dict(conditions)
    for number in range(MOST // RUN):
        for example in _run(strategy, RUN, number) if missing else []:
            missing = {name: condition for name, condition in missing.items() if not condition(example)}
    return [*missing]


def _run(strategy: st.SearchStrategy[T], count: int, number: int) -> list[T]:
    found: list[T] = []

    # A test may filter for what is rare here: how many are thrown away depends on constants of all loaded modules.
    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.filter_too_much],
    )
    @given(strategy)
    def collect(example: T) -> None:
        found.append(example)

    collect()
    return found


def simplest(strategy: st.SearchStrategy[T], condition: Callable[[T], bool] = lambda _: True) -> T:
    """What a test that fails on `condition` is shown: the phase that explains failures can make it worse again."""
    return find(strategy, condition, settings=settings(max_examples=2000, phases=[Phase.generate, Phase.shrink]))


def taking(schema: JsonObject, **paths: JsonObject) -> Contract:
    """The contract of an API with one POST operation, which takes `schema`, and maybe other paths."""
    body: JsonObject = {"content": {"application/json": {"schema": schema}}}
    tree: JsonObject = {"openapi": "3.1.0", "paths": {"/boats": {"post": {"requestBody": body}}, **paths}}
    return Contract(make_document(tree, "boats.json"), load_document(SHIPPED))
