"""How fast Hypothesis draws payloads, how fast the catalogues of mutations are made, and what it is that is drawn.

The rates are those of the documents in tests/data/specs, as a test with Hypothesis' default settings would see them.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final, Generic, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.contracts.contract import load_contract
from reelmock.contracts.instances import full_payload, minimal_payload
from reelmock.contracts.jsontree import Json, JsonObject, items, member
from reelmock.contracts.models import Model
from reelmock.contracts.mutations import violations
from reelmock.contracts.strategies import invalid_payloads, valid_payloads

SPECS: Final = Path(__file__).resolve().parents[1] / "tests" / "data" / "specs"

WARM_UP_EXAMPLES: Final = 20
CATALOGUE_RUNS: Final = 11

# With fewer, what was drawn is chance: of 200 examples 32 to 68 % have a property, and a bound may be missing.
ENOUGH_EXAMPLES: Final = 1_000

# Keyword → the types that it limits.
BOUNDS: Final[Mapping[str, tuple[type, ...]]] = {
    "minimum": (int, float),
    "maximum": (int, float),
    "minLength": (str,),
    "maxLength": (str,),
    "minItems": (list,),
    "maxItems": (list,),
}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Drawn(Generic[T]):
    """The examples of one model, and how many came per second."""

    model: Model
    examples: Sequence[T]
    per_s: float


def measure(effort: Effort) -> list[Row]:
    """The rate of valid payloads, whether they reach the bounds of their properties, and that of invalid payloads."""
    models = _models()
    valid = [_drawn(model, valid_payloads(model), effort.examples) for model in models]
    invalid = [_drawn(model, invalid_payloads(model), effort.examples) for model in models]
    return [
        *_rates("valid payloads", valid, at_least=600, slowest_at_least=150),
        _bounds_reached(valid),
        *_rates("invalid payloads", invalid, at_least=500, slowest_at_least=500),
    ]


def measure_catalogues(_effort: Effort) -> list[Row]:
    """The time in which the mutations of all specs are made, and their minimal and full payloads."""
    schemas = [model.schema for model in _models()]
    entries = sum(len(violations(schema)) for schema in schemas)
    catalogues = _times_ms(lambda: [violations(schema) for schema in schemas])
    examples = _times_ms(lambda: [(minimal_payload(schema), full_payload(schema)) for schema in schemas])
    remark = f"{entries} mutations of {len(schemas)} specs; {spread(catalogues, '.1f')}"
    return [
        Row("catalogues of mutations", median(catalogues), "ms", remark, at_most=50, digits=1),
        Row("minimal and full payloads", median(examples), "ms", spread(examples, ".1f"), digits=1),
    ]


def measure_variety(_effort: Effort) -> list[Row]:
    """How varied the valid payloads of the shipped document's first model are."""
    model = load_contract().models[0]
    payloads = _examples(valid_payloads(model), ENOUGH_EXAMPLES)
    properties = member(model.schema, "properties")
    optional = [name for name in properties if name not in items(model.schema, "required")]
    shares = {name: _percentage(name in payload for payload in payloads) for name in optional}
    rarest, commonest = min(shares, key=shares.__getitem__), max(shares, key=shares.__getitem__)
    each = ", ".join(f"{name} {share:.0f}" for name, share in shares.items())
    texts = _percentage(not json.dumps(payload, ensure_ascii=False).isascii() for payload in payloads)
    remark = f"{rarest}, of {len(payloads):,} payloads; {each}"
    return [
        Row("payloads, rarest optional property", shares[rarest], "%", remark, at_least=30, digits=1),
        Row("payloads, commonest optional property", shares[commonest], "%", commonest, at_most=60, digits=1),
        Row("payloads with text beyond ASCII", texts, "%", at_least=30, digits=1),
        _enum_values_reached(properties, payloads),
    ]


def _models() -> list[Model]:
    return [model for path in sorted(SPECS.glob("*.json")) for model in load_contract(path).models]


def _drawn(model: Model, strategy: st.SearchStrategy[T], count: int) -> Drawn[T]:
    _examples(strategy, WARM_UP_EXAMPLES)
    start = time.perf_counter()
    examples = _examples(strategy, count)
    return Drawn(model, examples, len(examples) / (time.perf_counter() - start))


def _examples(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """What a test is given with the default profile, which is not the one that Hypothesis takes in a CI."""
    examples: list[T] = []

    @settings(settings.get_profile("default"), max_examples=count, database=None)
    @given(strategy)
    def take(example: T) -> None:
        examples.append(example)

    take()
    return examples


def _rates(name: str, drawn: Sequence[Drawn[T]], *, at_least: float, slowest_at_least: float) -> list[Row]:
    rates = [found.per_s for found in drawn]
    slowest = min(drawn, key=lambda found: found.per_s)
    remark = f"{spread(rates, ',.0f')} specs, {len(slowest.examples):,} examples of each"
    return [
        Row(f"{name}, median spec", median(rates), "/s", remark, at_least=at_least, digits=0),
        Row(f"{name}, slowest spec", slowest.per_s, "/s", slowest.model.id, at_least=slowest_at_least, digits=0),
    ]


def _bounds_reached(drawn: Sequence[Drawn[JsonObject]]) -> Row:
    """The share of the bounds of all top-level properties that at least one payload lies on."""
    reached: dict[str, int] = {}
    for found in drawn:
        for name, schema in member(found.model.schema, "properties").items():
            for keyword in member(schema).keys() & BOUNDS.keys():
                times = sum(
                    _on_bound(payload.get(name), keyword, member(schema)[keyword]) for payload in found.examples
                )
                reached[f"{keyword} of {name} in {found.model.id}"] = times
    missed = [place for place, times in reached.items() if not times]
    rarest = min(reached, key=reached.__getitem__)
    remark = (
        f"missed: {', '.join(missed)}" if missed else f"all {len(reached)}; least often {rarest}: {reached[rarest]}"
    )
    share = _percentage(times > 0 for times in reached.values())
    name = "valid payloads, bounds reached"
    if any(len(found.examples) < ENOUGH_EXAMPLES for found in drawn):
        return Row(name, share, "%", f"not judged below {ENOUGH_EXAMPLES:,} examples; {remark}", digits=0)
    return Row(name, share, "%", remark, at_least=100, digits=0)


def _on_bound(value: Json, keyword: str, bound: Json) -> bool:
    if isinstance(value, bool) or not isinstance(value, BOUNDS[keyword]):
        return False
    return (len(value) if isinstance(value, str | list) else value) == bound


def _enum_values_reached(properties: JsonObject, payloads: Sequence[JsonObject]) -> Row:
    declared = [(name, value) for name, schema in properties.items() for value in items(schema, "enum")]
    missed = [(name, value) for name, value in declared if all(payload.get(name) != value for payload in payloads)]
    among = f"of {len(declared)} of {len({name for name, _ in declared})} properties"
    remark = among + "".join(f"; not {value} of {name}" for name, value in missed)
    count = len(declared) - len(missed)
    return Row("payloads, enum values reached", count, "values", remark, at_least=len(declared), digits=0)


def _percentage(cases: Iterable[bool]) -> float:
    every = list(cases)
    return sum(every) / len(every) * 100


def _times_ms(make: Callable[[], object]) -> list[float]:
    make()  # warms up what is cached
    found = []
    for _ in range(CATALOGUE_RUNS):
        start = time.perf_counter()
        make()
        found.append((time.perf_counter() - start) * 1000)
    return found
