"""Merging onto a document that is there: whatever way it is written, what it has is kept and what is new arrives."""

import copy
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from reelmock.contracts.document import Document, make_document
from reelmock.contracts.jsontree import member
from reelmock.contracts.merge import Merged, stamped
from reelmock.contracts.models import find_models
from reelmock.contracts.operations import find_operations
from reelmock.tests.contracts.test_merge import TEXT, a_model, a_source, ids, merged, tree_of

NEW = a_source("new", a_model("m"))
JSON = "application/json"


def an_api(*models: dict[str, Any]) -> Any:
    """A document with one POST /v1/clips, to be written in other ways."""
    return copy.deepcopy(a_source("base", *models).tree)


def post(tree: Any) -> Any:
    return tree["paths"]["/v1/clips"]["post"]


def onto(tree: Any, *sources: Any) -> Merged:
    return merged(*(sources or (NEW,)), base=make_document(tree, "base"))


def again(found: Merged) -> Document:
    return make_document(stamped(found.document.tree), "merged.json")


def referred(tree: Any) -> Any:
    """The document with its path, its request body and its list of models behind references."""
    body = post(tree)["requestBody"]
    tree["components"] = {
        "schemas": {"Body": body["content"][JSON]["schema"]},
        "requestBodies": {"Body": body},
        "pathItems": {"Clips": tree["paths"]["/v1/clips"]},
    }
    body["content"][JSON]["schema"] = {"$ref": "#/components/schemas/Body"}
    post(tree)["requestBody"] = {"$ref": "#/components/requestBodies/Body"}
    tree["paths"]["/v1/clips"] = {"$ref": "#/components/pathItems/Clips"}
    return tree


@pytest.mark.parametrize("models", [[a_model("x")], [a_model("x"), a_model("y")]])
def test_a_document_may_name_its_path_and_its_request_body_by_reference(models: list[Any]) -> None:
    found = onto(referred(an_api(*models)))
    assert sorted(ids(found)) == ["m", "x", "y"][: len(models) + 1]
    assert [error.message for error in OpenAPIV31SpecValidator(tree_of(found)).iter_errors()] == []


def test_a_list_of_models_behind_a_reference_keeps_the_names_of_its_components() -> None:
    tree = an_api(a_model("x"), a_model("y"))
    schema = post(tree)["requestBody"]["content"][JSON]["schema"]
    tree["components"] = {"schemas": {"Ex": schema["oneOf"][0], "Why": schema["oneOf"][1], "Body": schema}}
    schema["oneOf"] = [{"$ref": "#/components/schemas/Ex"}, {"$ref": "#/components/schemas/Why"}]
    post(tree)["requestBody"]["content"][JSON]["schema"] = {"$ref": "#/components/schemas/Body"}
    assert {row.model: row.component for row in onto(tree).rows} == {"m": "M", "x": "Ex", "y": "Why"}


def test_a_model_alone_whose_schema_has_branches_keeps_its_component() -> None:
    tree = an_api({"title": "film", "anyOf": [{"required": ["a"]}, {"required": ["b"]}], "properties": {"a": TEXT}})
    schema = post(tree)["requestBody"]["content"][JSON]["schema"]
    tree["components"] = {"schemas": {"Film": schema}}
    post(tree)["requestBody"]["content"][JSON]["schema"] = {"$ref": "#/components/schemas/Film"}
    other = a_source("new", a_model("m"), path="/v2/clips")
    assert {row.model: row.component for row in onto(tree, other).rows} == {"film": "Film", "m": "M"}


def test_what_stands_beside_the_list_of_models_is_kept_with_each() -> None:
    tree = an_api(a_model("x"), a_model("y"))
    schema = post(tree)["requestBody"]["content"][JSON]["schema"]
    tree["components"] = {"schemas": {"X": schema["oneOf"][0], "Y": schema["oneOf"][1]}}
    refs = [{"$ref": "#/components/schemas/X"}, {"$ref": "#/components/schemas/Y"}]
    around = {"properties": {"prompt": TEXT}, "required": ["prompt"]}
    post(tree)["requestBody"]["content"][JSON]["schema"] = {"oneOf": refs, **around}
    found = find_models(find_operations(onto(tree).document))
    required = {model.id: model.schema["required"] for model in found}
    assert required == {"m": ["model"], "x": ["prompt", "model"], "y": ["prompt", "model"]}


def test_a_request_body_that_was_a_form_alone_takes_json_too() -> None:
    tree = an_api(a_model("x"))
    content = post(tree)["requestBody"]["content"]
    content["multipart/form-data"] = content.pop(JSON)
    found = onto(tree)
    assert ids(found) == ["m"]
    assert [*post(tree_of(found))["requestBody"]["content"]] == [JSON, "multipart/form-data"]


def test_a_component_that_is_no_model_is_not_overwritten_by_one_of_its_name() -> None:
    tree = an_api(a_model("x"))
    tree["components"] = {"schemas": {"M": {"type": "object", "properties": {"message": TEXT}}}}
    found = onto(tree)
    assert member(tree_of(found), "components", "schemas")["M"] == tree["components"]["schemas"]["M"]
    (row,) = (row for row in found.rows if row.model == "m")
    assert row.component.startswith("M_")
    assert {one.component for one in onto(again(found).tree).rows} == {row.component, "X"}


OLD_WAY, NEW_WAY = a_source("one", a_model("m")), a_source("other", a_model("m"), path="/v2/clips")
OTHER_WAY = a_source("other", a_model("m", b=TEXT), path="/v2/clips")


def test_a_model_that_two_paths_begin_to_see_differently_gets_two_components_and_back() -> None:
    alike = merged(OLD_WAY, NEW_WAY)
    apart = merged(OTHER_WAY, base=again(alike))
    seen = find_models(find_operations(apart.document))
    assert [[*member(model.schema, "properties")] for model in seen] == [["model"], ["model", "b"]]
    for found, fresh in ((apart, merged(OLD_WAY, OTHER_WAY)), (merged(NEW_WAY, base=again(apart)), None)):
        components = {row.component for row in found.rows}
        assert components == {row.component for row in (fresh or alike).rows}
        assert {*member(tree_of(found), "components", "schemas")} == components
