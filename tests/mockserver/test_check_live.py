"""`reelmock check` on real sockets: the fake conforms, servers with a defect do not; a run is as quick as promised."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from reelmock.contracts.contract import load_contract
from reelmock.contracts.document import read_json
from reelmock.contracts.exchange import Request, Response
from reelmock.contracts.jsontree import Json, JsonObject, member
from reelmock.contracts.merge import merge
from reelmock.contracts.sources import Source
from reelmock.mockserver import check_plan
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.tests.contracts.conforming import CONFORMING, KEYS, Server, Slow
from reelmock.tests.contracts.defects import DEFECTS, Ledger, sound_server
from reelmock.tests.contracts.seeded.serving import Write, cut_off, hung_up, no_http, serving
from reelmock.tests.contracts.seeded.wraps import Defect
from reelmock.tests.mockserver.checking import KEY, OTHER, charged, fake, run

SPECS = Path(__file__).parent.parent / "data" / "specs"
KEY_OPTIONS = ("--api-key", KEYS[0], "--other-api-key", KEYS[1])
QUICKLY = ("--poll-interval", "0.001", "--patience", "1", "--timeout", "10")

# One for each check, and some that show at a connection.
SAMPLE = (
    *("any bearer taken", "malformed JSON taken", "any option taken", "an unknown model taken"),
    *("a long prompt refused", "non-BMP text refused", "422 instead of 400", "another error shape"),
    *("201 instead of 200", "HTML content type", "no id", "succeeded", "an undeclared field on creates"),
    *("another id in the header", "an unknown id answered 204", "a created id answered 404"),
    *("two creates with one id", "another id in the reply", "queued again", "completed and then error"),
    *("completed without video", "failed without an error", "a dead URL", "404 for 405", "Allow missing"),
    *("another key's generation visible", "dropped on malformed JSON", "dropped on polls"),
)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes between two requests."""
    monkeypatch.setattr(check_plan, "pause", lambda _: None)


def named(names: tuple[str, ...]) -> list[Defect]:
    return [next(defect for defect in DEFECTS if defect.name == name) for name in names]


def found_in(file: Path) -> list[JsonObject]:
    """The findings of a report in JSON."""
    findings = member(json.loads(file.read_text())).get("findings")
    assert isinstance(findings, list)
    return [member(finding) for finding in findings]


def output(result: Result) -> str:
    """What was printed, for a failed test."""
    return f"{result.output}\n{result.exception!r}"


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("validation", ["lenient", "strict"])
def test_the_fake_conforms_with_all_that_may_be_asked(new_engine: Callable[..., Engine], validation: str) -> None:
    with fake(new_engine, validation=validation) as (url, engine):
        keys = ("--api-key", KEY, "--other-api-key", OTHER)
        result = run(url, *keys, "--validation", validation, "--paid", "5", "--yes", *QUICKLY)
    assert result.exit_code == 0, output(result)
    assert "drift" not in result.output.replace("drift 0", "")
    assert charged(engine) == 5
    assert KEY not in result.output


def test_a_run_without_leave_makes_no_generation(new_engine: Callable[..., Engine]) -> None:
    with fake(new_engine) as (url, engine):
        result = run(url, "--api-key", KEY, *QUICKLY)
    assert (result.exit_code, charged(engine)) == (0, 0), output(result)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("defect", named(SAMPLE), ids=lambda defect: defect.name)
