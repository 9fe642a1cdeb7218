"""Every refusal of the engine: its status, its words, its place in the order, and that nothing is created."""

import pytest

from reelmock.contracts.conformance import judge_response
from reelmock.contracts.contract import Contract
from reelmock.contracts.exchange import Fields
from reelmock.contracts.jsontree import member, text
from reelmock.tests.mockserver.asking import NO_KEY, PATH, Make, NewEngine, message


@pytest.mark.parametrize("scheme", ["", "Bearer", "Bearer ", "bearer   ", "Basic a2V5", "sk-1", "Token sk-1"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_without_a_key_a_request_is_401(new_engine: NewEngine, create: Make, method: str, scheme: str) -> None:
    engine = new_engine()
    request = create(key=None, method=method, headers={"authorization": scheme} if scheme else {})
    response = engine.handle(request).response
    assert (response.status, response.header("www-authenticate")) == (401, "Bearer")
    if method != "HEAD":
        assert message(response) == NO_KEY
    assert engine.journal.entries()[0].case == "missing_key"
    assert engine.generations() == []


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_without_keys_of_its_own_any_key_will_do(new_engine: NewEngine, create: Make, scheme: str) -> None:
    request = create(key=None, headers={"authorization": f"{scheme} anything"})
    assert new_engine().handle(request).response.status == 200


@pytest.mark.parametrize(("key", "status"), [("sk-1", 200), ("sk-2", 200), ("sk-3", 401), ("SK-1", 401), ("sk-", 401)])
def test_with_keys_of_its_own_only_those_will_do(new_engine: NewEngine, create: Make, key: str, status: int) -> None:
    engine = new_engine(api_keys=("sk-1", "sk-2"))
    response = engine.handle(create(key=key)).response
    assert response.status == status
    assert response.header("www-authenticate") == (None if status == 200 else "Bearer")
    hint = member(response.json(), "error").get("hint")
    assert hint == (None if status == 200 else "This key is none of those that the server was started with.")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "get", "BREW"])
def test_another_method_is_405_with_those_that_are_there(new_engine: NewEngine, create: Make, method: str) -> None:
    response = new_engine().handle(create(method=method)).response
    assert (response.status, response.header("allow")) == (405, "GET, HEAD, OPTIONS, POST")
    assert message(response) == f"Cannot {method} {PATH}. The methods here are GET, HEAD, OPTIONS, POST"


@pytest.mark.parametrize(
    ("query", "strict", "lenient"),
    [
        ((), 400, 400),
        ((("id", "ID"),), 400, 400),
        ((("generation_id", "ID"), ("generation_id", "ID")), 400, 400),
        ((("generation_id", ""),), 404, 404),
        ((("generation_id", "nobody"),), 404, 404),
        ((("generation_id", "ID"), ("verbose", "1")), 400, 200),
        ((("verbose", "1"), ("generation_id", "ID")), 400, 200),
        ((("generation_id", "ID"),), 200, 200),
    ],
)
def test_a_query_is_refused_or_taken(
    new_engine: NewEngine, create: Make, poll: Make, *, query: Fields, strict: int, lenient: int
) -> None:
    for validation, status in (("strict", strict), ("lenient", lenient)):
        engine = new_engine(validation=validation)
        generation_id = text(engine.handle(create()).response.json(), "id")
        asked = tuple((name, generation_id if value == "ID" else value) for name, value in query)
        assert engine.handle(poll(query=asked)).response.status == status


CALL = "The call is GET /v2/video/generations?generation_id=<id>"


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ((), f"The query parameter `generation_id` is missing. {CALL}"),
        ((("id", "1"),), f"The query parameter `generation_id` is missing; `id` is not known here. {CALL}"),
        ((("generation_id", "1"),) * 3, "The query parameter `generation_id` came 3 times. Send it once"),
        ((("generation_id", "1"), ("verbose", "1")), f"The query parameter `verbose` is not known here. {CALL}"),
    ],
)
def test_a_refused_query_names_the_right_call(new_engine: NewEngine, poll: Make, query: Fields, told: str) -> None:
    assert message(new_engine(validation="strict").handle(poll(query=query)).response) == told


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_query_name_is_400_when_strict_and_noted_when_lenient(
    new_engine: NewEngine, create: Make, method: str
) -> None:
    lenient, strict = new_engine(), new_engine(validation="strict")
    generation_id = text(lenient.handle(create()).response.json(), "id")
    strict.handle(create())
    url = f"{PATH}?verbose=1" + (f"&generation_id={generation_id}" if method == "GET" else "")
    assert strict.handle(create(method=method, url=url)).response.status == 400
    assert lenient.handle(create(method=method, url=url)).response.status == 200
    noted = [deviation.kind for deviation in lenient.journal.entries()[-1].deviations]
    assert noted == ["unknown_parameter"]


