"""What a document of 150 models costs, as multiples of one with a single model."""

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from reelmock.benchmarks.engine import answer, post_request
from reelmock.benchmarks.rows import Effort, Row, spread
from reelmock.benchmarks.servers import fake_server
from reelmock.benchmarks.wire import ROUTE, payload
from reelmock.contracts.contract import SHIPPED, load_contract
from reelmock.contracts.document import read_json
from reelmock.contracts.jsontree import Json, JsonObject, fresh, items, member
from reelmock.contracts.operations import JSON_MEDIA_TYPE
from reelmock.mockserver.clock import RunningClock
from reelmock.mockserver.engine import Engine

MANY: Final = 150
ROUNDS: Final = 20

# Condensed copies of real documents, with one model each.
SPECS: Final = Path(__file__).parent.parent / "tests" / "data" / "specs"


def document_of(models: int) -> JsonObject:
    """An OpenAPI document of so many models on one route: the shipped one, and variations of real ones behind it."""
    tree = read_json(SHIPPED)
    media = member(tree, "paths", ROUTE, "post", "requestBody", "content", JSON_MEDIA_TYPE)
    named = {"PixverseV55ImageToVideo": member(tree, "components", "schemas", "PixverseV55ImageToVideo")}
    named |= {f"Model{number}": schema for number, schema in enumerate(_variations(models - 1), start=1)}
    member(tree, "components", "schemas").update(named)
    places = {name: f"#/components/schemas/{name}" for name in named}
    mapping: JsonObject = {
        str(model): places[name]
        for name, schema in named.items()
        for model in items(schema, "properties", "model", "enum")
    }
    references: list[Json] = [{"$ref": place} for place in places.values()]
    media["schema"] = {"oneOf": references, "discriminator": {"propertyName": "model", "mapping": mapping}}
    return tree


def _variations(count: int) -> list[JsonObject]:
    """So many schemas of models, each with an id of its own."""
    specs = [member(read_json(file), "paths", ROUTE, "post") for file in sorted(SPECS.glob("*.json"))]
    bodies = [member(spec, "requestBody", "content", JSON_MEDIA_TYPE, "schema") for spec in specs if spec]
    found = [member(fresh(bodies[number % len(bodies)])) for number in range(count)]
    for number, schema in enumerate(found):
        member(schema, "properties")["model"] = {"type": "string", "enum": [f"vendor/model-{number}"]}
    return found


def measure(effort: Effort) -> list[Row]:
    """A POST and the start-up with many models, as multiples of those with one."""
    with tempfile.TemporaryDirectory(prefix="reelmock-bench-") as folder:
        one, many = Path(folder, "one.json"), Path(folder, "many.json")
        one.write_text(json.dumps(document_of(1)), encoding="utf-8")
        many.write_text(json.dumps(document_of(MANY)), encoding="utf-8")
        return [_posts(one, many, effort), *_start_ups(one, many, effort)]


def _posts(one: Path, many: Path, effort: Effort) -> Row:
    """Rounds with either engine take turns, so that a busy machine meets both."""
    engines = [Engine(load_contract(file), RunningClock()) for file in (one, many)]
    request = post_request(payload())
    for engine in engines:
        answer(engine, request)
    ratios = []
    for _ in range(ROUNDS):
        times = []
        for engine in engines:
            start = time.perf_counter()
            for _ in range(effort.cycles // ROUNDS):
                answer(engine, request)
            times.append(time.perf_counter() - start)
        ratios.append(times[1] / times[0])
    remark = spread(ratios) + " rounds"
    return Row(f"a POST, {MANY} models / one", median(ratios), "ratio", remark, at_most=1.2)


def _start_ups(one: Path, many: Path, effort: Effort) -> list[Row]:
    _start(many)  # so that byte code and files are in their caches
    pairs = [(_start(one), _start(many)) for _ in range(effort.start_ups)]
    ratios = [second / first for first, second in pairs]
    lasting = [second for _, second in pairs]
    return [
        Row(f"start-up, {MANY} models / one", median(ratios), "ratio", spread(ratios) + " pairs", at_most=1.5),
        Row(f"start-up, {MANY} models", median(lasting), "s", spread(lasting)),
    ]


def _start(spec: Path) -> float:
    with fake_server("--spec", str(spec)) as server:
        return server.start_s
