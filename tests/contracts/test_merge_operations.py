"""What sources say around their models: keys, parameters, and which operation retrieves what another one made."""

import copy
import itertools
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmock.contracts.merge import Merged
from reelmock.contracts.sources import Page, Source
from reelmock.tests.contracts.test_merge import TEXT, a_model, a_source, contract, ids, merged, tree_of


def a_job(name: str, said: str) -> Source:
    """A source whose operations have the ids that everybody uses, and which says which of them retrieves its jobs."""
    source = copy.deepcopy(a_source(name, a_model(name), path=f"/{name}/make"))
    paths: Any = source.tree["paths"]
    schema = {"type": "object", "properties": {"id": TEXT, "status": {"enum": ["queued", "completed"]}, "url": TEXT}}
    paths[f"/{name}/{{id}}"] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}],
        "get": {
            "operationId": "look",
            "responses": {"200": {"description": "So it stands.", "content": {"application/json": {"schema": schema}}}},
        },
    }
    post = paths[f"/{name}/make"]["post"]
    if said == "links":
        link = {"operationId": "look", "parameters": {"id": "$response.body#/id"}}
        post["responses"]["200"]["links"] = {"poll": link}
    else:
        post["x-lifecycle"] = {"retrieve": said}
    return source


def errors(found: Merged) -> list[str]:
    return [error.message for error in OpenAPIV31SpecValidator(tree_of(found)).iter_errors()]


@pytest.mark.parametrize("said", ["look", "links"])
def test_an_operation_retrieves_for_its_own_source_when_others_use_the_same_ids(said: str) -> None:
    found = merged(a_job("a", said), a_job("b", said))
    assert [repr(route) for route in contract(found).job_routes] == [
        "JobRoute(POST /a/make, GET /a/{id})",
        "JobRoute(POST /b/make, GET /b/{id})",
    ]
    assert errors(found) == []
    source = "links" if said == "links" else "x-lifecycle"
    assert {route.source for route in contract(found).job_routes} == {source}


def test_links_that_only_one_source_has_are_kept() -> None:
    plain = a_source("0", a_model("m"), path="/a/make")
    found = merged(plain, a_job("a", "links"))
    assert [route.source for route in contract(found).job_routes] == ["links"]


def a_keyed(name: str, scheme: dict[str, Any], path: str) -> Source:
    source = copy.deepcopy(a_source(name, a_model(name), path=path))
    source.tree["components"] = {"securitySchemes": {"key": scheme}}
    source.tree["security"] = [{"key": []}]
    return source


BEARER, HEADER = {"type": "http", "scheme": "bearer"}, {"type": "apiKey", "in": "header", "name": "X-Key"}


def test_two_ways_to_send_a_key_that_have_one_name_get_two() -> None:
    sources = a_keyed("a", BEARER, "/a"), a_keyed("b", HEADER, "/b")
    for order in itertools.permutations(sources):
        tree = tree_of(found := merged(*order))
        assert tree["components"]["securitySchemes"] == {"key": BEARER, "key_2": HEADER}
        assert tree["paths"]["/b"]["post"]["security"] == [{"key_2": []}]
        assert [operation.bearer for operation in contract(found).operations] == [True, False]
        again = tree_of(merged(*order, base=found.document))
        assert again["components"]["securitySchemes"] == tree["components"]["securitySchemes"]


def test_the_same_way_to_send_a_key_is_one_whatever_is_said_of_it() -> None:
    other = {"type": "http", "scheme": "Bearer", "bearerFormat": "JWT", "description": "A key."}
    tree = tree_of(merged(a_keyed("a", BEARER, "/a"), a_keyed("b", other, "/b")))
    assert tree["components"]["securitySchemes"] == {"key": BEARER}


def test_a_parameter_of_an_operation_replaces_that_of_its_path() -> None:
    source = copy.deepcopy(a_source("a", a_model("m")))
    item: Any = source.tree["paths"]["/v1/clips"]  # type: ignore[call-overload,index]
    item["parameters"] = [{"name": "q", "in": "query", "schema": TEXT}]
    item["post"]["parameters"] = [{"name": "q", "in": "query", "schema": {"type": "integer"}}]
    found = merged(source)
    assert tree_of(found)["paths"]["/v1/clips"]["post"]["parameters"] == item["post"]["parameters"]
    assert errors(found) == []


def test_a_server_with_a_slash_behind_it_is_the_same_server() -> None:
    sources = [copy.deepcopy(a_source(name, a_model(name))) for name in ("a", "b")]
    sources[0].tree["servers"], sources[1].tree["servers"] = [{"url": "https://a.test"}], [{"url": "https://a.test/"}]
    assert tree_of(merged(*sources))["servers"] == [{"url": "https://a.test"}]


@pytest.mark.parametrize("name", ["servers", "security", "tags"])
@pytest.mark.parametrize("value", [None, 5, ["x"], [None], [{}]])
def test_what_is_not_of_its_type_does_not_come_into_the_document(name: str, value: Any) -> None:
    source = copy.deepcopy(a_source("a", a_model("m")))
    source.tree[name] = value
    found = merged(source)
    assert (ids(found), errors(found)) == (["m"], [])


def test_a_discriminator_inside_a_model_does_not_name_what_is_not_there() -> None:
    cat: dict[str, Any] = {"type": "object", "properties": {"kind": {"enum": ["cat"]}, "discriminator": TEXT}}
    shape = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/components/schemas/Cat"}},
    }
    source = copy.deepcopy(a_source("a", a_model("m", shape=shape)))
    source.tree["components"] = {"schemas": {"Cat": cat}}
    assert tree_of(merged(source))["components"]["schemas"]["M"]["properties"]["shape"] == {"oneOf": [cat]}


@pytest.mark.parametrize(("glob", "taken"), [("m/1", ["m/1"]), ("m-3", []), ("n", ["n"]), ("n-1", ["n"])])
def test_a_page_about_several_models_does_not_bring_all_for_the_name_of_one(glob: str, taken: list[str]) -> None:
    several = a_source("a", a_model("m/1"), a_model("m/2"), pages=(Page("p", ("m/1", "m/2", "m-3")),))
    single = a_source("b", a_model("n"), pages=(Page("q", ("n", "n-1", "m/1")),))
    assert ids(merged(several, single, models=glob)) == taken


def test_a_name_that_a_page_alone_has_is_its_models_on_every_path() -> None:
    source = copy.deepcopy(a_source("a", a_model("m"), pages=(Page("p", ("m-1",)),)))
    paths: Any = source.tree["paths"]
    paths["/v2/clips"] = copy.deepcopy(paths["/v1/clips"])
    assert [model.aliases for model in contract(merged(source)).models] == [("m-1",), ("m-1",)]
