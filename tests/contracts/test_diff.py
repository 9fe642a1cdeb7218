"""Forty edits of the shipped document get the right verdict, there and back; what nobody meets is no difference."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.diff import diff
from reelmock.contracts.diff_rules import STRUCTURE
from reelmock.contracts.document import make_document
from reelmock.contracts.jsontree import fresh

SPECS = sorted((Path(__file__).parent.parent / "data" / "specs").glob("*.json"))
TREE: Any = json.loads(SHIPPED.read_text(encoding="utf-8"))
ROUTE = "/v2/video/generations"
MODEL = "PixverseV55ImageToVideo"
ID, ALIAS = "pixverse/v5.5/image-to-video", "pixverse/v5-5-image-to-video"
TEXT = {"type": "string"}


def copied(tree: Any) -> Any:
    return fresh(tree)


class Edited:
    """A copy of the shipped document, and the places in it that edits are about."""

    def __init__(self) -> None:
        self.tree: Any = copied(TREE)
        self.schemas: Any = self.tree["components"]["schemas"]
        self.model: Any = self.schemas[MODEL]
        self.fields: Any = self.model["properties"]
        self.job: Any = self.schemas["Generation"]
        self.item: Any = self.tree["paths"][ROUTE]
        self.post: Any = self.item["post"]
        self.get: Any = self.item["get"]
        self.reply: Any = self.post["responses"]["200"]
        self.body: Any = self.post["requestBody"]

    def variants(self, **more: Any) -> None:
        """Make the request body a choice between models; each of `more` is another one's schema."""
        schema = self.body["content"]["application/json"]["schema"]
        self.schemas |= more
        names = [{"$ref": f"#/components/schemas/{name}"} for name in more]
        self.body["content"]["application/json"]["schema"] = {"oneOf": [copied(schema), *names]}

    def contract(self) -> Contract:
        document = make_document(self.tree, "new.json")
        return Contract(document, document)


BASE = Contract(make_document(TREE, "old.json"), make_document(TREE, "old.json"))
OTHER: Any = {"type": "object", "required": ["model"], "properties": {"model": {"enum": ["acme/kite"]}}}

Edit = Callable[[Edited], object]