def test_a_defect_is_found_on_a_socket(defect: Defect, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    ledger = Ledger(defect.wrap(sound_server(defect, VirtualClock())))
    with serving(ledger) as url:
        paid = ("--validation", "strict", "--paid", "5", "--yes", "--report", report)
        result = run(url, *KEY_OPTIONS, *paid, *QUICKLY)
    found = {finding["id"] for finding in found_in(report) if defect.guessed or finding["severity"] == "error"}
    assert found & {*defect.checks}, output(result)
    assert result.exit_code == 1 or defect.guessed
    assert ledger.charged(*KEYS) <= 5
    assert all(key not in result.output + report.read_text() for key in KEYS)


@pytest.mark.usefixtures("hurried")
def test_what_a_server_says_leads_nobody_astray(tmp_path: Path) -> None:
    """Keys that it repeats are masked, and nothing that it sends drives a terminal."""
    report, junit = tmp_path / "report.json", tmp_path / "report.xml"

    def talkative(request: Request) -> Response:
        said = f"\x1b[2J{request.header('authorization')}\r\n::error::{KEY} {OTHER}\x07"
        headers = (("content-type", f"text/{KEY}"), ("x-inference-id", KEY))
        return Response(418, headers, said.encode())

    keys = ("--api-key", KEY, "--other-api-key", OTHER)
    with serving(talkative) as url:
        result = run(url, *keys, "--paid", "2", "--yes", "--report", report, "--report", junit, *QUICKLY)
        annotated = run(url, *keys, "--probe", "--github", *QUICKLY)
    assert (result.exit_code, annotated.exit_code) == (1, 1), output(result)
    for told in (result.output, annotated.output, report.read_text(), junit.read_text()):
        assert [key for key in (KEY, OTHER) if key in told] == []
        assert [c for c in told if not c.isprintable() and c != "\n"] == []
    assert [line for line in annotated.output.splitlines() if line.startswith("::error::")] == []


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("write_reply", [cut_off, no_http, hung_up])
def test_a_server_that_speaks_no_whole_http_can_not_be_checked(write_reply: Write) -> None:
    with serving(CONFORMING[0](lambda: 0.0), write_reply) as url:
        result = run(url, *KEY_OPTIONS, *QUICKLY)
    assert result.exit_code == 2, output(result)
    assert url in result.output


def test_a_server_that_is_not_there_can_not_be_checked() -> None:
    with serving(CONFORMING[0](lambda: 0.0)) as url:
        pass
    result = run(url, *QUICKLY)
    assert result.exit_code == 2, output(result)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("kind", [kind for kind in CONFORMING if kind is not Slow])
def test_a_server_of_other_habits_conforms_on_a_socket(kind: type[Server]) -> None:
    with serving(kind(lambda: 0.0)) as url:
        result = run(url, *KEY_OPTIONS, "--paid", "3", "--yes", *QUICKLY)
    assert result.exit_code == 0, output(result)


def copies(count: int) -> JsonObject:
    """A document with so many models, each of one of the kinds that the provider really has."""
    house = load_contract().document
    read = [(file.name, read_json(file)) for file in sorted(SPECS.glob("*.json"))]
    rounds = range(-(-count // 10))
    many = [Source(f"{number}-{name}", renamed(tree, number)) for number in rounds for name, tree in read]
    return merge(many, house, file="merged.json").document.tree


def renamed(node: Json, number: int) -> JsonObject:
    """A document whose models have other ids."""

    def walk(value: Json, name: str) -> Json:
        if isinstance(value, dict):
            return {key: walk(inner, key if key != "enum" else name) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, name if name == "model" else "") for inner in value]
        return f"{value}-{number}" if number and name == "model" and isinstance(value, str) and "/" in value else value

    return member(walk(node, ""))


@pytest.mark.parametrize(("models", "seconds"), [(13, 10), (150, 60)])
def test_a_free_run_takes_no_longer_than_it_may(
    new_engine: Callable[..., Engine], tmp_path: Path, models: int, seconds: int
) -> None:
    """Half of what was promised, so that it holds on a slower machine."""
    document = tmp_path / "many.json"
    document.write_text(json.dumps(copies(models)))
    contract = load_contract(document)
    assert len(contract.models) >= models
    with fake(new_engine, contract=contract) as (url, _):
        start = time.monotonic()
        result = run(url, "--spec", document, "--api-key", KEY)
        took = time.monotonic() - start
    assert result.exit_code == 0, output(result)
    assert took < seconds / 2