def test_for_another_key_a_generation_does_not_exist(new_engine: NewEngine, create: Make, poll: Make) -> None:
    engine = new_engine()
    generation_id = text(engine.handle(create(key="a")).response.json(), "id")
    other, nobodys = (engine.handle(poll(name, key="b")).response for name in (generation_id, "x" * 21))
    assert (other.status, nobodys.status) == (404, 404)
    assert member(other.json(), "error") == member(nobodys.json(), "error")
    assert message(other) == "Inference not found"
    assert engine.handle(poll(generation_id, key="a")).response.status == 200


def test_the_order_of_refusals(new_engine: NewEngine, create: Make) -> None:
    """Mended one by one, from a request that breaks everything to one that breaks nothing."""
    engine = new_engine(api_keys=("sk-1",), max_body=2_000)
    text_type = {"content-type": "text/plain"}
    large = b"[" * 3_000
    steps = [
        (create(url="/nowhere", method="PUT", key=None, headers=text_type, body=large), 404),
        (create(method="PUT", key=None, headers=text_type, body=large), 405),
        (create(key=None, headers=text_type, body=large), 401),
        (create(key="sk-2", headers=text_type, body=large), 401),
        (create(key="sk-1", headers=text_type, body=large), 413),
        (create(key="sk-1", headers=text_type, body=b"["), 415),
        (create(key="sk-1", body=b"["), 400),
        (create(key="sk-1", duration=7), 400),
        (create(key="sk-1"), 200),
    ]
    assert [engine.handle(request).response.status for request, _ in steps] == [status for _, status in steps]
    assert [entry.case for entry in engine.journal.entries()[-3:]] == ["malformed_json", "invalid_payload", ""]
    assert len(engine.generations()) == 1


@pytest.mark.parametrize("envelope", ["current", "legacy"])
def test_both_envelopes_come_out_of_the_engine(new_engine: NewEngine, create: Make, envelope: str) -> None:
    engine = new_engine(error_format=envelope)
    body = member(engine.handle(create(duration=7)).response.json())
    assert ("requestId" in body, "error" in body) == (envelope == "legacy", envelope == "current")
    if envelope == "legacy":
        assert body["message"] == (
            "Invalid payload provided. duration: Invalid enum value. Expected '5' | '8' | '10', received '7'"
        )
        again = member(engine.handle(create(duration=7)).response.json())
        assert again["requestId"] != body["requestId"]


def test_every_refusal_of_an_operation_keeps_to_the_document(
    new_engine: NewEngine, create: Make, poll: Make, contract: Contract
) -> None:
    route = contract.job_routes[0]
    engine = new_engine(max_body=1000)
    refused = [
        (route.create, create(key=None)),
        (route.create, create(body=bytes(1001))),
        (route.create, create(headers={"content-type": "text/plain"})),
        (route.create, create(body=b"{")),
        (route.create, create(duration=7)),
        (route.retrieve, poll("x", key=None)),
        (route.retrieve, poll("x")),
        (route.retrieve, poll(query=())),
    ]
    for operation, request in refused:
        assert judge_response(operation, engine.handle(request).response) == []


@pytest.mark.parametrize(
    ("method", "url", "key", "status"),
    [
        ("POST", PATH, None, 401),
        ("POST", PATH, "k", 415),
        ("GET", f"{PATH}?generation_id=x", "k", 404),
        ("GET", PATH, "k", 400),
        ("HEAD", f"{PATH}?generation_id=x", "k", 404),
        ("PUT", PATH, "k", 405),
    ],
)
def test_a_refusal_echoes_the_clients_request_id(
    new_engine: NewEngine, create: Make, *, method: str, url: str, key: str | None, status: int
) -> None:
    """The document declares the header for every refusal of this path."""
    headers = {"x-client-request-id": "job-1", "content-type": "text/plain"}
    response = new_engine().handle(create(method=method, url=url, key=key, headers=headers)).response
    assert (response.status, response.header("x-client-request-id")) == (status, "job-1")


def test_keys_stand_in_no_journal_entry(new_engine: NewEngine, create: Make, poll: Make) -> None:
    engine = new_engine(api_keys=("sk-secret",))
    spellings = ("Bearer sk-secret", "sk-secret", "bearer  sk-secret", "Token sk-secret x", "Bearer sk-secret-2")
    for spelling in spellings:
        for request in (create(headers={"authorization": spelling}), poll("x", key=None)):
            engine.handle(request)
    engine.handle(create(headers={"cookie": "sk-secret", "proxy-authorization": "Basic sk-secret"}))
    entries = engine.journal.entries()
    assert len(entries) == 11
    assert not [entry for entry in entries if "sk-secret" in repr(entry) or "sk-secret" in str(entry)]
    assert "sk-secret" not in repr(engine.generations())


@pytest.mark.parametrize("name", ["x-api-key", "api-key"])
def test_a_key_in_a_mistaken_header_is_not_kept_either(new_engine: NewEngine, create: Make, name: str) -> None:
    engine = new_engine()
    assert engine.handle(create(key=None, headers={name: "sk-secret"})).response.status == 401
    assert "sk-secret" not in repr(engine.journal.entries())
