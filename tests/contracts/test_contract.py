"""The contract as it is asked, and how it is loaded."""

from pathlib import Path
from typing import Any

import pytest

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.document import ContractError, make_document

DATA = Path(__file__).parent.parent / "data"
KITES = load_contract(DATA / "kites.json")


def contract_of(**tree: Any) -> Contract:
    document = make_document({"openapi": "3.1.0", "paths": {}} | tree, "api.json")
    return Contract(document, load_contract().house)


def test_without_a_path_it_is_the_shipped_one() -> None:
    contract = load_contract()
    assert contract.document is contract.house
    assert contract.document.file == str(SHIPPED)
    assert [model.id for model in contract.models] == ["pixverse/v5.5/image-to-video"]
    assert len(contract.job_routes) == 1


@pytest.mark.parametrize("path", [DATA / "kites.json", str(DATA / "kites.json")], ids=["Path", "str"])
def test_another_file_is_named_by_its_path(path: str | Path) -> None:
    contract = load_contract(path)
    assert (contract.document.file, contract.house.file) == (str(DATA / "kites.json"), str(SHIPPED))
    assert [operation.key for operation in contract.operations] == ["POST /v1/clips", "GET /v1/clips/{task_id}"]


def test_a_file_that_cannot_be_used_is_a_contract_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"none\.json: the file can't be read"):
        load_contract(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("info", "title", "version"),
    [
        ({"title": "Kites", "version": "7"}, "Kites 7", "7"),
        ({"title": "Kites"}, "Kites unversioned", "unversioned"),
        ({"version": 7}, "untitled unversioned", "unversioned"),
        (None, "untitled unversioned", "unversioned"),
    ],
)
def test_title_and_version_are_the_documents(info: Any, title: str, version: str) -> None:
    contract = contract_of(info=info)
    assert (contract.title, contract.version) == (title, version)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("boat/one", "boat/one"),
        ("boat/1", "boat/one"),
        ("boat-uno", "boat/one"),
        ("kite/two", "kite/two"),
        ("Boat/One", None),
        ("", None),
        (None, None),
        (5, None),
        (["boat/one"], None),
    ],
)
def test_a_model_is_found_by_its_id_and_its_aliases(name: Any, found: str | None) -> None:
    create = next(operation for operation in KITES.operations if operation.method == "POST")
    model = KITES.model_of(create, name)
    assert (model.id if model else None) == found
    if found is not None:
        assert KITES.model(name) is model


def test_an_unknown_model_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(KeyError) as caught:
        KITES.model("bike")
    assert caught.value.args == ("the contract has no model 'bike'. It has: boat/one, kite/two",)


def test_an_id_counts_before_an_alias_and_the_first_alias_before_later_ones() -> None:
    def variant(*names: str) -> dict[str, Any]:
        return {"properties": {"model": {"enum": list(names)}}}

    schema = {"oneOf": [variant("a", "b", "c"), variant("b", "c")]}
    body = {"content": {"application/json": {"schema": schema}}}
    contract = contract_of(paths={"/a": {"post": {"requestBody": body}}})
    assert [contract.model(name).id for name in "abc"] == ["a", "b", "a"]


def test_models_belong_to_their_operation() -> None:
    create, retrieve = KITES.operations
    assert [model.id for model in KITES.models_of(create)] == ["boat/one", "kite/two"]
    assert KITES.models_of(retrieve) == ()


@pytest.mark.parametrize(
    ("own", "expected"),
    [({}, "cdn.aimlapi.com"), ({"x-clip-host": "clips.example"}, "clips.example"), ({"x-clip-host": None}, None)],
)
def test_what_a_document_does_not_say_the_shipped_one_says(own: dict[str, Any], expected: Any) -> None:
    contract = contract_of(**own)
    assert contract.extension("x-clip-host") == expected
    assert contract.extension_object("x-clip-host") == {}
    assert contract.extension("x-of-nobody") is None


def test_an_extension_object_is_an_object() -> None:
    assert contract_of(**{"x-pricing": {"rows": []}}).extension_object("x-pricing") == {"rows": []}
    assert "rows" in contract_of().extension_object("x-pricing")
