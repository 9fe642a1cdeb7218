"""`create_requests`: whole requests, which judge and fake take when they are good, and refuse when they are not."""

import json
from collections.abc import Callable
from functools import partial
from operator import eq

import pytest

from reelmock.contracts.conformance import judge_request
from reelmock.contracts.contract import Contract
from reelmock.contracts.document import ContractError
from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import JsonObject
from reelmock.contracts.mutations import KindError, Mutation, violations
from reelmock.contracts.strategies import CreateRequest, create_requests
from reelmock.contracts.strategies.requests import CONTENT_TYPES, HARMLESS
from reelmock.contracts.wire_faults import WIRE_KINDS, WireFault
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.settings import Settings
from reelmock.tests.contracts.strategies.drawing import KITES, SHAPES, SHIPPED_CONTRACT, drawn, taking, unreached


def has(request: Request, field: tuple[str, str]) -> bool:
    return field in request.headers


OPEN = taking({"type": "object", "properties": {"prompt": {"type": "string"}}})
ALL = {"shipped": SHIPPED_CONTRACT, "kites": KITES, "shapes": SHAPES, "without a key": OPEN}

# Kind → the status with which the fake refuses it; all others are 400.
STATUSES = {"wrong_content_type": 415, "missing_content_type": 415, "missing_key": 401, "bad_key": 401}


@pytest.mark.parametrize("contract", ALL.values(), ids=ALL)
def test_the_judge_finds_nothing_in_good_requests_and_something_in_broken_ones(contract: Contract) -> None:
    for created in drawn(create_requests(contract=contract), 75):
        violations = judge_request(contract, created.request).violations
        assert bool(violations) is (created.broken is not None)
        if isinstance(created.broken, Mutation):
            assert {violation.pointer for violation in violations} == {created.broken.pointer}
        if isinstance(created.broken, WireFault):
            assert created.request == created.broken.request
        assert created.kind == (created.broken.kind if created.broken else None)


@pytest.mark.parametrize("contract", [SHIPPED_CONTRACT, KITES, SHAPES], ids=["shipped", "kites", "shapes"])
def test_the_fake_takes_good_requests_and_refuses_broken_ones(contract: Contract) -> None:
    engine = Engine(contract, VirtualClock(), Settings(validation="strict"))
    success = contract.job_routes[0].create.success_status
    for created in drawn(create_requests(contract=contract), 100):
        expected = success if created.kind is None else STATUSES.get(created.kind, 400)
        assert engine.handle(created.request).response.status == expected


def test_about_half_of_the_requests_are_good() -> None:
    found = drawn(create_requests(), 200)
    assert 60 < sum(created.broken is None for created in found) < 140


def test_every_kind_comes_up() -> None:
    kinds = [*WIRE_KINDS, *(mutation.kind for mutation in violations(SHIPPED_CONTRACT.models[0].schema))]
    assert unreached(create_requests().map(kind_of), {kind: partial(eq, kind) for kind in kinds}) == []


def kind_of(created: CreateRequest) -> str:
    return created.kind or ""


@pytest.mark.parametrize(
    ("contract", "kinds"),
    [
        *((SHIPPED_CONTRACT, [kind]) for kind in WIRE_KINDS),
        (SHIPPED_CONTRACT, ["null"]),
        (SHIPPED_CONTRACT, ["null", "malformed_json"]),
        (SHAPES, ["too_long"]),
        (SHAPES, ["too_few_items", "empty_body"]),
    ],
)
def test_kinds_say_what_may_be_wrong(contract: Contract, kinds: list[str]) -> None:
    """Some models of a contract may have no place that can be broken so."""
    strategy = create_requests(contract=contract, kinds=iter(kinds)).map(kind_of)
    assert {*drawn(strategy, 50)} <= {"", *kinds}
    assert unreached(strategy, {kind: partial(eq, kind) for kind in ["", *kinds]}) == []


def test_no_kinds_give_good_requests_alone() -> None:
    assert {created.broken for created in drawn(create_requests(kinds=()))} == {None}


def test_a_kind_that_there_is_not_is_an_error_that_names_all() -> None:
    with pytest.raises(KindError) as caught:
        create_requests(kinds=["malformed_json", "too_wet"])
    assert str(caught.value).startswith("there is no kind 'too_wet'. There are: missing_required, ")
    assert all(kind in str(caught.value) for kind in WIRE_KINDS)


def test_what_no_place_can_have_is_an_error() -> None:
    with pytest.raises(KindError) as caught:
        create_requests(kinds=["too_long"])
    assert str(caught.value).startswith(
        "no place of pixverse/v5.5/image-to-video can be broken as 'too_long', only as: "
    )


@pytest.mark.parametrize("kind", ["missing_key", "bad_key"])
def test_without_a_key_nothing_about_keys_can_be_wrong(kind: str) -> None:
    with pytest.raises(KindError) as caught:
        create_requests(contract=OPEN, kinds=[kind])
    assert kind in str(caught.value)
    assert all(created.request.header("authorization") is None for created in drawn(create_requests(contract=OPEN)))


def test_the_key_is_the_one_that_was_given() -> None:
    keys = {created.request.header("authorization") for created in drawn(create_requests(key="sk-mine", kinds=()), 50)}
    assert keys == {"Bearer sk-mine"}


def test_a_request_is_printed_with_its_body_and_without_its_key() -> None:
    """Hypothesis prints what a test fails with."""
    created = drawn(create_requests(key="sk-mine", kinds=()), 1)[0]
    assert repr(created.request.body) in repr(created)
    assert "sk-mine" not in repr(created)


def test_a_model_tells_the_operation_that_is_called() -> None:
    found = drawn(create_requests(KITES.model("kite/two"), contract=KITES, kinds=()), 30)
    assert {(created.request.method, created.request.path) for created in found} == {("POST", "/v1/clips")}
    assert {json.loads(created.request.body)["engine"] for created in found} == {"kite/two"}


def test_a_model_of_another_contract_is_an_error() -> None:
    with pytest.raises(ContractError) as caught:
        create_requests(KITES.model("kite/two"))
    assert "POST /v1/clips" in str(caught.value)


def test_models_of_several_operations_may_have_the_same_name() -> None:
    boat: JsonObject = {"type": "object", "title": "boat", "properties": {"prompt": {"type": "string"}}}
    ships: JsonObject = {"post": {"requestBody": {"content": {"application/json": {"schema": boat}}}}}
    contract = taking(boat, **{"/ships": ships})
    paths = create_requests(contract=contract).map(lambda created: created.request.path)
    assert unreached(paths, {path: partial(eq, path) for path in ("/boats", "/ships")}) == []


REACHED: dict[str, Callable[[Request], bool]] = {
    **{content_type: partial(has, field=("content-type", content_type)) for content_type in CONTENT_TYPES},
    **{f"{name}: {value}": partial(has, field=(name, value)) for name, value in HARMLESS},
    "no other header": lambda request: len(request.headers) == 2,
    "on several lines": lambda request: b"\n" in request.body,
    "on one line": lambda request: b"\n" not in request.body,
    "escaped": lambda request: b"\\u" in request.body,
    "in UTF-8": lambda request: not request.body.isascii(),
}


def test_requests_are_written_as_client_libraries_write_them() -> None:
    good = create_requests(kinds=()).map(lambda created: created.request)
    assert unreached(good, REACHED) == []
    assert all(len({name for name, _ in request.headers}) == len(request.headers) for request in drawn(good))
