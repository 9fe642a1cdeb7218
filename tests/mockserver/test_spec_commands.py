"""`reelmock spec import` and `reelmock spec lint`: what they write, what they say, and how they end."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner, Result
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmock.contracts.contract import load_contract
from reelmock.mockserver.cli import main
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine

DATA = Path(__file__).parent.parent / "data"
SPECS = DATA / "specs"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["spec", *map(str, arguments)])


def errors(result: Result) -> list[str]:
    """The lines about what was left out."""
    return [line for line in result.stderr.splitlines() if line.startswith("error ")]


def test_a_folder_of_documents_becomes_one_that_everything_takes(tmp_path: Path) -> None:
    output = tmp_path / "api.json"
    result = run("import", SPECS, "-o", output)
    assert (result.exit_code, errors(result)) == (0, [])
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["model", "also", "called", "operation", "source"]
    assert lines[2].split() == [
        *("new", "blackforestlabs/flux-3-video-i2v", "POST", "/v2/video/generations"),
        "black-forest-labs-flux-3-video-i2v.json",
    ]
    assert lines[-1] == f"12 models in {output}"
    contract = load_contract(output)
    assert len(contract.models) == 12
    assert Engine(contract, VirtualClock()).contract.version.startswith("2026-")
    tree: Any = json.loads(output.read_text(encoding="utf-8"))
    assert [error.message for error in OpenAPIV31SpecValidator(tree).iter_errors()] == []


def test_the_same_import_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert run("import", *sorted(SPECS.iterdir()), "-o", first).exit_code == 0
    assert run("import", *sorted(SPECS.iterdir(), reverse=True), "-o", second).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    again = run("import", SPECS, "-o", second)
    assert first.read_bytes() == second.read_bytes()
    assert {line.split()[0] for line in again.stdout.splitlines()[2:-1]} == {"same"}


def test_what_an_earlier_import_brought_is_kept(tmp_path: Path) -> None:
    output = tmp_path / "api.json"
    run("import", SPECS, "--models", "luma/*", "-o", output)
    result = run("import", SPECS, "--models", "runway/*", "-o", output)
    rows = [line.split()[:2] for line in result.stdout.splitlines()[2:-1]]
    assert rows == [["kept", "luma/ray-2"], ["kept", "pixverse/v5.5/image-to-video"], ["new", "runway/act_two"]]


def test_an_api_of_somebody_else_does_not_start_from_the_shipped_document(tmp_path: Path) -> None:
    output = tmp_path / "api.json"
    result = run("import", DATA / "jobs" / "by-path.json", "-o", output)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, f"1 model in {output}")
    assert [model.id for model in load_contract(output).models] == ["film-1"]
    result = run("import", DATA / "jobs" / "by-path.json", "-o", tmp_path / "other.json", "--onto", DATA / "kites.json")
    assert "kept" in result.stdout


BROKEN: dict[str, tuple[Any, str]] = {
    "broken.json": ('{"openapi": ', "source-broken"),
    "page.md": ("# A page\n\nNothing is shown here.\n", "page-without-operation"),
    "remote.json": (
        {"paths": {"/a": {"post": {"responses": {"200": {"$ref": "https://other.test/x.json"}}}}}},
        "source-unusable",
    ),
    "cycle.json": (
        {
            "components": {"schemas": {"A": {"properties": {"a": {"$ref": "#/components/schemas/A"}}}}},
            "paths": {
                "/a": {
                    "post": {
                        "requestBody": {
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
                        },
                        "responses": {"200": {"description": "Made."}},
                    }
                }
            },
        },
        "source-unusable",
    ),
    "large.json": (" " * (32 * 1024 * 1024 + 1), "source-too-large"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_source_that_is_of_no_use_is_one_line_and_the_rest_is_imported(tmp_path: Path, name: str) -> None:
    content, finding = BROKEN[name]
    if isinstance(content, dict):
        content = json.dumps({"openapi": "3.0.0", "info": {"title": "T", "version": "1"}} | content)
    (tmp_path / name).write_text(content, encoding="utf-8")
    output = tmp_path / "api.json"
    result = run("import", tmp_path / name, SPECS / "luma-ai-ray-2.json", "-o", output)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert line.startswith(f"error {finding}: {name}")
    assert load_contract(output).model("luma/ray-2").id == "luma/ray-2"


def test_a_large_document_is_imported(tmp_path: Path) -> None:
    tree = json.loads((SPECS / "luma-ai-ray-2.json").read_text(encoding="utf-8"))
    tree["x-notes"] = "x" * 5_000_000
    (tmp_path / "large.json").write_text(json.dumps(tree), encoding="utf-8")
    result = run("import", tmp_path / "large.json", "-o", tmp_path / "api.json")
    assert (result.exit_code, (tmp_path / "api.json").stat().st_size < 1_000_000) == (0, True)


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """A server on loopback that has the files of a folder."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_urls_are_downloaded_unless_offline(tmp_path: Path) -> None:
    output = tmp_path / "api.json"
    with web(SPECS) as url:
        result = run("import", f"{url}/luma-ai-ray-2.json", f"{url}/gone.json", "-o", output)
        assert result.exit_code == 1
        assert errors(result) == [
            f"error not-downloaded: {url}/gone.json: the server answered 404 File not found. It was left out."
        ]
        assert "luma/ray-2" in result.stdout
        result = run("import", f"{url}/luma-ai-ray-2.json", "-o", tmp_path / "other.json", "--offline")
    assert (result.exit_code, result.stdout) == (1, "Nothing was imported: no source could be used\n")
    assert not (tmp_path / "other.json").exists()