# What is edited; the ids of what a client of the shipped document meets; and those on the way back.
EDITS: dict[str, tuple[Edit, str, str]] = {
    "a field becomes required": (
        lambda e: e.model["required"].append("seed"),
        "request-property-became-required", "request-property-became-optional"),
    "a required field is new": (
        lambda e: (e.fields.update(camera=TEXT), e.model["required"].append("camera")),
        "request-property-added-required", "request-property-removed"),
    "a field is new": (lambda e: e.fields.update(camera=TEXT), "request-property-added", "request-property-removed"),
    "a field is retyped": (
        lambda e: e.fields["seed"].update(type="string"),
        "request-property-type-changed", "request-property-type-changed"),
    "a whole number may be any": (
        lambda e: e.fields["seed"].update(type="number"),
        "request-property-type-widened", "request-property-type-narrowed"),
    "a resolution is gone": (
        lambda e: e.fields["resolution"]["enum"].remove("360p"),
        "request-property-enum-value-removed", "request-property-enum-value-added"),
    "a length is gone": (
        lambda e: e.fields["duration"]["enum"].remove(10),
        "request-property-enum-value-removed", "request-property-enum-value-added"),
    "styles are not listed": (
        lambda e: e.fields["style"].pop("enum"), "request-property-enum-lifted", "request-property-enum-set"),
    "a prompt has a longest length": (
        lambda e: e.fields["prompt"].update(maxLength=2048),
        "request-property-bound-tightened", "request-property-bound-loosened"),
    "a seed has a smallest value": (
        lambda e: e.fields["seed"].update(minimum=0),
        "request-property-bound-tightened", "request-property-bound-loosened"),
    "a picture may be any text": (
        lambda e: e.fields["image_url"].pop("format"),
        "request-property-format-lifted", "request-property-format-set"),
    "a picture has to lie on https": (
        lambda e: e.fields["image_url"].update(pattern="^https:"),
        "request-property-pattern-set", "request-property-pattern-lifted"),
    "a default is another": (
        lambda e: e.fields["resolution"].update(default="1080p"),
        "request-property-default-changed", "request-property-default-changed"),
    "a default is gone": (
        lambda e: e.fields["duration"].pop("default"),
        "request-property-default-changed", "request-property-default-changed"),
    "a field may be null": (
        lambda e: e.fields["negative_prompt"].update(nullable=True),
        "request-property-became-nullable", "request-property-became-not-nullable"),
    "a combination is forbidden": (
        lambda e: e.model["allOf"].append({"not": {"required": ["style", "seed"]}}),
        "request-property-combination-forbidden", "request-property-combination-allowed"),
    "a field needs another one": (
        lambda e: e.model.update(dependentRequired={"seed": ["style"]}),
        "request-property-combination-forbidden", "request-property-combination-allowed"),
    "other fields are refused": (
        lambda e: e.model.update(additionalProperties=False),
        "request-property-others-refused", "request-property-others-taken"),
    "a model is new": (lambda e: e.variants(Kite=OTHER), "model-added", "model-removed"),
    "a model is renamed": (
        lambda e: e.fields["model"].update(enum=["pixverse/v6"]),
        "model-renamed", "model-renamed"),
    "a model has another first id": (
        lambda e: e.fields["model"].update(enum=["pixverse/v6", ID, ALIAS]),
        "model-id-became-alias", "model-renamed"),
    "a model loses a name": (
        lambda e: e.fields["model"].update(enum=[ID]), "model-alias-removed", "model-alias-added"),
    "a route is gone": (lambda e: e.tree["paths"].pop("/v2/billing"), "route-removed", "route-added"),
    "a method is gone": (lambda e: e.item.pop("get"), "method-removed", "method-added"),
    "a key is not wanted": (
        lambda e: e.get.update(security=[]), "security-loosened", "security-tightened"),
    "the base URL is another": (
        lambda e: e.tree["servers"][0].update(url="https://api.example.com"),
        "server-added server-removed", "server-added server-removed"),
    "the id is called otherwise": (
        lambda e: e.get["parameters"][0].update(name="id"),
        "request-parameter-added-required request-parameter-removed",
        "request-parameter-added-required request-parameter-removed"),
    "the id may be left out": (
        lambda e: e.get["parameters"][0].update(required=False),
        "request-parameter-became-optional", "request-parameter-became-required"),
    "a parameter is new": (
        lambda e: e.get["parameters"].append({"name": "wait", "in": "query", "schema": {"type": "integer"}}),
        "request-parameter-added", "request-parameter-removed"),
    "the body may be left out": (
        lambda e: e.body.update(required=False), "request-body-became-optional", "request-body-became-required"),
    "the body may be a form": (
        lambda e: e.body["content"].update({"multipart/form-data": {}}),
        "request-media-type-added", "request-media-type-removed"),
    "there is no body": (lambda e: e.post.pop("requestBody"), "request-body-removed", "request-body-added"),
    "a job has no id": (
        lambda e: (e.job["properties"].pop("id"), e.job["required"].remove("id")),
        "response-property-removed", "response-property-added-required"),
    "a status may not come": (
        lambda e: e.job["required"].remove("status"),
        "response-property-became-optional", "response-property-became-required"),
    "a status word is new": (
        lambda e: e.job["properties"]["status"]["enum"].append("paused"),
        "response-status-word-added", "response-status-word-removed"),
    "a video is never null": (
        lambda e: e.job["properties"]["video"].update(type="object"),
        "response-property-became-not-nullable", "response-property-became-nullable"),
    "an id is a number": (
        lambda e: e.job["properties"]["id"].update(type="integer"),
        "response-property-type-changed", "response-property-type-changed"),
    "errors have another envelope": (
        lambda e: e.schemas.update(Error=e.schemas["LegacyError"]),
        "response-property-added-required response-property-removed",
        "response-property-added-required response-property-removed"),
    "success has another status": (
        lambda e: e.post["responses"].update({"201": e.post["responses"].pop("200")}),
        "response-success-status-changed", "response-success-status-changed"),
    "a refusal is new": (
        lambda e: e.post["responses"].update({"402": {"description": "Pay"}}),
        "response-status-added", "response-status-removed"),
    "a reply is a page": (
        lambda e: e.reply.update(content={"text/html": {"schema": TEXT}}),
        "response-media-type-changed", "response-media-type-changed"),
    "a reply has no body": (lambda e: e.reply.pop("content"), "response-body-removed", "response-body-added"),
    "a reply lacks a header": (
        lambda e: e.reply["headers"].pop("x-inference-id"), "response-header-removed", "response-header-added"),
}  # fmt: skip


