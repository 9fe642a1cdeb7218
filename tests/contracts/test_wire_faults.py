"""A good request, broken in one way beside its payload: each way is one violation, and one refusal."""

from dataclasses import replace
from pathlib import Path

import pytest

from reelmock.contracts.calls import call
from reelmock.contracts.conformance import judge_request
from reelmock.contracts.contract import Contract, load_contract
from reelmock.contracts.exchange import Request
from reelmock.contracts.instances import example_payload
from reelmock.contracts.payloads import Validation
from reelmock.contracts.wire_faults import BAD_KEYS, MALFORMED, WIRE_KINDS, WRONG_CONTENT_TYPES, WireFault, wire_faults
from reelmock.mockserver.clock import VirtualClock
from reelmock.mockserver.engine import Engine

SHIPPED, SHAPES, KITES = (
    load_contract(path and Path(__file__).parent.parent / "data" / path) for path in (None, "shapes.json", "kites.json")
)
CONTRACTS = {"shipped": SHIPPED, "shapes": SHAPES, "kites": KITES}

# Kind of fault → kind of violation, status of the reply, what is another one in the request.
EXPECTED = {
    "malformed_json": ("malformed_json", 400, "body"),
    "empty_body": ("malformed_json", 400, "body"),
    "wrong_content_type": ("wrong_content_type", 415, "content-type"),
    "missing_content_type": ("wrong_content_type", 415, "content-type"),
    "missing_key": ("missing_key", 401, "authorization"),
    "bad_key": ("missing_key", 401, "authorization"),
}


def good(contract: Contract, key: str | None = "sk-1") -> Request:
    create = contract.job_routes[0].create
    return call(create, key=key, payload=example_payload(contract, create))


CASES = [(name, fault) for name, contract in CONTRACTS.items() for fault in wire_faults(good(contract))]


def test_the_request_is_a_good_one() -> None:
    for contract in CONTRACTS.values():
        assert judge_request(contract, good(contract)).violations == ()
        assert Engine(contract, VirtualClock()).handle(good(contract)).response.status in (200, 201)


@pytest.mark.parametrize(("name", "fault"), CASES, ids=[f"{name}: {fault.sentence}" for name, fault in CASES])
def test_a_fault_is_one_violation_and_one_refusal(name: str, fault: WireFault) -> None:
    contract = CONTRACTS[name]
    kind, status, _ = EXPECTED[fault.kind]
    modes: list[Validation] = ["strict", "lenient"]
    for mode in modes:
        assert [found.kind for found in judge_request(contract, fault.request, mode).violations] == [kind]
    engine = Engine(contract, VirtualClock())
    assert engine.handle(fault.request).response.status == status
    assert engine.generations() == []


@pytest.mark.parametrize(("name", "fault"), CASES, ids=[f"{name}: {fault.sentence}" for name, fault in CASES])
def test_a_fault_changes_the_body_or_one_header_and_nothing_else(name: str, fault: WireFault) -> None:
    request = good(CONTRACTS[name])
    changed = EXPECTED[fault.kind][2]
    assert replace(fault.request, headers=(), body=b"") == replace(request, headers=(), body=b"")
    assert (fault.request.body != request.body) is (changed == "body")
    names = {name for name, _ in {*fault.request.headers} ^ {*request.headers}}
    assert names == {changed} - {"body"}
    assert not fault.kind.startswith("missing") or fault.request.header(changed) is None


def test_every_fault_is_there_in_the_same_order() -> None:
    found = wire_faults(good(SHIPPED))
    assert [fault.kind for fault in found] == [
        *["malformed_json"] * len(MALFORMED),
        "empty_body",
        *["wrong_content_type"] * len(WRONG_CONTENT_TYPES),
        "missing_content_type",
        "missing_key",
        *["bad_key"] * len(BAD_KEYS),
    ]
    assert found == wire_faults(good(SHIPPED))
    assert tuple(dict.fromkeys(fault.kind for fault in found)) == WIRE_KINDS == tuple(EXPECTED)
    assert len({fault.sentence for fault in found}) == len(found)


def test_the_sentence_says_what_is_wrong() -> None:
    sentences = [fault.sentence for fault in wire_faults(good(SHIPPED))]
    assert sentences[0] == "the body ends in the middle"
    assert sentences[len(MALFORMED) :] == [
        "the body is empty",
        "the content type is text/plain",
        "the content type is application/x-www-form-urlencoded",
        "the content type is multipart/form-data; boundary=x",
        "the content type is json",
        "there is no content type",
        "there is no key",
        "`Authorization: Bearer` is no bearer key",
        "`Authorization: Bearer ` is no bearer key",
        "`Authorization: Basic c2s6` is no bearer key",
        "`Authorization: sk-without-a-scheme` is no bearer key",
    ]


def test_a_request_without_a_key_has_no_faults_of_keys() -> None:
    kinds = {fault.kind for fault in wire_faults(good(SHIPPED, key=None))}
    assert kinds == set(WIRE_KINDS) - {"missing_key", "bad_key"}


def test_a_header_that_came_twice_is_broken_as_a_whole() -> None:
    request = good(SHIPPED)
    twice = replace(request, headers=(*request.headers, *request.headers))
    for fault in wire_faults(twice):
        assert [found.kind for found in judge_request(SHIPPED, fault.request).violations] == [EXPECTED[fault.kind][0]]
