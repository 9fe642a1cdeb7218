"""`reelmock spec import`: which files it writes, which it refuses to write, and what it says of overlays."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reelmock.mockserver.cli import main

LUMA = Path(__file__).parent.parent / "data" / "specs" / "luma-ai-ray-2.json"


def run_import(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["spec", "import", *map(str, arguments)])


def last(result: Result) -> tuple[int, str]:
    """The exit code and the last line of an import that failed."""
    return result.exit_code, result.stderr.splitlines()[-1]


def an_overlay(file: Path, action: str) -> Path:
    file.write_text(f"overlay: 1.0.0\nactions:\n- {action}\n", encoding="utf-8")
    return file


def test_the_shipped_document_is_the_start_for_a_source_of_its_server_also_with_a_slash(tmp_path: Path) -> None:
    tree = json.loads(LUMA.read_text(encoding="utf-8"))
    tree["servers"] = [{"url": "https://api.aimlapi.com/"}]
    (tmp_path / "luma.json").write_text(json.dumps(tree), encoding="utf-8")
    assert (
        "kept  pixverse/v5.5/image-to-video" in run_import(tmp_path / "luma.json", "-o", tmp_path / "api.json").stdout
    )


def test_suggestions_are_never_written_over_what_a_person_has_read(tmp_path: Path) -> None:
    rules = an_overlay(tmp_path / "rules.yaml", "{target: $.info, update: {x-read: true}}")
    before = rules.read_bytes()
    result = run_import(LUMA, "-o", tmp_path / "api.json", "--overlay", rules, "--suggest", rules)
    assert last(result) == (
        2,
        f"Error: {rules}: the suggestions would be written over an overlay that is applied. Name another file with "
        "--suggest.",
    )
    assert (rules.read_bytes(), [*tmp_path.iterdir()]) == (before, [rules])


def test_suggestions_are_not_written_over_the_document(tmp_path: Path) -> None:
    output = tmp_path / "api.json"
    assert last(run_import(LUMA, "-o", output, "--suggest", output)) == (
        2,
        f"Error: {output}: the suggestions would be written over the output. Name another file with --suggest.",
    )
    assert not output.exists()


def test_what_is_no_regular_file_is_not_replaced(tmp_path: Path) -> None:
    result = run_import(LUMA, "-o", "/dev/null")
    assert last(result) == (2, "Error: /dev/null: this is no regular file. Name a file to write.")
    result = run_import(LUMA, "-o", tmp_path / "api.json", "--suggest", "/dev/null")
    assert (result.exit_code, [*tmp_path.iterdir()]) == (2, [])


def test_a_link_to_the_output_stays_a_link(tmp_path: Path) -> None:
    output, link = tmp_path / "api.json", tmp_path / "link.json"
    link.symlink_to(output)
    assert run_import(LUMA, "-o", link).exit_code == 0
    assert (link.is_symlink(), json.loads(output.read_text(encoding="utf-8"))["openapi"]) == (True, "3.1.0")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    output = tmp_path / "file" / "api.json"
    assert last(run_import(LUMA, "-o", output)) == (
        2,
        f"Error: {output}: the file can't be written (Not a directory). Check the path.",
    )


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (
            "{target: $.paths, remove: true}",
            " at /paths: with this overlay applied `paths` is null. It has to be an object with the API's routes.",
        ),
        (
            "{target: $.components.schemas.LumaRay2, remove: true}",
            " at /paths/~1v2~1video~1generations/post/requestBody/content/application~1json/schema/oneOf/0: with this "
            "overlay applied `$ref` names '#/components/schemas/LumaRay2', and there is no such place. Correct the "
            "reference or add what it names.",
        ),
    ],
)
def test_an_overlay_that_breaks_the_document_is_told_by_its_name(tmp_path: Path, action: str, told: str) -> None:
    overlay = an_overlay(tmp_path / "rules.yaml", action)
    assert last(run_import(LUMA, "-o", tmp_path / "api.json", "--overlay", overlay)) == (2, f"Error: {overlay}{told}")
    assert [*tmp_path.iterdir()] == [overlay]


def test_an_overlay_that_is_applied_again_changes_nothing(tmp_path: Path) -> None:
    target = "$.components.schemas.LumaRay2.properties.duration"
    update = an_overlay(tmp_path / "update.yaml", f"{{target: {target}, update: {{x-read: [true]}}}}")
    remove = an_overlay(tmp_path / "remove.yaml", f"{{target: {target}, remove: true}}")
    for overlay in (update, remove):
        output = tmp_path / f"{overlay.stem}.json"
        run_import(LUMA, "-o", output, "--overlay", overlay)
        once = output.read_bytes()
        assert run_import(LUMA, "-o", output, "--overlay", overlay, "--overlay", overlay).exit_code == 0
        assert output.read_bytes() == once


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("", "error no-source: '': there is no such file or folder. Nothing was read from it."),
        (
            "http://[::1/a",
            "error no-source: http://[::1/a: this is no URL (Invalid IPv6 URL). Nothing was read from it.",
        ),
    ],
)
def test_an_argument_that_names_nothing_is_one_line(tmp_path: Path, source: str, told: str) -> None:
    result = run_import(source, LUMA, "-o", tmp_path / "api.json")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (1, told)
    assert "luma/ray-2" in result.stdout


def test_the_same_files_give_the_same_bytes_wherever_they_are_named_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs" / "deep").mkdir(parents=True)
    (tmp_path / "docs" / "deep" / "luma.json").write_bytes(LUMA.read_bytes())
    (tmp_path / "link").symlink_to(tmp_path / "docs")
    written: set[bytes] = set()
    places: tuple[tuple[Path, str | Path], ...] = (
        (tmp_path, "docs"),
        (tmp_path, "link"),
        (tmp_path / "docs", "."),
        (tmp_path, tmp_path / "docs"),
    )
    for number, (folder, source) in enumerate(places):
        monkeypatch.chdir(folder)
        assert run_import(source, "-o", tmp_path / f"{number}.json").exit_code == 0
        written.add((tmp_path / f"{number}.json").read_bytes())
    assert len(written) == 1