def ids(old: Contract, new: Contract) -> set[str]:
    return {finding.id for finding in diff(old, new)}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_gets_the_right_verdict_in_both_directions(name: str) -> None:
    edit, there, back = EDITS[name]
    edited = Edited()
    edit(edited)
    assert ids(BASE, edited.contract()) == {*there.split()}
    assert ids(edited.contract(), BASE) == {*back.split()}


def test_there_are_at_least_forty_edits_and_every_rule_is_among_them() -> None:
    assert len(EDITS) >= 40
    met = {one for _, there, back in EDITS.values() for one in f"{there} {back}".split()}
    assert {rule.id for rule in STRUCTURE} <= met


def test_a_difference_says_what_where_and_what_to_do() -> None:
    edited = Edited()
    edited.fields["resolution"]["enum"].remove("360p")
    del edited.fields["style"]
    edited.job["properties"]["status"]["enum"].append("paused")
    assert [str(finding) for finding in diff(BASE, edited.contract())] == [
        "error response-status-word-added: new.json at /components/schemas/Generation/properties/status/enum: reply "
        f"200 of GET {ROUTE} and 1 more: `status`: 'paused' is among the values now. See that the client copes with "
        "it.",
        "error request-property-enum-value-removed: new.json at "
        f"/components/schemas/{MODEL}/properties/resolution/enum: {ID}: `resolution`: '360p' is not among the values "
        "any more. Change the requests before the new document holds.",
        f"warning request-property-removed: old.json at /components/schemas/{MODEL}/properties/style: {ID}: `style`: "
        "it is gone. Change the requests before the new document holds.",
    ]


def test_a_combination_is_told_by_its_values() -> None:
    edited = Edited()
    rule = {"required": ["resolution", "seed"], "properties": {"resolution": {"enum": ["720p", "1080p"]}}}
    edited.model["allOf"].append({"not": rule})
    edited.model["dependentRequired"] = {"seed": ["style"]}
    assert {finding.message for finding in diff(BASE, edited.contract())} == {
        f"{ID}: not allowed any more: `resolution` '1080p' or '720p' with `seed`",
        f"{ID}: not allowed any more: `seed` without `style`",
    }


def test_a_change_in_one_of_many_models_names_the_model_and_its_variant() -> None:
    first, second = Edited(), Edited()
    first.variants(Kite=OTHER)
    second.variants(Kite={**OTHER, "required": ["model", "wind"], "properties": {**OTHER["properties"], "wind": TEXT}})
    [finding] = diff(first.contract(), second.contract())
    assert (finding.id, finding.pointer) == (
        "request-property-added-required",
        "/components/schemas/Kite/properties/wind",
    )
    assert finding.message == "acme/kite: `wind`: it is new and required"


def test_a_model_that_lost_its_id_and_keeps_an_alias_is_still_compared() -> None:
    edited = Edited()
    edited.fields["model"]["enum"] = [ALIAS]
    edited.model["required"].append("seed")
    assert ids(BASE, edited.contract()) == {"model-renamed", "request-property-became-required"}


def test_a_path_is_known_without_the_names_of_its_parameters() -> None:
    def named(name: str) -> Contract:
        edited = Edited()
        parameter = {"name": name, "in": "path", "required": True, "schema": TEXT}
        edited.tree["paths"][f"/jobs/{{{name}}}"] = {"get": {"parameters": [parameter], "responses": {}}}
        return edited.contract()

    assert ids(named("id"), named("job_id")) == set()


