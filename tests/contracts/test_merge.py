"""Merging sources into one document: every model once, the union of replies, and nothing lost that was there."""

import copy
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.document import Document, make_document, read_json
from reelmock.contracts.jsontree import member
from reelmock.contracts.merge import Merged, merge, stamped
from reelmock.contracts.sources import Page, Source

DATA = Path(__file__).parent.parent / "data"
SPECS = [Source(file.name, read_json(file)) for file in sorted((DATA / "specs").glob("*.json"))]
SHIPPED = load_contract().document


def a_source(name: str, *models: dict[str, Any], path: str = "/v1/clips", pages: tuple[Page, ...] = ()) -> Source:
    """A document with one POST that takes these models, whose reply has an id and a status."""
    reply = {"type": "object", "properties": {"id": {"type": "string"}, "status": {"enum": ["queued", "completed"]}}}
    schema = models[0] if len(models) == 1 else {"oneOf": [*models]}
    post: dict[str, Any] = {
        "operationId": "make",
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"200": {"description": "Made.", "content": {"application/json": {"schema": reply}}}},
    }
    return Source(
        name, {"openapi": "3.0.0", "info": {"title": name, "version": "1"}, "paths": {path: {"post": post}}}, pages
    )


def a_model(*ids: str, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": ["model"], "properties": {"model": {"enum": [*ids]}} | properties}


def merged(*sources: Source, base: Document | None = None, models: str = "*") -> Merged:
    return merge(sources, base, file="merged.json", models=models)


def contract(found: Merged) -> Contract:
    return Contract(found.document, SHIPPED)


def told(found: Merged) -> list[str]:
    """The findings but for those about single documents."""
    return [str(finding) for finding in found.findings if finding.id not in ("default-type", "response-description")]


def ids(found: Merged) -> list[str]:
    return [model.id for model in contract(found).models]


def tree_of(found: Merged | Source | Document) -> Any:
    """The OpenAPI object, as tests like to reach into it."""
    return found.document.tree if isinstance(found, Merged) else found.tree


def version(found: Merged) -> str:
    info: Any = stamped(found.document.tree)["info"]
    return str(info["version"])


def text(found: Merged) -> str:
    return json.dumps(stamped(found.document.tree))


TEXT = {"type": "string"}


def test_every_model_of_every_source_is_there_once_with_its_source() -> None:
    found = merged(*SPECS, base=SHIPPED)
    assert len(ids(found)) == len(set(ids(found))) == 12
    rows = {row.model: (row.component, row.sources, row.state) for row in found.rows}
    assert rows["luma/ray-2"] == ("LumaRay2", ("luma-ai-ray-2.json",), "new")
    assert rows["pixverse/v5.5/image-to-video"][0] == "PixverseV55ImageToVideo"
    assert tree_of(found)["components"]["schemas"]["LumaRay2"]["x-source"] == "luma-ai-ray-2.json"


def test_the_merged_document_is_a_valid_one_and_has_a_job_route() -> None:
    for base in (SHIPPED, None):
        found = merged(*SPECS, base=base)
        assert [error.message for error in OpenAPIV31SpecValidator(tree_of(found)).iter_errors()] == []
        assert [repr(route) for route in contract(found).job_routes] == [
            "JobRoute(POST /v2/video/generations, GET /v2/video/generations)"
        ]


@given(st.permutations(SPECS))
def test_the_order_of_the_sources_does_not_matter(sources: list[Source]) -> None:
    assert text(merged(*sources, base=SHIPPED)) == text(merged(*SPECS, base=SHIPPED))


def test_merging_again_changes_nothing() -> None:
    for base in (SHIPPED, None):
        once = merged(*SPECS, base=base)
        again = merged(*SPECS, base=make_document(stamped(once.document.tree), "merged.json"))
        assert text(again) == text(once)
        assert {row.state for row in again.rows} == {"same"}


def test_models_are_told_apart_by_their_ids() -> None:
    found = merged(a_source("a", a_model("m/1", "m/one")), a_source("b", a_model("m/2")))
    tree = tree_of(found)
    assert tree["paths"]["/v1/clips"]["post"]["requestBody"]["content"]["application/json"]["schema"] == {
        "oneOf": [{"$ref": "#/components/schemas/M1"}, {"$ref": "#/components/schemas/M2"}],
        "discriminator": {
            "propertyName": "model",
            "mapping": {
                "m/1": "#/components/schemas/M1",
                "m/one": "#/components/schemas/M1",
                "m/2": "#/components/schemas/M2",
            },
        },
    }


def test_a_model_without_an_id_is_the_only_one() -> None:
    found = merged(a_source("a", {"type": "object", "title": "Film", "properties": {"scene": TEXT}}))
    tree = tree_of(found)
    body = tree["paths"]["/v1/clips"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": "#/components/schemas/Film"}


STEPS = ("paths", "/v1/clips", "post", "requestBody", "content", "application/json", "schema", "properties")
SAME = (a_source("one.json", a_model("m")), a_source("two.json", a_model("m") | {"description": "Said otherwise."}))
OTHER = (a_source("one.json", a_model("m", a=TEXT)), a_source("two.json", a_model("m", b=TEXT)))


def test_the_same_model_in_two_sources_is_one() -> None:
    for sources in (SAME, SAME[::-1]):
        found = merged(*sources)
        assert told(found) == []
        assert [row.sources for row in found.rows] == [("one.json", "two.json")]
    assert text(merged(*SAME)) == text(merged(*SAME[::-1]))


@pytest.mark.parametrize(("sources", "left"), [(OTHER, "b"), (OTHER[::-1], "a")])
def test_of_two_that_differ_the_later_one_holds_and_that_is_told(sources: tuple[Source, Source], left: str) -> None:
    found = merged(*sources)
    (model,) = contract(found).models
    assert [*member(model.schema, "properties")] == ["model", left]
    first, last = (source.name for source in sources)
    assert told(found) == [
        f"warning model-conflict: {first}: the model 'm' is not the same as in {last}. The later source is used: "
        f"{last}."
    ]


@pytest.mark.parametrize(
    ("one", "other"), [({"default": 5}, {"default": 8}), ({"dependentRequired": {"title": ["a"]}}, {})]
)
def test_two_models_that_would_be_played_differently_are_not_the_same(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    sources = (
        a_source("a", a_model("m", a={"type": "integer"} | one)),
        a_source("b", a_model("m", a={"type": "integer"} | other)),
    )
    for order in (sources, sources[::-1]):
        found = merged(*order)
        assert [finding.id for finding in found.findings] == ["model-conflict"]
        assert member(contract(found).models[0].schema, "properties", "a") == member(tree_of(order[1]), *STEPS, "a")


def test_the_ids_of_a_page_are_other_names_of_its_model() -> None:
    page = Page("page.md", ("m-1", "m/1"))
    found = merged(a_source("a.json", a_model("m/1"), pages=(page,)))
    (model,) = contract(found).models
    assert model.aliases == ("m-1",)
    assert told(found) == [
        "info unknown-page-id: page.md: the page lists the model 'm-1', which no schema has. Taken as another name of "
        "'m/1'."
    ]


def test_an_id_that_some_model_has_is_no_other_name() -> None:
    page = Page("page.md", ("m/1", "m/2"))
    found = merged(a_source("a.json", a_model("m/1"), pages=(page,)), a_source("b.json", a_model("m/2")))
    assert [model.aliases for model in contract(found).models] == [(), ()]
    assert told(found) == []


def test_an_id_of_a_page_with_several_models_belongs_to_none() -> None:
    found = merged(a_source("a.json", a_model("m/1"), a_model("m/2"), pages=(Page("page.md", ("m-1",)),)))
    assert [model.aliases for model in contract(found).models] == [(), ()]
    assert told(found) == [
        "warning unknown-page-id: page.md: the page lists the model 'm-1', which no schema has. Left out."
    ]


@pytest.mark.parametrize(
    ("glob", "expected"), [("*", ["m/1", "n/2"]), ("m/*", ["m/1"]), ("two", ["n/2"]), ("three", ["m/1"]), ("x", [])]
)
def test_only_models_with_a_name_like_the_glob_are_taken(glob: str, expected: list[str]) -> None:
    sources = a_source("a", a_model("m/1"), pages=(Page("p", ("three",)),)), a_source("b", a_model("n/2", "two"))
    assert [row.model for row in merged(*sources, models=glob).rows] == expected


def test_what_the_sources_do_not_speak_of_is_kept() -> None:
    base = make_document(
        a_source("base", a_model("m/1", "other", a=TEXT) | {"allOf": [{"minProperties": 1}]}).tree, "base"
    )
    base.tree["x-pricing"] = {"credits_per_usd": 1}
    found = merged(a_source("a", a_model("m/1", b=TEXT)), a_source("b", a_model("m/2")), base=base)
    first, second = contract(found).models
    assert (first.id, first.aliases, [*member(first.schema, "properties")]) == ("m/1", ("other",), ["model", "b"])
    assert first.schema["allOf"] == [{"minProperties": 1}]
    assert second.id == "m/2"
    assert found.document.tree["x-pricing"] == {"credits_per_usd": 1}
    assert [(row.model, row.state) for row in found.rows] == [("m/1", "changed"), ("m/2", "new")]


def test_a_model_that_no_source_speaks_of_stays_under_its_name() -> None:
    found = merged(a_source("a", a_model("m"), path="/v2/video/generations"), base=SHIPPED)
    assert {row.model: (row.component, row.state) for row in found.rows} == {
        "m": ("M", "new"),
        "pixverse/v5.5/image-to-video": ("PixverseV55ImageToVideo", "kept"),
    }
    kept, before = (tree_of(one)["components"]["schemas"]["PixverseV55ImageToVideo"] for one in (found, SHIPPED))
    assert kept == before


def test_a_model_on_two_paths_has_one_component_unless_they_see_it_differently() -> None:
    old, new = a_source("a", a_model("m")), a_source("b", a_model("m"), path="/v2/clips")
    assert {row.component for row in merged(old, new).rows} == {"M"}
    other = a_source("b", a_model("m", b=TEXT), path="/v2/clips")
    assert [row.component for row in merged(old, other).rows] == ["MPOSTV1Clips", "MPOSTV2Clips"]


def test_replies_are_united_and_so_are_parameters_servers_and_keys() -> None:
    first, second = copy.deepcopy(a_source("a", a_model("m"))), copy.deepcopy(a_source("b", a_model("n")))
    one, other = (tree_of(source)["paths"]["/v1/clips"]["post"] for source in (first, second))
    one["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["cost"] = {"type": "number"}
    one["parameters"] = [{"name": "a", "in": "query", "schema": TEXT}]
    other["parameters"] = [{"name": "b", "in": "query", "schema": TEXT}]
    other["responses"]["402"] = {"description": "No money."}
    second.tree["components"] = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    second.tree["security"] = [{"key": []}]
    first.tree["servers"], second.tree["servers"] = [{"url": "https://a.test"}], [{"url": "https://b.test"}]
    for sources in itertools.permutations((first, second)):
        tree = tree_of(merged(*sources))
        post = tree["paths"]["/v1/clips"]["post"]
        assert [*post["responses"]["200"]["content"]["application/json"]["schema"]["properties"]] == [
            "id",
            "status",
            "cost",
        ]
        assert [parameter["name"] for parameter in post["parameters"]] == ["a", "b"]
        assert [*post["responses"]] == ["200", "402"]
        assert post["security"] == [{"key": []}]
        assert tree["servers"] == [{"url": "https://a.test"}, {"url": "https://b.test"}]


def test_a_source_that_can_not_be_used_is_told_and_the_rest_is_merged() -> None:
    broken = a_source("broken", {"$ref": "#/components/schemas/Gone"})
    found = merged(broken, a_source("a", a_model("m")))
    assert ids(found) == ["m"]
    assert told(found) == [
        "error unusable: broken at /paths/~1v1~1clips/post/requestBody/content/application~1json/schema: `$ref` names "
        "'#/components/schemas/Gone', and there is no such place. Correct the reference or add what it names."
    ]


def test_the_version_tells_one_document_from_another() -> None:
    assert version(merged(a_source("a", a_model("m")))) != version(merged(a_source("a", a_model("n"))))
    assert version(merged(a_source("a", a_model("m"), path="/v2/video/generations"), base=SHIPPED)).startswith("2026-")


def test_samples_for_pages_are_not_taken_over() -> None:
    source = copy.deepcopy(a_source("a", a_model("m")))
    tree_of(source)["paths"]["/v1/clips"]["post"]["x-codeSamples"] = [{"lang": "cURL"}]
    assert "x-codeSamples" not in text(merged(source))
