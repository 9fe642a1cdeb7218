"""What an import reads from files, folders and URLs; all that goes wrong is told, and hinders nothing else."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reelmock.contracts.fetching import FetchError
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.source_text import Fetch
from reelmock.contracts.sources import Page, Reading, read_sources

ROUTE = "/v1/clips"
WEB = "https://example.com/acme/docs/main/api"


def spec(model: str = "acme/one", method: str = "post", **more: Json) -> str:
    """A document with one operation, which takes one model when it is a POST."""
    schema: Json = {"type": "object", "properties": {"model": {"type": "string", "enum": [model]}}}
    operation: JsonObject = {"responses": {"200": {"description": "Made"}}}
    if method == "post":
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    info: Json = {"title": "Clips", "version": "1"}
    return json.dumps({"openapi": "3.0.3", "info": info, "paths": {ROUTE: {method: operation}}, **more})


def hint(*models: str) -> str:
    lines = [f"* `{model}`" for model in models]
    return "\n".join(["# A model", "{% hint %}", *lines, "{% endhint %}", ""])


def linking(target: str, method: str = "post", path: str = ROUTE) -> str:
    return f'{{% openapi-operation path="{path}" method="{method}" %}}\n[x]({target})\n{{% endopenapi-operation %}}\n'


def showing(document: str, method: str = "post") -> str:
    return f"## {method.upper()} {ROUTE}\n\n```json\n{document}\n```\n"


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def serve(files: Mapping[str, str]) -> Fetch:
    """A web of these URLs."""

    def fetch(url: str) -> bytes:
        if url not in files:
            raise FetchError(url, "the server answered 404 Not Found")
        return files[url].encode()

    return fetch


def names(reading: Reading) -> list[str]:
    return [source.name for source in reading.sources]


def told(reading: Reading) -> list[str]:
    return [str(finding) for finding in reading.findings]


YAML = "openapi: 3.1.0\ninfo: {title: Clips, version: '1'}\npaths: {}\n"


def test_a_file_is_told_by_its_name_and_kept_as_it_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"deep/one.json": spec(nullable=True)})
    reading = read_sources([str(tmp_path / "deep/one.json")], fetch=None)
    assert names(reading) == ["one.json"]
    assert reading.sources[0].tree == json.loads(spec(nullable=True))
    assert told(reading) == []


def test_a_folder_is_searched_in_order_without_what_is_hidden_or_installed(tmp_path: Path) -> None:
    hidden = {".git/x.json": "{", "node_modules/a/x.json": "{", "b/.cache/x.json": "{", ".hidden.json": "{"}
    write(tmp_path, {"b/two.yaml": YAML, "b.json": spec(), "a/page.md": showing(spec()), "a.txt": "{", **hidden})
    (tmp_path / "link").symlink_to(tmp_path / "b")
    reading = read_sources([str(tmp_path)], fetch=None)
    assert names(reading) == ["a/page.md", "b.json", "b/two.yaml"]
    assert told(reading) == []


def test_a_file_that_is_named_in_several_ways_is_read_once_where_it_was_named_last(tmp_path: Path) -> None:
    write(tmp_path, {"a/one.json": spec(), "a/two.json": spec("acme/two")})
    (tmp_path / "a/again.json").symlink_to(tmp_path / "a/one.json")
    arguments = [str(tmp_path / "a/one.json"), str(tmp_path), str(tmp_path / "a/../a/one.json")]
    assert names(read_sources(arguments, fetch=None)) == ["a/two.json", "one.json"]
    assert names(read_sources(arguments[:2], fetch=None)) == ["one.json", "a/two.json"]
    assert names(read_sources(arguments[1:], fetch=None)) == ["a/two.json", "one.json"]


def test_a_url_is_told_by_itself_and_downloaded_once() -> None:
    downloaded: list[str] = []

    def fetch(url: str) -> bytes:
        downloaded.append(url)
        return spec().encode()

    assert names(read_sources([f"{WEB}/a.json", f"{WEB}/a.json#part"], fetch=fetch)) == [f"{WEB}/a.json"]
    assert downloaded == [f"{WEB}/a.json"]


@pytest.mark.parametrize("content", [spec(), YAML, showing(spec())])
def test_without_a_telling_name_the_content_tells_what_a_source_is(content: str) -> None:
    assert names(read_sources([f"{WEB}/source?raw=1"], fetch=serve({f"{WEB}/source?raw=1": content}))) != []


def test_each_object_that_a_page_shows_is_a_source_and_the_page_leads_to_that_of_its_post(tmp_path: Path) -> None:
    page = hint("acme/1", "acme/one") + showing(spec()) + showing(spec(method="get"), "get") + showing("[1]", "put")
    write(tmp_path, {"page.md": page})
    reading = read_sources([str(tmp_path / "page.md")], fetch=None)
    assert names(reading) == ["page.md", "page.md"]
    assert [source.pages for source in reading.sources] == [(Page("page.md", ("acme/1", "acme/one")),), ()]
    assert told(reading) == []


OTHER = "https://example.com"

# The page's folder, its link → the file of the checkout that it leads to, and its name if the page alone is named.
CHECKOUT = [
    ("docs/api", f"{WEB}/acme/one.json", "docs/api/acme/one.json", f"{WEB}/acme/one.json"),
    ("docs/api/acme", f"{OTHER}/blob/acme/one.json", "docs/api/acme/one.json", f"{OTHER}/blob/acme/one.json"),
    ("docs/guides/deep", f"{WEB}/acme/one.json", "api/acme/one.json", f"{WEB}/acme/one.json"),
    ("docs", f"{OTHER}/gone/one.json#top", "docs/one.json", f"{OTHER}/gone/one.json"),
    ("docs", "api/one.json", "docs/api/one.json", "api/one.json"),
    ("docs/api", "../one%20more.json#top", "docs/one more.json", "one more.json"),
    ("docs/pages", "/specs/one.json", "docs/specs/one.json", "specs/one.json"),
]


@pytest.mark.parametrize(("folder", "link", "file", "name"), CHECKOUT)
def test_a_link_leads_to_a_file_of_the_checkout(tmp_path: Path, folder: str, link: str, file: str, name: str) -> None:
    page = f"{folder}/page.md"
    write(tmp_path, {page: hint("acme/one") + linking(link), file: spec()})
    whole = read_sources([str(tmp_path)], fetch=None)
    assert [(one.name, one.pages) for one in whole.sources] == [(file, (Page(page, ("acme/one",)),))]
    alone = read_sources([str(tmp_path / page)], fetch=None)
    assert [(one.name, one.pages) for one in alone.sources] == [(name, (Page("page.md", ("acme/one",)),))]
    assert told(alone) == told(whole) == []


def test_the_longest_end_of_a_link_that_there_is_wins(tmp_path: Path) -> None:
    files = {"api/acme/one.json": spec("acme/right"), "docs/acme/one.json": spec(), "docs/one.json": spec()}
    write(tmp_path, {"docs/page.md": linking(f"{WEB}/acme/one.json"), **files})
    reading = read_sources([str(tmp_path / "docs/page.md")], fetch=None)
    assert [source.tree for source in reading.sources] == [json.loads(spec("acme/right"))]


def test_nothing_is_looked_for_above_the_root_of_a_checkout(tmp_path: Path) -> None:
    write(tmp_path, {"repo/docs/page.md": linking(f"{WEB}/one.json"), "api/one.json": spec(), "repo/.git/HEAD": ""})
    assert told(read_sources([str(tmp_path / "repo")], fetch=None)) == [
        f"error not-downloaded: {WEB}/one.json: not downloaded, since --offline (linked from docs/page.md). "
        "It was left out."
    ]


def test_a_file_of_the_same_name_in_a_folder_above_is_another_one(tmp_path: Path) -> None:
    write(tmp_path, {"docs/api/page.md": linking(f"{OTHER}/gone/one.json"), "docs/one.json": spec()})
    assert names(read_sources([str(tmp_path / "docs/api/page.md")], fetch=None)) == []


def test_a_mark_before_the_text_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes(b"\xef\xbb\xbf" + spec().encode())
    assert names(read_sources([str(tmp_path)], fetch=None)) == ["one.json"]


def test_a_file_that_many_pages_link_to_is_read_once_and_has_all_these_pages(tmp_path: Path) -> None:
    pages = {f"{model}.md": hint(f"acme/{model}") + linking(f"{WEB}/all.json") for model in "fbdeac"}
    write(tmp_path, {**pages, "get.md": linking(f"{WEB}/all.json", "get")})
    reading = read_sources([str(tmp_path)], fetch=serve({f"{WEB}/all.json": spec()}))
    assert [(source.name, [page.name for page in source.pages]) for source in reading.sources] == [
        (f"{WEB}/all.json", ["a.md", "b.md", "c.md", "d.md", "e.md", "f.md"])
    ]
    assert told(reading) == []


def test_a_relative_link_of_a_downloaded_page_is_resolved_against_its_url() -> None:
    web = {f"{WEB}/pages/one.md": linking("../specs/one.json"), f"{WEB}/specs/one.json": spec()}
    assert names(read_sources([f"{WEB}/pages/one.md"], fetch=serve(web))) == [f"{WEB}/specs/one.json"]


def test_a_link_is_not_followed_where_other_sources_have_what_it_leads_to(tmp_path: Path) -> None:
    page = hint("acme/one") + linking(f"{WEB}/post.json") + linking(f"{WEB}/get.json", "get")
    write(tmp_path, {"page.md": page, "specs/one.json": spec(), "specs/get.json": spec(method="get")})
    reading = read_sources([str(tmp_path)], fetch=None)
    assert names(reading) == ["specs/get.json", "specs/one.json"]
    assert told(reading) == [
        f"info link-not-followed: {WEB}/post.json: other sources have the models of its page already "
        "(linked from page.md). It was not read.",
        f"info link-not-followed: {WEB}/get.json: other sources have this operation already "
        "(linked from page.md). It was not read.",
    ]


def test_every_id_that_a_schema_allows_is_known(tmp_path: Path) -> None:
    known = spec().replace('"acme/one"', '"acme/one", "acme/1"')
    write(tmp_path, {"page.md": hint("acme/1") + linking(f"{WEB}/1.json"), "specs/one.json": known})
    reading = read_sources([str(tmp_path)], fetch=None)
    assert [finding.id for finding in reading.findings] == ["link-not-followed"]


def test_a_file_that_is_needed_for_one_of_its_operations_is_read(tmp_path: Path) -> None:
    page = hint("acme/one") + linking(f"{WEB}/both.json") + linking(f"{WEB}/both.json", "get")
    write(tmp_path, {"page.md": page, "specs/one.json": spec()})
    reading = read_sources([str(tmp_path)], fetch=serve({f"{WEB}/both.json": spec(method="get")}))
    assert names(reading) == [f"{WEB}/both.json", "specs/one.json"]
    assert told(reading) == []


@pytest.mark.parametrize("models", [(), ("acme/one", "acme/two")])
def test_a_post_link_is_followed_unless_every_model_of_its_page_is_known(
    tmp_path: Path, models: tuple[str, ...]
) -> None:
    write(tmp_path, {"page.md": hint(*models) + linking(f"{WEB}/two.json"), "specs/one.json": spec()})
    reading = read_sources([str(tmp_path)], fetch=serve({f"{WEB}/two.json": spec("acme/two")}))
    assert names(reading) == [f"{WEB}/two.json", "specs/one.json"]


def test_what_is_read_does_not_depend_on_the_order_of_the_arguments(tmp_path: Path) -> None:
    targets = {"a": "few", "b": "many", "c": "many"}
    for page, get in targets.items():
        text = hint(f"acme/{page}") + linking(f"{WEB}/{page}.json") + linking(f"{WEB}/{get}.json", "get")
        write(tmp_path, {f"{page}.md": text})
    web = {f"{WEB}/{name}.json": spec(f"acme/{name}") for name in targets}
    web |= {f"{WEB}/{name}.json": spec(method="get") for name in targets.values()}
    arguments = [str(tmp_path / f"{page}.md") for page in targets]
    one, other = (read_sources(order, fetch=serve(web)) for order in (arguments, arguments[::-1]))
    assert sorted(names(one)) == sorted(names(other)) == [f"{WEB}/{name}.json" for name in ("a", "b", "c", "many")]
    assert names(one)[0] == names(other)[-1] == f"{WEB}/a.json"
    assert sorted(told(one)) == sorted(told(other))


def test_progress_is_told_place_by_place(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    write(tmp_path, {"a.md": linking(f"{WEB}/a.json"), "b.json": spec()})
    read_sources([str(tmp_path)], fetch=None, tell=lambda done, total: heard.append((done, total)))
    assert heard == [(1, 2), (2, 2), (3, 3)]


# A source's name → what stands in it, and what is told.
TROUBLE: dict[str, tuple[str | bytes, str]] = {
    "cut.json": ('{\n "openapi": ', "source-broken: cut.json: this is not JSON (Expecting value in line 2, column 13)"),
    "nan.json": ('{"openapi": NaN}', "source-broken: nan.json: this is not JSON (NaN is no JSON value)"),
    "deep.json": ("[" * 100_000, "source-broken: deep.json: this is not JSON that can be read: it is nested too deep"),
    "latin.json": (b'{"a": "\xe9"}', "source-broken: latin.json: this is not text in UTF-8 (byte 8)"),
    "list.json": (
        "[1]",
        "source-unusable: list.json: it holds an array of 1 item, and an OpenAPI document is an object",
    ),
    "twice.yaml": (
        "a: 1\na: 2",
        "source-broken: twice.yaml: the key 'a' stands twice in one mapping, the second time in line 2, column 1",
    ),
    "old.json": (
        '{"swagger": "2.0"}',
        "source-unusable: old.json at /swagger: this is a Swagger 2.0 document. Convert it to OpenAPI 3.0 or 3.1",
    ),
    "other.json": (
        "{}",
        "source-unusable: other.json at /openapi: `openapi` is null. It has to be a version 3.0 or 3.1, such as "
        "'3.1.0'",
    ),
    "plain.md": (
        "# Hello",
        "page-without-operation: plain.md: this page has no operation: neither a heading such as `POST /path` with an "
        "OpenAPI object as JSON, nor a link to one",
    ),
    "web.md": (
        "<!DOCTYPE html><html>",
        "page-without-operation: web.md: this is HTML, and a page is read in Markdown: name the raw file",
    ),
    "broken.md": (
        showing("{"),
        "source-broken: broken.md: this is not JSON (Expecting property name enclosed in double quotes in line 4, "
        "column 2)",
    ),
    "nowhere.md": (
        linking("gone.json"),
        "link-unresolved: nowhere.md: the link of POST /v1/clips names 'gone.json', which is no file here and no web "
        "address",
    ),
    "script.md": (
        linking("javascript:x"),
        "link-unresolved: script.md: the link of POST /v1/clips names 'javascript:x', which is no file here and no web "
        "address",
    ),
    "empty.md": (
        linking(""),
        "link-unresolved: empty.md: the block of POST /v1/clips has no link to an OpenAPI file",
    ),
}


@pytest.mark.parametrize("name", TROUBLE)
def test_what_can_not_be_read_is_one_line_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    content, line = TROUBLE[name]
    (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    write(tmp_path, {"good.json": spec()})
    reading = read_sources([str(tmp_path / name), str(tmp_path / "good.json")], fetch=None)
    assert names(reading) == ["good.json"]
    assert told(reading) == [f"error {line}. It was left out."]


REFERENCES = {
    "remote": ({"$ref": "https://example.com/a.json"}, "which is not in this file"),
    "cycle": ({"$ref": "#/components/schemas/A"}, "`$ref` goes in a circle"),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_references_that_can_not_be_resolved_leave_a_source_out(tmp_path: Path, case: str) -> None:
    reference, problem = REFERENCES[case]
    tree = json.loads(spec(components={"schemas": {"A": {"allOf": [{"$ref": "#/components/schemas/A"}]}}}))
    tree["paths"][ROUTE]["post"]["requestBody"]["content"]["application/json"]["schema"] = reference
    write(tmp_path, {"bad.json": json.dumps(tree), "good.json": spec()})
    reading = read_sources([str(tmp_path)], fetch=None)
    assert names(reading) == ["good.json"]
    assert [(finding.id, finding.file) for finding in reading.findings] == [("source-unusable", "bad.json")]
    assert problem in reading.findings[0].message
    assert reading.findings[0].pointer != ""


def test_in_a_folder_what_is_plainly_something_else_is_skipped(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": '{"name": "x"}', "b.yaml": "- 1", "c.md": "# Hello", "d.json": '{"swagger": "2.0"}'})
    reading = read_sources([str(tmp_path)], fetch=None)
    assert told(reading)[:3] == [
        "info source-skipped: a.json: there is no `openapi` in it. It was skipped.",
        "info source-skipped: b.yaml: there is no `openapi` in it. It was skipped.",
        "info source-skipped: c.md: this page has no operation. It was skipped.",
    ]
    assert [finding.severity.word for finding in reading.findings] == ["info", "info", "info", "error"]


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "there is no such file or folder"),
        (lambda path: path.mkdir(), "there is no .json, .md, .yaml, .yml in this folder"),
    ],
    ids=["missing", "empty"],
)
def test_an_argument_that_names_nothing_is_told(tmp_path: Path, make: Callable[[Path], None], problem: str) -> None:
    path = tmp_path / "x"
    make(path)
    assert told(read_sources([str(path)], fetch=None)) == [
        f"error no-source: {path}: {problem}. Nothing was read from it."
    ]


def test_a_name_that_is_too_long_for_a_file_names_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": linking("x" * 5000)})
    reading = read_sources(["y" * 5000, str(tmp_path)], fetch=None)
    assert [finding.id for finding in reading.findings] == ["no-source", "link-unresolved"]


def test_a_link_to_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to(tmp_path / "gone")
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    write(tmp_path, {"b.json": spec()})
    reading = read_sources([str(tmp_path)], fetch=None)
    assert names(reading) == ["b.json"]
    assert [(one.id, one.file) for one in reading.findings] == [
        ("source-unreadable", "a.json"),
        ("source-unreadable", "loop.json"),
    ]


def test_a_file_of_more_than_32_mib_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "large.json").open("wb") as large:
        os.truncate(large.fileno(), 32 * 1024 * 1024 + 1)
    assert told(read_sources([str(tmp_path)], fetch=None)) == [
        "error source-too-large: large.json: it has more than 33,554,432 bytes. It was left out."
    ]


def test_what_a_server_refuses_is_one_line_and_says_which_pages_link_to_it(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}.md": linking(f"{WEB}/gone.json") for name in "abc"})
    reading = read_sources([f"{WEB}/a.json", str(tmp_path)], fetch=serve({}))
    assert told(reading) == [
        f"error not-downloaded: {WEB}/a.json: the server answered 404 Not Found. It was left out.",
        f"error not-downloaded: {WEB}/gone.json: the server answered 404 Not Found (linked from a.md and 2 more pages)."
        " It was left out.",
    ]


def test_offline_no_url_is_downloaded() -> None:
    assert told(read_sources([f"{WEB}/a.json"], fetch=None)) == [
        f"error not-downloaded: {WEB}/a.json: not downloaded, since --offline. It was left out."
    ]


def test_a_page_does_not_lead_to_a_further_page(tmp_path: Path) -> None:
    write(tmp_path, {"page.md": linking(f"{WEB}/next.md")})
    web = {f"{WEB}/next.md": linking(f"{WEB}/one.json"), f"{WEB}/one.json": spec()}
    assert told(read_sources([str(tmp_path)], fetch=serve(web))) == [
        f"error source-unusable: {WEB}/next.md: this is a page, where an OpenAPI document was expected "
        "(linked from page.md). It was left out."
    ]


def test_the_name_of_a_url_keeps_no_secrets() -> None:
    url = "https://me:secret@docs.test/api.json?token=secret#part"
    reading = read_sources([url], fetch=serve({url.partition("#")[0]: spec()}))
    assert names(reading) == ["https://docs.test/api.json"]
    assert told(read_sources([url], fetch=None)) == [
        "error not-downloaded: https://docs.test/api.json: not downloaded, since --offline. It was left out."
    ]
