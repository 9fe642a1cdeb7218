"""What these tests share: contracts, an engine as a test wants it, and the requests of a client.

Everything has the session's scope and no state, so that Hypothesis may use it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from reelmock.contracts.contract import SHIPPED, Contract, load_contract
from reelmock.contracts.document import load_document, make_document
from reelmock.contracts.exchange import Fields, Request
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.mockserver.clock import Clock, VirtualClock
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.journal import Journal
from reelmock.mockserver.plan import parse_progression
from reelmock.mockserver.settings import Settings
from reelmock.mockserver.store import Store
from reelmock.tests.mockserver.asking import PATH

PAYLOAD: JsonObject = {
    "model": "pixverse/v5.5/image-to-video",
    "prompt": "A paper boat sails.",
    "image_url": "https://images.example.com/boat.jpg",
}


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The shipped contract."""
    return load_contract()


@pytest.fixture(scope="session")
def new_engine(contract: Contract) -> Callable[..., Engine]:
    """Makes an engine: settings by name, `progression` in its grammar (polls:1,1 when it is not said)."""

    def make(
        *,
        progression: str = "polls:1,1",
        contract: Contract = contract,
        clock: Clock | None = None,
        store: Store | None = None,
        journal: Journal | None = None,
        **settings: Any,
    ) -> Engine:
        chosen = Settings(progression=parse_progression(progression), **settings)
        return Engine(contract, clock or VirtualClock(), chosen, store=store, journal=journal)

    return make


@pytest.fixture(scope="session")
def create() -> Callable[..., Request]:
    """Makes a POST that is valid but for what is said; members of the payload by name, None leaves one out."""

    def make(
        *,
        key: str | None = "key-a",
        method: str = "POST",
        url: str = PATH,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        **members: Json,
    ) -> Request:
        payload: JsonObject = {name: value for name, value in (PAYLOAD | members).items() if value is not None}
        fields = {"authorization": f"Bearer {key}"} if key else {}
        fields |= {"content-type": "application/json"} | dict(headers or {})
        if body is not None:
            return Request.build(method, url, headers=fields, body=body)
        return Request.build(method, url, headers=fields, json=payload)

    return make


@pytest.fixture(scope="session")
def poll() -> Callable[..., Request]:
    """Makes a GET for a generation's state; `query` replaces the whole query."""

    def make(
        generation_id: str = "",
        *,
        key: str | None = "key-a",
        method: str = "GET",
        query: Fields | None = None,
        headers: Fields = (),
        origin: str = "",
    ) -> Request:
        fields: Fields = (("authorization", f"Bearer {key}"),) if key else ()
        asked = (("generation_id", generation_id),) if query is None else query
        return Request(method, PATH, asked, (*fields, *headers), origin=origin)

    return make


def _jobs_document(result: JsonObject, error: JsonObject, usage: JsonObject, body: Json) -> JsonObject:
    """An API unlike the shipped one: no key, the id in the path, 202, words and fields of its own."""
    status: JsonObject = {"type": "string", "enum": ["PENDING", "SUCCESS", "FAILURE"]}
    job: JsonObject = {
        "type": "object",
        "properties": {
            "task_id": {"type": "string"},
            "state": status,
            "output": result,
            "failure": error,
            "usage": {"type": "object", "properties": usage},
        },
    }
    reply: JsonObject = {"description": "", "content": {"application/json": {"schema": job}}}
    parameter: JsonObject = {"name": "task_id", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Jobs", "version": "1"},
        "paths": {
            "/jobs": {"post": {"requestBody": body, "responses": {"202": reply}}},
            "/jobs/{task_id}": {"get": {"parameters": [parameter], "responses": {"200": reply}}},
        },
        "components": {
            "requestBodies": {
                "Job": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}
            },
            "schemas": {"Job": {"type": "object", "properties": {"prompt": {"type": "string"}}}},
        },
    }


@pytest.fixture(scope="session")
def jobs_contract() -> Callable[..., Contract]:
    """Makes the contract of a second API; `extensions` are `x-…` members of its document."""

    def make(
        result: Json = None, error: Json = None, usage: Json = None, extensions: JsonObject | None = None
    ) -> Contract:
        tree = _jobs_document(
            result if isinstance(result, dict) else {"type": "string"},
            error if isinstance(error, dict) else {"type": "string"},
            usage if isinstance(usage, dict) else {},
            {"$ref": "#/components/requestBodies/Job"},
        )
        return Contract(make_document(tree | (extensions or {}), "jobs.json"), load_document(SHIPPED))

    return make