def test_a_header_is_known_in_any_case() -> None:
    edited = Edited()
    edited.tree["components"]["parameters"]["ClientRequestId"]["name"] = "x-CLIENT-request-ID"
    assert ids(BASE, edited.contract()) == set()


def test_another_scheme_is_a_tighter_one() -> None:
    edited = Edited()
    edited.tree["components"]["securitySchemes"]["other"] = {"type": "apiKey", "in": "header", "name": "x-key"}
    edited.get["security"] = [{"other": []}]
    [finding] = diff(BASE, edited.contract())
    assert (finding.id, finding.message) == (
        "security-tightened",
        f"GET {ROUTE}: it wants apikey `x-key` in the header",
    )


def retold(node: Any, at: str = "") -> Any:
    """A document in another order, with other words: members, and lists in which order means nothing, are reversed."""
    if isinstance(node, list):
        turned = [retold(inner) for inner in node]
        return turned[::-1] if at in ("enum", "required", "anyOf", "oneOf", "allOf", "tags") else turned
    if not isinstance(node, dict):
        return node
    found = {key: retold(inner, key) for key, inner in reversed(node.items())}
    if at in ("get", "post") or ("type" in found and isinstance(found["type"], str) and at != "properties"):
        found |= {"description": "In other words.", "x-source": "elsewhere"}
        found |= {} if at in ("get", "post") else {"title": "Another title", "examples": ["another"]}
    return found


def model_first(tree: Any) -> Any:
    """The ids of models in their own order: the first one is the model's."""
    for schema in tree["components"]["schemas"].values():
        if isinstance(chosen := schema.get("properties", {}).get("model"), dict) and "enum" in chosen:
            chosen["enum"].reverse()
    return tree


def test_a_document_in_another_order_and_other_words_does_not_differ() -> None:
    document = make_document(model_first(retold(TREE)), "new.json")
    assert diff(BASE, Contract(document, document)) == ()
    assert diff(Contract(document, document), BASE) == ()


@pytest.mark.parametrize("file", SPECS, ids=lambda file: file.stem)
def test_no_document_differs_from_itself_retold_or_written_out(file: Path) -> None:
    tree = json.loads(file.read_text(encoding="utf-8"))
    old, new = make_document(tree, "old.json"), make_document(retold(tree), "new.json")
    whole = make_document({**old.tree, "paths": old.resolve_object(old.tree["paths"])}, "whole.json")
    for other in (old, new, whole):
        assert diff(Contract(old, old), Contract(other, other)) == ()
        assert diff(Contract(other, other), Contract(old, old)) == ()


def test_where_references_are_does_not_count() -> None:
    edited = Edited()
    document = BASE.document
    edited.tree["paths"] = document.resolve_object(document.tree["paths"])
    edited.tree["components"]["schemas"] = {}
    assert diff(BASE, edited.contract()) == ()
    wrapped = Edited()
    schema = wrapped.body["content"]["application/json"]["schema"]
    wrapped.reply["content"]["application/json"]["schema"] = {"allOf": [{"$ref": "#/components/schemas/Generation"}]}
    wrapped.schemas["Prompt"] = wrapped.fields["prompt"]
    wrapped.fields["prompt"] = {"$ref": "#/components/schemas/Prompt", "description": "beside"}
    assert schema == {"$ref": f"#/components/schemas/{MODEL}"}
    assert diff(BASE, wrapped.contract()) == ()


def test_a_title_is_no_id_where_a_schema_names_no_model() -> None:
    def untold(title: str) -> Contract:
        edited = Edited()
        edited.fields["model"] = TEXT
        edited.model["title"] = title
        return edited.contract()

    assert diff(untold("first"), untold("second")) == ()


def test_the_shipped_document_does_not_differ_from_itself() -> None:
    assert diff(load_contract(), load_contract()) == ()