def test_nothing_is_written_when_there_is_nothing_to_write(tmp_path: Path) -> None:
    result = run("import", SPECS, "--models", "none*", "-o", tmp_path / "api.json")
    assert (result.exit_code, result.stdout) == (
        1,
        "Nothing was imported: no model of the sources is called like 'none*'\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_can_not_be_written_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = tmp_path / "api.json"
    run("import", SPECS / "luma-ai-ray-2.json", "-o", output)
    before = output.read_bytes()

    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device", target)

    monkeypatch.setattr(os, "replace", full)
    result = run("import", SPECS, "-o", output)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        2,
        f"Error: {output}: the file can't be written (No space left on device). Check the path.",
    )
    assert output.read_bytes() == before
    assert list(tmp_path.iterdir()) == [output]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    output = tmp_path / "gone" / "api.json"
    result = run("import", SPECS, "-o", output)
    told = f"Error: {output}: the file can't be written (No such file or directory). Check the path."
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, told)


PROSE = {
    "openapi": "3.1.0",
    "info": {"title": "Prose", "version": "1"},
    "paths": {
        "/films": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "title": "film",
                                "type": "object",
                                "properties": {
                                    "size": {"enum": ["small", "large"]},
                                    "seconds": {
                                        "type": "integer",
                                        "enum": [4, 9],
                                        "description": "How long. The large size does not support 9-second videos.",
                                    },
                                },
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "Made."}},
            }
        }
    },
}


def test_rules_in_prose_are_suggested_and_applied_when_a_person_says_so(tmp_path: Path) -> None:
    (tmp_path / "prose.json").write_text(json.dumps(PROSE), encoding="utf-8")
    output, rules = tmp_path / "api.json", tmp_path / "rules.yaml"
    result = run("import", tmp_path / "prose.json", "-o", output, "--suggest", rules)
    assert result.stdout.splitlines()[-1] == (f"1 model in {output}; 1 rule and 0 sentences not understood in {rules}")
    (model,) = load_contract(output).models
    assert model.validator.is_valid({"size": "large", "seconds": 9})
    plain = output.read_bytes()
    result = run("import", tmp_path / "prose.json", "-o", output, "--overlay", rules)
    (model,) = load_contract(output).models
    assert not model.validator.is_valid({"size": "large", "seconds": 9})
    assert model.validator.is_valid({"size": "small", "seconds": 9})
    assert output.read_bytes() != plain
    ruled = output.read_bytes()
    result = run(
        "import", tmp_path / "prose.json", "-o", output, "--overlay", rules, "--suggest", tmp_path / "more.yaml"
    )
    assert output.read_bytes() == ruled
    assert result.stdout.splitlines()[-1].startswith(f"1 model in {output}; 0 rules and 0 sentences")


def test_an_overlay_of_no_use_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("overlay: 9.9.9\n", encoding="utf-8")
    result = run("import", SPECS, "-o", tmp_path / "api.json", "--overlay", tmp_path / "rules.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {tmp_path / 'rules.yaml'} at /overlay: ")


@pytest.mark.parametrize(
    ("file", "code", "last"),
    [("jobs/nested.json", 0, "2 notes"), ("specs/luma-ai-ray-2.json", 1, "4 warnings"), ("gone.json", 2, "1 error")],
)
def test_lint_ends_with_the_worst_that_it_found(file: str, code: int, last: str) -> None:
    result = run("lint", DATA / file)
    assert result.exit_code == code, result.output
    assert result.stdout.splitlines()[-1].startswith(last)


def test_lint_shows_what_was_inferred() -> None:
    assert "Inferred by names: id in `task_id`, polled as `taskId` (query); status in `task.status`" in (
        run("lint", DATA / "jobs" / "nested.json").stdout
    )


def test_documents_that_are_linted_together_may_complete_each_other() -> None:
    together = run("lint", SPECS / "luma-ai-ray-2.json", SPECS / "universal-video-fetch.json").stdout
    assert "no-job-route" in run("lint", SPECS / "luma-ai-ray-2.json").stdout
    assert "no-job-route" not in together
    names = f"{SPECS.as_posix()}/luma-ai-ray-2.json, {SPECS.as_posix()}/universal-video-fetch.json"
    assert f"info job-route: {names} at " in together


def test_lint_speaks_to_programs_and_to_github(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATA)
    found = json.loads(run("lint", SPECS / "luma-ai-ray-2.json", "--format", "json").stdout)
    assert found["title"] == f"reelmock spec lint {SPECS / 'luma-ai-ray-2.json'}"
    assert {*found["findings"][0]} == {"id", "severity", "file", "pointer", "model", "message", "done"}
    [suite] = fromstring(run("lint", *sorted(SPECS.iterdir()), "--format", "junit").stdout)
    assert (suite.get("name"), suite.get("failures")) == ("reelmock spec lint (13 sources)", "0")
    for named in ("specs/luma-ai-ray-2.json", "specs"):  # the file as it is named from here, for the annotation
        lines = run("lint", named, "--format", "github").stdout.splitlines()
        assert any(line.startswith("::warning file=specs/luma-ai-ray-2.json,title=") for line in lines)


def test_lint_downloads_nothing() -> None:
    result = run("lint", "https://example.test/api.json")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        2,
        "error not-downloaded: https://example.test/api.json: not downloaded, since files alone are linted. It was "
        "left out.",
    )


def test_help_has_examples() -> None:
    for command in ("import", "lint"):
        result = run(command, "--help")
        assert (result.exit_code, f"reelmock spec {command} " in result.output) == (0, True)
